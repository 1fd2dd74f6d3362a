"""What a function sees of its module: globals, closures, classes and their instances, all worked out abstractly.

Each part is computed when it is first asked for, by executing the code that makes it, and kept.
"""

from __future__ import annotations

import ast
import os
import re
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.changes import changed_names, open_ended
from flake8_ocs_status.fate.conditions import are_on_clients
from flake8_ocs_status.fate.definitions import PLAIN_DECORATORS, Definition, Definitions
from flake8_ocs_status.fate.fields import Fields, fields_of
from flake8_ocs_status.fate.record import BudgetSpentError
from flake8_ocs_status.fate.states import Flow, Paths, State
from flake8_ocs_status.fate.values import (
    FROM_OUTSIDE,
    NONE,
    UNKNOWN,
    Class,
    Function,
    Known,
    Object,
    OtherResponse,
    ProjectModule,
    Symbol,
    Value,
    join,
)
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import BUILTIN_NAMES, FUNCTIONS, Binding, FunctionNode, Scope, all_arguments
from flake8_ocs_status.program.vendor import is_starred, path_from_star
from flake8_ocs_status.transport.clients import RESPONSE_CLASSES, Library, client_library
from flake8_ocs_status.transport.vendor import VendorLibrary

if TYPE_CHECKING:
    from flake8_ocs_status.fate.world import World

# What a function does with a client to change how it sends and what checks its answers.
CONFIGURING = frozenset({"hooks", "event_hooks", "mount"})
# How often an import may lead on to another one.
LONGEST_DETOUR = 6
_TESTS = re.compile(r"(?:^|[\\/])tests?$", re.IGNORECASE)


