"""Each command does what its help says, on the bundled graph and on a user's own files."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from support import ROOT, Run

FAMILY = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Cat rdfs:subClassOf ex:Animal ; owl:disjointWith ex:Dog .
ex:tom a ex:Cat ; rdfs:label "Tom" .
"""
ANIMAL = (
    "<http://example.org/tom> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<http://example.org/Animal>"
)
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
ex:CatShape a sh:NodeShape ; sh:targetClass ex:Cat ;
    sh:property [ sh:path ex:age ; sh:minCount 1 ;
        sh:message "A cat has an age."@en , "Een kat heeft een leeftijd."@nl ] .
"""


@pytest.fixture
def family(tmp_path: Path) -> str:
    path = tmp_path / "family.ttl"
    path.write_text(FAMILY)
    return path.name


# query


@pytest.mark.parametrize(
    ("fmt", "start"),
    [
        ("csv", "action,actionLabel\r\n"),
        ("tsv", "?action\t?actionLabel\n"),
        ("json", '{"head":'),
        ("xml", "<?xml"),
        ("html", "<table>"),
    ],
)
def test_rows_come_in_every_format(run: Run, fmt: str, start: str) -> None:
    finished = run("query", "CQ14", "--format", fmt)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.replace("\r\n", "\n").startswith(start.replace("\r\n", "\n"))
    assert finished.stdout.count("id/awt84/rec") >= 15


@pytest.mark.parametrize(
    ("fmt", "syntax"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("ntriples", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_a_graph_comes_in_every_format(run: Run, fmt: str, syntax: ox.RdfFormat) -> None:
    query = "CONSTRUCT WHERE { ?x a si:Recommendation }"
    finished = run("query", query, "--format", fmt)
    assert finished.returncode == 0
    assert len(list(ox.parse(finished.stdout, format=syntax))) == 3


def test_a_format_that_does_not_fit_is_refused(run: Run) -> None:
    finished = run("query", "CQ14", "--format", "turtle")
    assert finished.returncode == 2
    assert "rows cannot be written as turtle; choose one of: csv" in finished.stderr


def test_yes_or_no_is_answered_in_the_users_language(run: Run) -> None:
    assert run("query", "ASK { ?x a si:Step }").stdout == "yes\n"
    assert run("query", "ASK { ?x a si:Step, si:Actor }", "--lang", "nl").stdout == "nee\n"


def test_a_query_comes_from_a_file_or_from_standard_input(run: Run, tmp_path: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?x a si:Recommendation }"
    (tmp_path / "count.rq").write_text(text)
    expected = run("query", text, "--format", "csv").stdout
    assert expected.splitlines() == ["n", "3"]
    assert run("query", "count.rq", "--format", "csv").stdout == expected
    assert run("query", "-", "--format", "csv", stdin=text).stdout == expected


def test_a_syntax_error_is_shown_with_a_caret(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.rq").write_text("SELECT ?x\nWHERE { ?x a si:Step ; ; ?y }\n")
    finished = run("query", "broken.rq")
    assert finished.returncode == 2
    head, line, caret = finished.stderr.splitlines()
    assert "syntax error at line 2, column" in head
    assert line.strip() == "WHERE { ?x a si:Step ; ; ?y }"
    assert line[caret.index("^")] in ";?}"


def test_a_parameter_changes_the_answer_and_cannot_reach_beyond_its_place(run: Run) -> None:
    provinces = run("query", "CQ14", "--param", "actor=provinces", "--format", "csv")
    assert provinces.returncode == 0
    assert provinces.stdout.count("\n") > 2
    attack = run("query", "CQ14", "--param", "actor=provinces } . ?x ?y ?z . {")
    assert attack.returncode == 2
    assert "parameter 'actor' (si:Actor)" in attack.stderr


def test_without_inference_less_is_asked(run: Run) -> None:
    everything = run("query", "CQ14", "--format", "csv").stdout.splitlines()
    stated = run("query", "CQ14", "--asserted", "--format", "csv").stdout.splitlines()
    assert len(stated) < len(everything)


def test_a_users_own_files_are_queried_as_they_are(run: Run, family: str) -> None:
    query = "SELECT ?x { ?x a <http://example.org/Animal> }"
    assert run("query", query, "--data", family, "--format", "csv").stdout.splitlines() == ["x"]
    named = run("query", "SELECT ?x { ?x a <http://example.org/Cat> }", "--data", family)
    assert "Tom" in named.stdout


def test_a_service_is_refused_without_touching_the_network(run: Run) -> None:
    finished = run("query", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert finished.returncode == 2
    assert "nothing here uses the network" in finished.stderr


# queries, ask, search, show, stats, doctor, completion


def test_the_catalogue_lists_every_query(run: Run) -> None:
    listed = json.loads(run("queries", "--format", "json").stdout)
    assert {one["name"] for one in listed} == {path.stem for path in ROOT.glob("queries/*.rq")}
    shown = run("queries", "cq14", "--lang", "nl").stdout
    assert "--param actor=…" in shown
    assert "SELECT DISTINCT ?action ?actionLabel" in shown
    assert json.loads(run("queries", "CQ14", "--format", "json").stdout)["inference"] is True


def test_ask_answers_in_sentences_and_names_the_passages(run: Run) -> None:
    english = run("ask", "CQ12").stdout
    dutch = run("ask", "CQ12", "--lang", "nl").stdout
    assert "municipalities" in english
    assert "gemeenten" in dutch
    assert "passage X14" in english
    record = json.loads(run("ask", "CQ12", "--format", "json").stdout)
    assert {passage["iri"].rsplit("/", 1)[1] for passage in record["evidence"]} >= {"X14"}


def test_search_forgives_typing_errors(run: Run) -> None:
    found = json.loads(run("search", "gemeenten", "--format", "json").stdout)
    misspelt = json.loads(run("search", "gemeneten", "--format", "json").stdout)
    assert found[0]["thing"].endswith("/municipalities")
    assert misspelt[0]["thing"].endswith("/municipalities")
    nothing = run("search", "xyzzyplugh")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "nothing is called anything like that" in nothing.stderr


def test_show_tells_stated_from_inferred_and_names_passages(run: Run) -> None:
    shown = run("show", "rec2-b").stdout
    stated, inferred = shown.index("\nStated\n"), shown.index("\nInferred\n")
    assert stated < shown.index("[R2b]") < inferred
    turtle = run("show", "actor:nwo", "--format", "turtle").stdout
    assert len(list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))) > 10


def test_stats_count_what_the_queries_find(run: Run) -> None:
    counted = json.loads(run("stats", "--format", "json").stdout)
    rows = run("query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--format", "csv").stdout
    assert counted["statements"] == int(rows.splitlines()[1])
    stated = json.loads(run("stats", "--asserted", "--format", "json").stdout)
    assert counted["inferred"] > 0
    assert stated["inferred"] == 0
    assert "aanbeveling" in run("stats", "--lang", "nl").stdout


def test_the_doctor_finds_this_installation_sound(run: Run) -> None:
    finished = run("doctor", "--format", "json")
    checks = json.loads(finished.stdout)
    assert [check["name"] for check in checks if not check["passed"]] == []
    assert finished.returncode == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_commands_and_options(run: Run, shell: str) -> None:
    script = run("completion", shell).stdout
    assert "validate" in script
    # tcsh completes commands only.
    assert ("--only-inferred" in script) == (shell != "tcsh")


def test_the_completion_works_in_bash(run: Run, tmp_path: Path) -> None:
    (tmp_path / "complete.sh").write_text(run("completion", "bash").stdout)
    line = (
        "source complete.sh; COMP_WORDS=(si-graph val); COMP_CWORD=1; "
        "$(complete -p si-graph | grep -o '_shtab[a-z_]*'); echo ${COMPREPLY[@]}"
    )
    finished = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "validate"


# reason


def test_reason_writes_what_follows(run: Run, family: str, tmp_path: Path) -> None:
    finished = run("reason", family, "--only-inferred", "--format", "ntriples")
    assert finished.returncode == 0
    assert f"{ANIMAL} .\n" in finished.stdout
    assert "Tom" not in finished.stdout
    assert "inferred" in finished.stderr
    assert run("reason", family, "-o", "out.nq.gz").returncode == 0
    written = gzip.decompress((tmp_path / "out.nq.gz").read_bytes()).decode()
    assert f"{ANIMAL} <https://w3id.org/si-graph/graph/inferred> .\n" in written
    assert '"Tom"' in written


def test_a_contradiction_ends_with_status_3_and_writes_nothing(
    run: Run, family: str, tmp_path: Path
) -> None:
    (tmp_path / "odd.ttl").write_text("@prefix ex: <http://example.org/> . ex:tom a ex:Dog .")
    (tmp_path / "out.ttl").write_text("# as it was\n")
    finished = run("reason", family, "odd.ttl", "-o", "out.ttl")
    assert finished.returncode == 3
    assert finished.stdout == ""
    assert "cax-dw" in finished.stderr
    assert (tmp_path / "out.ttl").read_text() == "# as it was\n"
    assert {path.name for path in tmp_path.iterdir()} == {"family.ttl", "odd.ttl", "out.ttl"}


def test_contradictions_are_reported_for_programs_on_standard_output(
    run: Run, family: str, tmp_path: Path
) -> None:
    (tmp_path / "odd.ttl").write_text("@prefix ex: <http://example.org/> . ex:tom a ex:Dog .")
    finished = run("reason", family, "odd.ttl", "--report", "json")
    assert finished.returncode == 3
    (result,) = json.loads(finished.stdout)["results"]
    assert result["component"].endswith("#cax-dw")
    assert {detail["file"] for detail in result["details"]} <= {family, "odd.ttl"}
    told = run("reason", family, "odd.ttl", "--lang", "nl")
    assert "sluiten elkaar uit" in " ".join(told.stderr.split())
    assert told.stdout == ""


def test_reason_ends_at_a_limit_with_nothing_written(run: Run, family: str, tmp_path: Path) -> None:
    finished = run("reason", family, "-o", "out.nt", "--max-inferred", "0")
    assert finished.returncode == 4
    assert "Nothing was written" in finished.stderr
    assert not (tmp_path / "out.nt").exists()


def test_reason_takes_either_engine_and_settings_for_one(run: Run, family: str) -> None:
    arguments = ("reason", family, "--only-inferred", "--format", "ntriples")
    assert run(*arguments, "--engine", "owlrl").stdout == run(*arguments).stdout
    refused = run(*arguments, "--engine", "owlrl", "--trivial")
    assert refused.returncode == 2
    assert "the engine owlrl has no settings" in refused.stderr
    more = run(*arguments, "--trivial").stdout
    assert "http://www.w3.org/2002/07/owl#Thing" in more
    assert run(*arguments, "--memory", "lots").returncode == 2


# validate


def test_validate_passes_on_the_bundled_graph(run: Run) -> None:
    finished = run("validate")
    assert finished.returncode == 0
    assert "violation" not in finished.stdout


@pytest.mark.parametrize(
    ("example", "status"),
    [("Recommendation", 1), ("StepSequence", 0), ("InstrumentTargetMissing", 0)],
)
def test_only_a_violation_fails(run: Run, example: str, status: int) -> None:
    """The shapes' own tests compare every result; here the status says what they amount to."""
    fail = ROOT / "data" / "examples" / "shapes" / example / "fail.trig"
    finished = run("validate", str(fail), "--format", "json")
    results = json.loads(finished.stdout)["results"]
    assert any(result["line"] for result in results)
    assert finished.returncode == status


