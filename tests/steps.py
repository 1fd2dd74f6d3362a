"""How much work a function does, whatever else the machine is doing: the Python functions that it calls."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls_made_by(work: Callable[[], object]) -> int:
    """How many Python functions are called while this one runs; the same number each time that it does the same."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        if event == "call":
            calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls
