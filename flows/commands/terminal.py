"""What a person sees while gouji works: the progress bar, and lines beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ..output import ReaderGone

WIDTH = 120  # of what goes into a file or a pipe


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise ReaderGone


def console(*, errors: bool = False) -> Console:
    """Standard output, or standard error."""
    stream: IO[str] = sys.stderr if errors else sys.stdout
    width = None if stream.isatty() else WIDTH
    return _Console(file=stream, width=width, highlight=False, soft_wrap=False)


class _Rate(ProgressColumn):
    """Documents a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "")


@contextmanager
def progress_bar(
    screen: Console, total: int | None, pages: Callable[[], int] | None = None
) -> Iterator[Callable[[int], None]]:
    """A bar on ``screen`` with rate and remaining time; tell what it gives how many are done.

    ``total`` is None where nobody knows it. Where nobody watches (no terminal) there is no bar.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        *([TextColumn("{task.fields[pages]} pages")] if pages else []),
        _Rate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    bar = Progress(
        *columns,
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
        refresh_per_second=5,
    )
    with bar:
        task = bar.add_task("reading", total=total, pages=0)

        def advance(documents: int) -> None:
            bar.update(task, completed=documents, pages=pages() if pages else 0)

        yield advance
