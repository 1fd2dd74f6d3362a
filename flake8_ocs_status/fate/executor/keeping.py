"""Contexts that keep what they are given until they are left: stacks of contexts, groups of tasks.

What a stack has entered may swallow an exception that comes out of its block; what a task raises comes out of its group
where the block ends, as a group of exceptions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_ocs_status.fate.executor.contexts import Block, Contexts, With
from flake8_ocs_status.fate.executor.run import Keywords, Outcomes
from flake8_ocs_status.fate.executor.tasks import task_of
from flake8_ocs_status.fate.policies.catching import Catch, catches
from flake8_ocs_status.fate.values import (
    NONE,
    UNKNOWN,
    ContextStack,
    Future,
    Items,
    Method,
    Raised,
    Suppressor,
    Symbol,
    TaskGroup,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import alternatives
from flake8_ocs_status.fate.values.states import Flow, Paths, State

STACKS = frozenset({"contextlib.ExitStack", "contextlib.AsyncExitStack"})
GROUPS = frozenset({"asyncio.TaskGroup", "anyio.create_task_group", "trio.open_nursery"})
ENTERING = frozenset({"enter_context", "enter_async_context"})
# What is called when a stack is left, and cannot swallow anything.
CALLED_BACK = frozenset({"callback", "push_async_callback", "close", "aclose"})


class Keeping(Contexts):
    """Adds stacks of contexts and groups of tasks."""

    def call_symbol(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        if function.path in STACKS or function.path in GROUPS:
            kind = ContextStack if function.path in STACKS else TaskGroup
            made = kind(self.allocation(node))
            state.values[_kept(made)] = Items(())
            return [(made, state)]
        return super().call_symbol(function, arguments, keywords, node, state)

    def attribute_of(self, receiver: Value, name: str, node: ast.Attribute, state: State) -> Outcomes:
        if isinstance(receiver, (ContextStack, TaskGroup)):
            return [(Method(receiver, name), state)]
        return super().attribute_of(receiver, name, node, state)

    def call_method(
        self, method: Method, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        if isinstance(method.receiver, ContextStack):
            return self.call_stack(method.receiver, method.name, arguments, keywords, node, state)
        if isinstance(method.receiver, TaskGroup):
            return self.call_group(method.receiver, method.name, arguments, keywords, node, state)
        return super().call_method(method, arguments, keywords, node, state)

    def call_stack(
        self,
        stack: ContextStack,
        name: str,
        arguments: tuple[Value, ...],
        keywords: Keywords,
        node: ast.Call,
        state: State,
    ) -> Outcomes:
        """A method of a stack of contexts."""
        if name in ENTERING and len(arguments) == 1:
            given = arguments[0]
            if isinstance(given, Suppressor):
                self.keep(stack, given, state)
                return [(given, state)]
            if not any(self.does_something(one, _WITH) for one in alternatives(given)):
                return [(given, state)]
        if name not in CALLED_BACK:
            # It may swallow what comes out of the block.
            self.keep(stack, UNKNOWN, state)
        return self.call_unknown(arguments, keywords, node, state)

    def call_group(
        self,
        group: TaskGroup,
        name: str,
        arguments: tuple[Value, ...],
        keywords: Keywords,
        node: ast.Call,
        state: State,
    ) -> Outcomes:
        """A method of a group of tasks."""
        if name == "create_task" and arguments:
            task = task_of(arguments[0])
            self.keep_failures(group, task, state)
            return [(task, state)]
        if name == "start_soon" and arguments:
            called, rest = arguments[0], arguments[1:]
            outcomes = self.kept_for_later(lambda: self.apply(called, rest, {}, node, state))
            for value, after in outcomes:
                self.keep_failures(group, value, after)
            return [(NONE, after) for _, after in outcomes]
        return self.call_unknown(arguments, keywords, node, state)

    def keep(self, keeper: ContextStack | TaskGroup, value: Value, state: State) -> None:
        """Note what is put into a context that keeps it."""
        held = state.values.get(_kept(keeper))
        state.values[_kept(keeper)] = Items((*held.values, value)) if isinstance(held, Items) else UNKNOWN

    def keep_failures(self, group: TaskGroup, task: Value, state: State) -> None:
        """Note the tasks that fail."""
        for one in alternatives(task):
            if isinstance(one, Future) and one.fails:
                self.keep(group, one.result, state)

    def does_something(self, value: Value, node: With) -> bool:
        return isinstance(value, (ContextStack, TaskGroup)) or super().does_something(value, node)

    def enter(self, value: Value, item: ast.withitem, node: With, rest: Block, state: State, flow: Flow) -> None:
        if isinstance(value, ContextStack):
            self.bind_item(item, value, state)
            self.unwind(value, item, rest, state, flow)
        elif isinstance(value, TaskGroup):
            self.bind_item(item, value, state)
            self.wait_for_group(value, rest, state, flow)
        else:
            super().enter(value, item, node, rest, state, flow)

    def unwind(self, stack: ContextStack, item: ast.withitem, rest: Block, state: State, flow: Flow) -> None:
        """Execute a block in a stack of contexts."""

        def caught(raised: Raised, here: State) -> Catch:
            kept = here.values.get(_kept(stack), UNKNOWN)
            contexts = kept.values if isinstance(kept, Items) else (UNKNOWN,)
            kinds = Items(tuple(kind for one in contexts if isinstance(one, Suppressor) for kind in one.kinds))
            verdict = catches(kinds, raised, self.world.ancestry)
            if UNKNOWN in contexts:
                self.flow_out(raised, item, here)
                return Catch.YES if verdict is Catch.YES else Catch.MAYBE
            return verdict

        self.swallow(rest, state, flow, caught)

    def wait_for_group(self, group: TaskGroup, rest: Block, state: State, flow: Flow) -> None:
        """Execute a block in a group of tasks."""

        def left(raised: Raised, here: State, certain: bool) -> None:
            self.go_on(grouped(raised), here, certain)

        inner = self.watched_block(rest, state, left)
        self.let_out(group, inner.next, flow.next.add)
        self.let_out(group, inner.breaks, flow.breaks.add)
        self.let_out(group, inner.continues, flow.continues.add)
        for value, after in inner.returns:
            self.let_out(group, Paths(after), lambda here, value=value: flow.returns.append((value, here)))  # type: ignore[misc]

    def let_out(self, group: TaskGroup, paths: Paths, go_on: Callable[[State], None]) -> None:
        """Let paths leave a group: none of them does where a task has failed."""
        for after in paths:
            kept = after.values.pop(_kept(group), Items(()))
            failed = kept.values[0] if isinstance(kept, Items) and kept.values else None
            if isinstance(failed, Raised):
                self.throw(grouped(failed), after)
                continue
            if not isinstance(kept, Items):
                # Some of the paths that meet here have one that fails.
                self.throw(Raised(None), after.copy())
            go_on(after)


def grouped(raised: Raised) -> Raised:
    """The group of exceptions that holds this one."""
    return Raised(None, raised.about, raised.library)


def _kept(keeper: ContextStack | TaskGroup) -> str:
    """Where the store has what a context keeps."""
    return f"@{keeper.allocation}.#kept"


# Whatever is entered on a stack, is entered by ``with`` or by ``async with``.
_WITH = ast.With([], [])
