"""Objects that a run makes of the project's classes, and what they hold until they leave its sight.

An object that was made in this run has a mark in the store. What is put into such an object is decided by whoever reads
it; only when the object itself leaves our sight does what it holds leave with it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_ocs_status.fate.exchange.record import comparable
from flake8_ocs_status.fate.values import (
    Choice,
    Function,
    Future,
    Items,
    Method,
    Object,
    Partial,
    Several,
    Table,
    Value,
)
from flake8_ocs_status.fate.values.states import State

# The mark that an object was made in this run, and has not left its sight.
MADE = ".#made"
_DEEPEST = 4


def made_key(instance: Object) -> str:
    """Where the store keeps that this object was made in this run."""
    return f"@{instance.allocation}{MADE}"


def is_made(value: Value, state: State) -> bool:
    """Whether this is an object that was made in this run, and that nobody else has."""
    return isinstance(value, Object) and made_key(value) in state.values


def instances_in(value: Value) -> Iterator[Object]:
    """The objects of the project's classes that a value is or holds, but for those inside other objects."""
    if isinstance(value, Object):
        if isinstance(value.kind, ast.ClassDef):
            yield value
    elif isinstance(value, (Items, Choice)):
        for one in value.values:
            yield from instances_in(one)
    elif isinstance(value, Several):
        yield from instances_in(value.element)
    elif isinstance(value, Table):
        for _, one in value.entries:
            yield from instances_in(one)
    elif isinstance(value, Future):
        yield from instances_in(value.result)
    elif isinstance(value, Method):
        yield from instances_in(value.receiver)
    elif isinstance(value, Function) and value.bound is not None:
        yield from instances_in(value.bound)
    elif isinstance(value, Partial):
        for one in (value.function, *value.arguments, *(given for _, given in value.keywords)):
            yield from instances_in(one)


def attributes_in(instance: Object, state: State) -> list[tuple[str, Value]]:
    """What an object that was made in this run holds, by name."""
    if made_key(instance) not in state.values:
        return []
    start = f"@{instance.allocation}."
    found = [(key.removeprefix(start), value) for key, value in state.values.items() if key.startswith(start)]
    return sorted((item for item in found if not item[0].startswith("#")), key=lambda item: item[0])


def held_by(value: Value, state: State) -> list[Value]:
    """A value, and everything that the objects in it hold."""
    found = [value]
    seen: set[str] = set()
    pending = list(instances_in(value))
    while pending:
        instance = pending.pop()
        if instance.allocation not in seen:
            seen.add(instance.allocation)
            for _, held in attributes_in(instance, state):
                found.append(held)
                pending.extend(instances_in(held))
    return found


def comparable_in(value: Value, state: State, depth: int = 0) -> object:
    """A value as it counts in the comparison of two fates, with what an object holds."""
    if depth < _DEEPEST and is_made(value, state):
        assert isinstance(value, Object)
        held = tuple((name, comparable_in(one, state, depth + 1)) for name, one in attributes_in(value, state))
        return "object", value.allocation, held
    if depth < _DEEPEST and isinstance(value, (Items, Choice)) and any(True for _ in instances_in(value)):
        parts = [comparable_in(one, state, depth + 1) for one in value.values]
        return ("items", tuple(parts)) if isinstance(value, Items) else ("choice", frozenset(parts))
    if depth < _DEEPEST and isinstance(value, Several):
        return "several", value.certain, comparable_in(value.element, state, depth + 1)
    return comparable(value)
