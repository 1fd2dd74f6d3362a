"""Running the retry programs against the simulator, and saying what they did in the words of the rules.

A program is one function ``get_…`` or ``post_…`` of a file in ``fixtures/behaviour/retries``; it is called after the
method of the request that the statuses are tried on. Nothing sleeps: a pause is noted, and the clock put forward.
"""

from __future__ import annotations

import ast
import gc
import importlib.util
import logging
import re
import runpy
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path

from pauses import without_sleep
from simulator import Answer, Simulator

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "behaviour" / "retries"
NAMESPACE = "/api/v1/Tenants/t/Namespaces/n"
SUBJECTS = {"GET": f"{NAMESPACE}/Types", "POST": f"{NAMESPACE}/Types/t"}
MARKER = re.compile(r"# expect: ([^#]*)$")
CODE = re.compile(r"OCS\d{3}")
# Whoever asks that often does so for ever; then it gets what it wants.
MOST_TRIES = 40
RETRY_AFTER = 23
PERMANENT = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.PRECONDITION_FAILED,
)
MAY_HAVE_BEEN_APPLIED = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True)
class Observation:
    """How often the request was sent, and how long it was waited for in all before each further time."""

    tries: int
    pauses: tuple[float, ...]

    @property
    def repeated(self) -> bool:
        """Whether it was sent again."""
        return self.tries > 1


@dataclass(frozen=True)
class Behaviour:
    """What a program does when the service is unavailable, and when it refuses the request."""

    once: Observation
    always: Observation
    once_told: Observation
    always_told: Observation
    permanent: frozenset[int]
    applied_twice: frozenset[int]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the rules that this behaviour breaks; a retry that does not fire counts as none."""
        codes = set()
        if not self.once.repeated:
            codes.add("OCS503")
        elif not any(self.always.pauses):
            codes.add("OCS602")
        if self.always.tries > MOST_TRIES:
            codes.add("OCS603")
        if self.permanent:
            codes.add("OCS604")
        if self.once.repeated and RETRY_AFTER not in self.once_told.pauses:
            codes.add("OCS605")
        if self.applied_twice:
            codes.add("OCS606")
        return frozenset(codes)


@dataclass(frozen=True)
class Program:
    """One program: a function of a file, and its lines."""

    path: Path
    name: str
    first: int
    last: int

    @property
    def method(self) -> str:
        """The method of the request that the statuses are tried on."""
        return self.name.partition("_")[0].upper()

    @property
    def label(self) -> str:
        """The program for people."""
        return f"{self.path.stem}.{self.name}"

    @property
    def missing(self) -> list[str]:
        """The libraries that the program imports and that are not installed."""
        names = {
            name.partition(".")[0]
            for node in ast.parse(self.path.read_text(encoding="utf-8")).body
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }
        return sorted(name for name in names if importlib.util.find_spec(name) is None)

    def holds(self, line: int) -> bool:
        """Whether a line is one of this program's."""
        return self.first <= line <= self.last

    def behaviour(self) -> Behaviour:
        """What the program does."""
        function: Callable[[str], object] = runpy.run_path(str(self.path))[self.name]
        with Simulator(default=Answer(HTTPStatus.OK, {"Id": "t"})) as ocs, _quietly() as pauses:

            def run(status: int, times: int, told: bool = False) -> Observation:
                bad = Answer(status, {"Error": "e"}, {"Retry-After": str(RETRY_AFTER)} if told else {})
                ocs.script(self.method, SUBJECTS[self.method], *[bad] * times, Answer(HTTPStatus.OK, {"Id": "t"}))
                before = len(ocs.received)
                pauses.clear()
                # How it ends is its own affair.
                with suppress(Exception):
                    function(ocs.base)
                return Observation(len(ocs.received) - before, tuple(pauses))

            return Behaviour(
                once=run(UNAVAILABLE, 1),
                always=run(UNAVAILABLE, MOST_TRIES),
                once_told=run(UNAVAILABLE, 1, told=True),
                always_told=run(UNAVAILABLE, MOST_TRIES, told=True),
                permanent=frozenset(status for status in PERMANENT if run(status, 1).repeated),
                applied_twice=frozenset(
                    status for status in MAY_HAVE_BEEN_APPLIED if self.method == "POST" and run(status, 1).repeated
                ),
            )


@contextmanager
def _quietly() -> Iterator[list[float]]:
    """Run programs without sleep and without their logs; gives the pauses as they are made."""
    logging.disable(logging.CRITICAL)
    # So that the collector looks through what the programs have made alone.
    gc.freeze()
    try:
        with warnings.catch_warnings(), without_sleep() as pauses:
            # aiohttp-retry 2.9 drops the answers that it repeats without closing them.
            warnings.simplefilter("ignore", ResourceWarning)
            yield pauses
            gc.collect()
    finally:
        gc.unfreeze()
        logging.disable(logging.NOTSET)


def programs() -> list[Program]:
    """Every program, by file and place."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith(("get_", "post_")):
                assert node.end_lineno is not None
                found.append(Program(path, node.name, node.lineno, node.end_lineno))
    return found


def program_in(path: Path, name: str) -> Program:
    """The program that is the function of this name in a file."""
    return Program(path, name, 1, len(path.read_text(encoding="utf-8").splitlines()))


@cache
def markers(path: Path) -> dict[int, frozenset[str]]:
    """The codes that the markers of a file expect, by line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        number: frozenset(CODE.findall(marker[1]))
        for number, line in enumerate(lines, start=1)
        if (marker := MARKER.search(line)) is not None
    }
