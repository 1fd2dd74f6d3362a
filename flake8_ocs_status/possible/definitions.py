"""Which function of the project a call calls, as far as names, classes and imports tell without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from flake8_ocs_status.possible.functions import (
    CONTEXT_MANAGERS,
    Class,
    Definition,
    Found,
    function_returned,
    is_plain,
    is_static,
    keeps_result,
)
from flake8_ocs_status.possible.passing import passes_on
from flake8_ocs_status.program.bases import EMPTY_BASES
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.outlines import outline_of
from flake8_ocs_status.program.project import Project, module_at, project_of
from flake8_ocs_status.program.scopes import FUNCTIONS, Binding

OWNERS = frozenset({"self", "cls"})
_FURTHEST = 4
# What stands in every module that has something to do with the status of a response, or with decorators.
_WORDS = (
    "status_code", "raise_for_status", ".status", ".code", ".getcode", ".ok", ".is_success", ".is_error", "hooks",
    "session)", "session,", "client)", "client,", "wraps(",
)  # fmt: skip


class Definitions:
    """Finds what the names of one module stand for. ``of`` gives the same for another module of the project."""

    def __init__(self, module: Module, others: dict[str, Definitions]) -> None:
        self.module = module
        self._others = others

    @cached_property
    def project(self) -> Project | None:
        """The project that the module belongs to."""
        return project_of(self.module.path)

    def of(self, module: Module) -> Definitions:
        """The definitions of another module."""
        if module is self.module:
            return self
        return self._others.setdefault(module.path, Definitions(module, self._others))

    # Names

    def named(self, node: ast.expr, steps: int = _FURTHEST) -> Found | None:
        """The function or class that a name, or a dotted path through imports, stands for."""
        if isinstance(node, ast.Name):
            bindings = self.module.scope_of(node).lookup(node.id)
            return self._bound(bindings, steps)
        path = self.module.dotted(node)
        return self._imported(path, steps) if path is not None else None

    def _bound(self, bindings: list[Binding], steps: int) -> Found | None:
        if len(bindings) != 1:
            return None
        binding = bindings[0]
        if binding.path is not None:
            return self._imported(binding.path, steps)
        if isinstance(binding.node, ast.ClassDef):
            return Class(self.module, binding.node)
        if isinstance(binding.node, FUNCTIONS):
            return Definition(self.module, binding.node)
        if isinstance(binding.value, ast.Lambda):
            return Definition(self.module, binding.value)
        return None

    def _imported(self, path: str, steps: int) -> Found | None:
        """What an import leads to in a module of the project."""
        if steps == 0 or self.project is None:
            return None
        located = self.project.locate(path, self.project.path)
        if located is None or len(located[1]) != 1:
            return None
        file, (name,) = located
        outline = outline_of(file)
        if outline is None or name not in outline.source:
            return None
        if name not in outline.imported_names and not any(word in outline.folded for word in _WORDS):
            return None
        other = module_at(file)
        if other is None:
            return None
        return self.of(other)._bound(other.module_scope.bindings.get(name, []), steps - 1)

    # Classes

    def class_around(self, node: ast.AST) -> Class | None:
        """The class in whose method a node stands, where the method's first parameter is the instance or the class."""
        function = self.module.enclosing_function(node)
        while function is not None:
            parent = self.module.parents.get(function)
            if isinstance(parent, ast.ClassDef) and not isinstance(function, ast.Lambda):
                arguments = [*function.args.posonlyargs, *function.args.args]
                is_method = bool(arguments) and arguments[0].arg in OWNERS
                return Class(self.module, parent) if is_method else None
            function = self.module.enclosing_function(parent) if parent is not None else None
        return None

    def bases_of(self, owner: Class) -> list[Class | str | None]:
        """The bases of a class: classes of the project, dotted paths of others, None for what is not known."""
        here = self.of(owner.module)
        found: list[Class | str | None] = []
        for base in owner.node.bases:
            named = here.named(base.value if isinstance(base, ast.Subscript) else base)
            found.append(named if isinstance(named, Class) else owner.module.dotted(base))
        return found

    def lineage(self, owner: Class, steps: int = 6) -> Iterator[Class | str | None]:
        """A class and its ancestors, nearest first; those out of sight as a dotted path or None."""
        yield owner
        if steps:
            for base in self.bases_of(owner):
                if isinstance(base, Class):
                    yield from self.lineage(base, steps - 1)
                elif base not in EMPTY_BASES:
                    yield base

    def method(self, owner: Class, name: str, *, above: bool = False) -> Definition | str | None:
        """The method of this name, of a class or, with ``above``, of its ancestors; else the dotted path of the
        ancestor out of sight that may have it."""
        for ancestor in self.lineage(owner):
            if not isinstance(ancestor, Class):
                return ancestor
            if above and ancestor.node is owner.node:
                continue
            found = method_in(ancestor.node, name)
            if found is not None:
                return Definition(ancestor.module, found, not is_static(ancestor.module, found))
        return None

    def is_overridden(self, owner: Class, name: str) -> bool:
        """Whether a class of the same module that extends this one, or of one that imports it, has a method of its own
        by this name."""
        return any(method_in(node, name) is not None for node in self.of(owner.module).heirs(owner.node))

    def heirs(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        """The classes of the module that extend one."""
        names = {node.name}
        found: list[ast.ClassDef] = []
        classes = self.module.nodes(ast.ClassDef)
        for _ in range(3):
            for other in classes:
                if other is node or other in found:
                    continue
                bases = {part.id if isinstance(part, ast.Name) else "" for part in other.bases}
                if names & bases:
                    found.append(other)
                    names.add(other.name)
        return found

    def instance(self, node: ast.expr) -> Class | None:
        """The class of which an expression is an instance."""
        if isinstance(node, ast.Await):
            node = node.value
        if isinstance(node, ast.Call):
            named = self.named(node.func)
            return named if isinstance(named, Class) else self._promised(named)
        if isinstance(node, ast.Name):
            bindings = self.module.scope_of(node).lookup(node.id)
            return self._instance_bound(bindings[0]) if len(bindings) == 1 else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in OWNERS:
            owner = self.class_around(node)
            return self._instance_kept(owner, node.attr) if owner is not None else None
        return None

    def _instance_bound(self, binding: Binding) -> Class | None:
        if isinstance(binding.node, ast.arg):
            return self._annotated(binding.node.annotation)
        value = binding.value
        parent = self.module.parents.get(binding.node)
        if value is None and isinstance(parent, ast.withitem):
            value = parent.context_expr
            if not isinstance(value, ast.Call):
                return None
            made = self.instance(value)
            # Entering may give something else.
            own = made is not None and not isinstance(self.method(made, "__enter__"), Definition)
            return made if own and not isinstance(made and self.method(made, "__aenter__"), Definition) else None
        return self.instance(value) if isinstance(value, (ast.Call, ast.Await)) else None

    def _annotated(self, annotation: ast.expr | None) -> Class | None:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            named = self._bound(self.module.module_scope.bindings.get(annotation.value, []), _FURTHEST)
        else:
            named = self.named(annotation) if isinstance(annotation, (ast.Name, ast.Attribute)) else None
        return named if isinstance(named, Class) else None

    def is_made(self, node: ast.expr) -> bool:
        """Whether an expression makes an instance of a class, which is of that very class."""
        return isinstance(node, ast.Call) and (is_super(node) or isinstance(self.named(node.func), Class))

    def _promised(self, named: Found | None) -> Class | None:
        """The class of which a function says, by its annotation, that it returns an instance."""
        if not isinstance(named, Definition) or isinstance(named.node, ast.Lambda) or not is_plain(named):
            return None
        return self.of(named.module)._annotated(named.node.returns)

    def _instance_kept(self, owner: Class, name: str) -> Class | None:
        """The class of what the methods of a class keep in an attribute, when all of them keep the same."""
        found: Class | None = None
        for value in self.of(owner.module).kept(owner, name):
            if isinstance(value, ast.Constant) and value.value is None:
                continue
            kept = None
            if isinstance(value, ast.Call) or (isinstance(value, ast.Name) and value.id not in OWNERS):
                kept = self.of(owner.module).instance(value)
            if kept is None or (found is not None and kept.node is not found.node):
                return None
            found = kept
        return found

    def kept(self, owner: Class, name: str) -> list[ast.expr | None]:
        """What the module of a class stores in attributes of this name, of its instances for all we know; None for a
        value that does not stand there."""
        return [self.stored(store) for store in self.stores(owner, name)]

    def stores(self, owner: Class, name: str) -> list[ast.Attribute]:
        """Where the module of a class stores something in attributes of this name, of its instances for all we know."""
        stores = self.attribute_stores(name)
        if not stores:
            return []
        related = self.related(owner)
        found = []
        for attribute in stores:
            around = self.class_around(attribute) if isinstance(attribute.value, ast.Name) else None
            own = isinstance(attribute.value, ast.Name) and attribute.value.id in OWNERS
            parent = self.module.parents.get(attribute)
            is_declared = isinstance(parent, ast.AnnAssign) and parent.value is None
            if not is_declared and not (own and around is not None and around.node not in related):
                found.append(attribute)
        return found

    def related(self, owner: Class) -> set[ast.ClassDef]:
        """A class, its ancestors, and the classes of the module that extend it."""
        return {one.node for one in self.lineage(owner) if isinstance(one, Class)} | {*self.heirs(owner.node)}

    def stored(self, attribute: ast.Attribute) -> ast.expr | None:
        """What is stored in an attribute by itself."""
        parent = self.module.parents.get(attribute)
        if isinstance(parent, ast.AnnAssign):
            return parent.value
        return parent.value if isinstance(parent, ast.Assign) and attribute in parent.targets else None

    def attribute_stores(self, name: str) -> Sequence[ast.Attribute]:
        """Where the module stores something in attributes of this name, whatever they are of."""
        return self._stores.get(name, ())

    @cached_property
    def _stores(self) -> dict[str, list[ast.Attribute]]:
        found: dict[str, list[ast.Attribute]] = {}
        for attribute in self.module.nodes(ast.Attribute):
            if not isinstance(attribute.ctx, ast.Load):
                found.setdefault(attribute.attr, []).append(attribute)
        return found

    # Calls

    def called(self, call: ast.Call) -> Definition | None:
        """The function that a call calls, when nothing else may be meant."""
        function = call.func
        found: Found | None = None
        if isinstance(function, ast.Name):
            found = self.named(function)
        elif isinstance(function, ast.Attribute):
            found = self._method_called(function)
            if found is None and self.module.dotted(function) is not None:
                found = self.named(function)
        return self.of(found.module)._as_decorated(found) if isinstance(found, Definition) else None

    def _as_decorated(self, definition: Definition) -> Definition | None:
        """What calling the name of a function calls: the function, or the wrapper that a decorator puts around it."""
        node = definition.node
        others: list[ast.expr] = []
        if not isinstance(node, ast.Lambda):
            others = [one for one in node.decorator_list if not self._keeps_result(one)]
        if not others:
            return definition
        if len(others) > 1:
            return None
        decorator = others[0]
        if self.module.dotted(decorator) in CONTEXT_MANAGERS:
            return replace(definition, yields=True)
        decorating = self._decorating(decorator)
        made = function_returned(decorating) if decorating is not None else None
        return replace(made, is_bound=False) if made is not None else None

    def _keeps_result(self, decorator: ast.expr) -> bool:
        if keeps_result(self.module, decorator):
            return True
        decorating = self._decorating(decorator)
        return decorating is not None and passes_on(decorating)

    def _decorating(self, decorator: ast.expr) -> Definition | None:
        """The function of the project that a decorated function is handed to."""
        made = self.named(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if isinstance(decorator, ast.Call):
            made = function_returned(made) if isinstance(made, Definition) else None
        return made if isinstance(made, Definition) else None

    def function(self, node: ast.expr) -> Definition | None:
        """The function that an expression stands for without calling it."""
        if isinstance(node, ast.Lambda):
            return Definition(self.module, node)
        found = self._method_called(node) if isinstance(node, ast.Attribute) else self.named(node)
        return found if isinstance(found, Definition) and is_plain(found) else None

    def _method_called(self, function: ast.Attribute) -> Definition | None:
        receiver = function.value
        found: Definition | str | None = None
        if isinstance(receiver, ast.Name) and receiver.id in OWNERS:
            owner = self.class_around(function)
            if owner is not None and not self.is_overridden(owner, function.attr):
                found = self.method(owner, function.attr)
        elif is_super(receiver):
            owner = self.class_around(function)
            found = self.method(owner, function.attr, above=True) if owner is not None else None
        else:
            owner = self.instance(receiver)
            if owner is not None and (self.is_made(receiver) or not self.is_overridden(owner, function.attr)):
                found = self.method(owner, function.attr)
        return found if isinstance(found, Definition) else None


def is_super(node: ast.expr) -> bool:
    """Whether an expression is ``super()``."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def method_in(node: ast.ClassDef, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The one method of this name that a class itself defines."""
    found = [
        statement
        for statement in node.body
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.name == name
    ]
    return found[-1] if found else None
