"""Exceptions: raising, handling, cleaning up."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from flake8_ocs_status.fate.executor.decorated import Decorated
from flake8_ocs_status.fate.executor.models import exception_from
from flake8_ocs_status.fate.executor.run import CAUGHT, CLEANING_UP, NOTHING_PARSED, lose_certainty
from flake8_ocs_status.fate.policies.catching import Catch, catches
from flake8_ocs_status.fate.values import Class, Function, Known, Object, Raised, Symbol, Value
from flake8_ocs_status.fate.values.knowledge import about
from flake8_ocs_status.fate.values.states import Flow, Paths, State, joined_raises, raised_together
from flake8_ocs_status.transport.exceptions import canonical


class Guarded(Decorated):
    """Adds the statements through which exceptions go."""

    def raising(self, node: ast.Raise, state: State, flow: Flow) -> None:
        if node.exc is None:
            current = state.values.get("#handled")
            self.throw(current if isinstance(current, Raised) else Raised(None), state)
            return
        if isinstance(node.exc, ast.Call):
            for raised, after in self.constructed_exception(node.exc, state):
                self.throw(replace(raised, origin=node), after)
            return
        for value, after in self.evaluate(node.exc, state):
            self.throw(replace(exception_of(value), origin=node), after)

    def constructed_exception(self, call: ast.Call, state: State) -> list[tuple[Raised, State]]:
        """The exceptions of ``raise Error(…)``: whatever the class is, it carries what it is given."""
        results: list[tuple[Raised, State]] = []
        for function, middle in self.evaluate(call.func, state):
            for arguments, keywords, after in self.arguments(call, middle):
                if isinstance(function, (Class, Function)):
                    made = self.apply(function, arguments, keywords, call, after)
                    results.extend((exception_of(value), last) for value, last in made)
                else:
                    carried = self.taken_along((*arguments, *keywords.values()), after)
                    # Which class it is may have been picked by the status.
                    self.flow_out(function, call, after)
                    kind = canonical(function.path) if isinstance(function, Symbol) else None
                    results.append((exception_from(kind, arguments, keywords, carried), after))
        return results

    def asserting(self, node: ast.Assert, state: State, flow: Flow) -> None:
        holds, fails = self.branch(node.test, state)
        flow.next.add_all(holds)
        for after in fails:
            self.reach(node, after)
            self.throw(Raised("builtins.AssertionError"), after)

    def trying(self, node: ast.Try, state: State, flow: Flow) -> None:
        inner = Flow()
        self.collectors.append({})
        body = self.block(node.body, [state])
        possible = self.collectors.pop()
        inner.absorb_exits(Flow(Paths(), body.breaks, body.continues, body.returns))
        otherwise = self.block(node.orelse, list(body.next)) if node.orelse else Flow(next=body.next)
        inner.next.add_all(otherwise.next)
        inner.absorb_exits(otherwise)
        for raised, here in joined_raises(body.raises):
            self.handle(node.handlers, raised, here, inner, certain=True)
        for raised, paths in possible.items():
            for here in paths:
                self.handle(node.handlers, raised, here, inner, certain=False)
        if node.finalbody:
            inner = self.finally_after(node.finalbody, inner)
        flow.next.add_all(inner.next)
        flow.absorb_exits(inner)

    def handle(
        self, handlers: Sequence[ast.ExceptHandler], raised: Raised, state: State, flow: Flow, certain: bool
    ) -> None:
        """Let an exception arrive at the handlers; ``certain`` is False for one that only may have been raised."""
        for handler in handlers:
            verdict = self.catches(handler.type, raised, state)
            if verdict is Catch.NO:
                continue
            inside = state.copy() if verdict is Catch.MAYBE else state
            if not certain:
                lose_certainty(inside)
            elif inside.live:
                inside.values[CAUGHT] = Known(True)
                if raised.empty_body:
                    inside.values[NOTHING_PARSED] = Known(True)
            self.enter_handler(handler, raised, inside, flow)
            if verdict is Catch.YES:
                return
        if certain:
            flow.raises.append((raised, state))
        else:
            self.may_raise(raised, state)

    def catches(self, kind: ast.expr | None, raised: Raised, state: State) -> Catch:
        """Whether a handler with this type takes an exception."""
        if kind is None:
            return Catch.YES
        outcomes = self.evaluate(kind, state.copy())
        return catches(outcomes[0][0], raised, self.world.ancestry) if outcomes else Catch.MAYBE

    def enter_handler(self, handler: ast.ExceptHandler, raised: Raised, state: State, flow: Flow) -> None:
        """Execute a handler's body."""
        outer = state.values.get("#handled")
        state.values["#handled"] = raised
        if handler.name is not None:
            key = self.key_of(handler.name, self.module.scope_of(handler))
            if key is not None:
                state.values[key] = raised
        inner = self.block(handler.body, [state])
        for after in inner.next:
            if outer is None:
                after.values.pop("#handled", None)
            else:
                after.values["#handled"] = outer
        flow.next.add_all(inner.next)
        flow.absorb_exits(inner)

    def finally_after(self, body: Sequence[ast.stmt], flow: Flow) -> Flow:
        """Execute a ``finally`` on every way out; where it does not come to its end, its own way out wins."""
        result = Flow()

        def passed(state: State) -> Paths:
            begins = state.live and CLEANING_UP not in state.values
            if begins:
                state.values[CLEANING_UP] = Known(True)
            inner = self.block(body, [state])
            if begins:
                inner.forget(CLEANING_UP)
            result.absorb_exits(inner)
            return inner.next

        for state in flow.next:
            result.next.add_all(passed(state))
        for state in flow.breaks:
            result.breaks.add_all(passed(state))
        for state in flow.continues:
            result.continues.add_all(passed(state))
        for value, state in flow.returns:
            result.returns.extend((value, after) for after in passed(state))
        for together, state in raised_together(flow.raises):
            result.raises.extend((raised, after.copy()) for after in passed(state) for raised in together)
        return result


def exception_of(value: Value) -> Raised:
    """The exception that ``raise value`` raises."""
    if isinstance(value, Raised):
        return value
    if isinstance(value, Symbol):
        return Raised(canonical(value.path))
    if isinstance(value, Class):
        return Raised(value.node)
    if isinstance(value, Object) and isinstance(value.kind, ast.ClassDef):
        return Raised(value.kind)
    return Raised(None, about(value))
