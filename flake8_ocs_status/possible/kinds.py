"""The kinds of objects that the walk tells apart: responses, and clients whose requests give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from flake8_ocs_status.possible.functions import Class
from flake8_ocs_status.transport.clients import Library

StatusTest = Callable[[int], bool]


def is_error(status: int) -> bool:
    """What requests and aiohttp raise for."""
    return status >= 400


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """What is known of a kind of response.

    ``raises`` is the test of ``raise_for_status()``, ``tests`` those of its attributes, ``truth`` that of the response
    itself, ``status`` the name of its status. ``always_true``: a response of this kind has no truth of its own.
    Statuses from 600 on, which HTTP does not have, count as errors.
    """

    name: str
    raises: StatusTest = is_error
    tests: Mapping[str, StatusTest] | None = None
    truth: StatusTest | None = None
    always_true: bool = False
    status: str = "status_code"


@dataclass(frozen=True, slots=True)
class Raised:
    """The statuses of which a call never gives a response; ``wording`` names it. ``by_helper``: code of the project has
    seen to that, not the library."""

    excluded: int
    wording: str
    by_helper: bool = False


@dataclass(frozen=True, slots=True)
class Mount:
    """What a session does with URLs that begin with ``prefix``; ``methods`` are those it does it for, None for all."""

    prefix: str
    raised: Raised | None = None
    methods: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A response, or a client whose requests give one; ``raised`` is what the request itself raises.

    ``owner`` is the class of the project that a client is an instance of, where it is one.
    """

    response: Response
    is_client: bool = False
    raised: tuple[Raised, ...] = ()
    methods: Library | None = None
    mounts: tuple[Mount, ...] = ()
    owner: Class | None = None

    def raising(self, raised: Raised) -> Kind:
        """The same where that is raised, too."""
        return self if raised in self.raised else replace(self, raised=(*self.raised, raised))

    @property
    def without_hooks(self) -> Kind:
        """The same where no hook raises anything."""
        return replace(self, raised=tuple(one for one in self.raised if not one.by_helper))

    @property
    def or_none(self) -> Kind:
        """The same where None may stand instead: what it is worth as a condition is not known then."""
        return replace(self, response=_without_truth(self.response))


@lru_cache(maxsize=64)
def _without_truth(response: Response) -> Response:
    return replace(response, truth=None, always_true=False)
