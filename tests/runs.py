"""Running the fixture clients against the simulator, and saying what they did in the words of the rules.

A client is ``fixtures/behaviour/NAME.py``, or ``fixtures/behaviour/NAME/client.py`` with the modules beside it: it
defines ``client(base)``, whose result or exception is what its user sees, and names in a first line
``# subject: METHOD /path`` the request, below the namespace or from ``/api/`` on, that the statuses are tried on. A
second line ``# extend-select: OCS202`` asks for opt-in rules. Nothing sleeps while it runs.
"""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from urllib.error import HTTPError

from pauses import without_sleep
from simulator import Answer, Simulator, error_body

from flake8_ocs_status.catalogue.operations import Match, match_operation

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "behaviour"
NAMESPACE = "/api/v1/Tenants/t/Namespaces/n"
SUBJECT = re.compile(r"# subject: ([A-Z]+) (/\S+)")
ASKED_FOR = re.compile(r"^# extend-select: (.+)$", re.MULTILINE)
MARKER = re.compile(r"# expect: ([^#]*)$")
PLACE = re.compile(r"(OCS\d{3})@(\d+)")

# The same for every status, so that a client can tell 200 from 207 by the status alone.
BODY = {"Id": "a", **error_body("partial", children=1)}
HEADERS = {"ETag": '"7"'}
CONDITIONS = {"if-match", "if-none-match"}
DONE = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT})
# What is not installed where every test is run.
NOT_EVERYWHERE = ("aiohttp", "adh_sample_library_preview")
# What Python has from 3.11 on.
FROM_3_11 = ("asyncio.TaskGroup", "asyncio.timeout")
# Where a 302 says that the resource is.
THERE = NAMESPACE + "/There"
# What the libraries raise when there is nothing to parse, the latter for want of a content type.
NOTHING_TO_PARSE = {"JSONDecodeError", "ContentTypeError"}


@dataclass(frozen=True)
class Observation:
    """What a client did: the requests in order, how it ended, and the pauses between tries of its subject.

    ``end`` is ``("returned", value)`` or ``("raised", type)``; ``error_types`` are the names of the exception's
    classes; ``conditional`` tells whether the subject was sent with If-Match or If-None-Match.
    """

    requests: tuple[tuple[str, str], ...]
    end: tuple[str, str]
    error_types: frozenset[str]
    pauses: tuple[float, ...]
    conditional: bool

    def same_as(self, other: Observation) -> bool:
        """Whether nobody could tell the two from outside."""
        return (self.requests, self.end) == (other.requests, other.end)


