"""Statements: how the paths through a function split and join.

Loops and ``try`` need no second round: what their bodies may change is forgotten where a path may come from the middle
of them, and what they cannot change is a fact that holds all the way.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from flake8_ocs_status.positions.witnesses import last_name
from flake8_ocs_status.possible.bindings import (
    NO_RESPONSES,
    STATUS_ITSELF,
    STATUSES_OF_RESPONSE,
    bind,
    forget_target,
)
from flake8_ocs_status.possible.cases import Cases
from flake8_ocs_status.possible.caught import learn_caught
from flake8_ocs_status.possible.clients import note_removal
from flake8_ocs_status.possible.conditions import Place
from flake8_ocs_status.possible.paths import names_bound_by
from flake8_ocs_status.possible.senders import kind_of_annotation
from flake8_ocs_status.possible.states import State, joined
from flake8_ocs_status.program.scopes import FunctionNode, all_arguments
from flake8_ocs_status.transport.callees import words

# The symbols of what the parameters of a function hold, by the names of the statuses in them.
Seeds = dict[str, dict[str, ast.AST]]

# Calls that never come back.
_ENDING = words(
    """
    sys.exit os._exit os.abort builtins.exit builtins.quit pytest.fail pytest.skip pytest.exit pytest.xfail
    typing.assert_never typing_extensions.assert_never
    """
)
_ENDING_METHODS = frozenset({"fail", "skipTest"})
# Context managers that let every exception through.
_TRANSPARENT = words(
    """
    open closing aclosing urlopen lock Lock timeout nullcontext Session session ClientSession Client AsyncClient
    TestClient TemporaryDirectory NamedTemporaryFile subTest get post put patch delete head options request stream
    """
)


class Walk(Cases):
    """Walks through one function, or the statements of a module."""

    _breaks: list[list[State]]
    exits: list[tuple[ast.expr | None, State]]

    def function(
        self, node: FunctionNode, seeds: Seeds | None = None, lasting: frozenset[str] = frozenset()
    ) -> State | None:
        """Walk through a function; gives the state in which its last statement leaves it. ``exits`` are all its ends:
        what is returned, and the state.

        ``seeds`` are symbols for what its parameters are handed, ``lasting`` the paths that nobody else binds anew.
        """
        self._breaks = []
        self.exits = []
        kinds = self.readings.helpers.known_at_start(self.module, node) if not lasting else {}
        state = State(kinds=kinds, lasting=lasting or frozenset(kinds))
        for parameter in all_arguments(node.args):
            kind = kind_of_annotation(self.module, parameter.annotation)
            if kind is not None:
                state.kinds[parameter.arg] = kind
            if not seeds and parameter.arg not in NO_RESPONSES:
                self.readings.introduce(parameter.arg, state)
        for parameter_name, symbols in (seeds or {}).items():
            for name, symbol in symbols.items():
                state.symbols[f"{parameter_name}.{name}" if name else parameter_name] = symbol
        if isinstance(node, ast.Lambda):
            end: State | None = self.value(node.body, state)
            self.exits.append((node.body, state))
        else:
            end = self.block(node.body, state)
            if end is not None:
                self.exits.append((None, end))
        return end

    @staticmethod
    def seeds(node: FunctionNode) -> Seeds:
        """Symbols for the statuses in what a function is handed."""
        found: Seeds = {}
        for parameter in all_arguments(node.args):
            if parameter.arg not in NO_RESPONSES:
                found[parameter.arg] = {name: ast.Pass() for name in (*STATUSES_OF_RESPONSE, STATUS_ITSELF)}
                # Whoever asks for the one does not ask for the other.
                found[parameter.arg]["status"] = found[parameter.arg]["status_code"]
        return found

    def statements(self, body: Sequence[ast.stmt]) -> State | None:
        """Walk through the statements of a module."""
        self._breaks = []
        self.exits = []
        return self.block(body, State())

    def block(self, body: Sequence[ast.stmt], state: State | None) -> State | None:
        """Execute statements one after the other, as far as they can be reached."""
        for statement in body:
            if state is None:
                break
            handler = _HANDLERS.get(type(statement))
            if handler is not None:
                state = handler(self, statement, state)
        return state

    # Simple statements

    def expression(self, node: ast.Expr, state: State) -> State | None:
        state = self.value(node.value, state)
        call = node.value
        if isinstance(call, ast.Call) and (self.module.dotted(call.func) in _ENDING or _is_ending_method(call.func)):
            return None
        if isinstance(call, ast.Await):
            call = call.value
        if isinstance(call, ast.Call) and self.readings.helpers.never_returns(self.module, call):
            return None
        return state

    def assignment(self, node: ast.Assign, state: State) -> State:
        state = self.value(node.value, state)
        for target in node.targets:
            bind(self.readings, target, node.value, state)
        return state

    def annotated(self, node: ast.AnnAssign, state: State) -> State:
        if node.value is not None:
            state = self.value(node.value, state)
            bind(self.readings, node.target, node.value, state)
        return state

    def augmented(self, node: ast.AugAssign, state: State) -> State:
        state = self.value(node.value, state)
        forget_target(self.module, node.target, state)
        return state

    def deletion(self, node: ast.Delete, state: State) -> State:
        for target in node.targets:
            note_removal(self.readings, target, state)
            forget_target(self.module, target, state)
        return state

    def definition(self, node: ast.stmt, state: State) -> State:
        for name in names_bound_by(node):
            state.forget(name)
        return state

    def leaving(self, node: ast.Return | ast.Raise, state: State) -> None:
        if isinstance(node, ast.Return):
            self.exits.append((node.value, self.value(node.value, state)))
        else:
            self.value(node.cause, self.value(node.exc, state))

    def breaking(self, node: ast.Break, state: State) -> None:
        self._breaks[-1].append(state)

    def continuing(self, node: ast.Continue, state: State) -> None:
        """The loop's head has forgotten what its body may change."""

    # Branches

    def assertion(self, node: ast.Assert, state: State) -> State | None:
        true, false = self.root(node.test, Place.ASSERTION, node, state)
        if false is not None:
            self.value(node.msg, false)
        return true

    def branch(self, node: ast.If, state: State) -> State | None:
        true, false = self.root(node.test, Place.IF, node, state)
        return joined(self.block(node.body, true), self.block(node.orelse, false))

    def while_loop(self, node: ast.While, state: State) -> State | None:
        self.effects([node.test, *node.body]).apply(state)
        true, false = self.root(node.test, Place.LOOP, node, state)
        breaks = self._looped(node.body, true)
        return joined(self.block(node.orelse, false), *breaks)

    def for_loop(self, node: ast.For | ast.AsyncFor, state: State) -> State | None:
        state = self.value(node.iter, state)
        self.effects([node.target, *node.body]).apply(state)
        if isinstance(node, ast.AsyncFor):
            state.forget_shared()
        inside = state.copy()
        if isinstance(node.target, ast.Name):
            self.readings.introduce(node.target.id, inside)
        breaks = self._looped(node.body, inside)
        return joined(self.block(node.orelse, state), *breaks)

    def _looped(self, body: Sequence[ast.stmt], state: State | None) -> list[State]:
        """Execute the body of a loop; gives the states in which it breaks off."""
        self._breaks.append([])
        self.block(body, state)
        return self._breaks.pop()

    def attempt(self, node: ast.Try, state: State) -> State | None:
        broken = len(self._breaks[-1]) if self._breaks else 0
        interrupted = state.copy()
        self.effects(node.body).apply(interrupted)
        anywhere = interrupted.copy()
        after = [self.block(node.orelse, self.block(node.body, state))]
        for handler in node.handlers:
            caught = self.value(handler.type, interrupted.copy())
            if handler.name is not None:
                caught.forget(handler.name)
                learn_caught(self.readings, handler, node.body, caught)
            after.append(self.block(handler.body, caught))
        result = joined(*after)
        if not node.finalbody:
            return result
        if not self.silent:
            self.effects([*node.handlers, *node.orelse]).apply(anywhere)
            self.block(node.finalbody, anywhere)
        if self._breaks:
            for one in self._breaks[-1][broken:]:
                self.effects(node.finalbody).apply(one)
        return self._silently(node.finalbody, result)

    def _silently(self, body: Sequence[ast.stmt], state: State | None) -> State | None:
        """Execute what has been looked at already."""
        before, self.silent = self.silent, True
        try:
            return self.block(body, state)
        finally:
            self.silent = before

    def context(self, node: ast.With | ast.AsyncWith, state: State) -> State | None:
        swallows = False
        for item in node.items:
            state = self.value(item.context_expr, state)
            swallows = swallows or not self._is_transparent(item.context_expr)
            if item.optional_vars is not None:
                bind(self.readings, item.optional_vars, item.context_expr, state)
        if isinstance(node, ast.AsyncWith):
            state.forget_shared()
        if not swallows:
            return self.block(node.body, state)
        interrupted = state.copy()
        self.effects(node.body).apply(interrupted)
        return joined(self.block(node.body, state), interrupted)

    @staticmethod
    def _is_transparent(manager: ast.expr) -> bool:
        if isinstance(manager, ast.Await):
            manager = manager.value
        name = last_name(manager)
        return name is not None and name in _TRANSPARENT

    def choice(self, node: ast.Match, state: State) -> State | None:
        state = self.value(node.subject, state)
        after: list[State | None] = []
        going: State | None = state
        for case in node.cases:
            if going is None:
                break
            matched, going = self.matched(case, node.subject, going)
            if matched is not None and case.guard is not None:
                matched, refused = self.root(case.guard, Place.IF, case, matched)
                going = joined(going, refused)
            after.append(self.block(case.body, matched))
        return joined(going, *after)


