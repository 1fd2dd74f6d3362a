"""Clients: sessions, connections, openers, what they are made with and what they do to each answer."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.fate.exchange.options import options_of
from flake8_ocs_status.fate.executor.instances import instances_in
from flake8_ocs_status.fate.executor.prepared import Preparing
from flake8_ocs_status.fate.executor.replies import CHECKS, HOOKS, hooks_in
from flake8_ocs_status.fate.executor.run import Invocation, Keywords
from flake8_ocs_status.fate.policies.aiohttp_policies import retry_client_adapter
from flake8_ocs_status.fate.policies.transport_policies import adapter_of
from flake8_ocs_status.fate.values import (
    FROM_OUTSIDE,
    NONE,
    UNKNOWN,
    Adapter,
    Function,
    Items,
    Known,
    Object,
    Super,
    Symbol,
    Value,
)
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.fate.values.texts import concatenate
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.transport.clients import AIOHTTP, AIOHTTP_RETRY, NIQUESTS, URLLIB, URLLIB3, Library
from flake8_ocs_status.transport.retries import RetryPolicy

# How urllib3 repeats where nothing is said: three times, when the server says when (urllib3 2.8, Retry.DEFAULT).
URLLIB3_DEFAULT = Adapter(RetryPolicy(attempts=3))
MIDDLEWARES = "middlewares"
# Handlers of urllib.request that let every answer through as the default ones do.
_PLAIN_HANDLERS = frozenset(
    {
        "ProxyHandler", "HTTPHandler", "HTTPSHandler", "HTTPCookieProcessor", "HTTPBasicAuthHandler",
        "HTTPDigestAuthHandler", "ProxyBasicAuthHandler", "ProxyDigestAuthHandler",
    }
)  # fmt: skip


# The mark that a client was made in this run.
MADE_CLIENT = ".#client"
# What a class of the project defines anew to send in its own way: of requests' adapters, of httpx' transports.
SENDING_METHODS = ("send", "build_response", "handle_request", "handle_async_request")
LOOKING = frozenset({"status", "status_code", "raise_for_status", "ok", "is_success", "is_error"})


class Clients(Preparing):
    """Adds clients to the evaluation of expressions."""

    def stored_in(self, client: Object, state: State) -> dict[str, Value]:
        """What is known of a client's attributes."""
        start = f"@{client.allocation}."
        return self.world.attributes_of(client) | {
            key.removeprefix(start): value for key, value in state.values.items() if key.startswith(start)
        }

    def override(self, receiver: Object | Super, name: str) -> Function | None:
        """What a class of the project defines in the place of a method that its client sends with."""
        client = receiver.bound if isinstance(receiver, Super) else receiver
        if not isinstance(client, Object) or not isinstance(client.kind, ast.ClassDef):
            return None
        found = self.world.home_of(client.kind).member(client.kind, name, client)
        running = isinstance(found, Function) and any(frame.node is found.node for frame in self.frames)
        return found if isinstance(found, Function) and not running else None

    def may_check(self, transport: Value) -> bool:
        """Whether what a client sends through is of a class of the project that may look at each answer."""
        methods = (self.own_method(one, name) for one in instances_in(transport) for name in SENDING_METHODS)
        return any(
            isinstance(node, ast.Raise) or (isinstance(node, ast.Attribute) and node.attr in LOOKING)
            for method in methods
            if method is not None
            for node in nodes_in(method.node)
        )

    def may_be_subclass(self, client: Object) -> bool:
        """Whether this is the instance under study of a client class: a subclass or its maker may have changed it."""
        assert isinstance(client.kind, ast.ClassDef)
        return client == self.world.home_of(client.kind).instance_under_study(client.kind)

    def new_client(self, library: Library, path: str, call: Invocation, state: State) -> Value:
        """A new client object, made by the callable at this dotted path."""
        if library is URLLIB and not all(
            isinstance(one, Symbol) and is_plain_handler(one.path) for one in call.arguments
        ):
            # A handler of its own may make anything of an answer.
            return UNKNOWN
        client = Object(library, self.allocation(call.node))
        state.forget(f"@{client.allocation}.")
        self.configure(client, library, path, call, state)
        state.values[f"@{client.allocation}{MADE_CLIENT}"] = Known(True)
        return client

    def configure(self, client: Object, library: Library, path: str, call: Invocation, state: State) -> None:
        """Store what a client is made with. Its transport is the default one unless a keyword says otherwise."""
        if library is AIOHTTP_RETRY:
            self.configure_retry_client(client, call, state)
            return
        start = f"@{client.allocation}."
        if None in call.keywords:
            state.values[f"{start}?"] = Known(True)
        for name in ("transport", "mounts", "app"):
            value = call.keywords.get(name, NONE)
            if isinstance(value, Adapter) and name == "transport":
                state.values[f"{start}mount "] = value
            elif value != NONE:
                state.values[f"{start}transport ?"] = value
        if call.keywords.get("event_hooks", NONE) != NONE:
            state.values[f"{start}event_hooks"] = call.keywords["event_hooks"]
        for name, value in options_of(call.keywords, {}):
            state.values[f"{start}{name}"] = value
        if MIDDLEWARES in call.keywords:
            state.values[f"{start}{MIDDLEWARES}"] = call.keywords[MIDDLEWARES]
        if library.checks_on_demand and CHECKS in call.keywords:
            state.values[f"{start}{CHECKS}"] = call.keywords[CHECKS]
        if library is URLLIB3 and "retries" in call.keywords:
            state.values[f"{start}mount "] = urllib3_adapter(call.keywords["retries"], call.node)
        elif library is NIQUESTS and "retries" in call.keywords:
            for scheme in ("https://", "http://"):
                state.values[f"{start}mount {scheme}"] = adapter_of(call.keywords["retries"], call.node)
        elif "retries" in call.keywords:
            state.values[f"{start}transport ?"] = Known(True)
        first = call.arguments[0] if call.arguments else None
        host = call.keywords.get("host", first)
        if "base_url" in call.keywords:
            state.values[f"{start}base_url"] = call.keywords["base_url"]
        elif first is not None and (path in library.base_first or (not path and library.checks_on_demand)):
            state.values[f"{start}base_url"] = first
        elif path in library.hosts and host is not None:
            state.values[f"{start}base_url"] = concatenate([Known(f"{library.hosts[path]}://"), host])

    def configure_retry_client(self, client: Object, call: Invocation, state: State) -> None:
        """Store what a ``RetryClient`` is made with: options, and a session that it sends through or makes itself."""
        names = ("client_session", "logger", "retry_options", CHECKS)
        given: Keywords = {**dict(zip(names, call.arguments, strict=False)), **call.keywords}
        start = f"@{client.allocation}."
        session = given.pop("client_session", UNKNOWN if None in given else NONE)
        options = given.pop("retry_options", NONE)
        if session == NONE:
            self.configure(client, AIOHTTP, "", Invocation((), given, call.node), state)
            state.values[f"{start}mount "] = retry_client_adapter(options, NONE, call.node)
            return
        stored: dict[str, Value] = {"?": Known(True)}
        if isinstance(session, Object) and session.kind is AIOHTTP and not session.allocation.startswith(FROM_OUTSIDE):
            stored = self.stored_in(session, state)
        checks = UNKNOWN if "?" in stored else stored.get(CHECKS, NONE)
        if checks in {NONE, Known(False)}:
            # It checks what is left of a bad answer at last, where the session below does not raise for the first.
            stored = {**stored, CHECKS: given.get(CHECKS, NONE)}
        state.values.update({f"{start}{name}": value for name, value in stored.items()})
        state.values[f"{start}checks below"] = checks
        state.values[f"{start}mount "] = retry_client_adapter(options, checks, call.node)


