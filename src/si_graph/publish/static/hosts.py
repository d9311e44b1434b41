"""What single hosts need to serve the site as the server does: redirects and negotiation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.publish.static.making import File

if TYPE_CHECKING:
    from collections.abc import Iterator

    from si_graph.publish.configuration import Configuration


def files(by: Configuration) -> Iterator[File]:
    """Make them."""
    yield File(".nojekyll", b"")
