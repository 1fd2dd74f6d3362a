"""Coroutines and tasks: what they come to is waited for somewhere else than where they are made.

A coroutine is executed where it is called. What it raises comes out where somebody waits for it: until then it is kept
as a value, a :class:`Future` that fails.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_ocs_status.fate.executor.declaring import Declaring
from flake8_ocs_status.fate.executor.run import Outcomes
from flake8_ocs_status.fate.values import (
    NONE,
    UNKNOWN,
    Choice,
    Function,
    Future,
    Items,
    Method,
    Partial,
    Raised,
    Repeater,
    Several,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import alternatives, choice
from flake8_ocs_status.fate.values.states import State


class Tasks(Declaring):
    """Adds what is waited for."""

    def awaited(self, node: ast.Await, state: State) -> Outcomes:
        found = super().awaited(node, state)
        return [outcome for value, after in found for outcome in self.waited_for(value, after)]

    def waited_for(self, value: Value, state: State) -> Outcomes:
        """What waiting for a value gives: for one that is no coroutine that has failed and no task, the value."""
        several = alternatives(value)
        if not any(isinstance(one, Future) for one in several):
            return [(value, state)]
        outcomes: Outcomes = []
        for one in several:
            here = state.copy() if isinstance(value, Choice) else state
            if not isinstance(one, Future):
                outcomes.append((one, here))
            elif isinstance(one.result, Raised) and one.fails:
                self.throw(one.result, here)
            else:
                outcomes.append((one.result, here))
        return outcomes

    def all_waited_for(self, collection: Value, state: State) -> Outcomes:
        """What waiting for all that a collection holds gives: a collection of the results."""
        if isinstance(collection, Items):
            pending: list[tuple[tuple[Value, ...], State]] = [((), state)]
            for value in collection.values:
                pending = [
                    ((*results, result), after)
                    for results, before in pending
                    for result, after in self.waited_for(value, before)
                ]
            return [(Items(results), after) for results, after in pending]
        if isinstance(collection, Several):
            found = self.waited_for(collection.element, state.copy())
            if not found and not state.live and not collection.certain:
                return [(Items(()), state)]
            return [(Several(result, collection.certain, collection.told), after) for result, after in found]
        return [(collection, state)]

    def with_exceptions(self, collection: Value) -> Value:
        """The results of all that a collection holds, with what failed as the exception that it failed with."""
        if isinstance(collection, Items):
            return Items(tuple(map(result_of, collection.values)), collection.told)
        if isinstance(collection, Several):
            return Several(result_of(collection.element), collection.certain, collection.told)
        return collection

    def is_coroutine(self, function: Value, node: ast.Call) -> bool:
        """Whether calling this gives a coroutine that is not waited for on the spot."""
        parents = self.module.parents
        return (
            node in parents and not isinstance(parents[node], ast.Await) and any(map(_is_async, alternatives(function)))
        )

    def kept_for_later(self, run: Callable[[], Outcomes]) -> Outcomes:
        """The outcomes of calling a coroutine function; what it raises is kept for whoever waits for it."""
        outer, self.raised = self.raised, []
        try:
            outcomes = run()
        finally:
            raised, self.raised = self.raised, outer
        return [*outcomes, *((Future(error, fails=True), after) for error, after in raised)]

    def attribute_of(self, receiver: Value, name: str, node: ast.Attribute, state: State) -> Outcomes:
        if isinstance(receiver, Future):
            return [(Method(receiver, name), state)]
        return super().attribute_of(receiver, name, node, state)

    def call_task(
        self, task: Future, name: str, arguments: tuple[Value, ...], node: ast.Call, state: State
    ) -> Outcomes:
        """A method of a task."""
        if name == "result":
            return self.waited_for(task, state)
        if name == "exception":
            return [(task.result if task.fails else NONE, state)]
        if name in {"done", "cancelled", "cancel", "get_name", "set_name", "remove_done_callback"}:
            return [(UNKNOWN, state)]
        self.flow_out(task, node, state)
        return self.call_unknown(arguments, {}, node, state)


def task_of(value: Value) -> Value:
    """The task that is made of what is waited for."""
    return choice(one if isinstance(one, Future) else Future(one) for one in alternatives(value))


def tasks_of(collection: Value) -> Value:
    """The same for all that a collection holds."""
    if isinstance(collection, Items):
        return Items(tuple(map(task_of, collection.values)), collection.told)
    if isinstance(collection, Several):
        return Several(task_of(collection.element), collection.certain, collection.told)
    return collection


def result_of(value: Value) -> Value:
    """What comes of a value that is waited for: its result, or the exception."""
    return choice(one.result if isinstance(one, Future) else one for one in alternatives(value))


def _is_async(function: Value) -> bool:
    if isinstance(function, Partial) and function.call is None:
        return _is_async(function.function)
    if isinstance(function, Repeater) and function.function is not None:
        return _is_async(function.function)
    return isinstance(function, Function) and isinstance(function.node, ast.AsyncFunctionDef)
