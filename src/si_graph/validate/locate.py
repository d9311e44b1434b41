"""Where the statement that a result is about stands, for reports that an editor can jump to.

Files are read once more, and only where something was found; what is kept of them is one place for
each result.
"""

from __future__ import annotations

import mmap
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import BlankNode, RdfFormat, parse

from si_graph.errors import SiGraphError
from si_graph.load.files import format_of, relabel
from si_graph.load.placed import parse_placed
from si_graph.validate.report import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path as FilePath

    from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

    from si_graph.load.placed import Cursor
    from si_graph.load.places import Spot
    from si_graph.validate.report import Path, Result, Term

    Node = Term | Triple | DefaultGraph


_BY_LINE = (".nt", ".nq")
# So few statements are found faster by searching the whole text for each.
_FEW = 20
_PIECE_BYTES = 2**20


class Locator:
    """Finds the statements that results are about in the files that were checked.

    It looks for the statement with the value, or else one with the property, or else the first
    about the thing, or else the first that mentions it.
    """

    def __init__(self, paths: Iterable[str | FilePath], label: str = "d") -> None:
        """Create what locates results.

        Args:
            paths: The files, in the order in which they were read.
            label: What the labels of unnamed things begin with: then comes the number of the file,
                `n`, and their own number in it.
        """
        self._paths = [str(path) for path in paths]
        self._label = label

    def __call__(self, results: Sequence[Result]) -> list[Location | None]:
        """Return the place of each result, or None; with one file, at least the file."""
        wanted = [_Wanted(result) for result in results]
        for number, path in enumerate(self._paths, start=1):
            if format_of(path) is None:
                continue
            # A file that can be read only once, or has changed since, leaves results unplaced.
            with suppress(OSError, SyntaxError, SiGraphError):
                left = [one for one in wanted if one.rank]
                if path.lower().endswith(_BY_LINE):
                    if len(left) <= _FEW:
                        _find_lines(path, left)
                    _scan_lines(path, [one for one in left if one.rank])
                    left = [one for one in left if one.has_unnamed or one.is_nowhere]
                if left:
                    _search(path, f"{self._label}{number}n", left)
        alone = Location(self._paths[0]) if len(self._paths) == 1 else None
        return [one.location or alone for one in wanted]


class _Pattern(NamedTuple):
    """What a statement must be like, where None is anything, and which end of it is the place."""

    subject: Node | None = None
    predicate: NamedNode | str | None = None
    object: Node | None = None
    graph: Node | None = None
    at_subject: bool = False

    def parts(self) -> tuple[str, str]:
        """Return how N-Triples writes what comes before the object, and the object.

        Both are empty where that is not known.
        """
        if not self.predicate or self.subject is None or self.object is None:
            return "", ""
        return f"{self.subject} <{self.predicate}> ", str(self.object)

    def matches(self, quad: Quad) -> bool:
        return (
            self.subject in (None, quad.subject)
            and self.predicate in (None, quad.predicate.value)
            and self.object in (None, quad.object)
            and self.graph in (None, quad.graph_name)
        )


class _Wanted:
    """The place of one result, as good as it is known so far."""

    def __init__(self, result: Result) -> None:
        self.focus = result.focus
        self.value = result.value
        self.patterns = list(_patterns(result))
        self.rank = len(self.patterns)
        self.location: Location | None = None
        self.has_unnamed = any(isinstance(term, BlankNode) for term in (self.focus, self.value))

    @property
    def is_nowhere(self) -> bool:
        """Whether nothing that suits has been found."""
        return self.rank == len(self.patterns)

    def suits(self, quad: Quad) -> _Pattern | None:
        """Return how a statement suits, if it does so better than what is known."""
        for rank, pattern in enumerate(self.patterns[: self.rank]):
            if pattern.matches(quad):
                self.rank = rank
                return pattern
        return None


def _patterns(result: Result) -> Iterator[_Pattern]:
    """Yield what to look for, the best first; the focus stands in each."""
    focus, value = result.focus, result.value
    for inverse, name in _first_steps(result.path):
        if value is not None:
            yield _Pattern(value, name, focus) if inverse else _Pattern(focus, name, value)
    for inverse, name in _first_steps(result.path):
        yield _Pattern(None, name, focus) if inverse else _Pattern(focus, name)
    yield _Pattern(focus, at_subject=True)
    yield _Pattern(object=focus)
    yield _Pattern(graph=focus, at_subject=True)
    yield _Pattern(predicate=focus.value)


