"""Where in a file a thing is described, for reports that an editor or a review can jump to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from si_graph.validate.report import Location

if TYPE_CHECKING:
    from collections.abc import Iterable

    from si_graph.validate.report import Term

_PREFIX = re.compile(r"^\s*@?prefix\s+([\w.-]*):\s*<([^<>\s]*)>", re.M | re.I)
# A name may go on after a point, a percent sign or an escape.
_NAME_STARTS = re.compile(r"(?<![\w:/<-])")
_NAME_ENDS = re.compile(r"(?![\w:%\\-]|\.[\w:%\\-])")
# A subject is followed by a predicate; an object by punctuation, and a graph by its brace.
_SUBJECT = re.compile(r"\s+[^\s,;.)\]{}#]")
_LINE_BASED = (".ttl", ".trig", ".nt", ".nq")


class Locator:
    """Finds the line at which a file starts to describe a thing.

    It reads text and not triples, as the parser keeps no positions: the first line that begins with
    the name of the thing and goes on with a predicate, or else the first that mentions it. Other
    syntaxes than the Turtle family only tell the file.
    """

    def __init__(self, paths: Iterable[str | Path]) -> None:
        self._paths = [str(path) for path in paths]
        self._texts: list[tuple[str, str, dict[str, str]]] | None = None

    def __call__(self, term: Term) -> Location | None:
        """Return the place of an IRI; other terms have none, unless there is only one file."""
        alone = Location(self._paths[0]) if len(self._paths) == 1 else None
        if not isinstance(term, NamedNode):
            return alone
        found: list[tuple[bool, str, int]] = []
        for path, text, prefixes in self._files():
            names = _names(term.value, prefixes)
            for is_subject in (True, False):
                places = [_first(text, name, is_subject=is_subject) for name in names]
                starts = [start for start in places if start is not None]
                if starts:
                    line = text.count("\n", 0, min(starts)) + 1
                    found.append((not is_subject, path, line))
                    break
        if not found:
            return alone
        # In whichever file: a description counts for more than a mention.
        _, path, line = min(found, key=lambda entry: entry[0])
        return Location(path, line)

    def _files(self) -> list[tuple[str, str, dict[str, str]]]:
        if self._texts is None:
            self._texts = []
            for path in self._paths:
                if path.lower().endswith(_LINE_BASED):
                    text = Path(path).read_text(encoding="utf-8", errors="replace")
                    self._texts.append((path, text, dict(_PREFIX.findall(text))))
        return self._texts


def _first(text: str, name: str, *, is_subject: bool) -> int | None:
    """Return where a name first stands in a text, as a subject at the start of a line or at all.

    To find the letters and look around there is much quicker than a pattern for all of it.
    """
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if _NAME_STARTS.match(text, start) and _NAME_ENDS.match(text, end):
            line = text.rfind("\n", 0, start) + 1
            if not is_subject or (not text[line:start].strip(" \t") and _SUBJECT.match(text, end)):
                return start
        start = text.find(name, start + 1)
    return None


def _names(iri: str, prefixes: dict[str, str]) -> list[str]:
    short = [
        f"{prefix}:{iri[len(namespace) :]}"
        for prefix, namespace in prefixes.items()
        if namespace and iri.startswith(namespace)
    ]
    return [f"<{iri}>", *short]
