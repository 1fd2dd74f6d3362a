"""The base client of the vendor's sample libraries, through which somebody sends by hand.

``client.baseClient.request(method, url)`` sends through a plain session of requests, with a token, and gives its
response; ``checkResponse(response, message)`` raises for 207 and for whatever is outside 2xx. Verified by running 28
releases (see ``docs/vendor_table.py``): adh_sample_library_preview 0.7.1 to 0.10.19, ocs_sample_library_preview 0.1.17
to 0.7.0, ocs_sample_library_hub 0.1.20.
"""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.exchange.answers import is_partial, is_success
from flake8_ocs_status.fate.executor.run import Invocation, Keywords, Outcomes
from flake8_ocs_status.fate.executor.vendor import BASE_CLIENT, BASE_URL, Vendors
from flake8_ocs_status.fate.values import (
    NONE,
    UNKNOWN,
    About,
    Known,
    Method,
    Object,
    Raised,
    Response,
    Super,
    Table,
)
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.fate.values.texts import concatenate
from flake8_ocs_status.transport.clients import REQUESTS
from flake8_ocs_status.transport.library import Library, Sender
from flake8_ocs_status.transport.vendor import BASE, ERROR, VendorLibrary

# What follows the allocation of a client in that of its base client's session.
SESSION = " session"
HARMLESS = frozenset({"request", "checkResponse", "encode", "sdsHeaders", "communityHeaders", "tenant", "api_version"})
NAMES = ("method", "url", "params", "data", "headers", "additional_headers")


class BaseClients(Vendors):
    """Adds the base client of a client."""

    def attribute_of_object(self, receiver: Object | Super, name: str, node: ast.Attribute, state: State) -> Outcomes:
        library = self.world.library_of(receiver)
        client = receiver.bound if isinstance(receiver, Super) else receiver
        if not isinstance(library, VendorLibrary) or not isinstance(client, Object):
            return super().attribute_of_object(receiver, name, node, state)
        if name == BASE_CLIENT and library.origin is None and BASE_CLIENT not in self.stored_in(client, state):
            return [(Object(BASE, client.allocation), state)]
        if name in {"uri", "uri_API"} and (library is BASE or library.parts):
            base = self.stored_in(client, state).get(BASE_URL, UNKNOWN)
            return [(base if name == "uri" else concatenate([base, Known("/api/"), UNKNOWN]), state)]
        if library is BASE:
            if name not in HARMLESS:
                # Whoever has its session may do anything with it.
                state.values[f"@{client.allocation}.?"] = Known(True)
            return [(Method(client, name), state)]
        return super().attribute_of_object(receiver, name, node, state)

    def call_client(
        self, receiver: Object | Super, library: Library, name: str, call: Invocation, state: State
    ) -> Outcomes:
        if library is not BASE or not isinstance(receiver, Object):
            return super().call_client(receiver, library, name, call, state)
        given: Keywords = {**dict(zip(NAMES, call.arguments, strict=False)), **call.keywords}
        if name == "request":
            return self.request_by_hand(receiver, given, call, state)
        if name == "checkResponse" and call.arguments and isinstance(call.arguments[0], Response):
            return self.check_by_hand(call, state)
        return self.call_unknown(call.arguments, call.keywords, call.node, state)

    def request_by_hand(self, client: Object, given: Keywords, call: Invocation, state: State) -> Outcomes:
        """``baseClient.request(method, url, …)``."""
        session = Object(REQUESTS, f"{client.allocation}{SESSION}")
        if "?" in self.stored_in(client, state):
            state.values[f"@{session.allocation}.?"] = Known(True)
        added = given.get("additional_headers", NONE)
        sent: Keywords = {
            **given,
            "headers": UNKNOWN,
        }
        if None not in given and given.get("headers", NONE) == NONE and (added == NONE or isinstance(added, Table)):
            sent["headers"] = added if isinstance(added, Table) else Table(())
        sent.pop("additional_headers", None)
        method = sent.pop("method", UNKNOWN)
        return self.send(Sender(REQUESTS, None), session, (method,), sent, call.node, state)

    def check_by_hand(self, call: Invocation, state: State) -> Outcomes:
        """``baseClient.checkResponse(response, message)``."""
        assert self.fate is not None
        if state.live:
            self.fate.looked = self.fate.told_apart = True
            self.fate.decided_at.add(call.node)
        is_multiple = self.ask(is_partial)
        if is_multiple:
            # Which of the two, is a matter of the release.
            self.throw(Raised("builtins.TypeError"), state.copy())
        if is_multiple or not self.ask(is_success):
            self.throw(Raised(ERROR, About.STATUS, None), state)
            return []
        return [(NONE, state)]
