"""Every named query gives its expected rows, for the reasons that it claims, on any engine."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from si_graph.namespaces import BASE, GRAPH_INFERRED, GRAPH_SHAPES, PREFIXES, expand, local_name
from si_graph.query.catalogue import NamedQuery, catalogue
from si_graph.query.evaluate import evaluate_named
from si_graph.query.results import Rows, text_of
from si_graph.reason.owlrl_engine import OwlrlEngine
from si_graph.snapshot.build import restore
from si_graph.snapshot.manifest import QUADS
from si_graph.snapshot.snapshot import Snapshot, open_snapshot
from si_graph.store.embedded import EmbeddedStore
from support import ROOT, SHARED

QUERIES = {query.name: query for query in catalogue(str(ROOT / "queries"))}
CONTRACT = SHARED / "domain" / "competency-questions.tsv"
INFERRED = ox.NamedNode(GRAPH_INFERRED)
SHAPES = ox.NamedNode(GRAPH_SHAPES)

each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())


def rows_of(store: EmbeddedStore, query: NamedQuery) -> Rows:
    """Return the answer with the defaults of all parameters."""
    rows = evaluate_named(store, query, {})
    assert isinstance(rows, Rows)
    return rows


def table_of(rows: Rows) -> list[list[str]]:
    """Return the rows as the expected files write them."""
    return [[text_of(row.get(name)) for name in rows.variables] for row in rows]


def identifiers_of(store: EmbeddedStore, query: NamedQuery) -> list[tuple[str, ...]]:
    """Return the rows without labels and other texts, in no particular order."""
    rows = rows_of(store, query)
    return sorted(
        tuple(
            str(row.get(name))
            for name in rows.variables
            if not (isinstance(term := row.get(name), ox.Literal) and term.language)
            and not name.endswith("Label")
        )
        for row in rows
    )


def is_ordered(query: NamedQuery) -> bool:
    return "ORDER BY" in query.sparql


def expected(query: NamedQuery) -> tuple[list[str], list[list[str]]]:
    """Return the columns and the rows of the file beside a query."""
    path = Path(query.path).with_suffix(".tsv")
    with path.open(encoding="utf-8", newline="") as stream:
        columns, *rows = csv.reader(stream, dialect="excel-tab", quoting=csv.QUOTE_NONE)
    return [column.removeprefix("?") for column in columns], rows


@each_query
def test_a_query_gives_exactly_its_expected_rows(query: NamedQuery, closure: EmbeddedStore) -> None:
    rows = rows_of(closure, query)
    columns, wanted = expected(query)
    assert rows.variables == columns
    if is_ordered(query):
        assert table_of(rows) == wanted
    else:
        assert sorted(table_of(rows)) == sorted(wanted)


@each_query
def test_everything_named_in_an_answer_has_a_label_beside_it(
    query: NamedQuery, closure: EmbeddedStore
) -> None:
    """People read labels: a thing of ours without one would show as an empty cell."""
    for lang in ("nl", "en"):
        values = {"lang": lang} if "lang" in query.parameters else {}
        rows = evaluate_named(closure, query, values)
        assert isinstance(rows, Rows)
        for row in rows:
            for name in rows.variables:
                term = row.get(name)
                if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                    assert row.get(f"{name}Label"), f"no {lang} label of {name} {term.value}"


def contract() -> list[dict[str, str]]:
    if not CONTRACT.is_file():
        return []
    with CONTRACT.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, dialect="excel-tab"))


@pytest.mark.skipif(not CONTRACT.is_file(), reason="the shared list of questions is not at hand")
@pytest.mark.parametrize("question", contract(), ids=lambda question: str(question["id"]))
def test_a_competency_question_keeps_to_the_contract(
    question: dict[str, str], closure: EmbeddedStore
) -> None:
    query = QUERIES[question["id"]]
    text = question["expected"]
    wanted = {tuple(row.split(" / ")) for row in text.split(", ")} if text != "(empty)" else set()
    width = max(map(len, wanted), default=1)
    rows = rows_of(closure, query)
    found = [
        tuple(_as_in_the_contract(row[name]) for name in rows.variables[:width]) for row in rows
    ]
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert query.inference == (question["needs_inference"] == "yes")


def _as_in_the_contract(term: object) -> str:
    assert isinstance(term, (ox.NamedNode, ox.Literal))
    name = text_of(term)
    # The contract writes our own things by local name and those of others with a prefix.
    theirs = name.startswith(("eurovoc:", "euauth:"))
    return local_name(term.value) if isinstance(term, ox.NamedNode) and not theirs else name


@each_query
def test_a_question_says_rightly_whether_it_needs_inference(
    query: NamedQuery, closure: EmbeddedStore, asserted: EmbeddedStore
) -> None:
    same = table_of(rows_of(closure, query)) == table_of(rows_of(asserted, query))
    assert same != query.inference


# --- What is stated twice counts once -----------------------------------------------------------


@pytest.fixture(scope="module")
def repeated(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """Return the graph with every statement in a second graph as well."""
    source = tmp_path_factory.mktemp("doubled")
    data = source / snapshot.manifest.data
    data.mkdir()
    quads = list(snapshot.quads())
    copy = ox.NamedNode(PREFIXES["graph"] + "copy")
    quads += [ox.Quad(quad.subject, quad.predicate, quad.object, copy) for quad in quads]
    ox.serialize(quads, str(data / QUADS), format=ox.RdfFormat.N_QUADS)
    target = tmp_path_factory.mktemp("repeated")
    restore(str(source), snapshot.manifest, str(target))
    return open_snapshot(str(target)).store


@each_query
def test_repeating_every_statement_changes_no_answer(
    query: NamedQuery, closure: EmbeddedStore, repeated: EmbeddedStore
) -> None:
    assert Counter(map(tuple, table_of(rows_of(repeated, query)))) == Counter(
        map(tuple, table_of(rows_of(closure, query)))
    )


# --- Facts bear the answers ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def changeable(asserted: EmbeddedStore) -> ox.Store:
    """Return what is stated, in memory."""
    store = ox.Store()
    store.bulk_extend(asserted.oxigraph)
    return store


NOTHING_YET = {
    "CQ52": "awt84:task a si:SubAction",
    "CQ53": "awt84:rec1-a si:deadline '2015'",
    "CQ67": "awt84:response a si:FollowUp ; si:respondsTo awt84:rec1 ; "
    "si:followUpStatus followup:adopted",
    "EU01": "awt84:pool a si:Project ; skos:prefLabel 'pool' ; dcat:keyword 'social innovation' ; "
    "si:hasParticipant awt84:club . awt84:club si:locatedIn place:nl",
    "EU02": "awt84:pool a si:Project ; skos:prefLabel 'pool' ; si:fundedThrough awt84:grant ; "
    "si:hasParticipant awt84:club . awt84:club si:locatedIn place:nl . "
    "awt84:grant skos:prefLabel 'grant'",
    "EU03": "awt84:pool si:hasParticipant awt84:club ; skos:prefLabel 'pool' . "
    "awt84:club skos:prefLabel 'NWO'",
}
"""Questions with an empty answer, and a statement that would fill it."""


SAID_OF_SEVERAL = {"CQ12", "CQ13"}
"""Questions about what one passage says of several things at once: it counts as one fact."""


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if not query.inference])
def test_an_answer_fails_without_one_of_its_facts(name: str, changeable: ox.Store) -> None:
    query, store = QUERIES[name], EmbeddedStore(changeable)
    before = identifiers_of(store, query)
    if name in NOTHING_YET:
        assert before == []
        extra = list(_parsed(NOTHING_YET[name]))
        changeable.extend(extra)
        after = identifiers_of(store, query)
        for quad in extra:
            changeable.remove(quad)
        assert after != before
        return
    assert before
    assert any(
        _changes(changeable, fact, query, before) for fact in _facts_near(changeable, query)
    ), f"no single fact can be removed that would change {name}"


def _facts_near(store: ox.Store, query: NamedQuery) -> Iterable[ox.Triple]:
    """Yield stated triples about what an answer names, without labels and other texts."""
    things = [
        term
        for row in rows_of(EmbeddedStore(store), query)
        for term in row.values()
        if isinstance(term, ox.NamedNode)
    ]
    things += [ox.NamedNode(iri) for p in query.parameters.values() if (iri := expand(p.default))]
    for thing in dict.fromkeys(things):
        for subject, object_ in ((thing, None), (None, thing)):
            for quad in store.quads_for_pattern(subject, None, object_, ox.DefaultGraph()):
                if not (isinstance(quad.object, ox.Literal) and quad.object.language):
                    yield quad.triple


def _changes(
    store: ox.Store, fact: ox.Triple, query: NamedQuery, before: list[tuple[str, ...]]
) -> bool:
    subject = None if query.name in SAID_OF_SEVERAL else fact.subject
    quads = list(store.quads_for_pattern(subject, fact.predicate, fact.object, None))
    for quad in quads:
        store.remove(quad)
    try:
        return identifiers_of(EmbeddedStore(store), query) != before
    finally:
        store.extend(quads)


def _parsed(turtle: str) -> Iterable[ox.Quad]:
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return ox.parse(head + turtle + " .", format=ox.RdfFormat.TURTLE)


BEARING = {
    # Two passages say it, in either direction.
    "CQ05": "concept:social-innovation skos:broader concept:innovation . "
    "concept:innovation skos:narrower concept:social-innovation",
    "CQ10": "awt84:step1-b si:subActionOf awt84:step1",
    "CQ14": "awt84:rec2-c si:inheritsAddresseeFrom awt84:rec2",
    "CQ15": "awt84:step5-c si:inheritsAddresseeFrom awt84:step5",
    "CQ18": "awt84:rec2-e si:hasBeneficiary actor:municipalities",
    "CQ19": "awt84:advice-question si:requestedBy actor:min-ez",
    "CQ21": "awt84:step5-c si:directedAt actor:nwo",
    "CQ22": "awt84:step5-b si:directedAt actor:knaw",
    "CQ24": "awt84:rec1-b si:inheritsAddresseeFrom awt84:rec1",
    "CQ27": "awt84:rec1-e si:directlyProposes instrument:interdepartmental",
    "CQ28": "awt84:step3-b si:directlyProposes instrument:priority-support",
    "CQ30": "awt84:step4-c si:directlyProposes instrument:monitoring",
    "CQ34": "awt84:rec2-e si:explicitlyAddressedTo actor:central-government",
    "CQ37": "awt84:step4-a si:directlyProposes instrument:knowledge-agenda",
    "CQ39": "awt84:rec1-g si:concernsPolicyField field:topsector-policy",
    "CQ42": "awt84:rationale-intervention si:combines concept:market-failure",
    "CQ50": "place:flanders si:within place:be",
    "CQ57": "awt84:rec1-f si:involves actor:societal-parties",
    "CQ58": "place:nl si:usesConcept concept:workplace-innovation",
    "CQ63": "actor:provinces si:governmentLevel level:regional",
    "CQ64": "awt84:step3 si:concurrentWith awt84:step2",
    "CQ68": "actor:central-government si:governmentLevel level:national",
    "CQ69": "awt84:step6-a si:proposedPartner place:uk",
    "CQ70": "awt84:rec1-c si:inheritsAddresseeFrom awt84:rec1",
    "CQ71": "actor:eu a si:SupranationalOrganisation",
    "CQ78": "awt84:rec1 si:basedOn awt84:conc1",
    "CQ83": "actor:frontrunner-countries si:hasApproach concept:directing-stimulating-strategy",
}
"""For each question that needs inference a stated fact on which its answer rests."""


@pytest.fixture(scope="module")
def bereft(snapshot: Snapshot) -> EmbeddedStore:
    """Return the closure of what is left when each of the bearing facts is gone."""
    gone = {quad.triple for fact in BEARING.values() for quad in _parsed(fact)}
    stated = [quad for quad in snapshot.quads() if quad.graph_name != INFERRED]
    missing = gone - {quad.triple for quad in stated}
    assert not missing, f"nobody states {', '.join(map(str, missing))}"
    kept = [quad for quad in stated if quad.triple not in gone]
    triples = {quad.triple for quad in kept if quad.graph_name != SHAPES}
    inferred = OwlrlEngine().close(triples).inferred
    merge = {quad.triple for quad in kept} | set(inferred)
    return EmbeddedStore.from_quads(
        [*kept, *(ox.Quad(t.subject, t.predicate, t.object) for t in merge)]
    )


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if query.inference])
def test_an_answer_by_inference_fails_without_the_fact_it_rests_on(
    name: str, closure: EmbeddedStore, bereft: EmbeddedStore
) -> None:
    assert name in BEARING, f"{name} needs inference: say in BEARING which fact bears it"
    query = QUERIES[name]
    assert identifiers_of(bereft, query) != identifiers_of(closure, query)


# --- Any SPARQL tool runs the files as they are -------------------------------------------------


@each_query
def test_a_query_file_runs_in_oxigraph_without_this_package(
    query: NamedQuery, closure: EmbeddedStore
) -> None:
    solutions = closure.oxigraph.query(Path(query.path).read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    assert len(list(solutions)) == len(expected(query)[1])


# rdflib warns of its own use of names that it will drop.
rdflib_warns = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")


@pytest.fixture(scope="module")
def dataset(closure: EmbeddedStore) -> rdflib.Dataset:
    """Return the graph in rdflib, without the shapes, which no question is about."""
    quads = [quad for quad in closure.oxigraph if quad.graph_name != SHAPES]
    data = BytesIO()
    ox.serialize(quads, data, format=ox.RdfFormat.N_QUADS)
    data.seek(0)
    dataset = rdflib.Dataset()
    dataset.parse(data, format="nquads")
    return dataset


@rdflib_warns
@each_query
def test_a_query_file_gives_the_same_rows_in_rdflib(
    query: NamedQuery, dataset: rdflib.Dataset
) -> None:
    columns, wanted = expected(query)
    solutions = dataset.query(Path(query.path).read_text(encoding="utf-8")).bindings
    found = [
        [_text_in_rdflib(row.get(rdflib.Variable(name))) for name in columns] for row in solutions
    ]
    assert sorted(found) == sorted(wanted)


def _text_in_rdflib(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, rdflib.URIRef):
        return text_of(ox.NamedNode(str(term)))
    return str(term)
