"""What is known of values: how much of the answer they give away, what they hold, and what is left where they meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flake8_ocs_status.fate.values import (
    FROM_OUTSIDE,
    PERHAPS_FROM_OUTSIDE,
    UNKNOWN,
    About,
    Choice,
    Future,
    Items,
    Known,
    Method,
    Object,
    Partial,
    Pieces,
    Raised,
    Response,
    Several,
    Table,
    Text,
    Unknown,
    Value,
)

MAXIMUM_CHOICES = 6


def about(value: Value) -> About:
    """How much of the answer a value gives away, what it holds included."""
    if isinstance(value, (Unknown, Known, Text, Raised)):
        return value.about
    if isinstance(value, Response):
        return About.STATUS
    if isinstance(value, Future):
        return about(value.result)
    if isinstance(value, Items):
        return max(map(about, value.values), default=value.told)
    if isinstance(value, Several):
        return max(about(value.element), value.told)
    if isinstance(value, Pieces):
        return max(map(about, (*value.first, value.between, *value.last)))
    if isinstance(value, Table):
        return max((max(about(key), about(item)) for key, item in value.entries), default=About.NOTHING)
    if isinstance(value, Choice):
        return max(map(about, value.values))
    if isinstance(value, Method):
        return about(value.receiver)
    if isinstance(value, Partial):
        return max((about(item) for item in value.arguments), default=About.NOTHING)
    return About.NOTHING


def holds_response(value: Value) -> bool:
    """Whether the response in focus itself is this value or inside it."""
    if isinstance(value, Response):
        return True
    if isinstance(value, Raised):
        return value.library is not None
    if isinstance(value, Future):
        return holds_response(value.result)
    if isinstance(value, (Items, Choice)):
        return any(map(holds_response, value.values))
    if isinstance(value, Several):
        return holds_response(value.element)
    if isinstance(value, Table):
        return any(holds_response(item) for _, item in value.entries)
    if isinstance(value, Method):
        return holds_response(value.receiver)
    if isinstance(value, Partial):
        return any(map(holds_response, value.arguments))
    return False


def is_from_outside(value: Value | None) -> bool:
    """Whether this is an object that somebody out of sight gives."""
    return isinstance(value, Object) and value.allocation.startswith(FROM_OUTSIDE)


def may_be_missing(value: Value) -> bool:
    """Whether None may stand in the place of an object that somebody out of sight gives."""
    return isinstance(value, Object) and value.allocation.startswith(PERHAPS_FROM_OUTSIDE)


def is_given_by_others(value: Value) -> bool:
    """Whether this is a client that somebody else surely gives, of which an annotation alone tells."""
    return is_from_outside(value) and not may_be_missing(value)


def size(value: Value) -> int:
    """How many values a collection holds, those inside its elements included; 1 for anything else."""
    if isinstance(value, (Items, Choice)):
        return 1 + sum(map(size, value.values))
    if isinstance(value, Several):
        return 1 + size(value.element)
    if isinstance(value, Table):
        return 1 + sum(size(key) + size(item) for key, item in value.entries)
    return 1


def unknown_from(*values: Value) -> Value:
    """An unknown value computed from these: it gives away as much as they do, but no verdict is the status itself."""
    level = max(map(about, values), default=About.NOTHING)
    if level == About.BODY:
        keys = tuple(dict.fromkeys(key for value in values if isinstance(value, Unknown) for key in value.keys))
        return Unknown(About.BODY, keys)
    return Unknown(level) if level else UNKNOWN


def constant_text(value: Value) -> str | None:
    """The text that a value is known to be, else None."""
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values that this one may be, in a stable order."""
    if isinstance(value, Choice):
        return value.in_order
    return (value,)


def _members(value: Value) -> Iterable[Value]:
    """The same where the order is of no account."""
    return value.values if isinstance(value, Choice) else (value,)


def join(first: Value, second: Value) -> Value:
    """What is known where two paths meet."""
    if first == second or (isinstance(first, Choice) and _is_among(second, first)):
        return first
    if isinstance(second, Choice) and _is_among(first, second):
        return second
    return choice(_errors_together(_lists_together([*_members(first), *_members(second)])))


def _is_among(value: Value, known: Choice) -> bool:
    """Whether a value says nothing that these do not say."""
    return value.values <= known.values if isinstance(value, Choice) else value in known.values


def _lists_together(values: list[Value]) -> list[Value]:
    """The same, with one value for a list that has grown in several ways, so that a loop comes to rest."""
    grown = {one.place for one in values if isinstance(one, Several)} - {None}
    for place in grown:
        several = [one for one in values if isinstance(one, (Items, Several)) and one.place == place]
        elements = [part for one in several for part in (one.values if isinstance(one, Items) else (one.element,))]
        certain = all(one.certain if isinstance(one, Several) else bool(one.values) for one in several)
        told = max(one.told for one in several)
        values = [one for one in values if one not in several]
        values.append(Several(choice(elements), certain, told, place))
    return values


def _errors_together(values: list[Value]) -> list[Value]:
    """The same, with one value for an exception that was made with several arguments."""
    errors = [one for one in values if isinstance(one, Raised)]
    if len(errors) < 2:
        return values
    bare = [replace(one, arguments=None, keywords=()) for one in errors]
    common: dict[Value, Value] = {one: plain for one, plain in zip(errors, bare, strict=True) if bare.count(plain) > 1}
    return [common.get(one, one) for one in values]


def choice(values: Iterable[Value]) -> Value:
    """One of these values; unknown when there are too many, or when one of them is entirely unknown."""
    distinct = frozenset(values)
    if len(distinct) == 1:
        return next(iter(distinct))
    if len(distinct) > MAXIMUM_CHOICES:
        return unknown_from(*distinct)
    return Choice(distinct)


def without_places(value: Value) -> Value:
    """A value as it is kept when the run is over: there will be other names for it."""
    if isinstance(value, Items):
        return Items(tuple(map(without_places, value.values)), value.told)
    if isinstance(value, Several):
        return Several(without_places(value.element), value.certain, value.told)
    if isinstance(value, Table):
        entries = tuple((without_places(key), without_places(item)) for key, item in value.entries)
        return replace(value, entries=entries, place=None)
    if isinstance(value, Choice):
        return choice(map(without_places, value.values))
    return value
