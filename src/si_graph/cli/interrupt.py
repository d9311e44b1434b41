"""Ctrl-C and deadlines, which must work inside native calls too.

Python looks at signals between its own instructions only, and a query or a reasoner's native call
can run for minutes without any. A second thread is told of the signal by the interpreter itself.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time

_GRACE_SECONDS = 1.0
_announced = False


def watch() -> None:
    """End the process on Ctrl-C even where Python itself cannot react."""
    try:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    except (OSError, ValueError):  # not the main thread, as in a notebook: nothing to watch over
        return
    _thread.start_new_thread(_end_on_interrupt, (reading,))


def announce() -> None:
    """Say once that the user stopped the command."""
    global _announced
    if not _announced:
        _announced = True
        print("Interrupted", file=sys.stderr)


def deadline(seconds: float) -> None:
    """End the process with status 4 unless it has ended by itself in time."""
    import threading

    timer = threading.Timer(seconds, _out_of_time, [seconds])
    timer.daemon = True
    timer.start()


def _end_on_interrupt(reading: int) -> None:
    while os.read(reading, 1) != bytes([signal.SIGINT]):
        pass
    # Python code cleans up behind itself in this time; a native call never comes back for it.
    time.sleep(_GRACE_SECONDS)
    announce()
    os._exit(130)


def _out_of_time(seconds: float) -> None:
    print(
        f"si-graph: no answer within {seconds:g} seconds (--timeout)", file=sys.stderr, flush=True
    )
    os._exit(4)
