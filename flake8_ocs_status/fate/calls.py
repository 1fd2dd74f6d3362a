"""Abstract calls: functions of this module are executed, known library functions are modelled, a request is sent,
and whatever is handed to code that is not in sight flows out."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.fate.answers import BODY_METHODS, status_error
from flake8_ocs_status.fate.expressions import Expressions, Frame, Outcomes
from flake8_ocs_status.fate.models import exception_from, is_logging, model_of_symbol
from flake8_ocs_status.fate.operators import brace_format, text_method
from flake8_ocs_status.fate.record import CallPath, Ending, Send
from flake8_ocs_status.fate.states import State
from flake8_ocs_status.fate.values import (
    NONE,
    UNKNOWN,
    About,
    Adapter,
    Choice,
    Class,
    Function,
    Items,
    Known,
    Method,
    Object,
    OtherResponse,
    Partial,
    Raised,
    Response,
    Super,
    Symbol,
    Table,
    Text,
    Unknown,
    Value,
    about,
    alternatives,
    holds_response,
    join,
    unknown_from,
)
from flake8_ocs_status.transport.clients import (
    RESPONSE_CLASSES,
    Library,
    Sender,
    client_library,
    function_sender,
    method_sender,
)

DEEPEST_CALL = 5
TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
Keywords = dict[str | None, Value]


class Calls(Expressions):
    """Adds calls to the evaluation of expressions."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.sends: dict[CallPath, list[Send]] = {}
        self.sent: dict[CallPath, Send] = {}

    # Calling

    def call(self, node: ast.Call, state: State) -> Outcomes:
        """The outcomes of a call."""
        outcomes: Outcomes = []
        for function, middle in self.evaluate(node.func, state):
            for arguments, keywords, after in self.arguments(node, middle):
                for one in alternatives(function):
                    branch = after.copy() if isinstance(function, Choice) else after
                    outcomes.extend(self.apply(one, arguments, keywords, node, branch))
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
                positional = values
                if starred is not None:
                    rest = values[starred:]
                    positional = (*values[:starred], *([unknown_from(*rest)] * 1))
                    keywords[None] = unknown_from(*rest, *([keywords[None]] if None in keywords else []))
                    for value in rest:
                        if holds_response(value):
                            self.flow_out(value, node, after)
                results.append((positional, keywords, after))
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
        if isinstance(function, Partial):
            merged = {**dict(function.keywords), **keywords}
            return self.apply(function.function, (*function.arguments, *arguments), merged, node, state)
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
                if isinstance(one, Object) and isinstance(one.kind, Library):
                    state.values[f"@{one.allocation}.?"] = Known(True)
        self.may_raise(Raised(None), state)
        result = unknown_from(receiver, *values)
        if about(result) >= About.DECISION:
            # What it gave away has flowed out already.
            result = UNKNOWN
        return [(result, state)]

    # Methods of values

    def call_method(
        self, method: Method, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        receiver, name = method.receiver, method.name
        if isinstance(receiver, Response):
            return self.call_response(receiver, name, node, state)
        if isinstance(receiver, OtherResponse):
            self.may_raise(Raised(None), state)
            return [(receiver if name == "raise_for_status" else UNKNOWN, state)]
        if isinstance(receiver, Object) and isinstance(receiver.kind, Library):
            return self.call_client(receiver, receiver.kind, name, arguments, keywords, node, state)
        if isinstance(receiver, Text) or (isinstance(receiver, Known) and isinstance(receiver.value, str)):
            if name == "format":
                return [(brace_format(receiver, arguments, keywords), state)]
            return [(text_method(receiver, name, arguments), state)]
        if isinstance(receiver, Table) and name in {"get", "pop", "setdefault"} and arguments:
            return [(self.get_from_table(receiver, arguments, state), state)]
        if isinstance(receiver, Table) and name in {"copy", "keys"}:
            return [(receiver, state)]
        if isinstance(receiver, Unknown) and receiver.about == About.BODY:
            return self.call_body(receiver, name, arguments, node, state)
        if isinstance(receiver, (Items, Table)) and isinstance(node.func, ast.Attribute):
            # append, update, …: what is listed is no longer all there is.
            for value in (*arguments, *keywords.values()):
                self.flow_out(value, node, state)
            self.change(node.func.value, receiver, name, arguments, keywords, state)
            return [(UNKNOWN, state)]
        if is_logging(node):
            self.reach(node, state)
            return [(UNKNOWN, state)]
        return self.call_unknown(arguments, keywords, node, state, receiver)

    def get_from_table(self, table: Table, arguments: Sequence[Value], state: State) -> Value:
        """``table.get(key, default)``."""
        value = self.item_of(table, arguments[0], state)
        if isinstance(value, Unknown) and table.complete and isinstance(arguments[0], Known):
            return arguments[1] if len(arguments) > 1 else NONE
        return value

    def change(
        self,
        target: ast.expr,
        receiver: Items | Table,
        name: str,
        arguments: Sequence[Value],
        keywords: Keywords,
        state: State,
    ) -> None:
        """Store what a method that changes a collection leaves behind."""
        changed: Value = UNKNOWN
        if isinstance(receiver, Table) and name == "update":
            added = arguments[0] if arguments else Table(())
            named = tuple((Known(key), value) for key, value in keywords.items() if key is not None)
            if isinstance(added, Table) and None not in keywords:
                changed = Table(receiver.entries + added.entries + named, receiver.complete and added.complete)
            else:
                changed = Table(receiver.entries + named, complete=False)
        self.bind_target(target, changed, state)

    def call_body(
        self, receiver: Unknown, name: str, arguments: Sequence[Value], node: ast.Call, state: State
    ) -> Outcomes:
        """A method of something dug out of the body."""
        self.reach(node, state)
        self.may_raise(Raised(None), state)
        keys = receiver.keys
        if name in {"get", "pop"} and arguments and isinstance(arguments[0], Known):
            key = arguments[0].value
            if isinstance(key, str):
                keys = (*keys, key)
                self.note_keys(keys, state)
        for value in arguments:
            self.flow_out(value, node, state)
        return [(Unknown(About.BODY, keys), state)]

    def call_response(self, response: Response, name: str, node: ast.Call, state: State) -> Outcomes:
        """A method of the response in focus."""
        assert self.fate is not None
        status = self.fate.status
        if name == "raise_for_status":
            if state.live:
                self.fate.looked = True
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
        raised = Raised(error, About.BODY, empty_body=empty)
        if empty and state.live:
            self.throw(raised, state)
            return []
        self.may_raise(raised, state)
        return [(Unknown(About.BODY), state)]

    # Requests

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
            self.end(Ending.SENT_AGAIN)
            return []
        self.may_raise(Raised(sender.library.transport_error), state)
        if path == self.focus:
            assert self.fate is not None
            self.sent[path] = send
            self.fate.answered = True
            state.live = True
            return [(Response(sender.library), state)]
        for value in (*arguments, *keywords.values()):
            self.flow_out(value, node, state)
        if state.live and self.repeats_focus(send):
            self.end(Ending.SENT_AGAIN)
            assert self.fate is not None
            self.fate.repeated_at.add(path)
            return []
        self.reach(node, state)
        return [(OtherResponse(sender.library), state)]

    def repeats_focus(self, send: Send) -> bool:
        """Whether this is the request in focus once more, written out a second time, after a transient error."""
        if self.focus is None or self.status not in TRANSIENT:
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
        transport_known = hooks_known = True
        if client is not None:
            start = f"@{client.allocation}."
            stored = {key.removeprefix(start): value for key, value in state.values.items() if key.startswith(start)}
            adapters = tuple(
                (key.removeprefix("mount "), value) for key, value in stored.items() if key.startswith("mount ")
            )
            escaped = "?" in stored
            transport_known = not escaped and "transport ?" not in stored
            hooks_known = not escaped and not any("hooks" in key for key in stored)
            base = stored.get("base_url")
            if base is not None:
                from flake8_ocs_status.fate.operators import concatenate

                url = concatenate([base, url])
        if "hooks" in keywords:
            hooks_known = False
        return Send(path, library, method, url, headers, client, adapters, transport_known, hooks_known)

    # Symbols

    def call_symbol(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        path = function.path
        sender = function_sender(path)
        if sender is not None:
            return self.send(sender, None, arguments, keywords, node, state)
        library = client_library(path)
        if library is not None:
            return [(self.new_client(library, keywords, node, state), state)]
        if path == "builtins.super" and not arguments:
            return [(self.super_of_frame(state), state)]
        if path in {"json.loads", "json.load", "orjson.loads", "simplejson.loads", "ujson.loads"} and arguments:
            text = arguments[0]
            if about(text) == About.BODY:
                empty = isinstance(text, Known) and not text.value
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
        if path == "builtins.getattr" and len(arguments) >= 2:
            return self.get_attribute(arguments, node, state)
        if path in {"builtins.eval", "builtins.exec", "builtins.locals", "builtins.vars"}:
            return self.dynamic(node, state)
        if is_logging(node) or path.startswith(
            ("logging.", "builtins.print", "warnings.warn", "traceback.", "pprint.")
        ):
            self.reach(node, state)
            return [(Symbol("logging.Logger") if path.endswith(".getLogger") else NONE, state)]
        modelled = model_of_symbol(path, arguments, keywords, node, self)
        if modelled is not None:
            return [(modelled, state)]
        return self.call_unknown(arguments, keywords, node, state)

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
            self.flow_out(receiver, node, state)
            return [(UNKNOWN, state)]
        attribute = ast.Attribute(node.args[0], name.value, ast.Load())
        outcomes: Outcomes = []
        for one in alternatives(receiver):
            branch = state.copy() if isinstance(receiver, Choice) else state
            outcomes.extend(self.attribute_of(one, name.value, ast.copy_location(attribute, node), branch))
        return outcomes

    def new_client(self, library: Library, keywords: Keywords, node: ast.Call, state: State) -> Object:
        """A new client object. Its transport is the default one unless a keyword says otherwise."""
        client = Object(library, self.surroundings.allocation(node))
        start = f"@{client.allocation}."
        for key in [key for key in state.values if key.startswith(start)]:
            del state.values[key]
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
        if "base_url" in keywords:
            state.values[f"{start}base_url"] = keywords["base_url"]
        return client

    # Functions of this module

    def super_of_frame(self, state: State) -> Value:
        """What ``super()`` is in the function that is being executed."""
        for frame in reversed(self.frames):
            if isinstance(frame.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                owner = self.surroundings.class_of_function(frame.node)
                names = [*frame.node.args.posonlyargs, *frame.node.args.args]
                if owner is not None and names:
                    return Super(state.values.get(f"{frame.depth}:{names[0].arg}", UNKNOWN), owner)
        return UNKNOWN

    def call_function(self, function: Function, node: ast.expr, state: State) -> Outcomes:
        call = self.surroundings.property_call(node)
        return self.inline(function, (), {}, call, state)

    def construct(
        self, node: ast.ClassDef, arguments: tuple[Value, ...], keywords: Keywords, call: ast.Call, state: State
    ) -> Outcomes:
        """A new instance of a class of this module."""
        if self.surroundings.is_exception(node):
            self.reach(call, state)
            return [(exception_from(node, [*arguments, *keywords.values()]), state)]
        created = Object(node, self.surroundings.allocation(call))
        start = f"@{created.allocation}."
        for key in [key for key in state.values if key.startswith(start)]:
            del state.values[key]
        initializer = self.surroundings.member(node, "__init__", created)
        if not isinstance(initializer, Function):
            for value in (*arguments, *keywords.values()):
                self.flow_out(value, call, state)
            self.may_raise(Raised(None), state)
            return [(created, state)]
        return [(created, after) for _, after in self.inline(initializer, arguments, keywords, call, state)]

    def inline(
        self, function: Function, arguments: tuple[Value, ...], keywords: Keywords, call: ast.Call, state: State
    ) -> Outcomes:
        """Execute a function of this module with these arguments."""
        self.step()
        node = function.node
        running = next((frame for frame in self.frames if frame.node is node), None)
        if running is not None and state.live and self.leads_to_focus(running):
            self.end(Ending.SENT_AGAIN)
            return []
        if running is not None or len(self.frames) > DEEPEST_CALL or not self.surroundings.can_be_inlined(node):
            bound = () if function.bound is None else (function.bound,)
            return self.call_unknown((*bound, *arguments), keywords, call, state)
        depth = len(self.frames)
        prefix = f"{depth}:"
        for key in [key for key in state.values if key.startswith(prefix)]:
            del state.values[key]
        if function.bound is not None:
            arguments = (function.bound, *arguments)
        self.bind_parameters(node, arguments, keywords, depth, call, state)
        self.frames.append(Frame(node, depth, call))
        try:
            if isinstance(node, ast.Lambda):
                return self.evaluate(node.body, state)
            return self.run_body(node, state)
        finally:
            self.frames.pop()

    def leads_to_focus(self, frame: Frame) -> bool:
        """Whether the request in focus was sent from inside this frame (or from what it called)."""
        if self.focus is None:
            return False
        return frame.call is None or frame.call in self.focus

    def run_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef, state: State) -> Outcomes:
        """Execute a function's body; the outcomes are what it returns."""
        raise AssertionError("provided by the subclass that executes statements")

    def bind_parameters(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        arguments: tuple[Value, ...],
        keywords: Keywords,
        depth: int,
        call: ast.Call,
        state: State,
    ) -> None:
        """Store the arguments of a call under the names of the parameters."""
        signature = node.args
        spread = None in keywords
        positional = [*signature.posonlyargs, *signature.args]
        bound: dict[str, Value] = {}
        for parameter, value in zip(positional, arguments, strict=False):
            bound[parameter.arg] = value
        extra = arguments[len(positional) :]
        if signature.vararg is not None:
            bound[signature.vararg.arg] = UNKNOWN if spread else Items(extra)
        else:
            for value in extra:
                self.flow_out(value, call, state)
        names = {parameter.arg for parameter in [*positional, *signature.kwonlyargs]}
        rest: list[tuple[Value, Value]] = []
        for name, value in keywords.items():
            if name in names:
                bound[name] = value
            elif name is not None:
                rest.append((Known(name), value))
        if signature.kwarg is not None:
            bound[signature.kwarg.arg] = Table(tuple(rest), complete=not spread)
        defaults: list[tuple[ast.arg, ast.expr | None]] = list(
            zip(positional[len(positional) - len(signature.defaults) :], signature.defaults, strict=True)
        )
        defaults.extend(zip(signature.kwonlyargs, signature.kw_defaults, strict=True))
        for parameter, default in defaults:
            if parameter.arg not in bound and default is not None:
                value = self.surroundings.value_of_default(default)
                bound[parameter.arg] = join(value, UNKNOWN) if spread else value
        for name, value in bound.items():
            state.values[f"{depth}:{name}"] = value

    def parameter_value(self, annotation: ast.expr | None, name: str) -> Value:
        """What a parameter is when nobody in sight passes it: known by its annotation alone."""
        if annotation is None:
            return UNKNOWN
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            return self.parameter_value(annotation.left, name)
        path = self.module.dotted(annotation)
        if path is not None:
            library = client_library(path)
            if library is not None:
                return Object(library, f"parameter {name}")
            if path in RESPONSE_CLASSES:
                return OtherResponse(RESPONSE_CLASSES[path])
        return UNKNOWN
