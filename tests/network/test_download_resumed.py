"""A download that breaks off is gone on with, if the server tells that the file is the same."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from loopback import Server, answering, serving
from si_graph.errors import EndpointError, LimitError
from si_graph.network import download as downloading
from si_graph.network.download import Download, download

CONTENT = b"".join(b"%d;A pool\n" % n for n in range(100_000))[:1_000_000]
LARGE = 10**7
OLD = formatdate(0, usegmt=True)
# Of a date as late as the answer nobody knows whether the file has changed since; other tests
# may take long before it is looked at.
NOT_SETTLED = formatdate(time.time() + 86_400, usegmt=True)


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


class File:
    """A file that a server gives, in parts where that is asked, until the connection breaks."""

    def __init__(self, content: bytes = CONTENT, cut: int | None = 300_000) -> None:
        self.content = content
        self.cut = cut
        self.headers = {"ETag": '"one"'}
        self.takes_ranges = True
        self.looks_at_conditions = True

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        validators = self.headers.values()
        start = int(asked[1]) if asked and self.takes_ranges else 0
        if self.looks_at_conditions and handler.headers.get("If-Range") not in validators:
            start = 0
        if handler.headers.get("If-None-Match", handler.headers.get("If-Modified-Since")) in [
            *validators
        ]:
            handler.send_response(304)
            handler.end_headers()
            return
        rest = self.content[start:]
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Type", "text/csv")
        handler.send_header("Content-Length", str(len(rest)))
        if start:
            whole = len(self.content)
            handler.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(rest if self.cut is None else rest[: self.cut])


def fetch(server: Server, folder: Path, size: int = LARGE) -> tuple[Download, list[int]]:
    """Fetch the file; return it, and after how many bytes that went on."""
    told: list[int] = []
    return (
        download(server.url, str(folder), size, public_only=False, resumed=told.append),
        told,
    )


def break_off(server: Server, folder: Path, size: int = LARGE) -> None:
    """Let the server break every connection, until the download is given up."""
    with pytest.raises(EndpointError, match=r"(?s)not complete.*What came is kept"):
        fetch(server, folder, size)


def test_a_connection_that_breaks_is_taken_up_again(server: Server, tmp_path: Path) -> None:
    server.answer = File()
    found, told = fetch(server, tmp_path / "a")
    assert Path(found.path).read_bytes() == CONTENT
    assert told == [300_000, 600_000, 900_000]
    assert [one.headers.get("Range") for one in server.requests] == [
        None,
        "bytes=300000-",
        "bytes=600000-",
        "bytes=900000-",
    ]
    assert {one.headers.get("If-Range") for one in server.requests[1:]} == {'"one"'}


def test_a_later_call_goes_on_where_the_last_one_gave_up(server: Server, tmp_path: Path) -> None:
    server.answer = File(cut=100_000)
    break_off(server, tmp_path / "a")
    assert len(server.requests) == 5
    found, told = fetch(server, tmp_path / "a")
    assert told[0] == 500_000
    assert Path(found.path).read_bytes() == CONTENT


def test_a_date_that_is_old_enough_is_a_validator_too(server: Server, tmp_path: Path) -> None:
    server.answer = file = File()
    file.headers = {"Last-Modified": OLD}
    found, told = fetch(server, tmp_path / "a")
    assert Path(found.path).read_bytes() == CONTENT
    assert told == [300_000, 600_000, 900_000]
    assert server.requests[1].headers["If-Range"] == OLD


def test_a_server_that_falls_silent_is_asked_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "SILENCE_SECONDS", 0.3)
    file, silent = File(cut=300_000), threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        file(handler)
        handler.wfile.flush()
        silent.wait(60)

    server.answer = answer
    begin = time.monotonic()
    try:
        found, told = fetch(server, tmp_path / "a")
    finally:
        silent.set()
    assert Path(found.path).read_bytes() == CONTENT
    assert told == [300_000, 600_000, 900_000]
    assert time.monotonic() - begin < 30


def test_a_server_that_stays_silent_is_given_up(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "SILENCE_SECONDS", 0.3)
    silent = threading.Event()

    def answer(_: BaseHTTPRequestHandler) -> None:
        silent.wait(60)

    server.answer = answer
    try:
        with pytest.raises(EndpointError, match="sent nothing for too long"):
            fetch(server, tmp_path / "a")
    finally:
        silent.set()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ETag": 'W/"weak"'},
        {"ETag": 'W/"weak"', "Last-Modified": OLD},
        {"ETag": "unquoted"},
        {"ETag": '"caf\xe9"'},
        {"Last-Modified": NOT_SETTLED},
        {"Last-Modified": "yesterday"},
    ],
)
def test_without_a_strong_validator_nothing_is_gone_on_with(
    server: Server, tmp_path: Path, headers: dict[str, str]
) -> None:
    server.answer = file = File()
    file.headers = headers
    with pytest.raises(EndpointError, match="not complete") as caught:
        fetch(server, tmp_path / "a")
    assert "is kept" not in str(caught.value)
    assert (len(server.requests), list(tmp_path.iterdir())) == (1, [])
    file.cut = None
    found, told = fetch(server, tmp_path / "a")
    assert (Path(found.path).read_bytes(), told) == (CONTENT, [])


def test_a_server_that_ignores_ranges_gives_the_file_from_its_beginning(
    server: Server, tmp_path: Path
) -> None:
    server.answer = file = File()
    file.takes_ranges = False
    break_off(server, tmp_path / "a")
    file.cut = None
    found, told = fetch(server, tmp_path / "a")
    assert server.requests[-1].headers["Range"] == "bytes=300000-"
    assert (Path(found.path).read_bytes(), told) == (CONTENT, [])


@pytest.mark.parametrize("looks_at_conditions", [True, False])
@pytest.mark.parametrize("validator", ["ETag", "Last-Modified"])
def test_a_file_that_changed_in_the_meantime_is_never_mixed(
    server: Server, tmp_path: Path, looks_at_conditions: bool, validator: str
) -> None:
    later = {"ETag": '"two"', "Last-Modified": formatdate(10**9, usegmt=True)}
    server.answer = file = File(cut=100_000)
    file.headers = {validator: {"ETag": '"one"', "Last-Modified": OLD}[validator]}
    break_off(server, tmp_path / "a")
    changed = CONTENT.replace(b"pool", b"pond")
    server.answer = file = File(changed, cut=None)
    file.headers = {validator: later[validator]}
    file.looks_at_conditions = looks_at_conditions
    found, told = fetch(server, tmp_path / "a")
    assert (Path(found.path).read_bytes(), told) == (changed, [])


@pytest.mark.parametrize("content_range", ["bytes 0-9/1000000", "bytes 1-2/*", "", "nonsense"])
def test_a_rest_that_does_not_fit_is_not_put_to_the_file(
    server: Server, tmp_path: Path, content_range: str
) -> None:
    server.answer = File(cut=100_000)
    break_off(server, tmp_path / "a")

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if "Range" in handler.headers:
            headers = {"Content-Range": content_range, "ETag": '"one"'}
            answering(b"0123456789", "text/csv", 206, headers=headers)(handler)
        else:
            File(cut=None)(handler)

    server.answer = answer
    found, told = fetch(server, tmp_path / "a")
    assert (Path(found.path).read_bytes(), told) == (CONTENT, [])


@pytest.mark.parametrize("status", [304, 412, 416])
def test_a_server_that_has_no_rest_is_asked_for_the_whole(
    server: Server, tmp_path: Path, status: int
) -> None:
    server.answer = File(cut=100_000)
    break_off(server, tmp_path / "a")

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if "Range" in handler.headers:
            answering(b"", "text/csv", status)(handler)
        else:
            File(cut=None)(handler)

    server.answer = answer
    found, _ = fetch(server, tmp_path / "a")
    assert Path(found.path).read_bytes() == CONTENT


def test_a_rest_that_is_given_in_parts_is_asked_for_until_it_is_whole(
    server: Server, tmp_path: Path
) -> None:
    server.answer = File()
    whole = File(cut=None)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        start = int(handler.headers.get("Range", "bytes=0-")[6:-1])
        end = min(start + 400_000, len(CONTENT))
        part = {"ETag": '"one"', "Content-Range": f"bytes {start}-{end - 1}/{len(CONTENT)}"}
        if start:
            answering(CONTENT[start:end], "text/csv", 206, headers=part)(handler)
        else:
            whole.cut = 300_000
            whole(handler)

    server.answer = answer
    found, told = fetch(server, tmp_path / "a")
    assert Path(found.path).read_bytes() == CONTENT
    assert told == [300_000, 700_000]


def test_the_limit_is_one_for_the_whole_file(server: Server, tmp_path: Path) -> None:
    def growing(handler: BaseHTTPRequestHandler) -> None:
        start = int(handler.headers.get("Range", "bytes=0-")[6:-1])
        handler.send_response(206 if start else 200)
        handler.send_header("ETag", '"one"')
        handler.send_header("Content-Range", f"bytes {start}-99/100")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"186a0\r\n" + b"x" * 100_000)

    server.answer = growing
    with pytest.raises(LimitError, match="larger than 250,000 bytes"):
        fetch(server, tmp_path / "a", 250_000)
    assert len(server.requests) == 3
    # One that says so beforehand is not even begun, and neither is the rest of one.
    for size, cut in ((len(CONTENT) - 1, 0), (600_000, 300_000)):
        server.answer = File(cut=cut)
        with pytest.raises(LimitError, match="larger than"):
            fetch(server, tmp_path / "a", size)
    assert list(tmp_path.iterdir()) == []


def test_each_request_is_checked_for_where_it_leads(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from si_graph.network import addresses

    real = addresses.is_public
    monkeypatch.setattr(addresses, "is_public", lambda one: str(one) == "127.0.0.1" or real(one))
    server.answer = file = File()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if "Range" in handler.headers:
            headers = {"Location": "http://169.254.169.254/latest"}
            answering(b"", "text/plain", 302, headers=headers)(handler)
        else:
            file(handler)

    server.answer = answer
    with pytest.raises(EndpointError, match=r"169\.254\.169\.254 is not on the public internet"):
        download(server.url, str(tmp_path / "a"), LARGE)


def test_the_same_name_elsewhere_is_another_file(server: Server, tmp_path: Path) -> None:
    """A redirection may lead to another file each time, whose validator is the same by chance."""
    leads = iter(["/old.csv", "/new.csv", "/new.csv"])
    contents = {"/old.csv": CONTENT, "/new.csv": CONTENT.replace(b"pool", b"pond")}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/sparql":
            answering(b"", "text/plain", 302, headers={"Location": next(leads)})(handler)
        else:
            File(contents[handler.path], 300_000 if handler.path == "/old.csv" else None)(handler)

    server.answer = answer
    found, told = fetch(server, tmp_path / "a")
    assert (Path(found.path).read_bytes(), told) == (contents["/new.csv"], [])
    assert found.url.endswith("/new.csv")


def test_a_file_that_is_whole_is_fetched_again_only_if_it_changed(
    server: Server, tmp_path: Path
) -> None:
    server.answer = file = File(cut=None)
    file.headers["Last-Modified"] = OLD
    first, _ = fetch(server, tmp_path / "a")
    again, _ = fetch(server, tmp_path / "a")
    assert again == first
    assert again.modified is not None
    assert server.requests[-1].headers["If-None-Match"] == '"one"'
    file.content, file.headers = b"id\n1\n", {"ETag": '"two"'}
    changed, _ = fetch(server, tmp_path / "a")
    assert Path(changed.path).read_bytes() == b"id\n1\n"
    # Without a validator nobody can tell, so it is fetched.
    file.content, file.headers = b"id\n2\n", {}
    for content in (b"id\n2\n", b"id\n3\n"):
        file.content = content
        assert Path(fetch(server, tmp_path / "a")[0].path).read_bytes() == content
    assert "If-None-Match" not in server.requests[-1].headers


def test_a_new_file_that_breaks_off_does_not_pass_for_the_old_one(
    server: Server, tmp_path: Path
) -> None:
    server.answer = file = File(cut=None)
    fetch(server, tmp_path / "a")
    changed = CONTENT.replace(b"pool", b"pond")
    file.content, file.headers, file.cut = changed, {"ETag": '"two"'}, 100_000
    break_off(server, tmp_path / "a")
    file.cut = None
    found, told = fetch(server, tmp_path / "a")
    assert (Path(found.path).read_bytes(), told) == (changed, [500_000])


def test_no_address_chooses_what_is_known_of_a_file(server: Server, tmp_path: Path) -> None:
    server.answer = answering(json.dumps(["x", "../../x", "", '"one"']).encode(), "text/plain")
    for name in (".known.json", ".partial"):
        url = server.url.replace("sparql", name)
        found = download(url, str(tmp_path / "a"), LARGE, public_only=False)
        assert not Path(found.path).name.startswith(".")


def test_a_disk_that_is_full_is_no_broken_connection(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from si_graph.network import resumable

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    server.answer = File(cut=None)
    monkeypatch.setattr(resumable.ResumableFile, "write", full)
    with pytest.raises(OSError, match="No space left"):
        fetch(server, tmp_path / "a")
    assert len(server.requests) == 1
