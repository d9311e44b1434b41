"""What others take the graph by, as workers write it: description, record, dumps and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.errors import UnknownError
from si_graph.namespaces import BASE
from si_graph.publish import dumps, record
from si_graph.publish import void as description
from si_graph.publish.configuration import configuration
from si_graph.publish.rdf import in_order, rebase, write
from si_graph.publish.tables import files as tables
from si_graph.query.record import DATASET
from si_graph.query.release import release
from si_graph.serve.workers.outcome import Outcome

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from si_graph.serve.workers.served import Served

_TYPES = {
    **{suffix: one.media_type for suffix, one in dumps.FORMATS.items()},
    "gz": "application/gzip",
}


def void(
    served: Served,
    site: str,
    publisher: str | None,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
) -> Outcome:
    """Return the description of the dataset (VoID).

    Args:
        served: The graph.
        site: The address of the site; empty for the one that the publisher names.
        publisher: The file that says who publishes; None for the project's own.
        media_type: What the client takes.
        format: The same by its name.
    """
    store, by = served.graph().store, configuration(publisher)
    site = site or by.site
    if not release(store).version:
        # Somebody else's data: they have no name but the one that they get here.
        dataset = f"{site}.well-known/void#dataset"
        told = description.counted(store, dataset)
        return _written(
            [*told, *description.access(dataset, site, dumps.COMPLETE)], media_type, format
        )
    dataset = DATASET
    told = [
        *description.counted(store, dataset),
        *record.of_dataset(site),
        description.uri_space(dataset, BASE),
    ]
    access = description.access(dataset, site, dumps.COMPLETE)
    return _written(rebase([*told, *access], by.base), media_type, format)


def catalogue(
    served: Served,
    site: str,
    publisher: str | None,
    media_type: str,
    format: str,  # noqa: A002 - as in rdflib
) -> Outcome:
    """Return the catalogue record (DCAT-AP); the arguments are those of `void`.

    Raises:
        UnknownError: The data are not those that the record is about.
    """
    graph = served.graph()
    found = release(graph.store)
    if not found.version:
        raise UnknownError("there is no catalogue record of these data")
    by = configuration(publisher)
    triples = record.record(
        by,
        site or by.site,
        found,
        dumps.described(graph, by.base, dumps.RECORDED),
        tables.recorded(graph, by.base),
    )
    return _written(rebase(triples, by.base), media_type, format)


def dump(served: Served, name: str, publisher: str | None) -> Outcome:
    """Return a dump.

    Raises:
        UnknownError: There is no such file.
    """
    data = dumps.content(served.graph(), name, configuration(publisher).base)
    return Outcome(data, _TYPES.get(name.rpartition(".")[2], "text/plain"))


def table(served: Served, name: str, publisher: str | None) -> Outcome:
    """Return a file of tables.

    Raises:
        UnknownError: There is no such file, or the data are not those that tables are made of.
    """
    data = tables.content(served.graph(), name, configuration(publisher).base)
    return Outcome(data, tables.MEDIA_TYPES[name.rpartition(".")[2]])


def _written(triples: list[Triple], media_type: str, format: str) -> Outcome:  # noqa: A002
    return Outcome(write(in_order(triples), format), media_type)
