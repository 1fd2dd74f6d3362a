"""What comes back: the checks that stand between the answer and the caller, and the methods of a response."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.fate.exchange.answers import (
    CLOSING,
    HEADER_METHODS,
    is_without_body,
    status_as_value,
    status_error,
)
from flake8_ocs_status.fate.executor.comprehensions import Comprehensions
from flake8_ocs_status.fate.executor.run import BODY_TESTED, Keywords, Outcomes
from flake8_ocs_status.fate.values import (
    CONTENT,
    NONE,
    UNKNOWN,
    About,
    Function,
    Items,
    Known,
    Partial,
    Raised,
    Response,
    Table,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import alternatives
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.transport.library import Library

# Where a client keeps what is done with each answer, as the libraries call it: requests and niquests, httpx.
HOOKS = ("hooks", "event_hooks")
CHECKS = "raise_for_status"


class Replies(Comprehensions):
    """Adds responses to the evaluation of expressions."""

    def received(
        self, library: Library, checks: Value, hooks: Sequence[Value] | None, node: ast.Call, state: State
    ) -> Outcomes:
        """The answer to the request in focus has come; ``checks`` is aiohttp's option, ``hooks`` are what is in sight
        and called with the answer (None: something that is not)."""
        assert self.fate is not None
        response = Response(library)
        error = self.ask(status_error, library)
        if library.raises_unasked:
            self.fate.looked = True
            self.fate.decided_at.add(node)
            if error is not None:
                self.throw(error, state)
                return []
            return [(response, state)]
        outcomes: Outcomes = [(response, state)]
        if checks != NONE and checks != Known(False):
            outcomes = self.checked(checks, response, error, node, state)
        for hook in hooks or ():
            following: Outcomes = []
            for value, before in outcomes:
                if not isinstance(value, Response):
                    following.append((value, before))
                    continue
                for result, after in self.apply(hook, (value,), {None: UNKNOWN}, node, before):
                    # A hook of requests may put something else in the response's place.
                    replaced = result != NONE and library.error_has_response and not library.raise_returns_response
                    following.append((result if replaced else value, after))
            outcomes = following
        return outcomes

    def checked(
        self, checks: Value, response: Response, error: Raised | None, node: ast.Call, state: State
    ) -> Outcomes:
        """What aiohttp makes of ``raise_for_status=checks``: True, or a function that is called with the response."""
        assert self.fate is not None
        self.fate.looked = True
        self.fate.decided_at.add(node)
        outcomes: Outcomes = []
        for one in alternatives(checks):
            here = state.copy()
            if one == NONE or one == Known(False):
                outcomes.append((response, here))
            elif is_in_sight(one):
                outcomes.extend((response, after) for _, after in self.apply(one, (response,), {}, node, here))
            else:
                if one != Known(True):
                    if one != UNKNOWN:
                        # A function that is not in sight gets the response.
                        self.flow_out(response, node, here)
                    outcomes.append((response, here.copy()))
                if error is not None:
                    self.throw(error, here)
                elif one == Known(True):
                    outcomes.append((response, here))
        return outcomes

    def call_response(
        self, response: Response, name: str, keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        """A method of the response in focus."""
        assert self.fate is not None
        library = response.library
        if name == "raise_for_status":
            if state.live:
                self.fate.looked = True
                self.fate.decided_at.add(node)
            error = self.ask(status_error, library)
            if error is None:
                return [(response if library.raise_returns_response else NONE, state)]
            self.throw(error, state)
            return []
        empty = self.ask(is_without_body)
        if name == "json":
            assert library.json_error is not None
            if library.json_asks_for_type and "content_type" in keywords:
                return self.parse_any_type(keywords["content_type"], empty, state)
            return self.parse_body(library.json_error, empty and None not in keywords, state)
        if name in library.reading:
            nothing = library.reading[name]
            if nothing is None:
                return [(Unknown(About.BODY), state)]
            return [(Known(nothing, About.BODY) if empty else CONTENT, state)]
        if name in library.status_methods:
            return [(self.ask(status_as_value), state)]
        if name in HEADER_METHODS:
            return [(Unknown(About.BODY), state)]
        assert name in CLOSING
        return [(NONE, state)]

    def parse_any_type(self, content_type: Value, empty: bool, state: State) -> Outcomes:
        """``await response.json(content_type=…)`` of aiohttp: where it is None, an empty body is None."""
        if content_type != NONE:
            return self.parse_body("aiohttp.ContentTypeError", empty and isinstance(content_type, Known), state)
        if empty:
            return [(Known(None, About.BODY), state)]
        self.may_raise(Raised("json.JSONDecodeError", About.BODY), state)
        return [(Unknown(About.BODY), state)]

    def parse_body(self, error: str, empty: bool, state: State) -> Outcomes:
        """Parse the body as JSON: an empty one raises, another may."""
        if state.live and self.fate is not None:
            self.fate.used = True
        raised = Raised(error, About.BODY, empty_body=empty and BODY_TESTED not in state.values)
        if empty and state.live and BODY_TESTED not in state.values:
            self.throw(raised, state)
            return []
        self.may_raise(raised, state)
        return [(Unknown(About.BODY), state)]


def is_in_sight(hook: Value) -> bool:
    """Whether what is called with an answer is code that can be executed."""
    if isinstance(hook, Partial):
        return is_in_sight(hook.function)
    return isinstance(hook, Function)


def hooks_in(table: Value) -> Sequence[Value] | None:
    """The functions that a mapping of hooks calls with the answer; None when one of them is not in sight."""
    if table == NONE:
        return ()
    if not isinstance(table, Table) or not table.complete:
        return None
    found: list[Value] = []
    for key, value in table.entries:
        if not isinstance(key, Known):
            return None
        if key.value != "response":
            continue
        hooks = value.values if isinstance(value, Items) else () if value == NONE else (value,)
        if not all(map(is_in_sight, hooks)):
            return None
        found = list(hooks)
    return found
