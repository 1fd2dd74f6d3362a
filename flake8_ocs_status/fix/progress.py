"""A progress bar on a terminal where rich is installed, and nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

# A run that is over at once needs no bar.
FEW = 50


def with_progress(items: Iterable[Item], total: int, *, wanted: bool) -> Iterator[Item]:
    """Pass items on, and show on stderr how many of ``total`` are through."""
    if not wanted or total < FEW or not sys.stderr.isatty():
        yield from items
        return
    try:
        from rich.console import Console
        from rich.progress import track
    except ImportError:
        yield from items
        return
    yield from track(items, "Fixing", total=total, console=Console(stderr=True), transient=True)
