"""What a place asks of the expression that stands in it: whether an HTTP status belongs there, and what says so."""

from __future__ import annotations

import ast
import re

from flake8_ocs_status.positions.annotations import Step, annotated_as_status
from flake8_ocs_status.positions.answers import Answers
from flake8_ocs_status.positions.arguments import Arguments
from flake8_ocs_status.positions.groups import Groups
from flake8_ocs_status.positions.mappings import Mappings
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.names import Reading, names_response, reading_of
from flake8_ocs_status.positions.patterns import matched_by
from flake8_ocs_status.positions.places import Demand, Way
from flake8_ocs_status.positions.signatures import Signature
from flake8_ocs_status.positions.uses import Uses
from flake8_ocs_status.positions.witnesses import Witnesses, last_name, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode, Scope, all_arguments, parameters_with_defaults
from flake8_ocs_status.transport.callees import (
    COMPARING_ASSERTIONS,
    FACTORY_KEYWORDS,
    FIELD_MAKERS,
    MATCHERS,
    ROW_DECORATORS,
)

# A signature or a chain of comparisons that is longer than this was written by a program.
MOST_MEMBERS = 64
_CONSTANT_NAME = re.compile(r"_*[A-Z][A-Z0-9_]*")
_COLLECTIONS = frozenset({"builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple"})
_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ENUMS = re.compile(r"(Int)?(Enum|Flag)")


