"""Names, attributes and items: where values are kept, and what they are when they are read."""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.environment.kept_apart import THREAD_LOCAL, attribute_of_thread
from flake8_ocs_status.fate.exchange.answers import (
    attribute_of_error,
    attribute_of_response,
    attribute_of_status,
    symbol_value,
)
from flake8_ocs_status.fate.executor.instances import instances_in, is_made
from flake8_ocs_status.fate.executor.run import Outcomes, Run
from flake8_ocs_status.fate.values import (
    ABOUT_STATUS,
    FROM_OUTSIDE,
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
    Pieces,
    Policy,
    Prepared,
    ProjectModule,
    Raised,
    Response,
    Several,
    Super,
    Symbol,
    Table,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, alternatives, holds_response, unknown_from
from flake8_ocs_status.fate.values.operators import lacks, lookup
from flake8_ocs_status.fate.values.pieces import slice_of
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.program.scopes import COMPREHENSIONS, Scope
from flake8_ocs_status.transport.library import Library

HOOKS = frozenset({"hooks", "event_hooks"})
NO_HOOKS = Table(((Known("response"), Items(())),))

# Where the store keeps what an object of a class out of sight has been made of.
SOURCE = ".#source"


class Access(Run):
    """Reads and writes names, and reads attributes and items."""

    def name(self, node: ast.Name, state: State) -> Outcomes:
        return [(self.value_of_name(node, state), state)]

    def value_of_name(self, node: ast.Name, state: State) -> Value:
        """The value of a name where it stands."""
        scope = self.module.scope_of(node)
        key = self.key_of(node.id, scope)
        if key is not None:
            found = state.values.get(key)
            if found is not None:
                return found
        return self.surroundings.value_of_name(node.id, scope)

    def key_of(self, name: str, scope: Scope) -> str | None:
        """Where the store keeps a name, None when the name belongs to no function that is being executed."""
        owner = scope.owner_of(name)
        while owner is not None and isinstance(owner.node, COMPREHENSIONS):
            owner = owner.parent
        if owner is None:
            return None
        for frame in reversed(self.frames):
            if frame.node is owner.node:
                return f"{frame.depth}:{name}"
        return None

    def bind_name(self, name: str, scope: Scope, node: ast.AST, value: Value, state: State) -> None:
        """Store a value under a name that ``node`` binds in ``scope``."""
        key = self.key_of(name, scope)
        if key is not None:
            state.values[key] = value
            holds = holds_response(value) or (self.has_made and any(is_made(one, state) for one in instances_in(value)))
            if holds and self.surroundings.is_captured(name, scope):
                # A nested function may look at it whenever it is called.
                self.flow_out(value, node, state)
        else:
            self.flow_out(value, node, state)

    def named(self, node: ast.NamedExpr, state: State) -> Outcomes:
        outcomes = self.evaluate(node.value, state)
        for value, after in outcomes:
            self.bind_target(node.target, value, after)
        return outcomes

    def attribute(self, node: ast.Attribute, state: State) -> Outcomes:
        outcomes: Outcomes = []
        for receiver, after in self.evaluate(node.value, state):
            for one in alternatives(receiver):
                branch = after.copy() if isinstance(receiver, Choice) else after
                outcomes.extend(self.attribute_of(one, node.attr, node, branch))
        return outcomes

    def attribute_of(self, receiver: Value, name: str, node: ast.Attribute, state: State) -> Outcomes:
        """The outcomes of ``receiver.name``."""
        if receiver == THREAD_LOCAL:
            return [(attribute_of_thread(self.surroundings, node), state)]
        if isinstance(receiver, Symbol):
            return [(symbol_value(f"{receiver.path}.{name}"), state)]
        if isinstance(receiver, (ProjectModule, Class)):
            return [(self.world.member_of(receiver, name), state)]
        if isinstance(receiver, Response) and self.fate is not None:
            self.fate.told_apart = True
            if name == "connection":
                # response.connection.send(response.request): requests' way to send again from a hook (2.34).
                self.flow_out(receiver, node, state)
            return [(self.ask(attribute_of_response, receiver, name), state)]
        if isinstance(receiver, OtherResponse):
            return [(Method(receiver, name), state)]
        if isinstance(receiver, Raised):
            return [(self.ask(attribute_of_error, receiver, name), state)]
        if isinstance(receiver, (Object, Super)):
            outcomes = self.attribute_of_object(receiver, name, node, state)
            for value, after in outcomes:
                if isinstance(value, Unknown) and value.about == About.BODY:
                    # Bulk(**response.json()).Errors
                    self.note_keys((name,), after)
            return outcomes
        if isinstance(receiver, Known) and isinstance(receiver.value, int):
            # HTTPStatus.OK.value, HTTPStatus(r.status_code).is_success (3.12+)
            return [(attribute_of_status(receiver, name), state)]
        if isinstance(receiver, Adapter) and name == "max_retries":
            return [(Policy(receiver.policy, receiver.origin), state)]
        if isinstance(receiver, Known) and isinstance(receiver.value, str) and name == "value":
            # No text has such an attribute: a member of an enumeration.
            return [(receiver, state)]
        if isinstance(receiver, Partial) and isinstance(receiver.function, Symbol) and receiver.call is None:
            # string.Template(text).substitute
            path = f"{receiver.function.path}.{name}"
            return [(Partial(Symbol(path), receiver.arguments, receiver.keywords), state)]
        if isinstance(receiver, Prepared):
            return [(self.attribute_of_prepared(receiver, name, state), state)]
        if isinstance(receiver, (Known, Text, Items, Table)) or (
            isinstance(receiver, Partial) and receiver.call is not None and name == "result"
        ):
            return [(Method(receiver, name), state)]
        if isinstance(receiver, Several):
            if holds_response(receiver):
                self.flow_out(receiver, node, state)
            self.let_instances_go([receiver], node, state)
            return [(Method(unknown_from(receiver), name), state)]
        if isinstance(receiver, Unknown):
            if receiver == Unknown(About.BODY) and name in {"status", "reason"}:
                # response.raw.status: what is parsed of a body has items, not attributes.
                return [(ABOUT_STATUS, state)]
            if receiver.about == About.BODY:
                # Bulk.model_validate_json(response.content).Errors
                self.note_keys((*receiver.keys, name), state)
            return [(Method(receiver, name), state)]
        if isinstance(receiver, Pieces):
            return [(Method(unknown_from(receiver), name), state)]
        # error.exceptions[0].response.status_code
        return [(unknown_from(receiver) if isinstance(receiver, Method) else UNKNOWN, state)]

    def attribute_of_object(self, receiver: Object | Super, name: str, node: ast.Attribute, state: State) -> Outcomes:
        """An attribute of an instance: what was stored, else what its class defines."""
        name = self.surroundings.mangled(name, node)
        if isinstance(receiver, Object):
            stored = self.stored_attribute(receiver, name, state)
            if stored is not None:
                return [(stored, state)]
            if name in HOOKS and self.world.library_of(receiver) is not None:
                # What somebody out of sight has made may check every answer.
                made_here = not receiver.allocation.startswith(FROM_OUTSIDE)
                state.values[f"@{receiver.allocation}.{name}"] = NO_HOOKS if made_here else UNKNOWN
                return [(state.values[f"@{receiver.allocation}.{name}"], state)]
            if isinstance(receiver.kind, Library):
                if name in {"__dict__", "adapters"}:
                    state.values[f"@{receiver.allocation}.?"] = Known(True)
                return [(Method(receiver, name), state)]
            value = self.world.home_of(receiver.kind).member(receiver.kind, name, receiver)
        else:
            value = self.world.home_of(receiver.node).member_of_bases(receiver.node, name, receiver.bound)
        if isinstance(value, (Object, Partial)) or value == UNKNOWN:
            made_up = self.made_up_attribute(receiver, name, value, node, state)
            if made_up is not None:
                return made_up
        if value == UNKNOWN:
            # A method that is not in sight may do anything with all that the object holds.
            self.let_instances_go([receiver], node, state)
        if value == UNKNOWN and isinstance(receiver, Object):
            value = state.values.get(f"@{receiver.allocation}{SOURCE}", UNKNOWN)
        if value == UNKNOWN and self.world.is_inherited_from_client(receiver, name):
            return [(Method(receiver, name), state)]
        if not isinstance(value, Function):
            return [(value, state)]
        home = self.world.home_of(value.node)
        if self.is_under_study(receiver) and home.is_left_open(value.node):
            return [(UNKNOWN, state)]
        if not self.may_be_overridden(receiver, name):
            return self.call_function(value, node, state) if home.is_property(value.node) else [(value, state)]
        other = state.copy()
        own = self.call_function(value, node, state) if home.is_property(value.node) else [(value, state)]
        return [*own, (UNKNOWN, other)]

    def made_up_attribute(
        self, receiver: Object | Super, name: str, value: Value, node: ast.Attribute, state: State
    ) -> Outcomes | None:
        """The outcomes of an attribute of which a class says itself what it gives; None for any other. ``value`` is
        what stands in the class under that name."""
        return None

    def stored_attribute(self, receiver: Object, name: str, state: State) -> Value | None:
        """What was stored under an attribute: in this run, else by the code that made the object."""
        stored = state.values.get(f"@{receiver.allocation}.{name}")
        if stored is None and not self.is_being_made(receiver):
            return self.world.attribute_of(receiver, name)
        return stored

    def is_being_made(self, receiver: Object) -> bool:
        """Whether this is ``self`` of the ``__init__`` under study, which has no attributes yet."""
        outermost = self.frames[0].node if self.frames else None
        if not isinstance(outermost, ast.FunctionDef) or outermost.name != "__init__":
            return False
        return receiver == self.frames[0].home.bound_instance(outermost)

    def is_under_study(self, receiver: Object | Super) -> bool:
        """Whether this is ``self`` of a method that nobody in sight calls."""
        if not (isinstance(receiver, Object) and isinstance(receiver.kind, ast.ClassDef)):
            return False
        return receiver == self.world.home_of(receiver.kind).instance_under_study(receiver.kind)

    def may_be_overridden(self, receiver: Object | Super, name: str) -> bool:
        """Whether this method of the instance under study may be that of a subclass in its module."""
        if not self.is_under_study(receiver):
            return False
        assert isinstance(receiver, Object)
        assert isinstance(receiver.kind, ast.ClassDef)
        return self.world.home_of(receiver.kind).is_overridden(receiver.kind, name)

    def subscript(self, node: ast.Subscript, state: State) -> Outcomes:
        outcomes: Outcomes = []
        bounds = constant_bounds(node.slice) if isinstance(node.slice, ast.Slice) else None
        for (container, key), after in self.evaluate_all([node.value, node.slice], state):
            missing = isinstance(container, Table) and container.makes is None and lacks(container, key)
            if missing and about(key) >= About.DECISION:
                self.look(key, node, after)
                self.throw(Raised("builtins.KeyError", About.STATUS), after)
                continue
            if isinstance(container, Response) and self._is_sent_in_sight():
                # No response has items (requests 2.34, httpx 0.28, urllib3 2.8): the name should hold its body by now.
                self.throw(Raised("builtins.TypeError"), after)
                continue
            for one in alternatives(container):
                part = None if bounds is None else part_of(one, bounds)
                branch = after.copy() if isinstance(container, Choice) else after
                outcomes.append((self.item_of(one, key, node, branch) if part is None else part, branch))
        return outcomes

    def _is_sent_in_sight(self) -> bool:
        """Whether the request in focus is sent by a client library, not by a function that the configuration names."""
        send = None if self.focus is None else self.sent.get(self.focus)
        return send is not None and not send.is_declared

    def item_of(self, container: Value, key: Value, node: ast.AST, state: State) -> Value:
        """The value of ``container[key]``."""
        if isinstance(container, Symbol):
            # requests.codes["ok"]
            return symbol_value(f"{container.path}.{key.value}") if isinstance(key, Known) else UNKNOWN
        if isinstance(container, (Items, Table)) and about(key) >= About.DECISION:
            self.look(key, node, state)
        if isinstance(container, Unknown):
            self.may_raise(Raised(None), state)
            if container.about == About.BODY:
                keys = (*container.keys, key.value) if isinstance(key, Known) and isinstance(key.value, str) else ()
                self.note_keys(keys, state)
                return Unknown(About.BODY, keys)
            if about(key) >= About.DECISION:
                # A table that we cannot see may tell all statuses apart.
                return Unknown(About.STATUS)
        container = self.listed(container, state)
        if not (isinstance(container, Items) and isinstance(key, Known)):
            self.let_instances_go([container], node, state)
        if isinstance(container, Items) and not isinstance(key, Known):
            return unknown_from(*container.values)
        return lookup(container, key)

    def listed(self, value: Value, state: State) -> Value:
        """A named tuple that was made in this run as the tuple that it is; anything else as it is."""
        if is_made(value, state):
            assert isinstance(value, Object)
            assert isinstance(value.kind, ast.ClassDef)
            fields = self.world.home_of(value.kind).fields(value.kind)
            if fields is not None and fields.is_tuple:
                start = f"@{value.allocation}."
                return Items(tuple(state.values.get(start + name, UNKNOWN) for name in fields.names))
        return value

    def slice(self, node: ast.Slice, state: State) -> Outcomes:
        parts = [part for part in (node.lower, node.upper, node.step) if part is not None]
        return [(unknown_from(*values), after) for values, after in self.evaluate_all(parts, state)]


def constant_bounds(node: ast.Slice) -> slice | None:
    """The slice that is written out in numbers; None for any other."""
    bounds: list[int | None] = []
    for part in (node.lower, node.upper, node.step):
        if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub) and isinstance(part.operand, ast.Constant):
            value = part.operand.value
            bounds.append(-value if isinstance(value, int) else None)
        else:
            bounds.append(part.value if isinstance(part, ast.Constant) and isinstance(part.value, int) else None)
        if part is not None and bounds[-1] is None:
            return None
    return slice(*bounds)


def part_of(value: Value, bounds: slice) -> Value | None:
    """``value[start:stop:step]``, None where the value is no text and no collection that is in sight."""
    if bounds.step == 0:
        return None
    if isinstance(value, Text) or (isinstance(value, Known) and isinstance(value.value, str)):
        return slice_of(value, bounds)
    if isinstance(value, Items):
        return Items(value.values[bounds], value.told)
    return Several(value.element, told=value.told) if isinstance(value, Several) else None
