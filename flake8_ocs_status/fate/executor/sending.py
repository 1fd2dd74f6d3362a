"""What clients (sessions, connections, openers) do, and sending."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.fate.exchange.answers import is_transient, status_error
from flake8_ocs_status.fate.exchange.record import Ending
from flake8_ocs_status.fate.executor.clients import MIDDLEWARES, checks_of, hooks_of, middlewares_of
from flake8_ocs_status.fate.executor.outgoing import Outgoing, Target
from flake8_ocs_status.fate.executor.replies import CHECKS
from flake8_ocs_status.fate.executor.run import (
    CHANGED,
    CLEANING_UP,
    INTACT,
    SINCE_THE_ANSWER,
    TOLD_BY_BODY,
    Invocation,
    Keywords,
    Outcomes,
)
from flake8_ocs_status.fate.values import (
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
    Value,
)
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.transport.clients import AIOHTTP, REQUESTS, Library, Sender, method_sender

# Where a connection keeps the answer that nobody has asked for yet.
ANSWER = ".#answer"


class Sending(Outgoing):
    """Adds what a client does, and sending, to the evaluation of expressions."""

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
        self.note_sent(path)
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
        if library.raises_unasked or checks not in (NONE, Known(False)):
            self.may_raise(Raised(library.error), state)
        again = state.live and CLEANING_UP not in state.values and self.repeats_focus(send)
        if again and self.fate is not None:
            self.fate.told_apart = True
            # After a success too, that is: then it is no retry.
            self.note_repeat(state)
        if again and self.fate is not None and self.ask(is_transient):
            self.end(Ending.SENT_AGAIN)
            self.leave_at(node, state)
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
                outcomes.extend(self.checked(checks, value, self.ask(status_error, AIOHTTP), node, after))
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