_HANDLERS: dict[type[ast.stmt], Callable[[Walk, Any, State], State | None]] = {
    ast.AnnAssign: Walk.annotated,
    ast.Assert: Walk.assertion,
    ast.Assign: Walk.assignment,
    ast.AsyncFor: Walk.for_loop,
    ast.AsyncFunctionDef: Walk.definition,
    ast.AsyncWith: Walk.context,
    ast.AugAssign: Walk.augmented,
    ast.Break: Walk.breaking,
    ast.ClassDef: Walk.definition,
    ast.Continue: Walk.continuing,
    ast.Delete: Walk.deletion,
    ast.Expr: Walk.expression,
    ast.For: Walk.for_loop,
    ast.FunctionDef: Walk.definition,
    ast.If: Walk.branch,
    ast.Import: Walk.definition,
    ast.ImportFrom: Walk.definition,
    ast.Match: Walk.choice,
    ast.Raise: Walk.leaving,
    ast.Return: Walk.leaving,
    ast.Try: Walk.attempt,
    ast.While: Walk.while_loop,
    ast.With: Walk.context,
}
if hasattr(ast, "TryStar"):
    _HANDLERS[ast.TryStar] = Walk.attempt


def _is_ending_method(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in _ENDING_METHODS
        and isinstance(function.value, ast.Name)
        and function.value.id == "self"
    )