def _first_steps(path: Path | None, *, inverse: bool = False) -> Iterator[tuple[bool, str]]:
    """Yield the predicates that a path can begin with, and whether it takes them backwards."""
    if path is None:
        return
    if not path.operator:
        yield inverse, path.predicate
    for part in path.parts[:1] if path.operator == "/" else path.parts:
        yield from _first_steps(part, inverse=inverse != (path.operator == "^"))


def _find_lines(path: str, wanted: Iterable[_Wanted]) -> None:
    """Find the lines that are just the statements wanted, without looking at the others."""
    if not os.path.getsize(path):
        return
    with (
        open(path, "rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        for one in wanted:
            head, value = one.patterns[0].parts()
            start = _line_start(text, f"{head}{value} ".encode()) if head else -1
            if start >= 0:
                one.rank, one.location = 0, Location(path, _line_number(text, start), len(head) + 1)


def _line_start(text: mmap.mmap, line: bytes) -> int:
    start = text.find(line)
    while start > 0 and text[start - 1 : start] != b"\n":
        start = text.find(line, start + 1)
    return start


def _line_number(text: mmap.mmap, end: int) -> int:
    pieces = range(0, end, _PIECE_BYTES)
    return 1 + sum(text[at : min(at + _PIECE_BYTES, end)].count(b"\n") for at in pieces)


def _scan_lines(path: str, wanted: Iterable[_Wanted]) -> None:
    """Look at the subject of each line, and parse those lines only that are about what is wanted.

    To parse every line takes some twenty times as long.
    """
    by_subject: dict[bytes, list[_Wanted]] = {}
    for one in wanted:
        subjects = {pattern.subject for pattern in one.patterns} - {None}
        for subject in subjects:
            by_subject.setdefault(str(subject).encode(), []).append(one)
    if not by_subject:
        return
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, start=1):
            for one in by_subject.get(line[: line.find(b" ")], ()):
                for quad in parse(line, format=RdfFormat.N_QUADS):
                    pattern = one.suits(quad)
                    if pattern is not None:
                        column = 1 if pattern.at_subject else _column(line, quad)
                        one.location = Location(path, number, column)


def _column(line: bytes, quad: Quad) -> int | None:
    """Return where the object stands in a line, if it is written as N-Triples usually is."""
    start = f"{quad.subject} {quad.predicate} "
    return len(start) + 1 if line.startswith(start.encode()) else None


def _search(path: str, label: str, wanted: Sequence[_Wanted]) -> None:
    """Read a file until every result has the best place that it can have."""
    by_focus: dict[Node, list[_Wanted]] = {}
    for one in wanted:
        by_focus.setdefault(one.focus, []).append(one)
    blank = {one.value for one in wanted if isinstance(one.value, BlankNode)}
    began: dict[Node, Spot] = {}
    left = len(wanted)
    for quad, cursor in _labelled(path, label, wanted):
        if not left:
            break
        # What an unnamed value consists of is read before the statement that it is the value of.
        if quad.subject in blank and quad.subject not in began:
            began[quad.subject] = cursor.subject()
        for node in {quad.subject, quad.object, quad.predicate, quad.graph_name} & by_focus.keys():
            for one in by_focus[node]:
                pattern = one.suits(quad)
                if pattern is not None:
                    spot = cursor.subject() if pattern.at_subject else cursor.object()
                    one.location = Location(path, *began.get(quad.object, spot))
                    left -= not one.rank


def _labelled(path: str, label: str, wanted: Iterable[_Wanted]) -> Iterator[tuple[Quad, Cursor]]:
    """Yield the statements with the labels that the check gave to unnamed things."""
    statements = parse_placed(path)
    if not any(isinstance(term, BlankNode) for one in wanted for term in (one.focus, one.value)):
        yield from statements
        return
    cursors: list[Cursor] = []

    def quads() -> Iterator[Quad]:
        for quad, cursor in statements:
            cursors[:] = [cursor]
            yield quad

    for quad in relabel(quads(), label):
        yield quad, cursors[0]
