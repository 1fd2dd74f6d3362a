"""Adapters of the project's own: classes that extend requests' ``HTTPAdapter``, and the policies that reach it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from flake8_ocs_status.fate.executor.calls import Calls
from flake8_ocs_status.fate.executor.run import Keywords, Outcomes
from flake8_ocs_status.fate.policies.transport_policies import adapter_of, requests_adapter
from flake8_ocs_status.fate.values import NONE, Adapter, Known, Method, Object, Super, Value
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.transport.retries import ADAPTER_PATHS

# Where the store keeps what the constructor of ``HTTPAdapter`` itself was given, and what it keeps of that.
GIVEN = ".#adapter"
POLICY = "max_retries"
# What makes something else of an answer, or of the instance.
REPLACING = frozenset({"build_response", "__new__", "__getattribute__", POLICY})
# What an override may not do if it is to send once, and to hand on what comes of it as it is.
_OTHERWISE = (ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await)


class Adapting(Calls):
    """Adds adapters of the project's classes, which are known by what they hand to the class that they extend.

    Verified with requests 2.34: ``send`` of an adapter repeats by its ``max_retries``, whatever a subclass does before.
    """

    def construct(
        self, node: ast.ClassDef, arguments: tuple[Value, ...], keywords: Keywords, call: ast.Call, state: State
    ) -> Outcomes:
        if not self.is_adapter(node) or not self.sends_as_inherited(node):
            return super().construct(node, arguments, keywords, call, state)
        if "__init__" not in self.world.names_in(node):
            return [(requests_adapter(arguments, keywords, call), state)]
        outcomes: Outcomes = []
        for created, after in super().construct(node, arguments, keywords, call, state):
            made = None
            if isinstance(created, Object):
                made = after.values.pop(f"@{created.allocation}{GIVEN}", None)
                stored = after.values.pop(f"@{created.allocation}.{POLICY}", None)
                made = made if stored is None else adapter_of(stored, call)
                if isinstance(made, Adapter) and POLICY in keywords and isinstance(keywords[POLICY], Known):
                    # A number: it is said here, and not where it is handed on.
                    made = replace(made, origin=call)
            outcomes.append((created if made is None else made, after))
        return outcomes

    def attribute_of_object(self, receiver: Object | Super, name: str, node: ast.Attribute, state: State) -> Outcomes:
        if isinstance(receiver, Super) and name == "__init__" and self._is_next(receiver):
            return [(Method(receiver, name), state)]
        return super().attribute_of_object(receiver, name, node, state)

    def call_method(
        self, method: Method, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        receiver = method.receiver
        if isinstance(receiver, Super) and method.name == "__init__" and self._is_next(receiver):
            if isinstance(receiver.bound, Object):
                state.values[f"@{receiver.bound.allocation}{GIVEN}"] = requests_adapter(arguments, keywords, node)
            return [(NONE, state)]
        return super().call_method(method, arguments, keywords, node, state)

    def is_adapter(self, node: ast.ClassDef) -> bool:
        """Whether a class of the project extends an adapter of requests, and nothing else out of sight."""
        return bool(self.world.paths_of_bases(node) & ADAPTER_PATHS)

    def _is_next(self, receiver: Super) -> bool:
        """Whether what ``super().__init__`` calls is the constructor of ``HTTPAdapter`` itself."""
        home = self.world.home_of(receiver.node)
        inherited = home.lineage(receiver.node)[1:]
        defined = any("__init__" in self._module_of(one).scope_of(one).bindings for one in inherited)
        return self.is_adapter(receiver.node) and not defined

    def sends_as_inherited(self, node: ast.ClassDef) -> bool:
        """Whether an adapter of this class sends as ``HTTPAdapter`` does, by the policy that it is given."""
        for one in self.world.home_of(node).lineage(node):
            module = self._module_of(one)
            if not REPLACING.isdisjoint(module.scope_of(one).bindings):
                return False
            methods = [statement for statement in one.body if isinstance(statement, ast.FunctionDef)]
            if any(method.name != "__init__" and _stores_policy(method) for method in methods):
                return False
            if "send" in module.scope_of(one).bindings:
                own = [method for method in methods if method.name == "send"]
                if len(own) != 1 or not _hands_on(own[0], module):
                    return False
        return True

    def _module_of(self, node: ast.ClassDef) -> Module:
        return self.world.home_of(node).module


def _stores_policy(method: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == POLICY and isinstance(node.ctx, ast.Store)
        for node in nodes_in(method)
    )


def _hands_on(method: ast.FunctionDef, module: Module) -> bool:
    """Whether a ``send`` ends in sending as the class above does, once, and gives what comes of that."""
    last = method.body[-1]
    if method.decorator_list or not isinstance(last, ast.Return) or last.value is None:
        return False
    inside = list(nodes_in(method))
    returns = [node for node in inside if isinstance(node, ast.Return)]
    sending = list(_sending(inside))
    if returns != [last] or sending != [last.value] or any(isinstance(node, _OTHERWISE) for node in inside):
        return False
    receiver = sending[0].func.value if isinstance(sending[0].func, ast.Attribute) else None
    if isinstance(receiver, ast.Call):
        return module.dotted(receiver.func) == "builtins.super"
    # HTTPAdapter.send(self, request)
    return receiver is not None and module.dotted(receiver) in ADAPTER_PATHS


def _sending(nodes: list[ast.AST]) -> Iterator[ast.Call]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "send":
            yield node
