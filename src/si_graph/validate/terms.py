"""Terms as people read them: short, in the notation of Turtle, and harmless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode

from si_graph.namespaces import shorten

if TYPE_CHECKING:
    from si_graph.validate.report import Term

_UNNAMED = {"nl": "naamloos ding", "en": "unnamed thing"}
_LANG_STRINGS = ("xsd:string", "rdf:langString")
# Control characters command a terminal; those of direction let a text pass for another.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def term_text(term: Term, lang: str) -> str:
    """Return an IRI as a prefixed name, a literal as in Turtle, and a blank node in words."""
    if isinstance(term, NamedNode):
        return plain(shorten(term.value))
    if isinstance(term, BlankNode):
        return _UNNAMED.get(lang, _UNNAMED["en"])
    text = f'"{plain(term.value)}"'
    if term.language:
        return f"{text}@{term.language}"
    datatype = shorten(term.datatype.value)
    return text if datatype in _LANG_STRINGS else f"{text}^^{datatype}"


def plain(text: str) -> str:
    """Show line ends and what would command a terminal, rather than let them act."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04X}", text)
