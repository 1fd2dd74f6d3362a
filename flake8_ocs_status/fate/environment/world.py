"""The modules that one check looks at: the one that is checked, and those of its project that its names lead to.

Other modules are read when a name leads there, and only as far as the budget of the check goes. What they define is
told by the nodes of their trees; :meth:`World.home_of` says which module a definition belongs to.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterable

from flake8_ocs_status.fate.environment.declared import Declared
from flake8_ocs_status.fate.environment.execution import Execution
from flake8_ocs_status.fate.environment.naming import Naming
from flake8_ocs_status.fate.environment.surroundings import Surroundings
from flake8_ocs_status.fate.exchange.answers import symbol_value
from flake8_ocs_status.fate.values import (
    FROM_OUTSIDE,
    UNKNOWN,
    Class,
    Method,
    Object,
    ProjectModule,
    Super,
    Symbol,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import join
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.project import module_at, project_of
from flake8_ocs_status.program.scopes import FUNCTIONS, FunctionNode
from flake8_ocs_status.settings import Settings
from flake8_ocs_status.transport.clients import CLIENT_PACKAGES, Library, client_library
from flake8_ocs_status.transport.wrappers import LIBRARIES as WRAPPER_LIBRARIES

# Together these keep the time for a check linear in the length of what it looks at, whatever is written there.
STEPS_TO_START_WITH = 400_000
STEPS_FOR_EACH_LINE = 40
# Of a longer module elsewhere most has nothing to do with this one.
MOST_LINES_ELSEWHERE = 1_000
MOST_MODULES = 40
# What these do is told by tables, even where their source lies in the project.
TOLD_BY_TABLES = CLIENT_PACKAGES | {"httpx_retries", "aiohttp_retry", *WRAPPER_LIBRARIES}


class World:
    """The modules around the one that is checked."""

    def __init__(
        self, module: Module, settings: Settings, execution: Callable[[World, Surroundings], Execution]
    ) -> None:
        """``execution`` makes a new execution of code of a module."""
        self.execution = execution
        self.declared = Declared(settings.client_calls)
        self.project = project_of(module.path)
        self._allocations: dict[str, tuple[Surroundings, ast.Call]] = {}
        # What is known of objects, by their allocations and the names of their attributes.
        self._known: dict[str, dict[str, Value]] = {}
        self._clients_given: dict[FunctionNode, dict[str, Library | None]] = {}
        # The functions of which it has been learned that they are given a client.
        self.given_clients: list[FunctionNode] = []
        self._arguments: dict[ast.AST, dict[str, Value]] = {}
        self._homes: dict[ast.AST, Surroundings] = {}
        self._by_file: dict[str, Surroundings | None] = {}
        self._clients: dict[ast.ClassDef, Library | None] = {}
        # What all executions of this check may take together.
        self.steps_left = STEPS_TO_START_WITH
        self.root = self._settle(module, "")
        self._by_file[module.path if self.project is None else self.project.path] = self.root

    def let_go(self) -> None:
        """Forget everything that was worked out about the modules."""
        for home in self._by_file.values():
            if home is not None:
                vars(home).clear()
        vars(self).clear()

    def note_allocation(self, name: str, home: Surroundings, node: ast.Call) -> None:
        """Note the call, in this module, that creates the object of this name."""
        self._allocations[name] = home, node

    def allocation_of(self, instance: Object) -> ast.Call | None:
        """The call that creates an object; None when it is out of sight."""
        found = self._allocations.get(instance.allocation)
        return None if found is None else found[1]

    def note_client(self, function: FunctionNode, parameter: str, given: Object) -> None:
        """Remember that a function is given a client for a parameter."""
        library = given.kind if isinstance(given.kind, Library) else self.library_of(given)
        if library is None:
            return
        known = self._clients_given.setdefault(function, {})
        # Of two libraries, or of a class of the project, it is not known how it sends.
        plain = library if isinstance(given.kind, Library) and known.get(parameter, library) is library else None
        if parameter not in known:
            self.given_clients.append(function)
        known[parameter] = plain

    def client_given(self, function: FunctionNode, parameter: str) -> Value:
        """What a parameter is for which everybody in sight gives a client of one library."""
        library = self._clients_given.get(function, {}).get(parameter)
        return UNKNOWN if library is None else Object(library, f"{FROM_OUTSIDE}{parameter}")

    def argument_of(self, node: ast.ClassDef, parameter: str) -> Value:
        """What those who make instances of a class pass to its ``__init__`` for a parameter; UNKNOWN when nobody in
        sight makes one."""
        if node not in self._arguments:
            # A class whose instances make others of the same class.
            self._arguments[node] = {}
            modules = self._users_of(node)
            self._arguments[node] = _joined(made for module in modules for made in module.constructions_of(node))
        return self._arguments[node].get(parameter, UNKNOWN)

    def object_given(self, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str) -> Value:
        """The object of the project, other than a client, that those who call a function pass for a parameter; UNKNOWN
        when it is none, or not known."""
        if function not in self._arguments:
            # Functions that call each other.
            self._arguments[function] = {}
            modules = self._users_of(function)
            self._arguments[function] = _joined(given for module in modules for given in module.calls_of(function))
        value = self._arguments[function].get(parameter, UNKNOWN)
        return value if isinstance(value, Object) and self.library_of(value) is None else UNKNOWN

    def _users_of(self, definition: ast.AST) -> list[Surroundings]:
        """The module that defines something, and those that import it, but for tests."""
        home = self.home_of(definition)
        return [home, *(importer for importer in self.importers(home) if not importer.is_test)]

    def is_configured_elsewhere(self, client: Object) -> bool:
        """Whether a function of the module that makes this client may configure it, out of sight of where it sends."""
        found = self._allocations.get(client.allocation)
        return found is not None and found[0].is_configured_elsewhere(client, found[1])

    def remember(self, values: dict[str, Value]) -> None:
        """Keep what is known of the attributes of objects that modules and classes hold."""
        for key, value in values.items():
            # No allocation has a dot in its name.
            allocation, _, name = key.removeprefix("@").partition(".")
            attributes = self._known.setdefault(allocation, {})
            known = attributes.get(name)
            attributes[name] = value if known is None else join(known, value)

    def attribute_of(self, instance: Object, name: str) -> Value | None:
        """What an object that other code made has under a name, before anything is done to it here."""
        self._meet(instance)
        return self._known.get(instance.allocation, {}).get(name)

    def attributes_of(self, instance: Object) -> dict[str, Value]:
        """All that is known of the attributes of an object that other code made."""
        self._meet(instance)
        return dict(self._known.get(instance.allocation, {}))

    def _meet(self, instance: Object) -> None:
        if isinstance(instance.kind, ast.ClassDef):
            home = self.home_of(instance.kind)
            if instance == home.instance_under_study(instance.kind):
                home.attributes(instance.kind)

    def home_of(self, definition: ast.AST) -> Surroundings:
        """The module that a function or class belongs to."""
        return self._homes.get(definition, self.root)

    def home_of_node(self, node: ast.AST) -> Surroundings | None:
        """The module that a node stands in; None for a call that stands for reading a property."""
        return next((home for home in self._by_file.values() if home is not None and node in home.module.parents), None)

    def library_of(self, receiver: Object | Super) -> Library | None:
        """The HTTP library of which this is a client: a session, or an instance of a class that is derived from one."""
        kind = receiver.kind if isinstance(receiver, Object) else receiver.node
        if isinstance(kind, Library):
            return kind
        if kind not in self._clients:
            paths = [
                path
                for current in self.home_of(kind).lineage(kind)
                for path in self.home_of(current).bases(current)[1]
                if path is not None
            ]
            self._clients[kind] = next(filter(None, map(client_library, paths)), None)
        return self._clients[kind]

    def is_inherited_from_client(self, receiver: Object | Super, name: str) -> bool:
        """Whether an attribute is none that a class of the project defines, but its client library may."""
        kind = receiver.kind if isinstance(receiver, Object) else receiver.node
        if isinstance(kind, Library) or self.library_of(receiver) is None:
            return False
        lineage = self.home_of(kind).lineage(kind)
        above = lineage if isinstance(receiver, Object) else lineage[1:]
        return not any(name in self.home_of(current).module.scope_of(current).bindings for current in above)

    def ancestry(self, node: ast.ClassDef) -> frozenset[object] | None:
        """Everything that ``except`` may name to catch an exception of this class; None when a base is not known."""
        return self.home_of(node).ancestry(node)

    def paths_of_bases(self, node: ast.ClassDef) -> frozenset[str]:
        """The dotted paths of the classes out of sight that a class of the project extends."""
        lineage = self.home_of(node).lineage(node)
        return frozenset(path for one in lineage for path in self.home_of(one).bases(one)[1] if path is not None)

    def names_in(self, node: ast.ClassDef) -> frozenset[str]:
        """The names that a class and its ancestors in the project define."""
        lineage = self.home_of(node).lineage(node)
        return frozenset(name for one in lineage for name in self.home_of(one).module.scope_of(one).bindings)

    def at(self, file: str) -> Surroundings | None:
        """The module in a file of the project; None when it cannot be read or parsed, or is one too many."""
        if file not in self._by_file:
            module = module_at(file) if len(self._by_file) < MOST_MODULES else None
            self._by_file[file] = None if module is None else self._settle(module, f"{len(self._by_file)}/")
        return self._by_file[file]

    def _settle(self, module: Module, mark: str) -> Surroundings:
        home = Surroundings(self, module, mark)
        lines = len(module.lines)
        self.steps_left += STEPS_FOR_EACH_LINE * (min(lines, MOST_LINES_ELSEWHERE) if self._by_file else lines)
        for kind in (*FUNCTIONS, ast.ClassDef):
            self._homes.update(dict.fromkeys(module.nodes(kind), home))
        return home

    def value_of_path(self, dotted: str, importer: Naming) -> Value:
        """What an imported dotted path is: what a module of the project binds, else a symbol of code out of sight."""
        if self.project is None or dotted.partition(".")[0] in TOLD_BY_TABLES:
            return symbol_value(dotted)
        located = self.project.locate(dotted, importer.file)
        if located is None:
            return symbol_value(dotted)
        file, names = located
        value: Value = ProjectModule(file)
        for name in names:
            value = self.member_of(value, name)
        return value

    def member_of(self, value: Value, name: str) -> Value:
        """What ``value.name`` is, where the value is a module, a class, or out of sight."""
        if isinstance(value, ProjectModule):
            home = self.at(value.file)
            return UNKNOWN if home is None else home.value_of_global(name)
        if isinstance(value, Class):
            if name == "__subclasses__":
                return Method(value, name)
            return self.home_of(value.node).class_attribute(value.node, name)
        return symbol_value(f"{value.path}.{name}") if isinstance(value, Symbol) else UNKNOWN

    def subclasses(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        """The classes of the project that extend one directly: those of its module, and of those that import it."""
        home = self.home_of(node)
        homes = [home, *(importer for importer in self.importers(home) if not importer.is_test)]
        return [found for one in homes for found in one.module.nodes(ast.ClassDef) if node in one.bases(found)[0]]

    def submodule(self, package: Naming, name: str) -> Value:
        """The module of this name inside a package."""
        if self.project is None or os.path.basename(package.file) != "__init__.py":
            return UNKNOWN
        file = self.project.submodule(package.file, name)
        return UNKNOWN if file is None else ProjectModule(file)

    def importers(self, home: Surroundings) -> list[Surroundings]:
        """The modules of the project that import this one, as far as they may be looked at."""
        if self.project is None:
            return []
        found = map(self.at, self.project.importers_of(home.file))
        return [importer for importer in found if importer is not None and importer is not home]


def _joined(handed: Iterable[dict[str, Value]]) -> dict[str, Value]:
    """What is handed over for each parameter, by one or the other."""
    found: dict[str, Value] = {}
    for arguments in handed:
        for name, value in arguments.items():
            known = found.get(name)
            found[name] = value if known is None else join(known, value)
    return found