class Surroundings(Definitions):
    """The module around a call."""

    def __init__(self, world: World, module: Module, mark: str) -> None:
        """``mark`` tells what this module allocates from what others do."""
        super().__init__(world, module)
        self._mark = mark
        self._globals: dict[str, Value] | None = None
        self._is_global_known = False
        self._objects: dict[str, Value] = {}
        self._classes: dict[ast.expr, ast.ClassDef | None] = {}
        self._closures: dict[ast.AST, dict[str, Value]] = {}
        self._instances: dict[ast.ClassDef, dict[str, Value]] = {}
        self._layers: dict[FunctionNode, tuple[tuple[ast.expr, Value], ...]] = {}
        self._property_calls: dict[ast.expr, ast.Call] = {}
        self._fields: dict[ast.ClassDef, Fields | None] = {}
        self._detours = 0

    @cached_property
    def file(self) -> str:
        """The absolute path of the module's file."""
        return os.path.abspath(self.module.path)

    @property
    def is_test(self) -> bool:
        """Whether this is a module of tests, by its name or that of its folder."""
        folder, name = os.path.split(self.file)
        return name.startswith(("test_", "conftest")) or name.endswith("_test.py") or _TESTS.search(folder) is not None

    @cached_property
    def puts_conditions_on_clients(self) -> bool:
        """Whether the module stores a conditional header where it is sent with every request of a client."""
        return are_on_clients(self.module)

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
            if len(bindings) == 1 and isinstance(bindings[0].node, Definition):
                return True
        path = self.module.dotted(name)
        return path is not None and not path.startswith("builtins.") and isinstance(self._imported(path), Function)

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

    def globals(self) -> dict[str, Value]:
        """The module's global names after its own statements have run."""
        if self._globals is None:
            self._globals = {}
            found = self._final_names(None)
            for name, bindings in self.module.module_scope.bindings.items():
                if any(not self._bound_at_top(binding.node) for binding in bindings):
                    found.pop(name, None)
            self._globals = found
            self._objects = {key: value for key, value in found.items() if key.startswith("@")}
            self._is_global_known = True
            self.world.remember(self._objects)
        return self._globals

    def _global_objects(self) -> dict[str, Value]:
        """What is known of the attributes of objects after the module's own statements have run."""
        self.globals()
        return self._objects

    def _bound_at_top(self, node: ast.AST) -> bool:
        definition = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        scope = self.scope_around(node) if definition else self.module.scope_of(node)
        return scope is self.module.module_scope

    def closure(self, function: FunctionNode) -> dict[str, Value]:
        """The local names of a function after it has run, for the functions nested in it."""
        if function not in self._closures:
            self._closures[function] = {}
            self._closures[function] = self._final_names(function)
        return self._closures[function]

    def _final_names(self, function: FunctionNode | None) -> dict[str, Value]:
        final = self._final_state(function, State() if function is None else self.initial_state(function))
        return {key.removeprefix("0:"): value for key, value in final.values.items() if key.startswith("0:")} | {
            key: value for key, value in final.values.items() if key.startswith("@")
        }

    def _final_state(
        self,
        function: FunctionNode | None,
        state: State,
        instance: Object | None = None,
        stored: set[ast.AST] | None = None,
    ) -> State:
        """The state after a function (None: the module) has run to its end; the assignments to attributes that were
        executed are added to ``stored``."""
        from flake8_ocs_status.fate.statements import Executor

        run = Executor(self.world, self, None, None)
        try:
            flow = run.run_module(state) if function is None else run.run_function(function, state, instance)
        except (BudgetSpentError, RecursionError):
            return State()
        if stored is not None:
            stored |= run.stored
        return _where_it_ends(flow) or State()

    def constructions_of(self, node: ast.ClassDef) -> list[dict[str, Value]]:
        """The arguments with which this module makes instances of a class, by the names of the parameters."""
        from flake8_ocs_status.fate.statements import Executor

        last_in: dict[FunctionNode | None, ast.Call] = {}
        for call in self.module.nodes(ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
            if name == node.name:
                function = self.module.enclosing_function(call)
                known = last_in.setdefault(function, call)
                last_in[function] = max(known, call, key=lambda one: (one.lineno, one.col_offset))
        found = []
        for function, last in last_in.items():
            run = Executor(self.world, self, None, None)
            run.watched, run.last_watched = node, last
            try:
                if function is None:
                    run.run_module(State())
                else:
                    run.run_function(function, self.initial_state(function))
            except (BudgetSpentError, RecursionError):
                continue
            for arguments, state in run.constructions:
                self.world.remember({key: value for key, value in state.values.items() if key.startswith("@")})
                found.append(arguments)
        return found

    def value_of_default(self, node: ast.expr) -> Value:
        """The value of a parameter's default."""
        return self._value_outside(node)

    def _value_outside(self, node: ast.expr) -> Value:
        """The value of an expression that is evaluated where no function under execution runs."""
        from flake8_ocs_status.fate.statements import Executor

        try:
            outcomes = Executor(self.world, self, None, None).evaluate(node, State())
        except (BudgetSpentError, RecursionError):
            return UNKNOWN
        return outcomes[0][0] if len(outcomes) == 1 else UNKNOWN

    def property_call(self, node: ast.expr) -> ast.Call:
        """A call that stands for reading a property: the same one each time, at the same place."""
        if node not in self._property_calls:
            self._property_calls[node] = ast.copy_location(ast.Call(node, [], []), node)
        return self._property_calls[node]

    def allocation(self, node: ast.Call) -> str:
        """The name under which the store keeps what this call creates."""
        name = f"{self._mark}{node.lineno}:{node.col_offset}"
        self.world.note_allocation(name, self, node)
        return name

    def is_configured_elsewhere(self, client: Object, call: ast.Call) -> bool:
        """Whether a function may mount something on this client, or give it hooks, out of sight of where it sends:
        one that the module or a class makes, by this call, is there for all functions."""
        if self.module.enclosing_function(call) is not None:
            return False
        return any(
            attribute.attr in CONFIGURING
            and self.module.enclosing_function(attribute) is not None
            and not self._is_another(attribute.value, client, call)
            for attribute in self.module.nodes(ast.Attribute)
        )

    def _is_another(self, node: ast.expr, client: Object, call: ast.Call) -> bool:
        """Whether this is certainly not the client: a global that holds another one, or a name that the function around
        it binds itself, and no parameter."""
        if not isinstance(node, ast.Name):
            # An attribute: of the class that makes the client, where a class does.
            return not isinstance(self.module.scope_of(call).node, ast.ClassDef)
        owner = self.module.scope_of(node).owner_of(node.id)
        if owner is not None and owner.parent is None:
            value = self.globals().get(node.id)
            return isinstance(value, Object) and value != client
        if owner is None or not isinstance(owner.node, FUNCTIONS):
            return False
        return all(parameter.arg != node.id for parameter in all_arguments(owner.node.args))

    def fields(self, node: ast.ClassDef) -> Fields | None:
        """What the constructor of a class of this module takes and stores, where nobody wrote it."""
        if node not in self._fields:
            self._fields[node] = fields_of(node, self)
        return self._fields[node]

    def class_attribute(self, node: ast.ClassDef, name: str) -> Value:
        """``Class.name``."""
        value = self.member(node, name, Class(node))
        if isinstance(value, Function) and isinstance(value.bound, Class) and not self._is_class_method(value.node):
            return Function(value.node)
        return value

    def member(self, node: ast.ClassDef, name: str, receiver: Value) -> Value:
        """What a class defines under a name, bound to ``receiver``."""
        return self._member_of(self.lineage(node), name, receiver)

    def member_of_bases(self, node: ast.ClassDef, name: str, receiver: Value) -> Value:
        """What ``super().name`` is in a method of ``node``."""
        return self._member_of(self.lineage(node)[1:], name, receiver)

    def _member_of(self, lineage: list[ast.ClassDef], name: str, receiver: Value) -> Value:
        for current in lineage:
            value = self.world.home_of(current).own_member(current, name, receiver)
            if value is not None:
                return value
        return UNKNOWN

    def own_member(self, node: ast.ClassDef, name: str, receiver: Value) -> Value | None:
        """What the body of a class of this module binds under a name; None when it does not."""
        # Inside its class a private name is written without the name of the class that Python stores it with.
        private = name.removeprefix(f"_{node.name.lstrip('_')}")
        bindings = self.module.scope_of(node).bindings.get(private if private.startswith("__") else name, [])
        definitions = [binding.node for binding in bindings if isinstance(binding.node, Definition)]
        if definitions and len(definitions) == len(bindings):
            # A property's setter has the same name; the getter stands first.
            return self._bound(min(definitions, key=lambda found: found.lineno), receiver)
        if len(bindings) == 1:
            return self._assigned_in_class(bindings[0], name)
        return UNKNOWN if bindings else None

    @cached_property
    def _changed(self) -> frozenset[str]:
        """The names of collections that grow elsewhere than where they are made."""
        return changed_names(self.module)

    def _assigned_in_class(self, binding: Binding, name: str) -> Value:
        """What ``name: annotation = value`` in a class's body gives each instance."""
        value = UNKNOWN if binding.value is None else self._value_outside(binding.value)
        if isinstance(value, Known) and isinstance(value.value, (bool, type(None))):
            # A switch in a class is there to be thrown, by a subclass or from outside.
            return UNKNOWN
        if name in self._changed:
            value = open_ended(value)
        if (
            value == UNKNOWN
            and isinstance(binding.value, ast.Call)
            and self.decorator_path(binding.value) == "enum.auto"
        ):
            # A member of an enumeration, unlike any other one.
            return Known(f"{self._mark}{binding.value.lineno}:{binding.value.col_offset}.{name}")
        statement = self.module.parents.get(binding.node)
        if value == UNKNOWN and isinstance(statement, ast.AnnAssign):
            return self.value_of_annotation(statement.annotation, name)
        return value

    def value_of_annotation(self, annotation: ast.expr | None, name: str) -> Value:
        """What a parameter or field is that somebody out of sight passes: known by its annotation alone."""
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            return self.value_of_annotation(annotation.left, name)
        if isinstance(annotation, ast.Subscript) and self.module.dotted(annotation.value) == "typing.Optional":
            return self.value_of_annotation(annotation.slice, name)
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = _parsed(annotation.value)
        path = None if annotation is None else self._path_of(annotation)
        library = None if path is None else client_library(path)
        if path is not None and library is not None and self._is_out_of_sight(path, library):
            return Object(library, f"{FROM_OUTSIDE}{name}")
        if path is not None and self.world.declared.is_owner(path):
            return Symbol(path)
        if path in RESPONSE_CLASSES:
            return OtherResponse(RESPONSE_CLASSES[path])
        named = None if annotation is None else self.class_named(annotation)
        if named is not None and not self.world.home_of(named).is_exception(named):
            return self.world.home_of(named).instance_under_study(named)
        return UNKNOWN

    def _path_of(self, annotation: ast.expr) -> str | None:
        """The dotted path of what an annotation names, by an import or by the star of another module of the project."""
        if isinstance(annotation, ast.Name) and self.module.module_scope.star_imports:
            scope = self.module.scope_of(annotation)
            value = UNKNOWN if scope.lookup(annotation.id) else self._from_star_import(annotation.id)
            if isinstance(value, Symbol):
                return value.path
        return self.module.dotted(annotation)

    def _is_out_of_sight(self, path: str, library: Library) -> bool:
        """Whether no module of the project is what a path of this library leads to, as far as that counts."""
        return not isinstance(library, VendorLibrary) or isinstance(self._imported(path), Symbol)

    def _bound(self, node: Definition, receiver: Value) -> Value:
        names = list(map(self._decorator, node.decorator_list))
        if "builtins.staticmethod" in names:
            return Function(node)
        if "builtins.classmethod" in names:
            owner = receiver.kind if isinstance(receiver, Object) else None
            return Function(node, Class(owner) if isinstance(owner, ast.ClassDef) else receiver)
        if self.is_followed(node) or self.is_property(node):
            return Function(node, receiver)
        return UNKNOWN

    def layers(self, node: FunctionNode) -> tuple[tuple[ast.expr, Value], ...]:
        """The decorators of a function that change what calling it does, and what they are, the outermost first."""
        if isinstance(node, ast.Lambda) or not node.decorator_list or self.is_plain(node) or self.is_property(node):
            return ()
        if node not in self._layers:
            changing = [one for one in node.decorator_list if self._decorator(one) not in PLAIN_DECORATORS]
            self._layers[node] = tuple((one, self._value_outside(one)) for one in changing)
        return self._layers[node]

    def bound_instance(self, node: FunctionNode) -> Value | None:
        """What the first parameter of a method is; None for a function that is no method."""
        owner = self.class_of_function(node)
        if owner is None or isinstance(node, ast.Lambda):
            return None
        names = list(map(self._decorator, node.decorator_list))
        if "builtins.staticmethod" in names:
            return None
        if "builtins.classmethod" in names or node.name == "__new__":
            return Class(owner)
        return self.instance_under_study(owner)

    def instance_under_study(self, node: ast.ClassDef) -> Object:
        """What ``self`` is in a method that nobody in sight calls: an instance of the class, or of a subclass."""
        return Object(node, f"self {self._mark}{node.name}")

    def initial_state(self, function: FunctionNode) -> State:
        """The state in which a function starts when nobody in sight calls it."""
        values = dict(self._global_objects())
        owner = self.class_of_function(function)
        if owner is not None and getattr(function, "name", "") != "__init__":
            values.update(self.attributes(owner))
        outer = self.module.enclosing_function(self.module.parents[function])
        if outer is not None:
            values.update({key: value for key, value in self.closure(outer).items() if key.startswith("@")})
        return State(values)

    def attributes(self, node: ast.ClassDef) -> dict[str, Value]:
        """The attributes of an instance: what ``__init__`` leaves, joined with what other methods store."""
        if node in self._instances:
            return self._instances[node]
        self._instances[node] = {}
        instance = self.instance_under_study(node)
        start = f"@{instance.allocation}."
        values: dict[str, Value] = {}
        stored: set[ast.AST] = set()
        initializer = self._member_of(self.lineage(node), "__init__", instance)
        if isinstance(initializer, Function):
            values = self.world.home_of(initializer.node).stored_by(initializer.node, {}, instance, stored)
        self._instances[node] = values
        methods = [
            method
            for current in self.lineage(node)
            for method in self.world.home_of(current).methods_that_store(current, stored)
        ]
        for method in methods:
            later = self.world.home_of(method).stored_by(method, values, instance)
            for key, value in later.items():
                mine = values.get(key)
                if mine is None or mine == NONE:
                    values[key] = value
                elif value != NONE and key.startswith(start):
                    values[key] = join(mine, value)
        self.world.remember(values)
        return values

    def stored_by(
        self, method: FunctionNode, values: dict[str, Value], instance: Object, stored: set[ast.AST] | None = None
    ) -> dict[str, Value]:
        """The attributes after a method has run, whose assignments to attributes are added to ``stored``."""
        shared = self._global_objects()
        final = self._final_state(method, State({**shared, **values}), instance, stored)
        return {key: value for key, value in final.values.items() if key.startswith("@")}

    def methods_that_store(self, node: ast.ClassDef, done: set[ast.AST]) -> list[Definition]:
        """Methods of a class of this module with an assignment to an attribute that is not done yet."""
        found: list[Definition] = []
        for target in self.module.nodes(ast.Attribute):
            if not isinstance(target.ctx, ast.Store) or target in done:
                continue
            method = self.module.enclosing_function(target)
            if isinstance(method, Definition) and self.class_of_function(method) is node and method not in found:
                found.append(method)
        return sorted(found, key=lambda method: method.lineno)


def _parsed(text: str) -> ast.expr | None:
    """An annotation that is written as a text."""
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None


def _where_it_ends(flow: Flow) -> State | None:
    """The state where a function has run to its end, by whatever way but an exception."""
    ends = Paths(*flow.next)
    ends.add_all(state for _, state in flow.returns)
    return ends.before
