"""The wrappers that repeat a call, as the calls that make them say: tenacity, backoff, stamina, retrying, retry."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypedDict

from flake8_ocs_status.fate.policies.arguments import (
    NONE_GIVEN,
    Arguments,
    Given,
    Keywords,
    any_true,
    given_by_name,
    integer_of,
    is_named,
    is_none,
    is_positive,
)
from flake8_ocs_status.fate.policies.tenacity_strategies import (
    ANY_EXCEPTION,
    NOTHING_KNOWN,
    condition_of,
    stop_of,
    tenacity_part,
    wait_of,
)
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    Function,
    Items,
    Known,
    Repeater,
    Role,
    Strategy,
    Symbol,
    Table,
    Value,
)
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.transport.exceptions import ancestors
from flake8_ocs_status.transport.wrappers import (
    BACKOFF_WAITS,
    NEVER_STOPS,
    NO_WAIT,
    RETRY_PARAMETERS,
    RETRYING_PARAMETERS,
    RETRYING_WAITS,
    STAMINA_ATTEMPTS,
    STAMINA_PARAMETERS,
    TENACITY_PARAMETERS,
    Condition,
    Exhausted,
    Kind,
    Stop,
    Wait,
    WrapperPolicy,
)


def wrapper_of_symbol(path: str, arguments: Arguments, keywords: Keywords, node: ast.Call) -> Value | None:
    """What a call of something in a library of wrappers gives: a strategy or a repeater; None for anything else."""
    library, _, name = path.partition(".")
    name = name.rpartition(".")[2]
    if library == "tenacity":
        part = tenacity_part(name, arguments, keywords)
        if part is not None:
            return Strategy(part)
    maker = _MAKERS.get((library, name))
    if maker is None:
        return None
    role, make = maker
    if role is Role.DECORATOR and len(arguments) == 1 and not keywords and isinstance(arguments[0], Function):
        # The decorator without parentheses, or the function that it is handed.
        policy = make((), {})
        origin = node if node.args else node.func
        return None if policy is None else Repeater(policy, origin, Role.WRAPPED, arguments[0])
    policy = make(arguments, keywords)
    return None if policy is None else Repeater(policy, node, role)


def _tenacity(arguments: Arguments, keywords: Keywords) -> WrapperPolicy | None:
    given = given_by_name(TENACITY_PARAMETERS, arguments, keywords)
    if given is None:
        return None
    wait = wait_of(given["wait"]) if "wait" in given else NO_WAIT
    if "sleep" in given and not (isinstance(given["sleep"], Symbol) and given["sleep"].path.endswith(".sleep")):
        wait = Wait(None, wait.looks)
    reraises = given.get("reraise", Known(False))
    return WrapperPolicy(
        "tenacity",
        condition_of(given["retry"]) if "retry" in given else Condition(Kind.EXCEPTION_TYPE, (ANY_EXCEPTION,)),
        stop_of(given["stop"]) if "stop" in given else NEVER_STOPS,
        wait,
        Exhausted.RETURNS
        if not is_none(given.get("retry_error_callback", NONE_GIVEN))
        else Exhausted.SAME
        if isinstance(reraises, Known) and reraises.value
        else Exhausted.RETRY_ERROR,
        **_hooks(given, "before", "after", "before_sleep"),
    )


class _Hooks(TypedDict):
    has_hooks: bool
    rebinds: frozenset[str]


def _hooks(given: Given, *parameters: str) -> _Hooks:
    """What is known of the functions that run between two calls, given for any of these parameters."""
    values = [given[parameter] for parameter in parameters if parameter in given]
    hooks = [hook for value in values for hook in (value.values if isinstance(value, Items) else (value,))]
    return {
        "has_hooks": bool(values),
        "rebinds": frozenset(name for hook in hooks for name in _rebound_by(hook)),
    }


def _rebound_by(hook: Value) -> Iterator[str]:
    """The names and attributes from elsewhere that a function of the project gives other values."""
    if not isinstance(hook, Function):
        return
    nodes = list(nodes_in(hook.node))
    outer = {name for node in nodes if isinstance(node, (ast.Nonlocal, ast.Global)) for name in node.names}
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in outer:
            yield node.id


def _backoff_on_exception(arguments: Arguments, keywords: Keywords) -> WrapperPolicy | None:
    given = given_by_name(("wait_gen", "exception"), arguments, keywords)
    if given is None:
        return None
    condition = Condition(Kind.EXCEPTION_TYPE, (given.get("exception", UNKNOWN),))
    if "giveup" in given:
        condition = Condition(Kind.ALL, (condition, Condition(Kind.NOT_EXCEPTION_TEST, (given["giveup"],))))
    raises = given.get("raise_on_giveup", Known(True))
    return WrapperPolicy(
        "backoff",
        condition,
        _backoff_stop(given),
        _backoff_wait(given),
        Exhausted.SAME if isinstance(raises, Known) and raises.value else Exhausted.RETURNS,
        **_hooks(given, "on_backoff"),
    )


def _backoff_on_predicate(arguments: Arguments, keywords: Keywords) -> WrapperPolicy | None:
    given = given_by_name(("wait_gen", "predicate"), arguments, keywords)
    if given is None:
        return None
    predicate = given.get("predicate")
    condition = Condition(Kind.FALSE_RESULT) if predicate is None else Condition(Kind.RESULT_TEST, (predicate,))
    return WrapperPolicy(
        "backoff", condition, _backoff_stop(given), _backoff_wait(given), **_hooks(given, "on_backoff")
    )


def _backoff_stop(given: Given) -> Stop:
    tries, time = given.get("max_tries", NONE_GIVEN), given.get("max_time", NONE_GIVEN)
    if is_none(tries) and is_none(time):
        return NEVER_STOPS
    return Stop(True, integer_of(tries))


def _backoff_wait(given: Given) -> Wait:
    generator, jitter = given.get("wait_gen", UNKNOWN), given.get("jitter", Symbol("backoff.full_jitter"))
    name = generator.path.rpartition(".")[2] if isinstance(generator, Symbol) else ""
    if not name or name not in BACKOFF_WAITS:
        return Wait(None, None)
    waits = any_true(is_positive(given.get(part, Known(default))) for part, default in BACKOFF_WAITS[name].items())
    scales = is_none(jitter) or is_named(jitter, "full_jitter")
    return Wait(waits if waits or scales else None)


def _stamina(arguments: Arguments, keywords: Keywords) -> WrapperPolicy | None:
    given = given_by_name(STAMINA_PARAMETERS, arguments, keywords)
    if given is None:
        return None
    attempts, time = given.get("attempts", Known(STAMINA_ATTEMPTS)), given.get("timeout", Known(45.0))
    waits = [is_positive(given.get(part, Known(1))) for part in ("wait_initial", "wait_jitter")]
    at_most = is_positive(given.get("wait_max", Known(5.0)))
    is_test = isinstance(given.get("on"), Function)
    return WrapperPolicy(
        "stamina",
        Condition(Kind.TYPE_OR_TEST, (given.get("on", UNKNOWN),)),
        NEVER_STOPS if is_none(attempts) and is_none(time) else Stop(True, integer_of(attempts)),
        # A function of the exception may say how long to wait.
        Wait(any_true(waits) if at_most else at_most, None if is_test else False, is_test),
    )


def _stamina_caller(arguments: Arguments, keywords: Keywords) -> WrapperPolicy | None:
    return _stamina((UNKNOWN, *arguments), keywords)


def _retrying(arguments: Arguments, keywords: Keywords) -> WrapperPolicy | None:
    given = given_by_name(RETRYING_PARAMETERS, arguments, keywords)
    if given is None:
        return None
    stops = [given.get(part, NONE_GIVEN) for part in ("stop", "stop_func", "stop_max_attempt_number", "stop_max_delay")]
    bounded: bool | None = not all(map(is_none, stops))
    if not all(map(is_none, stops[:2])):
        bounded = None
    waits = any_true(is_positive(given[part]) for part in RETRYING_WAITS if part in given)
    if "wait" in given or "wait_func" in given:
        waits = None
    on_exception, on_result = given.get("retry_on_exception", NONE_GIVEN), given.get("retry_on_result", NONE_GIVEN)
    condition = Condition(Kind.EXCEPTION_TYPE, (ANY_EXCEPTION,))
    if not is_none(on_exception):
        condition = Condition(Kind.TYPE_OR_TEST, (on_exception,))
    if not is_none(on_result):
        condition = Condition(Kind.ANY, (condition, Condition(Kind.RESULT_TEST, (on_result,))))
    wraps = given.get("wrap_exception", Known(False))
    return WrapperPolicy(
        "retrying",
        condition,
        Stop(bounded, integer_of(stops[2])),
        Wait(waits),
        Exhausted.SAME if isinstance(wraps, Known) and not wraps.value else Exhausted.RETRY_ERROR,
        **_hooks(given, "before_attempts", "after_attempts"),
    )


def _retry(arguments: Arguments, keywords: Keywords) -> WrapperPolicy | None:
    given = given_by_name(RETRY_PARAMETERS, arguments, keywords)
    if given is None:
        return None
    tries = given.get("tries", Known(-1))
    count = integer_of(tries)
    condition = Condition(Kind.EXCEPTION_TYPE, (given.get("exceptions", ANY_EXCEPTION),))
    return WrapperPolicy(
        "retry",
        condition if "on_exception" not in given else NOTHING_KNOWN,
        Stop(None) if count is None else NEVER_STOPS if count < 0 else Stop(True, count),
        # What is added to the delay counts from the second repeat on.
        Wait(any_true(is_positive(given.get(part, Known(0))) for part in ("delay", "jitter"))),
    )


# What ``retry_call`` takes before its policy.
_CALLED_WITH = ("f", "fargs", "fkwargs")

_Maker = Callable[[Arguments, Keywords], "WrapperPolicy | None"]
_MAKERS: dict[tuple[str, str], tuple[Role, _Maker]] = {
    ("tenacity", "retry"): (Role.DECORATOR, _tenacity),
    ("tenacity", "Retrying"): (Role.CALLER, _tenacity),
    ("tenacity", "AsyncRetrying"): (Role.CALLER, _tenacity),
    ("backoff", "on_exception"): (Role.DECORATOR, _backoff_on_exception),
    ("backoff", "on_predicate"): (Role.DECORATOR, _backoff_on_predicate),
    ("stamina", "retry"): (Role.DECORATOR, _stamina),
    ("stamina", "retry_context"): (Role.CALLER, _stamina),
    ("stamina", "RetryingCaller"): (Role.CALLER_TO_BE, _stamina_caller),
    ("stamina", "AsyncRetryingCaller"): (Role.CALLER_TO_BE, _stamina_caller),
    ("retrying", "retry"): (Role.DECORATOR, _retrying),
    ("retrying", "Retrying"): (Role.CALLER, _retrying),
    ("retry", "retry"): (Role.DECORATOR, _retry),
}


def retry_call_of(
    arguments: Arguments, keywords: Keywords, node: ast.Call
) -> tuple[Repeater, tuple[Value, ...], dict[str | None, Value]] | None:
    """What ``retry.api.retry_call(f, fargs, fkwargs, exceptions=…, tries=…)`` of retry2 0.9 repeats, and what it
    calls that with; None where the policy is not in sight."""
    given = given_by_name((*_CALLED_WITH, *RETRY_PARAMETERS), arguments, keywords)
    policy = None if given is None else _retry((), {name: given[name] for name in given if name not in _CALLED_WITH})
    if given is None or policy is None or "f" not in given:
        return None
    wrapped = Repeater(policy, node, Role.WRAPPED, given["f"])
    listed, named = given.get("fargs", Items(())), given.get("fkwargs", NONE_GIVEN)
    named = Table(()) if is_none(named) else named
    if not isinstance(listed, Items) or not isinstance(named, Table) or not named.complete:
        return wrapped, (), {None: UNKNOWN}
    texts = {key.value: value for key, value in named.entries if isinstance(key, Known)}
    return wrapped, listed.values, {str(name): value for name, value in texts.items()}


def told_what_to_repeat(repeater: Repeater, on: Value) -> Repeater:
    """A caller that now knows which exceptions it repeats: ``RetryingCaller(…).on(…)``."""
    old = repeater.policy
    condition = Condition(Kind.TYPE_OR_TEST, (on,))
    return Repeater(replace(old, condition=condition), repeater.origin, Role.CALLER)


def changed_policy(repeater: Repeater, arguments: Arguments, keywords: Keywords, node: ast.Call) -> Value:
    """What ``function.retry_with(…)`` of tenacity gives: the function with another policy, the rest as it was."""
    given, made = given_by_name(TENACITY_PARAMETERS, arguments, keywords), _tenacity(arguments, keywords)
    old = repeater.policy
    if given is None or made is None:
        return UNKNOWN
    policy = WrapperPolicy(
        old.library,
        made.condition if "retry" in given else old.condition,
        made.stop if "stop" in given else old.stop,
        made.wait if {"wait", "sleep"} & given.keys() else old.wait,
        made.exhausted if {"reraise", "retry_error_callback"} & given.keys() else old.exhausted,
        old.has_hooks or made.has_hooks,
        old.rebinds | made.rebinds,
    )
    return Repeater(policy, node, Role.WRAPPED, repeater.function)


def is_exception_type(value: object) -> bool:
    """Whether this names exceptions, and is no function of them."""
    if isinstance(value, Items):
        return True
    return isinstance(value, Symbol) and (
        ancestors(value.path) is not None or value.path.endswith(("Error", "Exception"))
    )
