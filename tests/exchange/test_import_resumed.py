"""An import that is broken off goes on where it was, and gives the same bytes."""

from __future__ import annotations

import gzip
import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from exchange.importing import EXAMPLES
from exchange.resuming import HEAD, rows, table
from loopback import answering, serving
from si_graph.errors import EndpointError, InputError
from si_graph.exchange.imports import (
    Report,
    import_files,
    load_profile,
    pieces,
    rdf,
    source_of,
)
from si_graph.exchange.imports.mapping import Mapped, Mapping
from si_graph.load import native
from si_graph.network import addresses


class Import:
    """One import, in this process, of batches and pieces that are very small."""

    def __init__(self, patch: pytest.MonkeyPatch, target: Path, profile: str = "cordis") -> None:
        self.profile = profile
        self.target = target
        self.rows_mapped = 0
        self.told: list[tuple[str, int]] = []
        self.options: dict[str, Any] = {"on_error": "skip"}
        real = Mapping.mapped

        def counted(mapping: Mapping, rows: int, records: list[bytes]) -> Mapped:
            self.rows_mapped += rows
            return real(mapping, rows, records)

        for where, value in (
            ("importing.BATCH", 10),
            ("rdf._BATCH", 1),
            ("rdf._PORTION", 500),
            ("pieces.PIECE", 3000),
            ("mapping.Mapping.mapped", counted),
        ):
            patch.setattr(f"si_graph.exchange.imports.{where}", value)

    @property
    def folder(self) -> Path:
        return self.target.parent / f".{self.target.name}.import"

    def run(self, *sources: Path | str, stop_at: int | None = None) -> Report:
        """Import; `stop_at` says after how many tidings of progress it is interrupted."""
        self.rows_mapped = 0
        self.told.clear()
        seen = 0

        def progress(*_: object) -> None:
            nonlocal seen
            seen += 1
            if seen == stop_at:
                raise KeyboardInterrupt

        return import_files(
            load_profile(self.profile),
            [source_of(str(one)) if isinstance(one, Path) else one for one in sources],
            output=str(self.target),
            progress=progress,
            resumed=lambda what, count: self.told.append((what, count)),
            **self.options,
        ).report

    def interrupt(self, *sources: Path | str, stop_at: int) -> None:
        with pytest.raises(KeyboardInterrupt):
            self.run(*sources, stop_at=stop_at)
        assert not self.target.exists()


def undisturbed(one: Import, *sources: Path | str) -> tuple[bytes, Report]:
    """Import without a break; return the bytes and the report, and leave nothing."""
    report = one.run(*sources)
    content = one.target.read_bytes()
    one.target.unlink()
    assert not one.folder.exists()
    return content, report


# Any input, any moment


@pytest.mark.parametrize(
    ("kind", "name"),
    [("csv", "out.nq"), ("csv.gz", "out.nq.gz"), ("zip", "out.nq.gz"), ("json", "out.nq")],
)
def test_an_import_goes_on_after_the_rows_that_it_mapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    text = HEAD + rows(0, 400)
    source = tmp_path / f"project.{kind}"
    if kind == "csv":
        source.write_text(text)
    elif kind == "csv.gz":
        source.write_bytes(gzip.compress(text.encode()))
    elif kind == "json":
        cells = [line.split(";") for line in text.splitlines()]
        source.write_text(json.dumps([dict(zip(cells[0], one, strict=True)) for one in cells[1:]]))
    else:
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("a.csv", HEAD + rows(0, 200))
            archive.writestr("readme.pdf", b"no data")
            archive.writestr("b.csv", HEAD + rows(200, 400))
    one = Import(monkeypatch, tmp_path / name)
    content, report = undisturbed(one, source)
    assert (report.rows, report.refused) == (400, 40)
    for stop_at in (2, 15, 41):
        one.interrupt(source, stop_at=stop_at)
        again = one.run(source)
        before = sum(count for _, count in one.told)
        assert one.rows_mapped == 400 - before
        assert (before > 0) == (stop_at >= 15)
        assert one.target.read_bytes() == content
        assert again == report
        assert not one.folder.exists()
        one.target.unlink()


