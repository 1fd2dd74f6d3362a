"""What one abstract run leaves behind: the fate of a status, and the requests that were seen."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from flake8_ocs_status.fate.exchange.options import Options
from flake8_ocs_status.fate.values import (
    Choice,
    Class,
    Function,
    Future,
    Items,
    Known,
    Object,
    OtherResponse,
    Raised,
    Repeater,
    Response,
    Several,
    Symbol,
    Table,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.transport.library import Library

CallPath = tuple[ast.Call, ...]
"""The calls that lead to a request: from the function under study inwards, the last one sends."""


class BudgetSpentError(Exception):
    """The run took too many steps; its answer is unknown."""


class Ending(Enum):
    """How a path ends."""

    RETURNS = "returns"
    RAISES = "raises"
    EXITS = "exits"
    SENT_AGAIN = "sends the request again"
    NEXT_ITEM = "goes on with the next item"


@dataclass(frozen=True, slots=True)
class End:
    """One way in which a path ends, with what it returns or raises as a comparable key."""

    ending: Ending
    detail: object = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """One way that leads back to the request.

    ``origin`` is the expression that made the policy of a wrapper, None where the code is written out by hand;
    ``bounded`` tells whether that policy gives up at some time.
    ``waits`` and ``heeds_retry_after`` tell whether anything is waited for on the way, and whether the answer's headers
    are looked at; ``certain`` is False where something else than the status may lead back; ``may_change`` tells whether
    something on the way may make the next request another one; ``after_error`` whether the code has raised something
    itself, and caught it; ``told_by_body`` whether only some bodies of the answer lead back. None stands for not known.
    """

    origin: ast.expr | None
    waits: bool | None
    heeds_retry_after: bool | None
    bounded: bool | None = None
    certain: bool = True
    may_change: bool = False
    after_error: bool = False
    told_by_body: bool = False


@dataclass(slots=True)
class Fate:
    """What the code does when the request in focus is answered with ``status``.

    ``reached``: the statements and calls that are executed then. ``ends``: how the paths end. ``escapes``: values that
    tell something about the status and leave the function's sight. ``looked``: the status decides something or is
    handed on. ``open``: the response or the status itself is handed to code that is not in sight, so that nothing is
    decided here; ``handed_on``: it is handed to somebody who may send the request again, and not just to a function
    that is called with it. ``reads_errors``: the body is searched for per-item errors.
    ``checked``: an exception that carries the response was raised. ``empty_body_parsed``: an empty body is parsed, and
    the exception that this raises is not caught. ``answered``: the request was sent at all. ``repeated_at``: where the
    same request is written out a second time and repeats this one, ``sent_after`` other requests
    that follow it. ``repeats`` are the ways that lead back to it, and
    ``used`` tells whether anything but the status is asked of the response.
    ``opaque`` tells whether code that is not in sight was called on the way. ``refused`` says of a wrapper why it does
    not repeat what came of this status. ``told_apart``: what is executed may depend on which status it is, not just on
    whether the library raises for it. ``asked`` is all that the run has asked of the status, with the answers: a run
    for any other status that gives the same answers goes the same way.
    ``decided_at`` and ``ended_at`` are the nodes where the status decides something or is handed on, and where a path
    leaves the function or comes back to the request: for people, no part of any comparison.
    """

    status: int
    reached: set[int] = field(default_factory=set)
    ends: set[End] = field(default_factory=set)
    escapes: set[tuple[int, object]] = field(default_factory=set)
    looked: bool = False
    open: bool = False
    handed_on: bool = False
    reads_errors: bool = False
    checked: bool = False
    empty_body_parsed: bool = False
    answered: bool = False
    decided_at: set[ast.AST] = field(default_factory=set)
    ended_at: set[ast.AST] = field(default_factory=set)
    repeated_at: set[CallPath] = field(default_factory=set)
    sent_after: set[CallPath] = field(default_factory=set)
    repeats: set[Repeat] = field(default_factory=set)
    opaque: bool = False
    used: bool = False
    refused: dict[ast.expr, str] = field(default_factory=dict)
    told_apart: bool = False
    asked: dict[tuple[Callable[..., object], tuple[object, ...]], object] = field(
        default_factory=dict, repr=False, compare=False
    )

    def is_alike_for(self, status: int) -> bool:
        """Whether the run would have gone the same way for another status."""
        return all(question(*about, status) == answer for (question, about), answer in self.asked.items())

    def same_as(self, other: Fate) -> bool:
        """Whether the code does just the same for both statuses."""
        return self.reached == other.reached and self.ends == other.ends and self.escapes == other.escapes

    @property
    def sent_again(self) -> bool:
        """Whether a path leads back to the request."""
        return any(end.ending is Ending.SENT_AGAIN for end in self.ends)

    @property
    def fails(self) -> bool:
        """Whether every path ends with an exception."""
        return bool(self.ends) and all(end.ending is Ending.RAISES for end in self.ends)

    @property
    def raises(self) -> bool:
        """Whether a path ends with an exception."""
        return any(end.ending is Ending.RAISES for end in self.ends)


@dataclass(frozen=True, slots=True)
class Send:
    """One request as it was seen while a function was executed.

    ``url``, ``method`` and ``headers`` are abstract values; ``session`` is the client object it goes through.
    ``wrappers`` are what repeats it, from the outside in.
    ``client_known`` is False where something from out of sight may send it in the client's place.
    ``own_transport_known`` tells whether the transport of the client in sight is known, whoever else may send it.
    ``has_hooks`` tells whether functions of the project are called with the answer.
    ``may_authorize`` tells whether the request may carry a token; ``options`` are those that change what comes back.
    ``is_declared``: a function out of sight sends it, as the configuration says.
    """

    path: CallPath
    library: Library
    method: Value
    url: Value
    headers: Value
    session: Object | None
    adapters: tuple[tuple[str, Value], ...]
    wrappers: tuple[Repeater, ...]
    client_known: bool
    own_transport_known: bool
    hooks_known: bool
    has_hooks: bool
    may_authorize: bool
    options: Options = ()
    is_declared: bool = False

    @property
    def node(self) -> ast.Call:
        """The call that sends."""
        return self.path[-1]

    @property
    def transport_known(self) -> bool:
        """Whether it is known what the request goes through."""
        return self.client_known and self.own_transport_known


def comparable(value: Value) -> object:
    """A value as it counts in the comparison of two fates: what a caller could tell apart."""
    if isinstance(value, Known):
        return type(value.value).__name__, value.value
    if isinstance(value, Text):
        return "text", tuple(part if isinstance(part, str) else None for part in value.parts)
    if isinstance(value, Items):
        return "items", tuple(map(comparable, value.values))
    if isinstance(value, Several):
        return "several", value.certain, comparable(value.element)
    if isinstance(value, Table):
        return "table", tuple((comparable(key), comparable(item)) for key, item in value.entries)
    if isinstance(value, Choice):
        return "choice", frozenset(map(comparable, value.values))
    if isinstance(value, Symbol):
        return "symbol", value.path
    if isinstance(value, (Function, Class)):
        return "definition", id(value.node)
    if isinstance(value, Raised):
        kind = value.kind if isinstance(value.kind, str) else id(value.kind)
        return "exception", kind, None if value.origin is None else id(value.origin)
    if isinstance(value, Future):
        return "future", value.fails, comparable(value.result)
    if isinstance(value, (Response, OtherResponse)):
        return type(value).__name__
    if isinstance(value, Object):
        return "object", value.allocation
    if isinstance(value, Unknown):
        return "unknown", value.about
    return type(value).__name__
