"""What the arguments of a call say, as far as they are in sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flake8_ocs_status.fate.values import (
    Known,
    Symbol,
    Value,
)

Arguments = Sequence[Value]
Keywords = Mapping[str | None, Value]
Given = dict[str | None, Value]
NONE_GIVEN = Known(None)


def given_by_name(names: Sequence[str], arguments: Arguments, keywords: Keywords) -> Given | None:
    """The arguments of a call under the names of the parameters; None when some of them are not in sight."""
    if None in keywords or len(arguments) > len(names):
        return None
    return {**dict(zip(names, arguments, strict=False)), **keywords}


def integer_of(value: Value) -> int | None:
    return value.value if isinstance(value, Known) and type(value.value) is int else None


def is_none(value: Value) -> bool:
    return isinstance(value, Known) and value.value is None


def is_positive(value: Value) -> bool | None:
    if isinstance(value, Known) and isinstance(value.value, (int, float)):
        return value.value > 0
    return None


def is_named(value: Value, name: str) -> bool:
    return isinstance(value, Symbol) and value.path.rpartition(".")[2] == name


def any_true(answers: Iterable[bool | None]) -> bool | None:
    """Whether any of these is true; None where that hangs on one that is not known."""
    found = set(answers)
    return True if True in found else None if None in found else False
