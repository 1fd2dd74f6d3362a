"""What a session's adapters raise: a ``Retry`` that gives up on a status turns it into an exception.

Verified by running requests 2.34 with urllib3 2.8: a status of the forcelist is never returned, for the methods that
are repeated, unless ``raise_on_status`` is false; ``total=0`` raises at once.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_ocs_status.positions.witnesses import text_of
from flake8_ocs_status.possible.kinds import Kind, Mount, Raised
from flake8_ocs_status.possible.masks import of_numbers, span
from flake8_ocs_status.possible.numbers import Numbers
from flake8_ocs_status.transport.clients import URLLIB3, method_sender
from flake8_ocs_status.transport.library import Sender
from flake8_ocs_status.transport.retries import ADAPTER_PATHS, DEFAULT_METHODS, RETRY_PATHS

_SCHEMES = ("http://", "https://")
_STATUSES = range(1000)
_ADAPTER_RETRIES = 2
_WORDING = "Retry(status_forcelist=…)"


def mount_of(numbers: Numbers, call: ast.Call) -> Mount | None:
    """What ``session.mount(prefix, adapter)`` does; None when the prefix is not known."""
    if len(call.args) != 2 or call.keywords:
        return None
    prefix = text_of(call.args[0])
    if prefix is None:
        return None
    adapter = _made(numbers, call.args[1], ADAPTER_PATHS)
    retries = _argument(adapter, "max_retries", _ADAPTER_RETRIES) if adapter is not None else None
    policy = _made(numbers, retries, RETRY_PATHS) if retries is not None else None
    return _raising(numbers, prefix.lower(), policy) if policy is not None else Mount(prefix.lower())


def with_retries(numbers: Numbers, kind: Kind, retries: ast.expr, call: ast.Call) -> Kind:
    """The client of urllib3, or the response, of a call with ``retries``, which counts for all URLs."""
    policy = _made(numbers, retries, RETRY_PATHS)
    mounts = tuple(Mount(scheme) if policy is None else _raising(numbers, scheme, policy) for scheme in _SCHEMES)
    if kind.is_client:
        return replace(kind, mounts=mounts)
    sender = method_sender(URLLIB3, call.func.attr) if isinstance(call.func, ast.Attribute) else None
    sender = sender or URLLIB3.sender("request")
    return replace(kind, raised=raised_by_mounts(replace(kind, mounts=mounts), sender, call))


def _raising(numbers: Numbers, prefix: str, policy: ast.Call) -> Mount:
    given = {keyword.arg: keyword.value for keyword in policy.keywords}
    raises = given.get("raise_on_status")
    forcelist = given.get("status_forcelist")
    if None in given or forcelist is None or (raises is not None and getattr(raises, "value", None) is not True):
        return Mount(prefix)
    methods: frozenset[str] | None = DEFAULT_METHODS
    allowed = given.get("allowed_methods", given.get("method_whitelist"))
    if isinstance(allowed, ast.Constant) and allowed.value in (None, False):
        methods = None
    elif allowed is not None:
        members = numbers.members(allowed)
        methods = frozenset(filter(None, map(text_of, members.nodes if members is not None else ())))
    return Mount(prefix, Raised(_forced(numbers, forcelist), _WORDING), methods)


def _forced(numbers: Numbers, forcelist: ast.expr) -> int:
    bounds = numbers.bounds(forcelist)
    if bounds is not None:
        return span(*bounds)
    members = numbers.members(forcelist)
    if members is None:
        return 0
    found = map(members.numbers.number, members.nodes)
    return of_numbers(number for number in found if number is not None and number in _STATUSES)


def _made(numbers: Numbers, node: ast.expr, paths: frozenset[str]) -> ast.Call | None:
    """The call of one of these classes that an expression, or the one value of a name, is."""
    if isinstance(node, ast.Name):
        bindings = numbers.module.scope_of(node).lookup(node.id)
        value = bindings[0].value if len(bindings) == 1 else None
        if not isinstance(value, ast.Call):
            return None
        node = value
    return node if isinstance(node, ast.Call) and numbers.module.dotted(node.func) in paths else None


def _argument(call: ast.Call, name: str, index: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[index] if index < len(call.args) else None


def raised_by_mounts(client: Kind, sender: Sender, call: ast.Call) -> tuple[Raised, ...]:
    """What whichever adapter is used for a request raises."""
    if not client.mounts:
        return ()
    method = sender.method
    if method is None:
        written = text_of(call.args[0]) if call.args else None
        method = written.upper() if written is not None else None
    start = _start_of(_argument(call, "url", sender.url_index))
    fitting = _fitting(client.mounts, start)
    excluded = -1
    for mount in fitting:
        if mount.raised is None or (mount.methods is not None and method not in mount.methods):
            return ()
        excluded &= mount.raised.excluded
    return (Raised(excluded, _WORDING),) if fitting and excluded else ()


def _start_of(url: ast.expr | None) -> tuple[str, bool]:
    """How a URL begins, and whether that is all of it."""
    if isinstance(url, ast.JoinedStr) and url.values:
        return (text_of(url.values[0]) or "").lower(), False
    text = text_of(url) if url is not None else None
    if text is None and isinstance(url, ast.BinOp) and isinstance(url.op, ast.Add):
        return _start_of(url.left)[0], False
    return ("", False) if text is None else (text.lower(), True)


def _fitting(mounts: tuple[Mount, ...], start: tuple[str, bool]) -> list[Mount]:
    """The adapters that may be used for a URL; none when a default one may be."""
    text, is_whole = start
    by_prefix = {mount.prefix: mount for mount in mounts}
    certain = [mount for mount in by_prefix.values() if text.startswith(mount.prefix)]
    certain.sort(key=lambda mount: len(mount.prefix))
    possible = [] if is_whole else [m for m in by_prefix.values() if m.prefix.startswith(text) and m.prefix != text]
    schemes = [scheme for scheme in _SCHEMES if scheme.startswith(text) or text.startswith(scheme)]
    if not schemes or any(
        scheme not in by_prefix and not any(len(mount.prefix) > len(scheme) for mount in certain) for scheme in schemes
    ):
        return []
    return [*certain[-1:], *possible]
