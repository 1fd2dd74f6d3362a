"""What the functions of a module give back: a status, or a tuple with one at a place."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property

from flake8_ocs_status.positions.annotations import annotated_as_status
from flake8_ocs_status.positions.signatures import Signatures
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FUNCTIONS, FunctionNode

# A function with more returns than this is told by its first ones.
MOST_RETURNS = 16


class Results:
    """The values that functions return."""

    def __init__(self, module: Module, signatures: Signatures, status: Callable[[ast.AST], str | None]) -> None:
        """``status`` gives the witness that an expression is a status."""
        self._module = module
        self._signatures = signatures
        self._status = status

    def function_around(self, node: ast.AST) -> FunctionNode | None:
        """The function that a ``return`` inside it belongs to."""
        current = self._module.parents.get(node)
        while current is not None and not isinstance(current, FUNCTIONS):
            if isinstance(current, ast.ClassDef):
                return None
            current = self._module.parents.get(current)
        return current if isinstance(current, FUNCTIONS) else None

    @cached_property
    def _returns(self) -> dict[ast.AST, list[ast.expr]]:
        found: dict[ast.AST, list[ast.expr]] = {}
        for statement in self._module.nodes(ast.Return):
            function = self.function_around(statement)
            if function is not None and statement.value is not None:
                found.setdefault(function, []).append(statement.value)
        return found

    def returned(self, function: ast.AST) -> list[ast.expr]:
        """The values of the ``return`` statements of a function."""
        return self._returns.get(function, [])[:MOST_RETURNS]

    def returned_tuples(self, function: ast.AST) -> list[ast.Tuple]:
        """The tuples that the function returns."""
        return [value for value in self._returns.get(function, []) if isinstance(value, ast.Tuple)]

    def of_call(self, call: ast.Call) -> str | None:
        """The witness that a function of this module gives a status where it is called here."""
        function = self._signatures.function_of(call)
        return self.of_function(function) if function is not None else None

    def of_function(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
        """The witness that ``function`` returns a status."""
        declared = annotated_as_status(self._module, function.returns)
        return declared or next(filter(None, map(self._status, self.returned(function))), None)

    def member_of_call(self, call: ast.Call, index: int, size: int | None) -> str | None:
        """The witness that a status stands at ``index`` of the tuple that the call gives, of any size or this one."""
        function = self._signatures.function_of(call)
        return self.member_of_function(function, index, size) if function is not None else None

    def member_of_function(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, index: int, size: int | None
    ) -> str | None:
        """As :meth:`member_of_call`, for the tuples that ``function`` returns."""
        declared = annotated_as_status(self._module, function.returns, (index,))
        if declared:
            return declared
        rows = [
            row
            for row in self.returned_tuples(function)[:MOST_RETURNS]
            if len(row.elts) == size or (size is None and index < len(row.elts))
        ]
        return next(filter(None, (self._status(row.elts[index]) for row in rows)), None)
