"""Calls of a method of a value that is no instance of the project's classes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from flake8_ocs_status.fate.exchange.addresses import address_method
from flake8_ocs_status.fate.executor.handing import Handing
from flake8_ocs_status.fate.executor.models import is_logging
from flake8_ocs_status.fate.executor.replies import is_in_sight
from flake8_ocs_status.fate.executor.run import CHANGED, Invocation, Keywords, Outcomes
from flake8_ocs_status.fate.values import (
    NONE,
    UNKNOWN,
    About,
    Class,
    Future,
    Items,
    Known,
    Method,
    Object,
    OtherResponse,
    Partial,
    Prepared,
    Raised,
    Response,
    Several,
    Super,
    Table,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.formats import brace_format, names_of_table, text_method
from flake8_ocs_status.fate.values.knowledge import about, holds_response, unknown_from
from flake8_ocs_status.fate.values.searches import method_of_match
from flake8_ocs_status.fate.values.states import State

MAPPING_CHANGES = frozenset({"pop", "setdefault", "update"})
MAPPING_METHODS = MAPPING_CHANGES | {"get", "items", "keys", "values", "copy"}


class MethodCalls(Handing):
    """Adds the methods of responses, clients, texts and collections."""

    def call_method(
        self, method: Method, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        receiver, name = method.receiver, method.name
        if isinstance(receiver, Response):
            return self.call_response(receiver, name, keywords, node, state)
        if isinstance(receiver, Class) and name == "__subclasses__":
            return [(Items(tuple(map(Class, self.world.subclasses(receiver.node)))), state)]
        if isinstance(receiver, Future):
            return self.call_task(receiver, name, arguments, node, state)
        if isinstance(receiver, OtherResponse):
            self.may_raise(Raised(None), state)
            return [(receiver if name == "raise_for_status" else UNKNOWN, state)]
        if isinstance(receiver, (Object, Super)):
            library = self.world.library_of(receiver)
            if library is not None:
                return self.call_client(receiver, library, name, Invocation(arguments, keywords, node), state)
        if isinstance(receiver, Prepared):
            return self.call_prepared(receiver, name, arguments, keywords, node, state)
        if isinstance(receiver, Partial):
            return self.apply(receiver, (), {}, receiver.call or node, state)
        if isinstance(receiver, Known) and isinstance(receiver.value, bytes) and name == "decode":
            return [(Known(receiver.value.decode(errors="replace"), receiver.about), state)]
        if isinstance(receiver, Text) or (isinstance(receiver, Known) and isinstance(receiver.value, str)):
            if name == "format":
                return [(brace_format(receiver, arguments, keywords), state)]
            if name == "format_map":
                return [(brace_format(receiver, (), names_of_table(arguments)), state)]
            address = address_method(receiver, name, arguments, keywords)
            return [(text_method(receiver, name, arguments) if address is None else address, state)]
        if isinstance(receiver, Table) and name in {"get", "pop", "setdefault"} and arguments:
            found = self.get_from_table(receiver, arguments, node, state)
            if name != "get" and isinstance(node.func, ast.Attribute):
                self.store_changed(receiver, changed_table(receiver, name, arguments), node.func.value, state)
            return [(found, state)]
        if isinstance(receiver, Table):
            group = method_of_match(receiver, name, arguments)
            if group is not None:
                return [(group, state)]
        if isinstance(receiver, Table) and name in {"copy", "keys"}:
            return [(replace(receiver, place=None), state)]
        if isinstance(receiver, (Items, Several, Table)):
            changed = self.grow(receiver, name, arguments, keywords, node, state)
            if changed is not None:
                return changed
        if isinstance(receiver, Unknown) and receiver.about == About.BODY:
            return self.call_body(receiver, name, arguments, node, state)
        if isinstance(receiver, Items) and name == "union" and not keywords:
            added = [value for value in arguments if isinstance(value, Items)]
            if len(added) == len(arguments):
                return [(Items(tuple(dict.fromkeys(item for one in (receiver, *added) for item in one.values))), state)]
        if isinstance(receiver, (Items, Table)) and isinstance(node.func, ast.Attribute):
            # append, update, …: what is listed is no longer all there is.
            for value in (*arguments, *keywords.values()):
                self.flow_out(value, node, state)
            self.change(node.func.value, receiver, name, arguments, keywords, state)
            return [(UNKNOWN, state)]
        if is_logging(node):
            self.reach(node, state)
            return [(UNKNOWN, state)]
        if self._asks_own_keywords(node) and not any(map(holds_response, (*arguments, *keywords.values()))):
            if state.live and name in MAPPING_CHANGES:
                state.values[CHANGED] = Known(True)
            return [(UNKNOWN, state)]
        passed_on = self.passed_on_by_method(name, arguments, keywords, node, state)
        if passed_on is not None:
            return passed_on
        if about(receiver) is About.STATUS and isinstance(self.module.parents.get(node), ast.Expr):
            # by_status[response.status_code].append(name): which one it is has been picked by the status.
            self.flow_out(receiver, node, state)
        outcomes = self.call_unknown(arguments, keywords, node, state, receiver)
        if about(receiver) is not About.STATUS:
            return outcomes
        # error.args[0].find("412")
        return [(unknown_from(receiver, value), after) for value, after in outcomes]

    def _asks_own_keywords(self, node: ast.Call) -> bool:
        """Whether this is a method of the mapping of a function's own keywords: ``options.pop("timeout", 9)``."""
        function = node.func
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name) or not self.frames:
            return False
        around = self.frames[-1].node
        if not isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)) or around.args.kwarg is None:
            return False
        return function.value.id == around.args.kwarg.arg and function.attr in MAPPING_METHODS

    def grow(
        self,
        receiver: Items | Several | Table,
        name: str,
        arguments: Sequence[Value],
        keywords: Keywords,
        node: ast.Call,
        state: State,
    ) -> Outcomes | None:
        """The outcomes of a method of a collection of which all names are in sight; None for any other."""
        return None

    def store_changed(self, before: Table, changed: Table, target: ast.expr, state: State) -> None:
        """Store what a method leaves behind of a mapping."""
        self.bind_target(target, changed, state)

    def get_from_table(self, table: Table, arguments: Sequence[Value], node: ast.AST, state: State) -> Value:
        """``table.get(key, default)``."""
        value = self.item_of(table, arguments[0], node, state)
        if isinstance(value, Unknown) and table.complete and isinstance(arguments[0], Known):
            return arguments[1] if len(arguments) > 1 else NONE
        return value

    def change(
        self,
        target: ast.expr,
        receiver: Items | Table,
        name: str,
        arguments: Sequence[Value],
        keywords: Keywords,
        state: State,
    ) -> None:
        """Store what a method that changes a collection leaves behind."""
        changed: Value = UNKNOWN
        if isinstance(receiver, Items) and name == "append" and all(map(is_in_sight, arguments)):
            # session.hooks["response"].append(check)
            changed = Items((*receiver.values, *arguments))
        if isinstance(receiver, Table) and name == "update":
            added = arguments[0] if arguments else Table(())
            named = tuple((Known(key), value) for key, value in keywords.items() if key is not None)
            if isinstance(added, Table) and None not in keywords:
                changed = Table(receiver.entries + added.entries + named, receiver.complete and added.complete)
            else:
                changed = Table(receiver.entries + named, complete=False)
        self.bind_target(target, changed, state)

    def call_body(
        self, receiver: Unknown, name: str, arguments: Sequence[Value], node: ast.Call, state: State
    ) -> Outcomes:
        """A method of something dug out of the body."""
        self.reach(node, state)
        self.may_raise(Raised(None), state)
        keys = receiver.keys
        if name in {"get", "pop"} and arguments and isinstance(arguments[0], Known):
            key = arguments[0].value
            if isinstance(key, str):
                keys = (*keys, key)
                self.note_keys(keys, state)
        for value in arguments:
            self.flow_out(value, node, state)
        return [(Unknown(About.BODY, keys), state)]


def changed_table(table: Table, name: str, arguments: Sequence[Value]) -> Table:
    """What ``table.pop(key)`` or ``table.setdefault(key, default)`` leaves behind."""
    key = arguments[0]
    if name == "pop":
        kept = tuple(entry for entry in table.entries if entry[0] != key)
        return replace(table, entries=kept, complete=table.complete and isinstance(key, Known))
    if any(entry == key for entry, _ in table.entries):
        return table
    value = arguments[1] if len(arguments) > 1 else NONE
    return replace(table, entries=(*table.entries, (key, value if table.complete else UNKNOWN)))
