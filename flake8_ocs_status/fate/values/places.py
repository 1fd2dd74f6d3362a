"""Places of collections: where a list or a mapping was made that something is put into later.

A place stands for one collection, the last one that was made there, whatever it is inside of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flake8_ocs_status.fate.values import (
    Choice,
    Function,
    Future,
    Items,
    Method,
    Partial,
    Pieces,
    Several,
    Table,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import choice

Collection = Items | Several | Table
# The kinds of values in which a collection may be.
HOLDERS = frozenset({Items, Several, Table, Choice, Partial, Method, Future, Function})
_WITH_PARTS = HOLDERS | {Pieces}


def place_of(value: Value) -> str | None:
    """The place of a collection; None for anything else."""
    return value.place if isinstance(value, (Items, Several, Table)) else None


def parts_of(value: Value) -> Sequence[Value]:
    """The values that this one holds."""
    if isinstance(value, (Items, Choice)):
        return tuple(value.values)
    if isinstance(value, Several):
        return (value.element,)
    if isinstance(value, Table):
        return [part for entry in value.entries for part in entry]
    if isinstance(value, Partial):
        return (value.function, *value.arguments, *(given for _, given in value.keywords))
    if isinstance(value, Method):
        return (value.receiver,)
    if isinstance(value, Future):
        return (value.result,)
    if isinstance(value, Function):
        return [held for _, names in value.captured for _, held in names]
    return (*value.first, *value.last) if isinstance(value, Pieces) else ()


def places_in(value: Value) -> Iterator[str]:
    """The places of the collections that a value is or holds."""
    # What a loop puts together holds the same parts over and over.
    seen: set[int] = set()
    pending: list[Value] = [value]
    while pending:
        current = pending.pop()
        if type(current) not in _WITH_PARTS or id(current) in seen:
            continue
        seen.add(id(current))
        place = place_of(current)
        if place is not None:
            yield place
        pending.extend(parts_of(current))


def with_changed(value: Value, old: Collection, new: Value) -> Value | None:
    """A value with a collection changed inside of it; None where it holds another one of that place, or holds it in
    something that cannot be looked into."""
    if value == old:
        return new
    if old.place is None or old.place not in places_in(value):
        return value
    if isinstance(value, Choice):
        # It is what leads to the collection as it is.
        ways = [way for one in value.values if (way := with_changed(one, old, new)) is not None]
        return choice(ways) if ways else None
    if place_of(value) == old.place:
        return None
    if isinstance(value, Items):
        parts = [with_changed(one, old, new) for one in value.values]
        found = [part for part in parts if part is not None]
        return replace(value, values=tuple(found)) if len(found) == len(parts) else None
    if isinstance(value, Several):
        element = with_changed(value.element, old, new)
        return None if element is None else replace(value, element=element)
    if isinstance(value, Table):
        entries = [(key, with_changed(item, old, new)) for key, item in value.entries]
        kept = tuple((key, item) for key, item in entries if item is not None)
        return replace(value, entries=kept) if len(kept) == len(entries) else None
    return None


def without_place(value: Value, place: str) -> Value:
    """A value with the collection of this place as one that nothing is put into any more: there is a newer one."""
    if place not in places_in(value):
        return value
    if isinstance(value, Items):
        parts = tuple(without_place(one, place) for one in value.values)
        return Items(parts, value.told, None if value.place == place else value.place)
    if isinstance(value, Several):
        element = without_place(value.element, place)
        return replace(value, element=element, place=None if value.place == place else value.place)
    if isinstance(value, Table):
        entries = tuple((key, without_place(item, place)) for key, item in value.entries)
        return replace(value, entries=entries, place=None if value.place == place else value.place)
    if isinstance(value, Choice):
        return choice(without_place(one, place) for one in value.values)
    return value
