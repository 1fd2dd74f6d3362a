"""The abstract executor: statements, and the ways into and out of them.

Every statement takes one state and gives a :class:`Flow`: where the paths come out. Splitting and joining is done by
:class:`Paths` alone, for every kind of control flow.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from flake8_ocs_status.fate.environment.injected import injected
from flake8_ocs_status.fate.exchange.record import Ending, comparable
from flake8_ocs_status.fate.executor.beginnings import Beginnings
from flake8_ocs_status.fate.executor.instances import comparable_in, held_by
from flake8_ocs_status.fate.executor.patterns import Matching, match_pattern
from flake8_ocs_status.fate.executor.run import Frame, Outcomes
from flake8_ocs_status.fate.executor.sending import ANSWER
from flake8_ocs_status.fate.values import NONE, UNKNOWN, About, Class, Function, Items, Object, Several, Value
from flake8_ocs_status.fate.values.knowledge import about, holds_response, is_given_by_others
from flake8_ocs_status.fate.values.operators import binary
from flake8_ocs_status.fate.values.states import Flow, Paths, State
from flake8_ocs_status.program.scopes import FunctionNode, all_arguments


class Executor(Beginnings):
    """Executes functions and modules abstractly.

    A method that takes a node, a state and a flow executes the kind of statement that it is called after, and lets the
    flow know where its paths come out; which one that is says the table at the end.
    """

    def run_module(self, state: State) -> Flow:
        """Execute the module's own statements."""
        self.frames.append(Frame(self.module.tree, self.surroundings, 0))
        flow = self.outermost(self.wanted(self.module.tree.body), state)
        self.finish(flow)
        return flow

    def run_function(self, node: FunctionNode, state: State, instance: Value | None = None) -> Flow:
        """Execute a function as the one under study, with parameters that nobody in sight passes.

        ``instance`` is what a method is called on, if not just any instance of its class.
        """
        self.frames.append(Frame(node, self.surroundings, 0))
        self.bind_own_parameters(node, state, instance or self.surroundings.bound_instance(node))
        if isinstance(node, ast.Lambda):
            flow = Flow()
            self.raised = flow.raises
            flow.returns.extend(self.evaluate(node.body, state))
        else:
            flow = self.outermost(self.wanted(node.body), state)
        self.finish(flow)
        return flow

    def wanted(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements under study: those up to the last call that is waited for, where one is."""
        last = self.last_watched
        return body if last is None else [statement for statement in body if statement.lineno <= last.lineno]

    def bind_own_parameters(self, node: FunctionNode, state: State, bound: Value | None) -> None:
        """Store what is known of the parameters of the function under study."""
        owner = self.surroundings.class_of_function(node) if getattr(node, "name", "") == "__init__" else None
        for index, parameter in enumerate(all_arguments(node.args)):
            given = bound if index == 0 and bound is not None else injected(parameter, node, self.world)
            if given != UNKNOWN:
                value: Value = given
            else:
                value = self.surroundings.value_of_annotation(parameter.annotation, parameter.arg)
                if owner is not None and (value == UNKNOWN or is_given_by_others(value) or self.is_abstract(value)):
                    given = self.world.argument_of(owner, parameter.arg)
                    value = given if value == UNKNOWN or isinstance(given, Object) else value
                elif value == UNKNOWN or self.is_abstract(value):
                    value = self.value_given(node, parameter.arg, value)
            state.values[f"0:{parameter.arg}"] = value

    def value_given(self, node: FunctionNode, parameter: str, value: Value) -> Value:
        """What is known of a parameter whose annotation does not tell."""
        client = self.world.client_given(node, parameter)
        if client != UNKNOWN or isinstance(node, ast.Lambda):
            return client
        if parameter not in self.surroundings.names_with_methods.get(node, ()):
            return value
        given = self.world.object_given(node, parameter)
        return value if given == UNKNOWN else given

    def is_abstract(self, value: Value) -> bool:
        """Whether this is an object of which only an abstract class is known."""
        kind = value.kind if isinstance(value, Object) else None
        return isinstance(kind, ast.ClassDef) and self.world.home_of(kind).is_abstract(kind)

    def finish(self, flow: Flow) -> None:
        """Note how the live paths of the function under study end."""
        if self.fate is None:
            return
        for end in [*flow.next, *(state for _, state in flow.returns), *(state for _, state in flow.raises)]:
            if any(key.endswith(ANSWER) and holds_response(value) for key, value in end.values.items()):
                # Somebody else may ask the connection for it.
                self.fate.looked = self.fate.open = self.fate.handed_on = True
        for value, state in flow.returns:
            if state.live:
                self.returned(value, state)
        if flow.next.live is not None:
            self.returned(NONE, flow.next.live)
        for raised, state in flow.raises:
            if not state.live:
                continue
            if raised.kind == "builtins.SystemExit":
                # What it says on the way out is told apart like any other exception.
                self.end(Ending.EXITS, None if raised.origin is None else id(raised.origin))
                continue
            self.end(Ending.RAISES, comparable(raised))
            if raised.origin is not None:
                self.fate.ended_at.add(raised.origin)
            self.fate.empty_body_parsed = self.fate.empty_body_parsed or raised.empty_body
            if raised.about >= About.DECISION or raised.library is not None:
                self.fate.looked = self.fate.checked = True

    def returned(self, value: Value, state: State) -> None:
        """Note that the function under study returns this value on a live path."""
        assert self.fate is not None
        for held in held_by(value, state):
            level = about(held)
            if level >= About.DECISION or holds_response(held):
                self.fate.looked = self.fate.told_apart = True
                if holds_response(held) or level == About.STATUS:
                    self.fate.open = self.fate.handed_on = True
        self.end(Ending.RETURNS, comparable_in(value, state))

    def run_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef, state: State) -> Outcomes:
        flow = self.block(node.body, [state])
        outcomes = [(self.with_captured(value, after), after) for value, after in flow.returns]
        mine = self.surroundings.local_keys(node, self.frames[-1].depth)
        for _, after in [*flow.raises, *flow.returns]:
            after.forget_all(mine)
        for after in flow.next:
            after.forget_all(mine)
        self.raised.extend(flow.raises)
        outcomes.extend((NONE, after) for after in flow.next)
        return self.settled(outcomes)

    def block(self, body: Sequence[ast.stmt], states: Sequence[State]) -> Flow:
        """Execute statements one after the other."""
        result = Flow()
        current = Paths(*states)
        for statement in body:
            following = Paths()
            for state in current:
                flow = self.statement(statement, state)
                following.add_all(flow.next)
                result.absorb_exits(flow)
            current = following
            if statement in self.last_to_send:
                current.before = None
            if not current:
                break
        result.next = current
        return result

    def statement(self, node: ast.stmt, state: State) -> Flow:
        """Execute one statement."""
        self.step()
        handler = _HANDLERS.get(type(node))
        flow = Flow()
        before, self.raised = self.raised, flow.raises
        outer = self.current
        if len(self.frames) == 1:
            self.current = node
        try:
            if handler is None:
                flow.next.add(state)
            else:
                handler(self, node, state, flow)
        finally:
            self.raised = before
            self.current = outer
        return flow

    def expression_statement(self, node: ast.Expr, state: State, flow: Flow) -> None:
        if not isinstance(node.value, ast.Constant):
            for _, after in self.evaluate(node.value, state):
                flow.next.add(after)
        else:
            flow.next.add(state)

    def assignment(self, node: ast.Assign, state: State, flow: Flow) -> None:
        for value, after in self.evaluate(node.value, state):
            self.reach_assignment(node, value, after)
            for target in node.targets:
                self.bind_target(target, value, after)
            flow.next.add(after)

    def annotated_assignment(self, node: ast.AnnAssign, state: State, flow: Flow) -> None:
        if node.value is None:
            flow.next.add(state)
            return
        for value, after in self.evaluate(node.value, state):
            self.reach_assignment(node, value, after)
            self.bind_target(node.target, value, after)
            flow.next.add(after)

    def augmented_assignment(self, node: ast.AugAssign, state: State, flow: Flow) -> None:
        for left, middle in self.evaluate(node.target, state):
            for right, after in self.evaluate(node.value, middle):
                value = binary(node.op, left, right)
                self.reach(node, after)
                if isinstance(left, (Items, Several)) and left.place is not None:
                    self.grow_by(left, right, node.target, after)
                    flow.next.add(after)
                    continue
                self.bind_target(node.target, value, after)
                flow.next.add(after)

    def reach_assignment(self, node: ast.stmt, value: Value, state: State) -> None:
        """Note a reached assignment; storing the answer or a verdict on it is not yet something that is done."""
        if about(value) == About.NOTHING:
            self.reach(node, state)

    def delete(self, node: ast.Delete, state: State, flow: Flow) -> None:
        self.reach(node, state)
        flow.next.add(state)

    def definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef, state: State, flow: Flow) -> None:
        value: Value = Function(node) if self.surroundings.is_followed(node) else UNKNOWN
        self.bind_name(node.name, self.surroundings.scope_around(node), node, value, state)
        flow.next.add(state)

    def class_definition(self, node: ast.ClassDef, state: State, flow: Flow) -> None:
        self.bind_name(node.name, self.surroundings.scope_around(node), node, Class(node), state)
        flow.next.add(state)

    def returning(self, node: ast.Return, state: State, flow: Flow) -> None:
        if self.frames[-1].depth == 0:
            self.leave_at(node, state)
        if node.value is None:
            flow.returns.append((NONE, state))
        else:
            flow.returns.extend(self.evaluate(node.value, state))

    def breaking(self, node: ast.Break, state: State, flow: Flow) -> None:
        flow.breaks.add(state)

    def continuing(self, node: ast.Continue, state: State, flow: Flow) -> None:
        flow.continues.add(state)

    def conditional_statement(self, node: ast.If, state: State, flow: Flow) -> None:
        holds, fails = self.branch(node.test, state)
        for paths, body in ((holds, node.body), (fails, node.orelse)):
            if paths:
                inner = self.branch_block(body, list(paths))
                flow.next.add_all(inner.next)
                flow.absorb_exits(inner)

    def matching(self, node: ast.Match, state: State, flow: Flow) -> None:
        for subject, before in self.evaluate(node.subject, state):
            remaining: list[State] = [before]
            for case in node.cases:
                following = Paths()
                for here in remaining:
                    result = match_pattern(case.pattern, subject, here, self)
                    if about(subject) >= About.DECISION:
                        self.look(subject, case.pattern, here)
                    if result is Matching.NO:
                        following.add(here)
                        continue
                    inside = here.copy() if result is Matching.MAYBE else here
                    if result is Matching.MAYBE:
                        following.add(here)
                    entered = Paths(inside)
                    if case.guard is not None:
                        entered, refused = self.branch(case.guard, inside)
                        following.add_all(refused)
                    if entered:
                        inner = self.block(case.body, list(entered))
                        flow.next.add_all(inner.next)
                        flow.absorb_exits(inner)
                remaining = list(following)
            flow.next.add_all(remaining)


_HANDLERS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Expr: Executor.expression_statement,
    ast.Assign: Executor.assignment,
    ast.AnnAssign: Executor.annotated_assignment,
    ast.AugAssign: Executor.augmented_assignment,
    ast.Delete: Executor.delete,
    ast.FunctionDef: Executor.definition,
    ast.AsyncFunctionDef: Executor.definition,
    ast.ClassDef: Executor.class_definition,
    ast.Return: Executor.returning,
    ast.Raise: Executor.raising,
    ast.Assert: Executor.asserting,
    ast.Break: Executor.breaking,
    ast.Continue: Executor.continuing,
    ast.If: Executor.conditional_statement,
    ast.Match: Executor.matching,
    ast.While: Executor.while_loop,
    ast.For: Executor.for_loop,
    ast.AsyncFor: Executor.for_loop,
    ast.Try: Executor.trying,
    ast.With: Executor.with_statement,
    ast.AsyncWith: Executor.with_statement,
}
if hasattr(ast, "TryStar"):
    _HANDLERS[ast.TryStar] = Executor.trying
