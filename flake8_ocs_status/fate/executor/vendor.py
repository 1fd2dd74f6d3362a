"""Clients of the vendor's sample libraries: out of sight, but what each method sends and raises is known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.templates import HOLE
from flake8_ocs_status.fate.exchange.answers import is_partial, is_without_body
from flake8_ocs_status.fate.executor.run import Invocation, Keywords, Outcomes
from flake8_ocs_status.fate.executor.sending import Sending
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    About,
    Items,
    Known,
    Method,
    Object,
    OtherResponse,
    Raised,
    Response,
    Super,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.fate.values.texts import concatenate, text_of
from flake8_ocs_status.transport.library import Library, Sender
from flake8_ocs_status.transport.vendor import (
    ERROR,
    FROM_SETTINGS,
    JSON_ERROR,
    VendorCall,
    VendorLibrary,
    vendor_client,
)

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.surroundings import Surroundings

# Whoever has this may send by hand, or mount a retry on the session below.
BASE_CLIENT = "baseClient"
# Where the store keeps the base of all URLs of a client, and where its constructor takes it.
BASE_URL = "base_url"
URL_POSITION = 2


class Vendors(Sending):
    """Adds the clients of the vendor's sample libraries."""

    def attribute_of_object(self, receiver: Object | Super, name: str, node: ast.Attribute, state: State) -> Outcomes:
        outcomes = super().attribute_of_object(receiver, name, node, state)
        library = self.world.library_of(receiver)
        if not isinstance(library, VendorLibrary):
            return outcomes
        client = receiver.bound if isinstance(receiver, Super) else receiver
        part = library.parts.get(name)
        if part is not None and isinstance(client, Object) and outcomes == [(Method(receiver, name), state)]:
            return [(Object(part, client.allocation), state)]
        if (name == BASE_CLIENT or name.startswith("_")) and isinstance(client, Object):
            state.values[f"@{client.allocation}.?"] = Known(True)
        return outcomes

    def new_client(self, library: Library, path: str, call: Invocation, state: State) -> Value:
        if path.endswith(f".{FROM_SETTINGS}"):
            client = super().new_client(library, path, Invocation((), {}, call.node), state)
            return Items((client, UNKNOWN))
        return super().new_client(library, path, call, state)

    def configure(self, client: Object, library: Library, path: str, call: Invocation, state: State) -> None:
        if not isinstance(library, VendorLibrary):
            super().configure(client, library, path, call, state)
            return
        start = f"@{client.allocation}."
        if None in call.keywords or "base_client" in call.keywords:
            # A base client of one's own may send in any way.
            state.values[f"{start}?"] = Known(True)
        after = len(call.arguments) > URL_POSITION
        state.values[f"{start}{BASE_URL}"] = (
            call.arguments[URL_POSITION] if after else call.keywords.get("url", UNKNOWN)
        )

    def call_client(
        self, receiver: Object | Super, library: Library, name: str, call: Invocation, state: State
    ) -> Outcomes:
        if isinstance(library, VendorLibrary) and isinstance(receiver, Object) and name in library.calls:
            return self.call_vendor(receiver, library, library.calls[name], call, state)
        return super().call_client(receiver, library, name, call, state)

    def call_vendor(
        self, part: Object, library: VendorLibrary, does: VendorCall, call: Invocation, state: State
    ) -> Outcomes:
        """A method of a part of a client: it sends, raises for what is no success, and parses the body."""
        for value in (*call.arguments, *call.keywords.values()):
            self.flow_out(value, call.node, state)
        # What it is given may be none of what it takes.
        self.may_raise(Raised("builtins.TypeError"), state)
        sent: Keywords = {
            "method": Known(does.method),
            "url": url_of(library, does, call.arguments, call.keywords),
            # It sends a token, and fetches a new one in time.
            "headers": UNKNOWN,
            "auth": UNKNOWN,
        }
        outcomes: Outcomes = []
        for value, after in self.send(Sender(library, None), part, (), sent, call.node, state):
            if isinstance(value, OtherResponse):
                outcomes.append((UNKNOWN, after))
            elif isinstance(value, Response):
                outcomes.extend(self.parsed(does, call.node, after))
            else:
                outcomes.append((value, after))
        return outcomes

    def parsed(self, call: VendorCall, node: ast.Call, state: State) -> Outcomes:
        """What a method makes of an answer that is a success to HTTP."""
        assert self.fate is not None
        if self.ask(is_partial):
            # Which of the two, is a matter of the release.
            self.throw(Raised("builtins.TypeError"), state.copy())
            self.throw(Raised(ERROR, About.STATUS, None), state)
            return []
        if not isinstance(self.module.parents.get(node), ast.Expr):
            self.fate.used = True
        empty = self.ask(is_without_body)
        if call.parses is False:
            return [(Unknown(About.BODY), state)]
        if call.parses is None and empty:
            self.may_raise(Raised(JSON_ERROR, About.BODY), state)
            return [(Unknown(About.BODY), state)]
        return self.parse_body(JSON_ERROR, empty, state)


def url_of(part: VendorLibrary, call: VendorCall, arguments: tuple[Value, ...], keywords: Keywords) -> Value:
    """The URL that a method sends to, as far as the method tells."""
    if part.origin is not None:
        return concatenate([Known(part.origin), text_of(call.path or (HOLE,))])
    if call.path is None:
        return UNKNOWN
    if call.after_url:
        first = arguments[0] if arguments else keywords.get("url", UNKNOWN)
        return concatenate([first, text_of(call.path)])
    return text_of(call.path)


def leaves_body(library: Library, call: ast.Call) -> bool:
    """Whether the body of an answer is certainly not parsed, neither by the vendor's library nor by who calls it, for
    whom nothing of it is left."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    made = library.calls.get(name) if isinstance(library, VendorLibrary) else None
    return made is not None and made.parses is False


def vendor_base(home: Surroundings, call: ast.Call, session: Object) -> ast.expr | None:
    """The base that makes the class around a call a client of the vendor's, where the call goes through its ``self``;
    None where that is otherwise."""
    function = home.module.enclosing_function(call)
    owner = None if function is None or call not in home.module.parents else home.class_of_function(function)
    if owner is None or session.allocation != home.instance_under_study(owner).allocation:
        return None
    paths = {base: home.module.dotted(base) for base in owner.bases}
    return next((base for base, path in paths.items() if path is not None and vendor_client(path) is not None), None)
