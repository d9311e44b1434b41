"""What others take the graph by, as workers write it: description, record, dumps and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from si_graph.publish import descriptions, dumps
from si_graph.publish.configuration import configuration
from si_graph.publish.rdf import write
from si_graph.publish.tables import files as tables
from si_graph.serve.workers.outcome import Outcome

if TYPE_CHECKING:
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
    by = configuration(publisher)
    told = descriptions.void(served.graph(), by, site or by.site)
    return Outcome(write(told, format, by.base), media_type)


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
    by = configuration(publisher)
    told = descriptions.catalogue(served.graph(), by, site or by.site)
    return Outcome(write(told, format, by.base), media_type)


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
