"""``with``: contexts that swallow or translate exceptions, the project's own ones executed around the block.

A generator that ``contextlib`` makes a context of is executed with the block in the place of its ``yield``; of a class,
``__enter__`` and ``__exit__`` are called. Any other context lets every exception through, unless its name says that it
does something about them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flake8_ocs_status.fate.executor.generators import Generators
from flake8_ocs_status.fate.executor.run import Outcomes
from flake8_ocs_status.fate.policies.catching import Catch, catches
from flake8_ocs_status.fate.values import (
    NONE,
    UNKNOWN,
    Class,
    Function,
    Items,
    Known,
    Partial,
    Raised,
    Repeater,
    Role,
    Suppressor,
    Symbol,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import alternatives
from flake8_ocs_status.fate.values.states import Flow, Paths, State

# What is out of sight, and called like this, may look at an exception and swallow it.
_HANDLING = re.compile(
    r"raises|suppress|ignor|swallow|catch|handl|retry|attempt|guard|translat|map_|convert|wrap", re.I
)

With = ast.With | ast.AsyncWith
Block = Callable[[State], Flow]


class Contexts(Generators):
    """Adds ``with``."""

    def with_statement(self, node: With, state: State, flow: Flow) -> None:
        self.enter_items(node, 0, [state], flow)

    def enter_items(self, node: With, index: int, states: list[State], flow: Flow) -> None:
        """Enter the contexts from this one on, and execute the block in them."""
        if index == len(node.items):
            inner = self.block(node.body, states)
            flow.next.add_all(inner.next)
            flow.absorb_exits(inner)
            return
        item = node.items[index]
        plain = Paths()
        others: dict[Value, Paths] = {}
        for before in states:
            for found, after in self.evaluate(item.context_expr, before):
                value = Suppressor((UNKNOWN,)) if may_handle(found, item.context_expr) else found
                if self.does_something(value, node):
                    others.setdefault(value, Paths()).add(after)
                else:
                    self.bind_item(item, value, after)
                    plain.add(after)

        def rest(state: State) -> Flow:
            inner = Flow()
            before, self.raised = self.raised, inner.raises
            try:
                self.enter_items(node, index + 1, [state], inner)
            finally:
                self.raised = before
            return inner

        if plain:
            self.enter_items(node, index + 1, list(plain), flow)
        for value, paths in others.items():
            for before in paths:
                self.enter(value, item, node, rest, before, flow)

    def bind_item(self, item: ast.withitem, value: Value, state: State) -> None:
        """``as name``."""
        if item.optional_vars is not None:
            self.bind_target(item.optional_vars, value, state)

    def does_something(self, value: Value, node: With) -> bool:
        """Whether a context does more than to give a value to its block."""
        if isinstance(value, Repeater):
            return value.role is Role.ATTEMPT
        if isinstance(value, Partial):
            return self.is_managing(value)
        return isinstance(value, Suppressor) or self.leaving(value, node) is not None

    def is_managing(self, value: Partial) -> bool:
        """Whether this is a call of a generator that is a context, which can be executed around a block."""
        function = value.function
        return (
            isinstance(function, Function)
            and self.world.home_of(function.node).is_manager(function.node)
            and self.can_be_run(value)
        )

    def leaving(self, value: Value, node: With) -> Function | None:
        """The method of the project that is called when this context is left."""
        return self.own_method(value, "__aexit__" if isinstance(node, ast.AsyncWith) else "__exit__")

    def enter(self, value: Value, item: ast.withitem, node: With, rest: Block, state: State, flow: Flow) -> None:
        """Execute a block in a context that does something."""

        def block(given: Value, before: State) -> Flow:
            self.bind_item(item, given, before)
            return rest(before)

        if isinstance(value, Repeater):
            self.bind_item(item, value, state)
            self.attempt(value, rest, [state], flow)
        elif isinstance(value, Suppressor):
            self.bind_item(item, value, state)
            self.suppress(value, item, rest, state, flow)
        elif isinstance(value, Partial):
            self.run_around(value, block, state, flow)
        else:
            self.run_between(value, item, node, block, state, flow)

    def suppress(self, suppressor: Suppressor, item: ast.withitem, rest: Block, state: State, flow: Flow) -> None:
        """Execute a block in ``contextlib.suppress``."""
        kinds = Items(suppressor.kinds)

        def caught(raised: Raised, here: State) -> Catch:
            if UNKNOWN in suppressor.kinds:
                # It may look at the exception, or show it to whoever asks.
                self.flow_out(raised, item, here)
            return catches(kinds, raised, self.world.ancestry)

        self.swallow(rest, state, flow, caught)

    def swallow(self, rest: Block, state: State, flow: Flow, caught: Callable[[Raised, State], Catch]) -> None:
        """Execute a block behind which it goes on for the exceptions that are caught."""

        def left(raised: Raised, here: State, certain: bool) -> None:
            verdict = caught(raised, here)
            if verdict is not Catch.NO:
                flow.next.add(here.copy())
            if verdict is not Catch.YES:
                self.go_on(raised, here, certain)

        inner = self.watched_block(rest, state, left)
        flow.next.add_all(inner.next)
        flow.absorb_exits(inner)

    def watched_block(self, rest: Block, state: State, left: Callable[[Raised, State, bool], None]) -> Flow:
        """Execute a block, and let somebody know of each exception that leaves it, or may leave it."""
        self.collectors.append({})
        try:
            inner = rest(state)
        finally:
            possible = self.collectors.pop()
        raises, inner.raises = inner.raises, []
        for raised, here in raises:
            left(raised, here, True)
        for raised, paths in possible.items():
            for here in paths:
                left(raised, here, False)
        return inner

    def go_on(self, raised: Raised, state: State, certain: bool) -> None:
        """Let an exception go on its way; ``certain`` is False for one that only may have been raised."""
        if certain:
            self.throw(raised, state)
        else:
            self.may_raise(raised, state)

    def run_between(
        self,
        value: Value,
        item: ast.withitem,
        node: With,
        block: Callable[[Value, State], Flow],
        state: State,
        flow: Flow,
    ) -> None:
        """Execute a block between the two methods of a context."""
        leaving = self.leaving(value, node)
        assert leaving is not None
        call = self.surroundings.property_call(item.context_expr)
        entering = self.own_method(value, "__aenter__" if isinstance(node, ast.AsyncWith) else "__enter__")
        entered = [(value, state)] if entering is None else self.inline(entering, (), {}, call, state)

        def left(raised: Raised, here: State, certain: bool) -> None:
            kind: Value = Symbol(raised.kind) if isinstance(raised.kind, str) else UNKNOWN
            kind = Class(raised.kind) if isinstance(raised.kind, ast.ClassDef) else kind
            for answer, after in self.inline(leaving, (kind, raised, UNKNOWN), {}, call, here):
                swallowed = self.truth_of(answer)
                if swallowed is not False:
                    flow.next.add(after.copy())
                if swallowed is not True:
                    self.go_on(raised, after, certain)

        def passed(here: State) -> list[State]:
            return [after for _, after in self.inline(leaving, (NONE, NONE, NONE), {}, call, here)]

        for given, before in entered:
            inner = self.watched_block(lambda here, given=given: block(given, here), before, left)  # type: ignore[misc]
            flow.next.add_all(after for here in inner.next for after in passed(here))
            flow.breaks.add_all(after for here in inner.breaks for after in passed(here))
            flow.continues.add_all(after for here in inner.continues for after in passed(here))
            flow.returns.extend((result, after) for result, here in inner.returns for after in passed(here))

    def run_around(self, manager: Partial, block: Callable[[Value, State], Flow], state: State, flow: Flow) -> None:
        """Execute a generator with a block in the place of its ``yield``."""
        exits = [Exit("next")]
        key = f"#left {len(self.frames)}"

        def at_yield(given: Value, before: State) -> Outcomes:
            before.values[key] = Known(0)
            inner = block(given, before)
            self.raised.extend(inner.raises)
            outcomes: Outcomes = [(NONE, after) for after in inner.next]
            left: list[tuple[str, Value, State]] = [
                *(("breaks", NONE, after) for after in inner.breaks),
                *(("continues", NONE, after) for after in inner.continues),
                *(("returns", result, after) for result, after in inner.returns),
            ]
            for kind, result, after in left:
                after.values[key] = Known(len(exits))
                exits.append(Exit(kind, result, after.live))
                outcomes.append((NONE, after))
            return outcomes

        inner = self.run_generator(manager, at_yield, state)
        for raised, after in inner.raises:
            after.values.pop(key, None)
            self.throw(raised, after)
        for after in [*inner.next, *(last for _, last in inner.returns)]:
            self.leave_block(after.values.pop(key, None), exits, after, flow)

    def leave_block(self, way: Value | None, exits: Sequence[Exit], state: State, flow: Flow) -> None:
        """Let a path go on where the block was left, now that its generator has come to its end."""
        if way is None:
            self.throw(Raised("builtins.RuntimeError"), state)
            return
        ways = {one.value for one in alternatives(way) if isinstance(one, Known)}
        for index, found in enumerate(exits):
            if (ways and index not in ways) or found.live > state.live:
                continue
            after = state.copy()
            if found.kind == "returns":
                flow.returns.append((found.value, after))
            else:
                paths: Paths = getattr(flow, found.kind)
                paths.add(after)


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a block: its kind, what it returns, and whether the request has been sent by then."""

    kind: str
    value: Value = NONE
    live: bool = False


def may_handle(value: Value, node: ast.expr) -> bool:
    """Whether a context out of sight may do something about an exception, as its name says."""
    if not isinstance(node, ast.Call) or not isinstance(value, (Unknown, Symbol)):
        return False
    function = node.func
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    return _HANDLING.search(name) is not None
