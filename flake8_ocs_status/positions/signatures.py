"""Which function or class of the module a call reaches, and which of its parameters an argument fills."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flake8_ocs_status.positions.witnesses import last_name
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode

# More bases than this, or an alias of an alias of an alias, is not followed.
MOST_BASES = 8
# What makes a constructor of the annotated names in a class body (dataclasses, attrs, pydantic, typing).
_FIELD_DECORATORS = frozenset({"attrs", "attrs.define", "dataclass", "define", "frozen", "mutable"})
_FIELD_BASES = frozenset({"BaseModel", "NamedTuple", "Struct"})


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters that a call fills: ``names`` by position, all of them of ``function``.

    ``function`` is None where the parameters are the annotated fields of a class. ``rest`` takes what is more:
    ``*accepted``.
    """

    function: FunctionNode | None
    names: tuple[str, ...]
    rest: str | None = None

    def name_at(self, position: int) -> str | None:
        """The parameter that the positional argument fills."""
        return self.names[position] if position < len(self.names) else None


class Signatures:
    """The functions and classes of one module, as its calls reach them."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._found: dict[ast.Call, Signature | None] = {}

    def of(self, call: ast.Call) -> Signature | None:
        """What ``call`` reaches.

        Names are looked up; methods of ``self``, ``cls`` and ``super()`` are looked up in the classes around them.

        A method of anything else counts when the module has one of that name only.
        """
        if call not in self._found:
            self._found[call] = self._reached(call.func, MOST_BASES)
        return self._found[call]

    def function_of(self, call: ast.Call) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function or method that ``call`` calls, None where it makes an object."""
        signature = self.of(call)
        function = signature.function if signature is not None else None
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and function.name != "__init__":
            return function
        return None

    def _reached(self, function: ast.expr, steps: int) -> Signature | None:
        if isinstance(function, ast.Name):
            bindings = self._module.scope_of(function).lookup(function.id)
            if len(bindings) != 1:
                return None
            definition, value = bindings[0].node, bindings[0].value
            if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return _signature(definition, bound=False)
            if isinstance(definition, ast.ClassDef):
                return self._constructor(definition, steps)
            if isinstance(value, ast.Lambda):
                return _signature(value, bound=False)
            # `check = self.check_user`
            return self._reached(value, steps - 1) if steps and isinstance(value, (ast.Attribute, ast.Name)) else None
        if isinstance(function, ast.Attribute):
            return self._method(function, steps)
        return None

    def _method(self, function: ast.Attribute, steps: int) -> Signature | None:
        owner = function.value
        if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super":
            around = self._class_around(function)
            return self._inherited(around, function.attr, steps) if around is not None else None
        if isinstance(owner, ast.Name) and owner.id in {"self", "cls"}:
            around = self._class_around(function)
            found = self._found_in(around, function.attr, steps) if around is not None else None
            if found is not None:
                return found
        elif self._module.dotted(function) is not None:
            return None
        named = self._methods.get(function.attr, [])
        return _signature(named[0], bound=True) if len(named) == 1 else None

    def _found_in(self, definition: ast.ClassDef, name: str, steps: int) -> Signature | None:
        for statement in definition.body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.name == name:
                return _signature(statement, bound=not _is_static(statement))
        return self._inherited(definition, name, steps)

    def _inherited(self, definition: ast.ClassDef, name: str, steps: int) -> Signature | None:
        if not steps:
            return None
        for base in self._bases(definition):
            found = self._found_in(base, name, steps - 1)
            if found is None and name == "__init__":
                found = self._fields(base)
            if found is not None:
                return found
        return None

    def _constructor(self, definition: ast.ClassDef, steps: int) -> Signature | None:
        return (
            self._fields(definition)
            or self._found_in(definition, "__init__", steps)
            or self._inherited_fields(definition)
        )

    def _inherited_fields(self, definition: ast.ClassDef) -> Signature | None:
        return next(filter(None, map(self._fields, self._bases(definition))), None)

    def _fields(self, definition: ast.ClassDef) -> Signature | None:
        """The constructor that a decorator or a base makes of the fields of a class."""
        decorated = any(last_name(decorator) in _FIELD_DECORATORS for decorator in definition.decorator_list)
        if not decorated and not any(last_name(base) in _FIELD_BASES for base in definition.bases):
            return None
        names = [
            statement.target.id
            for statement in definition.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        return Signature(None, tuple(names))

    def _bases(self, definition: ast.ClassDef) -> Iterator[ast.ClassDef]:
        for base in definition.bases[:MOST_BASES]:
            if isinstance(base, ast.Name):
                bindings = self._module.scope_of(base).lookup(base.id)
                if len(bindings) == 1 and isinstance(bindings[0].node, ast.ClassDef):
                    yield bindings[0].node

    def _class_around(self, node: ast.AST) -> ast.ClassDef | None:
        current: ast.AST | None = node
        while current is not None and not isinstance(current, ast.ClassDef):
            current = self._module.parents.get(current)
        return current

    @cached_property
    def _methods(self) -> dict[str, list[FunctionNode]]:
        found: dict[str, list[FunctionNode]] = {}
        # A function of that name beside the method leaves it open which is called.
        for function in self._module.nodes(ast.FunctionDef):
            found.setdefault(function.name, []).append(function)
        for coroutine in self._module.nodes(ast.AsyncFunctionDef):
            found.setdefault(coroutine.name, []).append(coroutine)
        return {
            name: functions
            for name, functions in found.items()
            if all(isinstance(self._module.parents.get(function), ast.ClassDef) for function in functions)
        }

    @cached_property
    def _calls(self) -> dict[str, list[ast.Call]]:
        found: dict[str, list[ast.Call]] = {}
        for call in self._module.nodes(ast.Call):
            name = last_name(call.func)
            if name is not None:
                found.setdefault(name, []).append(call)
        return found

    def calls_of(self, function: FunctionNode, most: int) -> list[ast.Call]:
        """The calls in this module that reach ``function``; at most so many are looked at."""
        if isinstance(function, ast.Lambda):
            return []
        name = function.name
        if name == "__init__":
            around = self._module.parents.get(function)
            if not isinstance(around, ast.ClassDef):
                return []
            name = around.name
        candidates = self._calls.get(name, [])[:most]
        return [call for call in candidates if (found := self.of(call)) is not None and found.function is function]


def _signature(function: FunctionNode, *, bound: bool) -> Signature:
    names = tuple(argument.arg for argument in (*function.args.posonlyargs, *function.args.args))
    rest = function.args.vararg
    return Signature(function, names[1:] if bound else names, None if rest is None else rest.arg)


def _is_static(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(name, ast.Name) and name.id == "staticmethod" for name in function.decorator_list)
