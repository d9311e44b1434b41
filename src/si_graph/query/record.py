"""The part of the catalogue record that is written by hand: what the dataset is, and whose."""

from __future__ import annotations

import os

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from si_graph import locations
from si_graph.errors import InputError
from si_graph.namespaces import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    Term = NamedNode | BlankNode | Literal | Triple

DATASET = BASE + "catalog#dataset"
"""What the graph of the project is called as a dataset."""


def written_by_hand(site: str) -> list[Triple]:
    """Return the part of the record that stands in `data/catalog/record.ttl`.

    Args:
        site: The address of the site; it ends with a slash.

    Raises:
        InputError: It is malformed, or not there.
    """
    path = os.path.join(locations.root(), "data", "catalog", "record.ttl")
    try:
        return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE, base_iri=site)]
    except (OSError, SyntaxError) as error:
        raise InputError(f"the record cannot be read ({error})", path) from None


class Record:
    """Looks up what the record says.

    What is looked up must be there: the record is a file of the project.
    """

    def __init__(self) -> None:
        self._triples = written_by_hand(BASE)

    def iri(self, predicate: str, subject: str = DATASET) -> str:
        """Return the one thing that something is related to."""
        (found,) = [one for one in self._values(subject, predicate) if isinstance(one, NamedNode)]
        return found.value

    def value(self, predicate: str, subject: str = DATASET) -> str:
        """Return the one value that something has."""
        (found,) = [one for one in self._values(subject, predicate) if isinstance(one, Literal)]
        return found.value

    def text(self, predicate: str, lang: str, subject: str = DATASET) -> str:
        """Return the one text in a language that something has."""
        (found,) = self.texts(predicate, lang, subject)
        return found

    def texts(self, predicate: str, lang: str, subject: str = DATASET) -> list[str]:
        """Return the texts in a language that something has."""
        return [
            one.value
            for one in self._values(subject, predicate)
            if isinstance(one, Literal) and one.language == lang
        ]

    def _values(self, subject: str, predicate: str) -> list[Term]:
        wanted = NamedNode(subject), NamedNode(predicate)
        return [one.object for one in self._triples if (one.subject, one.predicate) == wanted]
