"""Values that have a part in a request: clients and other objects, requests, responses, and what repeats them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from flake8_ocs_status.transport.library import Library
from flake8_ocs_status.transport.retries import RetryPolicy
from flake8_ocs_status.transport.wrappers import Condition, Stop, Wait, WrapperPolicy

if TYPE_CHECKING:
    from flake8_ocs_status.fate.values import Value

# The allocation of an object that somebody out of sight has made begins with this.
FROM_OUTSIDE = "from outside: "
# The same, where there may be none: ``session: Session | None = None``.
PERHAPS_FROM_OUTSIDE = f"{FROM_OUTSIDE}perhaps "


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
