"""Which expression names a constant at one place of a module: through what is imported there, or through a new import.

Python's scoping decides. A binding counts only where it is certain to have happened before the place is run.
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass

from flake8_ocs_status.catalogue.constants import Constant
from flake8_ocs_status.fix.problems import RefusedError
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FUNCTIONS, Binding, Scope

# `import starlette` alone gives no `starlette.status`: the module has to be imported itself.
SUBMODULES = frozenset({"starlette.status", "rest_framework.status"})
ENDS = (ast.Raise, ast.Return, ast.Continue, ast.Break)


@dataclass(frozen=True, slots=True)
class Naming:
    """How to write the constant at a place. ``runs_at_import`` tells that a new import must stand above the place."""

    text: str
    needs_import: bool = False
    runs_at_import: bool = False


@dataclass(frozen=True, slots=True)
class _Imported:
    """A local name that leads to the constant's parent: ``h.HTTPStatus`` by way of ``h``."""

    local: str
    parent: str
    path: str


class Bindings:
    """The bindings of one module, asked for one constant after the other."""

    def __init__(self, module: Module) -> None:
        self._module = module
        imports: list[ast.Import | ast.ImportFrom] = [*module.nodes(ast.Import), *module.nodes(ast.ImportFrom)]
        self._places: dict[int, dict[int, int]] = {}
        self._first_binding: dict[tuple[int, str], int] = {}
        self._imports = sorted(imports, key=lambda node: (node.lineno, node.col_offset))

    def naming(self, node: ast.AST, constant: Constant) -> Naming:
        """How to write ``constant`` at ``node``; raises RefusedError where its name means something else there."""
        scope = self._module.scope_of(node)
        for imported in self._candidates(constant):
            owner = scope.owner_of(imported.local)
            if owner is not None and self._reaches(imported, owner, scope, node):
                return Naming(f"{imported.parent}.{constant.attribute}")
        self._check_free(constant, scope)
        return Naming(constant.text, needs_import=True, runs_at_import=not _deferred(scope, scope.module()))

    def _candidates(self, constant: Constant) -> list[_Imported]:
        """The imports that lead to the constant, those of its parent itself first."""
        full = f"{constant.module}.{constant.name}"
        direct: list[_Imported] = []
        indirect: list[_Imported] = []
        for node in self._imports:
            for alias in node.names:
                local = alias.asname or alias.name
                if isinstance(node, ast.ImportFrom):
                    path = f"{node.module}.{alias.name}" if node.level == 0 else ""
                    loaded = path
                elif alias.asname:
                    path = loaded = alias.name
                else:
                    local = path = alias.name.partition(".")[0]
                    loaded = alias.name
                if path == full:
                    direct.append(_Imported(local, local, path))
                elif full.startswith(f"{path}.") and _is_loaded(loaded, constant):
                    indirect.append(_Imported(local, local + full[len(path) :], path))
        return [*direct, *indirect]

    def _reaches(self, imported: _Imported, owner: Scope, scope: Scope, node: ast.AST) -> bool:
        bindings = owner.bindings[imported.local]
        if not all(binding.path == imported.path or self._is_fallback(binding, imported) for binding in bindings):
            return False
        if _deferred(scope, owner) and owner.parent is None:
            # A function runs after its module: an import further down reaches it too.
            assert isinstance(owner.node, ast.Module)
            if any(_surely_binds(statement, imported.local) for statement in owner.node.body):
                return True
        return self._bound_before(node, owner, imported.local)

    def _is_fallback(self, binding: Binding, imported: _Imported) -> bool:
        """Whether a binding stands in an ``except`` of a ``try`` that imports the name: the other side of it."""
        if isinstance(binding.value, ast.Constant) and binding.value.value is None:
            return False
        current: ast.AST = binding.node
        while current in self._module.parents:
            parent = self._module.parents[current]
            if isinstance(current, ast.ExceptHandler) and isinstance(parent, ast.Try):
                return any(_imports(statement, imported.local) for statement in parent.body)
            current = parent
        return False

    def _bound_before(self, node: ast.AST, owner: Scope, name: str) -> bool:
        """Whether every way to ``node`` passes a statement that binds ``name`` in the scope ``owner``."""
        current = node
        while current is not owner.node and current in self._module.parents:
            parent = self._module.parents[current]
            # A function's own statements bind in the function's scope, not in the owner's.
            for _, block in ast.iter_fields(parent):
                bound = isinstance(block, list) and self._binds_before(block, current, name)
                if bound and self._scope_of_block(parent) is owner:
                    return True
            after_body = isinstance(parent, ast.Try) and any(item is current for item in parent.orelse)
            if after_body and any(_surely_binds(item, name) for item in parent.body):  # type: ignore[attr-defined]
                return self._scope_of_block(parent) is owner
            current = parent
        return False

    def _binds_before(self, block: list[ast.AST], current: ast.AST, name: str) -> bool:
        """Whether an item of a block above ``current`` binds ``name``; each block is looked through once."""
        places = self._places.get(id(block))
        if places is None:
            places = self._places[id(block)] = {id(item): place for place, item in enumerate(block)}
        place = places.get(id(current))
        if place is None:
            return False
        if (id(block), name) not in self._first_binding:
            self._first_binding[id(block), name] = next(
                (number for number, item in enumerate(block) if _surely_binds(item, name)), len(block)
            )
        return self._first_binding[id(block), name] < place

    def _scope_of_block(self, parent: ast.AST) -> Scope:
        """The scope in which the statements of ``parent`` bind their names."""
        current: ast.AST | None = parent
        while current is not None and not isinstance(current, (*FUNCTIONS, ast.ClassDef, ast.Module)):
            current = self._module.parents.get(current)
        return self._module.scope_of(current) if current is not None else self._module.module_scope

    def _check_free(self, constant: Constant, scope: Scope) -> None:
        """Raise RefusedError unless a new module-level import of the constant's parent would be what ``scope`` sees."""
        name = constant.name
        owner = scope.owner_of(name)
        taken = RefusedError(f"name taken: {name} is something else here")
        if owner is None:
            if hasattr(builtins, name):
                raise taken
            # A star brings no other HTTPStatus; `status` and `codes` may be anything.
            if scope.module().star_imports and (name.islower() or self._is_read(name)):
                raise RefusedError(f"name taken: {name} may come from a star import")
            return
        if owner.parent is not None:
            raise taken
        for binding in owner.bindings[name]:
            if binding.path != f"{constant.module}.{name}":
                raise taken
            if self._for_types_only(binding.node):
                raise RefusedError(f"{name} is imported for type checking only")
        assert isinstance(owner.node, ast.Module)
        if any(_surely_binds(statement, name) for statement in owner.node.body):
            raise RefusedError(f"{name} is imported further down only")

    def _is_read(self, name: str) -> bool:
        return any(node.id == name and isinstance(node.ctx, ast.Load) for node in self._module.nodes(ast.Name))

    def _for_types_only(self, node: ast.AST) -> bool:
        current = node
        while current in self._module.parents:
            current = self._module.parents[current]
            if isinstance(current, ast.If) and "TYPE_CHECKING" in ast.unparse(current.test):
                return True
        return False


