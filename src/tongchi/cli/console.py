"""Where do results and errors of commands go? Consoles for both, and a bar for a person who waits."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


def stdout() -> Console:
    """Return where results are printed: texts to the letter, without colours for numbers or a picture for :100:."""
    return Console(highlight=False, emoji=False)


def stderr() -> Console:
    """Return where errors are printed, each on a line of its own however long."""
    return Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


def progress_bar() -> Progress:
    """Return a bar for a person who waits; where stderr goes to a file it holds errors alone."""
    console = stderr()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def advance(bar: Progress, task: TaskID) -> Callable[[int, int], None]:
    """Return what moves the bar when told how much is done of how much."""

    def show(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)

    return show
