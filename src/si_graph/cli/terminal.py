"""Tables, text and progress in the terminal, and the same in a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console
    from rich.progress import Progress as Bar

_PATIENCE_SECONDS = 1.0


def note(message: str) -> None:
    """Tell the user something that is not the result."""
    print(message, file=sys.stderr)


def console() -> Console:
    """Return a console for results: coloured in a terminal, plain and uncut in a pipe."""
    from rich.console import Console

    # What reads a pipe wants whole names, however long the line.
    width = None if sys.stdout.isatty() else 10_000
    return Console(highlight=False, markup=False, emoji=False, width=width)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on standard output."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    _print(table)


def print_list(rows: Iterable[tuple[str, str]]) -> None:
    """Print pairs in two columns without a header."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    _print(table)


def print_text(text: str) -> None:
    """Print running text on standard output, wrapped in a terminal only."""
    if sys.stdout.isatty():
        console().print(text)
    else:
        print(text)


def _print(table: object) -> None:
    output = console()
    if sys.stdout.isatty():
        output.print(table)
        return
    with output.capture() as captured:
        output.print(table)
    # Rich fills every line up to the width of the table.
    for line in captured.get().splitlines():
        print(line.rstrip())


def print_records(format: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:  # noqa: A002 - the option's name
    """Print rows as a table, as JSON objects or as CSV."""
    if format == "json":
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif format == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        print_table(columns, [[str(cell) for cell in row] for row in rows])


def print_json(value: object) -> None:
    """Print a value as indented JSON on standard output."""
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))


class Progress:
    """A bar on standard error for long work of known stages; silent where that is no terminal."""

    def __init__(self) -> None:
        self._bar: Bar | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say which stage begins now, and how many are done of how many."""
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = _bar()
            self._task = self._bar.add_task("", total=total)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total, description=stage)


@contextmanager
def patience(what: str) -> Iterator[None]:
    """Show on standard error that something of unknown length goes on, once it takes long."""
    if not sys.stderr.isatty():
        yield
        return
    from threading import Timer

    bars: list[Bar] = []

    def show() -> None:
        bars.append(_bar())
        bars[0].add_task(what, total=None)
        bars[0].start()

    timer = Timer(_PATIENCE_SECONDS, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        for bar in bars:
            bar.stop()


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    return Bar(
        SpinnerColumn(),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True),
        transient=True,
    )
