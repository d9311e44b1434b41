"""Publishes the static site for tests, and reads what it links to."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = "http://localhost/si-graph/"
"""Where the published site says that it stands."""

_LINKING = {"href", "src", "action", "data-suggestions", "data-index"}


@contextmanager
def published() -> Iterator[Path]:
    """Publish the site to a folder that every server may read."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        publisher = Path(folder, "publisher.toml")
        told = (ROOT / "data" / "catalog" / "publisher.toml").read_text(encoding="utf-8")
        ours = 'site = "https://w3id.org/si-graph/"'
        assert ours in told
        publisher.write_text(told.replace(ours, f'site = "{ADDRESS}"'), encoding="utf-8")
        site = Path(folder, "www", "si-graph")
        run(site, publisher, PYTHONHASHSEED="1", TZ="UTC").check_returncode()
        yield site


def run(site: Path, publisher: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `si-graph publish`."""
    return subprocess.run(
        command(site, publisher),
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def command(site: Path, publisher: Path) -> list[str]:
    """Return the command that publishes a site."""
    program = [sys.executable, "-m", "si_graph", "publish"]
    return [*program, str(site), "--publisher", str(publisher)]


class Link(NamedTuple):
    """A link of a page: the page, and where it leads as it stands there."""

    page: str
    href: str


class Pages:
    """The pages of a site: their links, and what can be linked to in each."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self._faults: dict[tuple[str, str], str] = {}
        self.links: list[Link] = []
        self.anchors: dict[str, set[str]] = {}
        for path in site.rglob("*.html"):
            page = path.relative_to(site).as_posix()
            reader = _Reader()
            reader.feed(path.read_text(encoding="utf-8"))
            self.anchors[page] = reader.anchors
            self.links += [Link(page, href) for href in reader.links]

    def fault(self, link: Link, below: str, addresses: Mapping[str, str]) -> str:
        """Return what is wrong with a link; empty if nothing is, or it leads elsewhere.

        Args:
            link: The link.
            below: The path that the site stands below.
            addresses: Whole addresses that are the site's too, each with its path.
        """
        url = urljoin(f"http://site{below}{link.page}", link.href)
        for address, path in addresses.items():
            if url.startswith(address):
                url = f"http://site{path}{url.removeprefix(address)}"
        # Many pages have the same links.
        key = (below, url)
        if key not in self._faults:
            self._faults[key] = self._fault(url, below)
        return self._faults[key]

    def _fault(self, url: str, below: str) -> str:
        there = urlsplit(url)
        if there.netloc != "site":
            return ""
        if not there.path.startswith(below):
            return "leaves the site"
        if there.query:
            return "asks for what no file answers"
        path = self.file(unquote(there.path.removeprefix(below))) or ""
        if not path:
            return "leads nowhere"
        anchor = unquote(there.fragment)
        is_query = path.endswith("sparql/index.html")
        if anchor and path in self.anchors and not is_query and anchor not in self.anchors[path]:
            return "leads to no place on its page"
        return ""

    def file(self, path: str) -> str | None:
        """Return the file that a host answers with for a path; None if there is none."""
        full = self._site / path
        found = full / "index.html" if full.is_dir() else full
        return found.relative_to(self._site).as_posix() if found.is_file() else None


class _Reader(HTMLParser):
    """Gathers the links and anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [value for name, value in attrs if name in _LINKING and value is not None]
        if given.get("http-equiv") == "refresh":
            self.links.append((given["content"] or "").partition("url=")[2])
        if anchor := given.get("id"):
            self.anchors.add(anchor)