class Demands:
    """The places of one module that ask for a status."""

    def __init__(self, module: Module, witnesses: Witnesses, meanings: Meanings) -> None:
        self._module = module
        self._witnesses = witnesses
        self._meanings = meanings
        self._uses = Uses(module)
        self._arguments = Arguments(module, witnesses, meanings, self._uses, self.parameter, self.on)
        self._mappings = Mappings(module, witnesses, meanings, self._uses, self.on, self._given)
        self._answers = Answers(module, witnesses, meanings, self._arguments.package_of, self.on)
        self._groups = Groups(module, witnesses)
        self._settled: dict[tuple[ast.AST, str, bool], Demand | None] = {}

    def on(self, node: ast.expr, *, collection: bool = False) -> Demand | None:
        """What the place of ``node`` asks for, None when that is no status.

        ``collection``: ``node`` stands for several statuses.
        """
        parents = self._module.parents
        current: ast.AST = node
        way = Way(collection=collection)
        while (parent := parents.get(current)) is not None:
            if isinstance(parent, (ast.Tuple, ast.List, ast.Set)):
                way = way.through(parent, current)
            elif not self._passes_through(parent, current):
                return self._asked_by(parent, current, way) or self._groups.around(parent, current, way)
            current = parent
        return None

    def _passes_through(self, parent: ast.AST, node: ast.AST) -> bool:
        """Whether the value of ``node`` is the value of its parent, or collected by it."""
        if isinstance(parent, ast.Call):
            if not parent.args or node is not parent.args[0]:
                return False
            if len(parent.args) > 1:
                return last_name(parent.func) in FIELD_MAKERS
            if last_name(parent.func) in FIELD_MAKERS:
                return True
            return self._module.dotted(parent.func) in _COLLECTIONS or last_name(parent.func) in MATCHERS
        if isinstance(parent, ast.IfExp):
            return node is not parent.test
        if isinstance(parent, ast.Lambda):
            # `field(default_factory=lambda: [429, 503])`
            keyword = self._module.parents.get(parent)
            return isinstance(keyword, ast.keyword) and keyword.arg in FACTORY_KEYWORDS
        if isinstance(parent, ast.BinOp):
            # `[200] + more` is a collection like its parts.
            return isinstance(parent.op, (ast.Add, ast.BitOr)) and isinstance(node, (ast.Tuple, ast.List, ast.Set))
        return isinstance(parent, (ast.BoolOp, ast.Starred, ast.Await))

    def _asked_by(self, parent: ast.AST, node: ast.AST, way: Way) -> Demand | None:
        if isinstance(parent, ast.Compare):
            return self._comparison(parent, node, way)
        if isinstance(parent, ast.BinOp):
            return self._taken_away(parent, node, way)
        if isinstance(parent, ast.keyword):
            return self._arguments.keyword(parent, way)
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
        if isinstance(parent, ast.AnnAssign) and node is parent.value:
            declared = annotated_as_status(self._module, parent.annotation, steps_of(way))
            return self._target(parent.target, way) or (Demand(declared, safe=False) if declared else None)
        if isinstance(parent, ast.NamedExpr) and node is parent.value:
            return self._target(parent.target, way)
        if isinstance(parent, ast.arguments):
            return self._default(parent, node, way.plural)
        if isinstance(parent, ast.Return):
            return self._answers.returned(parent, way)
        if isinstance(parent, ast.Lambda):
            return self._answers.shaped(way)
        if isinstance(parent, ast.Dict):
            return self._mappings.item(parent, node, way)
        if isinstance(parent, ast.Subscript) and node is parent.slice and not way.plural:
            return self._mappings.subscripted(parent.value)
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and node is parent.iter and way.plural:
            return self._target(parent.target, way.outer())
        return None

    # Comparisons

    def _comparison(self, comparison: ast.Compare, node: ast.AST, way: Way) -> Demand | None:
        if len(comparison.ops) > MOST_MEMBERS:
            return None
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
            if not way.plural:
                return meanings.status(other)
            member = way.member_of(other) if way.steps else None
            if member is not None:
                return meanings.status(member)
            # One status never equals several: that is another rule's.
            return None if meanings.is_number(other) else meanings.statuses(other)
        if isinstance(operator, (ast.In, ast.NotIn)):
            if on_left:
                return None if way.plural else meanings.statuses(other)
            if not way.plural:
                return None
            member = way.outer().member_of(other)
            return meanings.status(member) if member is not None else None
        if way.steps and isinstance(way.steps[0][0], ast.Set) and isinstance(operator, _ORDERS):
            # `set(statuses) <= {200, 204}`
            return meanings.flows.element(other)
        return None

    def _taken_away(self, operation: ast.BinOp, node: ast.AST, way: Way) -> Demand | None:
        """``statuses - {200, 204}``, ``statuses & {503}``: a set beside one of statuses."""
        if not isinstance(operation.op, (ast.Sub, ast.BitAnd, ast.BitXor)) or len(way.steps) != 1:
            return None
        if not isinstance(way.steps[0][0], ast.Set):
            return None
        witness = self._meanings.flows.element(operation.left if node is operation.right else operation.right)
        return Demand(witness, safe=True) if witness else None

    def _pattern(self, pattern: ast.MatchValue) -> Demand | None:
        matched = matched_by(pattern, self._module.parents)
        if matched is None:
            return None
        witness = self._meanings.read(matched) if isinstance(matched, str) else self._meanings.status(matched)
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

    def _given(self, target: ast.expr) -> Demand | None:
        """What a target asks of the one value that it is given."""
        return self._target(target, Way())

    def _attribute(self, target: ast.Attribute, way: Way) -> str | None:
        if target.attr in {"status", "code"} and names_response(last_name(target.value) or ""):
            return "an attribute of a response"
        return self._meanings.statuses(target) if way.plural else self._meanings.status(target)

    def _variable(self, target: ast.Name, way: Way) -> Demand | None:
        scope = self._module.scope_of(target)
        if not way.plural and self._is_definition(target, scope):
            return None
        owner = scope.owner_of(target.id)
        if owner is None:
            return None
        if len(way.steps) > 1:
            return self._rows(target.id, owner, way)
        demand = self._named(target.id, owner, target, plural=way.plural)
        if demand is not None and isinstance(scope.node, ast.ClassDef) and not way.plural:
            return Demand(demand.witness, safe=True)
        return demand

    def _rows(self, name: str, owner: Scope, way: Way) -> Demand | None:
        """What is asked of a value inside the rows of a table, by a loop over its name or a test that it feeds."""
        for use in self._uses.of(name, owner):
            parent = self._module.parents[use]
            demand = None
            if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and use is parent.iter:
                demand = self._target(parent.target, way.outer())
            elif isinstance(parent, ast.Call) and last_name(parent.func) in ROW_DECORATORS:
                demand = self._arguments.positional(parent, use, way)
            if demand is not None:
                return Demand(demand.witness, safe=False)
        return None

    def _named(self, name: str, owner: Scope, node: ast.AST, *, plural: bool) -> Demand | None:
        """What the readers of a variable or parameter ask for: its name tells, or one of its uses does."""
        key = (node, name, plural)
        if key in self._settled:
            return self._settled[key]
        settled = self._meanings.is_idle
        with self._meanings.asking("uses", node) as open_question:
            uses = self._uses.of(name, owner) if open_question else []
            if reading_of(name) is Reading.OTHER:
                # A name that says it is something else is believed, unless it is compared with a status.
                uses = list(filter(self._is_compared, uses))
            demands = [self.on(use, collection=plural) for use in uses]
        wanted = next(filter(None, demands), None)
        witness = self._meanings.read(name) or (wanted.witness if wanted else None)
        demand = None
        if witness is not None:
            demand = Demand(witness, bool(demands) and all(found is not None and found.safe for found in demands))
        if settled:
            # An answer from the middle of another question may have been cut short.
            self._settled[key] = demand
        return demand

    def _is_compared(self, use: ast.Name) -> bool:
        parent = self._module.parents.get(use)
        if isinstance(parent, ast.Call):
            return last_name(parent.func) in COMPARING_ASSERTIONS
        return isinstance(parent, ast.Compare)

    def _is_definition(self, target: ast.Name, scope: Scope) -> bool:
        """``NOT_FOUND = 404``, and the members of an enum."""
        if isinstance(scope.node, ast.ClassDef):
            return _CONSTANT_NAME.fullmatch(target.id) is not None or any(
                _ENUMS.search(last_name(base) or "") for base in scope.node.bases
            )
        return _CONSTANT_NAME.fullmatch(target.id) is not None

    # Parameters

    def parameter(self, signature: Signature, name: str, plural: bool) -> Demand | None:
        """What a parameter of a function or class of this module asks of its argument."""
        function = signature.function
        if function is None:
            witness = self._meanings.read(name) if name in signature.names else None
            return Demand(witness, safe=False) if witness else None
        return self._parameter(function, name, plural)

    def _parameter(self, function: FunctionNode, name: str, plural: bool) -> Demand | None:
        arguments = all_arguments(function.args)
        found = next((argument for argument in arguments if argument.arg == name), None)
        if found is None or len(arguments) > MOST_MEMBERS:
            return None
        demand = self._named(name, self._module.scope_of(function), found, plural=plural)
        if demand is None and not plural and (declared := annotated_as_status(self._module, found.annotation)):
            return Demand(declared, safe=False)
        return demand

    def _default(self, arguments: ast.arguments, node: ast.AST, plural: bool) -> Demand | None:
        function = self._module.parents[arguments]
        if len(arguments.posonlyargs) + len(arguments.args) + len(arguments.kwonlyargs) > MOST_MEMBERS:
            return None
        for argument, default in parameters_with_defaults(arguments):
            if default is node:
                return self._parameter(function, argument.arg, plural)  # type: ignore[arg-type]
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


def steps_of(way: Way) -> list[Step]:
    """The indexes that lead from the outermost display in to the expression."""
    return [way.index(step) or 0 for step in range(len(way.steps) - 1, -1, -1)]
