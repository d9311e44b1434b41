"""What comes out of a materialisation: the triples that follow, over all equal terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.namespaces import PREFIXES
from si_graph.reason.vocabulary import SAME_AS, TYPE, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

_RDF, _RDFS, _OWL, _XSD = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
_VOCABULARIES = (_RDF, _RDFS, _OWL, _XSD)
_TOP = (_OWL + "Thing", _RDFS + "Resource")
_TRIVIAL_TYPES = (*_TOP, _RDF + "Property", _RDFS + "Class", _RDFS + "Datatype")
SUBCLASS = _RDFS + "subClassOf"
_REFLEXIVE = (
    *(SUBCLASS, _RDFS + "subPropertyOf"),
    *(f"{_OWL}{name}" for name in ("equivalentClass", "equivalentProperty", "sameAs")),
)


def create_members(database: DuckDBPyConnection) -> None:
    """Create the table `member(rep, id, stage)` of the classes of equal terms, these included.

    The literals that only the rules name are in no class: nobody wrote them.
    """
    written = "SELECT o FROM stated WHERE o <= " + str(len(numbers()))
    database.execute(
        "CREATE OR REPLACE TABLE member AS"
        " SELECT rep, id, stage FROM same UNION ALL SELECT DISTINCT rep, rep, 0 FROM same"
    )
    database.execute(
        "DELETE FROM member WHERE id IN (SELECT id FROM term WHERE id <="
        f" {len(numbers())} AND text LIKE '\"%') AND id NOT IN ({written})"
    )


def inferred(database: DuckDBPyConnection, *, trivial: bool) -> str:
    """Return the query for the triples that follow and were not stated, and their rounds.

    Left out are triples that RDF cannot write and, if not `trivial`, those that hold of any graph
    (as `si_graph.reason.cleaning` tells them). Its columns are `s`, `p`, `o`, `round`, and the
    texts of the first two, `subject` and `predicate`.
    """
    merged = database.execute("SELECT count(*) FROM member").fetchone() != (0,)
    expanded = _EXPANDED.format(same=numbers()[SAME_AS])
    found = expanded if merged else "SELECT s, p, o, stage AS round FROM triple WHERE stage > 0"
    if trivial:
        terms = " UNION ".join(f"SELECT {column} AS x FROM stated" for column in "spo")
        same = numbers()[SAME_AS]
        found = (
            f"SELECT s, p, o, min(round) AS round FROM ({found} UNION ALL"
            f" SELECT x, {same}, x, 1 FROM ({terms})) GROUP BY s, p, o"
        )
    conditions = [
        "f.p > 0",
        "s.text NOT LIKE '\"%'",
        "p.text LIKE '<%'",
        "NOT EXISTS (SELECT 1 FROM stated t WHERE t.s = f.s AND t.p = f.p AND t.o = f.o)",
    ]
    if not trivial:
        conditions += _worth_telling(database)
    return (
        "SELECT f.s, f.p, f.o, f.round, s.text AS subject, p.text AS predicate"
        f" FROM ({found}) f JOIN term s ON s.id = f.s JOIN term p ON p.id = f.p"
        f" WHERE {' AND '.join(conditions)}"
    )


def marks(text: str) -> str:
    """Return SQL for what matters of a term that is in triples that hold of any graph.

    Args:
        text: SQL for the text of the term.
    """
    kinds = {"trivial_type": _TRIVIAL_TYPES, "top": _TOP, "reflexive": _REFLEXIVE}
    return f"{_is_vocabulary(text)} AS is_vocabulary, " + ", ".join(
        f"{text} IN ({_listed(iris)}) AS is_{name}" for name, iris in kinds.items()
    )


def _worth_telling(database: DuckDBPyConnection) -> list[str]:
    texts = _listed((*_TRIVIAL_TYPES, *_REFLEXIVE))
    rows = database.execute(f"SELECT text, id FROM term WHERE text IN ({texts})").fetchall()
    known = {text[1:-1]: number for text, number in rows}
    types, top, reflexive = (
        ", ".join(str(known[iri]) for iri in iris if iri in known)
        for iris in (_TRIVIAL_TYPES, _TOP, _REFLEXIVE)
    )
    return [
        f"NOT {_is_vocabulary('s.text')}",
        f"NOT (f.p = {numbers()[TYPE]} AND f.o IN ({types}))",
        f"NOT (f.p = {numbers()[SUBCLASS]} AND f.o IN ({top}))",
        f"NOT (f.p IN ({reflexive}) AND f.s = f.o)",
    ]


def _is_vocabulary(text: str) -> str:
    tests = (f"starts_with({text}, '<{namespace}')" for namespace in _VOCABULARIES)
    return f"({' OR '.join(tests)})"


def _listed(iris: Iterable[str]) -> str:
    return ", ".join(f"'<{iri}>'" for iri in iris)


# Most triples have no term with other names, and are done with. Of the rest, names are replaced one
# after the other, each when it is equal to the representative: a triple of other names comes a
# round for each after the latest of these. Of sameAs itself, a pair with the representative comes
# first, and two others follow from theirs. What was found earlier keeps its stage.
_EXPANDED = """
    WITH known AS (SELECT s, p, o, min(stage) AS stage FROM former GROUP BY s, p, o),
        renamed AS (SELECT DISTINCT rep FROM member)
    SELECT s, p, o, stage AS round FROM triple WHERE stage > 0 AND s NOT IN (FROM renamed)
        AND p NOT IN (FROM renamed) AND o NOT IN (FROM renamed)
    UNION ALL SELECT e.s, e.p, e.o, least(known.stage, CASE
        WHEN e.p = {same} AND e.changes > 0
            THEN greatest(s_stage, o_stage) + CASE WHEN e.changes = 2 THEN 1 ELSE 0 END
        ELSE greatest(e.stage, s_stage, p_stage, o_stage) + e.changes END) AS round
    FROM (
        SELECT coalesce(s.id, t.s) AS s, coalesce(p.id, t.p) AS p, coalesce(o.id, t.o) AS o,
            t.stage, s.stage AS s_stage, p.stage AS p_stage, o.stage AS o_stage,
            CASE WHEN s.id <> t.s THEN 1 ELSE 0 END + CASE WHEN p.id <> t.p THEN 1 ELSE 0 END
                + CASE WHEN o.id <> t.o THEN 1 ELSE 0 END AS changes
        FROM triple t LEFT JOIN member s ON s.rep = t.s LEFT JOIN member p ON p.rep = t.p
            LEFT JOIN member o ON o.rep = t.o
        WHERE t.s IN (FROM renamed) OR t.p IN (FROM renamed) OR t.o IN (FROM renamed)
    ) e LEFT JOIN known ON known.s = e.s AND known.p = e.p AND known.o = e.o"""
