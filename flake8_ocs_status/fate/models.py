"""What well-known functions give back: builtins, retry policies, adapters, and the calls that only write a log."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.operators import concatenate, verdict
from flake8_ocs_status.fate.truths import truth
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    About,
    Adapter,
    Choice,
    Interval,
    Items,
    Known,
    OtherResponse,
    Partial,
    Policy,
    Raised,
    Response,
    Suppressor,
    Symbol,
    Table,
    Text,
    Value,
    about,
    alternatives,
    unknown_from,
)
from flake8_ocs_status.transport.clients import HTTPX, RESPONSE_CLASSES
from flake8_ocs_status.transport.exceptions import ancestors
from flake8_ocs_status.transport.retries import (
    ADAPTER_PATHS,
    CONNECTIONS_ONLY,
    DEFAULT_METHODS,
    DEFAULT_TOTAL,
    HTTPX_TRANSPORT_PATHS,
    NO_RETRY,
    RETRY_PARAMETERS,
    RETRY_PATHS,
    UNKNOWN_POLICY,
    RetryPolicy,
)

if TYPE_CHECKING:
    from flake8_ocs_status.fate.expressions import Expressions

LOG_METHODS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "trace", "success", "msg"}
)
LOG_RECEIVERS = ("log", "console")
COLLECTIONS = frozenset({"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted"})
# Functions that only compute: nothing leaves our sight through them.
PURE = frozenset(
    [f"builtins.{name}" for name in (
        "abs", "min", "max", "sum", "any", "all", "enumerate", "zip", "reversed", "iter", "next", "hash", "id", "type",
        "bytes", "float", "round", "callable", "hasattr", "format", "ascii", "divmod", "filter", "map",
    )]
    + [
        "time.sleep", "time.time", "time.monotonic", "asyncio.sleep", "random.uniform", "random.random",
        "random.randint", "urllib.parse.quote", "urllib.parse.quote_plus", "urllib.parse.urlencode", "json.dumps",
        "copy.copy", "copy.deepcopy", "datetime.datetime.now", "datetime.datetime.utcnow", "uuid.uuid4", "os.getenv",
        "os.environ.get",
    ]
)  # fmt: skip


EXCEPTION_ENDINGS = ("Error", "Exception")


def exception_from(kind: str | ast.ClassDef | None, values: Sequence[Value]) -> Raised:
    """A new exception of this class, made with these arguments: it carries what it is given."""
    library = None
    for value in values:
        for one in alternatives(value):
            if isinstance(one, (Response, Raised)) and one.library is not None:
                library = one.library
    return Raised(kind, max(map(about, values), default=About.NOTHING), library)


def is_logging(node: ast.Call) -> bool:
    """Whether a call on an unknown receiver plainly writes a log: ``self._logger.warning(…)``."""
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr not in LOG_METHODS:
        return False
    receiver = function.value
    if isinstance(receiver, ast.Call):
        receiver = receiver.func
    name = (
        receiver.attr if isinstance(receiver, ast.Attribute) else receiver.id if isinstance(receiver, ast.Name) else ""
    )
    return any(word in name.lower() for word in LOG_RECEIVERS)


def model_of_symbol(
    path: str, arguments: Sequence[Value], keywords: Mapping[str | None, Value], node: ast.Call, run: Expressions
) -> Value | None:
    """The result of calling the function at a dotted path, None when it is not modelled."""
    first = arguments[0] if arguments else None
    if path in RETRY_PATHS:
        return Policy(policy_from(arguments, keywords), node)
    if path in ADAPTER_PATHS:
        return _adapter(arguments, keywords, node)
    if path in HTTPX_TRANSPORT_PATHS:
        # Its retries are for connection errors; no status is ever repeated (httpx 0.28).
        attempts = keywords.get("retries", Known(0))
        if None in keywords or not isinstance(attempts, Known):
            return Adapter(UNKNOWN_POLICY, node) if None in keywords else Adapter(CONNECTIONS_ONLY, node)
        return Adapter(CONNECTIONS_ONLY if attempts.value else NO_RETRY, node)
    if path == "functools.partial" and first is not None:
        return Partial(first, tuple(arguments[1:]), tuple(keywords.items()))
    if path == "contextlib.suppress" or path == "pytest.raises":
        return Suppressor(tuple(arguments))
    if path == "builtins.range" and arguments:
        numbers = [item.value for item in arguments if isinstance(item, Known) and type(item.value) is int]
        if len(numbers) == len(arguments) <= 3 and (len(numbers) < 3 or numbers[2] != 0):
            bounds = range(*numbers)
            return Interval(bounds.start, bounds.stop, bounds.step)
        return unknown_from(*arguments)
    if path == "builtins.dict":
        if not arguments and None not in keywords:
            return Table(tuple((Known(name), value) for name, value in keywords.items()))
        if isinstance(first, Table) and len(arguments) == 1 and None not in keywords:
            return Table(
                first.entries + tuple((Known(name), value) for name, value in keywords.items()), first.complete
            )
        return Table(tuple((Known(name), value) for name, value in keywords.items() if name), complete=False)
    if path in COLLECTIONS:
        if first is None:
            return Items(())
        return first if isinstance(first, (Items, Interval)) else unknown_from(first)
    if first is not None and len(arguments) == 1 and not keywords:
        converted = _conversion(path, first, run)
        if converted is not None:
            return converted
    if path == "builtins.isinstance" and len(arguments) == 2:
        return _is_instance(arguments[0], arguments[1])
    if path == "urllib.parse.urljoin" and len(arguments) == 2:
        return _joined_url(arguments[0], arguments[1])
    if ancestors(path) is not None or path.endswith(EXCEPTION_ENDINGS):
        return exception_from(path, [*arguments, *keywords.values()])
    if path in PURE:
        return unknown_from(*arguments, *keywords.values())
    return None


def _conversion(path: str, value: Value, run: Expressions) -> Value | None:
    """``int(value)``, ``str(value)``, ``bool(value)``, ``len(value)``, ``HTTPStatus(value)``."""
    if path == "builtins.str":
        return run.text_of_value(value)
    if path == "builtins.repr":
        return unknown_from(value)
    if path == "builtins.bool":
        answer = truth(value, run.status)
        return verdict(answer, value)
    if path == "builtins.len":
        if isinstance(value, Known) and isinstance(value.value, (str, bytes)):
            return Known(len(value.value), value.about)
        return Known(len(value.values)) if isinstance(value, Items) else unknown_from(value)
    if path == "builtins.int":
        if isinstance(value, Known) and isinstance(value.value, (int, str)):
            try:
                return Known(int(value.value), value.about)
            except ValueError:
                return UNKNOWN
        return unknown_from(value)
    if path in {"http.HTTPStatus", "httpx.codes"}:
        return value if isinstance(value, Known) else unknown_from(value)
    if path.startswith("httpx.codes.is_") and isinstance(value, Known) and isinstance(value.value, int):
        test = HTTPX.tests.get(path.removeprefix("httpx.codes."))
        return None if test is None else Known(test(value.value), min(value.about, About.DECISION))
    return None


def _is_instance(value: Value, kind: Value) -> Value:
    if isinstance(value, (Response, OtherResponse)) and isinstance(kind, Symbol):
        library = RESPONSE_CLASSES.get(kind.path)
        if library is not None:
            return Known(library is value.library)
    if isinstance(value, Known) and value.value is None:
        return Known(False)
    if isinstance(value, (Choice, Text)):
        return UNKNOWN
    return UNKNOWN


def _joined_url(base: Value, tail: Value) -> Value:
    """``urljoin(base, tail)`` where it is a plain continuation."""
    if isinstance(tail, (Known, Text)):
        start = tail.value if isinstance(tail, Known) else tail.parts[0] if tail.parts else ""
        if isinstance(start, str) and "://" in start:
            return tail
        if isinstance(base, Known) and isinstance(base.value, str) and isinstance(start, str):
            if base.value.count("/") <= 3 and base.value.startswith("http"):
                slash = "" if base.value.endswith("/") or start.startswith("/") else "/"
                trimmed = Known(base.value.rstrip("/")) if start.startswith("/") else base
                return concatenate([trimmed, Known(slash), tail])
            return UNKNOWN
        if isinstance(start, str) and start.startswith("/"):
            return concatenate([UNKNOWN, tail])
        return concatenate([UNKNOWN, Known("/"), tail])
    return UNKNOWN


def _adapter(arguments: Sequence[Value], keywords: Mapping[str | None, Value], node: ast.Call) -> Adapter:
    """An ``HTTPAdapter``; its policy is its third argument or ``max_retries``."""
    if None in keywords:
        return Adapter(UNKNOWN_POLICY, node)
    value = keywords.get("max_retries", arguments[2] if len(arguments) > 2 else Known(0))
    if isinstance(value, Policy):
        return Adapter(value.policy, value.origin)
    if isinstance(value, Known) and type(value.value) is int:
        return Adapter(RetryPolicy(attempts=value.value), node)
    return Adapter(UNKNOWN_POLICY, node)


def policy_from(arguments: Sequence[Value], keywords: Mapping[str | None, Value]) -> RetryPolicy:
    """The policy that ``urllib3.Retry(…)`` makes of these arguments."""
    if None in keywords or len(arguments) > len(RETRY_PARAMETERS):
        return UNKNOWN_POLICY
    given: dict[str | None, Value] = dict(zip(RETRY_PARAMETERS, arguments, strict=False))
    given.update(keywords)
    # The parameter's name before urllib3 1.26.
    methods_value = given.get("allowed_methods", given.get("method_whitelist"))
    attempts = _fewest_attempts(given)
    forcelist = _statuses(given.get("status_forcelist", Known(None)))
    methods = _methods(methods_value)
    respects = given.get("respect_retry_after_header", Known(True))
    if attempts is None or forcelist is None or methods is None or not isinstance(respects, Known):
        return UNKNOWN_POLICY
    return RetryPolicy(attempts.limit, forcelist, methods.methods, bool(respects.value))


class _Limit:
    def __init__(self, limit: int | None) -> None:
        self.limit = limit


class _Methods:
    def __init__(self, methods: frozenset[str] | None) -> None:
        self.methods = methods


def _fewest_attempts(given: Mapping[str | None, Value]) -> _Limit | None:
    """The smaller of ``total`` and ``status``; None when one of them is not known."""
    limits: list[int] = []
    for name, default in (("total", DEFAULT_TOTAL), ("status", None)):
        value = given.get(name, Known(default))
        if not isinstance(value, Known) or not isinstance(value.value, (int, type(None))):
            return None
        if value.value is False:
            limits.append(0)
        elif value.value is not None:
            limits.append(int(value.value))
    return _Limit(min(limits) if limits else None)


def _statuses(value: Value) -> frozenset[int] | None:
    """The forcelist as integers; texts in it match nothing."""
    if isinstance(value, Known) and not value.value:
        return frozenset()
    if isinstance(value, Interval):
        return frozenset(value.range) if len(value.range) < 1000 else None
    if not isinstance(value, Items):
        return None
    found = set()
    for item in value.values:
        if not isinstance(item, Known):
            return None
        if isinstance(item.value, int):
            found.add(item.value)
    return frozenset(found)


def _methods(value: Value | None) -> _Methods | None:
    """The allowed methods; None and False stand for every method."""
    if value is None or (isinstance(value, Symbol) and value.path.endswith(("DEFAULT_ALLOWED_METHODS", "_WHITELIST"))):
        return _Methods(DEFAULT_METHODS)
    if isinstance(value, Known) and (value.value is None or value.value is False):
        return _Methods(None)
    if not isinstance(value, Items):
        return None
    names = [item.value for item in value.values if isinstance(item, Known) and isinstance(item.value, str)]
    return _Methods(frozenset(names)) if len(names) == len(value.values) else None
