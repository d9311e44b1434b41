"""What the rules ask about the values of literals, for one literal at a time."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache

from pyoxigraph import Literal

from si_graph.namespaces import PREFIXES
from si_graph.reason.datatypes import DATATYPES
from si_graph.reason.explanation.terms import is_literal, term

_XSD = PREFIXES["xsd"]
# What XML 1.0 lets a name begin with and go on with, beyond ASCII.
_LETTERS = "A-Za-zÀ-ÖØ-öø-˿Ͱ-ͽͿ-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
_LETTERS += "\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_CLASSES = {r"\p{L}": _LETTERS, r"\p{N}": "0-9", r"\p{M}": "\u0300-\u036f"}
_COLLAPSED = frozenset(
    _XSD + name for name in ("token", "language", "Name", "NCName", "NMTOKEN", "anyURI")
)

Value = tuple[str, object]
"""A value space and what tells its values apart."""


def names() -> list[str]:
    """Return the datatypes of OWL 2 RL, as N-Triples writes them."""
    return [f"<{iri}>" for iri in DATATYPES]


def is_datatype(text: str) -> bool:
    """Tell whether a term is a datatype of OWL 2 RL."""
    return text[1:-1] in DATATYPES


def is_in(literal: str, datatype: str) -> bool | None:
    """Tell whether the value of a literal is one of a datatype.

    Returns:
        None where the rules do not know: of another datatype than theirs, or of no literal.
    """
    known = DATATYPES.get(datatype[1:-1])
    if known is None or not is_literal(literal) or _datatype(literal) not in DATATYPES:
        return None
    found = value(literal)
    if found is None:
        return False
    space, content = found
    if known.space not in ("*", space):
        return False
    if known.whole and not (isinstance(content, Decimal) and content == content.to_integral()):
        return False
    if isinstance(content, Decimal) and (
        (known.low is not None and content < known.low)
        or (known.high is not None and content > known.high)
    ):
        return False
    return known.pattern is None or _compiled(known.pattern).fullmatch(str(content)) is not None


def are_same(first: str, second: str) -> bool | None:
    """Tell whether two literals have the same value; None where the rules do not know."""
    if not (is_literal(first) and is_literal(second)):
        return None
    one, other = value(first), value(second)
    return None if one is None or other is None else one == other


@lru_cache(maxsize=100_000)
def value(literal: str) -> Value | None:
    """Return the value of a literal, or None if it is ill-typed or of an unknown datatype."""
    found = term(literal)
    assert isinstance(found, Literal)  # noqa: S101 - callers ask about literals
    iri = found.datatype.value
    known = DATATYPES.get(iri)
    if known is None or iri == PREFIXES["rdfs"] + "Literal":
        return None
    text = found.value.strip(" \t\n\r") if known.lexical != ".*" else found.value
    if not _compiled(known.lexical).fullmatch(text) or (
        known.space == "moment" and not _on_calendar(text)
    ):
        return None
    content = _content(known.space, iri, text, found.language)
    if known.pattern is not None and not _compiled(known.pattern).fullmatch(str(content)):
        return None
    if isinstance(content, Decimal) and (
        (known.low is not None and content < known.low)
        or (known.high is not None and content > known.high)
    ):
        return None
    return known.space, content


def _content(space: str, iri: str, text: str, language: str | None) -> object:
    if space == "number":
        return Decimal(text).normalize() + 0
    if space in ("float", "double"):
        return _real(text, single=space == "float")
    if space == "boolean":
        return text in ("1", "true")
    if space == "moment":
        return _moment(text)
    if space == "hex":
        return text.upper()
    if space == "base64":
        return text.replace(" ", "")
    if iri in _COLLAPSED:
        text = re.sub(r"[ \t\n\r]+", " ", text.strip(" \t\n\r"))
    elif iri == _XSD + "normalizedString":
        text = re.sub(r"[\t\n\r]", " ", text)
    if space == "text" and iri != PREFIXES["rdf"] + "PlainLiteral":
        return f"{text}@{(language or '').lower()}"
    return text


def _real(text: str, *, single: bool) -> str:
    import struct

    number = float(text.replace("INF", "inf"))
    if single and number == number and abs(number) != float("inf"):
        try:
            (number,) = struct.unpack("f", struct.pack("f", number))
        except OverflowError:
            number = float("inf") if number > 0 else float("-inf")
    # Zero and minus zero are two values, and NaN is the same as itself.
    return repr(number)


def _moment(text: str) -> str:
    text = re.sub(r"[+-]00:00$", "Z", text)
    return re.sub(r"(\.\d*?)0+(?=Z|[+-]\d\d:\d\d$|$)", r"\1", text).replace(".Z", "Z").rstrip(".")


def _on_calendar(text: str) -> bool:
    year, month, day = re.match(r"(-?\d+)-(\d\d)-(\d\d)", text).groups()  # type: ignore[union-attr]
    number = int(year)
    is_leap = number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    return (month, day) != ("02", "29") or is_leap


def _datatype(literal: str) -> str:
    found = term(literal)
    return found.datatype.value if isinstance(found, Literal) else ""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    for written, meant in _CLASSES.items():
        pattern = pattern.replace(written, meant)
    return re.compile(pattern, re.DOTALL)
