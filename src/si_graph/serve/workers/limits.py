"""What a job may take, and how a worker is held to it by the operating system."""

from __future__ import annotations

import resource
import signal
import sys
import time
from math import ceil
from typing import NamedTuple

MEGABYTE = 1_000_000
_GRACE = 2
"""Seconds after which a worker ends itself where nobody is left to kill it."""


class Limits(NamedTuple):
    """The limits on jobs.

    Attributes:
        timeout: Seconds that a job may take; a client may ask for less.
        memory: Bytes that a worker may take beyond what it starts with.
        rows: Rows, or triples, in an answer; more are cut off, which the answer says.
        workers: Jobs that run at the same time.
        queue: Jobs that may wait for a worker.
        patience: Seconds that a job may wait.
    """

    timeout: float = 30.0
    memory: int = 1000 * MEGABYTE
    rows: int = 100_000
    workers: int = 12
    queue: int = 100
    patience: float = 10.0


def limit_memory(beyond: int) -> None:
    """Let this process take so many bytes more than now, and no more.

    Only Linux counts what a process holds in a way that can be limited; elsewhere memory is
    unlimited.
    """
    if not sys.platform.startswith("linux"):
        return
    with open("/proc/self/status", encoding="ascii") as lines:
        held = next(int(line.split()[1]) for line in lines if line.startswith("VmData:"))
    limit = held * 1024 + beyond
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def end_in_time(seconds: float) -> None:
    """Let the operating system end this process some time after it should have been done.

    The pool kills what takes too long; where the pool itself is gone, this does.
    """
    signal.alarm(ceil(seconds) + _GRACE)


def in_time() -> None:
    """Take back `end_in_time`."""
    signal.alarm(0)


def processor_time(pid: int) -> float:
    """Return the seconds of processor time that a process has had, where the system tells (Linux).

    Elsewhere that is the time that went by: an estimate from above.
    """
    if not sys.platform.startswith("linux"):
        return time.monotonic()
    # The clock of a process, as clock_getcpuclockid(3) makes its number.
    return time.clock_gettime((~pid << 3) | 2)