def hooks_of(keywords: Keywords, stored: dict[str, Value]) -> Sequence[Value] | None:
    """The functions that are called with the answer to a request; None when one of them is not in sight."""
    tables = [keywords["hooks"]] if "hooks" in keywords else []
    tables.extend(stored[name] for name in HOOKS if name in stored)
    found: list[Value] = []
    for table in tables:
        hooks = hooks_in(table)
        if hooks is None:
            return None
        found.extend(hooks)
    # requests merges the two in a way of its own.
    return found if len(tables) < 2 or not found else None


def middlewares_of(library: Library, keywords: Keywords, stored: dict[str, Value]) -> Sequence[Value] | None:
    """What aiohttp sends a request through, the outermost first: what the call says, else the session; None when one of
    them is not in sight."""
    if not library.checks_on_demand:
        return ()
    chosen = keywords.get(MIDDLEWARES, NONE)
    if chosen == NONE:
        chosen = stored.get(MIDDLEWARES, NONE)
    found = () if chosen == NONE else chosen.values if isinstance(chosen, Items) else None
    if found and (library is not AIOHTTP or not all(isinstance(one, (Function, Object)) for one in found)):
        return None
    return found


def checks_of(library: Library, keywords: Keywords, stored: dict[str, Value], client: Object | None) -> Value:
    """What ``raise_for_status`` is for a request: said in the call, or when the session was made."""
    if not library.checks_on_demand:
        return NONE
    said = keywords.get(CHECKS, NONE)
    if said != NONE:
        return said
    if None in keywords or "?" in stored:
        return UNKNOWN
    if client is not None and CHECKS not in stored and client.allocation.startswith((FROM_OUTSIDE, "self ")):
        return UNKNOWN
    return stored.get(CHECKS, NONE)


def urllib3_adapter(retries: Value, node: ast.Call) -> Adapter:
    """How urllib3 repeats with ``retries=…`` in a call: a policy, a number, False, or None for its default."""
    return URLLIB3_DEFAULT if retries == NONE else adapter_of(retries, node)


def is_plain_handler(path: str) -> bool:
    """Whether the class at this dotted path is a handler of urllib.request that lets every answer through."""
    module, _, name = path.rpartition(".")
    return module in URLLIB.modules and name in _PLAIN_HANDLERS
