"""The engine `rules` on files and on bad input: it ends, says what is wrong, leaves no debris."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from rule_cases import PREFIXES

from si_graph.errors import InputError, LimitError, UsageError
from si_graph.namespaces import GRAPH_INFERRED
from si_graph.reason.rules_engine import FileClosure, RulesEngine, Settings

EXAMPLE = "http://example.org/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
TRANSITIVE = "<http://www.w3.org/2002/07/owl#TransitiveProperty>"


def triples(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)}


def circle(folder: Path, size: int) -> Path:
    """Write a transitive property that runs in a circle."""
    file = folder / "circle.nt"
    lines = [f"<{EXAMPLE}p> {TYPE} {TRANSITIVE} ."]
    lines += [f"<{EXAMPLE}{n}> <{EXAMPLE}p> <{EXAMPLE}{(n + 1) % size}> ." for n in range(size)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def close_file(
    folder: Path, name: str, text: str | bytes, settings: Settings | None = None
) -> tuple[FileClosure, set[ox.Triple]]:
    """Close one file, and return the outcome and what the output has."""
    file, output = folder / name, folder / "closure.nt"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    outcome = RulesEngine(settings).close_files([file], output)
    return outcome, {quad.triple for quad in ox.parse(path=str(output))}


ILL_FORMED = {
    "a list that runs in a circle": (
        "_:l rdf:first :D ; rdf:rest _:m . _:m rdf:first :E ; rdf:rest _:l .",
        "the list runs in a circle: _:m rdf:rest _:l",
    ),
    "a cell with two rdf:first": (
        "_:l rdf:first :D, :E ; rdf:rest () .",
        "a cell of the list has two rdf:first: _:l rdf:first http://example.org/",
    ),
    "a list without rdf:nil": (
        "_:l rdf:first :D .",
        "the list has no rdf:nil at its end: a cell has no rdf:rest: "
        "http://example.org/C owl:unionOf _:l",
    ),
}


@pytest.mark.parametrize("name", ILL_FORMED)
def test_a_list_that_is_none_is_told_with_its_triple(name: str) -> None:
    cells, message = ILL_FORMED[name]
    graph = f":C owl:unionOf _:l . {cells} :F rdfs:subClassOf :G . :a a :D, :F ."
    closure = RulesEngine().close(triples(graph))
    (warning,) = closure.warnings
    assert warning.startswith(message)
    assert triples(":a a :G .") <= closure.inferred
    assert closure.inferred.isdisjoint(triples(":a a :C ."))


def test_an_ill_typed_literal_is_a_clash_that_names_its_triple() -> None:
    graph = ':a :p "many"^^xsd:integer .'
    (clash,) = RulesEngine().close(triples(graph)).inconsistencies
    assert clash.rule == "dt-not-type"
    assert set(clash.premises) == triples(graph)


@pytest.mark.parametrize(
    ("literal", "sound"),
    [
        ('"255"^^xsd:unsignedByte', True),
        ('"256"^^xsd:unsignedByte', False),
        ('"-1"^^xsd:nonNegativeInteger', False),
        ('"1.0"^^xsd:integer', False),
        ('" 7 "^^xsd:integer', True),
        ('"1e400"^^xsd:double', True),
        ('"one"^^xsd:double', False),
        ('"TRUE"^^xsd:boolean', False),
        ('"2023-02-29T00:00:00"^^xsd:dateTime', False),
        ('"2024-02-29T00:00:00Z"^^xsd:dateTime', True),
        ('"2024-02-29T00:00:00"^^xsd:dateTimeStamp', False),
        ('"a b"^^xsd:NCName', False),
        ('"é-1"^^xsd:NCName', True),
        ('"abc"^^xsd:hexBinary', False),
        ('"YQ=="^^xsd:base64Binary', True),
        ('"tomorrow"^^xsd:date', True),
    ],
)
def test_literals_are_checked_against_their_datatype(literal: str, sound: bool) -> None:
    clashes = RulesEngine().close(triples(f":a :p {literal} .")).inconsistencies
    assert (clashes == ()) == sound


def test_a_text_is_no_number() -> None:
    (clash,) = (
        RulesEngine().close(triples(':p rdfs:range xsd:integer . :a :p "x" .')).inconsistencies
    )
    assert clash.rule == "dt-not-type"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"2024-02-29T24:00:00Z"^^xsd:dateTime', '"2024-03-01T00:00:00+00:00"^^xsd:dateTime'),
        ('"a@NL"^^rdf:PlainLiteral', '"a"@nl'),
        ('"+07.0"^^xsd:decimal', '"7"^^xsd:byte'),
    ],
)
def test_two_ways_to_write_a_value_are_equal(one: str, other: str) -> None:
    graph = f":p a owl:FunctionalProperty . :a :p {one}, {other} ."
    assert RulesEngine().close(triples(graph)).inconsistencies == ()


def test_a_transitive_circle_of_two_thousand_ends(tmp_path: Path) -> None:
    output = tmp_path / "closure.nt"
    outcome = RulesEngine().close_files([circle(tmp_path, 2_000)], output, only_inferred=True)
    assert outcome.inferred == 2_000 * 2_000 - 2_000


def test_a_class_of_a_thousand_equal_things_ends(tmp_path: Path) -> None:
    same = "<http://www.w3.org/2002/07/owl#sameAs>"
    lines = [f"<{EXAMPLE}{n}> {same} <{EXAMPLE}{n + 1}> ." for n in range(999)]
    lines.append(f"<{EXAMPLE}500> <{EXAMPLE}p> <{EXAMPLE}b> .")
    file, output = tmp_path / "graph.nt", tmp_path / "closure.nt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    outcome = RulesEngine().close_files([file], output)
    assert outcome.inferred == 1000 * 999 - 999 + 999
    assert f"<{EXAMPLE}999> {same} <{EXAMPLE}0> ." in output.read_text(encoding="utf-8")


def test_a_closure_that_explodes_is_told_before_and_ended_by_the_limit(tmp_path: Path) -> None:
    told: list[str] = []
    settings = Settings(max_inferred=100_000, warn=told.append)
    with pytest.raises(LimitError, match="more than 100,000 triples follow") as caught:
        RulesEngine(settings).close_files([circle(tmp_path, 10_000)], tmp_path / "closure.nt")
    assert caught.value.exit_status == 4
    assert told[0].startswith(f"{EXAMPLE}p is transitive, and some 100,000,000 triples")
    assert [path.name for path in tmp_path.iterdir()] == ["circle.nt"]


def test_too_little_memory_is_a_limit_and_leaves_no_debris(tmp_path: Path) -> None:
    engine = RulesEngine(Settings(memory="8MB"))
    with pytest.raises(LimitError, match="the memory allowed is too little") as caught:
        engine.close_files([circle(tmp_path, 1_000)], tmp_path / "closure.nt")
    assert caught.value.exit_status == 4
    assert [path.name for path in tmp_path.iterdir()] == ["circle.nt"]


def test_a_transitive_tree_is_not_called_an_explosion(tmp_path: Path) -> None:
    told: list[str] = []
    lines = [f"<{EXAMPLE}p> {TYPE} {TRANSITIVE} ."]
    lines += [f"<{EXAMPLE}{n}> <{EXAMPLE}p> <{EXAMPLE}{n // 4}> ." for n in range(1, 20_000)]
    close_file(tmp_path, "tree.nt", "\n".join(lines) + "\n", Settings(warn=told.append))
    assert told == []


def test_the_limit_counts_what_equality_adds() -> None:
    links = " ".join(f":a{n} owl:sameAs :a{n + 1} ." for n in range(99))
    with pytest.raises(LimitError):
        RulesEngine(Settings(max_inferred=5_000)).close(triples(links))


TEXTS = {
    "graph.nt": f"<{EXAMPLE}a> {TYPE} <{EXAMPLE}C> .\n",
    "tabs.nt": f"# a comment\n\n<{EXAMPLE}a>\t{TYPE}  <{EXAMPLE}C>. # another\n",
    "graph.ttl": f"<{EXAMPLE}a> a <{EXAMPLE}C> .",
    "graph.trig": f"<{EXAMPLE}g> {{ <{EXAMPLE}a> a <{EXAMPLE}C> }}",
    "graph.nq": f"<{EXAMPLE}a> {TYPE} <{EXAMPLE}C> <{EXAMPLE}g> .\n",
    "graph.jsonld": f'{{"@id": "{EXAMPLE}a", "@type": "{EXAMPLE}C"}}',
    "graph.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    f'<C xmlns="{EXAMPLE}" rdf:about="{EXAMPLE}a"/></rdf:RDF>',
}


@pytest.mark.parametrize("name", [*TEXTS, "graph.ttl.gz"])
def test_every_format_is_read(tmp_path: Path, name: str) -> None:
    text = TEXTS[name.removesuffix(".gz")].encode()
    data = gzip.compress(text) if name.endswith(".gz") else text
    _, written = close_file(tmp_path, name, data)
    assert written == triples(":a a :C .")


@pytest.mark.parametrize(
    "name",
    ["c.nt", "c.nt.gz", "c.nq", "c.nq.gz", "c.ttl", "c.ttl.gz", "c.trig", "c.rdf", "c.jsonld"],
)
def test_the_output_is_in_the_format_that_its_name_says(tmp_path: Path, name: str) -> None:
    file, output = tmp_path / "graph.ttl", tmp_path / name
    file.write_text(f"{PREFIXES} :C rdfs:subClassOf :D . :a a :C ; rdfs:label 'a \\n b'@nl .")
    RulesEngine().close_files([file], output)
    data = output.read_bytes()
    data = gzip.decompress(data) if name.endswith(".gz") else data
    syntax = ox.RdfFormat.from_extension(name.split(".")[1])
    assert syntax is not None
    quads = set(ox.parse(data, syntax))
    graph = ox.NamedNode(GRAPH_INFERRED) if syntax.supports_datasets else ox.DefaultGraph()
    assert {quad.triple for quad in quads} == triples(
        ":C rdfs:subClassOf :D . :a a :C, :D ; rdfs:label 'a \\n b'@nl ."
    )
    assert {quad.triple for quad in quads if quad.graph_name == graph} >= triples(":a a :D .")
    assert sum(quad.graph_name == ox.DefaultGraph() for quad in quads) in (3, 4)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["graph.ttl", name])


def test_a_name_that_says_no_format_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="which RDF format"):
        RulesEngine().close_files([tmp_path / "not there.ttl"], tmp_path / "closure.txt")


@pytest.mark.parametrize(
    ("text", "fits"),
    [("\\u0001", False), ("\\uFFFE", False), ("\\\\u0001", True), ("\\t", True)],
)
def test_what_xml_cannot_hold_is_not_written_as_xml(tmp_path: Path, text: str, fits: bool) -> None:
    file, output = tmp_path / "graph.nt", tmp_path / "closure.rdf"
    file.write_text(f'<{EXAMPLE}a> <{EXAMPLE}p> "x{text}" .\n')
    if fits:
        RulesEngine().close_files([file], output)
        assert {quad.triple for quad in ox.parse(path=str(output))} == {
            quad.triple for quad in ox.parse(path=str(file))
        }
    else:
        with pytest.raises(UsageError, match="control character"):
            RulesEngine().close_files([file], output)
        assert not output.exists()


def test_escapes_in_n_triples_mean_what_they_say(tmp_path: Path) -> None:
    text = (
        f'<{EXAMPLE}a> <{EXAMPLE}p> "caf\\u00E9\\t" .\n<{EXAMPLE}a> <{EXAMPLE}p> "café\t" .\n'
        f"<{EXAMPLE}p> {TYPE} <http://www.w3.org/2002/07/owl#FunctionalProperty> .\n"
    )
    outcome, written = close_file(tmp_path, "graph.nt", text)
    assert outcome == FileClosure(2, 0, (), ())
    assert ox.Literal("café\t") in {triple.object for triple in written}


@pytest.mark.parametrize(
    "written", ["\\uFFFE", "\ufffe", "\\uFFFF", "\\u0001", "\\u007F", "\ufdd0"]
)
def test_every_character_of_a_literal_comes_out_as_it_went_in(tmp_path: Path, written: str) -> None:
    character = written if len(written) == 1 else chr(int(written[2:], 16))
    outcome, triples = close_file(
        tmp_path, "graph.nt", f'<{EXAMPLE}a> <{EXAMPLE}p> "{written}" .\n'
    )
    assert outcome.stated == 1
    assert {triple.object for triple in triples} == {ox.Literal(character)}


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        file = tmp_path / f"{name}.nt"
        file.write_text(f"_:b <{EXAMPLE}{name}> <{EXAMPLE}c> .\n", encoding="utf-8")
    output = tmp_path / "closure.nt"
    RulesEngine().close_files([tmp_path / "one.nt", tmp_path / "two.nt"], output)
    subjects = {quad.subject for quad in ox.parse(path=str(output))}
    assert len(subjects) == 2


@pytest.mark.parametrize("name", ["graph.nt", "graph.ttl"])
def test_a_malformed_file_is_reported_with_its_place(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(f"<{EXAMPLE}a> <{EXAMPLE}p> <{EXAMPLE}b> .\n<{EXAMPLE}a> oops .\n")
    with pytest.raises(InputError) as caught:
        RulesEngine().close_files([file], tmp_path / "closure.nt")
    assert str(caught.value).startswith(f"{file}:2:")


def test_bytes_that_are_no_text_are_reported(tmp_path: Path) -> None:
    file = tmp_path / "graph.nt"
    file.write_bytes(b'<http://example.org/a> <http://example.org/p> "\xff" .\n')
    with pytest.raises(InputError) as caught:
        RulesEngine().close_files([file], tmp_path / "closure.nt")
    assert str(file) in str(caught.value)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        RulesEngine().close_files([tmp_path / "none.nt"], tmp_path / "closure.nt")


def test_triples_about_triples_are_refused(tmp_path: Path) -> None:
    text = f"<{EXAMPLE}a> <{EXAMPLE}p> <<( <{EXAMPLE}a> <{EXAMPLE}p> <{EXAMPLE}b> )>> .\n"
    with pytest.raises(UsageError, match="triples about triples"):
        close_file(tmp_path, "graph.nt", text)


def test_nothing_is_written_where_statements_clash(tmp_path: Path) -> None:
    file, output = tmp_path / "graph.nt", tmp_path / "closure.nt"
    output.write_text("as it was")
    file.write_text(f"<{EXAMPLE}a> {TYPE} <http://www.w3.org/2002/07/owl#Nothing> .\n")
    outcome = RulesEngine().close_files([file], output)
    assert [clash.rule for clash in outcome.inconsistencies] == ["cls-nothing2"]
    assert output.read_text() == "as it was"


CLOSE = """
import sys
from si_graph.reason.rules_engine import RulesEngine
print("ready", flush=True)
RulesEngine().close_files([sys.argv[1]], sys.argv[2])
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_ending_the_process_leaves_no_half_written_output(
    tmp_path: Path, ending: signal.Signals
) -> None:
    output = tmp_path / "closure.nt"
    output.write_text("as it was")
    process = subprocess.Popen(
        [sys.executable, "-c", CLOSE, str(circle(tmp_path, 3_000)), str(output)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(1)
        process.send_signal(ending)
        assert process.wait(timeout=60) != 0
    assert output.read_text() == "as it was"
    if ending == signal.SIGINT:
        assert {path.name for path in tmp_path.iterdir()} == {"circle.nt", "closure.nt"}
