"""Abstract calls: whatever is called is taken for what it is, and what is handed to code not in sight flows out."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import partial

from flake8_ocs_status.fate.environment.fields import FACTORIES, FIELDS
from flake8_ocs_status.fate.environment.kept_apart import KEEPERS, READING, value_of_variable
from flake8_ocs_status.fate.exchange.answers import is_without_body
from flake8_ocs_status.fate.executor.clients import is_plain_handler
from flake8_ocs_status.fate.executor.method_calls import MethodCalls
from flake8_ocs_status.fate.executor.models import COLLECTIONS, is_logging, model_of_symbol
from flake8_ocs_status.fate.executor.run import Invocation, Keywords, Outcomes
from flake8_ocs_status.fate.values import (
    NONE,
    UNKNOWN,
    About,
    Choice,
    Class,
    Function,
    Items,
    Known,
    Method,
    Object,
    Partial,
    Raised,
    Response,
    Super,
    Symbol,
    Table,
    Text,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, alternatives, holds_response, unknown_from
from flake8_ocs_status.fate.values.operators import expanded
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.fate.values.truths import may_be_anything
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.transport.clients import client_library, function_sender, method_sender, request_library
from flake8_ocs_status.transport.showing import LOGGER, makes_logger, shows

# How a variable is called that holds a method of HTTP.
VERB_NAME = re.compile(r"method|verb|^action$", re.IGNORECASE)
# These go through what they are given.
GOING_THROUGH = COLLECTIONS | frozenset(
    {"builtins.any", "builtins.all", "builtins.sum", "builtins.min", "builtins.max", "builtins.dict"}
)
# These give nothing away of what an object holds.
HARMLESS = frozenset({"builtins.isinstance", "builtins.type", "builtins.id", "builtins.callable", "functools.partial"})


class Calls(MethodCalls):
    """Adds every kind of call."""

    def call(self, node: ast.Call, state: State) -> Outcomes:
        """The outcomes of a call."""
        outcomes: Outcomes = []
        callees = self.evaluate(node.func, state)
        uncertain = is_uncertain([one for function, _ in callees for one in alternatives(function)])
        for function, middle in callees:
            if self.waits_for_all(function, node):
                outcomes.extend(self.results_of_all(node, middle))
                continue
            put_off = self.is_put_off(function, node)
            coroutine = self.is_coroutine(function, node)
            for arguments, keywords, after in (self.arguments_put_off if put_off else self.arguments)(node, middle):
                outer, self.from_elsewhere = self.from_elsewhere, self.from_elsewhere or uncertain
                for one in alternatives(function):
                    branch = after.copy() if isinstance(function, Choice) else after
                    if coroutine:
                        run = partial(self.apply, one, arguments, keywords, node, branch)
                        outcomes.extend(self.kept_for_later(run))
                    else:
                        outcomes.extend(self.apply(one, arguments, keywords, node, branch))
                self.from_elsewhere = outer
        return outcomes

    def arguments(self, node: ast.Call, state: State) -> list[tuple[tuple[Value, ...], Keywords, State]]:
        """The values of a call's arguments; a starred one makes all that follow unknown."""
        results = []
        plain = [item.value if isinstance(item, ast.Starred) else item for item in node.args]
        starred = next((index for index, item in enumerate(node.args) if isinstance(item, ast.Starred)), None)
        for values, middle in self.evaluate_all(plain, state):
            for keyword_values, after in self.evaluate_all([keyword.value for keyword in node.keywords], middle):
                keywords: Keywords = {}
                for keyword, value in zip(node.keywords, keyword_values, strict=True):
                    if keyword.arg is None and isinstance(value, Table):
                        for key, item in value.entries:
                            if isinstance(key, Known) and isinstance(key.value, str):
                                keywords[key.value] = item
                        if value.complete:
                            continue
                    keywords[keyword.arg] = value
                positional = expanded(node.args, values)
                if positional is None:
                    assert starred is not None
                    rest = values[starred:]
                    positional = (*values[:starred], *([unknown_from(*rest)] * 1))
                    keywords[None] = unknown_from(*rest, *([keywords[None]] if None in keywords else []))
                    self.let_instances_go(rest, node, after)
                    for value in rest:
                        if holds_response(value):
                            self.flow_out(value, node, after)
                results.append((positional, keywords, after))
        return results

    def arguments_put_off(self, node: ast.Call, state: State) -> list[tuple[tuple[Value, ...], Keywords, State]]:
        """The same where what they raise is kept for later: for whom, is not in sight."""
        outer, self.raised = self.raised, []
        try:
            results = self.arguments(node, state)
        finally:
            raised, self.raised = self.raised, outer
        results.extend(((), {None: value}, after) for value, after in self.lost(raised))
        return results

    def apply(
        self, function: Value, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        """The outcomes of calling one value."""
        if isinstance(function, Function):
            return self.inline(function, arguments, keywords, node, state)
        if isinstance(function, Method):
            return self.call_method(function, arguments, keywords, node, state)
        if isinstance(function, Symbol):
            return self.call_symbol(function, arguments, keywords, node, state)
        if isinstance(function, Class):
            return self.construct(function.node, arguments, keywords, node, state)
        called = self.own_method(function, "__call__")
        if called is not None:
            return self.inline(called, arguments, keywords, node, state)
        if isinstance(function, Partial):
            merged = {**dict(function.keywords), **keywords}
            return self.apply(function.function, (*function.arguments, *arguments), merged, node, state)
        if function == UNKNOWN and is_logging(node):
            self.reach(node, state)
            return [(UNKNOWN, state)]
        # Which function it is may have been picked by the status.
        self.flow_out(function, node, state)
        return self.call_unknown(arguments, keywords, node, state)

    def call_unknown(
        self, arguments: Sequence[Value], keywords: Keywords, node: ast.Call, state: State, receiver: Value = UNKNOWN
    ) -> Outcomes:
        """Code that is not in sight: it may raise, and everything handed to it flows out."""
        self.reach(node, state)
        values = [*arguments, *keywords.values()]
        for value in values:
            self.flow_out(value, node, state)
            for one in alternatives(value):
                if isinstance(one, Object):
                    self.hand_over(one, state)
        self.may_raise(Raised(None), state)
        result = unknown_from(receiver, *values)
        if about(result) >= About.DECISION:
            # What it gave away has flowed out already.
            result = UNKNOWN
        return [(result, state)]

    def hand_over(self, value: Object, state: State) -> None:
        """Note that unknown code has a client, or an object that holds clients: it may configure them."""
        if self.world.library_of(value) is not None:
            state.values[f"@{value.allocation}.?"] = Known(True)
            return
        start = f"@{value.allocation}."
        for held in [held for key, held in state.values.items() if key.startswith(start)]:
            for one in alternatives(held):
                if isinstance(one, Object) and self.world.library_of(one) is not None:
                    state.values[f"@{one.allocation}.?"] = Known(True)

    def call_symbol(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        path = function.path
        if path in GOING_THROUGH and arguments:
            outcomes: Outcomes = []
            for first, after in self.all_of(arguments[0], state):
                outcomes.extend(self.call_modelled(function, (first, *arguments[1:]), keywords, node, after))
            return outcomes
        return self.call_modelled(function, arguments, keywords, node, state)

    def call_modelled(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        """The same, where no generator is left to be gone through."""
        path = function.path
        declared = self.world.declared.call_at(path)
        if declared is not None:
            return self.call_declared(declared, arguments, keywords, node, state)
        if self.world.declared.is_owner(path):
            self.reach(node, state)
            return [(function, state)]
        sender = function_sender(path)
        if sender is not None:
            return self.send(sender, None, arguments, keywords, node, state)
        library = client_library(path)
        if library is not None:
            return [(self.new_client(library, path, Invocation(arguments, keywords, node), state), state)]
        library = request_library(path)
        if library is not None:
            return [(self.prepare(library, arguments, keywords, node, state), state)]
        if is_plain_handler(path):
            return [(function, state)]
        if path in KEEPERS:
            return [(KEEPERS[path], state)]
        if path == READING and isinstance(node.func, ast.Attribute):
            return [(value_of_variable(self.surroundings, node.func.value), state)]
        passed_on = self.passed_on(path, arguments, keywords, node, state)
        if passed_on is not None:
            return passed_on
        if path in FIELDS:
            factory = keywords.get("default_factory", keywords.get("factory"))
            if factory is not None:
                return self.apply(factory, (), {}, node, state)
            default = arguments[0] if arguments else keywords.get("default", UNKNOWN)
            return [(UNKNOWN if default == Known(...) else default, state)]
        if path in FACTORIES and arguments:
            return self.apply(arguments[0], (), {}, node, state)
        if path == "builtins.super" and not arguments:
            return [(self.super_of_frame(state), state)]
        if path == "builtins.super" and len(arguments) == 2 and isinstance(arguments[0], Class):
            return [(Super(arguments[1], arguments[0].node), state)]
        if path in {"json.loads", "json.load", "orjson.loads", "simplejson.loads", "ujson.loads"} and arguments:
            text = arguments[0]
            if about(text) == About.BODY or isinstance(text, Response):
                empty = (isinstance(text, Known) and not text.value) or (
                    isinstance(text, Response) and self.ask(is_without_body)
                )
                return self.parse_body(
                    "json.JSONDecodeError" if path.startswith("json.") else "builtins.ValueError", empty, state
                )
        if path in {"sys.exit", "os._exit", "builtins.exit", "builtins.quit"}:
            self.reach(node, state)
            self.throw(Raised("builtins.SystemExit"), state)
            return []
        if path == "pytest.fail":
            self.throw(Raised("builtins.AssertionError"), state)
            return []
        if path == "builtins.getattr" and len(arguments) == 1 and "name" in keywords:
            # What operator.attrgetter has made; Python's own takes no keywords.
            arguments = (*arguments, keywords["name"])
        if path == "builtins.getattr" and len(arguments) >= 2:
            return self.get_attribute(arguments, node, state)
        if path in {"builtins.eval", "builtins.exec", "builtins.locals", "builtins.vars"}:
            return self.dynamic(node, state)
        if is_logging(node) or shows(path):
            self.reach(node, state)
            return [(Symbol(LOGGER) if makes_logger(path) else NONE, state)]
        if path == "operator.attrgetter" and len(arguments) == 1 and isinstance(arguments[0], Known):
            return [(Partial(Symbol("builtins.getattr"), (), (("name", arguments[0]),)), state)]
        modelled = model_of_symbol(path, arguments, keywords, node, self)
        if modelled is not None:
            if path not in HARMLESS:
                self.let_instances_go((*arguments, *keywords.values()), node, state)
            return [(modelled, state)]
        handed_on = self.fate is not None and self.fate.handed_on
        outcomes = self.call_unknown(arguments, keywords, node, state)
        if self.fate is not None and not any(map(may_send, (*arguments, *keywords.values()))):
            # It has the answer, and nothing to send it again with.
            self.fate.handed_on = handed_on
        return outcomes

    def dynamic(self, node: ast.Call, state: State) -> Outcomes:
        """Code that may do anything with any name in sight."""
        prefix = f"{self.frames[-1].depth}:" if self.frames else ""
        for key, value in state.values.items():
            if key.startswith(prefix) and holds_response(value):
                self.flow_out(value, node, state)
        return [(UNKNOWN, state)]

    def get_attribute(self, arguments: Sequence[Value], node: ast.Call, state: State) -> Outcomes:
        """``getattr(value, name, default)``."""
        receiver, name = arguments[0], arguments[1]
        if not (isinstance(name, Known) and isinstance(name.value, str)):
            if self.is_method_by_name(receiver, node):
                return [(Partial(Method(receiver, "request"), (name,), ()), state)]
            self.flow_out(receiver, node, state)
            return [(UNKNOWN, state)]
        attribute = ast.Attribute(node.args[0], name.value, ast.Load())
        outcomes: Outcomes = []
        for one in alternatives(receiver):
            branch = state.copy() if isinstance(receiver, Choice) else state
            outcomes.extend(self.attribute_of(one, name.value, ast.copy_location(attribute, node), branch))
        return outcomes

    def is_method_by_name(self, receiver: Value, node: ast.Call) -> bool:
        """Whether this is the method of a client that is called like a method of HTTP, whichever that is:
        ``getattr(session, method.lower())(url)``."""
        called = self.module.parents.get(node)
        library = self.world.library_of(receiver) if isinstance(receiver, Object) else None
        return (
            isinstance(called, ast.Call)
            and called.func is node
            and library is not None
            and method_sender(library, "request") is not None
            and any(VERB_NAME.search(getattr(part, "id", getattr(part, "attr", ""))) for part in nodes_in(node.args[1]))
        )


def may_send(value: Value) -> bool:
    """Whether whoever is given this value can send a request with it: it may be a client, or something that calls."""
    return not isinstance(value, (Known, Text, Table, Items, Response, Raised)) and value != UNKNOWN


def is_uncertain(callees: Sequence[Value]) -> bool:
    """Whether something that is not in sight may be called instead of what is."""
    return len(callees) > 1 and any(
        may_be_anything(callee) and not (isinstance(callee, Symbol) and function_sender(callee.path))
        for callee in callees
    )
