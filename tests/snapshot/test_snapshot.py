"""A snapshot is whole or not there, verified when it is opened, and made anew when it must be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from si_graph.errors import InconsistentError, InputError, SnapshotError, ValidationFailed
from si_graph.snapshot.build import build
from si_graph.snapshot.snapshot import Snapshot, open_snapshot

SI = "https://w3id.org/si-graph/ontology#"
PASSAGE = "https://w3id.org/si-graph/id/awt84/passage/"
GRAPH = "https://w3id.org/si-graph/graph/"
STATEMENTS = "data/awt84/statements.trig"


@pytest.fixture
def built(root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "snapshot"
    build(str(root), str(folder))
    return folder


def rows(snapshot: Snapshot, query: str) -> list[tuple[str, ...]]:
    """Return a query's rows as text."""
    solutions = snapshot.store.query(f"PREFIX si: <{SI}> PREFIX graph: <{GRAPH}> {query}")
    assert isinstance(solutions, ox.QuerySolutions)
    width = len(solutions.variables)
    return [tuple(getattr(row[i], "value", "") for i in range(width)) for row in solutions]


def data_folder(snapshot: Path) -> Path:
    """Return the folder that the manifest names."""
    return snapshot / str(json.loads((snapshot / "manifest.json").read_text())["data"])


