"""Attributes that a class makes up (descriptors, ``__getattr__``, partial methods), and methods called by name."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_ocs_status.fate.executor.errors import Errors
from flake8_ocs_status.fate.executor.run import Keywords, Outcomes
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    Class,
    Function,
    Known,
    Object,
    Partial,
    Super,
    Symbol,
    Value,
)
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.program.bases import EMPTY_BASES

PARTIAL_METHOD = "functools.partialmethod"
METHOD_CALLER = "operator.methodcaller"


class Lookups(Errors):
    """Adds attributes that a class makes up."""

    def made_up_attribute(
        self, receiver: Object | Super, name: str, value: Value, node: ast.Attribute, state: State
    ) -> Outcomes | None:
        instance = receiver.bound if isinstance(receiver, Super) else receiver
        if isinstance(value, Partial):
            bound = bound_partial(value, instance)
            return None if bound is None else [(bound, state)]
        if not isinstance(instance, Object) or not isinstance(instance.kind, ast.ClassDef):
            return None
        if isinstance(value, Object):
            says = self.own_method(value, "__get__")
            arguments: tuple[Value, ...] = (instance, Class(instance.kind))
        else:
            if name.startswith("__") or name in self.world.names_in(instance.kind) or self._may_inherit(instance.kind):
                return None
            says, arguments = self.own_method(instance, "__getattr__"), (Known(name),)
        if says is None:
            return None
        return self.inline(says, arguments, {}, self.surroundings.property_call(node), state)

    def _may_inherit(self, kind: ast.ClassDef) -> bool:
        """Whether a class has bases that are not in sight, which may have anything."""
        return not self.world.paths_of_bases(kind) <= EMPTY_BASES

    def call_symbol(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        if function.path in {PARTIAL_METHOD, METHOD_CALLER} and arguments and None not in keywords:
            return [(Partial(Symbol(f"{function.path}.call"), arguments, tuple(keywords.items())), state)]
        if function.path == f"{METHOD_CALLER}.call" and len(arguments) > 1:
            return self.call_by_name(arguments, keywords, node, state)
        return super().call_symbol(function, arguments, keywords, node, state)

    def call_by_name(self, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State) -> Outcomes:
        """``methodcaller(name, *given, **keywords)(receiver)``."""
        name, *given, receiver = arguments
        if not isinstance(name, Known) or not isinstance(name.value, str):
            return self.call_unknown(arguments, keywords, node, state)
        attribute = ast.copy_location(ast.Attribute(node.func, name.value, ast.Load()), node)
        outcomes: Outcomes = []
        for function, after in self.attribute_of(receiver, name.value, attribute, state):
            outcomes.extend(self.apply(function, tuple(given), keywords, node, after))
        return outcomes


def bound_partial(value: Partial, instance: Value) -> Value | None:
    """A partial method of an instance; None for any other partial function, which is not bound."""
    if value.function != Symbol(f"{PARTIAL_METHOD}.call"):
        return None
    method, *given = value.arguments
    if not isinstance(method, Function):
        return UNKNOWN
    return Partial(replace(method, bound=instance), tuple(given), value.keywords)
