"""The clients that a function finds when it begins: in global names, and in attributes of its object.

Only those count that are made in one place, so that nobody puts another in their stead.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.witnesses import last_name
from flake8_ocs_status.possible.clients import HOOK_ATTRIBUTES
from flake8_ocs_status.possible.functions import Class
from flake8_ocs_status.possible.kinds import Kind
from flake8_ocs_status.possible.paths import path_of
from flake8_ocs_status.possible.senders import client_of
from flake8_ocs_status.possible.statements import Walk
from flake8_ocs_status.possible.states import SHARED, State, joined
from flake8_ocs_status.possible.summaries import Summaries
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode
from flake8_ocs_status.transport.clients import VERBS, has_client_word

_MOUNT = "mount"
_SENDING = VERBS | {"request", "send", "stream"}


class Surroundings(Summaries):
    """Summaries that know what the functions find when they begin."""

    def __init__(self, module: Module, meanings: Meanings) -> None:
        super().__init__(module, meanings)
        self._attributes: dict[ast.ClassDef, dict[str, Kind]] = {}
        self._named: dict[Module, frozenset[str]] = {}
        self._globals: dict[Module, dict[str, Kind]] = {}

    def known_at_start(self, module: Module, function: FunctionNode | None) -> dict[str, Kind]:
        if function is None:
            return {}
        found = dict(self._global_clients(module))
        owner = self.definitions(module).class_around(function.args)
        if owner is not None and not isinstance(function, ast.Lambda):
            for path, kind in self._kept_clients(owner, self._senders(module)).items():
                found.setdefault(path, kind)
        return found

    def _senders(self, module: Module) -> frozenset[str]:
        """The names of what a module sends requests with, for all we know."""
        if module not in self._named:
            names = {
                last_name(attribute.value)
                for attribute in module.nodes(ast.Attribute)
                if attribute.attr in _SENDING and isinstance(module.parents.get(attribute), ast.Call)
            }
            self._named[module] = frozenset(name for name in names if name is not None)
        return self._named[module]

    def _global_clients(self, module: Module) -> Mapping[str, Kind]:
        if module not in self._globals:
            self._globals[module] = {}
            bindings = module.module_scope.bindings
            names = [
                name
                for name in sorted(self._senders(module))
                if len(bindings.get(name, ())) == 1 and self._may_be_client(module, bindings[name][0].value)
            ]
            if names:
                walk = Walk(module, self.readings(module))
                walk.silent = True
                made = _clients_in(walk.statements(module.tree.body), names)
                self._globals[module] = {
                    f"{SHARED}{name}": _lasting(_others(module, None, name), kind) for name, kind in made.items()
                }
        return self._globals[module]

    def _kept_clients(self, owner: Class, names: frozenset[str]) -> Mapping[str, Kind]:
        """The clients that the methods of a class, and of its ancestors, keep in attributes once and for all."""
        if owner.node not in self._attributes:
            self._attributes[owner.node] = {}
            found: dict[str, Kind] = {}
            for ancestor in self.definitions(owner.module).lineage(owner):
                if isinstance(ancestor, Class):
                    for path, kind in self._kept_by(ancestor, names).items():
                        found.setdefault(path, kind)
            self._attributes[owner.node] = found
        return self._attributes[owner.node]

    def _kept_by(self, owner: Class, names: frozenset[str]) -> dict[str, Kind]:
        makers: dict[FunctionNode, list[str]] = {}
        for name in sorted(names):
            method = self._maker(owner, name)
            if method is not None:
                makers.setdefault(method, []).append(f"{SHARED}self.{name}")
        found: dict[str, Kind] = {}
        for method, paths in makers.items():
            walk = Walk(owner.module, self.readings(owner.module))
            walk.silent = True
            walk.function(method, {}, frozenset(paths))
            made = _clients_in(joined(*(state for _, state in walk.exits)), paths)
            found.update({path: self._lasting(owner, method, path, kind) for path, kind in made.items()})
        return found

    def _lasting(self, owner: Class, maker: FunctionNode, path: str, kind: Kind) -> Kind:
        definitions = self.definitions(owner.module)
        related = definitions.related(owner)
        return _lasting(
            [
                attribute
                for attribute in _others(owner.module, maker, path)
                if (around := definitions.class_around(attribute)) is None or around.node in related
            ],
            kind,
        )

    def _maker(self, owner: Class, name: str) -> FunctionNode | None:
        """The method that makes the one client in an attribute of this name."""
        definitions = self.definitions(owner.module)
        stores = [
            store for store in definitions.stores(owner, name) if not _is_none(definitions.stored(store))
        ]  # fmt: skip
        if (
            len(stores) != 1
            or not _is_own(stores[0])
            or not self._may_be_client(owner.module, definitions.stored(stores[0]))
        ):
            return None
        around = definitions.class_around(stores[0])
        return owner.module.enclosing_function(stores[0]) if around is not None and around.node is owner.node else None

    def _may_be_client(self, module: Module, value: ast.expr | None) -> bool:
        if isinstance(value, ast.Await):
            value = value.value
        if not isinstance(value, ast.Call):
            return False
        path = module.dotted(value.func)
        if path is not None and client_of(path) is not None:
            return True
        if self.client_of_class(module, value) is not None:
            return True
        definition = self.definition(module, value)
        if definition is None or not has_client_word(definition.module.folded):
            return False
        called = self.called(module, value, None)
        return called is not None and called.summary.kind is not None and called.summary.kind.is_client


def _others(module: Module, maker: FunctionNode | None, path: str) -> list[ast.Attribute]:
    """Where other functions of the module than its maker may undo what a client does: its hooks and its adapters."""
    return [
        attribute
        for attribute in module.nodes(ast.Attribute)
        if (attribute.attr == _MOUNT or attribute.attr in HOOK_ATTRIBUTES)
        and (path_of(module, attribute.value) or "").lstrip(SHARED) == path.lstrip(SHARED)
        and module.enclosing_function(attribute) is not maker
    ]


def _lasting(others: Iterable[ast.Attribute], kind: Kind) -> Kind:
    """A client without what is undone there."""
    for attribute in others:
        kind = replace(kind, mounts=()) if attribute.attr == _MOUNT else kind.without_hooks
    return kind


def _is_own(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _clients_in(state: State | None, paths: Iterable[str]) -> dict[str, Kind]:
    if state is None:
        return {}
    return {path: state.kinds[path] for path in paths if path in state.kinds and state.kinds[path].is_client}
