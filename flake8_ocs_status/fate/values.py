"""The values that the abstract executor computes with.

A value is either known, or it says what kind of thing is unknown. Every value tells how much of the status it gives
away, which is how a test on the status is told from any other test.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum, IntEnum

from flake8_ocs_status.catalogue.templates import Template
from flake8_ocs_status.transport.library import Library
from flake8_ocs_status.transport.retries import RetryPolicy
from flake8_ocs_status.transport.wrappers import Condition, Stop, Wait, WrapperPolicy

LARGEST_COLLECTION = 200
# The allocation of an object that somebody out of sight has made begins with this.
FROM_OUTSIDE = "from outside: "
# The same, where there may be none: ``session: Session | None = None``.
PERHAPS_FROM_OUTSIDE = f"{FROM_OUTSIDE}perhaps "


class About(IntEnum):
    """How much of the answer a value gives away, from nothing to all of it."""

    NOTHING = 0
    BODY = 1
    """Computed from the body or the headers."""
    DECISION = 2
    """A verdict on the status, such as ``r.ok``: it tells some statuses apart."""
    STATUS = 3
    """The status itself, or a text that holds it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything. ``keys`` are the names under which it was dug out of a body."""

    about: About = About.NOTHING
    keys: tuple[str, ...] = ()


UNKNOWN = Unknown()
ABOUT_STATUS = Unknown(About.STATUS)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A constant: None, a bool, a number, a text."""

    value: object
    about: About = About.NOTHING

    def _key(self) -> tuple[object, ...]:
        # True == 1 in Python, but they are two answers.
        return type(self.value), self.value, self.about

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


NONE = Known(None)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of which some parts are known: what a URL is built as.

    ``told_by_holes`` is how much the parts that are not known give away of the answer, None where that is as much as
    the text as a whole does.
    """

    parts: Template
    about: About = About.NOTHING
    told_by_holes: About | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or set whose elements are all listed; ``told``: how much their number gives away of the answer.

    ``place`` is where a list is made that something is put into later: all names of it are names of one list.
    """

    values: tuple[Value, ...]
    told: About = About.NOTHING
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a text is split into, of which the first and the last ones are known; ``between`` is any other one."""

    first: tuple[Value, ...]
    between: Value
    last: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """A collection of which it is known what its elements are like, and not how many there are.

    ``certain`` tells that there is one at least, ``told`` how much their number gives away of the answer.
    """

    element: Value
    certain: bool = False
    told: About = About.NOTHING
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A ``range`` with known bounds."""

    start: int
    stop: int
    step: int

    @property
    def range(self) -> range:
        """The range itself."""
        return range(self.start, self.stop, self.step)


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping whose entries are listed; ``complete`` is False when there may be more.

    ``makes`` is what it calls for a key that it lacks: the argument of ``defaultdict``.
    """

    entries: tuple[tuple[Value, Value], ...]
    complete: bool = True
    place: str | None = None
    makes: Value | None = None


@dataclass(frozen=True, slots=True)
class Symbol:
    """What an import or a builtin gives, by its dotted path."""

    path: str


@dataclass(frozen=True, slots=True)
class ProjectModule:
    """Another module of the project, by its file."""

    file: str


@dataclass(frozen=True, slots=True)
class Response:
    """The response in focus."""

    library: Library


@dataclass(frozen=True, slots=True)
class OtherResponse:
    """A response to some request that is not in focus, or one that a parameter brings."""

    library: Library


@dataclass(frozen=True, slots=True)
class Object:
    """An instance of a class; its attributes live in the store under ``allocation``.

    ``kind`` is a client library (a session), or the node of a class of the project.
    """

    kind: Library | ast.ClassDef
    allocation: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is made but not sent yet; its parts live in the store under ``allocation``."""

    library: Library
    allocation: str


@dataclass(frozen=True, slots=True)
class Adapter:
    """A transport adapter with its retry policy; ``origin`` is the call that made the policy."""

    policy: RetryPolicy
    origin: ast.Call | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A retry policy; ``origin`` is the call that made it."""

    policy: RetryPolicy
    origin: ast.Call | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function, method or lambda of the project; ``bound`` is what ``self`` is, if it is bound.

    ``beneath`` counts the decorators, from the outermost, that have been dealt with; ``is_handed_in`` tells that it was
    handed to one of them, whose call of it is no call of its own. ``captured`` are the names of the functions around it
    that have come to their end.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    bound: Value | None = None
    beneath: int = 0
    is_handed_in: bool = False
    captured: tuple[tuple[ast.AST, tuple[tuple[str, Value], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the project."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Super:
    """``super()`` inside a method of ``node``."""

    bound: Value
    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Method:
    """An attribute of a value that is about to be called."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class Partial:
    """``functools.partial(function, *arguments, **keywords)``; ``call`` is the call that hands it to a pool of workers,
    where its result comes from a future."""

    function: Value
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str | None, Value], ...]
    call: ast.Call | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception: its class by canonical path, by its node when it is one of the project's, None when unknown.

    ``library`` is set when it holds the response in focus; ``empty_body`` when it comes of parsing an empty body.
    ``origin`` is the statement that raised it: two of them are two messages. ``arguments`` and ``keywords`` are what it
    was made with, None where that is not in sight.
    """

    kind: str | ast.ClassDef | None
    about: About = About.NOTHING
    library: Library | None = None
    empty_body: bool = False
    origin: ast.Raise | None = None
    arguments: tuple[Value, ...] | None = None
    keywords: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Future:
    """What a task or a coroutine comes to: a result, or, where it ``fails``, an exception, which comes out where
    somebody waits for it."""

    result: Value
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Suppressor:
    """A context manager that swallows exceptions of these classes."""

    kinds: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ContextStack:
    """``contextlib.ExitStack()``; what it has entered lives in the store under ``allocation``."""

    allocation: str


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """``asyncio.TaskGroup()``; which tasks have failed lives in the store under ``allocation``."""

    allocation: str


class Role(Enum):
    """What can be done with a repeater."""

    DECORATOR = "decorator"
    CALLER = "caller"
    CALLER_TO_BE = "caller that is yet to be told what it repeats"
    ATTEMPT = "attempt"
    WRAPPED = "wrapped"


@dataclass(frozen=True, slots=True)
class Strategy:
    """A part of the policy of a wrapper that is still to be made: when it stops, waits, repeats."""

    part: Stop | Wait | Condition


@dataclass(frozen=True, slots=True)
class Repeater:
    """What repeats the code that it is given: ``@retry(…)``, ``Retrying(…)``, one attempt of it, a decorated function.

    ``origin`` is the expression that made the policy.
    """

    policy: WrapperPolicy
    origin: ast.expr
    role: Role
    function: Value | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values."""

    values: frozenset[Value]


Value = (
    Unknown
    | Known
    | Text
    | Items
    | Pieces
    | Several
    | Interval
    | Table
    | Symbol
    | ProjectModule
    | Response
    | OtherResponse
    | Object
    | Prepared
    | Adapter
    | Policy
    | Function
    | Class
    | Super
    | Method
    | Partial
    | Raised
    | Future
    | Suppressor
    | ContextStack
    | TaskGroup
    | Strategy
    | Repeater
    | Choice
)
