"""What every SHACL engine offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad, Triple

    from si_graph.validate.report import Report


class ShaclEngine(Protocol):
    """A SHACL processor: Core and SPARQL-based constraints, without inference or network."""

    name: str

    def validate(self, data: Iterable[Quad | Triple], shapes: Iterable[Quad | Triple]) -> Report:
        """Validate the merge of the data's graphs against the merge of the shapes' graphs.

        Raises:
            InputError: the shapes are ill-formed or use what is refused.
        """
        ...