def break_store(snapshot: Path, part: str) -> None:
    """Change one byte of the largest file of a store, as a bad disk would."""
    path = max((data_folder(snapshot) / part).iterdir(), key=lambda file: file.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


# What is in it


def test_the_default_graph_is_the_merge_of_all_graphs(built: Path) -> None:
    snapshot = open_snapshot(str(built))
    # Two passages state it, and it is one triple.
    assert rows(snapshot, "SELECT ?x { ?x a si:Ministry }") == [
        ("https://w3id.org/si-graph/id/actor/min-ez",)
    ]
    assert len(rows(snapshot, "SELECT ?g { GRAPH ?g { ?x a si:Ministry } }")) == 2
    named = {graph for (graph,) in rows(snapshot, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    assert named == {
        GRAPH + "ontology", GRAPH + "shapes", GRAPH + "passages", GRAPH + "inferred",
        PASSAGE + "P1", PASSAGE + "P2",
    }  # fmt: skip


def test_what_follows_can_be_left_out(built: Path) -> None:
    query = "SELECT ?x { ?x a si:Actor }"
    assert len(rows(open_snapshot(str(built)), query)) == 1
    asserted = open_snapshot(str(built), asserted=True)
    assert rows(asserted, query) == []
    assert not any(quad.graph_name == ox.NamedNode(GRAPH + "inferred") for quad in asserted.quads())


def test_the_dump_holds_named_graphs_only(built: Path) -> None:
    quads = list(open_snapshot(str(built)).quads())
    assert not any(isinstance(quad.graph_name, ox.DefaultGraph) for quad in quads)
    counts = json.loads((built / "manifest.json").read_text())["counts"]
    assert len(quads) == counts["asserted"] + counts["inferred"]


def test_quads_with_typed_literals_are_read_by_themselves(built: Path) -> None:
    snapshot = open_snapshot(str(built))
    everything, typed = set(snapshot.quads()), set(snapshot.typed_quads())
    values = {quad: str(quad.object) for quad in everything}
    marked = {quad for quad, value in values.items() if value[0] == '"' and value[-1] == ">"}
    assert marked
    assert marked <= typed < everything


def test_evidence_and_places_are_derived(built: Path) -> None:
    snapshot = open_snapshot(str(built), asserted=True)
    evidence = "SELECT ?p { <https://w3id.org/si-graph/id/actor/min-ez> si:hasEvidence ?p }"
    assert {value for (value,) in rows(snapshot, evidence)} == {PASSAGE + "P1", PASSAGE + "P2"}
    places = "SELECT ?p ?start ?end ?page { ?p si:start ?start ; si:end ?end ; si:page ?page }"
    assert sorted(rows(snapshot, places)) == [
        (PASSAGE + "P1", "10", "20", "5"),
        # A page footer cuts it in two.
        (PASSAGE + "P2", "30", "75", "5-6"),
    ]


def test_two_builds_of_the_same_sources_have_the_same_quads(root: Path, tmp_path: Path) -> None:
    dumps = []
    for name in ("one", "two"):
        build(str(root), str(tmp_path / name))
        dumps.append((data_folder(tmp_path / name) / "quads.nq").read_bytes())
    assert dumps[0] == dumps[1]


def test_the_stages_are_told(root: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build(str(root), str(tmp_path / "snapshot"), lambda *stage: told.append(stage))
    assert [done for _, done, _ in told] == list(range(told[0][2] + 1))
    assert told[2][0] == "reasoning"


# What stops a build, and what it leaves behind


@pytest.mark.parametrize(
    ("path", "text", "error", "told"),
    [
        ("data/awt84/more.trig", "passage:P1 { }", InputError, "more.trig:1:"),
        ("data/awt84/more.trig", "<http://a> <http://b> <http://c> .", InputError, "no graph"),
        (
            "data/awt84/more.trig",
            f"<{PASSAGE}P1> {{ <http://a> a <{SI}Actor> ; <{SI}number> 1, 2 . }}",
            ValidationFailed,
            "what the sources state does not conform",
        ),
        (
            "data/awt84/more.trig",
            f"<{PASSAGE}P1> {{ <https://w3id.org/si-graph/id/actor/min-ez> a "
            f"<{SI}PolicyInstrument> }}",
            InconsistentError,
            "passage:P1",
        ),
        ("ontology/alignments/x.sssom.tsv", "subject_id\n", InputError, "lacks the column"),
    ],
)
def test_bad_sources_leave_the_snapshot_as_it_was(
    root: Path, built: Path, path: str, text: str, error: type[Exception], told: str
) -> None:
    before = {file: file.read_bytes() for file in built.rglob("*") if file.is_file()}
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    with pytest.raises(error, match=told):
        build(str(root), str(built))
    assert {file: file.read_bytes() for file in built.rglob("*") if file.is_file()} == before


def test_a_file_system_that_takes_no_more_leaves_the_snapshot_as_it_was(
    root: Path, built: Path
) -> None:
    """The limit on the size of a file stands for the full disk: both fail in the middle."""
    before = {file: file.read_bytes() for file in built.rglob("*") if file.is_file()}
    script = (
        "import resource, sys\n"
        "from si_graph.snapshot.build import build\n"
        "def stage(name, done, total):\n"
        "    if name == 'writing the snapshot':\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "build(sys.argv[1], sys.argv[2], stage)"
    )
    # Coverage could not write its own file either.
    environment = {key: value for key, value in os.environ.items() if "COVERAGE" not in key}
    finished = subprocess.run(
        [sys.executable, "-c", script, str(root), str(built)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "SnapshotError" in finished.stderr
    assert "cannot be written" in finished.stderr
    assert {file: file.read_bytes() for file in built.rglob("*") if file.is_file()} == before


def test_a_build_killed_at_any_moment_leaves_a_whole_snapshot(root: Path, built: Path) -> None:
    counts = json.loads((built / "manifest.json").read_text())["counts"]
    script = (
        "import sys\n"
        "from si_graph.snapshot.build import build\n"
        "import si_graph.reason.owlrl_engine, si_graph.validate.shacl.pyshacl_engine\n"
        "print('ready', flush=True)\n"
        "for _ in range(50): build(sys.argv[1], sys.argv[2])"
    )
    for number in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", script, str(root), str(built)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.05 + 0.07 * number)
            process.send_signal(signal.SIGKILL)
        snapshot = open_snapshot(str(built))
        assert snapshot.manifest.counts == counts
        assert len(list(snapshot.quads())) == counts["asserted"] + counts["inferred"]


# Opening


def test_a_snapshot_that_fits_its_sources_is_not_built_again(
    root: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (built / "manifest.json").read_bytes()
    open_snapshot(str(built), str(root))
    # A fresh checkout gives files a new time and the same content.
    os.utime(root / STATEMENTS, (1, 1))
    open_snapshot(str(built), str(root))
    assert capsys.readouterr().err == ""
    assert json.loads(before)["data"] == data_folder(built).name


def test_a_changed_source_is_noticed(
    root: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (root / STATEMENTS).read_text()
    (root / STATEMENTS).write_text(text.replace("actor:min-ez", "actor:min-oz"))
    snapshot = open_snapshot(str(built), str(root))
    assert rows(snapshot, "SELECT ?x { ?x a si:Actor }") == [
        ("https://w3id.org/si-graph/id/actor/min-oz",)
    ]
    assert "does not fit the sources any more" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["data/awt84/new.trig", STATEMENTS])
def test_a_source_that_comes_or_goes_is_noticed(
    root: Path, built: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if path == STATEMENTS:
        (root / path).unlink()
    else:
        (root / path).write_text(f"<{PASSAGE}P1> {{ <http://a> a <{SI}Actor> }}")
    snapshot = open_snapshot(str(built), str(root))
    assert "building it" in capsys.readouterr().err
    assert set(snapshot.manifest.inputs) == {
        str(file.relative_to(root)) for file in root.rglob("*.t*") if file.is_file()
    }


@pytest.mark.parametrize("part", ["closure", "asserted"])
def test_a_damaged_store_is_restored_from_its_quads(
    built: Path, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    break_store(built, part)
    snapshot = open_snapshot(str(built), asserted=part == "asserted")
    assert len(rows(snapshot, "SELECT ?x { ?x a si:Ministry }")) == 1
    assert "restoring it" in capsys.readouterr().err
    open_snapshot(str(built), asserted=part == "asserted")
    assert capsys.readouterr().err == ""


def test_where_the_quads_are_damaged_too_it_is_built_from_the_sources(
    root: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    break_store(built, "closure")
    (data_folder(built) / "quads.nq").write_text("")
    with pytest.raises(SnapshotError, match="no sound snapshot"):
        open_snapshot(str(built))
    snapshot = open_snapshot(str(built), str(root))
    assert len(rows(snapshot, "SELECT ?x { ?x a si:Ministry }")) == 1
    assert "is damaged: building it" in capsys.readouterr().err


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format": 0, "data": "x", "versions": {}, "inputs": {}, "counts": {}, "files": {}}',
        '{"format": 1}',
    ],
)
def test_a_manifest_of_another_format_is_no_snapshot(
    root: Path, built: Path, manifest: str
) -> None:
    (built / "manifest.json").write_text(manifest)
    with pytest.raises(SnapshotError, match="no sound snapshot"):
        open_snapshot(str(built))
    snapshot = open_snapshot(str(built), str(root))
    assert len(rows(snapshot, "SELECT ?x { ?x a si:Ministry }")) == 1


def test_a_missing_snapshot_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="Build it again"):
        open_snapshot(str(tmp_path / "nowhere"))


def test_a_snapshot_in_a_folder_that_may_not_be_written_to_is_read(built: Path) -> None:
    paths = [built, *built.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert len(rows(open_snapshot(str(built)), "SELECT ?x { ?x a si:Ministry }")) == 1
    finally:
        for path in paths:
            path.chmod(0o755)


def test_old_data_is_swept_away_but_not_what_may_be_in_use(root: Path, built: Path) -> None:
    first = data_folder(built)
    build(str(root), str(built))
    assert first.exists()
    os.utime(first, (1, 1))
    build(str(root), str(built))
    assert not first.exists()
