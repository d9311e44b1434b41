"""Data at a web address, and the further pages of it that a catalogue refers to."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pyoxigraph import NamedNode

from si_graph.errors import InputError, LimitError
from si_graph.exchange.imports.inputs import Budget, parts_of, source_of
from si_graph.exchange.imports.rdf import is_rdf
from si_graph.load.files import parse_file
from si_graph.network.download import download

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from si_graph.exchange.imports.inputs import Source

MOST_PAGES = 10_000
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_NEXT = {_HYDRA + "next", _HYDRA + "nextPage"}


def is_url(text: str) -> bool:
    """Tell whether a text is a web address rather than a file."""
    return text.lower().startswith(("http://", "https://"))


def fetch(
    url: str,
    folder: str,
    limit: int,
    *,
    is_paged: bool,
    public_only: bool = True,
    resumed: Callable[[int], None] | None = None,
) -> Iterator[Source]:
    """Fetch a file, and where it is a page of a catalogue the pages that follow.

    The next page is the one that the page itself names (Hydra), or the next rows of a CKAN search.

    Args:
        url: Where it is.
        folder: The folder to put the files in; what an earlier attempt left there is gone on with.
        limit: How many bytes they may have, all together.
        is_paged: Whether to look for further pages.
        public_only: Whether servers that are not on the public internet are refused.
        resumed: Is told after how many bytes a download goes on.

    Raises:
        EndpointError: A server is not public, cannot be reached, or does not give the file.
        InputError: A page is malformed, or the pages go round in a circle.
        LimitError: There are too many bytes or pages.
    """
    seen: set[str] = set()
    wanted: str | None = url
    while wanted is not None:
        if wanted in seen:
            raise InputError("the pages of this catalogue go round in a circle", wanted)
        if len(seen) >= MOST_PAGES:
            raise LimitError(f"{url}: the catalogue has more than {MOST_PAGES:,} pages")
        seen.add(wanted)
        page = os.path.join(folder, hashlib.sha256(wanted.encode()).hexdigest()[:32])
        found = download(wanted, page, limit, public_only=public_only, resumed=resumed)
        source = source_of(found.path, found.url, found.modified)
        limit -= source.size
        if limit <= 0:
            raise LimitError(f"{url}: the pages are larger than allowed\n  Set --limit higher.")
        yield source
        wanted = _next_page(source) if is_paged else None


def _next_page(source: Source) -> str | None:
    (part,) = parts_of(source, Budget(source.size))[:1]
    if is_rdf(part):
        for quad in parse_file(source.path, relative_iris=False):
            if quad.predicate.value in _NEXT and isinstance(quad.object, NamedNode):
                return urljoin(source.name, quad.object.value)
    elif part.extension == ".json":
        return _next_rows(source)
    return None


def _next_rows(source: Source) -> str | None:
    try:
        result = json.loads(Path(source.path).read_bytes())["result"]
        count, rows = int(result["count"]), len(result["results"])
    except (ValueError, KeyError, TypeError):
        return None
    address = urlsplit(source.name)
    query = dict(parse_qsl(address.query))
    start = int(query.get("start", "0")) + rows if query.get("start", "0").isdigit() else count
    if not rows or start >= count:
        return None
    return address._replace(query=urlencode(query | {"start": str(start)})).geturl()
