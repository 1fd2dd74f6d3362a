"""Retry policies of transports, as the calls that make them say: urllib3, requests, httpx and their companions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from flake8_ocs_status.fate.policies.aiohttp_policies import aiohttp_retry_policy
from flake8_ocs_status.fate.policies.given import (
    Arguments,
    Keywords,
    Methods,
    Statuses,
    given_to,
    is_integer,
    is_none,
    is_positive,
    methods_of,
    statuses_of,
)
from flake8_ocs_status.fate.values import UNKNOWN, Adapter, Known, Policy, Symbol, Value
from flake8_ocs_status.transport.retries import (
    ADAPTER_PATHS,
    AIOHTTP_RETRY_PATHS,
    CONNECTIONS_ONLY,
    DEFAULT_METHODS,
    DEFAULT_TOTAL,
    HTTPX_RETRY_PARAMETERS,
    HTTPX_RETRY_PATHS,
    HTTPX_RETRY_STATUSES,
    HTTPX_RETRY_TRANSPORT_PATHS,
    HTTPX_TRANSPORT_PATHS,
    NO_RETRY,
    NUMBER_WORDING,
    RETRY_AFTER_STATUSES,
    RETRY_DECISIONS,
    RETRY_DELAYS,
    RETRY_PARAMETERS,
    RETRY_PATHS,
    UNKNOWN_POLICY,
    RetryPolicy,
)


def policy_of_symbol(path: str, arguments: Arguments, keywords: Keywords, node: ast.Call) -> Policy | Adapter | None:
    """The policy, or the transport that holds one, that the callable at a dotted path makes; None for another one."""
    if path in RETRY_PATHS:
        return Policy(urllib3_policy(arguments, keywords), node)
    if path in ADAPTER_PATHS:
        return requests_adapter(arguments, keywords, node)
    if path in HTTPX_TRANSPORT_PATHS:
        return _httpx_transport(keywords, node)
    if path in HTTPX_RETRY_PATHS:
        return Policy(_httpx_retry(arguments, keywords), node)
    if path in HTTPX_RETRY_TRANSPORT_PATHS:
        return _httpx_retry_transport(arguments, keywords, node)
    if path in AIOHTTP_RETRY_PATHS:
        return Policy(aiohttp_retry_policy(path.rpartition(".")[2], arguments, keywords), node)
    owner, _, name = path.rpartition(".")
    if name == "from_int" and owner in RETRY_PATHS:
        number = arguments[0] if arguments else keywords.get("retries", UNKNOWN)
        return policy_of_number(number, node)
    return None


def policy_of_number(value: Value, node: ast.Call) -> Policy:
    """What urllib3 makes of ``retries=value``: a policy as it is, a number, False, or None for the default of 3."""
    if isinstance(value, Policy):
        return value
    if isinstance(value, Symbol) and value.path.endswith(".DEFAULT") and value.path[: -len(".DEFAULT")] in RETRY_PATHS:
        return Policy(RetryPolicy(attempts=3, wording=NUMBER_WORDING), node)
    if isinstance(value, Known) and (value.value is None or isinstance(value.value, int)):
        number = 3 if value.value is None else int(value.value)
        return Policy(RetryPolicy(attempts=number, wording=NUMBER_WORDING), node)
    return Policy(UNKNOWN_POLICY, node)


def requests_adapter(arguments: Arguments, keywords: Keywords, node: ast.Call) -> Adapter:
    """An ``HTTPAdapter``; its policy is its third argument or ``max_retries``."""
    if None in keywords:
        return Adapter(UNKNOWN_POLICY, node)
    return adapter_of(keywords.get("max_retries", arguments[2] if len(arguments) > 2 else Known(0)), node)


def adapter_of(retries: Value, node: ast.Call) -> Adapter:
    """An adapter of requests with these ``max_retries``."""
    made = policy_of_number(retries, node)
    return Adapter(made.policy, made.origin)


def _httpx_transport(keywords: Keywords, node: ast.Call) -> Adapter:
    # Its retries are for connection errors; no status is ever repeated (httpx 0.28).
    attempts = keywords.get("retries", Known(0))
    if None in keywords:
        return Adapter(UNKNOWN_POLICY, node)
    if not isinstance(attempts, Known):
        return Adapter(CONNECTIONS_ONLY, node)
    return Adapter(CONNECTIONS_ONLY if attempts.value else NO_RETRY, node)


def _httpx_retry(arguments: Arguments, keywords: Keywords) -> RetryPolicy:
    """``httpx_retries.Retry(…)``: a Retry-After counts for the statuses of the forcelist alone."""
    given = given_to(HTTPX_RETRY_PARAMETERS, arguments, keywords)
    if given is None or not is_none(given.get("validate_response", Known(None))):
        return UNKNOWN_POLICY
    total = given.get("total", Known(DEFAULT_TOTAL))
    statuses = statuses_of(given.get("status_forcelist", Known(None)))
    methods = methods_of(given.get("allowed_methods"))
    respects = given.get("respect_retry_after_header", Known(True))
    if not is_integer(total) or statuses is None or methods is None or not isinstance(respects, Known):
        return UNKNOWN_POLICY
    assert isinstance(total, Known)
    assert isinstance(total.value, int)
    return RetryPolicy(
        total.value,
        statuses.statuses or HTTPX_RETRY_STATUSES,
        frozenset(map(str.upper, methods.methods or DEFAULT_METHODS)),
        retry_after=frozenset(),
        heeds_retry_after=bool(respects.value),
        waits=is_positive(given.get("backoff_factor", Known(0))),
    )


def _httpx_retry_transport(arguments: Arguments, keywords: Keywords, node: ast.Call) -> Adapter:
    """``httpx_retries.RetryTransport(transport, retry)``."""
    given = given_to(("transport", "retry"), arguments, keywords)
    if given is None:
        return Adapter(UNKNOWN_POLICY, node)
    retry = given.get("retry", Known(None))
    if isinstance(retry, Policy):
        return Adapter(retry.policy, retry.origin)
    return Adapter(_httpx_retry((), {}) if is_none(retry) else UNKNOWN_POLICY, node)


def urllib3_policy(
    arguments: Arguments, keywords: Keywords, retry_after: frozenset[int] = RETRY_AFTER_STATUSES
) -> RetryPolicy:
    """The policy that ``urllib3.Retry(…)`` makes of these arguments."""
    given = given_to(RETRY_PARAMETERS, arguments, keywords)
    if given is None:
        return UNKNOWN_POLICY
    attempts = _fewest_attempts(given)
    forcelist = statuses_of(given.get("status_forcelist", Known(None)))
    # The second is the parameter's name before urllib3 1.26.
    methods = methods_of(given.get("allowed_methods", given.get("method_whitelist")))
    respects = given.get("respect_retry_after_header", Known(True))
    parts = {"attempts": attempts, "forcelist": forcelist, "methods": methods}
    doubts = frozenset(name for name, part in parts.items() if part is None)
    attempts, forcelist = attempts or _Limit(None), forcelist or Statuses(frozenset())
    methods = methods or Methods(None)
    may_respect = not isinstance(respects, Known) or bool(respects.value)
    # Without a total, Retry-After alone repeats nothing (Retry.is_retry asks for both).
    only_when_told = may_respect and not is_none(given.get("total", Known(DEFAULT_TOTAL)))
    waits = is_positive(given.get("backoff_factor", Known(0)))
    if waits is False and is_positive(given.get("backoff_jitter", Known(0))) is not False:
        waits = None
    if attempts.limit == 1:
        # The first repeat never waits.
        waits = False
    return RetryPolicy(
        attempts.limit,
        forcelist.statuses,
        methods.methods or None,
        retry_after=retry_after if only_when_told else frozenset(),
        heeds_retry_after=may_respect,
        waits=waits,
        texts=forcelist.texts,
        doubts=doubts,
    )


def policy_of_class(
    bases: frozenset[str], names: frozenset[str], arguments: Arguments, keywords: Keywords, node: ast.Call
) -> Policy | None:
    """What an instance of a class of the project is that extends ``Retry``; None for any other.

    ``bases`` are the classes out of sight that it extends, ``names`` what it defines anew.
    """
    if not bases & RETRY_PATHS:
        return None
    if names & RETRY_DECISIONS:
        return Policy(UNKNOWN_POLICY, node)
    policy = urllib3_policy(arguments, keywords)
    if "RETRY_AFTER_STATUS_CODES" in names:
        policy = replace(policy, retry_after=frozenset(), known=policy.known and bool(policy.forcelist))
    return Policy(replace(policy, waits=None) if names & RETRY_DELAYS else policy, node)


@dataclass(frozen=True, slots=True)
class _Limit:
    limit: int | None


def _fewest_attempts(given: Keywords) -> _Limit | None:
    """The smaller of ``total`` and ``status``; None when one of them is not known."""
    limits: list[int] = []
    for name, default in (("total", DEFAULT_TOTAL), ("status", None)):
        value = given.get(name, Known(default))
        if not isinstance(value, Known) or not isinstance(value.value, (int, type(None))):
            return None
        if value.value is not None:
            limits.append(int(value.value))
    return _Limit(min(limits) if limits else None)
