"""Requests and what comes back: clients, sending, and the methods of a response."""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.answers import BODY_METHODS, status_error
from flake8_ocs_status.fate.expressions import Expressions
from flake8_ocs_status.fate.operators import concatenate
from flake8_ocs_status.fate.options import options_of
from flake8_ocs_status.fate.record import CallPath, Ending, Send
from flake8_ocs_status.fate.run import BODY_TESTED, INTACT, SINCE_THE_ANSWER, Keywords, Outcomes
from flake8_ocs_status.fate.states import State
from flake8_ocs_status.fate.values import (
    FROM_OUTSIDE,
    NONE,
    UNKNOWN,
    About,
    Adapter,
    Known,
    Object,
    OtherResponse,
    Raised,
    Response,
    Table,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.transport.clients import (
    Library,
    Sender,
    method_sender,
)

# Where a token may be; None stands for keywords that are not known.
CREDENTIALS = frozenset({"headers", "auth", "cookies", "cert", None})
# What a client sends with: where one of these is replaced, the request may be sent and checked in any way.
SENT_WITH = frozenset({"request", "send", "stream", "get_adapter", "adapters", "prepare_request", "build_request"})

TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})


class Sending(Expressions):
    """Adds clients, requests and responses to the evaluation of expressions."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.sends: dict[CallPath, list[Send]] = {}
        self.sent: dict[CallPath, Send] = {}
        # Whether what is being called may be something out of sight, such as ``session or requests.Session()``.
        self.from_elsewhere = False
        # Whether what is being called is out of sight, and declared to send.
        self.is_declared = False

    def call_response(self, response: Response, name: str, node: ast.Call, state: State) -> Outcomes:
        """A method of the response in focus."""
        assert self.fate is not None
        status = self.fate.status
        if name == "raise_for_status":
            if state.live:
                self.fate.looked = True
                self.fate.decided_at.add(node)
            error = status_error(response, status)
            if error is None:
                return [(response if response.library.raise_returns_response else NONE, state)]
            self.throw(error, state)
            return []
        if name == "json":
            return self.parse_body(response.library.json_error, status == 204, state)
        if name in BODY_METHODS:
            return [(Unknown(About.BODY), state)]
        return [(NONE, state)]

    def parse_body(self, error: str, empty: bool, state: State) -> Outcomes:
        """Parse the body as JSON: an empty one raises, another may."""
        raised = Raised(error, About.BODY, empty_body=empty and BODY_TESTED not in state.values)
        if empty and state.live and BODY_TESTED not in state.values:
            self.throw(raised, state)
            return []
        self.may_raise(raised, state)
        return [(Unknown(About.BODY), state)]

    def call_client(
        self,
        client: Object,
        library: Library,
        name: str,
        arguments: tuple[Value, ...],
        keywords: Keywords,
        node: ast.Call,
        state: State,
    ) -> Outcomes:
        """A method of a client (a session)."""
        sender = method_sender(library, name)
        if sender is not None:
            return self.send(sender, client, arguments, keywords, node, state)
        if name == "mount" and len(arguments) == 2:
            prefix = arguments[0]
            key = prefix.value if isinstance(prefix, Known) else "?"
            state.values[f"@{client.allocation}.mount {key}"] = arguments[1]
            return [(NONE, state)]
        if name in {"close", "aclose", "__enter__", "__aenter__"}:
            return [(client, state)]
        if name == "get_adapter":
            # Whatever is done with it from here on, it may retry.
            state.values[f"@{client.allocation}.?"] = Known(True)
        return self.call_unknown(arguments, keywords, node, state)

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
        path = (*(frame.call for frame in self.frames if frame.call is not None), node)
        method: Value = Known(sender.method)
        if sender.method is None:
            method = arguments[0] if arguments else keywords.get("method", UNKNOWN)
        url = keywords.get("url", UNKNOWN)
        if len(arguments) > sender.url_index:
            url = arguments[sender.url_index]
        send = self.describe(path, sender.library, method, url, keywords, client, state)
        seen = self.sends.setdefault(path, [])
        if send not in seen:
            seen.append(send)
        if path == self.focus and state.live:
            self.note_repeat(state)
            self.end(Ending.SENT_AGAIN)
            self.leave_at(node, state)
            if not self.persistent:
                return []
        self.may_raise(Raised(sender.library.transport_error), state)
        if path == self.focus:
            assert self.fate is not None
            self.sent[path] = send
            self.fate.answered = True
            return self.answer(sender.library, state)
        for value in (*arguments, *keywords.values()):
            self.flow_out(value, node, state)
        again = state.live and self.repeats_focus(send)
        if again:
            # After a success too, that is: then it is no retry.
            self.note_repeat(state)
        if again and self.status in TRANSIENT:
            self.end(Ending.SENT_AGAIN)
            self.leave_at(node, state)
            assert self.fate is not None
            self.fate.repeated_at.add(path)
            return self.answer(sender.library, state) if self.persistent else []
        self.reach(node, state)
        return [(OtherResponse(sender.library), state)]

    @staticmethod
    def answer(library: Library, state: State) -> Outcomes:
        """The answer that the request in focus is given."""
        state.live = True
        for marker in SINCE_THE_ANSWER:
            state.values.pop(marker, None)
        state.values[INTACT] = Known(True)
        return [(Response(library), state)]

    def repeats_focus(self, send: Send) -> bool:
        """Whether this is the request in focus once more, written out a second time."""
        if self.focus is None:
            return False
        first = self.sent.get(self.focus)
        return (
            first is not None
            and isinstance(first.url, (Known, Text))
            and first.url == send.url
            and first.method == send.method
        )

    def describe(
        self,
        path: CallPath,
        library: Library,
        method: Value,
        url: Value,
        keywords: Keywords,
        client: Object | None,
        state: State,
    ) -> Send:
        """What is known about a request that is about to be sent."""
        headers = keywords.get("headers", Table((), complete=None not in keywords))
        adapters: tuple[tuple[str, Value], ...] = ()
        client_known = transport_known = not self.from_elsewhere
        hooks_known = True
        stored: dict[str, Value] = {}
        if client is not None:
            start = f"@{client.allocation}."
            stored = self.world.attributes_of(client) | {
                key.removeprefix(start): value for key, value in state.values.items() if key.startswith(start)
            }
            adapters = tuple(
                (key.removeprefix("mount "), value) for key, value in stored.items() if key.startswith("mount ")
            )
            from_outside = client.allocation.startswith(FROM_OUTSIDE)
            escaped = "?" in stored or any(map(_replaces_sending, stored))
            escaped = escaped or self.world.is_configured_elsewhere(client)
            transport_known = transport_known and not escaped and not from_outside and "transport ?" not in stored
            hooks_known = hooks_known and not escaped and not any("hooks" in key for key in stored)
            base = stored.get("base_url")
            if base is not None:
                url = concatenate([base, url])
        if "hooks" in keywords:
            hooks_known = False
        if self.is_declared:
            transport_known = False
        may_authorize = client is not None or not CREDENTIALS.isdisjoint(keywords)
        return Send(
            path,
            library,
            method,
            url,
            headers,
            client,
            adapters,
            tuple(self.wrappers),
            client_known=client_known,
            transport_known=transport_known,
            hooks_known=hooks_known,
            may_authorize=may_authorize,
            options=options_of(keywords, stored),
            is_declared=self.is_declared,
        )

    def new_client(self, library: Library, keywords: Keywords, node: ast.Call, state: State) -> Object:
        """A new client object. Its transport is the default one unless a keyword says otherwise."""
        client = Object(library, self.surroundings.allocation(node))
        start = f"@{client.allocation}."
        state.forget(start)
        if None in keywords:
            state.values[f"{start}?"] = Known(True)
        for name in ("transport", "mounts", "app"):
            value = keywords.get(name, NONE)
            if isinstance(value, Adapter) and name == "transport":
                state.values[f"{start}mount "] = value
            elif value != NONE:
                state.values[f"{start}transport ?"] = Known(True)
        if keywords.get("event_hooks", NONE) != NONE:
            state.values[f"{start}hooks"] = UNKNOWN
        for name, value in options_of(keywords, {}):
            state.values[f"{start}{name}"] = value
        if "base_url" in keywords:
            state.values[f"{start}base_url"] = keywords["base_url"]
        return client


def _replaces_sending(name: str) -> bool:
    return name in SENT_WITH or (name.startswith("_") and not name.startswith("__"))
