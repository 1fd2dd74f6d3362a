"""Whether a value is true, and whether asking that is a test on the status."""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.values import (
    About,
    Choice,
    Interval,
    Items,
    Known,
    Method,
    Object,
    OtherResponse,
    Response,
    Several,
    Symbol,
    Table,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, may_be_missing
from flake8_ocs_status.transport.clients import Library, method_sender


def truth(value: Value, status: int | None) -> bool | None:
    """``bool(value)`` when it is certain; ``status`` is the status of the response in focus."""
    if isinstance(value, Known):
        return bool(value.value)
    if isinstance(value, Items):
        return bool(value.values)
    if isinstance(value, Several):
        return True if value.certain else None
    if isinstance(value, Table):
        return True if value.entries else (False if value.complete else None)
    if isinstance(value, Interval):
        return bool(value.range)
    if isinstance(value, Text):
        return True if any(isinstance(part, str) and part for part in value.parts) else None
    if isinstance(value, Response):
        if value.library.truth is None:
            return True
        return None if status is None else value.library.truth(status)
    if may_be_anything(value) or isinstance(value, OtherResponse) or may_be_missing(value):
        return None
    if isinstance(value, Object) and isinstance(value.kind, ast.ClassDef):
        # Its class, or a base that is not in sight, may define ``__bool__`` or ``__len__``.
        return None if value.kind.bases or _defines(value.kind, {"__bool__", "__len__"}) else True
    if isinstance(value, Choice):
        verdicts = {truth(item, status) for item in value.values}
        return verdicts.pop() if len(verdicts) == 1 else None
    return True


def is_told_by_status(value: Value) -> bool:
    """Whether the truth of a value may depend on the status of the response in focus."""
    return isinstance(value, (Response, Choice))


def may_be_anything(value: Value) -> bool:
    """Whether nothing at all is known of a value: the name of something that another module defines, or an attribute
    of something unknown, is one that may still turn out to be a constant."""
    if isinstance(value, Method):
        return isinstance(value.receiver, (Unknown, OtherResponse, Symbol)) or (
            isinstance(value.receiver, Object) and not callable_of_client(value)
        )
    if isinstance(value, Symbol):
        return not value.path.startswith("builtins.")
    return isinstance(value, Unknown)


def callable_of_client(method: Method) -> bool:
    """Whether this is certainly a method of a client, and no attribute that holds an option."""
    kind = method.receiver.kind if isinstance(method.receiver, Object) else None
    return isinstance(kind, Library) and method_sender(kind, method.name) is not None


def _defines(node: ast.ClassDef, names: set[str]) -> bool:
    return any(isinstance(item, (ast.FunctionDef, ast.Assign)) and _name_of(item) in names for item in node.body)


def _name_of(item: ast.FunctionDef | ast.Assign) -> str | None:
    if isinstance(item, ast.FunctionDef):
        return item.name
    return item.targets[0].id if isinstance(item.targets[0], ast.Name) else None


def tells_status_by_truth(value: Value) -> bool:
    """Whether taking this value for true or false is a test on the status."""
    if isinstance(value, Response):
        return value.library.truth is not None
    if isinstance(value, Choice):
        return any(map(tells_status_by_truth, value.values))
    if isinstance(value, (Items, Table)):
        return False
    if isinstance(value, Several):
        # Whether there is one may be what the status decided.
        return about(value) >= About.DECISION
    return about(value) >= About.DECISION
