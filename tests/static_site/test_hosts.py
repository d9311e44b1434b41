"""The rules for nginx, Apache and w3id.org, tried with the real servers."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx
import pytest

from published import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
TYPES = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/trig": "trig",
}
MODULES = Path("/usr/lib/apache2/modules")


class Host(NamedTuple):
    """A host that serves the site: its address, and what it puts before paths that it sends to."""

    url: str

    def get(self, path: str, accept: str = HTML, lang: str = "") -> httpx.Response:
        headers = {"Accept": accept, "Accept-Language": lang}
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=20)

    def sent_to(self, path: str, accept: str = HTML, lang: str = "") -> str:
        """Return where a request is sent to, below the path of the site."""
        answer = self.get(path, accept, lang)
        assert answer.status_code == 303, f"{path}: {answer.status_code}"
        return re.sub(r"^(https?://[^/]+)?/si-graph/", "", answer.headers["location"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(command: list[str], port: int) -> Iterator[None]:
    if os.geteuid() != 0:
        pytest.skip("the host's server is only started as root")
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            if process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        yield
    finally:
        process.terminate()
        process.wait(20)
        if process.stderr:
            process.stderr.close()


@contextmanager
def nginx(site: Path, folder: Path) -> Iterator[Host]:
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr;\n"
        "events { }\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {site.parent};\n"
        f"include {site}/hosts/nginx.conf; }} }}\n",
        encoding="utf-8",
    )
    with serving(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], port):
        yield Host(f"http://127.0.0.1:{port}/si-graph/")


@contextmanager
def apache(root: Path, folder: Path) -> Iterator[Host]:
    port = free_port()
    loaded = ("mpm_event", "authz_core", "dir", "mime", "rewrite")
    modules = "".join(f"LoadModule {one}_module {MODULES}/mod_{one}.so\n" for one in loaded)
    (folder / "apache.conf").write_text(
        f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\n{modules}"
        f"PidFile {folder}/apache.pid\nDefaultRuntimeDir {folder}\nErrorLog /dev/stderr\n"
        "TypesConfig /dev/null\n"
        f"User www-data\nGroup www-data\nDocumentRoot {root}\n"
        f"<Directory {root}>\nAllowOverride All\nRequire all granted\n</Directory>\n",
        encoding="utf-8",
    )
    command = ["apache2", "-X", "-f", str(folder / "apache.conf")]
    with serving(command, port):
        yield Host(f"http://127.0.0.1:{port}/si-graph/")


@pytest.fixture(scope="module", params=["nginx", "apache"])
def host(
    request: pytest.FixtureRequest, site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp(request.param)
    starting = nginx(site, folder) if request.param == "nginx" else apache(site.parent, folder)
    with starting as one:
        yield one


def test_a_thing_leads_to_its_document_and_that_to_a_page_in_the_language(host: Host) -> None:
    assert host.sent_to("id/actor/min-ez") == "doc/actor/min-ez"
    for lang, folder in (("nl", ""), ("nl-BE,en;q=0.5", ""), ("en,nl;q=0.5", "en/"), ("fr", "en/"),
                         ("", "en/")):  # fmt: skip
        sent = host.sent_to("doc/actor/min-ez", lang=lang)
        assert sent == f"{folder}doc/actor/min-ez/", lang
    dutch = host.get("doc/actor/min-ez/", lang="en")
    assert dutch.status_code == 200
    assert '<html lang="nl">' in dutch.text
    assert dutch.headers["content-type"].lower() == "text/html; charset=utf-8"


@pytest.mark.parametrize("media_type", TYPES)
def test_a_document_comes_in_the_form_that_is_asked_for(host: Host, media_type: str) -> None:
    for path in ("doc/actor/min-ez", "vocab/modality", "ontology"):
        negotiated = host.get(path, media_type)
        named = host.get(f"{path}.{TYPES[media_type]}")
        assert negotiated.status_code == named.status_code == 200
        assert negotiated.content == named.content
        for answer in (negotiated, named):
            assert answer.headers["content-type"].partition(";")[0] == media_type
        assert "Accept" in negotiated.headers["vary"]


def test_programs_that_ask_for_nothing_get_turtle(host: Host) -> None:
    answer = host.get("doc/actor/min-ez", "*/*")
    assert answer.headers["content-type"].partition(";")[0] == "text/turtle"


@pytest.mark.parametrize("path", ["ontology", "vocab", "vocab/modality", "questions/CQ14"])
def test_a_page_has_its_address_without_a_slash_too(host: Host, path: str) -> None:
    assert host.sent_to(path, lang="nl") == f"{path}/"
    assert host.sent_to(path, lang="en") == f"en/{path}/"
    assert host.sent_to(f"en/{path}", lang="nl") == f"en/{path}/"


def test_files_come_as_what_they_are(host: Host) -> None:
    for path, media_type in (
        (".well-known/void", "text/turtle"),
        ("static/vendor/oxigraph.wasm", "application/wasm"),
        ("query/CQ14.rq", "application/sparql-query"),
        ("query/CQ14.csv", "text/csv"),
        ("dumps/si-graph.nq.gz", "application/gzip"),
    ):
        answer = host.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert "content-encoding" not in answer.headers


def test_what_is_not_there_gets_the_page_that_helps(host: Host) -> None:
    for path in ("doc/actor/nobody", "doc/actor/nobody/", "nothing.ttl"):
        answer = host.get(path)
        assert answer.status_code == 404, path
        assert 'data-by="path"' in answer.text


@pytest.fixture(scope="module")
def w3id(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    root = site.parents[1] / "w3id"
    (root / "si-graph").mkdir(parents=True)
    shutil.copy(site / "hosts/w3id/htaccess", root / "si-graph" / ".htaccess")
    with apache(root, tmp_path_factory.mktemp("w3id")) as one:
        yield one


def test_w3id_leads_each_iri_to_a_file_of_the_site(w3id: Host, site: Path) -> None:
    expected = {
        ("id/actor/min-ez", HTML, "nl"): "doc/actor/min-ez/",
        ("id/actor/min-ez", HTML, "en"): "en/doc/actor/min-ez/",
        ("id/actor/min-ez", "text/turtle", ""): "doc/actor/min-ez.ttl",
        ("id/awt84/passage/R2b", "application/ld+json", ""): "doc/awt84/passage/R2b.jsonld",
        ("id/actor/min-ez.nt", "*/*", ""): "doc/actor/min-ez.nt",
        ("ontology", HTML, "nl"): "ontology/",
        ("ontology", "application/rdf+xml", ""): "ontology.rdf",
        ("ontology.ttl", "*/*", ""): "ontology.ttl",
        ("ontology/1.0.0", HTML, "en"): "en/ontology/1.0.0/",
        ("vocab/modality/example", HTML, "en"): "en/vocab/modality/example/",
        ("vocab/modality", "application/trig", ""): "vocab/modality.trig",
        ("query/CQ14", HTML, "nl"): "questions/CQ14/",
    }
    for (path, accept, lang), there in expected.items():
        answer = w3id.get(path, accept, lang)
        assert answer.status_code == 303, path
        assert answer.headers["location"] == ADDRESS + there
        file = site / there / "index.html" if there.endswith("/") else site / there
        assert file.is_file(), there
    rest = w3id.get("dumps/si-graph.nq.gz")
    assert (rest.status_code, rest.headers["location"]) == (302, f"{ADDRESS}dumps/si-graph.nq.gz")
    assert ADDRESS in (site / "hosts/w3id/README.md").read_text(encoding="utf-8")


def test_lists_of_redirects_name_the_place_of_the_site(site: Path) -> None:
    rule = "/si-graph/id/*  /si-graph/doc/:splat  302\n"
    assert (site / "_redirects").read_text(encoding="utf-8") == rule
    assert (site / ".nojekyll").is_file()
