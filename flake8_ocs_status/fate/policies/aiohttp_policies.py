"""The retry policies of aiohttp-retry, as the calls that make them say; see the tests of its facts."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from flake8_ocs_status.fate.policies.catching import Catch, catches
from flake8_ocs_status.fate.policies.given import (
    Arguments,
    Keywords,
    given_to,
    is_integer,
    is_none,
    is_positive,
    methods_of,
    statuses_of,
)
from flake8_ocs_status.fate.values import UNKNOWN, Adapter, Items, Known, Policy, Raised, Value
from flake8_ocs_status.transport.libraries import AIOHTTP
from flake8_ocs_status.transport.retries import (
    AIOHTTP_RETRY_ATTEMPTS,
    AIOHTTP_RETRY_OPTIONS,
    AIOHTTP_RETRY_WAITS,
    AIOHTTP_WORDING,
    CHECKED_WORDING,
    SERVER_ERRORS,
    UNKNOWN_POLICY,
    RetryPolicy,
)

ERRORS = frozenset(range(400, 600))


def aiohttp_retry_policy(name: str, arguments: Arguments, keywords: Keywords) -> RetryPolicy:
    """The policy of one of its classes of options: ``attempts`` counts all calls, and no option heeds Retry-After."""
    given = given_to(AIOHTTP_RETRY_OPTIONS[name], arguments, keywords)
    if given is None or not is_none(given.get("evaluate_response_callback", Known(None))):
        return UNKNOWN_POLICY
    attempts = given.get("attempts", Known(AIOHTTP_RETRY_ATTEMPTS))
    if name == "ListRetry":
        timeouts = given.get("timeouts", UNKNOWN)
        attempts = Known(len(timeouts.values)) if isinstance(timeouts, Items) else UNKNOWN
    statuses = statuses_of(given.get("statuses", Known(None)))
    # None stands for every method that there is.
    methods = methods_of(given.get("methods", Known(None)))
    every = given.get("retry_all_server_errors", Known(True))
    if not is_integer(attempts) or statuses is None or methods is None or not isinstance(every, Known):
        return UNKNOWN_POLICY
    assert isinstance(attempts, Known)
    assert isinstance(attempts.value, int)
    return RetryPolicy(
        attempts.value - 1,
        statuses.statuses | (SERVER_ERRORS if every.value else frozenset()),
        None if methods.methods is None else frozenset(map(str.upper, methods.methods)),
        retry_after=frozenset(),
        heeds_retry_after=False,
        waits=_waits(name, given),
        texts=statuses.texts,
        repeats_errors=_repeats_errors(given.get("exceptions", Known(None))),
        wording=AIOHTTP_WORDING,
    )


def under_a_check(policy: RetryPolicy) -> RetryPolicy:
    """What becomes of a policy when the session below raises for a bad status: it looks at exceptions alone."""
    if not policy.known or policy.repeats_errors is None:
        return UNKNOWN_POLICY
    if not policy.repeats_errors:
        return replace(policy, repeats_statuses=False, wording=CHECKED_WORDING)
    return replace(policy, forcelist=ERRORS, methods=None)


def _waits(name: str, given: Keywords) -> bool | None:
    """Whether it waits between two tries."""
    if name == "ListRetry":
        timeouts = given.get("timeouts", UNKNOWN)
        # The first one is never used.
        parts = timeouts.values[1:] if isinstance(timeouts, Items) else ()
        return _any(map(is_positive, parts))
    if name == "RandomRetry":
        return _any(is_positive(given.get(part, Known(1))) for part in ("min_timeout", "max_timeout"))
    answers = {is_positive(given.get(part, Known(1))) for part in AIOHTTP_RETRY_WAITS[name]}
    return False if False in answers else None if None in answers else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return True if True in found else None if None in found else False


def _repeats_errors(exceptions: Value) -> bool | None:
    """Whether the exceptions that it repeats are those of a bad status; None where they are not known."""
    if isinstance(exceptions, Known) and not exceptions.value:
        return False
    answer = catches(exceptions, Raised(AIOHTTP.error), lambda _: None)
    return None if answer is Catch.MAYBE else answer is Catch.YES


def retry_client_adapter(options: Value, checks: Value, node: ast.Call) -> Adapter:
    """How ``RetryClient`` repeats with ``retry_options=options``.

    ``checks`` is ``raise_for_status`` of the session that it sends through.
    """
    if is_none(options):
        made = Policy(aiohttp_retry_policy("ExponentialRetry", (), {}), node)
    elif isinstance(options, Policy):
        made = options
    else:
        return Adapter(UNKNOWN_POLICY)
    if not isinstance(checks, Known):
        return Adapter(UNKNOWN_POLICY, made.origin)
    return Adapter(under_a_check(made.policy) if checks.value else made.policy, made.origin)
