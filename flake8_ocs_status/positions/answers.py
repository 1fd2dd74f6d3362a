"""What a function asks of the values that it returns."""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_ocs_status.catalogue.constants import is_known_status, status_of
from flake8_ocs_status.positions.annotations import annotated_as_status
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.names import words_of
from flake8_ocs_status.positions.places import Demand, Way
from flake8_ocs_status.positions.witnesses import Witnesses, integer_of, last_name, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import BODY_MAKERS, GENERAL_ERRORS, TELLING_STATUSES, VERBS, VIEW_DECORATORS

# A longer tuple is no answer of a view: body, status and headers are three.
MOST_MEMBERS = 3
# The calls of a function that are looked at for what becomes of its result.
MOST_CALLS = 8
# Round numbers that stand before a body where they are statuses.
_FIRST_OF_ANSWERS = GENERAL_ERRORS | {200}
# Frameworks that take the status of a returned tuple for an integer.
_FRAMEWORKS_WITH_TUPLES = frozenset({"flask", "quart"})

# The method of a view is called `get`, `on_PUT`, `do_POST`, `async_post`.
_AROUND_VERBS = frozenset({"async", "do", "handle", "on", "render", "view"})

Definition = ast.FunctionDef | ast.AsyncFunctionDef


class Answers:
    """The demands of the functions of one module on what they return."""

    def __init__(
        self,
        module: Module,
        witnesses: Witnesses,
        meanings: Meanings,
        package_of: Callable[[ast.expr], str | None],
        place: Callable[[ast.expr], Demand | None],
    ) -> None:
        """``package_of`` tells the package of a callee, ``place`` what the place of an expression asks for."""
        self._module = module
        self._witnesses = witnesses
        self._meanings = meanings
        self._package_of = package_of
        self._place = place
        self._tuples: dict[tuple[ast.AST, int], Demand | None] = {}
        self._single: dict[ast.AST, Demand | None] = {}

    def returned(self, statement: ast.Return, way: Way) -> Demand | None:
        """What a ``return`` asks of its value, or of what stands inside it on ``way``."""
        function = self._meanings.results.function_around(statement)
        if function is None or isinstance(function, ast.Lambda):
            return None
        if not way.plural:
            return self._one(function)
        shaped = self.shaped(way)
        if shaped is not None:
            return shaped
        if len(way.steps) != 1 or not isinstance(way.steps[0][0], ast.Tuple):
            return None
        index = way.index(0)
        size = len(way.steps[0][0].elts)
        if index is None or index not in (0, 1, size - 1) or size > MOST_MEMBERS or not self._witnesses.speaks_http:
            return None
        place = 0 if index == 0 else -1 if index == size - 1 else index
        key = (function, place)
        if key not in self._tuples:
            settled = self._meanings.is_idle
            demand = self._member(function, place, size)
            if not settled:
                return demand
            self._tuples[key] = demand
        return self._tuples[key]

    def shaped(self, way: Way) -> Demand | None:
        """What the company of a returned value asks of it: status, headers and body; or a body and a status."""
        if len(way.steps) != 1 or not self._witnesses.speaks_http or isinstance(way.steps[0][0], ast.Set):
            return None
        members = way.steps[0][0].elts
        index = way.index(0)
        if index == 0 and len(members) == MOST_MEMBERS and _is_headers(members[1]):
            return Demand("the headers beside it", safe=False)
        if index == 0 and len(members) == 2 and _is_document(members[1]):
            value = integer_of(members[0])
            if value in TELLING_STATUSES or value in _FIRST_OF_ANSWERS:
                return Demand("the body beside it", safe=False)
        if index == 1 and isinstance(members[0], ast.Call) and last_name(members[0].func) in BODY_MAKERS:
            return Demand("the body beside it", safe=False)
        return None

    # One value

    def _one(self, function: Definition) -> Demand | None:
        if function not in self._single:
            settled = self._meanings.is_idle
            witness = self._meanings.read(function.name) or self._meanings.results.of_function(function)
            witness = witness or self._wanted(function)
            demand = Demand(witness, safe=False) if witness else None
            if not settled:
                return demand
            self._single[function] = demand
        return self._single[function]

    def _wanted(self, function: Definition) -> str | None:
        """The witness that a caller takes the result for a status."""
        with self._meanings.asking("answer", function) as open_question:
            calls = self._meanings.signatures.calls_of(function, MOST_CALLS) if open_question else []
            demands = (self._place(call) for call in calls)
            return next((demand.witness for demand in demands if demand is not None), None)

    # A tuple

    def _member(self, function: Definition, place: int, size: int) -> Demand | None:
        """What stands at ``place`` of the tuples that a function returns."""
        results = self._meanings.results
        rows = [row for row in results.returned_tuples(function) if len(row.elts) > 1]
        known = {value for row in rows if (value := self._value(row.elts[place])) is not None}
        if not all(map(is_known_status, known)):
            return None
        if self._is_view(function) or not TELLING_STATUSES.isdisjoint(known):
            return Demand("the answer of a view", self._answers_flask(function))
        with self._meanings.asking("answer", function) as open_question:
            if not open_question:
                return None
            index = place % size
            witness = annotated_as_status(self._module, function.returns, (index,))
            witness = (
                witness or results.member_of_function(function, index, size) or self._unpacked(function, index, size)
            )
        return Demand(witness, safe=False) if witness else None

    def _unpacked(self, function: Definition, index: int, size: int) -> str | None:
        """The witness that a caller takes the tuple apart and has a status at ``index``."""
        for call in self._meanings.signatures.calls_of(function, MOST_CALLS):
            parent = self._module.parents.get(call)
            if isinstance(parent, ast.Await):
                parent = self._module.parents.get(parent)
            target = parent.targets[0] if isinstance(parent, ast.Assign) else None
            if isinstance(target, (ast.Tuple, ast.List)) and len(target.elts) == size:
                name = last_name(target.elts[index])
                witness = self._meanings.read(name) if name is not None else None
                if witness:
                    return witness
        return None

    def _answers_flask(self, function: Definition) -> bool:
        """Whether the view's answer goes to a framework that takes the status for an integer."""
        return any(
            self._package_of(decorator.func) in _FRAMEWORKS_WITH_TUPLES
            for decorator in function.decorator_list
            if isinstance(decorator, ast.Call)
        )

    def _value(self, node: ast.expr) -> int | None:
        value = integer_of(node)
        if value is None and (path := self._module.dotted(node)) is not None:
            return status_of(path)
        return value

    def _is_view(self, function: Definition) -> bool:
        for decorator in function.decorator_list:
            if last_name(decorator) in VIEW_DECORATORS:
                return True
        if isinstance(self._module.parents.get(function), ast.ClassDef):
            parts = set(words_of(function.name))
            return not VERBS.isdisjoint(parts) and parts <= VERBS | _AROUND_VERBS
        return False


def _is_document(node: ast.expr) -> bool:
    """Whether a member of an answer is a body that is written out: ``{"event_id": …}``."""
    return isinstance(node, ast.Dict) and bool(node.keys) and all(key and text_of(key) is not None for key in node.keys)


def _is_headers(node: ast.expr) -> bool:
    """Whether a member of an answer is a mapping of headers: one that is written out, or is called so."""
    if isinstance(node, ast.Dict):
        return all(key is None or text_of(key) is not None for key in node.keys)
    name = last_name(node)
    return name is not None and "headers" in words_of(name)
