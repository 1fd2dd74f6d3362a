"""What a name is given that no assignment gives it: by who calls its function, by a loop, by a pattern."""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_ocs_status.positions.patterns import matched_by
from flake8_ocs_status.positions.signatures import Signatures
from flake8_ocs_status.positions.witnesses import integer_of, last_name, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.program.scopes import Binding

MOST_CALLS = 8
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
# What gives the elements of its first argument, in whatever order.
_PASSING_ON = frozenset(
    f"builtins.{name}" for name in ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter")
)
# What gives one of them.
_PICKING = frozenset({"builtins.max", "builtins.min", "builtins.next"})
# So many names lie between a loop and the list that it goes through.
_FARTHEST = 4


class Flows:
    """The ways into a name of one module. Each question is answered by the witness that a status comes in, or None."""

    def __init__(
        self,
        module: Module,
        signatures: Signatures,
        status: Callable[[ast.AST], str | None],
        read: Callable[[str], str | None],
    ) -> None:
        """``status`` gives the witness that an expression is a status, ``read`` the one that an attribute is called
        like one."""
        self._module = module
        self._signatures = signatures
        self._status = status
        self._read = read

    def passed_in(self, parameter: ast.arg) -> str | None:
        """The witness that a caller in this module passes a status for a parameter."""
        arguments = self._module.parents.get(parameter)
        function = self._module.parents.get(arguments) if arguments is not None else None
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        for call in self._signatures.calls_of(function, MOST_CALLS):
            signature = self._signatures.of(call)
            position = signature.names.index(parameter.arg) if signature and parameter.arg in signature.names else None
            values = [keyword.value for keyword in call.keywords if keyword.arg == parameter.arg]
            if position is not None and position < len(call.args):
                values.append(call.args[position])
            witness = next(filter(None, map(self._status, values)), None)
            if witness:
                return witness
        return None

    def nearest(self, node: ast.Name, bindings: list[Binding]) -> list[Binding]:
        """The bindings that a name may have where it stands: in a case of a ``match``, that of its pattern alone."""
        captures = {binding.node: binding for binding in bindings if isinstance(binding.node, ast.MatchAs)}
        if not captures:
            return bindings
        parent: ast.AST | None = node
        while (parent := self._module.parents.get(parent)) is not None:  # type: ignore[arg-type]
            if isinstance(parent, ast.match_case):
                for inner in nodes_in(parent.pattern):
                    if inner in captures:
                        return [captures[inner]]
        return bindings

    def captured(self, pattern: ast.MatchAs) -> str | None:
        """The witness that a pattern gives its name a status."""
        matched = matched_by(pattern, self._module.parents)
        if isinstance(matched, str):
            return self._read(matched)
        return self._status(matched) if matched is not None else None

    def gone_through(self, target: ast.Name) -> str | None:
        """The witness that a loop or a comprehension gives its target a status each time."""
        parents = self._module.parents
        parent = parents.get(target)
        if isinstance(parent, _LOOPS) and parent.target is target:
            return self.element(parent.iter)
        if not isinstance(parent, (ast.Tuple, ast.List)):
            return None
        loop = parents.get(parent)
        if not isinstance(loop, _LOOPS) or loop.target is not parent:
            return None
        return self._member(loop.iter, parent.elts.index(target), len(parent.elts))

    def element(self, node: ast.expr, farthest: int = _FARTHEST) -> str | None:
        """The witness that each element of a collection is a status: by what makes it, whatever it is called."""
        if isinstance(node, _COMPREHENSIONS):
            return self._status(node.elt)
        if isinstance(node, _DISPLAYS):
            return self._each(node.elts)
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "values" and not node.args:
                return self.value(node.func.value, farthest)
            passes_on = len(node.args) == 1 and self._module.dotted(node.func) in _PASSING_ON
            return self.element(node.args[0], farthest) if passes_on else None
        made = self._made(node, farthest)
        return None if made is None else self.element(made, farthest - 1)

    def picked(self, call: ast.Call) -> str | None:
        """The witness that a call gives one of several statuses: ``max(statuses)``."""
        if not call.args or self._module.dotted(call.func) not in _PICKING:
            return None
        # Of several arguments, each may be the largest.
        if len(call.args) > 1:
            return next(filter(None, map(self._status, call.args)), None)
        return self.element(call.args[0])

    def value(self, node: ast.expr, farthest: int = _FARTHEST) -> str | None:
        """The witness that what a mapping holds are statuses, all of it."""
        if isinstance(node, ast.DictComp):
            return self._status(node.value)
        if isinstance(node, ast.Dict):
            return self._each(node.values)
        made = self._made(node, farthest)
        return None if made is None else self.value(made, farthest - 1)

    def item(self, node: ast.expr, key: str, farthest: int = _FARTHEST) -> str | None:
        """The witness that what a mapping holds under this key is a status."""
        if isinstance(node, ast.DictComp):
            return self._status(node.value)
        if isinstance(node, ast.Dict):
            values = [
                value for name, value in zip(node.keys, node.values, strict=True) if name and text_of(name) == key
            ]
            return self._status(values[-1]) if values else None
        made = self._made(node, farthest)
        return None if made is None else self.item(made, key, farthest - 1)

    def _each(self, nodes: list[ast.expr]) -> str | None:
        """The witness that each of these is a status; a number may be one."""
        witnesses = [self._status(node) for node in nodes if integer_of(node) is None]
        return witnesses[0] if witnesses and all(witnesses) else None

    def _member(self, node: ast.expr, index: int, size: int, farthest: int = _FARTHEST) -> str | None:
        """The same for one member of each element, where these are taken apart."""
        if isinstance(node, _COMPREHENSIONS):
            row = node.elt
            taken = isinstance(row, (ast.Tuple, ast.List)) and len(row.elts) == size
            return self._status(row.elts[index]) if taken else None  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            path = self._module.dotted(node.func)
            if path == "builtins.enumerate" and node.args:
                return self.element(node.args[0]) if index == 1 else None
            if path == "builtins.zip" and len(node.args) == size:
                return self.element(node.args[index])
            if last_name(node.func) == "items" and isinstance(node.func, ast.Attribute) and not node.args:
                return self.value(node.func.value) if index == 1 else None
            passes_on = len(node.args) == 1 and path in _PASSING_ON
            return self._member(node.args[0], index, size, farthest) if passes_on else None
        made = self._made(node, farthest)
        return None if made is None else self._member(made, index, size, farthest - 1)

    def _made(self, node: ast.expr, farthest: int) -> ast.expr | None:
        """The one value of a name."""
        if not isinstance(node, ast.Name) or not farthest:
            return None
        bindings: list[Binding] = self._module.scope_of(node).lookup(node.id)
        return bindings[0].value if len(bindings) == 1 else None
