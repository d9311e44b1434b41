"""Patches for what is certainly meant otherwise, in the text of the files themselves.

A proposal has to prove itself: the changed text says what the old one said but for that change, and
the finding behind it is gone with nothing new in its place.
"""

from __future__ import annotations

import difflib
import io
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, Quad, RdfFormat, serialize

from si_graph.errors import InputError
from si_graph.load.files import parse_file, relabel
from si_graph.store.writing import replacing
from si_graph.validate.mending import names as mending_names
from si_graph.validate.mending.text import (
    Edit,
    Text,
    literal_of,
    literal_token,
    read,
    renamed,
    same,
    why_not_mended,
)
from si_graph.validate.mending.values import Facts, corrections
from si_graph.validate.shacl.validation import bundled_shapes, validate_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from si_graph.validate.mending.names import Replacement
    from si_graph.validate.mending.text import Sentence
    from si_graph.validate.mending.values import Correction
    from si_graph.validate.report import Report, Result, Term

    _Key = tuple[object, str, object]
    """The subject, the predicate and the value of a statement."""
    _Finding = tuple[Term, str, str, str, Term | None]


class Patch(NamedTuple):
    """What is to change in one file.

    Attributes:
        file: The file.
        before: Its text as it was read.
        after: Its text with all changes.
        changes: For every change a sentence, in Dutch (`nl`) and English (`en`).
    """

    file: str
    before: str
    after: str
    changes: tuple[Sentence, ...]

    @property
    def diff(self) -> str:
        """The changes as a unified diff."""
        # Only this ends a line of a file; Python splits a text at much more.
        before, after = (
            list(io.StringIO(text, newline="\n")) for text in (self.before, self.after)
        )
        lines = difflib.unified_diff(before, after, self.file, self.file)
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


def propose(paths: Sequence[str | Path], shapes: Sequence[str | Path] = ()) -> list[Patch]:
    """Propose what certainly mends files: only where one thing can have been meant.

    Why another file is left out is told by `why_not_mended`.

    Args:
        paths: The files, checked together.
        shapes: Files with shapes; ours if there are none.

    Raises:
        InputError: A file is unreadable in a way that is not mended, or the shapes are.
        LimitError: A file is too large to be mended.
    """
    drafts = [_Draft(str(path), number) for number, path in enumerate(paths, start=1)]
    _mend_names(drafts)
    with TemporaryDirectory() as folder:
        _Values(drafts, shapes, Path(folder)).mend()
    return [
        Patch(draft.file, draft.before, draft.text.text, tuple(draft.changes))
        for draft in drafts
        if draft.text.text != draft.before
    ]


def write(patches: Sequence[Patch]) -> None:
    """Write what was proposed; each file is whole at any moment, and keeps its rights.

    Raises:
        InputError: A file has changed since; then none is written.
        OSError: A file cannot be written.
    """
    for patch in patches:
        if read(patch.file) != patch.before:
            hint = "Nothing was written. Ask for the patch again."
            raise InputError("the file has changed since it was checked", patch.file, hint=hint)
    for patch in patches:
        # What a link points to is replaced, not the link.
        with replacing(str(Path(patch.file).resolve())) as stream:
            stream.write(patch.after.encode("utf-8"))


class _Draft:
    """One file as it is being mended; a file in another syntax is only read along."""

    def __init__(self, file: str, number: int) -> None:
        self.file = file
        self.is_mendable = why_not_mended(file) is None
        self.before = read(file) if self.is_mendable else ""
        self.text = Text(self.before, file)
        self.changes: list[Sentence] = []
        # As `validate_files` labels them, so that its findings are about the same blank nodes.
        self._label = f"d{number}n"

    def quads(self) -> list[Quad]:
        """Return what the file says now.

        Raises:
            InputError: It cannot be parsed.
        """
        if self.is_mendable:
            with suppress(SyntaxError):
                return self.text.quads(self._label)
        return list(relabel(parse_file(self.file), self._label))

    def says(self, edits: Iterable[Edit], expected: list[Quad]) -> bool:
        """Tell whether the file says what is expected once it is edited."""
        try:
            return same(self._edited(edits).quads(self._label), expected)
        except SyntaxError:
            return False

    def make(self, edits: list[Edit]) -> None:
        """Edit the file, with one sentence for edits of the same kind."""
        self.text = self._edited(edits)
        self.changes += {edit.sentence["en"]: edit.sentence for edit in edits}.values()

    def mend_prefixes(self) -> None:
        """Mend the prefixes that are not declared; without that the file says nothing at all."""
        meant, edits = mending_names.undeclared(self.text)
        declarations = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in meant.items())
        plain = self.text.text.removeprefix("\ufeff")
        with suppress(SyntaxError):
            if edits and self.says(edits, Text(declarations + plain, self.file).quads(self._label)):
                self.make(edits)

    def rename(self, replacement: Replacement) -> None:
        """Put the right name in place of a wrong one."""
        edits = list(replacement.edits(self.text))
        if edits and self.says(edits, renamed(self.quads(), replacement.meant)):
            self.make(edits)

    def _edited(self, edits: Iterable[Edit]) -> Text:
        return Text(self.text.changed(edits), self.file)


