"""The version that a server begins with, by its settings."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from si_graph import locations
from si_graph.load.files import parse_file
from si_graph.serve.dataset.creation import bundled, create, from_files
from si_graph.serve.dataset.versions import Dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad

    from si_graph.serve.dataset.versions import Version
    from si_graph.serve.settings import Settings


class Opening:
    """Opens what the settings name, as it is at that moment; used as a context, it cleans up."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="si-graph-serve-")
        self._count = 0

    def __enter__(self) -> Opening:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def version(self, settings: Settings) -> Version:
        """Return the version to show.

        Raises:
            SiGraphError: What the settings name cannot be opened.
        """
        if settings.writable:
            return _writable(settings).current()
        if not settings.data:
            return bundled(settings.snapshot)
        self._count += 1
        folder = os.path.join(self._folder.name, f"data-{self._count}")
        os.mkdir(folder)
        # Requests that run may still read the one before; the one before that is read by nobody.
        before = os.path.join(self._folder.name, f"data-{self._count - 2}")
        shutil.rmtree(before, ignore_errors=True)
        return from_files(settings.data, folder, reason=settings.reason)


def directory(settings: Settings) -> str:
    """Return the folder of the data that can be changed."""
    return settings.store or locations.store()


def _writable(settings: Settings) -> Dataset:
    """Return the data that can be changed; they are made, once, of what else would be served.

    Raises:
        SiGraphError: They are damaged, others write to them, or they cannot be made.
    """
    where = directory(settings)
    if not os.path.isdir(where) or not os.listdir(where):
        return create(where, _quads(settings), reason=settings.reason)
    dataset = Dataset.open(where)
    # Whether another server writes is found out here, where it can still be told well.
    with dataset.lock():
        return dataset


def _quads(settings: Settings) -> Iterator[Quad]:
    if settings.data:
        for path in settings.data:
            yield from parse_file(path)
    else:
        from si_graph.graph import KnowledgeGraph

        yield from KnowledgeGraph.open(settings.snapshot, asserted=True).quads()
