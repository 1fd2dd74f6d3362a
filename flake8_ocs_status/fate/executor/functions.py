"""Functions and classes of the module: calling one executes it."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_ocs_status.fate.environment.fields import Fields
from flake8_ocs_status.fate.exchange.record import Ending
from flake8_ocs_status.fate.executor.access import SOURCE
from flake8_ocs_status.fate.executor.base_clients import BaseClients
from flake8_ocs_status.fate.executor.clients import MADE_CLIENT
from flake8_ocs_status.fate.executor.instances import made_key
from flake8_ocs_status.fate.executor.models import exception_from
from flake8_ocs_status.fate.executor.run import Frame, Invocation, Keywords, Outcomes
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    About,
    Function,
    Items,
    Known,
    Object,
    Partial,
    Raised,
    Super,
    Table,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, join, unknown_from
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.program.scopes import FunctionNode, parameters_with_defaults

# So many calls lead from a method of a generated client to the request. Where a run does more than send one, it is
# followed less far: each step down costs several times as much.
DEEPEST_CALL = 8
DEEPEST_CALL_OF_LONG_RUN = 5
LONG_RUN = 2_000


class Functions(BaseClients):
    """Adds calls of functions and classes of the project.

    ``watched`` is a class or a function, and ``handed`` are the arguments with which the run makes instances of it or
    calls it, each with the state in which it does. With ``last_watched`` nothing is executed that only follows this
    call, which is the last one.
    """

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.watched: ast.ClassDef | FunctionNode | None = None
        self.handed: list[tuple[dict[str, Value], State]] = []
        self.last_watched: ast.Call | None = None

    def super_of_frame(self, state: State) -> Value:
        """What ``super()`` is in the function that is being executed."""
        for frame in reversed(self.frames):
            if isinstance(frame.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                owner = frame.home.class_of_function(frame.node)
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
        """A new instance of a class of the project."""
        home = self.world.home_of(node)
        if home.makes_instances(node):
            # Of this class, or of another one.
            return self.call_unknown(arguments, keywords, call, state)
        if home.is_exception(node):
            carried = self.taken_along((*arguments, *keywords.values()), state)
            self.reach(call, state)
            return [(exception_from(node, arguments, keywords, carried), state)]
        created = Object(node, self.allocation(call))
        state.forget(f"@{created.allocation}.")
        initializer = home.member(node, "__init__", created)
        library = self.world.library_of(created)
        if library is not None and self.world.is_inherited_from_client(created, "__init__"):
            self.configure(created, library, "", Invocation(arguments, keywords, call), state)
            state.values[f"@{created.allocation}{MADE_CLIENT}"] = Known(True)
            return [(created, state)]
        fields = home.fields(node)
        is_listed = None not in keywords or about(keywords[None]) == About.BODY
        if fields is not None and is_listed and len(arguments) <= len(fields.fields):
            self.fill(created, fields, arguments, keywords, state)
            return [(created, state)]
        if not isinstance(initializer, Function):
            if not arguments and not keywords and home.is_made_silently(node):
                self.note_made(created, state)
                return [(created, state)]
            for value in (*arguments, *keywords.values()):
                self.flow_out(value, call, state)
            self.note_source(created, (*arguments, *keywords.values()), state)
            self.may_raise(Raised(None), state)
            return [(created, state)]
        self.note_made(created, state)
        if node is self.watched:
            self.note_handed(initializer, arguments, keywords, state)
            if call is self.last_watched and not home.may_run_again(call):
                return [(created, state)]
        return [(created, after) for _, after in self.inline(initializer, arguments, keywords, call, state)]

    def note_handed(self, function: Function, arguments: tuple[Value, ...], keywords: Keywords, state: State) -> None:
        """Note the arguments of a call of what is watched."""
        self.handed.append((self.named_arguments(function, arguments, keywords), state.copy()))

    def is_part_of_watched(self, function: Function) -> bool:
        """Whether this is the ``__init__`` of the watched class, called for an instance of a subclass."""
        return (
            getattr(function.node, "name", "") == "__init__"
            and isinstance(function.bound, Object)
            and function.bound.kind is not self.watched
            and self.world.home_of(function.node).class_of_function(function.node) is self.watched
        )

    def note_made(self, created: Object, state: State) -> None:
        """Note that an object is made here, and that nobody else has it yet."""
        self.has_made = True
        self.made.add(created.allocation)
        state.values[made_key(created)] = Known(True)

    def note_source(self, created: Object, given: tuple[Value, ...], state: State) -> None:
        """Note that what an object of a class out of sight holds comes of the answer's body."""
        source = unknown_from(*given)
        if about(source) == About.BODY:
            state.values[f"@{created.allocation}{SOURCE}"] = source

    def fill(
        self, created: Object, fields: Fields, arguments: tuple[Value, ...], keywords: Keywords, state: State
    ) -> None:
        """Store what a constructor that nobody wrote is given."""
        self.note_made(created, state)
        given: Keywords = {**dict(zip(fields.names, arguments, strict=False)), **keywords}
        # Bulk(**response.json()): whatever is in the body.
        rest = keywords.get(None)
        for field in fields.fields:
            value = given.get(field.name, given.get(field.parameter, rest))
            if value is None:
                value = UNKNOWN if field.default is None else field.home.value_of_default(field.default)
            state.values[f"@{created.allocation}.{field.name}"] = value

    @staticmethod
    def named_arguments(function: Function, arguments: tuple[Value, ...], keywords: Keywords) -> dict[str, Value]:
        """The arguments of a call by the names of the parameters, as far as they are written out."""
        signature = function.node.args
        positional = [*signature.posonlyargs, *signature.args][0 if function.bound is None else 1 :]
        found = {parameter.arg: value for parameter, value in zip(positional, arguments, strict=False)}
        found.update({name: value for name, value in keywords.items() if name is not None})
        return found

    def inline(
        self, function: Function, arguments: tuple[Value, ...], keywords: Keywords, call: ast.Call, state: State
    ) -> Outcomes:
        """Execute a function of the project with these arguments."""
        self.step()
        node = function.node
        home = self.world.home_of(node)
        if self.watched is not None and (node is self.watched or self.is_part_of_watched(function)):
            self.note_handed(function, arguments, keywords, state)
            if call is self.last_watched and node is self.watched and not self.surroundings.may_run_again(call):
                return [(UNKNOWN, state)]
        if home.is_manager(node) or home.is_generator(node):
            return [(Partial(function, arguments, tuple(keywords.items()), call), state)]
        running = next((frame for frame in self.frames if frame.node is node), None)
        if running is not None and state.live and self.leads_to_focus(running):
            self.note_repeat(state, begins_anew=True)
            self.end(Ending.SENT_AGAIN)
            assert self.fate is not None
            # Python ends a recursion that does not end by itself.
            self.fate.opaque = True
            self.leave_at(call, state)
            return []
        calls = sum(frame.call is not None for frame in self.frames)
        deepest = DEEPEST_CALL if self.steps < LONG_RUN else DEEPEST_CALL_OF_LONG_RUN
        if running is not None or calls > deepest or not home.can_be_inlined(node):
            bound = () if function.bound is None else (function.bound,)
            return self.call_unknown((*bound, *arguments), keywords, call, state)
        depth = len(self.frames)
        state.forget(f"{depth}:")
        if function.bound is not None:
            arguments = (function.bound, *arguments)
        self.bind_parameters(node, arguments, keywords, depth, call, state)
        inside = function.is_handed_in or call is self.root_call
        self.frames.append(Frame(node, home, depth, None if inside else call))
        try:
            outcomes = self.evaluate(node.body, state) if isinstance(node, ast.Lambda) else self.run_body(node, state)
            return [(self.handed_back(value, call), after) for value, after in outcomes]
        finally:
            self.frames.pop()

    def handed_back(self, value: Value, call: ast.Call) -> Value:
        """What a function gives back to ``call``: a generator that it has called is gone through by who called it."""
        if not isinstance(value, Partial) or value.call is None or not isinstance(value.function, Function):
            return value
        if not self.world.home_of(value.function.node).is_generator(value.function.node):
            return value
        is_own = value.call in self.module.parents
        is_called_here = is_own and self.module.enclosing_function(value.call) is self.frames[-1].node
        return replace(value, call=call) if is_called_here else value

    def leads_to_focus(self, frame: Frame) -> bool:
        """Whether the request in focus was sent from inside this frame (or from what it called)."""
        if self.focus is None:
            return False
        return frame.call is None or frame.call in self.focus

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
        for parameter, default in parameters_with_defaults(signature):
            if parameter.arg not in bound:
                value = self.world.home_of(node).value_of_default(default)
                bound[parameter.arg] = join(value, UNKNOWN) if spread else value
        for name, value in bound.items():
            state.values[f"{depth}:{name}"] = value
            if isinstance(value, Object):
                self.world.note_client(node, name, value)
