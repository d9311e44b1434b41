"""How much of a source has become statements, and which stretches have not.

The text is not part of the project: a coverage holds positions only, and shows the first and last
words of a stretch where the text is at hand.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, Store

from si_graph.namespaces import PREFIXES, shorten
from si_graph.validate.evidence import document_of, passages_of
from si_graph.validate.terms import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyoxigraph import Quad

    from si_graph.validate.evidence import Passage

    Labels = Callable[[str], str | None]
    """Gives the label of an IRI in the language asked for, or None."""

    Span = tuple[int, int]
    _Place = tuple[int, int, str | None, str | None]

_SECTION = NamedNode(PREFIXES["dcterms"] + "isPartOf")
_PAGES = NamedNode(PREFIXES["bibo"] + "pages")
_SHOWN_WORDS = 4

_WORDS = {
    "nl": {
        "none": "De passages van deze tekst zijn niet beschreven; er is niets om te vergelijken.",
        "share": "{covered} van de {characters} tekens ({share}) staan in een passage met"
        " uitspraken; van de tekens die geen witruimte zijn {written}.",
        "all": "Geen woord van de tekst blijft over.",
        "one": "1 stuk is nog niet in uitspraken omgezet:",
        "some": "{count} stukken zijn nog niet in uitspraken omgezet:",
        "page": "bladzijde",
    },
    "en": {
        "none": "The passages of this text are not described; there is nothing to compare.",
        "share": "{covered} of the {characters} characters ({share}) stand in a passage with"
        " statements; of the characters that are not white space {written}.",
        "all": "No word of the text is left over.",
        "one": "1 stretch has not been turned into statements yet:",
        "some": "{count} stretches have not been turned into statements yet:",
        "page": "page",
    },
}


class Stretch(NamedTuple):
    """A part of the text in no passage with statements; it begins and ends with a word.

    Attributes:
        start: The position of its first character.
        end: The position after its last character.
        section: The section that it stands in, where the passages around it agree.
        page: The page that it stands on, where they agree.
    """

    start: int
    end: int
    section: str | None = None
    page: str | None = None


class Coverage(NamedTuple):
    """What of a text has become statements, in characters.

    Headings and page footers count as text, because what they are cannot be told from it.

    Attributes:
        document: The source whose text this is, if one is described.
        characters: The length of the text.
        covered: How many of these stand in a passage with statements.
        written: How many are not white space.
        covered_written: How many of these stand in a passage with statements.
        uncovered: What is left, without stretches that hold no word.
    """

    document: str | None
    characters: int
    covered: int
    written: int
    covered_written: int
    uncovered: tuple[Stretch, ...]

    @property
    def share(self) -> float:
        """The share of all characters, from 0 to 1."""
        return self.covered / self.characters if self.characters else 0.0

    @property
    def share_written(self) -> float:
        """The share of the characters that are not white space, from 0 to 1."""
        return self.covered_written / self.written if self.written else 0.0


def check_coverage(quads: Iterable[Quad], text: str) -> Coverage:
    """Measure how much of a text stands in passages whose graph states something.

    Passages that overlap count once; what lies outside the text is for `check_evidence` to report.

    Args:
        quads: The asserted graph.
        text: The source text as read by `read_text`.
    """
    store = Store()
    store.extend(quads)
    document = document_of(store, text)
    described = [one for one in passages_of(store).values() if one.source == document]
    # The stretches of a passage are those of its parts, whose own graphs say nothing.
    stating = (one for one in described if any(store.quads_for_pattern(None, None, None, one.iri)))
    covered = _joined((span for one in stating for span in one.spans), len(text))
    surroundings = _Surroundings(store, described)
    return Coverage(
        None if document is None else document.value,
        len(text),
        sum(end - start for start, end in covered),
        _count_written(text),
        sum(_count_written(text[start:end]) for start, end in covered),
        tuple(surroundings.of(*span) for span in _left_over(covered, text)),
    )


def render_coverage(
    coverage: Coverage, text: str, lang: str = "nl", labels: Labels | None = None
) -> str:
    """Return a coverage in sentences, with the first and last words of each stretch.

    Args:
        coverage: What was measured.
        text: The text in which it was measured.
        lang: The language, `nl` or `en`.
        labels: Gives the label of a section.
    """
    words = _WORDS[lang]
    if coverage.document is None:
        return words["none"] + "\n"
    lines = [
        words["share"].format(
            covered=coverage.covered,
            characters=coverage.characters,
            share=_percentage(coverage.covered, coverage.characters, lang),
            written=_percentage(coverage.covered_written, coverage.written, lang),
        )
    ]
    count = len(coverage.uncovered)
    lines.append(words[{0: "all", 1: "one"}.get(count, "some")].format(count=count))
    lines += [f"  {_line(one, text, words['page'], labels)}" for one in coverage.uncovered]
    return "\n".join(lines) + "\n"


def _joined(spans: Iterable[Span], length: int) -> list[Span]:
    """Return the spans as far as they lie in the text, in order and without overlap."""
    joined: list[Span] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _left_over(covered: Sequence[Span], text: str) -> Iterator[Span]:
    """Yield what lies between spans, from its first word to its last, if it has any."""
    edges = [(0, 0), *covered, (len(text), len(text))]
    for (_, start), (end, _) in pairwise(edges):
        stretch = text[start:end]
        if any(sign.isalnum() for sign in stretch):
            left = len(stretch) - len(stretch.lstrip())
            yield start + left, start + len(stretch.rstrip())


def _count_written(text: str) -> int:
    return sum(not sign.isspace() for sign in text)


class _Surroundings:
    """Where in its document a stretch stands, by the passages around it."""

    def __init__(self, store: Store, described: Iterable[Passage]) -> None:
        self._passages: list[_Place] = [
            (start, end, _value(store, one, _SECTION), _value(store, one, _PAGES))
            for one in described
            for start, end in one.spans
        ]

    def of(self, start: int, end: int) -> Stretch:
        """Return a stretch with its section and page, as far as these are certain."""
        around = [one for one in self._passages if one[0] <= start and end <= one[1]]
        if around:
            # Of passages within passages, the smallest says most.
            places = [min(around, key=lambda one: one[1] - one[0])]
        else:
            before = [one for one in self._passages if one[1] <= start]
            after = [one for one in self._passages if one[0] >= end]
            if not before or not after:
                return Stretch(start, end)
            places = [max(before, key=lambda one: one[1]), min(after, key=lambda one: one[0])]
        sections, pages = {one[2] for one in places}, {one[3] for one in places}
        return Stretch(start, end, _only(sections), _only(pages))


def _only(values: set[str | None]) -> str | None:
    return values.pop() if len(values) == 1 else None


def _value(store: Store, passage: Passage, predicate: NamedNode) -> str | None:
    """Return what a passage, or else the whole that it is a part of, has for a property."""
    for node in (passage.iri, passage.whole):
        found = store.quads_for_pattern(node, predicate, None, None) if node else ()
        values = {quad.object for quad in found} - {passage.whole}
        if len(values) == 1 and isinstance(value := values.pop(), NamedNode | Literal):
            return value.value
    return None


def _percentage(part: int, whole: int, lang: str) -> str:
    # Rounded down, so that only what is complete says so.
    tenths = part * 1000 // whole if whole else 0
    mark = "," if lang == "nl" else "."
    return f"{tenths // 10}{mark}{tenths % 10}%"


def _line(stretch: Stretch, text: str, page: str, labels: Labels | None) -> str:
    section = stretch.section
    name = (labels(section) if labels else None) or shorten(section) if section else None
    place = ", ".join(
        part for part in (name, f"{page} {stretch.page}" if stretch.page else None) if part
    )
    span = f"{stretch.start}–{stretch.end}"
    return "  ".join(
        part for part in (span, place, _ends(text[stretch.start : stretch.end])) if part
    )


def _ends(text: str) -> str:
    """Return the first and the last words of a stretch: the text is not ours to copy."""
    words = text.split()
    if len(words) > 2 * _SHOWN_WORDS:
        words = [*words[:_SHOWN_WORDS], "…", *words[-_SHOWN_WORDS:]]
    return f"«{plain(' '.join(words))}»"
