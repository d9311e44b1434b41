"""Files from other servers: whole or not at all, within a size, page by page."""

from __future__ import annotations

import json
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from exchange.importing import bring_in, values
from loopback import Server, answering, serving
from si_graph.errors import EndpointError, InputError, LimitError
from si_graph.exchange.imports import fetch, import_files, load_profile
from si_graph.network.download import download

LARGE = 10**6
DATASET = "<https://pool.example/{n}> a <http://www.w3.org/ns/dcat#Dataset> .\n"
NEXT = "<> <http://www.w3.org/ns/hydra/core#next> <{url}> .\n"


def by_path(server: Server, pages: dict[str, str], media_type: str) -> None:
    """Let a server answer with a page for each path."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = pages.get(handler.path)
        answering((body or "").encode(), media_type, 404 if body is None else 200)(handler)

    server.answer = answer


def test_a_file_comes_with_its_name_and_its_day(tmp_path: Path) -> None:
    with serving() as server:
        day = {"Last-Modified": "Tue, 03 Nov 2026 10:00:00 GMT"}
        server.answer = answering(b"id;title\n", "text/csv; charset=utf-8", headers=day)
        found = download(server.url, str(tmp_path), LARGE, public_only=False)
    assert Path(found.path).name == "sparql.csv"
    assert Path(found.path).read_bytes() == b"id;title\n"
    assert found.modified == date(2026, 11, 3)


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f..%2fx.csv",
        "/%2e%2e",
        "/a%00b.csv",
        "/.hidden",
        "/" + "n" * 500,
        "/x;y&z.zip?q=/../a",
    ],
)
def test_no_address_chooses_where_a_file_goes(tmp_path: Path, path: str) -> None:
    with serving() as server:
        server.answer = answering(b"x", "text/csv")
        url = server.url.removesuffix("/sparql") + path
        found = Path(download(url, str(tmp_path), LARGE, public_only=False).path)
    assert found.parent == tmp_path
    assert not found.name.startswith(".")


@pytest.mark.parametrize("status", [204, 404, 500])
def test_another_answer_than_the_file_is_no_file(tmp_path: Path, status: int) -> None:
    with serving() as server:
        server.answer = answering(b"not here" * (status != 204), "text/html", status)
        with pytest.raises(EndpointError, match=f"status {status}"):
            download(server.url, str(tmp_path), LARGE, public_only=False)


def test_a_file_that_breaks_off_or_is_too_large_is_refused(tmp_path: Path) -> None:
    with serving() as server:
        server.answer = answering(b"x" * 1000, "text/csv", length=2000)
        with pytest.raises(EndpointError, match="not complete"):
            download(server.url, str(tmp_path), LARGE, public_only=False)
        server.answer = answering(b"x" * 100_000, "text/csv")
        with pytest.raises(LimitError, match=r"larger than 50,000 bytes"):
            download(server.url, str(tmp_path), 50_000, public_only=False)


def test_a_server_that_is_not_public_is_not_even_connected_to(tmp_path: Path) -> None:
    with serving() as server:
        with pytest.raises(EndpointError, match="not on the public internet"):
            download(server.url, str(tmp_path), LARGE)
        assert server.requests == []


def test_a_redirection_to_an_address_inside_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from si_graph.network import addresses

    real = addresses.is_public
    with serving() as server:
        server.answer = answering(
            b"", "text/plain", 302, headers={"Location": "http://10.0.0.1/secret"}
        )
        # Only the test's own server counts as public.
        monkeypatch.setattr(
            addresses, "is_public", lambda one: str(one) == "127.0.0.1" or real(one)
        )
        with pytest.raises(EndpointError, match=r"10\.0\.0\.1 is not on the public internet"):
            download(server.url, str(tmp_path), LARGE)


def test_the_pages_of_a_catalogue_are_fetched_one_after_the_other(tmp_path: Path) -> None:
    with serving() as server:
        root = server.url.removesuffix("/sparql")
        pages = {f"/c?page={n}": DATASET.format(n=n) for n in (1, 2, 3)}
        for n in (1, 2):
            pages[f"/c?page={n}"] += NEXT.format(url=f"{root}/c?page={n + 1}").replace(
                "<>", f"<{root}/c?page={n}>"
            )
        by_path(server, pages, "text/turtle")
        (tmp_path / "pages").mkdir()
        folder = str(tmp_path / "pages")
        sources = list(fetch(f"{root}/c?page=1", folder, LARGE, is_paged=True, public_only=False))
        found = import_files(load_profile("dcat"), sources, output=str(tmp_path / "d.nq"))
    assert [source.name for source in sources] == [f"{root}/c?page={n}" for n in (1, 2, 3)]
    text = (tmp_path / "d.nq").read_text()
    assert all(f"<https://pool.example/{n}>" in text for n in (1, 2, 3))
    assert found.report.rows == 5


def test_the_rows_of_a_search_in_ckan_are_fetched_to_the_last(tmp_path: Path) -> None:
    def page(start: int) -> str:
        rows = [{"id": str(n), "title": f"Set {n}"} for n in range(start, min(start + 2, 5))]
        return json.dumps({"result": {"count": 5, "results": rows}})

    with serving() as server:
        url = server.url.removesuffix("/sparql") + "/api/3/action/package_search?rows=2"
        path = "/api/3/action/package_search?rows=2"
        by_path(
            server,
            {path: page(0), f"{path}&start=2": page(2), f"{path}&start=4": page(4)},
            "application/json",
        )
        sources = list(fetch(url, str(tmp_path), LARGE, is_paged=True, public_only=False))
    paths = [Path(source.path) for source in sources]
    store, _ = bring_in("dcat", paths, tmp_path / "ckan.nq")
    assert values(store, "?d a dcat:Dataset ; dcterms:title ?x") == {f"Set {n}" for n in range(5)}


def test_pages_that_go_round_in_a_circle_are_noticed(tmp_path: Path) -> None:
    with serving() as server:
        server.answer = answering(
            NEXT.format(url=server.url).replace("<>", "<x:y>").encode(), "text/turtle"
        )
        pages = fetch(server.url, str(tmp_path), LARGE, is_paged=True, public_only=False)
        with pytest.raises(InputError, match="go round in a circle"):
            list(pages)
    assert len(server.requests) == 1
