"""What a place asks of the expression that stands in it: whether an HTTP status belongs there, and what says so."""

from __future__ import annotations

import ast
import re

from flake8_ocs_status.catalogue.constants import is_known_status, status_of
from flake8_ocs_status.positions.arguments import Arguments
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.names import Reading, names_response, reading_of, words_of
from flake8_ocs_status.positions.places import Demand, Way
from flake8_ocs_status.positions.uses import Uses
from flake8_ocs_status.positions.witnesses import Witnesses, integer_of, last_name, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode, Scope
from flake8_ocs_status.transport.callees import TELLING_STATUSES

_CONSTANT_NAME = re.compile(r"_*[A-Z][A-Z0-9_]*")
_COLLECTIONS = frozenset({"builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple"})
_VIEW_DECORATORS = frozenset(
    {"route", "get", "post", "put", "patch", "delete", "head", "options", "errorhandler", "app_errorhandler", "expect"}
)
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ENUMS = re.compile(r"(Int)?(Enum|Flag)")


class Demands:
    """The places of one module that ask for a status."""

    def __init__(self, module: Module, witnesses: Witnesses, meanings: Meanings) -> None:
        self._module = module
        self._witnesses = witnesses
        self._meanings = meanings
        self._uses = Uses(module)
        self._arguments = Arguments(module, witnesses, meanings, self._uses, self.parameter)

    def on(self, node: ast.expr) -> Demand | None:
        """What the place of ``node`` asks for, None when that is no status."""
        parents = self._module.parents
        current: ast.AST = node
        way = Way()
        while (parent := parents.get(current)) is not None:
            if isinstance(parent, (ast.Tuple, ast.List, ast.Set)):
                way = way.through(parent, current)
            elif not self._passes_through(parent, current):
                return self._asked_by(parent, current, way)
            current = parent
        return None

    def _passes_through(self, parent: ast.AST, node: ast.AST) -> bool:
        """Whether the value of ``node`` is the value of its parent, or collected by it."""
        if isinstance(parent, ast.Call):
            return len(parent.args) == 1 and node is parent.args[0] and self._module.dotted(parent.func) in _COLLECTIONS
        if isinstance(parent, ast.IfExp):
            return node is not parent.test
        return isinstance(parent, (ast.BoolOp, ast.Starred, ast.Await))

    def _asked_by(self, parent: ast.AST, node: ast.AST, way: Way) -> Demand | None:
        if isinstance(parent, ast.Compare):
            return self._comparison(parent, node, way)
        if isinstance(parent, ast.keyword):
            return self._arguments.keyword(parent)
        if isinstance(parent, ast.Call):
            if self._is_pytest_row(parent):
                return self._row(parent, node)
            return self._arguments.positional(parent, node, way)
        if isinstance(parent, ast.MatchValue):
            return self._pattern(parent)
        if isinstance(parent, ast.Assign):
            for target in parent.targets:
                demand = self._target(target, way)
                if demand is not None:
                    return demand
            return None
        if isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and node is parent.value:
            return self._target(parent.target, way)
        if isinstance(parent, ast.arguments):
            return self._default(parent, node)
        if isinstance(parent, ast.Return):
            return self._returned(parent, way)
        if isinstance(parent, ast.Lambda):
            return None
        if isinstance(parent, ast.Dict):
            return self._item(parent, node, way)
        if isinstance(parent, ast.Subscript) and node is parent.slice and not way.steps:
            return self._mapping(parent.value)
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and node is parent.iter and way.steps:
            return self._target(parent.target, Way(way.steps[:-1]))
        return None

    # Comparisons

    def _comparison(self, comparison: ast.Compare, node: ast.AST, way: Way) -> Demand | None:
        operands = [comparison.left, *comparison.comparators]
        for index, operator in enumerate(comparison.ops):
            left, right = operands[index], operands[index + 1]
            if node is left:
                witness = self._compared(operator, right, way, on_left=True)
            elif node is right:
                witness = self._compared(operator, left, way, on_left=False)
            else:
                continue
            if witness:
                return Demand(witness, safe=True)
        return None

    def _compared(self, operator: ast.cmpop, other: ast.expr, way: Way, *, on_left: bool) -> str | None:
        meanings = self._meanings
        if isinstance(operator, (ast.Eq, ast.NotEq)):
            if not way.steps:
                return meanings.status(other)
            member = way.member_of(other)
            if member is not None:
                return meanings.status(member)
            # One status never equals several: that is another rule's.
            return None if meanings.is_number(other) else meanings.statuses(other)
        if isinstance(operator, (ast.In, ast.NotIn)):
            if on_left:
                return None if way.steps else meanings.statuses(other)
            if not way.steps:
                return None
            member = Way(way.steps[:-1]).member_of(other)
            return meanings.status(member) if member is not None else None
        return None

    def _pattern(self, pattern: ast.MatchValue) -> Demand | None:
        node: ast.AST = pattern
        parents = self._module.parents
        while isinstance(parents[node], (ast.MatchOr, ast.MatchAs)):
            node = parents[node]
        case = parents[node]
        if isinstance(case, ast.MatchClass) and node in case.kwd_patterns:
            witness = self._meanings.read(case.kwd_attrs[case.kwd_patterns.index(node)])
        elif isinstance(case, ast.match_case):
            match = parents[case]
            assert isinstance(match, ast.Match)
            witness = self._meanings.status(match.subject)
        else:
            return None
        return Demand(witness, safe=True) if witness else None

    # Names and attributes that are given a value

    def _target(self, target: ast.expr, way: Way) -> Demand | None:
        if isinstance(target, (ast.Tuple, ast.List)):
            member = way.member_of(target)
            return self._target(member, Way()) if member is not None and way.steps else None
        if isinstance(target, ast.Name):
            return self._variable(target, way)
        if isinstance(target, ast.Attribute):
            witness = self._attribute(target, way)
            return Demand(witness, safe=True) if witness else None
        if isinstance(target, ast.Subscript):
            key = text_of(target.slice)
            witness = self._meanings.read(key) if key is not None else None
            return Demand(witness, safe=False) if witness else None
        return None

    def _attribute(self, target: ast.Attribute, way: Way) -> str | None:
        if target.attr in {"status", "code"} and names_response(last_name(target.value) or ""):
            return "an attribute of a response"
        return self._meanings.status(target) if not way.steps else self._meanings.statuses(target)

    def _variable(self, target: ast.Name, way: Way) -> Demand | None:
        scope = self._module.scope_of(target)
        if not way.steps and (self._is_definition(target, scope) or reading_of(target.id) is Reading.OTHER):
            return None
        owner = scope.owner_of(target.id)
        uses = self._uses.of(target.id, owner) if owner is not None else []
        with self._meanings.asking("uses", target) as open_question:
            demands = [self.on(use) for use in uses] if open_question else []
        wanted = next(filter(None, demands), None)
        witness = self._meanings.read(target.id) or (wanted.witness if wanted else None)
        if witness is None:
            return None
        attribute = isinstance(scope.node, ast.ClassDef)
        safe = attribute or (bool(demands) and all(demand is not None and demand.safe for demand in demands))
        return Demand(witness, safe)

    def _is_definition(self, target: ast.Name, scope: Scope) -> bool:
        """``NOT_FOUND = 404``, and the members of an enum."""
        if isinstance(scope.node, ast.ClassDef):
            return _CONSTANT_NAME.fullmatch(target.id) is not None or any(
                _ENUMS.search(last_name(base) or "") for base in scope.node.bases
            )
        return _CONSTANT_NAME.fullmatch(target.id) is not None

    # Parameters

    def parameter(self, function: FunctionNode, name: str) -> Demand | None:
        """What a parameter of a function of this module asks of its argument."""
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        found = next((argument for argument in arguments if argument.arg == name), None)
        if found is None or reading_of(name) is Reading.OTHER:
            return None
        scope = self._module.scope_of(function)
        with self._meanings.asking("uses", found) as open_question:
            demands = [self.on(use) for use in self._uses.of(name, scope)] if open_question else []
        wanted = next(filter(None, demands), None)
        witness = self._meanings.read(name) or (wanted.witness if wanted else None)
        if witness is None:
            return None
        return Demand(witness, bool(demands) and all(demand is not None and demand.safe for demand in demands))

    def _default(self, arguments: ast.arguments, node: ast.AST) -> Demand | None:
        function = self._module.parents[arguments]
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for argument, default in pairs:
            if default is node:
                return self.parameter(function, argument.arg)  # type: ignore[arg-type]
        return None

    # Returned values

    def _returned(self, statement: ast.Return, way: Way) -> Demand | None:
        function = self._uses.function_around(statement)
        if function is None or isinstance(function, ast.Lambda):
            return None
        if not way.steps:
            witness = self._meanings.read(function.name)
            return Demand(witness, safe=False) if witness else None
        index = way.index(0)
        if len(way.steps) != 1 or not isinstance(way.steps[0][0], ast.Tuple) or index is None:
            return None
        size = len(way.steps[0][0].elts)
        if index not in (0, 1, size - 1) or size > 3 or not self._witnesses.speaks_http:
            return None
        place = 0 if index == 0 else -1 if index == size - 1 else index
        values = [self._value(row.elts[place]) for row in self._uses.returned_tuples(function) if len(row.elts) > 1]
        known = [value for value in values if value is not None]
        if not all(map(is_known_status, known)):
            return None
        if self._is_view(function) or not TELLING_STATUSES.isdisjoint(known):
            return Demand("the answer of a view", safe=False)
        return None

    def _value(self, node: ast.expr) -> int | None:
        value = integer_of(node)
        if value is None and (path := self._module.dotted(node)) is not None:
            return status_of(path)
        return value

    def _is_view(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        for decorator in function.decorator_list:
            if last_name(decorator) in _VIEW_DECORATORS:
                return True
        if isinstance(self._module.parents.get(function), ast.ClassDef):
            return not _VERBS.isdisjoint(words_of(function.name))
        return False

    # Mappings

    def _item(self, mapping: ast.Dict, node: ast.AST, way: Way) -> Demand | None:
        for key, value in zip(mapping.keys, mapping.values, strict=True):
            if value is node and key is not None:
                text = text_of(key)
                witness = self._meanings.read(text) if text is not None else None
                return Demand(witness, safe=False) if witness else None
            if key is node and not way.steps:
                return self._keyed(mapping)
        return None

    def _keyed(self, mapping: ast.Dict) -> Demand | None:
        """What the keys of a mapping are, by the name that it gets."""
        parent = self._module.parents.get(mapping)
        name = None
        if isinstance(parent, ast.keyword):
            name = parent.arg
        elif isinstance(parent, ast.Assign):
            name = last_name(parent.targets[0])
        elif isinstance(parent, ast.AnnAssign):
            name = last_name(parent.target)
        if name is None or not all(self._is_status_key(key) for key in mapping.keys):
            return None
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            demand = self._indexed(parent.targets[0])
            if demand is not None:
                return demand
        if self._names_responses(name):
            return Demand(f"the keys of {name}", safe=False)
        return None

    def _is_status_key(self, key: ast.expr | None) -> bool:
        value = integer_of(key) if key is not None else None
        return value is None or is_known_status(value)

    def _names_responses(self, name: str) -> bool:
        if name == "responses" or reading_of(name) is Reading.CERTAIN:
            return self._witnesses.speaks_http
        return self._meanings.read(name) is not None

    def _indexed(self, target: ast.Name) -> Demand | None:
        """Whether the mapping is looked up by a status anywhere."""
        owner = self._module.scope_of(target).owner_of(target.id)
        for use in self._uses.of(target.id, owner) if owner is not None else []:
            parent = self._module.parents.get(use)
            key: ast.expr | None = None
            if isinstance(parent, ast.Subscript) and parent.value is use:
                key = parent.slice
            elif isinstance(parent, ast.Attribute) and parent.attr == "get":
                call = self._module.parents.get(parent)
                key = call.args[0] if isinstance(call, ast.Call) and call.args else None
            elif isinstance(parent, ast.Compare) and use in parent.comparators:
                key = parent.left
            witness = self._meanings.status(key) if key is not None else None
            if witness:
                return Demand(witness, safe=False)
        return None

    def _mapping(self, mapping: ast.expr) -> Demand | None:
        name = last_name(mapping)
        if name is not None and name == "responses" and self._witnesses.speaks_http:
            return Demand(f"the keys of {name}", safe=True)
        return None

    # Rows of values for a test

    def _is_pytest_row(self, call: ast.Call) -> bool:
        return last_name(call.func) == "param" and isinstance(call.func, ast.Attribute)

    def _row(self, call: ast.Call, node: ast.AST) -> Demand | None:
        rows = self._module.parents.get(call)
        decorator = self._module.parents.get(rows) if isinstance(rows, (ast.List, ast.Tuple)) else None
        if not isinstance(decorator, ast.Call) or not isinstance(rows, (ast.List, ast.Tuple)):
            return None
        display = ast.Tuple(elts=call.args, ctx=ast.Load())
        return self._arguments.positional(decorator, rows, Way(((display, node), (rows, call))))
