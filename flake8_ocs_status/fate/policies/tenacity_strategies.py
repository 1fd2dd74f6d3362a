"""The strategies of tenacity: when it stops, how it waits, what it repeats."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.fate.policies.arguments import (
    Arguments,
    Keywords,
    any_true,
    given_by_name,
    integer_of,
    is_named,
    is_positive,
)
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    Known,
    Strategy,
    Symbol,
    Value,
)
from flake8_ocs_status.transport.wrappers import (
    NEVER_STOPS,
    NO_WAIT,
    TENACITY_CONDITIONS,
    TENACITY_WAITS,
    Condition,
    Kind,
    Stop,
    Wait,
)

ANY_EXCEPTION = Symbol("builtins.Exception")
NOTHING_KNOWN = Condition(Kind.UNKNOWN)


def tenacity_part(name: str, arguments: Arguments, keywords: Keywords) -> Stop | Wait | Condition | None:
    """One of tenacity's strategies."""
    if name.startswith("stop_"):
        return _tenacity_stop(name, arguments, keywords)
    if name.startswith("wait_"):
        return _tenacity_wait(name, arguments, keywords)
    if name == "retry_always":
        return Condition(Kind.ANY, (Condition(Kind.EXCEPTION_TYPE, (ANY_EXCEPTION,)), Condition(Kind.ANY_RESULT)))
    if name == "retry_unless_exception_type":
        return Condition(
            Kind.ANY, (Condition(Kind.OTHER_EXCEPTION_TYPE, _operands(arguments, keywords)), NOTHING_KNOWN)
        )
    kind = TENACITY_CONDITIONS.get(name)
    if kind is None:
        return NOTHING_KNOWN if name.startswith("retry_") else None
    if kind in {Kind.ANY, Kind.ALL}:
        if None in keywords:
            return NOTHING_KNOWN
        return Condition(kind, tuple(condition_of(one) for one in arguments))
    return Condition(kind, _operands(arguments, keywords))


def _operands(arguments: Arguments, keywords: Keywords) -> tuple[Value, ...]:
    """The one argument of a condition, by whatever name; any exception when there is none."""
    if None in keywords:
        return (UNKNOWN,)
    return tuple([*arguments, *keywords.values(), ANY_EXCEPTION][:1])


def _tenacity_stop(name: str, arguments: Arguments, keywords: Keywords) -> Stop:
    values = [*arguments, *keywords.values()]
    if name == "stop_never":
        return NEVER_STOPS
    if name == "stop_after_attempt":
        return Stop(True, integer_of(values[0]) if values else None)
    if name in {"stop_after_delay", "stop_before_delay"}:
        return Stop(True)
    if name in {"stop_any", "stop_all"}:
        parts = [stop_of(value) for value in arguments]
        return _either_stop(parts) if name == "stop_any" else _both_stop(parts)
    return Stop(None)


def _either_stop(parts: Sequence[Stop]) -> Stop:
    counts = [part.attempts for part in parts if part.attempts is not None]
    bounds = {part.bounded for part in parts}
    return Stop(True if True in bounds else None if None in bounds else False, min(counts, default=None))


def _both_stop(parts: Sequence[Stop]) -> Stop:
    bounds = {part.bounded for part in parts}
    return Stop(False if False in bounds else None if None in bounds else True)


def _tenacity_wait(name: str, arguments: Arguments, keywords: Keywords) -> Wait:
    if name in {"wait_combine", "wait_chain"}:
        return Wait(any_true(wait_of(value).waits for value in arguments) if None not in keywords else None)
    known = TENACITY_WAITS.get(name)
    if known is None:
        # wait_exception and what may come: it computes the time from what was raised.
        return Wait(None, None)
    parameters, defaults = known
    given = given_by_name(parameters, arguments, keywords)
    if given is None:
        return Wait(None)
    return Wait(any_true(is_positive(given.get(part, Known(default))) for part, default in defaults.items()))


def stop_of(value: Value) -> Stop:
    """When a wrapper stops that is given this value."""
    if isinstance(value, Strategy) and isinstance(value.part, Stop):
        return value.part
    return NEVER_STOPS if is_named(value, "stop_never") else Stop(None)


def wait_of(value: Value) -> Wait:
    """How a wrapper waits that is given this value."""
    if isinstance(value, Strategy) and isinstance(value.part, Wait):
        return value.part
    return NO_WAIT if is_named(value, "wait_none") else Wait(None, None)


def condition_of(value: Value) -> Condition:
    """What a wrapper repeats that is given this value."""
    if isinstance(value, Strategy) and isinstance(value.part, Condition):
        return value.part
    if isinstance(value, Symbol) and value.path.startswith("tenacity."):
        part = tenacity_part(value.path.rpartition(".")[2], (), {})
        if isinstance(part, Condition) and part.kind in {Kind.NEVER, Kind.ANY}:
            return part
    return NOTHING_KNOWN


def combined(kind: ast.operator, left: Value, right: Value) -> Strategy | None:
    """``left | right``, ``left & right``, ``left + right`` of tenacity's strategies."""
    for one in (left, right):
        if not isinstance(one, Strategy):
            continue
        if isinstance(one.part, Condition) and isinstance(kind, (ast.BitOr, ast.BitAnd)):
            word = Kind.ANY if isinstance(kind, ast.BitOr) else Kind.ALL
            return Strategy(Condition(word, (condition_of(left), condition_of(right))))
        if isinstance(one.part, Stop) and isinstance(kind, (ast.BitOr, ast.BitAnd)):
            parts = [stop_of(left), stop_of(right)]
            return Strategy(_either_stop(parts) if isinstance(kind, ast.BitOr) else _both_stop(parts))
        if isinstance(one.part, Wait) and isinstance(kind, ast.Add):
            return Strategy(Wait(any_true([wait_of(left).waits, wait_of(right).waits])))
    return None
