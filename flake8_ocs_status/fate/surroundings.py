"""What a function sees of its module: globals, closures, classes and their instances, all worked out abstractly.

Each part is computed when it is first asked for, by executing the code that makes it, and kept.
"""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.answers import symbol_value
from flake8_ocs_status.fate.definitions import Definition, Definitions
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
    Value,
    join,
)
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FUNCTIONS, Binding, FunctionNode, Scope, all_arguments
from flake8_ocs_status.transport.clients import RESPONSE_CLASSES, client_library

# What a function does with a client to change how it sends and what checks its answers.
CONFIGURING = frozenset({"hooks", "event_hooks", "mount"})
# Together these keep the time for a module linear in its length, whatever is written in it.
STEPS_TO_START_WITH = 120_000
STEPS_FOR_EACH_LINE = 40


class Surroundings(Definitions):
    """The module around a call."""

    def __init__(self, module: Module) -> None:
        super().__init__(module)
        self.allocations: dict[str, ast.Call] = {}
        self._globals: dict[str, Value] | None = None
        self._objects: dict[str, Value] = {}
        self._closures: dict[ast.AST, dict[str, Value]] = {}
        self._instances: dict[ast.ClassDef, dict[str, Value]] = {}
        self._stores: set[ast.AST] = set()
        self._property_calls: dict[ast.expr, ast.Call] = {}
        self._steps_left = STEPS_TO_START_WITH + STEPS_FOR_EACH_LINE * len(module.lines)

    def spend(self) -> bool:
        """Take one step from what all executions in this module may take together; False when there is none left."""
        self._steps_left -= 1
        return self._steps_left >= 0

    def value_of_name(self, name: str, scope: Scope) -> Value:
        """What a name is that no function under execution binds."""
        path = scope.import_path(name)
        if path is not None:
            return symbol_value(path)
        owner = scope.owner_of(name)
        if owner is None:
            return UNKNOWN
        if isinstance(owner.node, ast.ClassDef):
            return self.class_attribute(owner.node, name)
        if owner.parent is None:
            return self.globals().get(name, UNKNOWN)
        if isinstance(owner.node, FUNCTIONS):
            return self.closure(owner.node).get(name, UNKNOWN)
        return UNKNOWN

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

    def _final_state(self, function: FunctionNode | None, state: State, instance: Object | None = None) -> State:
        """The state after a function (None: the module) has run to its end."""
        from flake8_ocs_status.fate.statements import Executor

        run = Executor(self, None, None)
        try:
            flow = run.run_module(state) if function is None else run.run_function(function, state, instance)
        except (BudgetSpentError, RecursionError):
            return State()
        return _where_it_ends(flow) or State()

    def value_of_default(self, node: ast.expr) -> Value:
        """The value of a parameter's default."""
        return self._value_outside(node)

    def _value_outside(self, node: ast.expr) -> Value:
        """The value of an expression that is evaluated where no function under execution runs."""
        from flake8_ocs_status.fate.statements import Executor

        try:
            outcomes = Executor(self, None, None).evaluate(node, State())
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
        name = f"{node.lineno}:{node.col_offset}"
        self.allocations[name] = node
        return name

    def is_configured_elsewhere(self, client: Object) -> bool:
        """Whether a function may mount something on this client, or give it hooks, out of sight of where it sends:
        one that the module or a class makes is there for all functions."""
        call = self.allocations.get(client.allocation)
        if call is None or self.module.enclosing_function(call) is not None:
            return False
        return any(
            attribute.attr in CONFIGURING
            and self.module.enclosing_function(attribute) is not None
            and not self._is_another(attribute.value, client)
            for attribute in self.module.nodes(ast.Attribute)
        )

    def _is_another(self, node: ast.expr, client: Object) -> bool:
        """Whether this is certainly not the client: a global that holds another one, or a name that the function around
        it binds itself, and no parameter."""
        if not isinstance(node, ast.Name):
            # An attribute: of the class that makes the client, where a class does.
            return not isinstance(self.module.scope_of(self.allocations[client.allocation]).node, ast.ClassDef)
        owner = self.module.scope_of(node).owner_of(node.id)
        if owner is not None and owner.parent is None:
            value = self.globals().get(node.id)
            return isinstance(value, Object) and value != client
        if owner is None or not isinstance(owner.node, FUNCTIONS):
            return False
        return all(parameter.arg != node.id for parameter in all_arguments(owner.node.args))

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
            scope = self.module.scope_of(current)
            # Inside its class a private name is written without the name of the class that Python stores it with.
            private = name.removeprefix(f"_{current.name.lstrip('_')}")
            bindings = scope.bindings.get(private if private.startswith("__") else name, [])
            definitions = [binding.node for binding in bindings if isinstance(binding.node, Definition)]
            if definitions and len(definitions) == len(bindings):
                # A property's setter has the same name; the getter stands first.
                return self._bound(min(definitions, key=lambda found: found.lineno), receiver)
            if len(bindings) == 1:
                return self._assigned_in_class(bindings[0], name)
            if bindings:
                return UNKNOWN
        return UNKNOWN

    def _assigned_in_class(self, binding: Binding, name: str) -> Value:
        """What ``name: annotation = value`` in a class's body gives each instance."""
        value = UNKNOWN if binding.value is None else self._value_outside(binding.value)
        if isinstance(value, Known) and isinstance(value.value, (bool, type(None))):
            # A switch in a class is there to be thrown, by a subclass or from outside.
            return UNKNOWN
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
        path = None if annotation is None else self.module.dotted(annotation)
        library = None if path is None else client_library(path)
        if library is not None:
            return Object(library, f"{FROM_OUTSIDE}{name}")
        if path in RESPONSE_CLASSES:
            return OtherResponse(RESPONSE_CLASSES[path])
        return UNKNOWN

    def _bound(self, node: Definition, receiver: Value) -> Value:
        names = list(map(self._decorator, node.decorator_list))
        if "builtins.staticmethod" in names:
            return Function(node)
        if "builtins.classmethod" in names:
            owner = receiver.kind if isinstance(receiver, Object) else None
            return Function(node, Class(owner) if isinstance(owner, ast.ClassDef) else receiver)
        if self.is_plain(node) or self.is_property(node):
            return Function(node, receiver)
        return UNKNOWN

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

    @staticmethod
    def instance_under_study(node: ast.ClassDef) -> Object:
        """What ``self`` is in a method that nobody in sight calls: an instance of the class, or of a subclass."""
        return Object(node, f"self {node.name}")

    def initial_state(self, function: FunctionNode) -> State:
        """The state in which a function starts when nobody in sight calls it."""
        values = dict(self._global_objects())
        owner = self.class_of_function(function)
        if owner is not None and getattr(function, "name", "") != "__init__":
            values.update(self._attributes(owner))
        outer = self.module.enclosing_function(self.module.parents[function])
        if outer is not None:
            values.update({key: value for key, value in self.closure(outer).items() if key.startswith("@")})
        return State(values)

    def _attributes(self, node: ast.ClassDef) -> dict[str, Value]:
        """The attributes of an instance: what ``__init__`` leaves, joined with what other methods store."""
        if node in self._instances:
            return self._instances[node]
        self._instances[node] = {}
        instance = self.instance_under_study(node)
        start = f"@{instance.allocation}."
        values: dict[str, Value] = {}
        before, self._stores = self._stores, set()
        initializer = self._member_of(self.lineage(node), "__init__", instance)
        if isinstance(initializer, Function):
            values = self._stored_by(initializer.node, {}, instance)
        self._instances[node] = values
        for method in self._methods_that_store(node):
            later = self._stored_by(method, values, instance)
            for key, value in later.items():
                mine = values.get(key)
                if mine is None or mine == NONE:
                    values[key] = value
                elif value != NONE and key.startswith(start):
                    values[key] = join(mine, value)
        self._stores = before
        return values

    def _stored_by(self, method: FunctionNode, values: dict[str, Value], instance: Object) -> dict[str, Value]:
        """The attributes after a method has run."""
        shared = self._global_objects()
        final = self._final_state(method, State({**shared, **values}), instance)
        return {key: value for key, value in final.values.items() if key.startswith("@")}

    def _methods_that_store(self, node: ast.ClassDef) -> list[Definition]:
        """Methods with an assignment to an attribute that ``__init__`` has not executed."""
        found: list[Definition] = []
        for target in self.module.nodes(ast.Attribute):
            if not isinstance(target.ctx, ast.Store) or target in self._stores:
                continue
            method = self.module.enclosing_function(target)
            if isinstance(method, Definition) and self.class_of_function(method) is node and method not in found:
                found.append(method)
        return sorted(found, key=lambda method: method.lineno)

    def note_store(self, target: ast.Attribute) -> None:
        """Remember that an assignment to an attribute was executed."""
        self._stores.add(target)


def _where_it_ends(flow: Flow) -> State | None:
    """The state where a function has run to its end, by whatever way but an exception."""
    ends = Paths(*flow.next)
    ends.add_all(state for _, state in flow.returns)
    return ends.before
