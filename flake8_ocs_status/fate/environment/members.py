"""What the classes of a module define: members, fields, annotated attributes, and what a method is bound to."""

from __future__ import annotations

import ast
from abc import abstractmethod
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.environment.changes import open_ended
from flake8_ocs_status.fate.environment.definitions import Definition
from flake8_ocs_status.fate.environment.fields import Fields, fields_of
from flake8_ocs_status.fate.environment.naming import Naming
from flake8_ocs_status.fate.values import (
    FROM_OUTSIDE,
    PERHAPS_FROM_OUTSIDE,
    UNKNOWN,
    Class,
    Function,
    Known,
    Object,
    OtherResponse,
    Symbol,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import is_given_by_others
from flake8_ocs_status.program.bases import ABSTRACT_BASES
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import Binding, FunctionNode
from flake8_ocs_status.transport.clients import RESPONSE_CLASSES, Library, client_library
from flake8_ocs_status.transport.decorators import PLAIN_DECORATORS
from flake8_ocs_status.transport.vendor import VendorLibrary

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.world import World


class Members(Naming):
    """Adds classes, and what they and their instances have."""

    def __init__(self, world: World, module: Module, mark: str) -> None:
        """``mark`` tells what this module allocates from what others do."""
        super().__init__(world, module)
        self._mark = mark
        self._layers: dict[FunctionNode, tuple[tuple[ast.expr, Value], ...]] = {}
        self._fields: dict[ast.ClassDef, Fields | None] = {}

    @abstractmethod
    def _value_outside(self, node: ast.expr) -> Value:
        """The value of an expression that is evaluated where no function under execution runs."""

    def fields(self, node: ast.ClassDef) -> Fields | None:
        """What the constructor of a class of this module takes and stores, where nobody wrote it."""
        if node not in self._fields:
            self._fields[node] = fields_of(node, self)
        return self._fields[node]

    def class_attribute(self, node: ast.ClassDef, name: str) -> Value:
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
            return or_none(self.value_of_annotation(annotation.left, name))
        if isinstance(annotation, ast.Subscript) and self.module.dotted(annotation.value) == "typing.Optional":
            return or_none(self.value_of_annotation(annotation.slice, name))
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

    def is_abstract(self, node: ast.ClassDef) -> bool:
        """Whether a class of this module only says what its subclasses, or what is given in its place, can do."""
        return not ABSTRACT_BASES.isdisjoint(self.bases(node)[1])

    def instance_under_study(self, node: ast.ClassDef) -> Object:
        """What ``self`` is in a method that nobody in sight calls: an instance of the class, or of a subclass."""
        return Object(node, f"self {self._mark}{node.name}")


def or_none(value: Value) -> Value:
    """A client that somebody out of sight gives, or not."""
    if not isinstance(value, Object) or not is_given_by_others(value):
        return value
    return Object(value.kind, PERHAPS_FROM_OUTSIDE + value.allocation.removeprefix(FROM_OUTSIDE))


def _parsed(text: str) -> ast.expr | None:
    """An annotation that is written as a text."""
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
