"""What a function sees of its module: globals, closures, classes and their instances, all worked out abstractly.

Each part is computed when it is first asked for, by executing the code that makes it, and kept.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.environment.changes import changed_names, grown_names, open_ended
from flake8_ocs_status.fate.environment.definitions import Definition
from flake8_ocs_status.fate.environment.handed import name_called, names_with_methods
from flake8_ocs_status.fate.environment.members import Members
from flake8_ocs_status.fate.exchange.conditions import are_on_clients
from flake8_ocs_status.fate.exchange.record import BudgetSpentError
from flake8_ocs_status.fate.values import NONE, UNKNOWN, Function, Object, Value
from flake8_ocs_status.fate.values.knowledge import join, without_places
from flake8_ocs_status.fate.values.states import Flow, Paths, State
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.project import is_test_file
from flake8_ocs_status.program.scopes import FUNCTIONS, FunctionNode, all_arguments

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.world import World

# What a function does with a client to change how it sends and what checks its answers.
CONFIGURING = frozenset({"hooks", "event_hooks", "mount"})


class Surroundings(Members):
    """The module around a call."""

    def __init__(self, world: World, module: Module, mark: str) -> None:
        super().__init__(world, module, mark)
        self._globals: dict[str, Value] | None = None
        self._objects: dict[str, Value] = {}
        self._closures: dict[ast.AST, dict[str, Value]] = {}
        self._instances: dict[ast.ClassDef, dict[str, Value]] = {}
        self._property_calls: dict[ast.expr, ast.Call] = {}
        self._own_calls: dict[FunctionNode, ast.Call] = {}

    @property
    def is_test(self) -> bool:
        """Whether this is a module of tests, by its name or that of its folder."""
        return is_test_file(self.file)

    @cached_property
    def puts_conditions_on_clients(self) -> bool:
        """Whether the module stores a conditional header where it is sent with every request of a client."""
        return are_on_clients(self.module)

    def globals(self) -> dict[str, Value]:
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
        run = self.world.execution(self.world, self)
        try:
            flow = run.run_module(state) if function is None else run.run_function(function, state, instance)
        except (BudgetSpentError, RecursionError):
            return State()
        if stored is not None:
            stored |= run.stored
        end = _where_it_ends(flow) or State()
        return State({key: without_places(value) for key, value in end.values.items()}) if run.has_places else end

    def constructions_of(self, node: ast.ClassDef) -> list[dict[str, Value]]:
        """The arguments with which this module makes instances of a class, or with which a subclass has it make its
        part of one, by the names of the parameters."""
        of_subclasses = [call for call in self._calls_by_name.get("__init__", []) if self._is_of_subclass(call, node)]
        return self._arguments_of(node, [*self._calls_by_name.get(node.name, []), *of_subclasses])

    def calls_of(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[dict[str, Value]]:
        """The arguments with which this module calls a function, by the names of the parameters."""
        calls = self._calls_by_name.get(function.name, [])
        outside = [call for call in calls if self.module.enclosing_function(call) is not function]
        return self._arguments_of(function, outside)

    @cached_property
    def _calls_by_name(self) -> dict[str | None, list[ast.Call]]:
        """The calls of this module by what they call, without what stands before the last dot."""
        found: dict[str | None, list[ast.Call]] = {}
        for call in self.module.nodes(ast.Call):
            found.setdefault(name_called(call), []).append(call)
        return found

    def _arguments_of(self, watched: ast.ClassDef | FunctionNode, calls: Sequence[ast.Call]) -> list[dict[str, Value]]:
        """What is handed over where one of these calls turns out to be one of this class or function."""
        last_in: dict[FunctionNode | None, ast.Call] = {}
        for call in calls:
            function = self.module.enclosing_function(call)
            known = last_in.setdefault(function, call)
            last_in[function] = max(known, call, key=lambda one: (one.lineno, one.col_offset))
        found = []
        for function, last in last_in.items():
            run = self.world.execution(self.world, self)
            run.watched, run.last_watched = watched, last
            try:
                if function is None:
                    run.run_module(State())
                else:
                    run.run_function(function, self.initial_state(function))
            except (BudgetSpentError, RecursionError):
                continue
            for arguments, state in run.handed:
                held = {key: without_places(value) for key, value in state.values.items() if key.startswith("@")}
                self.world.remember(held)
                found.append({name: without_places(value) for name, value in arguments.items()})
        return found

    @cached_property
    def names_with_methods(self) -> dict[FunctionNode | None, set[str]]:
        """For each function the names of what it asks for more than a collection has."""
        return names_with_methods(self.module)

    def _is_of_subclass(self, call: ast.Call, node: ast.ClassDef) -> bool:
        """Whether a call stands in the ``__init__`` of a class that extends this one."""
        function = self.module.enclosing_function(call)
        owner = None if function is None else self.class_of_function(function)
        return getattr(function, "name", "") == "__init__" and owner is not None and node in self.lineage(owner)[1:]

    def value_of_default(self, node: ast.expr) -> Value:
        """The value of a parameter's default."""
        return self._value_outside(node)

    def _value_outside(self, node: ast.expr) -> Value:
        try:
            outcomes = self.world.execution(self.world, self).evaluate(node, State())
        except (BudgetSpentError, RecursionError):
            return UNKNOWN
        if len(outcomes) != 1:
            return UNKNOWN
        value, after = outcomes[0]
        if after.values:
            self.world.remember({key: without_places(held) for key, held in after.values.items() if key[0] == "@"})
        return without_places(value)

    def property_call(self, node: ast.expr) -> ast.Call:
        """A call that stands for reading a property: the same one each time, at the same place."""
        if node not in self._property_calls:
            self._property_calls[node] = ast.copy_location(ast.Call(node, [], []), node)
        return self._property_calls[node]

    def call_for(self, node: FunctionNode) -> ast.Call:
        """A call that stands for one that Python itself makes of a function: the same one each time."""
        if node not in self._own_calls:
            self._own_calls[node] = ast.copy_location(ast.Call(ast.Name("", ast.Load()), [], []), node)
        return self._own_calls[node]

    def allocation(self, node: ast.Call, way: str) -> str:
        """The name under which the store keeps what this call creates, where these calls lead to it."""
        name = f"{self._mark}{node.lineno}:{node.col_offset}{way}"
        self.world.note_allocation(name, self, node)
        return name

    def place_of(self, node: ast.expr) -> str:
        """The name of a collection that this expression makes."""
        return f"{self._mark}{node.lineno}:{node.col_offset}"

    def may_grow(self, node: ast.expr) -> bool:
        """Whether a collection is assigned to a name, empty or to one by which this module puts something into it; or
        put into such a mapping."""
        statement = self.module.parents.get(node)
        if isinstance(statement, ast.Dict):
            return self.may_grow(statement)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
            called = statement.func if isinstance(statement, ast.Call) else None
            return isinstance(called, ast.Attribute) and called.attr == "setdefault"
        if isinstance(node, ast.Call) or not (getattr(node, "elts", None) or getattr(node, "keys", None)):
            return True
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        names = (one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", None) for one in targets)
        return not self._growing.isdisjoint(names)

    @cached_property
    def _growing(self) -> frozenset[str]:
        return grown_names(self.module)

    def is_configured_elsewhere(self, client: Object, call: ast.Call) -> bool:
        """Whether a function may mount something on this client, or give it hooks, out of sight of where it sends:
        one that the module or a class makes, by this call, is there for all functions."""
        if self.module.enclosing_function(call) is not None:
            return False
        return any(not self._is_another(attribute.value, client, call) for attribute in self._configured_in_functions)

    @cached_property
    def _configured_in_functions(self) -> list[ast.Attribute]:
        """Where functions mount something on a client, or give it hooks."""
        return [
            attribute
            for attribute in self.module.nodes(ast.Attribute)
            if attribute.attr in CONFIGURING and self.module.enclosing_function(attribute) is not None
        ]

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
        for current in self.lineage(node):
            for name in self.world.home_of(current).grown_later:
                if start + name in values:
                    values[start + name] = open_ended(values[start + name])
        self.world.remember(values)
        return values

    @cached_property
    def grown_later(self) -> frozenset[str]:
        """The attributes into which methods of this module put something, others than those that make an object."""
        return changed_names(self.module, but_for="__init__")

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


def _where_it_ends(flow: Flow) -> State | None:
    """The state where a function has run to its end, by whatever way but an exception."""
    ends = Paths(*flow.next)
    ends.add_all(state for _, state in flow.returns)
    return ends.before
