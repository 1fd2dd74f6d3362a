"""Where a variable is used, and which numbers are passed where: indexes over one module, built when asked for."""

from __future__ import annotations

import ast
from functools import cached_property

from flake8_ocs_status.catalogue.constants import is_known_status
from flake8_ocs_status.positions.witnesses import integer_of, last_name
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FUNCTIONS, FunctionNode, Scope
from flake8_ocs_status.transport.callees import TELLING_STATUSES

MOST_USES = 40


class Uses:
    """The uses of names, functions and argument places in one module."""

    def __init__(self, module: Module) -> None:
        self._module = module

    @cached_property
    def _loads(self) -> dict[str, list[ast.Name]]:
        found: dict[str, list[ast.Name]] = {}
        for name in self._module.nodes(ast.Name):
            if isinstance(name.ctx, ast.Load):
                found.setdefault(name.id, []).append(name)
        return found

    def of(self, name: str, owner: Scope) -> list[ast.Name]:
        """The places that read the variable ``name`` of the scope ``owner``; empty when there are too many to judge."""
        places = self._loads.get(name, [])
        if len(places) > MOST_USES:
            places = []
        return [place for place in places if self._module.scope_of(place).owner_of(name) is owner]

    @cached_property
    def _functions(self) -> dict[str, list[FunctionNode]]:
        found: dict[str, list[FunctionNode]] = {}
        for function in self._module.nodes(ast.FunctionDef):
            found.setdefault(function.name, []).append(function)
        for coroutine in self._module.nodes(ast.AsyncFunctionDef):
            found.setdefault(coroutine.name, []).append(coroutine)
        return found

    def called(self, call: ast.Call) -> tuple[FunctionNode, bool] | None:
        """The function of this module that ``call`` calls, and whether its first parameter is bound already.

        Names are looked up, methods of ``self`` and ``cls`` too; another method counts when the module has one of
        that name only.
        """
        function = call.func
        if isinstance(function, ast.Name):
            bindings = self._module.scope_of(function).lookup(function.id)
            if len(bindings) != 1:
                return None
            definition = bindings[0].node
            if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return definition, False
            if isinstance(definition, ast.ClassDef):
                return self._constructor(definition)
            if isinstance(bindings[0].value, ast.Lambda):
                return bindings[0].value, False
            return None
        if not isinstance(function, ast.Attribute) or self._module.dotted(function) is not None:
            return None
        named = self._functions.get(function.attr, [])
        if isinstance(function.value, ast.Call) and last_name(function.value) == "super":
            return None
        return (named[0], True) if len(named) == 1 and self._is_method(named[0]) else None

    def _constructor(self, definition: ast.ClassDef) -> tuple[FunctionNode, bool] | None:
        for statement in definition.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                return statement, True
        return None

    def _is_method(self, function: FunctionNode) -> bool:
        return isinstance(self._module.parents.get(function), ast.ClassDef)

    @cached_property
    def _passed(self) -> dict[tuple[str, int], set[int]]:
        """The integers that are passed to callees of a name, by position."""
        found: dict[tuple[str, int], set[int]] = {}
        for call in self._module.nodes(ast.Call):
            name = last_name(call.func)
            if name is None:
                continue
            for position, argument in enumerate(call.args):
                members = argument.elts if isinstance(argument, (ast.List, ast.Tuple, ast.Set)) else [argument]
                for member in members:
                    value = integer_of(member)
                    if value is not None:
                        found.setdefault((name, position), set()).add(value)
        return found

    @cached_property
    def _strange_places(self) -> frozenset[tuple[str, int]]:
        return frozenset(place for place, values in self._passed.items() if not all(map(is_known_status, values)))

    def passes_only_statuses(self, name: str, position: int) -> bool:
        """Whether every integer that callees of this name get at this position is a status."""
        return (name, position) not in self._strange_places

    def passes_telling_statuses(self, name: str, position: int) -> bool:
        """As :meth:`passes_only_statuses`, and one of them is hardly ever anything but a status."""
        telling = not TELLING_STATUSES.isdisjoint(self._passed.get((name, position), ()))
        return telling and self.passes_only_statuses(name, position)

    def function_around(self, node: ast.AST) -> FunctionNode | None:
        """The function that a ``return`` inside it belongs to."""
        current = self._module.parents.get(node)
        while current is not None and not isinstance(current, FUNCTIONS):
            if isinstance(current, ast.ClassDef):
                return None
            current = self._module.parents.get(current)
        return current if isinstance(current, FUNCTIONS) else None

    @cached_property
    def _returns(self) -> dict[ast.AST, list[ast.Return]]:
        found: dict[ast.AST, list[ast.Return]] = {}
        for statement in self._module.nodes(ast.Return):
            function = self.function_around(statement)
            if function is not None:
                found.setdefault(function, []).append(statement)
        return found

    def returned_tuples(self, function: ast.AST) -> list[ast.Tuple]:
        """The tuples that the function returns."""
        return [
            statement.value for statement in self._returns.get(function, []) if isinstance(statement.value, ast.Tuple)
        ]
