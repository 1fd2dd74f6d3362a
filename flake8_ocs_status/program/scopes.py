"""Who binds a name, and what an import makes of it: Python's scoping rules over one tree.

Names are resolved through imports and scopes, never by how they are spelled: ``self.requests.get`` is not requests,
and a parameter called ``requests`` hides the module of that name.
"""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flake8_ocs_status.program.nodes import PARTS
from flake8_ocs_status.program.python2 import is_of_python_2
from flake8_ocs_status.program.vendor import is_starred, path_from_star

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BUILTIN_NAMES = frozenset(dir(builtins))


class Binding(NamedTuple):
    """One place that binds a name: ``path`` is the dotted path when it is an import, ``value`` the plain value of
    an assignment ``name = value``, both None for anything else (loop target, parameter, ``with``, …)."""

    node: ast.AST
    path: str | None = None
    value: ast.expr | None = None


@dataclass(slots=True)
class Scope:
    """The names that one module, class, function, lambda or comprehension binds."""

    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    star_imports: list[ast.ImportFrom] = field(default_factory=list)
    # How many scopes further out the names are bound that were asked for before, None for nowhere. (A scope that refers
    # to itself would not go when the tree does.)
    _distances: dict[str, int | None] = field(default_factory=dict, compare=False, repr=False)

    def bind(self, name: str, binding: Binding) -> None:
        """Record that this scope (or the one a ``global``/``nonlocal`` statement sends it to) binds ``name``."""
        self.bindings.setdefault(name, []).append(binding)

    def module(self) -> Scope:
        """The module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def owner_of(self, name: str) -> Scope | None:
        """The scope whose binding of ``name`` is seen from here, or None for a builtin or an unbound name."""
        if name not in self._distances:
            self._distances[name] = self._distance_to(name)
        distance = self._distances[name]
        if distance is None:
            return None
        scope = self
        for _ in range(distance):
            assert scope.parent is not None
            scope = scope.parent
        return scope

    def _distance_to(self, name: str) -> int | None:
        scope = self
        distance = 0
        is_global = False
        first = True
        while True:
            declared = scope.elsewhere.get(name)
            is_global = is_global or declared == "global"
            seen = first or not isinstance(scope.node, ast.ClassDef)
            if name in scope.bindings and (scope.parent is None if is_global else declared is None and seen):
                return distance
            first = first and isinstance(scope.node, COMPREHENSIONS)
            if scope.parent is None:
                return None
            scope = scope.parent
            distance += 1

    def lookup(self, name: str) -> list[Binding]:
        """Every binding that ``name`` may have when it is used in this scope; empty for builtins and unbound names."""
        owner = self.owner_of(name)
        return owner.bindings[name] if owner is not None else []

    def import_path(self, name: str) -> str | None:
        """The one dotted path that ``name`` stands for here, or None when it is bound by more than that import.

        ``X = None`` beside an import of ``X`` is the usual fallback for a missing package and does not count, and
        neither does an import that never succeeds on Python 3.
        """
        bindings = self.lookup(name)
        if not bindings:
            stars = self.module().star_imports
            if name in BUILTIN_NAMES:
                return f"builtins.{name}" if all(map(is_starred, stars)) else None
            return path_from_star(stars, name)
        paths = set()
        for binding in bindings:
            if binding.path is not None:
                paths.add(binding.path)
            elif not (isinstance(binding.value, ast.Constant) and binding.value.value is None):
                return None
        if len(paths) > 1:
            paths = {path for path in paths if not is_of_python_2(path)}
        return paths.pop() if len(paths) == 1 else None


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Every parameter of a function, in the order of its signature."""
    found = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg:
        found.append(arguments.vararg)
    found.extend(arguments.kwonlyargs)
    if arguments.kwarg:
        found.append(arguments.kwarg)
    return found


def parameters_with_defaults(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr]]:
    """The parameters of a function that have a default, each with it, in the order of its signature."""
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True))
    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [*pairs, *((parameter, default) for parameter, default in by_name if default is not None)]


