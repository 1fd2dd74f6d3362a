"""A progress bar on a terminal where there is much to do, and nothing anywhere else.

rich draws it, and is an extra (``flake8-ocs-status[progress]``): a hook and a CI job never show a bar and need not
install it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from flake8_ocs_status.fix.terminal import say

Item = TypeVar("Item")

# A run that is over at once needs no bar.
FEW = 50
NO_RICH = "ocs-fix: no progress bar without rich; pip install 'flake8-ocs-status[progress]'"


def with_progress(items: Iterable[Item], total: int, *, wanted: bool) -> Iterator[Item]:
    """Pass items on, and show on stderr how many of ``total`` are through."""
    if not wanted or total < FEW or sys.stderr is None or not sys.stderr.isatty():
        yield from items
        return
    try:
        from rich.console import Console
        from rich.progress import track
    except ImportError:
        say(NO_RICH)
        yield from items
        return
    yield from track(items, "Fixing", total=total, console=Console(stderr=True), transient=True)
