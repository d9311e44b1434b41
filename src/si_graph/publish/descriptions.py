"""What is said of the graph as a whole on a site: its description (VoID), its record (DCAT-AP)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.errors import UnknownError
from si_graph.namespaces import BASE
from si_graph.publish import dumps, record
from si_graph.publish import void as description
from si_graph.publish.rdf import in_order, rebase
from si_graph.publish.tables import files as tables
from si_graph.query.record import DATASET
from si_graph.query.release import release

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from si_graph.graph import KnowledgeGraph
    from si_graph.publish.configuration import Configuration


def void(
    graph: KnowledgeGraph, by: Configuration, site: str, *, is_served: bool = True
) -> list[Triple]:
    """Return the description of the dataset (VoID).

    Args:
        graph: The graph.
        by: Who publishes it.
        site: The address of the site.
        is_served: Whether the site has an endpoint and a search, as a server has.
    """
    if not release(graph.store).version:
        # Somebody else's data: they have no name but the one that they get here.
        dataset, told = f"{site}.well-known/void#dataset", []
    else:
        dataset = DATASET
        told = [*record.of_dataset(site), description.uri_space(dataset, BASE)]
    counted = description.counted(graph.store, dataset)
    access = description.access(dataset, site, dumps.COMPLETE, is_served=is_served)
    found = [*counted, *told, *access]
    return in_order(rebase(found, by.base) if told else found)


def catalogue(
    graph: KnowledgeGraph, by: Configuration, site: str, *, is_served: bool = True
) -> list[Triple]:
    """Return the catalogue record (DCAT-AP); the arguments are those of `void`.

    Raises:
        UnknownError: The data are not those that the record is about.
    """
    found = release(graph.store)
    if not found.version:
        raise UnknownError("there is no catalogue record of these data")
    files = dumps.described(graph, by.base, dumps.RECORDED)
    triples = record.record(by, site, found, files, tables.recorded(graph, by.base))
    told = triples if is_served else record.without_endpoint(triples, site)
    return in_order(rebase(told, by.base))
