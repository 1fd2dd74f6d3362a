"""What a call that makes a retry policy is given: its arguments by name, statuses, methods, numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flake8_ocs_status.fate.values import Interval, Items, Known, Value
from flake8_ocs_status.transport.retries import DEFAULT_METHODS

Arguments = Sequence[Value]
Keywords = Mapping[str | None, Value]
LARGEST_FORCELIST = 1000


@dataclass(frozen=True, slots=True)
class Methods:
    """The methods that a policy allows, None for every method."""

    methods: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Statuses:
    """The statuses of a forcelist; ``texts`` tells that there are texts among them."""

    statuses: frozenset[int]
    texts: bool = False


def given_to(names: Sequence[str], arguments: Arguments, keywords: Keywords) -> dict[str | None, Value] | None:
    """The arguments of a call under the names of the parameters; None when some of them are not in sight."""
    if None in keywords or len(arguments) > len(names):
        return None
    return {**dict(zip(names, arguments, strict=False)), **keywords}


def statuses_of(value: Value) -> Statuses | None:
    """The forcelist as integers; texts in it match nothing."""
    if isinstance(value, Known) and not value.value:
        return Statuses(frozenset())
    if isinstance(value, Interval):
        return Statuses(frozenset(value.range)) if len(value.range) < LARGEST_FORCELIST else None
    if not isinstance(value, Items) or not all(isinstance(item, Known) for item in value.values):
        return None
    plain = [item.value for item in value.values if isinstance(item, Known)]
    return Statuses(
        frozenset(item for item in plain if isinstance(item, int)), any(isinstance(item, str) for item in plain)
    )


def methods_of(value: Value | None) -> Methods | None:
    """The allowed methods; None and False stand for every method, and so does an empty collection."""
    if value is None:
        return Methods(DEFAULT_METHODS)
    if isinstance(value, Known) and (value.value is None or value.value is False):
        return Methods(None)
    if not isinstance(value, Items):
        return None
    names = [item.value for item in value.values if isinstance(item, Known) and isinstance(item.value, str)]
    return Methods(frozenset(names)) if len(names) == len(value.values) else None


def is_none(value: Value) -> bool:
    """Whether this is None."""
    return isinstance(value, Known) and value.value is None


def is_integer(value: Value) -> bool:
    """Whether this is an integer that is known."""
    return isinstance(value, Known) and type(value.value) is int


def is_positive(value: Value) -> bool | None:
    """Whether a number is more than 0; None when it is not known."""
    if isinstance(value, Known) and isinstance(value.value, (int, float)):
        return value.value > 0
    return None
