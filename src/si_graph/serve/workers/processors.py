"""The processors: heavy jobs are kept off those on which everything else goes on.

The lowest priority alone is not enough. Linux lets a process end its turn, which is some
milliseconds, before another goes on, and beside eight such processes one may wait for eight turns.

Light jobs are kept off one processor, too. Linux takes whoever is woken up to where they are woken
from, and so this process and the workers would drive each other round all processors, away from
what their caches hold; on two processors a quarter fewer jobs would be done.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress


class Processors:
    """The processors that this process may use.

    Attributes:
        all: All of them.
        apart: What light jobs get while nothing is heavy: all but one.
        heavy: What heavy jobs get: half of them.
        light: Then, what is left to everything else.
    """

    def __init__(self) -> None:
        # Only Linux lets a process choose.
        self.all = sorted(os.sched_getaffinity(0)) if sys.platform.startswith("linux") else []
        self.apart = self.all[1:] or self.all
        half = len(self.all) // 2
        self.light = self.all[:half] or self.all
        self.heavy = self.all[half:]


def keep_to(process: int, processors: list[int]) -> None:
    """Let the main thread of a process run on some processors only; 0 is the calling thread."""
    # It may have ended, and somebody may have taken the processors away.
    with suppress(OSError):
        if processors:
            os.sched_setaffinity(process, processors)


def lower_priority(process: int) -> None:
    """Let other processes go before one, for good."""
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process, 19)