class ScopeBuilder:
    """One walk over a tree: parents, nodes by type, and scopes. Iterative, so that depth costs no stack.

    Marks of which Python keeps one for all (``ast.Load``, ``ast.Eq``, …) have no parent and are left out.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.parents: dict[ast.AST, ast.AST] = {}
        self.by_type: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        # The integer literals, which are few among many texts.
        self.integers: list[ast.Constant] = []
        self.module_scope = Scope(tree, None)
        self.scopes: dict[ast.AST, Scope] = {tree: self.module_scope}
        self.evaluated_in: dict[ast.AST, Scope] = {}
        self._declared: list[tuple[Scope, str, Binding]] = []
        # One scope after the other, so that its nodes need not carry it along.
        self._waiting: deque[tuple[Scope, list[Any]]] = deque([(self.module_scope, [tree])])
        while self._waiting:
            self._walk(*self._waiting.popleft())
        for scope, name, binding in self._declared:
            self._settle(scope, name, binding)

    def _walk(self, scope: Scope, stack: list[Any]) -> None:
        # Looked up once: what follows is done for each node, and is written for speed.
        parents, by_type, integers, parts_of, special = self.parents, self.by_type, self.integers, PARTS, _SPECIAL
        name, constant, attribute, call, load = ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.Load
        add_name, add_constant, add_attribute = (
            by_type[name].append,
            by_type[constant].append,
            by_type[attribute].append,
        )
        pop, push = stack.pop, stack.append
        while stack:
            node = pop()
            kind = type(node)
            # Four of five nodes are of these kinds.
            while kind is attribute:
                add_attribute(node)
                value = node.value
                parents[value] = node
                node = value
                kind = type(node)
            if kind is name:
                add_name(node)
                if type(node.ctx) is not load:
                    self._bind_name(node, scope)
                continue
            if kind is constant:
                add_constant(node)
                if type(node.value) is int:
                    integers.append(node)
                continue
            by_type[kind].append(node)
            if kind is call:
                value = node.func
                parents[value] = node
                push(value)
                for value in node.args:
                    parents[value] = node
                    push(value)
                for value in node.keywords:
                    parents[value] = node
                    push(value)
                continue
            if kind in special:
                bind = _BINDERS.get(kind)
                if bind is not None:
                    bind(self, node, scope)
                inside = _PARTS_INSIDE.get(kind)
                if inside is not None:
                    self._open(node, scope, inside, stack)
                    continue
                if kind in _DIVIDED:
                    self._divide(node, scope, stack)
                    continue
            for part in parts_of[kind]:
                value = getattr(node, part, None)
                if type(value) is list:
                    for one in value:
                        parents[one] = node
                    stack += value
                elif isinstance(value, ast.AST):
                    parents[value] = node
                    push(value)

    def _divide(self, node: ast.AST, scope: Scope, stack: list[Any]) -> None:
        """Sort the parts of a node of which some belong to another scope, or are left out."""
        parents, evaluated_in = self.parents, self.evaluated_in
        for part in PARTS[type(node)]:
            value = getattr(node, part, None)
            for child in value if type(value) is list else (value,):
                # Keys of a mapping that is unpacked, parameters without a default.
                if child is None:
                    continue
                parents[child] = node
                elsewhere = evaluated_in.get(child)
                if elsewhere is None or elsewhere is scope:
                    stack.append(child)
                else:
                    self._waiting.append((elsewhere, [child]))

    def _open(self, node: ast.AST, outer: Scope, inside: frozenset[str], stack: list[Any]) -> None:
        """Open a scope; decorators, defaults, bases and annotations belong to the one around it."""
        inner = self.scopes[node] = Scope(node, outer)
        parts: list[ast.AST] = []
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    self.parents[child] = node
                    if name in inside:
                        parts.append(child)
                    else:
                        self.evaluated_in[child] = outer
                        stack.append(child)
        self._waiting.append((inner, parts))
        # What is evaluated outside, though it hangs below a part that is inside.
        if isinstance(node, COMPREHENSIONS):
            self.evaluated_in[node.generators[0].iter] = outer
        elif isinstance(node, FUNCTIONS):
            annotations = [argument.annotation for argument in all_arguments(node.args)]
            for outsider in [*node.args.defaults, *node.args.kw_defaults, *annotations]:
                if outsider is not None:
                    self.evaluated_in[outsider] = outer

    def _bind_name(self, node: ast.Name, scope: Scope) -> None:
        value = self._plain_value(node) if isinstance(node.ctx, ast.Store) else None
        self._declare(scope, node.id, Binding(node, value=value))

    def _bind_definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> None:
        self._declare(scope, node.name, Binding(node))

    def _bind_argument(self, node: ast.arg, scope: Scope) -> None:
        scope.bind(node.arg, Binding(node))

    def _bind_caught(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar, scope: Scope) -> None:
        if node.name:
            self._declare(scope, node.name, Binding(node))

    def _bind_rest(self, node: ast.MatchMapping, scope: Scope) -> None:
        if node.rest:
            self._declare(scope, node.rest, Binding(node))

    def _send_to_module(self, node: ast.Global, scope: Scope) -> None:
        scope.elsewhere.update(dict.fromkeys(node.names, "global"))

    def _send_outward(self, node: ast.Nonlocal, scope: Scope) -> None:
        scope.elsewhere.update(dict.fromkeys(node.names, "nonlocal"))

    def _declare(self, scope: Scope, name: str, binding: Binding) -> None:
        # A walrus in a comprehension binds in the scope around it; `global` may stand after the binding in the
        # walk's order, so the home of a name is settled at the end.
        while isinstance(scope.node, COMPREHENSIONS) and isinstance(self.parents.get(binding.node), ast.NamedExpr):
            assert scope.parent is not None
            scope = scope.parent
        self._declared.append((scope, name, binding))

    def _settle(self, scope: Scope, name: str, binding: Binding) -> None:
        declared = scope.elsewhere.get(name)
        if declared == "global":
            scope.module().bind(name, binding)
        elif declared == "nonlocal":
            outer = scope.parent
            while outer is not None and (name not in outer.bindings or isinstance(outer.node, ast.ClassDef)):
                outer = outer.parent
            (outer or scope).bind(name, binding)
        else:
            scope.bind(name, binding)

    def _plain_value(self, name: ast.Name) -> ast.expr | None:
        statement = self.parents[name]
        if isinstance(statement, (ast.AnnAssign, ast.NamedExpr)) or (
            isinstance(statement, ast.Assign) and name in statement.targets
        ):
            return statement.value
        return None

    def _bind_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            path = alias.name if alias.asname else local
            self._declare(scope, local, Binding(node, path=path))

    def _bind_import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                scope.star_imports.append(node)
                continue
            joint = "" if not module or module.endswith(".") else "."
            self._declare(scope, alias.asname or alias.name, Binding(node, path=f"{module}{joint}{alias.name}"))


# Some parts of these belong to a scope further out, or are left out where Python has None.
_DIVIDED = frozenset({ast.Dict, ast.arg, ast.arguments, ast.comprehension})
_PARTS_INSIDE: dict[type[ast.AST], frozenset[str]] = {
    ast.ClassDef: frozenset({"type_params", "body"}),
    **dict.fromkeys(FUNCTIONS, frozenset({"type_params", "args", "body"})),
    **dict.fromkeys(COMPREHENSIONS, frozenset({"elt", "key", "value", "generators"})),
}
_BINDERS: dict[type[ast.AST], Callable[[ScopeBuilder, Any, Scope], None]] = {
    ast.AsyncFunctionDef: ScopeBuilder._bind_definition,
    ast.ClassDef: ScopeBuilder._bind_definition,
    ast.ExceptHandler: ScopeBuilder._bind_caught,
    ast.FunctionDef: ScopeBuilder._bind_definition,
    ast.Global: ScopeBuilder._send_to_module,
    ast.Import: ScopeBuilder._bind_import,
    ast.ImportFrom: ScopeBuilder._bind_import_from,
    ast.MatchAs: ScopeBuilder._bind_caught,
    ast.MatchMapping: ScopeBuilder._bind_rest,
    ast.MatchStar: ScopeBuilder._bind_caught,
    ast.Nonlocal: ScopeBuilder._send_outward,
    ast.arg: ScopeBuilder._bind_argument,
}
_SPECIAL = frozenset({*_BINDERS, *_PARTS_INSIDE, *_DIVIDED})
