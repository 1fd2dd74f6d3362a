"""The second witness that a name such as ``status`` or ``code`` needs: the module around it speaks HTTP, and nothing
in the module contradicts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from flake8_ocs_status.catalogue.constants import is_known_status
from flake8_ocs_status.catalogue.unregistered import is_met_in_practice
from flake8_ocs_status.positions.names import Reading, names_error, names_http, reading_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import (
    COMMON_STATUSES,
    FOR_MANY_PROTOCOLS,
    HTTP_MODULE_WORDS,
    HTTP_PACKAGES,
    OTHER_PROTOCOLS,
    REMOTE_OBJECTS,
    RESPONSE_LIBRARIES,
    TELLING_STATUSES,
)

# A name that is compared with so many statuses that are hardly ever anything else is one.
ENOUGH_COMPARED = 3

# What the libraries call the status of a response.
RESPONSE_ATTRIBUTES = frozenset({"status", "status_code", "status_int"})


def last_name(node: ast.AST) -> str | None:
    """The name that an expression ends in: ``status`` of ``a.status``, ``code`` of ``x["code"]``, ``f`` of ``f()``."""
    while True:
        if isinstance(node, ast.Attribute):
            return node.attr
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Subscript):
            return text_of(node.slice)
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, (ast.Await, ast.Starred, ast.NamedExpr)):
            node = node.value
        else:
            return None


def text_of(node: ast.AST) -> str | None:
    """The value of a plain string, else None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def integer_of(node: ast.AST) -> int | None:
    """The value of an integer literal (with its sign), else None; booleans are no integers."""
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return sign * node.value
    return None


def _given_by(value: ast.expr) -> Iterator[ast.expr]:
    """What a value may be, as it is written out: ``a if … else b``, ``a or b``, ``{…}[key]``, ``{…}.get(key, b)``."""
    if isinstance(value, ast.IfExp):
        yield from (value.body, value.orelse)
    elif isinstance(value, ast.BoolOp):
        yield from value.values
    elif isinstance(value, ast.Subscript) and isinstance(value.value, ast.Dict):
        yield from value.value.values
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "get":
        yield from value.args[1:]
        if isinstance(value.func.value, ast.Dict):
            yield from value.func.value.values
    else:
        yield value


def _is_text(annotation: ast.expr) -> bool:
    """Whether an annotation admits a text."""
    return "'str'" in ast.dump(annotation)


def _is_http_path(path: str) -> bool:
    """Whether a module that is imported speaks HTTP for certain."""
    package, *parts = path.split(".")
    if not _is_for_many(path):
        if package in HTTP_PACKAGES:
            return True
        parts.append(package)
    return not HTTP_MODULE_WORDS.isdisjoint(parts) or any(map(names_http, parts))


def _is_for_many(path: str) -> bool:
    """Whether a module is used with HTTP, and with other protocols as well."""
    return path in FOR_MANY_PROTOCOLS or path.partition(".")[0] in FOR_MANY_PROTOCOLS


def _is_of_other_protocol(path: str) -> bool:
    return path.partition(".")[0] in OTHER_PROTOCOLS or ".".join(path.split(".")[:2]) in OTHER_PROTOCOLS