@dataclass(frozen=True)
class Client:
    """One fixture client."""

    path: Path

    @property
    def name(self) -> str:
        """What the client is called."""
        return self.path.parent.name if self.has_folder else self.path.stem

    @property
    def has_folder(self) -> bool:
        """Whether the client has several modules, in a folder of its own."""
        return self.path.parent != FOLDER

    @property
    def files(self) -> list[Path]:
        """All modules of the client."""
        return sorted(self.path.parent.rglob("*.py")) if self.has_folder else [self.path]

    @cached_property
    def source(self) -> str:
        """The text of the file that defines ``client``."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def subject(self) -> tuple[str, str]:
        """Method and path of the request that the statuses are tried on; raises ValueError if the file names none."""
        found = SUBJECT.match(self.source)
        if found is None:
            raise ValueError(f"{self.path.name} names no subject in its first line")
        return found[1], found[2] if found[2].startswith("/api/") else NAMESPACE + found[2]

    @cached_property
    def match(self) -> Match:
        """What the reference documents for the subject."""
        method, path = self.subject
        return match_operation(method, (path,))

    @cached_property
    def asked_for(self) -> frozenset[str]:
        """The opt-in rules that the client is to be judged by."""
        found = ASKED_FOR.search(self.source)
        return frozenset() if found is None else frozenset(code.strip() for code in found[1].split(","))

    @cached_property
    def expected(self) -> frozenset[tuple[str, int, int, str]]:
        """The markers: file, line, column, code."""
        return frozenset(
            (file.name, number, int(column), code)
            for file in self.files
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
            if (marker := MARKER.search(line)) is not None
            for code, column in PLACE.findall(marker[1])
        )

    def run(self, status: int, *, retry_after: bool = False) -> Observation:
        """What the client does when its subject is answered with ``status`` once, and everything else succeeds."""
        if (status, retry_after) not in self._observations:
            with _importing_from(self.path.parent if self.has_folder else None), without_sleep():
                function: Callable[[str], object] = runpy.run_path(str(self.path))["client"]
                self._observations[status, retry_after] = self._observe(function, status, retry_after=retry_after)
        return self._observations[status, retry_after]

    @cached_property
    def _observations(self) -> dict[tuple[int, bool], Observation]:
        return {}

    def _observe(self, function: Callable[[str], object], status: int, *, retry_after: bool) -> Observation:
        headers = {**HEADERS, "Retry-After": "0"} if retry_after else HEADERS
        if status == HTTPStatus.FOUND:
            headers = {**headers, "Location": THERE}
        success = Answer(HTTPStatus.OK, BODY, HEADERS)
        error_types: frozenset[str] = frozenset()
        with Simulator(default=success) as ocs:
            ocs.script(*self.subject, Answer(status, BODY, headers), success)
            try:
                end = ("returned", repr(function(ocs.base)))
            except Exception as error:
                # The type alone: texts name the status, which no program reads.
                end = ("raised", type(error).__qualname__)
                error_types = frozenset(kind.__name__ for kind in type(error).__mro__)
                if isinstance(error, HTTPError):
                    # It is a response, too, with a connection that would stay open.
                    error.close()
            received = ocs.received
        tries = [one for one in received if (one.method, one.path.partition("?")[0]) == self.subject]
        return Observation(
            requests=tuple((one.method, one.path) for one in received),
            end=end,
            error_types=error_types,
            pauses=tuple(later.at - earlier.at for earlier, later in pairwise(tries)),
            conditional=any(CONDITIONS & {name.lower() for name in one.headers} for one in tries),
        )

    @property
    def success(self) -> int:
        """The status of plain success: 200, or what the operation documents instead."""
        accepted = HTTPStatus.ACCEPTED in self.match.statuses
        return min(self.match.statuses & DONE, default=HTTPStatus.ACCEPTED if accepted else HTTPStatus.OK)

    def observed(self) -> frozenset[str]:
        """The codes of the rules that this behaviour breaks."""
        statuses = self.match.statuses
        success, failure = self.run(self.success), self.run(HTTPStatus.BAD_REQUEST)
        unavailable = self.run(HTTPStatus.SERVICE_UNAVAILABLE)
        codes = set()
        if all(success.same_as(other) for other in (failure, unavailable, self.run(HTTPStatus.NOT_FOUND))):
            codes.add("OCS000")
        if HTTPStatus.MULTI_STATUS in statuses and self.run(HTTPStatus.MULTI_STATUS).same_as(success):
            codes.add("OCS207")
        if HTTPStatus.PRECONDITION_FAILED in statuses or success.conditional:
            changed = self.run(HTTPStatus.PRECONDITION_FAILED)
            if changed.same_as(success) or changed.same_as(failure):
                codes.add("OCS412")
        if HTTPStatus.NO_CONTENT in statuses and NOTHING_TO_PARSE & self.run(HTTPStatus.NO_CONTENT).error_types:
            codes.add("OCS204")
        if not unavailable.pauses:
            codes.add("OCS503")
        return frozenset(codes) | (self._observed_opt_in(success, failure) & self.asked_for)

    def _observed_opt_in(self, success: Observation, failure: Observation) -> frozenset[str]:
        """The codes of the opt-in rules that this behaviour breaks."""
        statuses = self.match.statuses
        codes = set()
        if HTTPStatus.ACCEPTED in statuses:
            queued = self.run(HTTPStatus.ACCEPTED)
            asks = any(method in {"GET", "HEAD"} for method, _ in queued.requests)
            done = self.run(min(statuses & DONE, default=HTTPStatus.OK))
            if queued.same_as(done) and not asks:
                codes.add("OCS202")
        if HTTPStatus.FOUND in statuses:
            existing = self.run(HTTPStatus.FOUND)
            if ("GET", THERE) in existing.requests and existing.end == self.run(HTTPStatus.CREATED).end:
                codes.add("OCS302")
        if HTTPStatus.UNAUTHORIZED in statuses and self.run(HTTPStatus.UNAUTHORIZED).same_as(failure):
            codes.add("OCS401")
        if HTTPStatus.CONFLICT in statuses and self.run(HTTPStatus.CONFLICT).same_as(failure):
            codes.add("OCS409")
        if HTTPStatus.PRECONDITION_FAILED in statuses and self.subject[0] != "POST" and not success.conditional:
            codes.add("OCS428")
        return frozenset(codes)


@contextmanager
def _importing_from(folder: Path | None) -> Iterator[None]:
    """Let imports find the modules in a folder, and forget them at the end."""
    if folder is None:
        yield
        return
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and Path(file).is_relative_to(folder):
                del sys.modules[name]


def clients() -> list[Client]:
    """Every fixture client whose library is installed, sorted by name."""
    paths = [*FOLDER.glob("*.py"), *FOLDER.glob("*/client.py")]
    found = sorted((Client(path) for path in paths), key=lambda client: client.name)
    missing = [name for name in NOT_EVERYWHERE if find_spec(name) is None]
    missing += FROM_3_11 if sys.version_info < (3, 11) else ()
    return [client for client in found if not any(name in client.source for name in missing)]
