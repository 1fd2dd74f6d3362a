"""Functions under decorators: those of libraries that repeat a call, and those of the project."""

from __future__ import annotations

import ast
from abc import abstractmethod
from dataclasses import replace

from flake8_ocs_status.fate.executor.own_operators import OwnOperators
from flake8_ocs_status.fate.executor.run import Frame, Keywords, Outcomes
from flake8_ocs_status.fate.values import UNKNOWN, Class, Function, Partial, Repeater, Role, Symbol, Value
from flake8_ocs_status.fate.values.knowledge import alternatives
from flake8_ocs_status.fate.values.states import Flow, State
from flake8_ocs_status.program.scopes import FunctionNode


class Decorated(OwnOperators):
    """Adds what decorators make of a function."""

    @abstractmethod
    def finish(self, flow: Flow) -> None:
        """Note how the live paths of the function under study end."""

    def run_decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef, state: State) -> None:
        """Execute a function as the one under study, through its decorators, as whoever calls it does."""
        bound = self.surroundings.bound_instance(node)
        signature = node.args
        parameters = [*signature.posonlyargs, *signature.args][0 if bound is None else 1 :]
        keywords: Keywords = {one.arg: self.value_of_parameter(one, node) for one in signature.kwonlyargs}
        if signature.vararg is not None or signature.kwarg is not None:
            keywords[None] = UNKNOWN
        self.root_call = self.surroundings.property_call(node.decorator_list[0])
        flow = Flow()
        self.raised = flow.raises
        arguments = tuple(self.value_of_parameter(one, node) for one in parameters)
        flow.returns.extend(self.inline(Function(node, bound), arguments, keywords, self.root_call, state))
        self.finish(flow)

    def value_of_parameter(self, parameter: ast.arg, node: FunctionNode) -> Value:
        """What is known of a parameter of the function under study."""
        value = self.surroundings.value_of_annotation(parameter.annotation, parameter.arg)
        return self.world.client_given(node, parameter.arg) if value == UNKNOWN else value

    def inline(
        self, function: Function, arguments: tuple[Value, ...], keywords: Keywords, call: ast.Call, state: State
    ) -> Outcomes:
        layers = self.world.home_of(function.node).layers(function.node)
        if function.beneath < len(layers):
            below = replace(function, beneath=function.beneath + 1)
            decorator, layer = layers[function.beneath]
            if isinstance(layer, Repeater) and layer.role is Role.DECORATOR:
                return self.repeated(layer, lambda: self.inline(below, arguments, keywords, call, state), state)
            made = self.decorated(decorator, layer, replace(below, bound=None, is_handed_in=True), state)
            return self.call_decorated(made, function.bound, arguments, keywords, call)
        if not function.captured:
            return super().inline(function, arguments, keywords, call, state)
        before = len(self.frames)
        for owner, names in function.captured:
            if all(frame.node is not owner for frame in self.frames):
                depth = len(self.frames)
                state.forget(f"{depth}:")
                self.frames.append(Frame(owner, self.world.home_of(owner), depth))  # type: ignore[arg-type]
                state.values.update({f"{depth}:{name}": value for name, value in names})
        try:
            return super().inline(function, arguments, keywords, call, state)
        finally:
            del self.frames[before:]

    def decorated(self, decorator: ast.expr, value: Value, function: Function, state: State) -> Outcomes:
        """What a decorator makes of a function: the one that it returns, where it is a function of the project."""
        if not isinstance(value, (Function, Symbol, Class)):
            return [(UNKNOWN, state)]
        return self.apply(value, (function,), {}, self.surroundings.property_call(decorator), state)

    def call_decorated(
        self,
        made: Outcomes,
        bound: Value | None,
        arguments: tuple[Value, ...],
        keywords: Keywords,
        call: ast.Call,
    ) -> Outcomes:
        """Call what a decorator made of a function."""
        if bound is not None:
            arguments = (bound, *arguments)
        outcomes: Outcomes = []
        for value, after in made:
            for one in alternatives(value):
                # An object is no method: it is called without the instance that it is read from.
                is_called = bound is None and self.own_method(one, "__call__") is not None
                if isinstance(one, (Function, Repeater, Partial)) or is_called:
                    outcomes.extend(self.apply(one, arguments, keywords, call, after))
                else:
                    outcomes.extend(self.call_unknown(arguments, keywords, call, after))
        return outcomes

    def with_captured(self, value: Value, state: State) -> Value:
        """A function that leaves the function that defines it, with the names that it takes along."""
        if not isinstance(value, Function) or value.captured:
            return value
        around: list[ast.AST] = []
        module = self.world.home_of(value.node).module
        outer = module.enclosing_function(module.parents[value.node])
        while outer is not None:
            around.append(outer)
            outer = module.enclosing_function(module.parents[outer])
        captured = []
        for frame in self.frames:
            if frame.node in around:
                start = f"{frame.depth}:"
                names = [(key.removeprefix(start), held) for key, held in state.values.items() if key.startswith(start)]
                captured.append((frame.node, tuple(sorted(names, key=lambda item: item[0]))))
        return replace(value, captured=tuple(captured))
