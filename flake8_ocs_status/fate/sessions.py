"""Clients of the project's own: classes that extend the session of a library, and send through it."""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.calls import Calls
from flake8_ocs_status.fate.run import Keywords, Outcomes
from flake8_ocs_status.fate.states import State
from flake8_ocs_status.fate.values import NONE, UNKNOWN, Function, Known, Method, Object, Super, Value
from flake8_ocs_status.transport.clients import Library, client_library, method_sender


class Sessions(Calls):
    """Adds classes that extend the client of a library.

    A method that the class does not define is the library's, and the library's own verbs go through ``request``, also
    where the class defines that anew (requests 2.34, httpx 0.28).
    """

    def attribute_of_object(self, receiver: Object | Super, name: str, node: ast.Attribute, state: State) -> Outcomes:
        outcomes = super().attribute_of_object(receiver, name, node, state)
        kind = own_class(receiver)
        if kind is None or self.library_behind(kind) is None:
            return outcomes
        defined = isinstance(receiver, Object) and name in self.world.names_in(kind)
        return [
            (Method(receiver, name) if value == UNKNOWN and not defined else value, after) for value, after in outcomes
        ]

    def call_method(
        self, method: Method, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        receiver, name = method.receiver, method.name
        kind = own_class(receiver)
        library = None if kind is None else self.library_behind(kind)
        client = receiver.bound if isinstance(receiver, Super) else receiver
        if kind is None or library is None or not isinstance(client, Object):
            return super().call_method(method, arguments, keywords, node, state)
        if name == "__init__":
            return [(NONE, state)]
        names = self.world.names_in(kind)
        sender = method_sender(library, name)
        if sender is not None and sender.method is not None and "request" in names:
            request = self.world.home_of(kind).member(kind, "request", client)
            if isinstance(request, Function):
                return self.apply(request, (Known(sender.method), *arguments), keywords, node, state)
        # What the class sends with may repeat a request; ``super().request(…)`` in its own ``request`` does not.
        replaced = "send" in names or ("request" in names and name != "request")
        outer, self.from_elsewhere = self.from_elsewhere, self.from_elsewhere or replaced
        outcomes = self.call_client(client, library, name, arguments, keywords, node, state)
        self.from_elsewhere = outer
        return outcomes

    def library_behind(self, node: ast.ClassDef) -> Library | None:
        """The library whose client a class of the project extends."""
        libraries = (client_library(path) for path in sorted(self.world.paths_of_bases(node)))
        return next((library for library in libraries if library is not None), None)


def own_class(receiver: Value) -> ast.ClassDef | None:
    """The class of the project that a method is looked up for."""
    if isinstance(receiver, Super):
        return receiver.node
    return receiver.kind if isinstance(receiver, Object) and isinstance(receiver.kind, ast.ClassDef) else None
