"""Addresses, secure connections and proxies work as everywhere else on the machine."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pyoxigraph as ox
import pytest

from endpoints import RESULTS, Told, trickling_head
from loopback import Server, answering, serving
from si_graph.errors import EndpointError, LimitError, UsageError
from si_graph.store.remote.endpoint import Endpoint
from si_graph.store.remote.store import RemoteStore

YES = answering(b'{"head":{},"boolean":true}', RESULTS)


def is_answered(url: str, seconds: float = 20) -> bool:
    told = Told()
    endpoint = Endpoint(url, seconds=seconds)
    answer = RemoteStore(endpoint, tell=told.append, pause=told.pause).query("ASK {}")
    assert isinstance(answer, ox.QueryBoolean)
    return bool(answer)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate for localhost and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    file = folder / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
         "key.pem", "-out", "certificate.pem", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    file.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return file


@pytest.fixture
def secure(certificate: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.answer = YES
        yield server


def test_a_secure_endpoint_has_to_prove_its_name(
    secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, unknown = (
        f"https://{host}:{secure.server_port}/sparql" for host in ("localhost", "127.0.0.1")
    )
    with pytest.raises(EndpointError, match="certificate verify failed"):
        is_answered(known)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert is_answered(known)
    with pytest.raises(EndpointError, match="certificate verify failed"):
        is_answered(unknown)


def test_a_secure_endpoint_that_trickles_is_left_in_time_too(
    secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = Event()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure.answer = trickling_head(left)
    with pytest.raises(LimitError):
        is_answered(f"https://localhost:{secure.server_port}/sparql", seconds=1)
    assert left.wait(10)


def test_a_secure_endpoint_is_not_left_for_an_open_one(
    secure: Server, server: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    where = f"http://localhost:{server.server_port}/sparql"
    secure.answer = answering(b"", "", 301, headers={"Location": where})
    with pytest.raises(EndpointError, match=f"has moved to {where}"):
        is_answered(f"https://localhost:{secure.server_port}/sparql")
    assert server.requests == []


def test_a_proxy_of_the_environment_is_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = YES
    monkeypatch.setenv("http_proxy", server.url.removesuffix("/sparql"))
    monkeypatch.delenv("no_proxy", raising=False)
    assert is_answered("http://example.org/sparql")
    assert server.requests[0].path.startswith("http://example.org/sparql?")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/hostname",
        "ftp://x/",
        "example.org/sparql",
        "http://[::1",
        "http://x/é",
        "http://",
        "http:///x",
        "http://127.0.0.1:x/",
        "http://user:word@example.org/",
    ],
)
def test_what_is_no_web_address_is_wrong_use(url: str) -> None:
    with pytest.raises(UsageError, match="web address"):
        RemoteStore(url)
