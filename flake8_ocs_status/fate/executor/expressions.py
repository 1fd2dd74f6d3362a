"""Abstract evaluation of expressions: what values they have, and which paths lead out of them.

Evaluating gives *outcomes*, pairs of a value and the state after it. There is more than one outcome only where an
expression branches (``and``/``or``, a conditional expression, a comparison chain, a call with several ends).
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.fate.exchange.answers import text_of_status_error
from flake8_ocs_status.fate.executor.access import Access
from flake8_ocs_status.fate.executor.instances import held_by
from flake8_ocs_status.fate.executor.run import BODY_TESTED, INTACT, MOST_OUTCOMES, TOLD_BY_BODY, Outcomes
from flake8_ocs_status.fate.values import (
    ABOUT_STATUS,
    LARGEST_COLLECTION,
    UNKNOWN,
    About,
    Function,
    Items,
    Known,
    Object,
    Raised,
    Table,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, holds_response, size, unknown_from
from flake8_ocs_status.fate.values.operators import binary, compare, expanded, unary
from flake8_ocs_status.fate.values.states import Paths, State
from flake8_ocs_status.fate.values.texts import concatenate
from flake8_ocs_status.fate.values.truths import is_told_by_status, tells_status_by_truth
from flake8_ocs_status.program.nodes import children_of


class Expressions(Access):
    """Evaluates expressions; the parts that call functions and send requests are added by a subclass.

    A method that takes a node and a state and gives outcomes evaluates the kind of expression that it is called after;
    which one that is says the table at the end.
    """

    # How much the last tests gave away of the answer.
    tested = About.NOTHING

    def evaluate(self, node: ast.expr, state: State) -> Outcomes:
        """All outcomes of an expression. The given state may be changed and is the first outcome's."""
        self.step()
        handler = _HANDLERS.get(type(node))
        if handler is None:
            return self.opaque(node, state)
        outcomes: Outcomes = getattr(self, handler)(node, state)
        return outcomes if len(outcomes) <= MOST_OUTCOMES else self.settled(outcomes)

    def evaluate_all(self, nodes: Sequence[ast.expr], state: State) -> list[tuple[tuple[Value, ...], State]]:
        """The outcomes of several expressions evaluated one after the other."""
        if len(nodes) == 1:
            return [((value,), after) for value, after in self.evaluate(nodes[0], state)]
        partial: list[tuple[tuple[Value, ...], State]] = [((), state)]
        for node in nodes:
            partial = [
                ((*values, value), after) for values, before in partial for value, after in self.evaluate(node, before)
            ]
        return partial

    def branch(self, test: ast.expr, state: State) -> tuple[Paths, Paths]:
        """The paths on which a test holds and those on which it does not."""
        if isinstance(test, ast.BoolOp):
            return self.branch_at_each(test, state)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            fails, holds = self.branch(test.operand, state)
            return holds, fails
        holds, fails = Paths(), Paths()
        for value, after in self.truths(test, state):
            self.decide(value, test, after)
            self.tested = max(self.tested, about(value))
            answer = self.truth_of(value)
            if answer is None and tells_status_by_truth(value):
                # The status is compared with something that is not in sight: this may tell any status apart.
                self.flow_out(ABOUT_STATUS, test, after)
                after.values.pop(INTACT, None)
            if answer is None and about(value) == About.BODY:
                # A test on the headers or on the body may tell that there is nothing to parse.
                after.values[BODY_TESTED] = Known(True)
                if after.live:
                    other = after.copy()
                    other.values[f"{TOLD_BY_BODY}{id(test)}"] = Known(True)
                    holds.add(other)
                    after.values[f"{TOLD_BY_BODY}{id(test)}"] = Known(False)
                    fails.add(after)
                    continue
            if answer is not False:
                holds.add(after.copy() if answer is None else after)
            if answer is not True:
                fails.add(after)
        return holds, fails

    def truths(self, test: ast.expr, state: State) -> Outcomes:
        """The outcomes of a test; for an object of a class that says itself whether it is true, what it says."""
        outcomes: Outcomes = []
        for value, after in self.evaluate(test, state):
            says = self.own_method(value, "__bool__")
            if says is None:
                outcomes.append((value, after))
            else:
                outcomes.extend(self.apply(says, (), {}, self.surroundings.property_call(test), after))
        return outcomes

    def own_method(self, value: Value, name: str) -> Function | None:
        """A method that the project defines for an instance of one of its classes."""
        if not isinstance(value, Object) or not isinstance(value.kind, ast.ClassDef):
            return None
        found = self.world.home_of(value.kind).member(value.kind, name, value)
        return found if isinstance(found, Function) else None

    def branch_at_each(self, test: ast.BoolOp, state: State) -> tuple[Paths, Paths]:
        """The same for ``and`` and ``or``: a path that leaves at an operand that is not known has its answer."""
        self.step()
        is_and = isinstance(test.op, ast.And)
        leaving = Paths()
        staying = Paths(state)
        for operand in test.values:
            following = Paths()
            for before in staying:
                holds, fails = self.branch(operand, before)
                following.add_all(holds if is_and else fails)
                leaving.add_all(fails if is_and else holds)
            staying = following
        return (staying, leaving) if is_and else (leaving, staying)

    def decide(self, value: Value, node: ast.AST, state: State) -> None:
        """Note that a path is about to depend on whether this value is true."""
        if tells_status_by_truth(value) or about(value) == About.BODY:
            self.look(value, node, state)

    def opaque(self, node: ast.expr, state: State) -> Outcomes:
        """An expression whose value we do not model: evaluate what it holds, let it flow out."""
        children = [child for child in children_of(node) if isinstance(child, ast.expr)]
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

    def joined_string(self, node: ast.JoinedStr, state: State) -> Outcomes:
        return [(concatenate(values), after) for values, after in self.evaluate_all(node.values, state)]

    def formatted_value(self, node: ast.FormattedValue, state: State) -> Outcomes:
        outcomes: Outcomes = []
        for value, after in self.evaluate(node.value, state):
            outcomes.extend(self.formatted_text(value, node, after))
        return outcomes

    def formatted_text(self, value: Value, node: ast.FormattedValue, state: State) -> Outcomes:
        """What a value is in ``f"{value}"``."""
        # An exception says what it says, whatever else it carries.
        told = About.NOTHING if isinstance(value, Raised) else max(map(about, held_by(value, state)))
        text = self.text_of_value(value, plain=node.format_spec is None)
        # The text of an object may be that of all that it holds.
        return [(Unknown(told) if told > about(text) else text, state)]

    def text_of_value(self, value: Value, plain: bool = True) -> Value:
        """``str(value)``."""
        if plain and isinstance(value, Known) and not isinstance(value.value, (float, bytes)):
            return Known(str(value.value), value.about)
        if plain and isinstance(value, Text):
            return value
        if isinstance(value, Raised) and value.library is not None and self.fate is not None:
            return self.ask(text_of_status_error, value)
        return unknown_from(value)

    def unary_operation(self, node: ast.UnaryOp, state: State) -> Outcomes:
        outcomes: Outcomes = []
        for value, after in self.evaluate(node.operand, state):
            if isinstance(node.op, ast.Not) and not isinstance(value, Known):
                self.decide(value, node, after)
            outcomes.append(
                (self.ask(unary, node.op, value) if is_told_by_status(value) else unary(node.op, value, None), after)
            )
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
                    looks_inside = isinstance(kind, (ast.In, ast.NotIn)) and about(right) >= About.DECISION
                    if looks_inside and self.fate is not None:
                        # What may be in the text of an error by chance for this status, is for certain for another.
                        self.fate.told_apart = True
                    if isinstance(kind, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
                        self.let_instances_go((left, right), node, after)
                    self.note_body_test(left, right, after)
                    answer = self.truth_of(result)
                    if last or answer is False:
                        outcomes.append((result, after))
                    else:
                        if answer is None:
                            outcomes.append((result, after.copy()))
                            self.look(result, node, after)
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
                    answer = self.truth_of(value)
                    if last:
                        outcomes.append((value, after))
                        continue
                    self.decide(value, operand, after)
                    if answer is (not wanted):
                        outcomes.append((value, after))
                        continue
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
                # What is picked here may be told apart by whoever is given it.
                self.reach(part, path)
                outcomes.extend(self.evaluate(part, path))
        return outcomes

    def sequence(self, node: ast.Tuple | ast.List | ast.Set, state: State) -> Outcomes:
        if any(isinstance(element, ast.Starred) for element in node.elts):
            elements = [element.value if isinstance(element, ast.Starred) else element for element in node.elts]
            outcomes: Outcomes = []
            for values, after in self.evaluate_all(elements, state):
                listed = expanded(node.elts, values)
                if listed is not None:
                    outcomes.append((self.collected(Items(listed), node, after), after))
                    continue
                self.let_instances_go(values, node, after)
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

    def function_value(self, node: ast.Lambda, state: State) -> Outcomes:
        return [(Function(node), state)]


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
