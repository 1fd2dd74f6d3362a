"""Letting programs wait without waiting: a pause is noted, and the clock put forward."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock


@contextmanager
def without_sleep() -> Iterator[list[float]]:
    """Let sleeping take no time, for programs that measure it too; gives the pauses as they are made."""
    pauses: list[float] = []
    monotonic, let_others_run, passed = time.monotonic, asyncio.sleep, [0.0]

    def sleep(seconds: float) -> None:
        if seconds:
            pauses.append(float(seconds))
            passed[0] += seconds

    async def asleep(seconds: float, result: object = None) -> object:
        sleep(seconds)
        return await let_others_run(0, result)

    def later() -> float:
        return monotonic() + passed[0]

    with (
        mock.patch.object(time, "sleep", sleep),
        mock.patch.object(asyncio, "sleep", asleep),
        mock.patch.object(time, "monotonic", later),
    ):
        yield pauses