def test_an_import_can_be_broken_off_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = table(tmp_path / "project.csv")
    one = Import(monkeypatch, tmp_path / "out.nq.gz")
    content, report = undisturbed(one, source)
    after = []
    for stop_at in (12, 20, 30):
        one.interrupt(source, stop_at=stop_at)
        after += [count for _, count in one.told]
    assert one.run(source) == report
    after += [count for _, count in one.told]
    assert one.target.read_bytes() == content
    assert after == sorted(set(after))
    assert len(after) == 3


def test_rdf_that_was_read_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def write_n_triples(path: str, target: str, *, relative_iris: bool) -> None:
        read.append(Path(path).name)
        native.write_n_triples(path, target, relative_iris=relative_iris)

    monkeypatch.setattr(rdf, "write_n_triples", write_n_triples)
    broken = tmp_path / "broken.ttl"
    broken.write_text("<http://a.example/> a\n<b .")
    sources = [EXAMPLES / "nuts.ttl", broken, EXAMPLES / "eurovoc.ttl"]
    one = Import(monkeypatch, tmp_path / "out.nq.gz", "eurovoc")
    content, report = undisturbed(one, *sources)
    read.clear()
    one.interrupt(*sources, stop_at=3)
    assert one.run(*sources) == report
    ((what, count),) = one.told
    assert (what, 0 < count < report.kept) == ("triples", True)
    assert read == ["nuts.ttl", "broken.ttl", "broken.ttl", "eurovoc.ttl"]
    assert one.target.read_bytes() == content


@pytest.mark.parametrize(
    ("profile", "name", "said"),
    [
        ("eurovoc", "eurovoc.ttl", {"triples", "rows"}),
        ("nuts", "nuts.ttl", {"triples", "rows"}),
        ("cordis", "eurio.ttl", {"triples", "statements"}),
    ],
)
def test_rdf_goes_on_in_the_midst_of_its_mappings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, name: str, said: set[str]
) -> None:
    source = EXAMPLES / name
    one = Import(monkeypatch, tmp_path / "out.nq", profile)
    monkeypatch.setattr(pieces, "PIECE", 1)
    content, report = undisturbed(one, source)
    steps: list[int] = []
    wholes: list[str] = []
    real_add, real_whole = pieces.Pieces.add, rdf.Graph._construct_whole

    def add(self: pieces.Pieces, mapped: Mapped) -> None:
        real_add(self, mapped)
        if mapped.triples:
            steps.append(self.done.steps)
            raise KeyboardInterrupt

    def construct_whole(self: rdf.Graph, query: str, target: str) -> None:
        real_whole(self, query, target)
        wholes.append(target)

    monkeypatch.setattr(pieces.Pieces, "add", add)
    monkeypatch.setattr(rdf.Graph, "_construct_whole", construct_whole)
    # Broken off after each step, it comes to the end all the same, and takes none twice.
    told = set()
    for _ in range(50):
        with suppress(KeyboardInterrupt):
            assert one.run(source) == report
            break
        told |= {what for what, _ in one.told}
    assert one.target.read_bytes() == content
    assert steps == sorted(set(steps))
    assert len(steps) >= 2
    assert told == said
    assert len(wholes) == len(load_profile(profile).whole)


# What makes it begin again

PROFILE = """
homepage = "https://pool.example"
title = { en = "Pools" }
[[tables]]
name = "pools"
mapping = "pools.rq"
columns = [{ name = "title", required = true }]
"""
MAPPING = """
PREFIX column: <https://w3id.org/si-graph/import/column#>
CONSTRUCT { <https://pool.example/> skos:altLabel ?title } { ?row column:title ?title }
"""


@pytest.mark.parametrize("what", ["input", "on_error", "name", "mapping", "profile", "version"])
def test_an_import_begins_again_if_what_it_depends_on_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    profile, mapping = tmp_path / "pools.toml", tmp_path / "pools.rq"
    profile.write_text(PROFILE)
    mapping.write_text(MAPPING)
    source = table(tmp_path / "project.csv")
    one = Import(monkeypatch, tmp_path / "out.nq", str(profile))
    one.interrupt(source, stop_at=35)
    (before,) = one.folder.iterdir()
    if what == "input":
        source.write_text(source.read_text().replace("Pond", "Pool"))
    elif what in ("on_error", "name"):
        one.options[what] = "stop"
    elif what == "mapping":
        mapping.write_text(MAPPING.replace("altLabel", "prefLabel"))
    elif what == "profile":
        profile.write_text(PROFILE.replace("Pools", "Ponds"))
    else:
        monkeypatch.setattr("si_graph.exchange.imports.workplace.__version__", "0.0.0")
    one.interrupt(source, stop_at=3)
    (after,) = one.folder.iterdir()
    assert after != before
    one.run(source)
    assert (one.told, one.rows_mapped) == ([], 400)


def test_a_limit_is_nothing_that_the_result_depends_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = table(tmp_path / "project.csv")
    one = Import(monkeypatch, tmp_path / "out.nq")
    one.interrupt(source, stop_at=30)
    one.options["limit"] = 10**6
    one.run(source)
    assert [what for what, _ in one.told] == ["rows"]


def test_a_result_that_lost_its_end_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = table(tmp_path / "project.csv")
    one = Import(monkeypatch, tmp_path / "out.nq")
    content, _ = undisturbed(one, source)
    one.interrupt(source, stop_at=30)
    (result,) = one.folder.glob("*/result")
    result.write_bytes(result.read_bytes()[:100])
    one.run(source)
    assert one.told == []
    assert one.target.read_bytes() == content


def test_an_error_in_the_data_leaves_nothing_to_go_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "project.csv"
    source.write_text(HEAD + rows(1, 10) * 50 + "1;x;never\n")
    one = Import(monkeypatch, tmp_path / "out.nq")
    one.options["on_error"] = "stop"
    one.interrupt(source, stop_at=30)
    assert one.folder.exists()
    with pytest.raises(InputError, match="holds no date"):
        one.run(source)
    assert [path.name for path in tmp_path.iterdir()] == ["project.csv"]


def test_a_link_in_the_place_of_the_folder_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = table(tmp_path / "project.csv")
    one = Import(monkeypatch, tmp_path / "out.nq")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    one.folder.symlink_to(elsewhere)
    with pytest.raises(OSError, match="Not a directory"):
        one.run(source)
    assert list(elsewhere.iterdir()) == []


# What was fetched


def test_what_was_fetched_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    body = (HEAD + rows(0, 400)).encode()
    one = Import(monkeypatch, tmp_path / "out.nq")
    with serving() as server:
        url = server.url.replace("sparql", "project.csv")
        server.answer = answering(body, "text/csv", headers={"ETag": '"one"'})
        content, report = undisturbed(one, url)
        one.interrupt(url, stop_at=30)
        server.answer = answering(b"", "text/plain", 503)
        with pytest.raises(EndpointError, match="status 503"):
            one.run(url)
        server.answer = answering(b"", "text/csv", 304)
        assert one.run(url) == report
    assert server.requests[-1].headers["If-None-Match"] == '"one"'
    assert [what for what, _ in one.told] == ["rows"]
    assert one.target.read_bytes() == content
    assert not one.folder.exists()


def test_a_refused_row_does_not_cost_the_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    one = Import(monkeypatch, tmp_path / "out.nq")
    one.options["on_error"] = "stop"
    with serving() as server:
        url = server.url.replace("sparql", "project.csv")
        body = (HEAD + rows(0, 400)).encode()
        server.answer = answering(body, "text/csv", headers={"ETag": '"one"'})
        with pytest.raises(InputError, match="holds no date"):
            one.run(url)
        server.answer = answering(b"", "text/csv", 304)
        one.options["on_error"] = "skip"
        assert one.run(url).kept == 360
    assert [path.name for path in tmp_path.iterdir()] == ["out.nq"]


def test_a_server_that_gives_nothing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    one = Import(monkeypatch, tmp_path / "out.nq")
    with serving() as server:
        server.answer = answering(b"not here", "text/csv", 404)
        with pytest.raises(EndpointError, match="status 404"):
            one.run(server.url)
    assert list(tmp_path.iterdir()) == []
