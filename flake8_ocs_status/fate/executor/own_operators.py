"""What operators and texts make of the objects of the project's classes: what the classes themselves say."""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.executor.repeating import Repeating
from flake8_ocs_status.fate.executor.run import Keywords, Outcomes
from flake8_ocs_status.fate.values import Symbol, Value
from flake8_ocs_status.fate.values.states import State

_METHODS: dict[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.Div: "__truediv__",
    ast.FloorDiv: "__floordiv__",
    ast.Mod: "__mod__",
    ast.BitOr: "__or__",
}


class OwnOperators(Repeating):
    """Adds operators and texts of objects."""

    def operation(self, node: ast.BinOp, left: Value, right: Value, state: State) -> Outcomes:
        says = self.own_method(left, _METHODS.get(type(node.op), ""))
        if says is None:
            return super().operation(node, left, right, state)
        return self.apply(says, (right,), {}, self.surroundings.property_call(node), state)

    def call_symbol(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        if function.path == "builtins.str" and len(arguments) == 1 and not keywords:
            says = self.own_method(arguments[0], "__str__")
            if says is not None:
                return self.apply(says, (), {}, node, state)
        return super().call_symbol(function, arguments, keywords, node, state)

    def formatted_text(self, value: Value, node: ast.FormattedValue, state: State) -> Outcomes:
        says = self.own_method(value, "__str__")
        is_plain = node.format_spec is None and node.conversion in {-1, ord("s")}
        if says is None or not is_plain or self.own_method(value, "__format__") is not None:
            return super().formatted_text(value, node, state)
        return self.apply(says, (), {}, self.surroundings.property_call(node), state)
