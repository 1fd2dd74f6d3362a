"""Collections that grow: lists and mappings that are made empty or not, and that something is put into later.

A list or a mapping that is displayed in this run, and into which its module puts something, has a place: the expression
that makes it, and the calls that lead there. Whatever is put into it is in all names of it, and is decided by whoever
takes it out again. A collection that has left our sight has nothing of the kind: what is put into that one leaves our
sight, too.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from flake8_ocs_status.fate.exchange.record import comparable
from flake8_ocs_status.fate.executor.assigning import Assigning
from flake8_ocs_status.fate.executor.instances import MADE
from flake8_ocs_status.fate.executor.run import Keywords, Outcomes
from flake8_ocs_status.fate.values import (
    LARGEST_COLLECTION,
    NONE,
    UNKNOWN,
    About,
    Items,
    Known,
    Object,
    Several,
    Symbol,
    Table,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, choice, size
from flake8_ocs_status.fate.values.operators import lacks
from flake8_ocs_status.fate.values.places import HOLDERS, Collection, places_in, with_changed, without_place
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.program.scopes import Scope

# Where the store has that a collection, by its place, has left our sight.
GONE = "#gone "
ADDING = frozenset({"append", "appendleft", "add"})
ORDERING = frozenset({"sort", "reverse"})
# What makes a mapping that makes what it lacks, by this unless it is told otherwise.
MAPPINGS_OF: dict[str, Value] = {"collections.defaultdict": UNKNOWN, "collections.Counter": Symbol("builtins.int")}
# What makes an empty collection.
MADE_BY_CALL = frozenset(
    {"builtins.list", "builtins.set", "builtins.dict", "collections.deque", "collections.OrderedDict"}
)
CONSTANTS: dict[str, Value] = {"builtins.int": Known(0), "builtins.float": Known(0), "builtins.str": Known("")}


class Growing(Assigning):
    """Adds collections that grow."""

    # Whether any collection has a place.
    has_places = False

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        # The places at which a collection has been made.
        self._taken: set[str] = set()

    def sequence(self, node: ast.Tuple | ast.List | ast.Set, state: State) -> Outcomes:
        return self.placed(super().sequence(node, state), node)

    def dictionary(self, node: ast.Dict, state: State) -> Outcomes:
        return self.placed(super().dictionary(node, state), node)

    def call_symbol(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        if function.path in MAPPINGS_OF and len(arguments) < 2 and not keywords:
            makes = (*arguments, MAPPINGS_OF[function.path])[0]
            counts = bool(arguments) and function.path == "collections.Counter"
            made: Value = UNKNOWN if counts else Table((), makes=makes)
            if counts:
                # How often each of them occurs tells them apart.
                self.flow_out(arguments[0], node, state)
            return self.placed([(made, state)], node)
        if function.path == "builtins.dict" and arguments and not isinstance(arguments[0], Table):
            # dict(zip(names, answers)): what is under which name is not known.
            self.flow_out(arguments[0], node, state)
        outcomes = super().call_symbol(function, arguments, keywords, node, state)
        return self.placed(outcomes, node) if function.path in MADE_BY_CALL and not arguments else outcomes

    def placed(self, outcomes: Outcomes, node: ast.expr) -> Outcomes:
        """The same collections, with their place if they may grow."""
        if not isinstance(node, (ast.List, ast.Dict, ast.Call)) or not self.surroundings.may_grow(node):
            return outcomes
        self.has_places = True
        place = self.surroundings.place_of(node) + self.way()
        return [(self.at_place(value, place, after), after) for value, after in outcomes]

    def at_place(self, value: Value, place: str, state: State) -> Value:
        """A new collection at its place, which is none of the older ones from there."""
        if not isinstance(value, (Items, Table)):
            return value
        if place in self._taken:
            for key, held in [found for found in state.values.items() if type(found[1]) in HOLDERS]:
                state.values[key] = without_place(held, place)
        self._taken.add(place)
        return replace(value, place=place)

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
                    others = [entry for entry in container.entries if entry[0] != key or entry[1] == value]
                    entries = tuple(dict.fromkeys([*others, (key, value)]))
                    self.regrow(container, replace(container, entries=entries), target.value, after)
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
            if name == "update" and isinstance(node.func, ast.Attribute) and self.is_in_sight(receiver, state):
                updated = with_entries(receiver, arguments, keywords)
                if updated is not None:
                    self.regrow(receiver, updated, node.func.value, state)
                    return [(NONE, state)]
            return self.gone_over(receiver, name, arguments, state)
        if keywords or not isinstance(node.func, ast.Attribute) or not self.is_in_sight(receiver, state):
            return None
        taken, left = grown(receiver, name, arguments)
        if left is None:
            return None
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
        return all(
            with_changed(value, collection, collection) is not None
            for value in state.values.values()
            # Most values hold nothing, and there are many.
            if type(value) in HOLDERS
        )

    def regrow(self, old: Collection, new: Collection, target: ast.expr, state: State) -> None:
        """Store what a collection has become, under all its names."""
        is_too_large = size(new) > LARGEST_COLLECTION
        grown_up: Value = new if is_too_large else replace(new, place=old.place)
        if is_too_large:
            self.flow_out(new, target, state)
        for key, value in [found for found in state.values.items() if type(found[1]) in HOLDERS]:
            changed = with_changed(value, old, grown_up)
            if changed is None or changed is value:
                continue
            state.values[key] = changed
            if key[0] == "@" and f"{key.partition('.')[0]}{MADE}" not in state.values:
                # Whoever has the object may look into it.
                self.flow_out(grown_up, target, state)
        if isinstance(target, (ast.Name, ast.Attribute)):
            self.bind_target(target, grown_up, state)

    def item_of(self, container: Value, key: Value, node: ast.AST, state: State) -> Value:
        if isinstance(container, Table):
            found = entry_of(container, key)
            if found is not None and about(key) < About.DECISION:
                return found
            if container.makes is not None and is_new(container, key) and self.is_in_sight(container, state):
                made = self.made_for(container, container.makes, key, state)
                if made is not None:
                    assert isinstance(node, ast.expr)
                    self.look(key, node, state)
                    self.regrow(container, replace(container, entries=(*container.entries, (key, made))), node, state)
                    return made
        return super().item_of(container, key, node, state)

    def made_for(self, table: Table, makes: Value, key: Value, state: State) -> Value | None:
        """What a ``defaultdict`` makes for a key that it lacks; None where that is not known."""
        path = makes.path if isinstance(makes, Symbol) else ""
        if path in CONSTANTS:
            return CONSTANTS[path]
        if path not in MADE_BY_CALL:
            return None
        place = f"{table.place}[{comparable(key)}]"
        return self.at_place(Table(()) if path == "builtins.dict" else Items(()), place, state)

    def get_from_table(self, table: Table, arguments: Sequence[Value], node: ast.AST, state: State) -> Value:
        if entry_of(table, arguments[0]) is None and is_new(table, arguments[0]):
            self.look(arguments[0], node, state)
            return arguments[1] if len(arguments) > 1 else NONE
        return super().get_from_table(replace(table, makes=None), arguments, node, state)

    def store_changed(self, before: Table, changed: Table, target: ast.expr, state: State) -> None:
        if before == changed:
            return
        if self.is_in_sight(before, state):
            self.regrow(before, changed, target, state)
        else:
            super().store_changed(before, changed, target, state)


def with_entries(table: Table, arguments: Sequence[Value], keywords: Keywords) -> Table | None:
    """What ``table.update(…)`` leaves behind; None where that is not in sight."""
    if len(arguments) > 1 or None in keywords or not all(isinstance(one, Table) and one.complete for one in arguments):
        return None
    added = [entry for one in arguments if isinstance(one, Table) for entry in one.entries]
    added += [(Known(name), value) for name, value in keywords.items()]
    keys = {key for key, _ in added}
    kept = [entry for entry in table.entries if entry[0] not in keys]
    return replace(table, entries=(*kept, *added))


def entry_of(table: Table, key: Value) -> Value | None:
    """What a mapping has under just this key, known or not."""
    return next((value for entry, value in reversed(table.entries) if entry == key), None)


def is_new(table: Table, key: Value) -> bool:
    """Whether a mapping certainly has no such key."""
    return lacks(table, key) or (table.complete and not table.entries)


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
