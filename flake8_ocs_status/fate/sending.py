"""Requests on their way: clients (sessions, connections, openers), and sending."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from flake8_ocs_status.fate.addresses import below
from flake8_ocs_status.fate.aiohttp_policies import retry_client_adapter
from flake8_ocs_status.fate.answers import status_error
from flake8_ocs_status.fate.clients import (
    MIDDLEWARES,
    URLLIB3_DEFAULT,
    Clients,
    checks_of,
    hooks_of,
    middlewares_of,
    urllib3_adapter,
)
from flake8_ocs_status.fate.options import options_of
from flake8_ocs_status.fate.policies import adapter_of
from flake8_ocs_status.fate.prepared import method_for_data
from flake8_ocs_status.fate.record import CallPath, Ending, Send
from flake8_ocs_status.fate.replies import CHECKS
from flake8_ocs_status.fate.run import (
    CHANGED,
    INTACT,
    SINCE_THE_ANSWER,
    TOLD_BY_BODY,
    Invocation,
    Keywords,
    Outcomes,
)
from flake8_ocs_status.fate.states import State
from flake8_ocs_status.fate.subjects import are_about_one_parameter, are_about_the_same
from flake8_ocs_status.fate.values import (
    FROM_OUTSIDE,
    NONE,
    UNKNOWN,
    Function,
    Items,
    Known,
    Method,
    Object,
    OtherResponse,
    Partial,
    Prepared,
    Raised,
    Response,
    Super,
    Table,
    Text,
    Value,
)
from flake8_ocs_status.transport.clients import (
    AIOHTTP,
    AIOHTTP_RETRY,
    NIQUESTS,
    REQUESTS,
    URLLIB,
    URLLIB3,
    Library,
    Sender,
    method_sender,
)
from flake8_ocs_status.transport.vendor import VendorLibrary

# Where a token may be; None stands for keywords that are not known.
CREDENTIALS = frozenset({"headers", "auth", "cookies", "cert", None})
# What a client sends with: where one of these is replaced, the request may be sent and checked in any way.
SENT_WITH = frozenset({"request", "send", "stream", "get_adapter", "adapters", "prepare_request", "build_request"})

# Where a connection keeps the answer that nobody has asked for yet.
ANSWER = ".#answer"

TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Target:
    """What is sent: method, URL and headers as abstract values."""

    method: Value
    url: Value
    headers: Value


class Sending(Clients):
    """Adds clients and requests to the evaluation of expressions."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.sends: dict[CallPath, list[Send]] = {}
        # Whether what is being called may be something out of sight, such as ``session or requests.Session()``.
        self.from_elsewhere = False
        # Whether what is being called is out of sight, and declared to send.
        self.is_declared = False

    def call_client(
        self, receiver: Object | Super, library: Library, name: str, call: Invocation, state: State
    ) -> Outcomes:
        """A method of a client (a session), or of what a class of the project inherits from one."""
        client = receiver.bound if isinstance(receiver, Super) else receiver
        if not isinstance(client, Object):
            return self.call_unknown(call.arguments, call.keywords, call.node, state)
        if name == "__init__":
            self.configure(client, library, "", call, state)
            return [(NONE, state)]
        sender = method_sender(library, name)
        if sender is not None and library.gives_future:
            sent_later = Method(Object(REQUESTS, client.allocation), name)
            return [(Partial(sent_later, call.arguments, tuple(call.keywords.items()), call.node), state)]
        if sender is not None:
            for step in library.overridden_by.get(name, ()):
                override = self.override(receiver, step)
                if override is not None:
                    return self.call_override(override, step, sender, call, state)
            return self.send(sender, client, call.arguments, call.keywords, call.node, state)
        if name == "getresponse" and library.answers_later:
            return [(state.values.pop(f"@{client.allocation}{ANSWER}", UNKNOWN), state)]
        if name in {"build_request", "prepare_request"}:
            if call.arguments and isinstance(call.arguments[0], Prepared):
                return [(call.arguments[0], state)]
            return [(self.prepare(library, call.arguments, call.keywords, call.node, state), state)]
        if name == "mount" and len(call.arguments) == 2:
            prefix = call.arguments[0]
            key = prefix.value if isinstance(prefix, Known) else "?"
            state.values[f"@{client.allocation}.mount {key}"] = call.arguments[1]
            return [(NONE, state)]
        if name in {"close", "aclose", "__enter__", "__aenter__", "putheader", "endheaders"}:
            return [(client, state)]
        if name == "get_adapter":
            # Whatever is done with it from here on, it may retry.
            state.values[f"@{client.allocation}.?"] = Known(True)
        return self.call_unknown(call.arguments, call.keywords, call.node, state)

    def call_override(self, override: Function, name: str, sender: Sender, call: Invocation, state: State) -> Outcomes:
        """The same request, handed to what a class of the project sends with."""
        if name == "send":
            target = self.target(sender, call.arguments, call.keywords, call.node, state)
            made: Keywords = {"method": target.method, "url": target.url, "headers": target.headers}
            request = self.prepare(sender.library, (), made, call.node, state)
            return self.apply(override, (request,), {}, call.node, state)
        if sender.method is not None:
            return self.apply(override, (Known(sender.method), *call.arguments), call.keywords, call.node, state)
        return self.apply(override, call.arguments, call.keywords, call.node, state)

    def target(
        self, sender: Sender, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Target:
        """What a call sends."""
        library = sender.library
        url = keywords.get("url", keywords.get("fullurl", UNKNOWN))
        if len(arguments) > sender.url_index:
            url = arguments[sender.url_index]
        if arguments and isinstance(arguments[0], Prepared):
            url = arguments[0]
        data = keywords.get("data", arguments[1] if len(arguments) > 1 else NONE) if library is URLLIB else NONE
        if isinstance(url, Prepared):
            method = self.method_of_prepared(url, data, node, state)
            return Target(method, self.part(url, "url", state), self.part(url, "headers", state))
        method = Known(sender.method)
        if library.method_follows_data:
            method = method_for_data(data)
        elif sender.method is None:
            method = arguments[0] if arguments else keywords.get("method", UNKNOWN)
        headers = keywords.get("headers", Table((), complete=None not in keywords))
        if library.headers_index is not None and len(arguments) > library.headers_index:
            headers = arguments[library.headers_index]
        return Target(method, url, headers)

    def send(
        self,
        sender: Sender,
        client: Object | None,
        arguments: tuple[Value, ...],
        keywords: Keywords,
        node: ast.Call,
        state: State,
    ) -> Outcomes:
        """Send a request."""
        library = sender.library
        path = (*(frame.call for frame in self.frames if frame.call is not None), node)
        target = self.target(sender, arguments, keywords, node, state)
        stored = {} if client is None else self.stored_in(client, state)
        hooks = hooks_of(keywords, stored)
        checks = checks_of(library, keywords, stored, client)
        middlewares = middlewares_of(library, keywords, stored)
        if middlewares and client is not None:
            return self.send_through(middlewares, client, target, checks, keywords, node, state)
        if middlewares is None:
            checks = UNKNOWN
        authorized = any(isinstance(value, Prepared) for value in (*arguments, *keywords.values()))
        send = self.describe(path, library, target, keywords, client, stored, authorized)
        seen = self.sends.setdefault(path, [])
        if send not in seen:
            seen.append(send)
        if path == self.focus and state.live:
            self.note_repeat(state)
            self.end(Ending.SENT_AGAIN)
            self.leave_at(node, state)
            if not self.persistent:
                return []
        self.may_raise(Raised(library.transport_error), state)
        if path == self.focus:
            assert self.fate is not None
            self.sent[path] = send
            self.fate.answered = True
            return self.handed_over(client, self.answer(library, checks, hooks, node, state))
        for value in (*arguments, *keywords.values()):
            self.flow_out(value, node, state)
        if library.raises_unasked:
            self.may_raise(Raised(library.error), state)
        again = state.live and self.repeats_focus(send)
        if again and self.fate is not None:
            self.fate.told_apart = True
            # After a success too, that is: then it is no retry.
            self.note_repeat(state)
        if again and self.status in TRANSIENT:
            self.end(Ending.SENT_AGAIN)
            self.leave_at(node, state)
            assert self.fate is not None
            self.fate.repeated_at.add(path)
            if not self.persistent:
                return []
            return self.handed_over(client, self.answer(library, checks, hooks, node, state))
        self.reach(node, state)
        if state.live and self.fate is not None:
            self.fate.sent_after.add(path)
            # It may read the resource again, or fetch a token that the client keeps.
            state.values[CHANGED] = Known(True)
        return self.handed_over(client, [(OtherResponse(library), state)])

    def send_through(
        self,
        middlewares: Sequence[Value],
        client: Object,
        target: Target,
        checks: Value,
        keywords: Keywords,
        node: ast.Call,
        state: State,
    ) -> Outcomes:
        """Hand a request to the first of these, with what sends it through the others; aiohttp checks what comes back
        (3.14)."""
        first, *others = middlewares
        below = {**keywords, MIDDLEWARES: Items(tuple(others)), CHECKS: Known(False)}
        handler = Partial(Method(client, "request"), (target.method, target.url), tuple(below.items()))
        made: Keywords = {"method": target.method, "url": target.url, "headers": target.headers}
        request = self.prepare(AIOHTTP, (), made, node, state)
        outcomes: Outcomes = []
        for value, after in self.apply(first, (request, handler), {}, node, state):
            if isinstance(value, Response) and checks != NONE and checks != Known(False) and self.fate is not None:
                outcomes.extend(self.checked(checks, value, status_error(AIOHTTP, self.fate.status), node, after))
            else:
                outcomes.append((value, after))
        return outcomes

    def handed_over(self, client: Object | None, outcomes: Outcomes) -> Outcomes:
        """What a call that sends gives: the response, unless the client keeps it until it is asked for."""
        library = None if client is None else self.world.library_of(client)
        if client is None or library is None or not library.answers_later:
            return outcomes
        for value, after in outcomes:
            after.values[f"@{client.allocation}{ANSWER}"] = value
        return [(NONE, after) for _, after in outcomes]

    def answer(
        self, library: Library, checks: Value, hooks: Sequence[Value] | None, node: ast.Call, state: State
    ) -> Outcomes:
        """The answer that the request in focus is given."""
        state.live = True
        for marker in SINCE_THE_ANSWER:
            state.values.pop(marker, None)
        state.forget(TOLD_BY_BODY)
        state.values[INTACT] = Known(True)
        return self.received(library, checks, hooks, node, state)

    def repeats_focus(self, send: Send) -> bool:
        """Whether this is the request in focus once more, written out a second time."""
        if self.focus is None:
            return False
        first = self.sent.get(self.focus)
        if first is None or first.method != send.method:
            return False
        if not isinstance(first.url, (Known, Text)):
            return are_about_one_parameter(self.module, self.focus, send.path)
        return first.url == send.url and (isinstance(first.url, Known) or self.is_about_focus(send))

    def is_about_focus(self, send: Send) -> bool:
        """Whether nothing says that a request to a URL of the same shape is about something else."""
        assert self.focus is not None
        of_vendor = isinstance(send.library, VendorLibrary)
        return are_about_the_same(self.focus, send.path, every_argument=of_vendor)

    def describe(
        self,
        path: CallPath,
        library: Library,
        target: Target,
        keywords: Keywords,
        client: Object | None,
        stored: dict[str, Value],
        authorized: bool,
    ) -> Send:
        """What is known about a request that is about to be sent."""
        adapters: tuple[tuple[str, Value], ...] = ()
        own_transport_known = hooks_known = True
        url = target.url
        if client is not None:
            adapters = tuple(
                (key.removeprefix("mount "), value) for key, value in stored.items() if key.startswith("mount ")
            )
            own = isinstance(client.kind, ast.ClassDef)
            from_outside = client.allocation.startswith(FROM_OUTSIDE) or (own and self.may_be_subclass(client))
            escaped = "?" in stored or any(_replaces_sending(name, own) for name in stored)
            escaped = escaped or self.world.is_configured_elsewhere(client)
            own_transport_known = not escaped and not from_outside and "transport ?" not in stored
            beneath = [value for key, value in stored.items() if key.startswith(("mount ", "transport ?"))]
            hooks_known = not escaped and not any(map(self.may_check, beneath))
            base = stored.get("base_url")
            if base is not None and base != NONE:
                url = below(base, url, joins=library.joins)
        if library is URLLIB3:
            adapters = (("", urllib3_adapter(keywords["retries"], path[-1])),) if "retries" in keywords else adapters
            adapters = adapters or (("", URLLIB3_DEFAULT),)
        if middlewares_of(library, keywords, stored) != ():
            own_transport_known = hooks_known = False
        if library is NIQUESTS and client is None and "retries" in keywords:
            adapters = (("", adapter_of(keywords["retries"], path[-1])),)
        if library is AIOHTTP_RETRY and keywords.get("retry_options", NONE) != NONE:
            checks = stored.get("checks below", NONE)
            adapters = (("", retry_client_adapter(keywords["retry_options"], checks, path[-1])),)
        if self.is_declared:
            own_transport_known = False
        hooks = hooks_of(keywords, stored)
        return Send(
            path,
            library,
            target.method,
            url,
            target.headers,
            client,
            adapters,
            tuple(self.wrappers),
            client_known=not self.from_elsewhere,
            own_transport_known=own_transport_known,
            hooks_known=hooks_known and hooks is not None,
            has_hooks=bool(hooks),
            may_authorize=authorized or client is not None or not CREDENTIALS.isdisjoint(keywords),
            options=options_of(keywords, stored),
            is_declared=self.is_declared,
        )


def _replaces_sending(name: str, own: bool) -> bool:
    """Whether an attribute of this name in a client is one that it sends with; ``own`` is for a class of the project,
    which has private attributes of its own."""
    return name in SENT_WITH or (name.startswith("_") and not name.startswith("__") and not own)