class Witnesses:
    """What a module says about the meaning of its short names."""

    def __init__(self, module: Module) -> None:
        self._module = module

    @cached_property
    def speaks_http(self) -> bool:
        """Whether the module imports something that speaks HTTP, or imports or defines something that is called so, or
        has an attribute that can only be a status."""
        paths = self._imported
        if any(map(_is_http_path, paths)) or any(map(names_http, self._named)):
            return True
        if any(map(_is_for_many, paths)) and not any(map(_is_of_other_protocol, paths)):
            return True
        return any(reading_of(attribute.attr) is Reading.CERTAIN for attribute in self._module.nodes(ast.Attribute))

    @cached_property
    def _imported(self) -> list[str]:
        """The paths of the modules that the module imports, or imports something from."""
        found = [alias.name for statement in self._module.nodes(ast.Import) for alias in statement.names]
        return found + [origin.module or "" for origin in self._module.nodes(ast.ImportFrom)]

    @property
    def _named(self) -> Iterator[str]:
        """The names that the module imports from others, and those of its classes and functions."""
        for origin in self._module.nodes(ast.ImportFrom):
            for alias in origin.names:
                yield alias.name
        for found in self._module.nodes(ast.ClassDef):
            yield found.name
        for function in self._module.nodes(ast.FunctionDef):
            yield function.name
        for coroutine in self._module.nodes(ast.AsyncFunctionDef):
            yield coroutine.name

    @cached_property
    def hands_to_processes(self) -> bool:
        """Whether the module imports what stands for objects in other processes."""
        paths = [*self._imported]
        paths += [
            f"{origin.module}.{alias.name}" for origin in self._module.nodes(ast.ImportFrom) for alias in origin.names
        ]
        return any(".".join(path.split(".")[:parts]) in REMOTE_OBJECTS for path in paths for parts in (2, 3))

    @cached_property
    def packages(self) -> frozenset[str]:
        """The packages that the module imports."""
        return frozenset(path.partition(".")[0] for path in self._imported)

    @property
    def library(self) -> str | None:
        """The one client library that the module imports."""
        found = set(self.packages & RESPONSE_LIBRARIES)
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _strangers(self) -> frozenset[str]:
        """Names that are somewhere compared with, or assigned, an integer that is no status."""
        found: set[str] = set()
        for comparison in self._module.nodes(ast.Compare):
            if all(isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for operator in comparison.ops):
                continue
            operands = [comparison.left, *comparison.comparators]
            names = {name for operand in operands if (name := last_name(operand))}
            if names and any(self._is_stranger(operand) for operand in operands):
                found |= names
        for assignment in self._module.nodes(ast.Assign):
            if any(map(self._is_stranger, _given_by(assignment.value))):
                found |= {name for target in assignment.targets if (name := last_name(target))}
        for keyword in self._module.nodes(ast.keyword):
            if keyword.arg and self._is_stranger(keyword.value):
                found.add(keyword.arg)
        return frozenset(found)

    @cached_property
    def texts(self) -> frozenset[str]:
        """Names of a response's status that are somewhere given a text, or said to be one."""
        found: set[str] = set()
        for assignment in self._module.nodes(ast.Assign):
            if text_of(assignment.value) is not None:
                found |= {name for target in assignment.targets if (name := last_name(target)) in RESPONSE_ATTRIBUTES}
        for keyword in self._module.nodes(ast.keyword):
            if keyword.arg in RESPONSE_ATTRIBUTES and text_of(keyword.value) is not None:
                found.add(keyword.arg)
        for declared in self._module.nodes(ast.AnnAssign):
            name = last_name(declared.target)
            if name in RESPONSE_ATTRIBUTES and _is_text(declared.annotation):
                found.add(name)
        for argument in self._module.nodes(ast.arg):
            if argument.arg in RESPONSE_ATTRIBUTES and argument.annotation and _is_text(argument.annotation):
                found.add(argument.arg)
        return frozenset(found)

    @staticmethod
    def _is_stranger(node: ast.expr) -> bool:
        members = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
        values = [value for member in members if (value := integer_of(member)) is not None]
        return not all(is_known_status(value) or is_met_in_practice(value) for value in values)

    def compare(self, name: str) -> bool:
        """Whether a name that says nothing is compared with one status after the other in this module, and with nothing
        else: ``if rcode == 401: … elif rcode in (403, 404): …``."""
        values = self._compared.get(name) or set[int]()
        if len(values & TELLING_STATUSES) < ENOUGH_COMPARED or not values <= TELLING_STATUSES | COMMON_STATUSES:
            return False
        return name not in self._strangers and self.speaks_http and not names_error(name)

    @cached_property
    def _compared(self) -> dict[str, set[int]]:
        """The integers that each variable and attribute is compared with by ``==`` and ``in``."""
        found: dict[str, set[int]] = {}
        for comparison in self._module.nodes(ast.Compare):
            if len(comparison.ops) != 1 or not isinstance(comparison.left, (ast.Name, ast.Attribute)):
                continue
            if not isinstance(comparison.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
                continue
            other = comparison.comparators[0]
            members = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]
            values = {value for member in members if (value := integer_of(member)) is not None}
            if values:
                found.setdefault(last_name(comparison.left) or "", set()).update(values)
        return found

    def supports(self, name: str) -> bool:
        """Whether a name that is perhaps a status may be taken for one in this module."""
        return self.speaks_http and name not in self._strangers
