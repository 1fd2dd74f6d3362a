"""What a name is, in one module: what it binds itself, what it imports, what a star brings."""

from __future__ import annotations

import ast
import os
from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.environment.changes import changed_names, open_ended
from flake8_ocs_status.fate.environment.definitions import Definition, Definitions
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    Class,
    Function,
    ProjectModule,
    Repeater,
    Symbol,
    Value,
)
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import BUILTIN_NAMES, FUNCTIONS, FunctionNode, Scope
from flake8_ocs_status.program.vendor import is_starred, path_from_star
from flake8_ocs_status.transport.wrappers import is_wrapper_library

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.world import World


# How often an import may lead on to another one.
LONGEST_DETOUR = 6


class Naming(Definitions):
    """Adds names, and what they are."""

    # Whether the module's own statements have been looked at.
    _is_global_known = False

    def __init__(self, world: World, module: Module) -> None:
        super().__init__(world, module)
        self._classes: dict[ast.expr, ast.ClassDef | None] = {}
        self._detours = 0

    @cached_property
    def file(self) -> str:
        """The absolute path of the module's file."""
        return os.path.abspath(self.module.path)

    @abstractmethod
    def globals(self) -> dict[str, Value]:
        """The module's global names after its own statements have run."""

    @abstractmethod
    def closure(self, function: FunctionNode) -> dict[str, Value]:
        """The local names of a function after it has run, for the functions nested in it."""

    @abstractmethod
    def class_attribute(self, node: ast.ClassDef, name: str) -> Value:
        """``Class.name``."""

    @cached_property
    def _changed(self) -> frozenset[str]:
        """The names of collections that grow elsewhere than where they are made."""
        return changed_names(self.module)

    def value_of_name(self, name: str, scope: Scope) -> Value:
        """What a name is that no function under execution binds."""
        path = scope.import_path(name)
        if path is not None:
            return self._imported(path)
        owner = scope.owner_of(name)
        if owner is None:
            value = self._from_star_import(name)
            known = name in BUILTIN_NAMES and value == UNKNOWN and not self._is_hidden_by_star(name)
            return Symbol(f"builtins.{name}") if known else value
        if isinstance(owner.node, ast.ClassDef):
            return self.class_attribute(owner.node, name)
        if owner.parent is None:
            return self._global(name)
        if isinstance(owner.node, FUNCTIONS):
            return self.closure(owner.node).get(name, UNKNOWN)
        return UNKNOWN

    def value_of_global(self, name: str) -> Value:
        """What another module finds under a name in this one: what it binds, else a module inside this package."""
        scope = self.module.module_scope
        if name in scope.bindings:
            return self.value_of_name(name, scope)
        value = self._from_star_import(name)
        return self.world.submodule(self, name) if value == UNKNOWN else value

    def _imported(self, path: str) -> Value:
        if self._detours >= LONGEST_DETOUR:
            return UNKNOWN
        self._detours += 1
        try:
            return self.world.value_of_path(path, self)
        finally:
            self._detours -= 1

    def _from_star_import(self, name: str) -> Value:
        """What ``from module import *`` gives under a name that nothing else binds."""
        path = path_from_star(self.module.module_scope.star_imports, name)
        if path is not None:
            return self._imported(path)
        for statement in self.module.module_scope.star_imports:
            source = self._star_source(statement)
            if not isinstance(source, ProjectModule) or name.startswith("_"):
                return UNKNOWN
            if self._detours < LONGEST_DETOUR:
                self._detours += 1
                try:
                    value = self.world.member_of(source, name)
                finally:
                    self._detours -= 1
                if value != UNKNOWN:
                    return value
        return UNKNOWN

    def _star_source(self, statement: ast.ImportFrom) -> Value:
        return self._imported("." * statement.level + (statement.module or ""))

    def _is_hidden_by_star(self, name: str) -> bool:
        """Whether ``from module import *`` may bind the name of a builtin anew."""
        for statement in self.module.module_scope.star_imports:
            source = self._star_source(statement)
            home = self.world.at(source.file) if isinstance(source, ProjectModule) else None
            if home is None and not is_starred(statement):
                return True
            # A star there is not followed further, but for the vendor's libraries.
            scope = None if home is None else home.module.module_scope
            if scope is not None and (name in scope.bindings or not all(map(is_starred, scope.star_imports))):
                return True
        return False

    def _global(self, name: str) -> Value:
        """What a global name is after the module's own statements have run, as far as they have been looked at."""
        found = self.globals().get(name)
        if found is not None:
            return open_ended(found) if name in self._changed else found
        bindings = self.module.module_scope.bindings.get(name, [])
        definition = bindings[0].node if len(bindings) == 1 else None
        if isinstance(definition, ast.ClassDef) and not self._is_global_known:
            # Modules that import each other.
            return Class(definition)
        if isinstance(definition, Definition) and not self._is_global_known and self.is_plain(definition):
            return Function(definition)
        return UNKNOWN

    def is_own_decorator(self, name: ast.expr) -> bool:
        if isinstance(name, ast.Name):
            bindings = self.module.scope_of(name).lookup(name.id)
            if len(bindings) == 1 and isinstance(bindings[0].node, (*FUNCTIONS, ast.ClassDef)):
                return True
            made = bindings[0].value if len(bindings) == 1 else None
            if isinstance(made, ast.Call):
                # patient = retry(…)
                path = self.module.dotted(made.func)
                return path is not None and is_wrapper_library(path)
        path = self.module.dotted(name)
        if path is None or path.startswith("builtins."):
            return False
        return isinstance(self._imported(path), (Function, Class, Repeater))

    def class_named(self, node: ast.expr) -> ast.ClassDef | None:
        if node in self._classes:
            return self._classes[node]
        value = self._named(node)
        found = value.node if isinstance(value, Class) else None
        if found is not None or isinstance(value, Symbol):
            # What is still unknown may be known when modules that import each other have been looked at.
            self._classes[node] = found
        return found

    def _named(self, node: ast.expr) -> Value:
        """The class that an expression names, or a symbol of code out of sight."""
        if isinstance(node, ast.Name):
            bindings = self.module.scope_of(node).lookup(node.id)
            if len(bindings) == 1 and isinstance(bindings[0].node, ast.ClassDef):
                return Class(bindings[0].node)
        path = self.module.dotted(node)
        return UNKNOWN if path is None else self._imported(path)
