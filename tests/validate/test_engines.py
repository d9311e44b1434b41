"""The engines agree; where they do not, the difference is listed beside this file with its reason.

The list is checked in both directions, so it can neither hide a fault nor outlive its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes_and_data import HEAD, data, shapes

from si_graph.errors import InputError, LimitError, UsageError
from si_graph.load.evidence import derive_evidence
from si_graph.load.files import parse_file, relabel
from si_graph.snapshot.snapshot import Snapshot
from si_graph.validate import Report, bundled_shapes, validate_graph
from si_graph.validate.report import Result
from si_graph.validate.shacl.engines import ENGINES, LACKS, engine
from si_graph.validate.shacl.native_engine import Native
from support import ROOT, SHARED

EXAMPLES = sorted((ROOT / "data" / "examples" / "shapes").glob("*/fail.trig"))
OFFICIAL, SAMPLES = SHARED / "eu" / "shapes", SHARED / "eu" / "samples"
DIFFERENCES_FILE = Path(__file__).with_name("engine_differences.tsv")
LACKING = {
    "look-around": "ex:S sh:targetNode 'aab' , 'b' ; sh:pattern '^(?=a)a' .",
    "back-reference": r"ex:S sh:targetNode 'aab' , 'ab' ; sh:pattern '(a)\\1' .",
    "closed values": """ex:S sh:targetNode ex:n ;
        sh:property [ sh:path ex:p ; sh:closed true ; sh:ignoredProperties ( ex:q ) ] .""",
}


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE)]


def everything(report: Report) -> Counter[tuple[str, ...]]:
    """Return all that results say, the words included."""

    def one(result: Result) -> tuple[str, ...]:
        return (*map(str, result[:5]), str(result.path), str(result.value))

    return Counter(map(one, report.results))


def outcome(name: str, stated: Iterable[ox.Triple], wanted: Iterable[ox.Triple]) -> object:
    try:
        return everything(engine(name).validate(stated, wanted))
    except InputError:
        return "refused"


def read(paths: Iterable[Path]) -> list[ox.Quad]:
    """Return the statements of files; examples that do not parse are not ours to mend."""
    found: list[ox.Quad] = []
    for number, path in enumerate(paths):
        try:
            found += relabel(parse_file(path), f"f{number}n")
        except InputError:
            continue
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_engines_agree_on_our_shapes_and_their_examples(path: Path) -> None:
    stated = read([path])
    stated += derive_evidence(stated)
    native, reference = (engine(name).validate(stated, bundled_shapes()) for name in ENGINES)
    assert native.notes == ()
    assert everything(native) == everything(reference)


def test_engines_agree_on_the_bundled_graph(snapshot: Snapshot) -> None:
    quads = list(snapshot.quads())
    native, reference = (validate_graph(quads, engine=engine(name)) for name in ENGINES)
    assert "pySHACL" not in native.engine
    assert everything(native) == everything(reference)


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the EU's shapes are not at hand")
@pytest.mark.parametrize(
    "files",
    [
        "dcat-ap-3.0.1/html/shacl/*.ttl",
        "dcat-ap-3.0.1/shacl/*.ttl",
        "dcat-ap-hvd-3.0.0/*.ttl",
        "dcat-ap-nl-3.0/dcat-ap*SHACL*.ttl",
        "cpov-2.1.2/shacl/*.ttl",
        "cpsv-ap-3.2.0/shacl/*.ttl",
    ],
)
def test_engines_agree_on_official_shapes(files: str) -> None:
    from si_graph.validate.shacl.well_formed import described

    wanted, _ = described(read(sorted(OFFICIAL.glob(files))))
    folders = ("dcat-catalogs", "dcat-ap-3.0.1-examples", "cpsv-ap")
    stated = read(path for folder in folders for path in sorted((SAMPLES / folder).iterdir()))
    native, reference = (engine(name).validate(stated, wanted) for name in ENGINES)
    assert native.results
    assert native.notes == ()
    assert everything(native) == everything(reference)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data(), shapes())
def test_engines_agree_on_whatever_core_can_say(statements: list[str], wanted: str) -> None:
    stated, asked = triples("\n".join(statements)), triples(wanted)
    native, reference = (outcome(name, stated, asked) for name in ENGINES)
    assert native == reference


def read_differences() -> list[tuple[str, str, str]]:
    header, *lines = DIFFERENCES_FILE.read_text(encoding="utf-8").splitlines()
    assert header == "shapes\tdata\treason"
    return [(wanted, stated, why) for wanted, stated, why in (line.split("\t") for line in lines)]


@pytest.mark.parametrize(("wanted", "stated", "reason"), read_differences())
def test_a_listed_difference_is_there(wanted: str, stated: str, reason: str) -> None:
    native, reference = (outcome(name, triples(stated), triples(wanted)) for name in ENGINES)
    assert native != reference, f"the engines agree by now: take it off {DIFFERENCES_FILE.name}"
    assert len(reason.split()) > 3


@pytest.mark.parametrize("lack", LACKS)
def test_the_reference_takes_over_where_the_native_engine_lacks_something(lack: str) -> None:
    stated, wanted = triples("ex:n ex:p ex:m . ex:m ex:r 1 ; ex:q 1 ."), triples(LACKING[lack])
    report = engine().validate(stated, wanted)
    assert len(report.results) == 1
    (note,) = report.notes
    assert LACKS[lack][1]["nl"] in note["nl"]
    assert "pySHACL" in note["en"]
    assert "http://example.org/S" in note["en"]
    assert report.engine.startswith("pySHACL")
    try:
        alone = everything(Native().validate(stated, wanted))
    except InputError:
        return
    assert alone != everything(report), f"the native engine can do this by now: {lack}"


def test_where_there_is_no_native_engine_the_reference_checks_and_the_report_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("si_graph.validate.shacl.engines.find_spec", lambda _name: None)
    report = engine().validate([], triples("ex:S sh:targetNode 1 ; sh:nodeKind sh:IRI ."))
    assert len(report.results) == 1
    assert "pySHACL" in report.notes[0]["nl"]


def test_an_unknown_engine_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="native, pyshacl"):
        engine("topbraid")


def explosive(pattern: str) -> list[ox.Triple]:
    return triples(f"ex:S sh:targetNode '{'a' * 40}b' ; sh:pattern '{pattern}' .")


def test_the_native_engine_takes_no_time_for_a_pattern_that_explodes() -> None:
    assert len(engine().validate([], explosive("^(a+)+$")).results) == 1


@pytest.mark.parametrize("name", ENGINES)
def test_where_the_reference_checks_a_pattern_that_explodes_is_broken_off(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("si_graph.validate.shacl.pyshacl_engine.STEP_SECONDS", 0.2)
    with pytest.raises(LimitError, match=r"0\.2 seconds, most likely at a pattern"):
        engine(name).validate([], explosive("^(?=a)(a+)+$"))


def test_a_check_that_takes_long_but_moves_on_is_not_broken_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("si_graph.validate.shacl.pyshacl_engine.STEP_SECONDS", 0.3)
    stated = triples("\n".join(f"ex:n{number} ex:p 'a' ." for number in range(4000)))
    body = " ; ".join(f"sh:property [ sh:path ex:p ; sh:minLength {i} ]" for i in (0, 1, 1, 1))
    wanted = triples(f"ex:S sh:targetSubjectsOf ex:p ; {body} .")
    assert engine("pyshacl").validate(stated, wanted).results == ()


@pytest.mark.parametrize("name", ENGINES)
def test_brackets_without_end_are_refused_and_do_not_overflow_the_stack(name: str) -> None:
    query = f"SELECT $this {{ $this ?p ?o FILTER({'(' * 100_000}1{')' * 100_000}) }}"
    wanted = triples(f"ex:S sh:targetNode 1 ; sh:sparql [ sh:select '{query}' ] .")
    with pytest.raises(LimitError, match=r"example\.org/S"):
        engine(name).validate([], wanted)


@pytest.mark.parametrize("name", ENGINES)
def test_a_query_that_leaves_out_the_focus_node_is_refused(name: str) -> None:
    query = "SELECT ?value { $this ex:p ?value }"
    wanted = triples(f"ex:S sh:targetNode 1 ; sh:sparql [ sh:select '{query}' ] .")
    with pytest.raises(InputError, match=r"leaves out \$this"):
        engine(name).validate([], wanted)


@pytest.mark.parametrize("name", ENGINES)
def test_a_shape_that_is_a_class_of_owl_looks_at_its_members(name: str) -> None:
    wanted = triples(
        "ex:S a <http://www.w3.org/2002/07/owl#Class> , sh:NodeShape ; sh:nodeKind sh:Literal ."
    )
    assert len(engine(name).validate(triples("ex:n a ex:S ."), wanted).results) == 1


@pytest.mark.parametrize("name", ENGINES)
def test_a_class_asked_for_within_another_shape_is_reported_by_that_shape(name: str) -> None:
    stated = triples("ex:n a ex:C1 . ex:m a ex:C2 . ex:C1 rdfs:subClassOf ex:C0 .")
    wanted = triples(
        """ex:S sh:targetNode ex:n , ex:m ; sh:or ( [ sh:class ex:C0 ] _:shared ) .
        ex:T sh:targetNode ex:m ; sh:property _:shared .
        _:shared sh:path rdf:type ; sh:class ex:C0 ."""
    )
    report = engine(name).validate(stated, wanted)
    found = [(result.focus.value, result.component.split("#")[1]) for result in report.results]
    assert sorted(found) == [
        ("http://example.org/m", "ClassConstraintComponent"),
        ("http://example.org/m", "OrConstraintComponent"),
    ]


@pytest.mark.parametrize("name", ENGINES)
def test_blank_nodes_keep_their_labels(name: str) -> None:
    nodes = [ox.BlankNode(f"mine{number}") for number in range(500)]
    seen, other = ox.NamedNode("http://example.org/p"), ox.NamedNode("http://example.org/q")
    stated = [
        ox.Triple(node, seen, ox.Literal(str(number))) for number, node in enumerate(nodes[::-1])
    ]
    stated = [ox.Triple(nodes[7], other, nodes[3]), *stated]
    wanted = triples("ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:in () ] .")
    report = engine(name).validate(stated, wanted)
    found = {(result.focus, result.value) for result in report.results}
    assert found == {(t.subject, t.object) for t in stated if t.predicate == seen}
    (shape,) = {result.shape for result in report.results}
    assert shape in {triple.subject for triple in wanted}


NUMBERS = " ".join(f"ex:n{number} ex:p {number} ." for number in range(50))


def finding(severity: str, target: str = "sh:targetSubjectsOf ex:p") -> str:
    return f"ex:{severity} {target} ; sh:nodeKind sh:Literal ; sh:severity sh:{severity} ."


@pytest.mark.parametrize("severity", ["Violation", "Warning", "Info"])
def test_the_native_engine_stops_after_so_many_findings_and_says_so(severity: str) -> None:
    stated, wanted = triples(NUMBERS), triples(finding(severity))
    report = Native(limit=10).validate(stated, wanted)
    assert len(report.results) == 10
    assert "10" in report.notes[0]["nl"]
    assert len(Native().validate(stated, wanted).results) == 50
    assert Native().validate(stated, wanted).notes == ()


def test_what_is_worse_is_found_however_much_there_is_that_is_not() -> None:
    lesser = finding("Info") + finding("Warning")
    one = triples(lesser + finding("Violation", "sh:targetNode ex:n7"))
    report = Native(limit=10).validate(triples(NUMBERS), one)
    assert [result.focus.value for result in report.results[:1]] == ["http://example.org/n7"]
    assert len(report.results) <= 21
    assert not report.passed
    report = Native(limit=10).validate(triples(NUMBERS), triples(lesser))
    assert report.passed
    assert not report.passed_strictly


def test_without_room_for_a_verdict_there_is_no_verdict() -> None:
    # What only warns is what the other judges by as well, so it cannot be left out.
    wanted = triples(f"ex:V sh:targetNode 7 ; sh:node ex:Warning . {finding('Warning')}")
    with pytest.raises(LimitError, match="no verdict"):
        Native(limit=10).validate(triples(NUMBERS), wanted)


@settings(max_examples=150, deadline=None)
@given(data(), shapes(), st.integers(1, 3))
def test_a_limit_bounds_the_findings_and_leaves_the_verdict(
    statements: list[str], asked: str, limit: int
) -> None:
    stated, wanted = triples("\n".join(statements)), triples(asked)
    try:
        some = Native(limit=limit).validate(stated, wanted)
    except LimitError:
        return
    whole = Native().validate(stated, wanted)
    assert len(some.results) <= 3 * limit
    assert everything(some) <= everything(whole)
    assert (some.passed, some.passed_strictly) == (whole.passed, whole.passed_strictly)
    assert some.notes or everything(some) == everything(whole)


def test_data_that_memory_cannot_hold_is_refused_before_it_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not Path("/proc/meminfo").exists():
        pytest.skip("only Linux tells how much memory is free")
    monkeypatch.setattr("si_graph.validate.shacl.native_engine._MEMORY", 2**60)
    with pytest.raises(LimitError, match="memory"):
        Native().validate(triples("ex:n ex:p 1 ."), triples("ex:S sh:targetNode 1 ."))
