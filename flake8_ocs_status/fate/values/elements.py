"""The elements of what is gone through."""

from __future__ import annotations

from dataclasses import replace

from flake8_ocs_status.fate.values import (
    UNKNOWN,
    About,
    Choice,
    Items,
    Repeater,
    Response,
    Role,
    Several,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import alternatives, choice, join, unknown_from


def element_of(iterable: Value) -> Value:
    """What a loop variable may be."""
    if isinstance(iterable, Repeater):
        return replace(iterable, role=Role.ATTEMPT)
    if isinstance(iterable, Items) and iterable.values:
        result = iterable.values[0]
        for value in iterable.values[1:]:
            result = join(result, value)
        return result
    if isinstance(iterable, Several):
        return iterable.element
    if isinstance(iterable, Choice) and all(isinstance(one, (Items, Several)) for one in iterable.values):
        several = [one for one in alternatives(iterable) if not _is_empty(one)]
        return choice(map(element_of, several)) if several else UNKNOWN
    if isinstance(iterable, Response):
        # The lines of its body.
        return Unknown(About.BODY)
    return unknown_from(iterable)


def _is_empty(value: Value) -> bool:
    return isinstance(value, Items) and not value.values
