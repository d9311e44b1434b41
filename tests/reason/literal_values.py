"""The values of literals in the datatypes of OWL 2 RL, written from the standards for the checker.

It shares no code with the engines. Two values are the same if they are identical in the sense of
XML Schema, as OWL 2 asks: +0.0 is not -0.0, and one moment in two time zones is two values.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from ctypes import c_float
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pyoxigraph as ox

from si_graph.namespaces import PREFIXES

RDF, RDFS, XSD = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "xsd"))

Term = ox.NamedNode | ox.BlankNode | ox.Literal


class Value(NamedTuple):
    """A value: the value space that it is in, and what tells it from others there."""

    space: str
    key: Any


MOMENT = re.compile(
    r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
)
BOUNDS = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(2**bits) // 2, 2**bits // 2 - 1) for name, bits in (
        ("long", 64), ("int", 32), ("short", 16), ("byte", 8))},
    **{name: (0, 2**bits - 1) for name, bits in (
        ("unsignedLong", 64), ("unsignedInt", 32), ("unsignedShort", 16), ("unsignedByte", 8))},
}  # fmt: skip
NAME_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME = NAME_START + "0-9.\xb7\u0300-\u036f\u203f\u2040-"
TEXTS = {
    "string": r"(?s:.*)",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"([^\t\n\r ]+( [^\t\n\r ]+)*)?",
    "language": r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "Name": f"[:{NAME_START}][:{NAME}]*",
    "NCName": f"[{NAME_START}][{NAME}]*",
    "NMTOKEN": f"[:{NAME}]+",
}


def _without_extra_space(text: str, datatype: str) -> str:
    """Treat white space as the datatype wants it before its text is read."""
    if datatype in (XSD + "string", RDF + "PlainLiteral", RDF + "XMLLiteral"):
        return text
    spaced = re.sub(r"[\t\n\r]", " ", text)
    return spaced if datatype == XSD + "normalizedString" else re.sub(" +", " ", spaced).strip(" ")


def _decimal(text: str) -> Value | None:
    sound = re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text)
    return Value("number", Fraction(Decimal(text))) if sound else None


def _integer(text: str) -> Value | None:
    return Value("number", Fraction(Decimal(text))) if re.fullmatch("[+-]?[0-9]+", text) else None


def _floating(text: str) -> float | None:
    sound = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"
    return float(text) if re.fullmatch(sound, text) else None


def _float(text: str) -> Value | None:
    number = _floating(text)
    return None if number is None else Value("float", repr(c_float(number).value))


def _double(text: str) -> Value | None:
    number = _floating(text)
    return None if number is None else Value("double", repr(number))


def _boolean(text: str) -> Value | None:
    return Value("boolean", text in ("1", "true")) if text in ("0", "1", "true", "false") else None


def _hexadecimal(text: str) -> Value | None:
    sound = re.fullmatch("([0-9a-fA-F]{2})*", text)
    return Value("hexadecimal", text.lower()) if sound else None


def _base64(text: str) -> Value | None:
    packed = re.sub(r"(\S) (?=\S)", r"\1", text)
    try:
        data = base64.b64decode(packed, validate=True)
    except ValueError:
        return None
    return Value("base64", data) if base64.b64encode(data).decode() == packed else None


def _moment(text: str) -> Value | None:
    parts = MOMENT.fullmatch(text)
    if parts is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in parts.groups()[:6])
    fraction = Decimal(parts[7] or 0)
    midnight = hour == 24 and minute == second == fraction == 0
    # The calendar repeats itself every 400 years, and Python knows those from 1 to 9999.
    moved = year % 400 + 2000
    try:
        local = datetime(moved, month, day, 0 if midnight else hour, minute, second)
    except ValueError:
        return None
    zone = parts[8]
    if zone is not None:
        sign, hours, minutes = zone[0], zone[1:3] or "0", zone[4:] or "0"
        zone = (-1 if sign == "-" else 1) * (60 * int(hours) + int(minutes))
    return Value("moment", (year - moved, local + timedelta(days=midnight), fraction, zone))


def _plain(text: str) -> Value | None:
    words, at, language = text.rpartition("@")
    return Value("text", (words, language.lower())) if at else None


# The value space of each datatype, and how a value is read from the literal's text.
READERS: dict[str, tuple[str, Callable[[str], Value | None]]] = {
    **{XSD + name: ("number", _integer) for name in BOUNDS},
    **{XSD + name: ("text", lambda text: Value("text", (text, ""))) for name in TEXTS},
    XSD + "decimal": ("number", _decimal),
    XSD + "float": ("float", _float),
    XSD + "double": ("double", _double),
    XSD + "boolean": ("boolean", _boolean),
    XSD + "hexBinary": ("hexadecimal", _hexadecimal),
    XSD + "base64Binary": ("base64", _base64),
    XSD + "dateTime": ("moment", _moment),
    XSD + "dateTimeStamp": ("moment", _moment),
    XSD + "anyURI": ("address", lambda text: Value("address", text)),
    RDF + "XMLLiteral": ("xml", lambda text: Value("xml", text)),
    RDF + "PlainLiteral": ("text", _plain),
}
DATATYPES = {*READERS, RDF + "langString", RDFS + "Literal"}
"""The datatypes of OWL 2 RL, with the one that RDF 1.1 gives to texts with a language."""


def value_of(literal: ox.Literal) -> Value | None:
    """Return the value of a literal; None if it has none, or its datatype is not of OWL 2 RL."""
    datatype = literal.datatype.value
    if literal.language:
        return Value("text", (literal.value, literal.language))
    if datatype not in READERS:
        return None
    _, read = READERS[datatype]
    value = read(_without_extra_space(literal.value, datatype))
    return value if value is not None and _takes(datatype, value) else None


def _takes(datatype: str, value: Value) -> bool:
    name = datatype.removeprefix(XSD)
    if datatype == RDFS + "Literal":
        return True
    if datatype == RDF + "langString":
        return value.space == "text" and value.key[1] != ""
    if value.space != READERS[datatype][0]:
        return False
    if name in BOUNDS:
        low, high = BOUNDS[name]
        number = value.key
        return (
            number.denominator == 1
            and (low is None or low <= number)
            and (high is None or number <= high)
        )
    if name in TEXTS:
        words, language = value.key
        return language == "" and re.fullmatch(TEXTS[name], words) is not None
    return name != "dateTimeStamp" or value.key[-1] is not None


def holds(test: str, *terms: Term) -> bool:
    """Tell whether a test of the rule table holds; of unknown datatypes none does."""
    literal, other = terms[0], terms[-1]
    if test == "DATATYPE":
        return _is_datatype(literal)
    if not isinstance(literal, ox.Literal):
        return False
    value = value_of(literal)
    if isinstance(other, ox.Literal):
        values = {value, value_of(other)}
        return None not in values and test == ("SAME AS" if len(values) == 1 else "NOT SAME AS")
    if not isinstance(other, ox.NamedNode) or not _is_datatype(other):
        return False
    if value is None or not _takes(other.value, value):
        # A literal without a value, such as "x"^^xsd:integer, is in no datatype.
        return test == "NOT IN" and literal.datatype.value in {*READERS, RDF + "langString"}
    return test == "IN"


def _is_datatype(term: Term) -> bool:
    return isinstance(term, ox.NamedNode) and term.value in DATATYPES
