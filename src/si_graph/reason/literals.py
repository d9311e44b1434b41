"""The values of literals, worked out by the database from the texts of terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.namespaces import PREFIXES
from si_graph.reason.datatypes import DATATYPES

if TYPE_CHECKING:
    from collections.abc import Collection

STRING = PREFIXES["xsd"] + "string"
LANG_STRING = PREFIXES["rdf"] + "langString"
_COLLAPSED = tuple(
    PREFIXES["xsd"] + name for name in ("token", "language", "Name", "NCName", "NMTOKEN", "anyURI")
)
# `"0"^^rdfs:Literal` says nothing about its value: there is no such lexical form.
_UNREADABLE = (PREFIXES["rdfs"] + "Literal", LANG_STRING)
_LARGEST = 2**127 - 1


def written_datatypes(terms: str) -> str:
    """Return the query for the datatypes that the literals among some terms are written with."""
    return f"""
        SELECT DISTINCT rtrim(split_part(text, '"^^<', -1), '>') FROM {terms}
        WHERE text LIKE '"%>'"""


def values(terms: str, datatypes: Collection[str]) -> str:
    """Return the query for the values of the literals of some datatypes among some terms.

    Its columns are the term's number, its datatype, its value space, its value (a text; null for
    an ill-typed literal) and, for a whole number, that number. The query is only as long as the
    datatypes are many: to plan it with all of them takes longer than to run it.

    Args:
        terms: The table with the columns `id` and `text`.
        datatypes: The datatypes, of those in `DATATYPES`.
    """
    known = [iri for iri in DATATYPES if iri in datatypes and iri not in _UNREADABLE]
    spaces = " ".join(
        f"WHEN {_quote(iri)} THEN {_quote(DATATYPES[iri].space)}" for iri in (*known, LANG_STRING)
    )
    texts = "" if STRING in datatypes or LANG_STRING in datatypes else "AND text LIKE '%>'"
    return f"""
        WITH written AS (
            SELECT id, CASE WHEN text LIKE '%>' THEN split_part(text, '"^^<', -1) END AS tail,
                CASE WHEN text NOT LIKE '%>' AND text NOT LIKE '%"'
                    THEN split_part(text, '"@', -1) END AS language, text
            FROM {terms} WHERE text LIKE '"%' {texts}
        ), parted AS (
            SELECT id, language,
                CASE WHEN tail IS NOT NULL THEN left(tail, length(tail) - 1)
                    WHEN language IS NOT NULL THEN {_quote(LANG_STRING)}
                    ELSE {_quote(STRING)} END AS datatype,
                substr(text, 2, length(text) - 2 - CASE WHEN tail IS NOT NULL
                    THEN length(tail) + 3 ELSE coalesce(length(language) + 1, 0) END) AS form
            FROM written
        ), placed AS (
            SELECT id, language, datatype,
                CASE datatype {spaces} END AS space,
                {_unescaped("form")} AS form
            FROM parted
        ), valued AS (
            SELECT id, datatype, space,
                CASE WHEN {_readable(known)} THEN {_value(known)} END AS value
            FROM (SELECT *, trim(form, ' ' || chr(9) || chr(10) || chr(13)) AS trimmed FROM placed)
            WHERE space IS NOT NULL
        ), counted AS (
            SELECT *, CASE WHEN space = 'number' AND position('.' IN value) = 0
                THEN coalesce(try_cast(value AS HUGEINT), CASE WHEN value LIKE '-%'
                    THEN -{_LARGEST} ELSE {_LARGEST} END) END AS number
            FROM valued
        )
        SELECT id, datatype, space, CASE WHEN {_inside("datatype", (*known, LANG_STRING))}
            THEN value END AS value, number
        FROM counted"""


def contained(datatype: str, datatypes: Collection[str]) -> str:
    """Return the condition that the value of a row of `values` is one of a datatype.

    Args:
        datatype: SQL for the IRI of the datatype.
        datatypes: The datatypes that this may be.
    """
    return f"(value IS NOT NULL AND {_inside(datatype, datatypes)})"


def _inside(datatype: str, datatypes: Collection[str]) -> str:
    cases = []
    for iri in datatypes:
        known = DATATYPES[iri]
        tests = [] if known.space == "*" else [f"space = {_quote(known.space)}"]
        if known.whole:
            tests.append("number IS NOT NULL")
        if known.low is not None:
            tests.append(f"number >= {known.low}")
        if known.high is not None:
            tests.append(f"number <= {known.high}")
        if known.pattern is not None:
            tests.append(_matches("value", known.pattern))
        cases.append(f"WHEN {_quote(iri)} THEN {' AND '.join(tests) or 'TRUE'}")
    return f"CASE {datatype} {' '.join(cases)} ELSE FALSE END"


def _readable(datatypes: Collection[str]) -> str:
    """Return the condition that a form is one of its datatype."""
    cases = " ".join(
        f"WHEN {_quote(iri)} THEN {_matches('trimmed', datatype.lexical)}"
        f" {_on_calendar(datatype.space)}"
        for iri, datatype in ((iri, DATATYPES[iri]) for iri in datatypes)
        if datatype.lexical != ".*"
    )
    return f"CASE datatype {cases} ELSE TRUE END" if cases else "TRUE"


def _on_calendar(space: str) -> str:
    if space != "moment":
        return ""
    day = "split_part(trimmed, 'T', 1)"
    return f"AND ({day} NOT LIKE '%-02-29' OR try_cast({day} AS DATE) IS NOT NULL)"


def _value(datatypes: Collection[str]) -> str:
    """Return SQL for the values of literals, of the spaces of some datatypes and of texts."""
    spaces = {DATATYPES[iri].space for iri in datatypes}
    cases = [
        f"WHEN space = '{space}' THEN {_VALUES[space]}" for space in _VALUES if space in spaces
    ]
    return f"CASE {' '.join(cases)} {_text_values(datatypes)} ELSE form END"


def _text_values(datatypes: Collection[str]) -> str:
    collapsed = ", ".join(_quote(iri) for iri in _COLLAPSED if iri in datatypes)
    cases = [f"WHEN datatype IN ({collapsed}) THEN {_COLLAPSED_VALUE}"] if collapsed else []
    for iri, value in _TEXT_VALUES.items():
        if iri in datatypes:
            cases.append(f"WHEN datatype = {_quote(iri)} THEN {value}")
    return f"{' '.join(cases)} WHEN space = 'text' THEN form || '@' || coalesce(language, '')"


def _number() -> str:
    digits = "ltrim(trimmed, '+-')"
    whole = f"coalesce(nullif(ltrim(split_part({digits}, '.', 1), '0'), ''), '0')"
    part = f"rtrim(split_part({digits}, '.', 2), '0')"
    plain = f"{whole} || CASE WHEN {part} = '' THEN '' ELSE '.' || {part} END"
    return f"CASE WHEN trimmed LIKE '-%' AND {plain} <> '0' THEN '-' ELSE '' END || {plain}"


def _moment() -> str:
    zoned = "regexp_replace(trimmed, '[+-]00:00$', 'Z')"
    second = rf"regexp_replace({zoned}, '(\.[0-9]*?)0+(Z|[+-].*)?$', '\1\2')"
    day = "CAST(try_cast(split_part(trimmed, 'T', 1) AS DATE) + INTERVAL 1 DAY AS DATE)"
    zone = f"regexp_extract({zoned}, '(Z|[+-][0-9][0-9]:[0-9][0-9])$')"
    return (
        f"CASE WHEN trimmed LIKE '%T24:00:00%'"
        f" THEN CAST({day} AS VARCHAR) || 'T00:00:00' || {zone}"
        rf" WHEN trimmed LIKE '%.%' THEN regexp_replace({second}, '\.(Z|[+-].*)?$', '\1')"
        f" ELSE {zoned} END"
    )


def _unescaped(text: str) -> str:
    steps = (("\\\\", "\x01"), ("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t"), ('\\"', '"'))
    for written, meant in steps:
        text = f"replace({text}, {_quote(written)}, {_quote(meant)})"
    return f"replace({text}, {_quote(chr(1))}, {_quote(chr(92))})"


def _matches(text: str, pattern: str) -> str:
    if pattern == ".*@":
        return f"{text} LIKE '%@'"
    return f"regexp_full_match({text}, {_quote(pattern)}, 's')"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_VALUES = {
    "number": _number(),
    "double": "CAST(try_cast(trimmed AS DOUBLE) AS VARCHAR)",
    "float": "CAST(try_cast(trimmed AS FLOAT) AS VARCHAR)",
    "boolean": "CASE WHEN trimmed IN ('1', 'true') THEN 'true' ELSE 'false' END",
    "moment": _moment(),
    "hex": "upper(trimmed)",
    "base64": "replace(trimmed, ' ', '')",
}
# Texts whose white space is collapsed, in the space of texts and that of addresses.
_COLLAPSED_VALUE = (
    r"regexp_replace(trimmed, '\s+', ' ', 'g') || CASE space WHEN 'text' THEN '@' ELSE '' END"
)
_TEXT_VALUES = {
    PREFIXES["xsd"] + "normalizedString": (
        "translate(form, chr(9) || chr(10) || chr(13), '   ') || '@'"
    ),
    PREFIXES["rdf"] + "PlainLiteral": (
        "left(form, length(form) - length(split_part(form, '@', -1)))"
        " || lower(split_part(form, '@', -1))"
    ),
}
