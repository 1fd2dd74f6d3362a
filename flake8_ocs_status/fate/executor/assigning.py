"""Assignments: to names, attributes, items, and to several targets at once."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_ocs_status.fate.executor.keeping import Keeping
from flake8_ocs_status.fate.policies.transport_policies import adapter_of
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    About,
    Adapter,
    Choice,
    Items,
    Method,
    Object,
    Policy,
    Prepared,
    Table,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, choice, holds_response, unknown_from
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.transport.retries import UNKNOWN_POLICY


class Assigning(Keeping):
    """Adds what is assigned to."""

    def bind_target(self, target: ast.expr, value: Value, state: State) -> None:
        if state.live:
            self.note_change(target, value, state)
        if isinstance(target, ast.Name):
            self.bind_name(target.id, self.module.scope_of(target), target, value, state)
        elif isinstance(target, ast.Attribute):
            for receiver, _ in self.evaluate(target.value, state)[:1]:
                self.store_attribute(receiver, target, value, state)
        elif isinstance(target, ast.Subscript):
            self.store_item(target, value, state)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, value, state)
        elif isinstance(target, ast.Starred):
            self.let_instances_go([value], target, state)
            self.bind_target(target.value, unknown_from(value), state)

    def store_attribute(self, receiver: Value, target: ast.Attribute, value: Value, state: State) -> None:
        """``receiver.name = value``."""
        if isinstance(receiver, Object):
            name = self.surroundings.mangled(target.attr, target)
            state.values[f"@{receiver.allocation}.{name}"] = value
            self.stored.add(target)
        if isinstance(receiver, Adapter) and target.attr == "max_retries" and receiver.origin is not None:
            self.bind_target(target.value, adapter_of(value, receiver.origin), state)
        if isinstance(receiver, Policy):
            # It repeats something else from here on.
            self.bind_target(target.value, Policy(UNKNOWN_POLICY, receiver.origin), state)
        if isinstance(receiver, Prepared):
            self.store_in_prepared(receiver, target.attr, value, state)
        if isinstance(receiver, Object) and receiver.allocation in self.made:
            # Nobody else has the object yet.
            return
        if about(value) >= About.DECISION or holds_response(value):
            # Whoever holds the object may look at it later.
            self.flow_out(value, target, state)
        self.let_instances_go([value], target, state)

    def store_item(self, target: ast.Subscript, value: Value, state: State) -> None:
        """``container[key] = value``."""
        for (container, key), _ in self.evaluate_all([target.value, target.slice], state)[:1]:
            self.flow_out(value, target, state)
            if not isinstance(container, (Table, Items)):
                # Whoever has the container may look for what is in it.
                self.flow_out(key, target, state)
            if isinstance(container, Table):
                self.bind_target(
                    target.value, replace(container, entries=(*container.entries, (key, value)), place=None), state
                )
            elif isinstance(container, Items):
                self.bind_target(target.value, UNKNOWN, state)
            elif isinstance(container, Method) and isinstance(container.receiver, Object):
                # session.headers["X"] = …, session.hooks["response"] = …
                state.values[f"@{container.receiver.allocation}.{container.name}"] = UNKNOWN

    def unpack(self, target: ast.Tuple | ast.List, value: Value, state: State) -> None:
        """``first, second = value``."""
        value = self.listed(value, state)
        plain = not any(isinstance(element, ast.Starred) for element in target.elts)
        if isinstance(value, Items) and plain and len(value.values) == len(target.elts):
            for element, item in zip(target.elts, value.values, strict=True):
                self.bind_target(element, item, state)
            return
        ways = value.values if isinstance(value, Choice) and plain else frozenset()
        if ways and all(isinstance(one, Items) and len(one.values) == len(target.elts) for one in ways):
            for index, element in enumerate(target.elts):
                self.bind_target(element, choice(one.values[index] for one in ways if isinstance(one, Items)), state)
            return
        self.let_instances_go([value], target, state)
        if holds_response(value):
            self.flow_out(value, target, state)
        for element in target.elts:
            self.bind_target(element, unknown_from(value), state)
