"""Collections that grow: lists and mappings that are made empty or not, and that something is put into later.

A list or a mapping that is displayed in this run, and into which its module puts something, has a place: the expression
that makes it, and the calls that lead there. Whatever is put into it is in all names of it, and is decided by whoever
takes it out again. A collection that has left our sight has nothing of the kind: what is put into that one leaves our
sight, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from flake8_ocs_status.fate.assigning import Assigning
from flake8_ocs_status.fate.instances import MADE
from flake8_ocs_status.fate.knowledge import choice, size
from flake8_ocs_status.fate.run import Keywords, Outcomes
from flake8_ocs_status.fate.states import State
from flake8_ocs_status.fate.values import (
    LARGEST_COLLECTION,
    NONE,
    UNKNOWN,
    Choice,
    Function,
    Future,
    Items,
    Known,
    Method,
    Object,
    Partial,
    Several,
    Table,
    Value,
)
from flake8_ocs_status.program.scopes import Scope

Collection = Items | Several | Table
# Where the store has that a collection, by its place, has left our sight.
GONE = "#gone "
ADDING = frozenset({"append", "appendleft", "add"})
# The kinds of values in which a collection may be.
_HOLDERS = frozenset({Items, Several, Table, Choice, Partial, Method, Future, Function})
ORDERING = frozenset({"sort", "reverse"})


class Growing(Assigning):
    """Adds collections that grow."""

    # Whether any collection has a place.
    has_places = False

    def sequence(self, node: ast.Tuple | ast.List | ast.Set, state: State) -> Outcomes:
        return self.placed(super().sequence(node, state), node)

    def dictionary(self, node: ast.Dict, state: State) -> Outcomes:
        return self.placed(super().dictionary(node, state), node)

    def placed(self, outcomes: Outcomes, node: ast.List | ast.Tuple | ast.Set | ast.Dict) -> Outcomes:
        """The same collections, with their place if they may grow."""
        if not isinstance(node, (ast.List, ast.Dict)) or not self.surroundings.may_grow(node):
            return outcomes
        self.has_places = True
        calls = [frame.call for frame in self.frames if frame.call is not None]
        way = "".join(f" {call.lineno}:{call.col_offset}" for call in calls)
        place = self.surroundings.place_of(node) + way
        return [
            (replace(value, place=place) if isinstance(value, (Items, Table)) else value, after)
            for value, after in outcomes
        ]

    def flow_out(self, value: Value, node: ast.AST, state: State) -> None:
        if self.has_places:
            self.let_places_go(value, state)
        super().flow_out(value, node, state)

    def let_places_go(self, value: Value, state: State) -> None:
        """Note that the collections in a value leave our sight."""
        for place in places_in(value):
            state.values[GONE + place] = Known(True)

    def bind_name(self, name: str, scope: Scope, node: ast.AST, value: Value, state: State) -> None:
        if self.has_places and self.surroundings.is_captured(name, scope):
            self.let_places_go(value, state)
        super().bind_name(name, scope, node, value, state)

    def store_attribute(self, receiver: Value, target: ast.Attribute, value: Value, state: State) -> None:
        if self.has_places and not isinstance(receiver, Object):
            self.let_places_go(value, state)
        super().store_attribute(receiver, target, value, state)

    def store_item(self, target: ast.Subscript, value: Value, state: State) -> None:
        if self.has_places:
            for (container, key), after in self.evaluate_all([target.value, target.slice], state)[:1]:
                if isinstance(container, Table) and self.is_in_sight(container, after):
                    self.let_places_go(value, after)
                    others = [entry for entry in container.entries if entry[0] != key or entry[1] == value]
                    entries = tuple(dict.fromkeys([*others, (key, value)]))
                    self.regrow(container, Table(entries, container.complete), target.value, after)
                    return
        super().store_item(target, value, state)

    def grow(
        self,
        receiver: Items | Several | Table,
        name: str,
        arguments: Sequence[Value],
        keywords: Keywords,
        node: ast.Call,
        state: State,
    ) -> Outcomes | None:
        if isinstance(receiver, Table):
            return self.gone_over(receiver, name, arguments, state)
        if keywords or not isinstance(node.func, ast.Attribute) or not self.is_in_sight(receiver, state):
            return None
        taken, left = grown(receiver, name, arguments)
        if left is None:
            return None
        for value in arguments:
            self.let_places_go(value, state)
        self.regrow(receiver, left, node.func.value, state)
        return [(taken, state)]

    def grow_by(self, receiver: Items | Several, more: Value, target: ast.expr, state: State) -> None:
        """``receiver += more``."""
        left = grown(receiver, "extend", (more,))[1] if self.is_in_sight(receiver, state) else None
        if left is None:
            self.flow_out(receiver, target, state)
            self.flow_out(more, target, state)
            self.bind_target(target, UNKNOWN, state)
        else:
            self.regrow(receiver, left, target, state)

    def gone_over(self, table: Table, name: str, arguments: Sequence[Value], state: State) -> Outcomes | None:
        """The keys and values of a mapping of which all is listed."""
        if arguments or not table.complete:
            return None
        if name == "items":
            return [(Items(tuple(Items(entry) for entry in table.entries)), state)]
        return [(Items(tuple(value for _, value in table.entries)), state)] if name == "values" else None

    def is_in_sight(self, collection: Collection, state: State) -> bool:
        """Whether all names of a collection are in sight."""
        if collection.place is None or GONE + collection.place in state.values:
            return False
        # What is inside of something else would stay as it is.
        return not any(
            collection.place in places_in(value) and collection.place not in map(place_of, alternatives_of(value))
            for value in state.values.values()
            # Most values hold nothing, and there are many.
            if type(value) in _HOLDERS
        )

    def regrow(self, old: Collection, new: Collection, target: ast.expr, state: State) -> None:
        """Store what a collection has become, under all its names."""
        grown_up: Value = new if size(new) > LARGEST_COLLECTION else replace(new, place=old.place)
        if size(new) > LARGEST_COLLECTION:
            self.flow_out(new, target, state)
        alike = {type(old), Choice}
        for key, value in [found for found in state.values.items() if type(found[1]) in alike]:
            if any(one == old for one in alternatives_of(value)):
                state.values[key] = grown_up
                if key[0] == "@" and f"{key.partition('.')[0]}{MADE}" not in state.values:
                    # Whoever has the object may look into it.
                    self.flow_out(grown_up, target, state)
        self.bind_target(target, grown_up, state)


def grown(receiver: Items | Several, name: str, arguments: Sequence[Value]) -> tuple[Value, Items | Several | None]:
    """What a method that changes a list gives, and what it leaves behind; None where that is not known."""
    first = arguments[0] if arguments else None
    elements = receiver.values if isinstance(receiver, Items) else (receiver.element,)
    if name in ADDING and len(arguments) == 1 and first is not None:
        if isinstance(receiver, Items) and first not in elements:
            return NONE, Items((first, *elements) if name == "appendleft" else (*elements, first), receiver.told)
        return NONE, Several(choice([*elements, first]), certain=True, told=receiver.told)
    if name == "extend" and len(arguments) == 1 and isinstance(first, (Items, Several)):
        told = max(receiver.told, first.told)
        if isinstance(receiver, Items) and isinstance(first, Items):
            return NONE, Items((*elements, *first.values), told)
        more = first.values if isinstance(first, Items) else (first.element,)
        certain = any(bool(one.values) if isinstance(one, Items) else one.certain for one in (receiver, first))
        return NONE, Several(choice([*elements, *more]), certain, told)
    if name == "clear" and not arguments:
        return NONE, Items((), receiver.told)
    if name in ORDERING and not arguments:
        return NONE, receiver if len(elements) < 2 else Several(choice(elements), certain=True, told=receiver.told)
    if name in {"pop", "popleft"} and isinstance(receiver, Several) and len(arguments) < 2:
        return receiver.element, replace(receiver, certain=False)
    if name in {"pop", "popleft"} and elements and first in {None, Known(0), Known(-1)}:
        from_front = name == "popleft" or first == Known(0)
        left = elements[1:] if from_front else elements[:-1]
        return elements[0 if from_front else -1], Items(left, receiver.told)
    return UNKNOWN, None


def alternatives_of(value: Value) -> tuple[Value, ...]:
    """The values that this one may be, in any order."""
    return tuple(value.values) if isinstance(value, Choice) else (value,)


def place_of(value: Value) -> str | None:
    """The place of a collection; None for anything else."""
    return value.place if isinstance(value, (Items, Several, Table)) else None


def places_in(value: Value) -> Iterator[str]:
    """The places of the collections that a value is or holds."""
    if isinstance(value, (Items, Several, Table)):
        if value.place is not None:
            yield value.place
        parts: Sequence[Value] = (
            value.values
            if isinstance(value, Items)
            else (value.element,)
            if isinstance(value, Several)
            else [part for entry in value.entries for part in entry]
        )
    elif isinstance(value, Choice):
        parts = tuple(value.values)
    elif isinstance(value, Partial):
        parts = (value.function, *value.arguments, *(given for _, given in value.keywords))
    elif isinstance(value, Method):
        parts = (value.receiver,)
    elif isinstance(value, Future):
        parts = (value.result,)
    elif isinstance(value, Function):
        parts = [held for _, names in value.captured for _, held in names]
    else:
        return
    for part in parts:
        yield from places_in(part)
