"""A report with everything in it, one with nothing, and what reads a page."""

from __future__ import annotations

from html.parser import HTMLParser

import pyoxigraph as ox

from si_graph.namespaces import PREFIXES
from si_graph.validate import Location, Result
from si_graph.validate.report import INFO, VIOLATION, WARNING, make_report, predicate

SISH = PREFIXES["sish"]
TOWN = ox.NamedNode(PREFIXES["actor"] + "town")


def result(**changes: object) -> Result:
    """Return a result with everything in it, but for what is changed."""
    usual: dict[str, object] = {
        "focus": TOWN,
        "message": {"nl": "Het niveau is onbekend.", "en": "The level is unknown."},
        "severity": VIOLATION,
        "component": PREFIXES["sh"] + "InConstraintComponent",
        "shape": ox.NamedNode(SISH + "Level-actor"),
        "path": predicate(PREFIXES["si"] + "governmentLevel"),
        "value": ox.Literal("provincial"),
        "location": Location("data/town.trig", 12, 5),
        "expected": {"nl": "een bestuursniveau", "en": "a level of government"},
        "mend": {"nl": "Bedoelde u level:province?", "en": "Did you mean level:province?"},
    }
    return Result(**(usual | changes))  # type: ignore[arg-type]


REPORT = make_report(
    [
        result(severity=INFO, shape=ox.NamedNode(SISH + "C"), message={"en": "Note."}),
        result(),
        result(severity=WARNING, shape=None, path=None, location=None, value=TOWN),
        result(focus=ox.BlankNode("b1"), location=Location("/data/a b.ttl")),
    ],
    "pySHACL 1",
    [{"nl": "Dit is een steekproef.", "en": "This is a sample."}],
)
EMPTY = make_report([], "pySHACL 1")


class Page(HTMLParser):
    """What stands in a page, and whether everything that opens closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if self.open[-1:] != ["style"] else ""
