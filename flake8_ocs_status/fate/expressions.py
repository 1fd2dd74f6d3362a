"""Abstract evaluation of expressions: what values they have, and which paths lead out of them.

Evaluating gives *outcomes*, pairs of a value and the state after it. There is more than one outcome only where an
expression branches (``and``/``or``, a conditional expression, a comparison chain, a call with several ends).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.constants import status_of
from flake8_ocs_status.fate.answers import attribute_of_error, attribute_of_response, text_of_status_error
from flake8_ocs_status.fate.operators import (
    binary,
    compare,
    concatenate,
    lookup,
    tells_status_by_truth,
    truth,
    unary,
)
from flake8_ocs_status.fate.record import BudgetSpentError, End, Ending, Fate
from flake8_ocs_status.fate.states import Paths, State
from flake8_ocs_status.fate.values import (
    LARGEST_COLLECTION,
    UNKNOWN,
    About,
    Choice,
    Class,
    Function,
    Items,
    Known,
    Method,
    Object,
    OtherResponse,
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
    size,
    unknown_from,
)
from flake8_ocs_status.program.scopes import COMPREHENSIONS, FUNCTIONS, FunctionNode, Scope
from flake8_ocs_status.transport.clients import Library

if TYPE_CHECKING:
    from flake8_ocs_status.fate.surroundings import Surroundings

Outcome = tuple[Value, State]
Outcomes = list[Outcome]

BUDGET = 40_000
MOST_OUTCOMES = 8
HOOKS = frozenset({"hooks", "event_hooks"})
ERROR_WORDS = ("error", "status", "fail", "warning", "partial", "reason", "exception", "fault")


@dataclass(frozen=True, slots=True)
class Frame:
    """One function that is being executed: ``call`` is the call that led into it."""

    node: FunctionNode | ast.Module | ast.ClassDef
    depth: int
    call: ast.Call | None = None


class Expressions:
    """Evaluates expressions; the parts that call functions and send requests are added by a subclass."""

    def __init__(self, surroundings: Surroundings, fate: Fate | None, focus: tuple[ast.Call, ...] | None) -> None:
        self.surroundings = surroundings
        self.module = surroundings.module
        self.fate = fate
        self.focus = focus
        self.frames: list[Frame] = []
        self.raised: list[tuple[Raised, State]] = []
        self.collectors: list[dict[Raised, Paths]] = []
        self.steps = 0

    # What happens on a path

    @property
    def status(self) -> int | None:
        """The status of the response in focus; None when no request is in focus."""
        return None if self.fate is None else self.fate.status

    def step(self) -> None:
        """Count one step. Raises BudgetSpentError when there were too many."""
        self.steps += 1
        if self.steps > BUDGET or not self.surroundings.spend():
            raise BudgetSpentError

    def reach(self, node: ast.AST, state: State) -> None:
        """Note that a live path executes this statement or call."""
        if state.live and self.fate is not None:
            self.fate.reached.add(id(node))

    def look(self, value: Value, state: State) -> None:
        """Note that a live path is decided by this value."""
        if not state.live or self.fate is None:
            return
        level = about(value)
        if level >= About.DECISION:
            self.fate.looked = True
        elif level == About.BODY and isinstance(value, Unknown):
            self.note_keys(value.keys, state)

    def note_keys(self, keys: Iterable[str], state: State) -> None:
        """Note that a live path digs these names out of the body."""
        if state.live and self.fate is not None:
            errors = any(word in key.lower() for key in keys for word in ERROR_WORDS)
            self.fate.reads_errors = self.fate.reads_errors or errors

    def flow_out(self, value: Value, node: ast.AST, state: State) -> None:
        """Note that a value leaves our sight on a live path: stored, handed to unknown code, yielded."""
        if not state.live or self.fate is None:
            return
        level = about(value)
        if holds_response(value) or level == About.STATUS:
            self.fate.looked = self.fate.open = True
        elif level == About.DECISION:
            from flake8_ocs_status.fate.record import comparable

            self.fate.looked = True
            self.fate.escapes.add((id(node), comparable(value)))

    def end(self, ending: Ending, detail: object = None) -> None:
        """Note how a live path ends."""
        if self.fate is not None:
            self.fate.ends.add(End(ending, detail))

    def throw(self, raised: Raised, state: State) -> None:
        """Let this path go on as an exception."""
        self.raised.append((raised, state))

    def may_raise(self, raised: Raised, state: State) -> None:
        """Let an enclosing ``try`` know that its handlers may be entered from here."""
        if self.collectors:
            self.collectors[-1].setdefault(raised, Paths()).add(state.copy())

    # Evaluation

    def evaluate(self, node: ast.expr, state: State) -> Outcomes:
        """All outcomes of an expression. The given state may be changed and is the first outcome's."""
        self.step()
        handler = _HANDLERS.get(type(node))
        if handler is None:
            return self.opaque(node, state)
        outcomes: Outcomes = getattr(self, handler)(node, state)
        return self.settled(outcomes)

    def settled(self, outcomes: Outcomes) -> Outcomes:
        """Join outcomes when there are too many of them."""
        if len(outcomes) <= MOST_OUTCOMES:
            return outcomes
        by_phase: dict[bool, Outcome] = {}
        for value, state in outcomes:
            known = by_phase.get(state.live)
            by_phase[state.live] = (value, state) if known is None else (join(known[0], value), known[1].joined(state))
        return list(by_phase.values())

    def evaluate_all(self, nodes: Sequence[ast.expr], state: State) -> list[tuple[tuple[Value, ...], State]]:
        """The outcomes of several expressions evaluated one after the other."""
        partial: list[tuple[tuple[Value, ...], State]] = [((), state)]
        for node in nodes:
            partial = [
                ((*values, value), after) for values, before in partial for value, after in self.evaluate(node, before)
            ]
        return partial

    def branch(self, test: ast.expr, state: State) -> tuple[Paths, Paths]:
        """The paths on which a test holds and those on which it does not."""
        holds, fails = Paths(), Paths()
        for value, after in self.evaluate(test, state):
            self.decide(value, after)
            answer = truth(value, self.status)
            if answer is not False:
                holds.add(after.copy() if answer is None else after)
            if answer is not True:
                fails.add(after)
        return holds, fails

    def decide(self, value: Value, state: State) -> None:
        """Note that a path is about to depend on whether this value is true."""
        if tells_status_by_truth(value) or about(value) == About.BODY:
            self.look(value, state)

    def opaque(self, node: ast.expr, state: State) -> Outcomes:
        """An expression whose value we do not model: evaluate what it holds, let it flow out."""
        children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        outcomes: Outcomes = []
        for values, after in self.evaluate_all(children, state):
            for value in values:
                self.flow_out(value, node, after)
            outcomes.append((unknown_from(*values), after))
        return outcomes

    def constant(self, node: ast.Constant, state: State) -> Outcomes:
        if isinstance(node.value, (bool, int, str, bytes, float, type(None))):
            return [(Known(node.value), state)]
        return [(UNKNOWN, state)]

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
            home = owner.parent
            while home is not None and isinstance(home.node, COMPREHENSIONS):
                home = home.parent
            owner = home
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
            if holds_response(value) and self.surroundings.is_captured(name, scope):
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
        if isinstance(receiver, Symbol):
            return [(symbol_value(f"{receiver.path}.{name}"), state)]
        if isinstance(receiver, Response) and self.status is not None:
            value = attribute_of_response(receiver, name, self.status)
            if about(value) == About.BODY and self.fate is not None and state.live:
                self.fate.body_used = self.fate.body_used or name != "headers"
            return [(value, state)]
        if isinstance(receiver, OtherResponse):
            return [(Method(receiver, name), state)]
        if isinstance(receiver, Raised):
            return [(attribute_of_error(receiver, name, self.status), state)]
        if isinstance(receiver, (Object, Super)):
            return self.attribute_of_object(receiver, name, node, state)
        if isinstance(receiver, Class):
            return [(self.surroundings.class_attribute(receiver.node, name), state)]
        if isinstance(receiver, Known) and isinstance(receiver.value, int) and about(receiver) == About.STATUS:
            # HTTPStatus(r.status_code).value, .phrase, .is_success (3.12+)
            return [(attribute_of_status(receiver, name), state)]
        if isinstance(receiver, (Known, Text, Items, Table)):
            return [(Method(receiver, name), state)]
        if isinstance(receiver, Unknown):
            return [(Method(receiver, name), state)]
        return [(UNKNOWN, state)]

    def attribute_of_object(self, receiver: Object | Super, name: str, node: ast.Attribute, state: State) -> Outcomes:
        """An attribute of an instance: what was stored, else what its class defines."""
        name = self.surroundings.mangled(name, node)
        if isinstance(receiver, Object):
            stored = state.values.get(f"@{receiver.allocation}.{name}")
            if stored is not None:
                return [(stored, state)]
            if isinstance(receiver.kind, Library):
                if name in HOOKS:
                    # Whatever is done with them from here on, they may check every answer.
                    state.values[f"@{receiver.allocation}.{name}"] = UNKNOWN
                return [(Method(receiver, name), state)]
            value = self.surroundings.member(receiver.kind, name, receiver)
        else:
            value = self.surroundings.member_of_bases(receiver.node, name, receiver.bound)
        if isinstance(value, Function) and self.surroundings.is_property(value.node):
            return self.call_function(value, node, state)
        return [(value, state)]

    def call_function(self, function: Function, node: ast.expr, state: State) -> Outcomes:
        """The outcomes of calling a function of this module without arguments (a property)."""
        raise AssertionError("provided by the subclass that calls functions")

    def subscript(self, node: ast.Subscript, state: State) -> Outcomes:
        outcomes: Outcomes = []
        for (container, key), after in self.evaluate_all([node.value, node.slice], state):
            outcomes.append((self.item_of(container, key, after), after))
        return outcomes

    def item_of(self, container: Value, key: Value, state: State) -> Value:
        """The value of ``container[key]``."""
        if isinstance(container, Symbol):
            # requests.codes["ok"]
            return symbol_value(f"{container.path}.{key.value}") if isinstance(key, Known) else UNKNOWN
        if isinstance(container, Table) and about(key) >= About.DECISION:
            self.look(key, state)
        if isinstance(container, Unknown):
            self.may_raise(Raised(None), state)
            if container.about == About.BODY:
                keys = (*container.keys, key.value) if isinstance(key, Known) and isinstance(key.value, str) else ()
                self.note_keys(keys, state)
                return Unknown(About.BODY, keys)
            if about(key) >= About.DECISION:
                # A table that we cannot see may tell all statuses apart.
                return Unknown(About.STATUS)
        if isinstance(container, Items) and not isinstance(key, Known):
            return unknown_from(*container.values)
        return lookup(container, key)

    def slice(self, node: ast.Slice, state: State) -> Outcomes:
        parts = [part for part in (node.lower, node.upper, node.step) if part is not None]
        return [(unknown_from(*values), after) for values, after in self.evaluate_all(parts, state)]

    def joined_string(self, node: ast.JoinedStr, state: State) -> Outcomes:
        return [(concatenate(values), after) for values, after in self.evaluate_all(node.values, state)]

    def formatted_value(self, node: ast.FormattedValue, state: State) -> Outcomes:
        outcomes: Outcomes = []
        for value, after in self.evaluate(node.value, state):
            outcomes.append((self.text_of_value(value, plain=node.format_spec is None), after))
        return outcomes

    def text_of_value(self, value: Value, plain: bool = True) -> Value:
        """``str(value)``."""
        if plain and isinstance(value, Known) and not isinstance(value.value, (float, bytes)):
            return Known(str(value.value), value.about)
        if plain and isinstance(value, Text):
            return value
        if isinstance(value, Raised) and value.library is not None and self.status is not None:
            return text_of_status_error(value, self.status)
        return unknown_from(value)

    def unary_operation(self, node: ast.UnaryOp, state: State) -> Outcomes:
        outcomes: Outcomes = []
        for value, after in self.evaluate(node.operand, state):
            if isinstance(node.op, ast.Not) and not isinstance(value, Known):
                self.decide(value, after)
            outcomes.append((unary(node.op, value, self.status), after))
        return outcomes

    def binary_operation(self, node: ast.BinOp, state: State) -> Outcomes:
        outcomes: Outcomes = []
        for (left, right), after in self.evaluate_all([node.left, node.right], state):
            outcomes.append((binary(node.op, left, right), after))
        return outcomes

    def comparison(self, node: ast.Compare, state: State) -> Outcomes:
        outcomes: Outcomes = []
        pending = self.evaluate(node.left, state)
        for index, (kind, right_node) in enumerate(zip(node.ops, node.comparators, strict=True)):
            last = index == len(node.ops) - 1
            following: Outcomes = []
            for left, before in pending:
                for right, after in self.evaluate(right_node, before):
                    result = compare(kind, left, right)
                    self.note_body_test(left, right, after)
                    answer = truth(result, self.status)
                    if last or answer is False:
                        outcomes.append((result, after))
                    else:
                        if answer is None:
                            outcomes.append((result, after.copy()))
                            self.look(result, after)
                        following.append((right, after))
            pending = following
        return outcomes

    def note_body_test(self, left: Value, right: Value, state: State) -> None:
        """``"ChildErrors" in response.json()`` searches the body for errors."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Known) and isinstance(one.value, str) and about(other) == About.BODY:
                self.note_keys((one.value,), state)

    def boolean_operation(self, node: ast.BoolOp, state: State) -> Outcomes:
        wanted = isinstance(node.op, ast.And)
        outcomes: Outcomes = []
        pending: list[State] = [state]
        for index, operand in enumerate(node.values):
            last = index == len(node.values) - 1
            following = Paths()
            for before in pending:
                for value, after in self.evaluate(operand, before):
                    answer = truth(value, self.status)
                    if last or answer is (not wanted):
                        outcomes.append((value, after))
                        continue
                    self.decide(value, after)
                    if answer is None:
                        outcomes.append((value, after.copy()))
                    following.add(after)
            pending = list(following)
        return outcomes

    def conditional(self, node: ast.IfExp, state: State) -> Outcomes:
        holds, fails = self.branch(node.test, state)
        outcomes: Outcomes = []
        for paths, part in ((holds, node.body), (fails, node.orelse)):
            for path in paths:
                outcomes.extend(self.evaluate(part, path))
        return outcomes

    def sequence(self, node: ast.Tuple | ast.List | ast.Set, state: State) -> Outcomes:
        if any(isinstance(element, ast.Starred) for element in node.elts):
            elements = [element.value if isinstance(element, ast.Starred) else element for element in node.elts]
            outcomes: Outcomes = []
            for values, after in self.evaluate_all(elements, state):
                if any(map(holds_response, values)):
                    self.flow_out(unknown_from(*values), node, after)
                outcomes.append((unknown_from(*values), after))
            return outcomes
        return [
            (self.collected(Items(values), node, after), after) for values, after in self.evaluate_all(node.elts, state)
        ]

    def collected(self, value: Items | Table, node: ast.AST, state: State) -> Value:
        """A collection, or something unknown when it is too large to keep: collections may be built of each other."""
        if size(value) <= LARGEST_COLLECTION:
            return value
        self.flow_out(value, node, state)
        return Unknown(about(value)) if about(value) else UNKNOWN

    def dictionary(self, node: ast.Dict, state: State) -> Outcomes:
        outcomes: Outcomes = []
        keys = [key for key in node.keys if key is not None]
        for key_values, middle in self.evaluate_all(keys, state):
            for values, after in self.evaluate_all(node.values, middle):
                table = self._table(node, key_values, values)
                outcomes.append((self.collected(table, node, after), after))
        return outcomes

    def _table(self, node: ast.Dict, keys: Sequence[Value], values: Sequence[Value]) -> Table:
        entries: list[tuple[Value, Value]] = []
        complete = True
        remaining = iter(keys)
        for key, value in zip(node.keys, values, strict=True):
            if key is not None:
                entries.append((next(remaining), value))
            elif isinstance(value, Table):
                entries.extend(value.entries)
                complete = complete and value.complete
            else:
                complete = False
        return Table(tuple(entries), complete)

    def awaited(self, node: ast.Await, state: State) -> Outcomes:
        return self.evaluate(node.value, state)

    def starred(self, node: ast.Starred, state: State) -> Outcomes:
        return [(unknown_from(value), after) for value, after in self.evaluate(node.value, state)]

    def yielded(self, node: ast.Yield | ast.YieldFrom, state: State) -> Outcomes:
        if node.value is None:
            return [(UNKNOWN, state)]
        outcomes: Outcomes = []
        for value, after in self.evaluate(node.value, state):
            self.flow_out(value, node, after)
            outcomes.append((UNKNOWN, after))
        return outcomes

    def function_value(self, node: ast.Lambda, state: State) -> Outcomes:
        return [(Function(node), state)]

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, state: State
    ) -> Outcomes:
        """Evaluate the element once and not at all; every further element is another item."""
        results: list[Value] = []
        after_all = Paths()
        inside = [state]
        for generator in node.generators:
            entered = Paths()
            for before in inside:
                for iterable, middle in self.evaluate(generator.iter, before):
                    self.look_into(iterable, middle)
                    after_all.add(middle.copy())
                    self.bind_target(generator.target, element_of(iterable), middle)
                    entered.add(middle)
            inside = list(entered)
            for test in generator.ifs:
                holding = Paths()
                for before in inside:
                    holds, fails = self.branch(test, before)
                    holding.add_all(holds)
                    after_all.add_all(fails)
                inside = list(holding)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for before in inside:
            for values, after in self.evaluate_all(parts, before):
                results.extend(values)
                after_all.add(after)
                if any(map(holds_response, values)):
                    self.flow_out(unknown_from(*values), node, after)
        value = unknown_from(*results)
        return [(value, after) for after in after_all]

    def look_into(self, iterable: Value, state: State) -> None:
        """Note that a path goes through the elements of a value."""
        if isinstance(iterable, Unknown) and iterable.about == About.BODY:
            self.note_keys(iterable.keys, state)

    def bind_target(self, target: ast.expr, value: Value, state: State) -> None:
        """Assign to a target that is not a plain name, or to one that is."""
        raise AssertionError("provided by the subclass that executes statements")


def element_of(iterable: Value) -> Value:
    """What a loop variable may be."""
    if isinstance(iterable, Items) and iterable.values:
        result = iterable.values[0]
        for value in iterable.values[1:]:
            result = join(result, value)
        return result
    return unknown_from(iterable)


def symbol_value(path: str) -> Value:
    """What an imported dotted path is worth: a status, or a symbol."""
    status = status_of(path)
    return Symbol(path) if status is None else Known(status)


_STATUS_PROPERTIES = {
    "is_informational": 1,
    "is_success": 2,
    "is_redirection": 3,
    "is_redirect": 3,
    "is_client_error": 4,
    "is_server_error": 5,
}


def attribute_of_status(status: Known, name: str) -> Value:
    """An attribute of the status as an enum member."""
    assert isinstance(status.value, int)
    if name in _STATUS_PROPERTIES:
        return Known(status.value // 100 == _STATUS_PROPERTIES[name], About.DECISION)
    return status if name in {"value", "real"} else Unknown(About.STATUS)


_HANDLERS: dict[type[ast.AST], str] = {
    ast.Call: "call",
    ast.Constant: "constant",
    ast.Name: "name",
    ast.NamedExpr: "named",
    ast.Attribute: "attribute",
    ast.Subscript: "subscript",
    ast.Slice: "slice",
    ast.JoinedStr: "joined_string",
    ast.FormattedValue: "formatted_value",
    ast.UnaryOp: "unary_operation",
    ast.BinOp: "binary_operation",
    ast.Compare: "comparison",
    ast.BoolOp: "boolean_operation",
    ast.IfExp: "conditional",
    ast.Tuple: "sequence",
    ast.List: "sequence",
    ast.Set: "sequence",
    ast.Dict: "dictionary",
    ast.Await: "awaited",
    ast.Starred: "starred",
    ast.Yield: "yielded",
    ast.YieldFrom: "yielded",
    ast.Lambda: "function_value",
    ast.ListComp: "comprehension",
    ast.SetComp: "comprehension",
    ast.GeneratorExp: "comprehension",
    ast.DictComp: "comprehension",
}
__all__ = ["BUDGET", "FUNCTIONS", "Expressions", "Frame", "Outcome", "Outcomes", "element_of", "symbol_value"]
