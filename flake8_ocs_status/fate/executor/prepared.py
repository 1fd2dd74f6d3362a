"""Requests that are made before they are sent: ``urllib.request.Request``, ``requests.Request``, ``httpx.Request``."""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.executor.replies import Replies
from flake8_ocs_status.fate.executor.run import Keywords, Outcomes
from flake8_ocs_status.fate.values import (
    NONE,
    UNKNOWN,
    Choice,
    Function,
    Known,
    Method,
    Prepared,
    Table,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.fate.values.texts import is_text
from flake8_ocs_status.transport.library import Library

GET, POST = Known("GET"), Known("POST")
_PARAMETERS = ("method", "url", "headers")
# What urllib.request.Request takes.
_PARAMETERS_WITH_DATA = ("url", "data", "headers", "origin_req_host", "unverifiable", "method")
# The parts of a request: its attributes as they are kept, and as urllib.request.Request spells the URL.
_PARTS = {"method": "method", "url": "url", "headers": "headers", "data": "data", "full_url": "url"}


class Preparing(Replies):
    """Adds prepared requests to the evaluation of expressions."""

    def prepare(
        self, library: Library, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Prepared:
        """A new request of this library, made with these arguments."""
        names = _PARAMETERS_WITH_DATA if library.method_follows_data else _PARAMETERS
        given: Keywords = {**dict(zip(names, arguments, strict=False)), **keywords}
        request = Prepared(library, self.allocation(node))
        state.forget(f"@{request.allocation}.")
        unknown: Value = UNKNOWN if None in given else NONE
        for part in ("method", "url", "headers", "data"):
            value = given.get(part, unknown)
            if part == "headers" and value == NONE:
                value = Table(())
            state.values[f"@{request.allocation}.{part}"] = value
        return request

    def part(self, request: Prepared, name: str, state: State) -> Value:
        """What a prepared request has under this name: ``method``, ``url``, ``headers`` or ``data``."""
        return state.values.get(f"@{request.allocation}.{name}", UNKNOWN)

    def attribute_of_prepared(self, request: Prepared, name: str, state: State) -> Value:
        """An attribute of a prepared request."""
        return self.part(request, _PARTS[name], state) if name in _PARTS else Method(request, name)

    def store_in_prepared(self, request: Prepared, name: str, value: Value, state: State) -> None:
        """``request.name = value``."""
        state.values[f"@{request.allocation}.{_PARTS.get(name, name)}"] = value

    def call_prepared(
        self,
        request: Prepared,
        name: str,
        arguments: tuple[Value, ...],
        keywords: Keywords,
        node: ast.Call,
        state: State,
    ) -> Outcomes:
        """A method of a prepared request."""
        if name in {"add_header", "add_unredirected_header"} and len(arguments) == 2:
            headers = self.part(request, "headers", state)
            entries = headers.entries if isinstance(headers, Table) else ()
            complete = isinstance(headers, Table) and headers.complete
            self.store_in_prepared(request, "headers", Table((*entries, (arguments[0], arguments[1])), complete), state)
            return [(NONE, state)]
        if name in {"prepare", "copy"}:
            return [(request, state)]
        if name == "get_method":
            return [(self.method_of_prepared(request, NONE, node, state), state)]
        return self.call_unknown((request, *arguments), keywords, node, state)

    def method_of_prepared(self, request: Prepared, data: Value, node: ast.Call, state: State) -> Value:
        """The method that a prepared request is sent with; ``data`` is the body that the sending call adds."""
        chosen = state.values.get(f"@{request.allocation}.get_method")
        if chosen is not None:
            # The way to name a method before Python 3.3.
            outcomes = self.apply(chosen, (), {}, node, state.copy()) if isinstance(chosen, Function) else []
            return outcomes[0][0] if len(outcomes) == 1 else UNKNOWN
        method = self.part(request, "method", state)
        if not request.library.method_follows_data or (method != NONE and not isinstance(method, Choice)):
            return method
        return method_for_data(self.part(request, "data", state) if data == NONE else data, method)


def method_for_data(data: Value, method: Value = NONE) -> Value:
    """The method that urllib.request chooses: POST where there is data, else GET; ``method`` is what it was told."""
    chosen: Value = Choice(frozenset({GET, POST}))
    if data == NONE:
        chosen = GET
    elif is_text(data) or isinstance(data, (Known, Table)):
        chosen = POST
    if isinstance(method, Choice):
        others = frozenset(one for one in method.values if one != NONE)
        if len(others) == len(method.values):
            return method
        return Choice(others | (chosen.values if isinstance(chosen, Choice) else {chosen}))
    if isinstance(method, Unknown):
        return UNKNOWN
    return chosen
