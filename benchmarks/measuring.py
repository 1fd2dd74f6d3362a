"""CPU time, so that other work on the machine does not count, and in turns, the least of which counts.

Other work still takes the caches away; it only ever adds, so that the least of several figures is the truest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path


def cpu_seconds(command: Sequence[str | Path], folder: Path, allowed: Iterable[int] = (0,)) -> float:
    """User and system time of a command and of all its children; raises SystemExit for another exit code."""
    # What is installed is compiled once and not at every start, whatever is set here.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [*map(str, command)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in allowed:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {said.decode(errors='replace')[-2000:]}")
    return usage.ru_utime + usage.ru_stime


def in_turns(measures: Mapping[str, Callable[[], float]], runs: int) -> dict[str, list[float]]:
    """Take every measure once, then again, ``runs`` times; all the figures by name."""
    figures: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(runs):
        for name, measure in measures.items():
            figures[name].append(measure())
    return figures


def ratio(figures: Sequence[float], base: Sequence[float]) -> float:
    """How many times the base, by the least of each."""
    return min(figures) / min(base)


def versions(*packages: str) -> str:
    """Python's version and those of some packages, in one line."""
    return ", ".join([f"Python {sys.version.split()[0]}", *(f"{package} {version(package)}" for package in packages)])
