"""Generators of the project: executed where somebody goes through what they yield.

A generator is executed in the place of the loop that consumes it, with the loop's body in the place of its ``yield``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace

from flake8_ocs_status.fate.exchange.record import Ending
from flake8_ocs_status.fate.executor.lookups import Lookups
from flake8_ocs_status.fate.executor.run import INTACT, Frame, Keywords, Outcomes
from flake8_ocs_status.fate.values import NONE, Function, Partial, Raised, Symbol, Value
from flake8_ocs_status.fate.values.elements import element_of
from flake8_ocs_status.fate.values.states import Flow, State

# What is done with a value that is yielded: the outcomes are what the generator goes on with.
AtYield = Callable[[Value, State], Outcomes]
# Stands in the place of a generator whose ``yield`` is waiting for the block to end.
_WAITING = ast.Module([], [])


@dataclass(frozen=True, slots=True)
class Running:
    """A generator that is executed: its frame, the frames around it, and what is done with each value."""

    frame: Frame
    around: list[Frame]
    at_yield: AtYield


class Generators(Lookups):
    """Adds loops through what generators of the project yield."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.running: list[Running] = []

    def is_generated(self, value: Value) -> bool:
        """Whether this is a call of a generator that can be executed where its values are asked for."""
        if not isinstance(value, Partial) or not isinstance(value.function, Function):
            return False
        home = self.world.home_of(value.function.node)
        return home.is_generator(value.function.node) and self.can_be_run(value) and self.is_called_here(value)

    def is_called_here(self, generated: Partial) -> bool:
        """Whether a generator is called in the function that is being executed: that is where its requests are sent."""
        call = generated.call
        # The call of ``__iter__`` stands for what is gone through.
        place = call if call is None or call in self.module.parents else call.func
        if place is None or place not in self.module.parents:
            return False
        function = self.module.enclosing_function(place)
        here = self.frames[-1].node
        return function is here or (function is None and isinstance(here, ast.Module))

    def can_be_run(self, generated: Partial) -> bool:
        """Whether a generator is not being executed already."""
        function = generated.function
        return isinstance(function, Function) and all(frame.node is not function.node for frame in self.frames)

    def run_generator(self, generated: Partial, at_yield: AtYield, state: State) -> Flow:
        """Execute a generator to its end."""
        function = generated.function
        assert isinstance(function, Function)
        assert isinstance(function.node, (ast.FunctionDef, ast.AsyncFunctionDef))
        assert generated.call is not None
        around = self.frames
        depth = len(around)
        state.forget(f"{depth}:")
        arguments = generated.arguments if function.bound is None else (function.bound, *generated.arguments)
        self.bind_parameters(function.node, arguments, dict(generated.keywords), depth, generated.call, state)
        call = generated.call if self.is_called_here(generated) else None
        frame = Frame(function.node, self.world.home_of(function.node), depth, call)
        self.frames = [*around, frame]
        self.running.append(Running(frame, around, at_yield))
        try:
            flow = self.block(function.node.body, [state])
        finally:
            self.running.pop()
            self.frames = around
        for after in [*flow.next, *(last for _, last in flow.returns), *(last for _, last in flow.raises)]:
            after.forget(f"{depth}:")
        return flow

    def yielded(self, node: ast.Yield | ast.YieldFrom, state: State) -> Outcomes:
        running = self.running[-1] if self.running else None
        here = self.frames[-1]
        if running is None or (running.frame.node, running.frame.depth) != (here.node, here.depth):
            return super().yielded(node, state)
        given = [(NONE, state)] if node.value is None else self.evaluate(node.value, state)
        if isinstance(node, ast.Yield):
            return [outcome for value, after in given for outcome in self.consumed(running, value, after)]
        outcomes: Outcomes = []
        for value, after in given:
            outcomes.extend(self.delegated(running, value, after))
        return outcomes

    def delegated(self, running: Running, value: Value, state: State) -> Outcomes:
        """``yield from value``."""
        if self.is_generated(value):
            assert isinstance(value, Partial)
            flow = self.run_generator(value, lambda given, before: self.consumed(running, given, before), state)
            self.raised.extend(flow.raises)
            return [*((NONE, after) for after in flow.next), *flow.returns]
        empty: Outcomes = [(NONE, state.copy())]
        return [*empty, *self.consumed(running, element_of(value), state)]

    def consumed(self, running: Running, value: Value, state: State) -> Outcomes:
        """Do what is done with a value that is yielded, in the function that asks for it."""
        frames, inner = self.frames, self.running
        # That function is still the same; no call leads from the generator to it.
        waiting = [replace(frame, node=_WAITING, call=None) for frame in frames[len(running.around) :]]
        self.frames = [*running.around, *waiting, replace(running.around[-1], call=None)]
        self.running = inner[: inner.index(running)]
        try:
            return running.at_yield(value, state)
        finally:
            self.frames = frames
            self.running = inner

    def loop_through(self, node: ast.For | ast.AsyncFor, generated: Partial, state: State, flow: Flow) -> None:
        """Execute a loop through what a generator yields."""
        feeds = self.surroundings.feeds_requests(node, self.focus)
        varies = self.surroundings.may_vary(node)
        first = True
        # What the body raises does not come back to the generator.
        collectors, outer = self.collectors, len(self.collectors)

        def at_yield(value: Value, before: State) -> Outcomes:
            nonlocal first
            again, first = not first, False
            if again and feeds and before.live:
                self.end(Ending.NEXT_ITEM)
                return []
            if again and varies:
                before.values.pop(INTACT, None)
            self.bind_target(node.target, value, before)
            kept, self.collectors = self.collectors, collectors[:outer]
            try:
                inner = self.block(node.body, [before])
            finally:
                self.collectors = kept
            flow.next.add_all(inner.breaks)
            flow.returns.extend(inner.returns)
            flow.raises.extend(inner.raises)
            return [(NONE, after) for after in [*inner.next, *inner.continues]]

        run = self.run_generator(generated, at_yield, state)
        flow.raises.extend(run.raises)
        ends = [*run.next, *(after for _, after in run.returns)]
        if ends:
            last = self.block(node.orelse, ends)
            flow.next.add_all(last.next)
            flow.absorb_exits(last)

    def all_of(self, value: Value, state: State) -> Outcomes:
        if not self.is_generated(value):
            return [(value, state)]
        assert isinstance(value, Partial)
        return self.collected_from(value, state)

    def first_of(self, generated: Partial, state: State) -> Outcomes:
        """The first value that a generator yields."""
        outcomes: Outcomes = []

        def at_yield(value: Value, before: State) -> Outcomes:
            outcomes.append((value, before))
            return []

        run = self.run_generator(generated, at_yield, state)
        self.raised.extend(run.raises)
        for after in [*run.next, *(last for _, last in run.returns)]:
            self.throw(Raised("builtins.StopIteration"), after)
        return outcomes

    def call_symbol(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        if function.path == "builtins.next" and arguments and self.is_generated(arguments[0]):
            # Of one that has a name it is not known how far it is.
            if len(arguments) > 1 or not isinstance(node.args[0], ast.Call):
                return self.call_unknown(arguments, keywords, node, state)
            assert isinstance(arguments[0], Partial)
            return self.first_of(arguments[0], state)
        return super().call_symbol(function, arguments, keywords, node, state)

    def collected_from(self, generated: Partial, state: State) -> Outcomes:
        """All that a generator yields, as a collection."""
        values: dict[bool, list[Value]] = {False: [], True: []}

        def at_yield(value: Value, before: State) -> Outcomes:
            values[before.live].append(value)
            return [(NONE, before)]

        run = self.run_generator(generated, at_yield, state)
        self.raised.extend(run.raises)
        ends = [*run.next, *(after for _, after in run.returns)]
        return [(self.gathered(values[end.live], certain=False), end) for end in ends]
