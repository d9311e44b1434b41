"""What every store offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples


class Store(Protocol):
    """A dataset that answers SPARQL 1.1 queries."""

    def query(self, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE query.

        Raises:
            QuerySyntaxError: The query does not parse.
            UsageError: The query asks for what this store refuses.
            EndpointError: The store is remote and does not answer.
        """
        ...
