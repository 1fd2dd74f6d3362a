"""Who binds a name, and what an import makes of it: Python's scoping rules over one tree.

Names are resolved through imports and scopes, never by how they are spelled: ``self.requests.get`` is not requests,
and a parameter called ``requests`` hides the module of that name.
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BUILTIN_NAMES = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Binding:
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
        scope: Scope | None = self
        first = True
        while scope is not None:
            declared = scope.elsewhere.get(name)
            if declared == "global":
                module = scope.module()
                return module if name in module.bindings else None
            if declared is None and name in scope.bindings and (first or not isinstance(scope.node, ast.ClassDef)):
                return scope
            first = first and isinstance(scope.node, COMPREHENSIONS)
            scope = scope.parent
        return None

    def lookup(self, name: str) -> list[Binding]:
        """Every binding that ``name`` may have when it is used in this scope; empty for builtins and unbound names."""
        owner = self.owner_of(name)
        return owner.bindings[name] if owner is not None else []

    def import_path(self, name: str) -> str | None:
        """The one dotted path that ``name`` stands for here, or None when it is bound by more than that import.

        ``X = None`` beside an import of ``X`` is the usual fallback for a missing package and does not count.
        """
        bindings = self.lookup(name)
        if not bindings:
            if name in BUILTIN_NAMES and not self.module().star_imports:
                return f"builtins.{name}"
            return None
        paths = set()
        for binding in bindings:
            if binding.path is not None:
                paths.add(binding.path)
            elif not (isinstance(binding.value, ast.Constant) and binding.value.value is None):
                return None
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


class ScopeBuilder:
    """One walk over a tree: parents, nodes by type, and scopes. Iterative, so that depth costs no stack."""

    def __init__(self, tree: ast.Module) -> None:
        self.parents: dict[ast.AST, ast.AST] = {}
        self.by_type: dict[type[ast.AST], list[ast.AST]] = {}
        self.module_scope = Scope(tree, None)
        self.scopes: dict[ast.AST, Scope] = {tree: self.module_scope}
        self.evaluated_in: dict[ast.AST, Scope] = {}
        self._declared: list[tuple[Scope, str, Binding]] = []
        stack: list[tuple[ast.AST, Scope]] = [(tree, self.module_scope)]
        while stack:
            node, scope = stack.pop()
            scope = self.evaluated_in.get(node, scope)
            self.by_type.setdefault(type(node), []).append(node)
            inner = self._bind(node, scope)
            parents = self.parents
            for name, value in ast.iter_fields(node):
                if isinstance(value, ast.AST):
                    parents[value] = node
                    stack.append((value, self._scope_for(node, name, value, scope, inner)))
                elif isinstance(value, list):
                    for item in value:
                        if isinstance(item, ast.AST):
                            parents[item] = node
                            stack.append((item, self._scope_for(node, name, item, scope, inner)))
        for scope, name, binding in self._declared:
            self._settle(scope, name, binding)

    def _scope_for(self, node: ast.AST, part: str, child: ast.AST, outer: Scope, inner: Scope) -> Scope:
        """Which of two scopes a child's names belong to: decorators, defaults, bases and annotations stay outside."""
        if inner is outer:
            return outer
        if isinstance(node, COMPREHENSIONS):
            # The first iterable of a comprehension is evaluated in the enclosing scope; it hangs below the
            # comprehension node, so the answer for it is recorded here.
            if part == "generators" and child is node.generators[0]:
                self.evaluated_in[node.generators[0].iter] = outer
            return inner
        if part in {"body", "args"}:
            if isinstance(child, ast.arguments):
                annotations = [argument.annotation for argument in all_arguments(child)]
                for outside in [*child.defaults, *child.kw_defaults, *annotations]:
                    if outside is not None:
                        self.evaluated_in[outside] = outer
            return inner
        if part == "type_params":
            return inner
        self.evaluated_in[child] = outer
        return outer

    def _bind(self, node: ast.AST, scope: Scope) -> Scope:
        """Record what ``node`` binds in ``scope``; the scope for its body."""
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                self._declare(scope, node.id, Binding(node, value=self._plain_value(node)))
            elif isinstance(node.ctx, ast.Del):
                self._declare(scope, node.id, Binding(node))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._bind_import(node, scope)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._declare(scope, node.name, Binding(node))
            return self._open(node, scope)
        elif isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
            return self._open(node, scope)
        elif isinstance(node, ast.arg):
            scope.bind(node.arg, Binding(node))
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            self._declare(scope, node.name, Binding(node))
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self._declare(scope, node.rest, Binding(node))
        elif isinstance(node, ast.Global):
            scope.elsewhere.update(dict.fromkeys(node.names, "global"))
        elif isinstance(node, ast.Nonlocal):
            scope.elsewhere.update(dict.fromkeys(node.names, "nonlocal"))
        return scope

    def _open(self, node: ast.AST, scope: Scope) -> Scope:
        inner = self.scopes[node] = Scope(node, scope)
        return inner

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

    def _bind_import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                path = alias.name if alias.asname else local
                self._declare(scope, local, Binding(node, path=path))
            return
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                scope.star_imports.append(node)
                continue
            joint = "" if not module or module.endswith(".") else "."
            self._declare(scope, alias.asname or alias.name, Binding(node, path=f"{module}{joint}{alias.name}"))