def test_validate_takes_a_users_own_shapes(run: Run, family: str, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    finished = run("validate", family, "--shapes", "shapes.ttl", "--lang", "nl")
    assert finished.returncode == 1
    assert "Een kat heeft een leeftijd." in finished.stdout
    assert "family.ttl:6" in finished.stdout
    sarif = json.loads(
        run("validate", family, "--shapes", "shapes.ttl", "--format", "sarif").stdout
    )
    assert sarif["runs"][0]["results"][0]["level"] == "error"


# build


def test_build_writes_a_snapshot_that_can_be_opened(run: Run, tmp_path: Path) -> None:
    finished = run("build", "-o", "built")
    assert finished.returncode == 0
    assert finished.stdout.endswith("kept in built\n")
    from si_graph import KnowledgeGraph

    graph = KnowledgeGraph.open(tmp_path / "built")
    rows = csv.reader(io.StringIO(graph.named("CQ14").to_csv()))  # type: ignore[union-attr]
    assert len(list(rows)) == 16


def test_a_build_that_contradicts_itself_is_reported_with_its_files(
    environment: dict[str, str], tmp_path: Path
) -> None:
    for name in ("ontology", "data", "queries", "src"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    passage = "https://w3id.org/si-graph/id/awt84/passage/X11"
    wrong = (
        "<https://w3id.org/si-graph/id/place/nl> <https://w3id.org/si-graph/ontology#within>"
        " <https://w3id.org/si-graph/id/place/nl> ."
    )
    axiom = (
        "<https://w3id.org/si-graph/ontology#within> a"
        " <http://www.w3.org/2002/07/owl#IrreflexiveProperty> ."
    )
    (tmp_path / "data" / "awt84" / "wrong.trig").write_text(f"<{passage}> {{ {wrong} }}")
    (tmp_path / "ontology" / "modules" / "wrong.ttl").write_text(axiom)
    finished = subprocess.run(
        [sys.executable, "-m", "si_graph", "build", "-o", "built", "--report", "json"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(tmp_path / "src"), "LANG": "en_GB.UTF-8"},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 3, finished.stderr
    assert not (tmp_path / "built").exists()
    (clash,) = json.loads(finished.stdout)["results"]
    assert "within" in clash["message"]["en"]
    assert "data/awt84/wrong.trig" in finished.stdout
    assert "ontology/modules/wrong.ttl" in finished.stdout
