"""The numbers that a status is compared with: constants, names that stand for one, and collections of them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from flake8_ocs_status.catalogue.constants import status_of
from flake8_ocs_status.positions.witnesses import integer_of
from flake8_ocs_status.program.module import Module

MOST_MEMBERS = 64
_MAKERS = frozenset({"builtins.frozenset", "builtins.set", "builtins.tuple", "builtins.list"})
_DISPLAYS = (ast.Tuple, ast.List, ast.Set, ast.Dict)


# Looks up constants of classes and other modules: the module, what stands for one, whether its ``value`` is asked for.
LookUp = Callable[[Module, ast.expr, bool], tuple[Module, ast.expr] | None]


class Members(NamedTuple):
    """The members of a collection, and who reads them: they may stand in another module."""

    nodes: list[ast.expr]
    numbers: Numbers


class Numbers:
    """Reads the numbers of one module."""

    def __init__(self, module: Module, look_up: LookUp, of: Callable[[Module], Numbers]) -> None:
        """``of`` gives the numbers of another module."""
        self.module = module
        self._look_up = look_up
        self._of = of
        # What is being asked for: a constant that is made of itself is none.
        self._open: set[ast.expr] = set()
        self._elsewhere: dict[tuple[ast.expr, bool], tuple[Numbers, ast.expr] | None] = {}

    def number(self, node: ast.expr) -> int | None:
        """The number that an expression always is, if it may be that of a status."""
        value = integer_of(node)
        if value is not None:
            return value
        if isinstance(node, ast.Attribute) and node.attr == "value":
            # HTTPStatus.OK.value
            return self._constant(node.value, is_value=True)
        return self._constant(node)

    def _constant(self, node: ast.expr, *, is_value: bool = False) -> int | None:
        path = self.module.dotted(node)
        status = status_of(path) if path is not None else None
        if status is not None:
            return status
        if path is None and isinstance(node, ast.Name):
            only = self._only_value(node)
            return self.number(only) if only is not None and not isinstance(only, ast.Name) else None
        found = self._found(node, is_value=is_value)
        if found is None or node in self._open:
            return None
        self._open.add(node)
        try:
            return found[0].number(found[1])
        finally:
            self._open.discard(node)

    def _found(self, node: ast.expr, *, is_value: bool = False) -> tuple[Numbers, ast.expr] | None:
        """The value of a constant of a class, or of another module, and who reads it."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        key = node, is_value
        if key not in self._elsewhere:
            found = self._look_up(self.module, node, is_value)
            self._elsewhere[key] = (self._of(found[0]), found[1]) if found is not None else None
        return self._elsewhere[key]

    def bounds(self, node: ast.expr) -> tuple[int, int] | None:
        """The first number of a range, and the one after its last."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            numbers, value = self._kept(node)
            return numbers.bounds(value) if value is not None else None
        if not isinstance(node, ast.Call) or node.keywords:
            return None
        path = self.module.dotted(node.func)
        if path in _MAKERS and len(node.args) == 1 and isinstance(node.args[0], ast.Call):
            return self.bounds(node.args[0])
        if path != "builtins.range":
            return None
        found = [integer_of(argument) for argument in node.args]
        if len(found) != 2 or found[0] is None or found[1] is None:
            return None
        return found[0], found[1]

    def members(self, node: ast.expr) -> Members | None:
        """The members of a collection, the keys of a mapping; None where they are not known."""
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return Members(node.elts, self) if len(node.elts) <= MOST_MEMBERS else None
        if isinstance(node, ast.Dict):
            keys = [key for key in node.keys if key is not None]
            return Members(keys, self) if len(keys) == len(node.keys) else None
        if isinstance(node, ast.Call) and len(node.args) == 1 and self.module.dotted(node.func) in _MAKERS:
            return self.members(node.args[0])
        if isinstance(node, (ast.Name, ast.Attribute)):
            numbers, value = self._kept(node)
            return numbers.members(value) if value is not None else None
        return None

    def _kept(self, node: ast.Name | ast.Attribute) -> tuple[Numbers, ast.expr | None]:
        """The collection that a name always stands for: it is bound once, and what may grow is only ever asked."""
        there: Numbers = self
        is_name = isinstance(node, ast.Name) and self.module.dotted(node) is None
        value = self._only_value(node) if is_name and isinstance(node, ast.Name) else None
        if not is_name:
            found = self._found(node)
            there, value = found if found is not None else (self, None)
        if value is None or isinstance(value, (ast.Name, ast.Attribute)):
            return there, None
        is_frozen = isinstance(value, ast.Tuple) or (
            isinstance(value, ast.Call)
            and there.module.dotted(value.func) in {"builtins.frozenset", "builtins.tuple", "builtins.range"}
        )
        name = node.id if isinstance(node, ast.Name) else node.attr
        if is_frozen or (is_name and self._is_only_asked(node)):
            return there, value
        # Code of any other module may change it; capitals ask for nobody to do so.
        is_kept = not is_name and name.isupper() and _are_only_asked({self.module, there.module}, name)
        return there, value if is_kept else None

    def _is_only_asked(self, node: ast.expr) -> bool:
        """Whether a name is nowhere used but for looking whether something is in what it stands for."""
        if not isinstance(node, ast.Name):
            return False
        owner = self.module.scope_of(node).owner_of(node.id)
        return all(
            _asks(self.module, name)
            for name in self.module.nodes(ast.Name)
            if name.id == node.id
            and isinstance(name.ctx, ast.Load)
            and self.module.scope_of(name).owner_of(name.id) is owner
        )

    def _only_value(self, node: ast.Name) -> ast.expr | None:
        """The value of a name that is assigned once and for all."""
        scope = self.module.scope_of(node)
        bindings = scope.lookup(node.id)
        owner = scope.owner_of(node.id)
        if len(bindings) != 1 or owner is None:
            return None
        value = bindings[0].value
        if owner is self.module.module_scope:
            return value
        # What a function computes may differ from call to call.
        return value if isinstance(value, (*_DISPLAYS, ast.Constant, ast.UnaryOp)) else None


def _are_only_asked(modules: set[Module], name: str) -> bool:
    """Whether nothing called so, a name or an attribute, is used for more in these modules."""
    for module in modules:
        names = [node for node in module.nodes(ast.Name) if node.id == name]
        attributes = [node for node in module.nodes(ast.Attribute) if node.attr == name]
        used: list[ast.Name | ast.Attribute] = [*names, *attributes]
        if any(isinstance(node.ctx, ast.Load) and not _asks(module, node) for node in used):
            return False
    return True


def _asks(module: Module, node: ast.expr) -> bool:
    """Whether an expression stands where a collection is only looked into."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.Compare):
        return isinstance(parent.ops[-1], (ast.In, ast.NotIn))
    if isinstance(parent, ast.Subscript):
        return parent.value is node and isinstance(parent.ctx, ast.Load)
    return isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is node
