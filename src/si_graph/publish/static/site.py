"""Publishes the static site: its parts are made side by side, and put in place together."""

from __future__ import annotations

import gc
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, NamedTuple

from si_graph.graph import KnowledgeGraph
from si_graph.publish.static import feeds, hosts
from si_graph.publish.static.content import content
from si_graph.publish.static.folder import Folder, replacing
from si_graph.publish.static.links import LANGUAGES, Seen, page_file
from si_graph.publish.static.making import Maker
from si_graph.publish.static.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from si_graph.publish.configuration import Configuration
    from si_graph.publish.static.content import Job
    from si_graph.publish.static.links import Known

    Progress = Callable[[str, int, int], None]

_GARBAGE = 200_000
_BATCH = 24
"""How many parts a process makes at a time."""


class Published(NamedTuple):
    """What was published: how many resources, and files."""

    resources: int
    files: int


def publish(directory: str, by: Configuration, progress: Progress) -> Published:
    """Publish the bundled graph as a static site.

    Args:
        directory: The folder of the site; an earlier site in it is replaced at the end.
        by: Who publishes it, and where.
        progress: Is told what is being done.

    Raises:
        UsageError: The folder holds something else.
    """
    with replacing(directory) as aside:
        graph = KnowledgeGraph.open(progress=progress).in_memory()
        has = content(graph, by.site)
        jobs = list(has.jobs())
        folder = Folder(aside)
        with processes(aside, has.known, by.base) as pool:
            made = [pool.submit(make, batch) for batch in batches(jobs)]
            files = folder.write(Whole(graph, has, Seen(has.known), by).files())
            for number, one in enumerate(made):
                progress("pages", number, len(made))
                files |= one.result()
        moved = {page_file(path, lang) for path in has.moved for lang in LANGUAGES}
        pages = {path for path in files if path.endswith("index.html")} - moved
        files |= folder.write(feeds.files(graph, by, pages))
        files |= folder.write(hosts.files(by))
        folder.list(files, by.site)
    return Published(len(has.things), len(files))


@contextmanager
def processes(aside: str, known: Known, base: str) -> Iterator[ProcessPoolExecutor]:
    """Give processes that make parts of the site; what is not begun is dropped if one fails."""
    pool = ProcessPoolExecutor(
        os.cpu_count(), get_context("spawn"), initializer=_start, initargs=(aside, known, base)
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def batches(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Go through jobs, some at a time."""
    rest = iter(jobs)
    while batch := list(islice(rest, _BATCH)):
        yield batch


class _Worker:
    """What a process keeps between its batches."""

    maker: Maker
    folder: Folder


def _start(aside: str, known: Known, base: str) -> None:
    # Who interrupts means the process that waits for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    graph = KnowledgeGraph.open().in_memory()
    stated = KnowledgeGraph.open(asserted=True).in_memory()
    _Worker.maker = Maker(graph, stated, Seen(known), base)
    _Worker.maker.look_up()
    _Worker.folder = Folder(aside)
    # What is kept is kept to the end, and what pages leave behind can wait.
    gc.freeze()
    gc.set_threshold(_GARBAGE)


def make(batch: list[Job]) -> dict[str, str]:
    """Make some parts of the site in a process of the pool, and return their checksums."""
    return _Worker.folder.write(file for job in batch for file in _Worker.maker.make(job))


def _end_with_parent() -> None:
    """End when the process that gives the work is gone, however it ended."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
