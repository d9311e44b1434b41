"""The datatypes of OWL 2 RL, and the values of literals, as SQL over the literals' text.

The value of a literal is a text that begins with the name of its value space: two literals have
the same value if and only if these texts are equal. A datatype is a part of one space. Values of
other datatypes are not known to the rules: of these nothing follows.
"""

from __future__ import annotations

from typing import NamedTuple

from si_graph.namespaces import PREFIXES

_XSD, _RDF, _RDFS = (PREFIXES[prefix] for prefix in ("xsd", "rdf", "rdfs"))


class Datatype(NamedTuple):
    """A datatype: which values of a value space it takes.

    Attributes:
        space: The value space; `*` is all of them, and `text` also has the texts with a language.
        whole: Whether only whole numbers are taken.
        low: The lowest number taken, if there is one.
        high: The highest number taken, if there is one.
        pattern: A regular expression that the whole of the value must match.
        lexical: A regular expression that the whole of the literal's own text must match, after
            white space at both ends is cut off; a text is taken as it stands.
    """

    space: str
    whole: bool = False
    low: int | None = None
    high: int | None = None
    pattern: str | None = None
    lexical: str = ".*"


_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_INTEGER = r"[+-]?[0-9]+"
_REAL = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
_MOMENT = (
    r"-?([1-9][0-9]{3,}|0[0-9]{3})-"
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-9]))"
    r"T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
)
_NO_BREAKS = r"[^\t\n\r]*"
_COLLAPSED = r"([^\t\n\r ]+( [^\t\n\r ]+)*)?"
# As XML 1.0 has them, but for the colon.
_NAME_START = (
    r"A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}"
    r"\x{200C}-\x{200D}\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}"
    r"\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}"
)
_NAME = _NAME_START + r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}"


def _whole(low: int | None = None, high: int | None = None) -> Datatype:
    return Datatype("number", True, low, high, lexical=_INTEGER)


def _text(pattern: str) -> Datatype:
    return Datatype("text", pattern=pattern)


DATATYPES: dict[str, Datatype] = {
    _RDF + "PlainLiteral": Datatype("text", lexical=".*@[A-Za-z0-9-]*"),
    _RDF + "langString": Datatype("text", pattern=".*@[a-z0-9-]+"),
    _RDF + "XMLLiteral": Datatype("xml"),
    _RDFS + "Literal": Datatype("*"),
    _XSD + "decimal": Datatype("number", lexical=_DECIMAL),
    _XSD + "integer": _whole(),
    _XSD + "nonNegativeInteger": _whole(0),
    _XSD + "nonPositiveInteger": _whole(None, 0),
    _XSD + "positiveInteger": _whole(1),
    _XSD + "negativeInteger": _whole(None, -1),
    _XSD + "long": _whole(-(2**63), 2**63 - 1),
    _XSD + "int": _whole(-(2**31), 2**31 - 1),
    _XSD + "short": _whole(-(2**15), 2**15 - 1),
    _XSD + "byte": _whole(-(2**7), 2**7 - 1),
    _XSD + "unsignedLong": _whole(0, 2**64 - 1),
    _XSD + "unsignedInt": _whole(0, 2**32 - 1),
    _XSD + "unsignedShort": _whole(0, 2**16 - 1),
    _XSD + "unsignedByte": _whole(0, 2**8 - 1),
    _XSD + "float": Datatype("float", lexical=_REAL),
    _XSD + "double": Datatype("double", lexical=_REAL),
    _XSD + "string": _text(".*@"),
    _XSD + "normalizedString": _text(f"{_NO_BREAKS}@"),
    _XSD + "token": _text(f"{_COLLAPSED}@"),
    _XSD + "language": _text("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*@"),
    _XSD + "Name": _text(f"[{_NAME_START}:][{_NAME}:]*@"),
    _XSD + "NCName": _text(f"[{_NAME_START}][{_NAME}]*@"),
    _XSD + "NMTOKEN": _text(f"[{_NAME}:]+@"),
    _XSD + "boolean": Datatype("boolean", lexical="true|false|0|1"),
    _XSD + "hexBinary": Datatype("hex", lexical="([0-9a-fA-F]{2})*"),
    _XSD + "base64Binary": Datatype(
        "base64",
        lexical="(([A-Za-z0-9+/] ?){4})*"
        "(([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]|([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?="
        "|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?",
    ),
    _XSD + "anyURI": Datatype("uri"),
    _XSD + "dateTime": Datatype("moment", lexical=f"{_MOMENT}{_ZONE}?"),
    _XSD + "dateTimeStamp": Datatype(
        "moment", pattern=".*(Z|[+-][0-9]{2}:[0-9]{2})", lexical=f"{_MOMENT}{_ZONE}"
    ),
}
"""The datatypes that the rules know, by IRI."""
