"""What is gone through: comprehensions, and what a loop or a generator is given."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.fate.executor.expressions import Expressions
from flake8_ocs_status.fate.executor.run import Outcomes
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    About,
    Choice,
    Future,
    Items,
    Object,
    Partial,
    Several,
    Table,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.elements import element_of
from flake8_ocs_status.fate.values.knowledge import about, alternatives, choice, holds_response, unknown_from
from flake8_ocs_status.fate.values.states import Paths, State
from flake8_ocs_status.program.nodes import nodes_in

# A longer collection is not gone through element by element.
MOST_UNROLLED = 20
_DOING = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.ListComp, ast.SetComp, ast.DictComp)


class Comprehensions(Expressions):
    """Adds comprehensions, and what goes through something to its end."""

    def yielded(self, node: ast.Yield | ast.YieldFrom, state: State) -> Outcomes:
        if node.value is None:
            return [(UNKNOWN, state)]
        outcomes: Outcomes = []
        delegates = isinstance(node, ast.YieldFrom)
        for value, after in self.gone_through(node.value, state) if delegates else self.evaluate(node.value, state):
            self.flow_out(value, node, after)
            outcomes.append((UNKNOWN, after))
        return outcomes

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, state: State
    ) -> Outcomes:
        """Evaluate the element once and not at all; every further element is another item."""
        if len(node.generators) == 1 and not _does_something(node):
            listed = self.unrolled(node, state)
            if listed is not None:
                return listed
        results: dict[bool, list[Value]] = {False: [], True: []}
        after_all = Paths()
        # On which paths there may be no element at all.
        empty: set[bool] = set()
        told = About.NOTHING
        inside = [state]
        for generator in node.generators:
            entered = Paths()
            for before in inside:
                for iterable, middle in self.gone_through(generator.iter, before):
                    self.look_into(iterable, node, middle)
                    if not (isinstance(iterable, (Items, Several)) and self.truth_of(iterable)):
                        after_all.add(middle.copy())
                        empty.add(middle.live)
                    self.bind_target(generator.target, element_of(iterable), middle)
                    entered.add(middle)
            inside = list(entered)
            for test in generator.ifs:
                holding = Paths()
                for before in inside:
                    self.tested = About.NOTHING
                    holds, fails = self.branch(test, before)
                    told = max(told, self.tested)
                    holding.add_all(holds)
                    after_all.add_all(fails)
                    empty.update(left.live for left in fails)
                inside = list(holding)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for before in inside:
            for values, after in self.evaluate_all(parts, before):
                if isinstance(node, ast.DictComp) and not isinstance(values[0], Partial):
                    self.let_instances_go(values, node, after)
                    if any(map(holds_response, values)):
                        self.flow_out(unknown_from(*values), node, after)
                    results[after.live].append(unknown_from(*values))
                else:
                    # Futures are the keys of what they are about.
                    results[after.live].append(values[0])
                after_all.add(after)
        return [(self.gathered(results[after.live], after.live not in empty, told), after) for after in after_all]

    def gathered(self, values: Sequence[Value], certain: bool, told: About = About.NOTHING) -> Value:
        """A collection of an unknown number of such values, of one at least where that is ``certain``; ``told`` is how
        much their number gives away of the answer."""
        if not values:
            return Items((), told)
        element = choice(values)
        fails = any(isinstance(one, Future) for one in alternatives(element))
        if told < About.DECISION and not fails and (about(element) is About.BODY or element == UNKNOWN):
            return unknown_from(element)
        return Several(element, certain, told if told >= About.DECISION else About.NOTHING)

    def gone_through(self, node: ast.expr, state: State) -> Outcomes:
        """The outcomes of what is about to be gone through to its end: for a generator, all that it yields."""
        outcomes: Outcomes = []
        for value, after in self.iterables(node, state):
            outcomes.extend(self.all_of(value, after))
        return outcomes

    def iterables(self, node: ast.expr, state: State) -> Outcomes:
        """The outcomes of what a loop goes through; for an object of the project, what its class says."""
        outcomes: Outcomes = []
        for value, after in self.evaluate(node, state):
            says = self.own_method(value, "__iter__") or self.own_method(value, "__aiter__")
            if says is None and isinstance(value, Choice) and all(map(_is_listed, value.values)):
                outcomes.extend((one, after.copy()) for one in alternatives(value))
            elif says is None:
                outcomes.append((value, after))
            else:
                outcomes.extend(self.apply(says, (), {}, self.surroundings.property_call(node), after))
        return outcomes

    def all_of(self, value: Value, state: State) -> Outcomes:
        """All that a value yields, where it is a generator that can be executed; any other value as it is."""
        return [(value, state)]

    def unrolled(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, state: State
    ) -> Outcomes | None:
        """A comprehension over a listed collection that only computes, element by element; None for any other."""
        generator = node.generators[0]
        iterables = self.evaluate(generator.iter, state.copy())
        if len(iterables) != 1 or not isinstance(iterables[0][0], Items):
            return None
        items, here = iterables[0]
        assert isinstance(items, Items)
        if len(items.values) > MOST_UNROLLED:
            return None
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        found: list[tuple[Value, ...]] = []
        told = About.NOTHING
        for item in items.values:
            self.bind_target(generator.target, item, here)
            tests = [self.evaluate(test, here)[0][0] for test in generator.ifs]
            told = max([told, *map(about, tests)])
            answers = [self.truth_of(test) for test in tests]
            if None in answers:
                return None
            if False in answers:
                continue
            outcomes = self.evaluate_all(parts, here)
            if len(outcomes) != 1:
                return None
            found.append(outcomes[0][0])
        if isinstance(node, ast.DictComp):
            return [(self.collected(Table(tuple((key, value) for key, value in found)), node, here), here)]
        return [(self.collected(Items(tuple(value for (value,) in found), told), node, here), here)]

    def look_into(self, iterable: Value, node: ast.AST, state: State) -> None:
        """Note that a path goes through the elements of a value."""
        if isinstance(iterable, Unknown) and iterable.about == About.BODY:
            self.note_keys(iterable.keys, state)
        if isinstance(iterable, Object):
            self.let_instances_go([iterable], node, state)


def _does_something(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> bool:
    """Whether a comprehension does more than to compute: what it does for each item may be a request."""
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    tests = node.generators[0].ifs
    return any(isinstance(inner, _DOING) for part in (*parts, *tests) for inner in nodes_in(part))


def _is_listed(value: Value) -> bool:
    return isinstance(value, (Items, Several))