def _mend_names(drafts: list[_Draft]) -> None:
    mendable = [draft for draft in drafts if draft.is_mendable]
    for draft in mendable:
        draft.mend_prefixes()
        for replacement in list(mending_names.namespaces(draft.text)):
            draft.rename(replacement)
    described = {quad.subject for draft in drafts for quad in draft.quads()}
    for draft in mendable:
        for replacement in list(mending_names.terms(draft.quads(), described)):
            draft.rename(replacement)


class _Values:
    """Mends the values that shapes refuse."""

    def __init__(self, drafts: list[_Draft], shapes: Sequence[str | Path], folder: Path) -> None:
        self._drafts = drafts
        self._shapes = shapes
        self._folder = folder

    def mend(self) -> None:
        """Mend until nothing more can be mended; each round leaves fewer findings."""
        asked = Facts(_shapes(self._shapes))
        quads = [draft.quads() for draft in self._drafts]
        report = self._validate(quads)
        while True:
            data = Facts(quad for one in quads for quad in one)
            found = (corrections(result, asked, data) for result in report.results)
            tried = _undisputed(one for some in found for one in some)
            edits, quads_then, report_then = self._proved(tried, quads, report)
            if not any(edits):
                return
            for draft, some in zip(self._drafts, edits, strict=True):
                draft.make(some)
            quads, report = quads_then, report_then

    def _proved(
        self, tried: dict[_Key, Correction], quads: list[list[Quad]], report: Report
    ) -> tuple[list[list[Edit]], list[list[Quad]], Report]:
        """Return the edits that do mend, and what the files say and the report finds then."""
        while True:
            made = [
                _edits(draft, one, tried) for draft, one in zip(self._drafts, quads, strict=True)
            ]
            after = [one for _, one in made]
            if not any(edits for edits, _ in made):
                return [], quads, report
            report_then = self._validate(after)
            failed = _failed(tried, report, report_then)
            if not failed:
                return [edits for edits, _ in made], after, report_then
            tried = {key: one for key, one in tried.items() if key not in failed}

    def _validate(self, quads: list[list[Quad]]) -> Report:
        """Validate what the drafts say, with IRIs and blank nodes as in the files."""
        places = []
        for number, some in enumerate(quads):
            place = self._folder / f"{number}.nq"
            serialize(some, str(place), RdfFormat.N_QUADS)
            places.append(place)
        return validate_files(places, self._shapes)


def _shapes(paths: Sequence[str | Path]) -> list[Quad]:
    # As `validate_files` labels them, too.
    numbered = enumerate(paths, start=1)
    own = [quad for n, path in numbered for quad in relabel(parse_file(path), f"s{n}n")]
    return own or bundled_shapes()


def _undisputed(found: Iterable[Correction]) -> dict[_Key, Correction]:
    """Return the corrections of values that have only one."""
    proposals: dict[_Key, list[Correction]] = defaultdict(list)
    for one in found:
        proposals[one.subject, one.predicate, one.old].append(one)
    return {key: some[0] for key, some in proposals.items() if len({one.new for one in some}) == 1}


def _edits(
    draft: _Draft, quads: list[Quad], tried: Mapping[_Key, Correction]
) -> tuple[list[Edit], list[Quad]]:
    """Return the edits of one file, and what it says after them."""
    literals = draft.text.literals() if draft.is_mendable else []
    values = [place for place, quad in enumerate(quads) if isinstance(quad.object, Literal)]
    if len(literals) != len(values):
        return [], quads
    namespaces = {one.prefix: one.namespace for one in draft.text.directives()}
    edits: list[Edit] = []
    after = quads.copy()
    for place, word in zip(values, literals, strict=True):
        quad = quads[place]
        wanted = tried.get((quad.subject, quad.predicate.value, quad.object))
        if wanted is None:
            continue
        new = wanted.new.value
        if literal_of(new, namespaces) != wanted.new or not draft.text.takes_bare(word.end()):
            new = literal_token(word.group(), wanted.new, wanted.old, namespaces)
        if literal_of(new, namespaces) == wanted.new:
            edits.append(Edit(*word.span(), new, wanted.sentence))
            after[place] = Quad(quad.subject, quad.predicate, wanted.new, quad.graph_name)
    return (edits, after) if draft.says(edits, after) else ([], quads)


def _failed(tried: Mapping[_Key, Correction], before: Report, after: Report) -> set[_Key]:
    """Return the corrections that leave their finding, or have another in its place."""
    found = {_finding(result) for result in after.results}
    known = {_finding(result, tried) for result in before.results}
    fresh = found - known
    failed = set()
    for key, one in tried.items():
        stays = {_finding(one.cause), _finding(one.cause, tried)} & found
        if stays or any(one.subject == new[0] or one.new in (new[0], new[4]) for new in fresh):
            failed.add(key)
    # What is new elsewhere may be due to any of them.
    return failed or (set(tried) if fresh else set())


def _finding(result: Result, tried: Mapping[_Key, Correction] | None = None) -> _Finding:
    """Return what makes a finding the same one, though its value be corrected."""
    value = result.value
    if tried and result.path is not None:
        one = tried.get((result.focus, result.path.predicate, value))
        value = one.new if one else value
    return result.focus, str(result.path), str(result.shape), result.component, value
