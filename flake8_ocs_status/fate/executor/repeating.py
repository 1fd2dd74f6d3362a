"""What is repeated by a wrapper: calls that are handed over, and blocks that are attempts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from flake8_ocs_status.fate.exchange.record import Ending, Repeat
from flake8_ocs_status.fate.executor.repeat_conditions import RepeatConditions
from flake8_ocs_status.fate.executor.run import (
    CHANGED,
    HEADERS_READ,
    INTACT,
    PAUSED,
    Keywords,
    Outcomes,
    is_told_by_body,
    lose_certainty,
)
from flake8_ocs_status.fate.policies.catching import Catch
from flake8_ocs_status.fate.policies.tenacity_strategies import combined
from flake8_ocs_status.fate.policies.transport_policies import policy_of_class
from flake8_ocs_status.fate.policies.wrappers import (
    changed_policy,
    retry_call_of,
    told_what_to_repeat,
    wrapper_of_symbol,
)
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    About,
    Function,
    Known,
    Method,
    Raised,
    Repeater,
    Response,
    Role,
    Symbol,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, unknown_from, without_places
from flake8_ocs_status.fate.values.operators import binary
from flake8_ocs_status.fate.values.states import Flow, State
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.transport.wrappers import (
    RETRY_CALL_PATHS,
    SLEEPS,
    Exhausted,
    is_wrapper_library,
)

# What gives the headers of an answer, in one library or the other.
_OF_HEADERS = frozenset({"headers", "hdrs", "info", "getheader", "getheaders"})


class Repeating(RepeatConditions):
    """Adds what repeats the code that it is given."""

    def apply(
        self, function: Value, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        if isinstance(function, Repeater):
            return self.apply_repeater(function, arguments, keywords, node, state)
        if isinstance(function, Method) and isinstance(function.receiver, Repeater):
            if function.name == "retry_with":
                return [(changed_policy(function.receiver, arguments, keywords, node), state)]
            if not arguments:
                return self.call_unknown(arguments, keywords, node, state)
            return [(told_what_to_repeat(function.receiver, arguments[0]), state)]
        return super().apply(function, arguments, keywords, node, state)

    def call_symbol(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        path = function.path
        if path in SLEEPS and arguments:
            if not (isinstance(arguments[0], Known) and not arguments[0].value):
                if state.live:
                    state.values[PAUSED] = Known(True)
                else:
                    self.may_wait_first = True
        elif path in RETRY_CALL_PATHS and arguments:
            called = retry_call_of(arguments, keywords, node)
            if called is not None:
                return self.apply_repeater(*called, node, state)
        elif is_wrapper_library(path):
            made = wrapper_of_symbol(path, arguments, keywords, node)
            if made is not None:
                return [(made, state)]
        return super().call_symbol(function, arguments, keywords, node, state)

    def call_unknown(
        self, arguments: Sequence[Value], keywords: Keywords, node: ast.Call, state: State, receiver: Value = UNKNOWN
    ) -> Outcomes:
        if state.live and self.fate is not None:
            # It may take its time, and do anything to what the next request is made of.
            state.values.setdefault(PAUSED, Known(None))
            state.values[CHANGED] = Known(True)
            self.fate.opaque = True
        if not state.live:
            self.may_wait_first = True
        return super().call_unknown(arguments, keywords, node, state, receiver)

    def attribute_of(self, receiver: Value, name: str, node: ast.Attribute, state: State) -> Outcomes:
        if isinstance(receiver, Function) and name == "retry_with":
            return [(self.decorated_by_tenacity(receiver), state)]
        if isinstance(receiver, Repeater):
            if receiver.role is Role.CALLER and name in {"call", "wraps"}:
                role = Role.CALLER if name == "call" else Role.DECORATOR
                return [(replace(receiver, role=role), state)]
            if receiver.role is Role.CALLER_TO_BE and name == "on":
                return [(Method(receiver, name), state)]
            return [(UNKNOWN, state)]
        if state.live and _is_answer(receiver) and name in _OF_HEADERS:
            state.values[HEADERS_READ] = Known(True)
        if state.live and name == "status_code" and about(receiver) == About.BODY:
            # No body has one: either this raises, or it is no body any more.
            lose_certainty(state)
        if state.live and isinstance(receiver, Response) and self.fate is not None:
            asks_for_status = name == "status_code" or name in receiver.library.tests or self._only_asks(name)
            self.fate.used = self.fate.used or not asks_for_status
        return super().attribute_of(receiver, name, node, state)

    def _only_asks(self, name: str) -> bool:
        """Whether an attribute of the answer to a HEAD tells no more than whether it is there."""
        send = None if self.focus is None else self.sent.get(self.focus)
        return name == "raise_for_status" and send is not None and send.method == Known("HEAD")

    def decorated_by_tenacity(self, function: Function) -> Value:
        """What ``function.retry_with`` is: the decorated function, about to be given another policy."""
        layers = self.world.home_of(function.node).layers(function.node)[function.beneath :]
        for _, layer in layers[:1]:
            if isinstance(layer, Repeater) and layer.policy.library == "tenacity":
                below = replace(function, beneath=function.beneath + 1)
                return Method(replace(layer, role=Role.WRAPPED, function=below), "retry_with")
        return UNKNOWN

    def binary_operation(self, node: ast.BinOp, state: State) -> Outcomes:
        outcomes: Outcomes = []
        for (left, right), after in self.evaluate_all([node.left, node.right], state):
            outcomes.extend(self.operation(node, left, right, after))
        return outcomes

    def operation(self, node: ast.BinOp, left: Value, right: Value, state: State) -> Outcomes:
        """The outcomes of ``left <op> right``."""
        made = combined(node.op, left, right)
        return [(binary(node.op, left, right) if made is None else made, state)]

    def apply_repeater(
        self, repeater: Repeater, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        """Call what repeats a call."""
        if repeater.role is Role.WRAPPED:
            inner = repeater.function
            assert inner is not None
            return self.repeated(repeater, lambda: self.apply(inner, arguments, keywords, node, state), state)
        if repeater.role is Role.DECORATOR and len(arguments) == 1:
            return [(replace(repeater, role=Role.WRAPPED, function=arguments[0]), state)]
        if repeater.role is Role.CALLER_TO_BE and len(arguments) > 1:
            repeater, arguments = told_what_to_repeat(repeater, arguments[0]), arguments[1:]
        if repeater.role is Role.CALLER and arguments:
            called, rest = arguments[0], arguments[1:]
            return self.repeated(repeater, lambda: self.apply(called, rest, keywords, node, state), state)
        return self.call_unknown(arguments, keywords, node, state)

    def construct(
        self, node: ast.ClassDef, arguments: tuple[Value, ...], keywords: Keywords, call: ast.Call, state: State
    ) -> Outcomes:
        made = policy_of_class(self.world.paths_of_bases(node), self.world.names_in(node), arguments, keywords, call)
        if made is not None:
            return [(made, state)]
        return super().construct(node, arguments, keywords, call, state)

    def repeated(self, repeater: Repeater, run: Callable[[], Outcomes], state: State) -> Outcomes:
        """Execute what a wrapper repeats, and let the wrapper look at what comes of it."""
        was_live = state.live
        before, self.raised = self.raised, []
        self.wrappers.append(repeater)
        try:
            outcomes = run()
        finally:
            self.wrappers.pop()
            raised, self.raised = self.raised, before
        result: Outcomes = []
        for error, after in raised:
            if was_live or not after.live:
                self.throw(error, after)
            else:
                result.extend(self.after_failure(repeater, error, after))
        for value, after in outcomes:
            if was_live or not after.live:
                result.append((value, after))
            elif not repeater.policy.condition.looks_at_results:
                self.refuse(repeater, "nothing raises for it inside")
                result.append((value, after))
            else:
                result.extend(self.after_result(repeater, value, after))
        return self.settled(result)

    def attempt(self, repeater: Repeater, block: Callable[[State], Flow], entered: Sequence[State], flow: Flow) -> None:
        """Execute the block of ``with attempt:``; an exception that is repeated starts the next round."""
        for state in entered:
            was_live = state.live
            self.wrappers.append(repeater)
            self.collectors.append({})
            try:
                inner = block(state)
            finally:
                self.wrappers.pop()
                possible = self.collectors.pop()
            for raised, paths in possible.items():
                for here in paths:
                    self.may_raise(raised, here)
                    if not here.live:
                        # A failed connection is tried again as well.
                        flow.next.add(here.copy())
            if not was_live and inner.next.live is not None:
                self.refuse(repeater, "nothing raises for it inside")
            leaving, inner.raises = inner.raises, []
            flow.next.add_all(inner.next)
            flow.absorb_exits(inner)
            for error, after in leaving:
                if was_live or not after.live:
                    flow.raises.append((error, after))
                else:
                    before, self.raised = self.raised, flow.raises
                    for _, last in self.after_failure(repeater, error, after):
                        flow.next.add(last)
                    self.raised = before

    def after_failure(self, repeater: Repeater, error: Raised, state: State) -> Outcomes:
        """What a wrapper does with an exception."""
        policy = repeater.policy
        answer = self.holds(policy.condition, error, repeater, state)
        if answer is not Catch.YES:
            self.throw(error, state.copy())
        if answer is Catch.NO:
            self.refuse(repeater, f"it does not repeat {name_of_exception(error)}")
            return []
        self.note_wrapper(repeater, answer, state)
        if policy.stop.bounded is False:
            return []
        if policy.exhausted is Exhausted.RETURNS:
            return [(unknown_from(error), state)]
        retry_error = policy.exhausted is Exhausted.RETRY_ERROR
        self.throw(Raised(policy.retry_error, error.about) if retry_error else error, state)
        return []

    def after_result(self, repeater: Repeater, value: Value, state: State) -> Outcomes:
        """What a wrapper does with a result."""
        policy = repeater.policy
        answer = self.holds(policy.condition, value, repeater, state)
        outcomes: Outcomes = [] if answer is Catch.YES else [(value, state.copy())]
        if answer is Catch.NO:
            self.refuse(repeater, "its test of the result is false")
            return outcomes
        self.note_wrapper(repeater, answer, state)
        if policy.stop.bounded is False:
            return outcomes
        if policy.library == "backoff" or policy.exhausted is Exhausted.RETURNS:
            outcomes.append((value if policy.library == "backoff" else unknown_from(value), state))
        else:
            self.throw(Raised(policy.retry_error), state)
        return outcomes

    def refuse(self, repeater: Repeater, reason: str) -> None:
        """Note why a wrapper does not repeat what came of the status."""
        if self.fate is not None:
            self.fate.refused[repeater.origin] = reason

    @cached_property
    def made_of(self) -> frozenset[str]:
        """The names in the calls that lead to the request."""
        return names_in_arguments(self.focus or ())

    def note_change(self, target: ast.expr, value: Value, state: State) -> None:
        """Note that a live path assigns something else to what the request is made of: the next one is another one."""
        name = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
        is_part = name in self.made_of or (
            isinstance(target, ast.Name) and not self.made_of.isdisjoint(self.surroundings.fed_by(target))
        )
        if is_part and not self._is_bound_to(target, value, state):
            state.values.pop(INTACT, None)
            state.values[CHANGED] = Known(True)

    def _is_bound_to(self, target: ast.expr, value: Value, state: State) -> bool:
        """Whether this name has this value already."""
        if not isinstance(target, ast.Name) or isinstance(value, Unknown):
            return False
        key = self.key_of(target.id, self.module.scope_of(target))
        known = None if key is None else state.values.get(key)
        # A collection that is made anew at its place is another one, and holds the same.
        return known is not None and without_places(known) == without_places(value)

    def note_wrapper(self, repeater: Repeater, answer: Catch, state: State) -> None:
        """Note that a wrapper leads back to the request."""
        policy = repeater.policy
        if self.fate is None:
            return
        if not policy.repeats_at_all:
            self.fate.refused[repeater.origin] = "it makes one call only"
            return
        changed = policy.has_hooks or CHANGED in state.values
        looks = policy.wait.looks
        if policy.wait.asks_condition and self.answered_plainly:
            looks = False
        self.fate.repeats.add(
            Repeat(
                repeater.origin,
                policy.wait.waits,
                looks,
                policy.stop.bounded,
                certain=answer is Catch.YES and INTACT in state.values and self.made_of.isdisjoint(policy.rebinds),
                may_change=changed,
                told_by_body=is_told_by_body(state),
            )
        )
        self.end(Ending.SENT_AGAIN)


def names_in_arguments(calls: Sequence[ast.Call]) -> frozenset[str]:
    """The names and attributes that the arguments of these calls are made of."""
    found = set()
    for call in calls:
        parts: list[ast.expr] = [*call.args, *(keyword.value for keyword in call.keywords)]
        for node in (node for part in parts for node in nodes_in(part)):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return frozenset(found)


def name_of_exception(error: Raised) -> str:
    """An exception for people."""
    if error.kind is None:
        return "this exception"
    return error.kind.rpartition(".")[2] if isinstance(error.kind, str) else error.kind.name


def _is_answer(value: Value) -> bool:
    """Whether a value is the response in focus, or an exception that holds it: HTTPError of urllib has its headers."""
    return isinstance(value, Response) or (isinstance(value, Raised) and value.library is not None)
