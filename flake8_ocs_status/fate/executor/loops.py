"""Loops, executed until the states at their head stay the same."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from flake8_ocs_status.fate.exchange.record import Ending
from flake8_ocs_status.fate.executor.growing import Growing
from flake8_ocs_status.fate.executor.run import INTACT
from flake8_ocs_status.fate.values import Interval, Items, Partial, Repeater, Several, Value
from flake8_ocs_status.fate.values.elements import element_of
from flake8_ocs_status.fate.values.knowledge import unknown_from
from flake8_ocs_status.fate.values.states import Flow, Paths, State

MOST_ROUNDS = 12
ROUNDS_BEFORE_WIDENING = 6


def _only_mounts(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop does nothing but make adapters and mount them, each for a prefix of its own:
    ``for scheme in ("https://", "http://"): session.mount(scheme, adapter)``."""
    has_mount = False
    for statement in loop.body:
        match statement:
            case ast.Expr(ast.Call(ast.Attribute(attr="mount"))):
                has_mount = True
            case ast.Assign(value=ast.Call()) | ast.Expr(ast.Constant()):
                continue
            case _:
                return False
    return has_mount


class Loops(Growing):
    """Adds loops."""

    def while_loop(self, node: ast.While, state: State, flow: Flow) -> None:
        def head(here: State) -> tuple[Paths, Paths]:
            return self.branch(node.test, here)

        self.loop(node, [state], head, flow)

    def for_loop(self, node: ast.For | ast.AsyncFor, state: State, flow: Flow) -> None:
        fed = self.surroundings.feeds_requests(node, self.focus)
        varies = self.surroundings.may_vary(node)
        endless = self.is_endless(node.iter)
        for iterable, start in self.iterables(node.iter, state):
            if self.is_generated(iterable):
                assert isinstance(iterable, Partial)
                self.loop_through(node, iterable, start, flow)
                continue
            self.look_into(iterable, node, start)
            if isinstance(iterable, Items) and len(iterable.values) <= MOST_ROUNDS and _only_mounts(node):
                self.each_round(node, iterable.values, start, flow)
                continue
            certain = self.truth_of(iterable) if isinstance(iterable, (Items, Interval, Several)) else None
            # What is done with each of several futures is a call of its own.
            feeds = fed or (isinstance(iterable, Several) and isinstance(iterable.element, Partial))
            first = True

            def head(
                here: State, iterable: Value = iterable, certain: bool | None = certain, feeds: bool = feeds
            ) -> tuple[Paths, Paths]:
                nonlocal first
                entering, leaving = Paths(), Paths()
                if isinstance(iterable, Repeater) and here.live and not first:
                    # The attempt went well: what it repeats, it has repeated where its block ended.
                    leaving.add(here)
                    return entering, leaving
                if certain is not False:
                    if feeds and here.live and not first:
                        self.end(Ending.NEXT_ITEM)
                    else:
                        inside = here.copy()
                        if varies and not first:
                            inside.values.pop(INTACT, None)
                        self.bind_target(node.target, element_of(iterable), inside)
                        entering.add(inside)
                if not endless and not (first and certain):
                    leaving.add(here)
                first = False
                return entering, leaving

            self.loop(node, [start], head, flow, certain=certain is True)

    def each_round(self, node: ast.For | ast.AsyncFor, values: Sequence[Value], state: State, flow: Flow) -> None:
        """Execute a loop round by round, each with the value that it has."""
        states = Paths(state)
        for value in values:
            arriving, states = list(states), Paths()
            for here in arriving:
                self.bind_target(node.target, value, here)
                inner = self.block(node.body, [here])
                states.add_all(inner.next)
                flow.absorb_exits(inner)
        after = self.block(node.orelse, list(states))
        flow.next.add_all(after.next)
        flow.absorb_exits(after)

    def is_endless(self, iterable: ast.expr) -> bool:
        """Whether this goes on for ever: ``itertools.count()``, ``itertools.repeat(None)``."""
        if not isinstance(iterable, ast.Call):
            return False
        path = self.module.dotted(iterable.func)
        only_value = len(iterable.args) == 1 and not iterable.keywords
        return path == "itertools.count" or (path == "itertools.repeat" and only_value)

    def loop(
        self,
        node: ast.While | ast.For | ast.AsyncFor,
        states: Sequence[State],
        head: Callable[[State], tuple[Paths, Paths]],
        flow: Flow,
        certain: bool = False,
    ) -> None:
        """Execute a loop until the states at its head stay the same; ``certain``: it has one round at least, so that
        nothing is left of what was before it."""
        seen = Paths()
        pending = list(states)
        exhausted = Paths()
        for round_number in range(MOST_ROUNDS):
            arriving = Paths(*pending)
            pending = []
            for state in arriving:
                known = seen.live if state.live else seen.before
                merged = state if known is None else known.joined(state)
                if known is not None and merged == known:
                    continue
                if known is not None and round_number >= ROUNDS_BEFORE_WIDENING:
                    merged = _widened(known, merged)
                if round_number or not certain:
                    if merged.live:
                        seen.live = merged.copy()
                    else:
                        seen.before = merged.copy()
                entering, leaving = head(merged)
                exhausted.add_all(leaving)
                if entering:
                    inner = self.block(node.body, list(entering))
                    pending.extend(inner.next)
                    pending.extend(inner.continues)
                    flow.next.add_all(inner.breaks)
                    flow.returns.extend(inner.returns)
                    flow.raises.extend(inner.raises)
            if not pending:
                break
        if exhausted:
            after = self.block(node.orelse, list(exhausted))
            flow.next.add_all(after.next)
            flow.absorb_exits(after)


def _widened(before: State, after: State) -> State:
    """Give up on every name that is still changing, so that the loop comes to rest."""
    values = {
        key: value if before.values.get(key) == value or key.startswith("#") else unknown_from(value)
        for key, value in after.values.items()
    }
    return State(values, after.live)