def _is_loaded(loaded: str, constant: Constant) -> bool:
    """Whether importing the module ``loaded`` is enough to reach the constant's parent through its package."""
    full = f"{constant.module}.{constant.name}"
    needed = full if full in SUBMODULES else constant.module
    return loaded == needed or loaded.startswith(f"{needed}.")


def _deferred(scope: Scope, owner: Scope) -> bool:
    """Whether ``scope`` runs later than the statements of ``owner``: a function stands between them."""
    current: Scope | None = scope
    while current is not None and current is not owner:
        if isinstance(current.node, FUNCTIONS):
            return True
        current = current.parent
    return False


def _imports(statement: ast.stmt, name: str) -> bool:
    return isinstance(statement, (ast.Import, ast.ImportFrom)) and any(
        (alias.asname or alias.name.partition(".")[0]) == name for alias in statement.names
    )


def _surely_binds(statement: ast.AST, name: str) -> bool:
    """Whether ``name`` is bound for certain once ``statement`` has run to its end."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return _imports(statement, name)
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return statement.name == name
    if isinstance(statement, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
    if isinstance(statement, ast.If):
        return _block_binds(statement.body, name) and _block_binds(statement.orelse, name)
    if isinstance(statement, ast.Try):
        if _block_binds(statement.finalbody, name):
            return True
        tried = _block_binds(statement.body, name) or _block_binds(statement.orelse, name)
        return tried and all(
            _block_binds(handler.body, name) or isinstance(handler.body[-1], ENDS) for handler in statement.handlers
        )
    return False


def _block_binds(block: list[ast.stmt], name: str) -> bool:
    return any(_surely_binds(statement, name) for statement in block)
