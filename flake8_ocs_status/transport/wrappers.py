"""What libraries that repeat a call do: tenacity, backoff, stamina, retrying, retry.

The policy of such a wrapper says which exceptions and which results it repeats, when it gives up, and how long it waits
in between. Read off and verified by running tenacity 9.2, backoff 2.2, stamina 26.1, retrying 1.4 and retry2 0.9 (whose
module is called ``retry``, as that of retry 0.9 is).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

LIBRARIES = ("tenacity", "backoff", "stamina", "retrying", "retry")


def is_wrapper_library(path: str) -> bool:
    """Whether a dotted path leads into a library whose wrappers are known."""
    return path.partition(".")[0] in LIBRARIES


class Kind(Enum):
    """What a condition looks at."""

    EXCEPTION_TYPE = "the exception is of one of these types"
    OTHER_EXCEPTION_TYPE = "the exception is of none of these types"
    EXCEPTION_TEST = "this function is true for the exception"
    NOT_EXCEPTION_TEST = "this function is false for the exception"
    TYPE_OR_TEST = "the types of an exception, or a function of it"
    RESULT_TEST = "this function is true for the result"
    NOT_RESULT_TEST = "this function is false for the result"
    FALSE_RESULT = "the result is false"
    ANY_RESULT = "there is a result"
    ANY = "one of these conditions holds"
    ALL = "all of these conditions hold"
    NEVER = "never"
    UNKNOWN = "nobody knows"


@dataclass(frozen=True, slots=True)
class Condition:
    """When a call is repeated; the operands are other conditions, or the values that the executor computes with."""

    kind: Kind
    operands: tuple[object, ...] = ()

    @property
    def looks_at_results(self) -> bool:
        """Whether a result may be repeated."""
        if self.kind in {Kind.ANY, Kind.ALL}:
            return any(isinstance(one, Condition) and one.looks_at_results for one in self.operands)
        return self.kind in {
            Kind.RESULT_TEST, Kind.NOT_RESULT_TEST, Kind.FALSE_RESULT, Kind.ANY_RESULT, Kind.UNKNOWN,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stop:
    """When a wrapper gives up: ``attempts`` counts all calls, None where it does not count them."""

    bounded: bool | None
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Whether it waits between two calls, and whether it looks at what was raised or returned to find out how long;
    None where that is not known. ``asks_condition`` tells that a number from the test of an exception says how long."""

    waits: bool | None
    looks: bool | None = False
    asks_condition: bool = False


NEVER_STOPS = Stop(False)
NO_WAIT = Wait(False)


class Exhausted(Enum):
    """What comes of the last failed call when a wrapper gives up."""

    SAME = "the exception goes on, or the result is returned"
    RETRY_ERROR = "an exception of the library's own"
    RETURNS = "something is returned instead"


@dataclass(frozen=True, slots=True)
class WrapperPolicy:
    """The policy of a wrapper. ``has_hooks`` tells that code of the project runs between two calls, and ``rebinds`` are
    the names and attributes that it gives other values there."""

    library: str
    condition: Condition
    stop: Stop
    wait: Wait
    exhausted: Exhausted = Exhausted.SAME
    has_hooks: bool = False
    rebinds: frozenset[str] = frozenset()

    @property
    def repeats_at_all(self) -> bool:
        """Whether it leaves room for a second call."""
        return self.stop.attempts is None or self.stop.attempts > 1

    @property
    def retry_error(self) -> str:
        """The exception of the library's own that is raised when it gives up."""
        return f"{self.library}.RetryError"


# The waiting strategies of tenacity: the parameters in their order, and the defaults of those that decide.
TENACITY_WAITS: dict[str, tuple[tuple[str, ...], dict[str, float]]] = {
    "wait_none": ((), {}),
    "wait_fixed": (("wait",), {"wait": 1}),
    "wait_random": (("min", "max"), {"min": 0, "max": 1}),
    "wait_incrementing": (("start", "increment", "max"), {"start": 0, "increment": 100}),
    "wait_exponential": (("multiplier", "max", "exp_base", "min"), {"multiplier": 1, "min": 0}),
    "wait_random_exponential": (("multiplier", "max", "exp_base", "min"), {"multiplier": 1, "min": 0}),
    "wait_full_jitter": (("multiplier", "max", "exp_base", "min"), {"multiplier": 1, "min": 0}),
    "wait_exponential_jitter": (("initial", "max", "exp_base", "jitter"), {"initial": 1, "jitter": 1}),
}
# The generators of backoff, likewise, with the parameters that the decorator passes on to them.
BACKOFF_WAITS: dict[str, dict[str, float]] = {
    "expo": {"factor": 1},
    "fibo": {"initial": 1},
    "constant": {"interval": 1},
}
# The parameters of retrying: what makes it wait when it is given (milliseconds).
RETRYING_WAITS = (
    "wait_fixed", "wait_random_max", "wait_incrementing_start", "wait_incrementing_increment",
    "wait_exponential_multiplier", "wait_exponential_max", "wait_jitter_max",
)  # fmt: skip
RETRYING_PARAMETERS = ("stop", "wait", "stop_max_attempt_number", "stop_max_delay", "wait_fixed")
RETRY_PARAMETERS = ("exceptions", "tries", "delay", "max_delay", "backoff", "jitter")
STAMINA_PARAMETERS = ("on", "attempts", "timeout", "wait_initial", "wait_max", "wait_jitter", "wait_exp_base")
STAMINA_ATTEMPTS = 10
TENACITY_PARAMETERS = ("sleep", "stop", "wait", "retry", "before", "after", "before_sleep", "reraise")
TENACITY_CONDITIONS = {
    "retry_if_exception_type": Kind.EXCEPTION_TYPE,
    "retry_if_not_exception_type": Kind.OTHER_EXCEPTION_TYPE,
    "retry_if_exception": Kind.EXCEPTION_TEST,
    "retry_if_result": Kind.RESULT_TEST,
    "retry_if_not_result": Kind.NOT_RESULT_TEST,
    "retry_any": Kind.ANY,
    "retry_all": Kind.ALL,
    "retry_never": Kind.NEVER,
}
RETRY_CALL_PATHS = frozenset({"retry.retry_call", "retry.api.retry_call"})
# What makes the caller wait.
SLEEPS = frozenset(
    {
        "time.sleep", "asyncio.sleep", "trio.sleep", "anyio.sleep", "curio.sleep", "gevent.sleep", "eventlet.sleep",
        "eventlet.greenthread.sleep", "gevent.hub.sleep",
    }
)  # fmt: skip
