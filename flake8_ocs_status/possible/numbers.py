"""The numbers that a status is compared with: constants, names that stand for one, and collections of them."""

from __future__ import annotations

import ast

from flake8_ocs_status.catalogue.constants import status_of
from flake8_ocs_status.positions.witnesses import integer_of
from flake8_ocs_status.program.module import Module

MOST_MEMBERS = 64
_MAKERS = frozenset({"builtins.frozenset", "builtins.set", "builtins.tuple", "builtins.list"})
_DISPLAYS = (ast.Tuple, ast.List, ast.Set, ast.Dict)


class Numbers:
    """Reads the numbers of one module."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def number(self, node: ast.expr) -> int | None:
        """The number that an expression always is, if it may be that of a status."""
        value = integer_of(node)
        if value is not None:
            return value
        if isinstance(node, ast.Attribute) and node.attr == "value":
            # HTTPStatus.OK.value
            return self._constant(node.value)
        return self._constant(node)

    def _constant(self, node: ast.expr) -> int | None:
        path = self.module.dotted(node)
        if path is not None:
            return status_of(path)
        if isinstance(node, ast.Name):
            only = self._only_value(node)
            return self.number(only) if only is not None and not isinstance(only, ast.Name) else None
        return None

    def bounds(self, node: ast.expr) -> tuple[int, int] | None:
        """The first number of a range, and the one after its last."""
        if isinstance(node, ast.Name):
            value = self._kept(node)
            return self.bounds(value) if value is not None else None
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

    def members(self, node: ast.expr) -> list[ast.expr] | None:
        """The members of a collection, the keys of a mapping; None where they are not known."""
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return node.elts if len(node.elts) <= MOST_MEMBERS else None
        if isinstance(node, ast.Dict):
            keys = [key for key in node.keys if key is not None]
            return keys if len(keys) == len(node.keys) else None
        if isinstance(node, ast.Call) and len(node.args) == 1 and self.module.dotted(node.func) in _MAKERS:
            return self.members(node.args[0])
        if isinstance(node, ast.Name):
            value = self._kept(node)
            return self.members(value) if value is not None else None
        return None

    def _kept(self, node: ast.Name) -> ast.expr | None:
        """The collection that a name always stands for: it is bound once, and what may grow is only ever asked."""
        value = self._only_value(node)
        if value is None or isinstance(value, ast.Name):
            return None
        is_frozen = isinstance(value, ast.Tuple) or (
            isinstance(value, ast.Call)
            and self.module.dotted(value.func) in {"builtins.frozenset", "builtins.tuple", "builtins.range"}
        )
        return value if is_frozen or self._is_only_asked(node) else None

    def _is_only_asked(self, node: ast.Name) -> bool:
        """Whether a name is nowhere used but for looking whether something is in what it stands for."""
        owner = self.module.scope_of(node).owner_of(node.id)
        for name in self.module.nodes(ast.Name):
            if name.id != node.id or not isinstance(name.ctx, ast.Load):
                continue
            if self.module.scope_of(name).owner_of(name.id) is owner:
                parent = self.module.parents.get(name)
                if not isinstance(parent, ast.Compare) or not isinstance(parent.ops[-1], (ast.In, ast.NotIn)):
                    return False
        return True

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
