"""Summaries of the project's functions, made by the same walk that looks for dead tests.

Each function is walked once per file that is checked. A function that calls itself again says by that call no more than
by its other ends; what lies too many calls away is not known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.witnesses import Witnesses
from flake8_ocs_status.possible.bindings import STATUS_ITSELF, STATUSES_OF_RESPONSE, learn
from flake8_ocs_status.possible.bodies import (
    checked,
    first_parameter,
    is_generator,
    is_none,
    leaves_late,
    only_raises,
    only_result,
    parameter_returned,
    passes,
)
from flake8_ocs_status.possible.constants import constant_in
from flake8_ocs_status.possible.definitions import Definitions, is_super
from flake8_ocs_status.possible.fields import Field, fields_of
from flake8_ocs_status.possible.functions import Class, Definition, arguments_of
from flake8_ocs_status.possible.helpers import Called, Helpers, Predicate, Summary
from flake8_ocs_status.possible.kinds import Kind, Raised
from flake8_ocs_status.possible.masks import EVERYTHING, Split
from flake8_ocs_status.possible.numbers import Numbers
from flake8_ocs_status.possible.readings import Readings
from flake8_ocs_status.possible.senders import client_of, kind_of_annotation, response_of
from flake8_ocs_status.possible.statements import Walk
from flake8_ocs_status.possible.states import State
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode, all_arguments

MOST_CALLS = 6
# A wrapper around a request, or a check, is shorter.
LONGEST_FUNCTION = 120
MOST_SUMMARIES = 120
_RETURNED = "<returned>"
_OWNERS = frozenset({"self", "cls"})
# What these give has no status.
_NO_RESPONSE = (
    ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Lambda, ast.Compare, ast.ListComp,
    ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip
# What may change the status of something; a module without it leaves what it is handed as it was.
_SETTING = re.compile(r"\.(?:status_code|status|code|reason|ok)\s*(?::[^=\n]*)?=(?!=)")
_SETTING_ANYTHING = ("setattr", "__dict__", "vars(")
_NAMES = (*STATUSES_OF_RESPONSE, STATUS_ITSELF)


class Summaries(Helpers):
    """The summaries that the walks through one module ask for."""

    def __init__(self, module: Module, meanings: Meanings) -> None:
        self._definitions = Definitions(module, {})
        self._numbers: dict[Module, Numbers] = {}
        self._readings: dict[Module, Readings] = {module: Readings(module, meanings, self)}
        self._setting: dict[Module, bool] = {}
        self._made: dict[ast.AST, Summary | None] = {}
        self._called: dict[ast.Call, Definition | None] = {}
        # The functions that are being walked, whether one of them had to do without another, and how many are left.
        self._open: list[ast.AST] = []
        self._is_cut = False
        self._left = MOST_SUMMARIES
        self._predicates: dict[ast.AST, tuple[str, str, Split] | None] = {}

    def let_go(self) -> None:
        """Forget everything: what reads the tests refers back to the summaries, and neither would go with the tree."""
        for numbers in self._numbers.values():
            vars(numbers).clear()
        vars(self).clear()

    def readings(self, module: Module) -> Readings:
        """What reads the tests of a module of the project."""
        if module not in self._readings:
            self._readings[module] = Readings(module, Meanings(module, Witnesses(module)), self)
        return self._readings[module]

    def definitions(self, module: Module) -> Definitions:
        """What the names of a module of the project stand for."""
        return self._definitions.of(module)

    def numbers(self, module: Module) -> Numbers:
        if module not in self._numbers:
            self._numbers[module] = Numbers(module, self._constant, self.numbers)
        return self._numbers[module]

    def _constant(self, module: Module, node: ast.expr, is_value: bool) -> tuple[Module, ast.expr] | None:
        return constant_in(self.definitions(module), node, is_value=is_value)

    def fields(self, module: Module, call: ast.Call) -> dict[str, Field]:
        return fields_of(self.definitions(module), call)

    # Calls

    def called(self, module: Module, call: ast.Call, receiver: Kind | None) -> Called | None:
        if receiver is not None and receiver.owner is not None and isinstance(call.func, ast.Attribute):
            return self._sent(receiver.owner, receiver, call.func.attr, call)
        definition = self.definition(module, call)
        if definition is not None:
            return self._at(definition, call)
        function = call.func
        if not isinstance(function, ast.Attribute):
            return None
        own = isinstance(function.value, ast.Name) and function.value.id in _OWNERS
        if not own and not is_super(function.value):
            return None
        owner = self.definitions(module).class_around(function)
        kind = self._client(owner) if owner is not None else None
        return None if kind is None or owner is None else self._sent(owner, kind, function.attr, call, above=not own)

    def never_returns(self, module: Module, call: ast.Call) -> bool:
        if module.dotted(call.func) is not None:
            # Of another module, which is not worth a look for this alone.
            return False
        definition = self.definition(module, call)
        return definition is not None and only_raises(definition.node)

    def leaves_alone(self, module: Module, call: ast.Call) -> bool:
        definition = self.definition(module, call)
        return definition is not None and not self._sets_statuses(definition.module)

    def _sets_statuses(self, module: Module) -> bool:
        if module not in self._setting:
            source = module.source
            self._setting[module] = (
                any(word in source for word in _SETTING_ANYTHING) or _SETTING.search(source) is not None
            )
        return self._setting[module]

    def definition(self, module: Module, call: ast.Call) -> Definition | None:
        """The function of the project that a call calls."""
        if call not in self._called:
            self._called[call] = self.definitions(module).called(call)
        return self._called[call]

    def _at(self, definition: Definition, call: ast.Call) -> Called | None:
        summary = self._summary(definition)
        return Called(summary, arguments_of(definition, call)) if summary is not None else None

    def _sent(self, owner: Class, kind: Kind, name: str, call: ast.Call, *, above: bool = False) -> Called | None:
        """What a method gives of a client whose class is the project's: its own, or what the library's goes through."""
        definitions = self.definitions(owner.module)
        found = definitions.method(owner, name, above=above)
        if isinstance(found, Definition):
            return self._at(found, call)
        library = kind.methods
        if library is None or name not in library.methods:
            return None
        for through in library.overridden_by.get(name, ()):
            inner = definitions.method(owner, through)
            summary = self._summary(inner) if isinstance(inner, Definition) else None
            if summary is not None:
                return Called(summary, {})
        return Called(Summary(kind=Kind(response_of(kind.response.name), raised=kind.raised)), {})

    def client_of_class(self, module: Module, call: ast.Call) -> Kind | None:
        named = self.definitions(module).named(call.func) if isinstance(call.func, (ast.Name, ast.Attribute)) else None
        return self._client(named) if isinstance(named, Class) else None

    def _client(self, owner: Class) -> Kind | None:
        for ancestor in self.definitions(owner.module).lineage(owner):
            if not isinstance(ancestor, Class):
                made = client_of(ancestor) if ancestor is not None else None
                return None if made is None else Kind(made.response, True, methods=made.methods, owner=owner)
        return None

    # Functions

    def _summary(self, definition: Definition) -> Summary | None:
        node = definition.node
        if node in self._made:
            return self._made[node]
        if (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION:
            promised = _promised(definition)
            self._made[node] = Summary(kind=promised) if promised is not None else None
            return self._made[node]
        if node in self._open or len(self._open) >= MOST_CALLS or self._left == 0:
            self._is_cut = True
            return None
        was_cut, self._is_cut = self._is_cut, False
        self._left -= 1
        self._open.append(node)
        try:
            made = self._make(definition)
        finally:
            self._open.pop()
        if not self._is_cut or not self._open:
            self._made[node] = made
        self._is_cut = (self._is_cut or was_cut) and bool(self._open)
        return made

    def _make(self, definition: Definition) -> Summary | None:
        module, node = definition.module, definition.node
        if is_generator(module, node) is not definition.yields or leaves_late(node):
            return None
        readings = self.readings(module)
        walk = Walk(module, readings)
        walk.silent = True
        seeds = walk.seeds(node)
        walk.function(node, seeds)
        # A call of itself that it returns gives what the other ends give.
        ends = walk.yields if definition.yields else walk.exits
        exits = [(value, state) for value, state in ends if not self._is_itself(module, node, value)]
        if not exits:
            return None
        returned, kind, is_none = self._returned(readings, exits)
        first = first_parameter(definition)
        for name, mask in self._given_up(definition):
            returned[name] = returned.get(name, EVERYTHING) & mask
        if kind is None:
            kind = _promised(definition)
        return Summary(
            returned=returned,
            kind=kind.or_none if kind is not None and is_none else kind,
            checked=checked(seeds, [state for _, state in exits]),
            passes=all(passes(value, first) for value, _ in exits),
            parameter=parameter_returned(exits, frozenset(seeds)),
            parts=self._parts(readings, exits),
        )

    def _parts(self, readings: Readings, exits: Iterable[tuple[ast.expr | None, State]]) -> tuple[dict[str, int], ...]:
        """What remains possible in each part, where parts are returned together."""
        together = [(value, state) for value, state in exits if value is not None and not is_none(value)]
        tuples = [value for value, _ in together if isinstance(value, ast.Tuple)]
        if not tuples or len(tuples) < len(together) or len({len(value.elts) for value in tuples}) > 1:
            return ()
        states = [state for _, state in together]
        parts = zip(*(value.elts for value in tuples), strict=True)
        return tuple(self._returned(readings, zip(part, states, strict=True))[0] for part in parts)

    def _given_up(self, definition: Definition) -> Iterator[tuple[str, int]]:
        """The values that tenacity lets through: a result that it repeats ends in an exception, if it ends."""
        node = definition.node
        for decorator in () if isinstance(node, ast.Lambda) else node.decorator_list:
            if not isinstance(decorator, ast.Call) or definition.module.dotted(decorator.func) != "tenacity.retry":
                continue
            for keyword in decorator.keywords:
                if keyword.arg == "retry":
                    yield from self._repeated(definition.module, keyword.value)

    def _repeated(self, module: Module, condition: ast.expr) -> Iterator[tuple[str, int]]:
        if isinstance(condition, ast.BinOp) and isinstance(condition.op, ast.BitOr):
            yield from self._repeated(module, condition.left)
            yield from self._repeated(module, condition.right)
        elif isinstance(condition, ast.Call) and module.dotted(condition.func) == "tenacity.retry_if_result":
            test = self.definitions(module).function(condition.args[0]) if condition.args else None
            tested = self._tested(test) if test is not None else None
            if tested is not None:
                yield tested[1].lstrip("."), tested[2].false

    def _is_itself(self, module: Module, node: FunctionNode, value: ast.expr | None) -> bool:
        if isinstance(value, ast.Await):
            value = value.value
        if not isinstance(value, ast.Call):
            return False
        found = self.definition(module, value)
        return found is not None and found.node is node

    @staticmethod
    def _returned(
        readings: Readings, exits: Iterable[tuple[ast.expr | None, State]]
    ) -> tuple[dict[str, int], Kind | None, bool]:
        """What remains possible in what is returned, what it is, and whether None or the like may stand instead."""
        masks: dict[str, int] | None = None
        kinds: set[Kind | None] = set()
        is_none = False
        for value, state in exits:
            if isinstance(value, ast.Await):
                value = value.value
            if value is None or isinstance(value, _NO_RESPONSE):
                is_none = True
                continue
            known = State()
            learn(readings, _RETURNED, value, state, known)
            kinds.add(known.kinds.get(_RETURNED))
            found = {}
            for name in _NAMES:
                symbol = known.symbols.get(f"{_RETURNED}.{name}" if name else _RETURNED)
                if symbol is not None:
                    found[name] = (known if symbol in known.possible else state).at(symbol).mask
            masks = found if masks is None else {name: masks[name] | found[name] for name in masks if name in found}
        kind = kinds.pop() if len(kinds) == 1 else None
        if kind is not None and not kind.is_client:
            kind = Kind(kind.response)
        possible = {name: mask for name, mask in (masks or {}).items() if mask != EVERYTHING}
        if is_none:
            possible.pop(STATUS_ITSELF, None)
        return possible, kind, is_none

    # Tests

    def predicate(self, module: Module, call: ast.Call) -> Predicate | None:
        definition = self.definition(module, call)
        if definition is None:
            return None
        node = definition.node
        if node not in self._predicates:
            self._predicates[node] = None
            self._predicates[node] = self._tested(definition)
        tested = self._predicates[node]
        if tested is None:
            return None
        parameter, tail, split = tested
        argument = arguments_of(definition, call).get(parameter)
        return Predicate(argument, tail, split) if argument is not None else None

    def _tested(self, definition: Definition) -> tuple[str, str, Split] | None:
        test = only_result(definition.node)
        found = self.readings(definition.module).whole(test, State()) if test is not None else None
        if found is None:
            return None
        path, split = found
        for parameter in all_arguments(definition.node.args):
            tail = path.removeprefix(parameter.arg)
            if tail != path and tail[:1] in ("", "."):
                return parameter.arg, tail, split
        return None

    # Clients

    def hook(self, module: Module, hooks: ast.expr) -> Raised | None:
        functions = hooks.elts if isinstance(hooks, (ast.List, ast.Tuple)) else [hooks]
        raised: Raised | None = None
        for function in functions:
            definition = self.definitions(module).function(function)
            summary = self._summary(definition) if definition is not None else None
            if definition is None or summary is None or not summary.passes:
                return None
            checked = summary.checked.get(first_parameter(definition) or "", {})
            for mask in list(checked.values())[:1]:
                excluded = EVERYTHING & ~mask
                raised = Raised(excluded | (raised.excluded if raised is not None else 0), "a hook", by_helper=True)
        return raised


def _promised(definition: Definition) -> Kind | None:
    """The kind of response that a function says it returns; whether it is one, and not None, is not taken for sure."""
    node = definition.node
    returns = None if isinstance(node, ast.Lambda) else node.returns
    kind = kind_of_annotation(definition.module, returns)
    return kind.or_none if kind is not None and not kind.is_client else None
