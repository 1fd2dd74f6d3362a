"""What a call asks of its arguments."""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_ocs_status.positions.callees import ASSERTING_VERBS, EQUALITIES, Callees
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.names import Reading, reading_of, words_of
from flake8_ocs_status.positions.places import Demand, Way
from flake8_ocs_status.positions.signatures import Signature
from flake8_ocs_status.positions.uses import Uses
from flake8_ocs_status.positions.witnesses import Witnesses, integer_of, last_name, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import (
    ASSERTED_POSITIONS,
    BODY_MAKERS,
    CALLEES_THAT_SHOW,
    CHAIN_ENDS,
    CHAIN_STARTS,
    COMPARING_ASSERTIONS,
    CONTAINMENT_ASSERTIONS,
    DEFAULT_POSITIONS,
    ERROR_CALLEE_WORDS,
    MEMBER_METHODS,
    MEMBERS_METHODS,
    METHODS_THAT_SEND,
    ORDER_ASSERTIONS,
    PACKAGES_WITH_STATUS_KEYWORD,
    PASSED_ON_KEYWORDS,
    POSITION_BY_NAME,
    POSITION_BY_PATH,
    RESPONSE_CALLEE_WORDS,
    ROW_DECORATORS,
    STATUS_KEYWORDS,
    TELLING_STATUSES,
)

# A call with more arguments than this is data.
MOST_ARGUMENTS = 64
_KNOWN_PACKAGES = PACKAGES_WITH_STATUS_KEYWORD | {"unittest", "types"}
# Callees that take the name of a value, and then the value.
_BY_KEY = frozenset(
    {"get", "getattr", "object", "pop", "set_attribute", "set_data", "set_tag", "setattr", "setdefault"}
)


class Arguments:
    """The demands that calls make on their arguments."""

    def __init__(
        self,
        module: Module,
        witnesses: Witnesses,
        meanings: Meanings,
        uses: Uses,
        parameter: Callable[[Signature, str, bool], Demand | None],
        place: Callable[[ast.expr], Demand | None],
    ) -> None:
        """``parameter`` tells what a parameter of a function asks for, one status or several, and ``place`` what the
        place of an expression does."""
        self._module = module
        self._witnesses = witnesses
        self._meanings = meanings
        self._uses = uses
        self._parameter = parameter
        self._place = place
        self._signatures = meanings.signatures
        self._callees = Callees(module, witnesses, uses)

    # By keyword

    def keyword(self, keyword: ast.keyword, way: Way) -> Demand | None:
        """What the keyword asks of its value."""
        name = keyword.arg
        call = self._module.parents[keyword]
        if name is None:
            return None
        reading = reading_of(name)
        if not isinstance(call, ast.Call):
            return Demand(f"the keyword {name}", safe=False) if reading is Reading.CERTAIN else None
        if name == "code" and last_name(call.func) in BODY_MAKERS:
            # In a body that is made up here it is mostly the vendor's own.
            return None
        package = self.package_of(call.func)
        if reading is Reading.CERTAIN or (name in STATUS_KEYWORDS and package in PACKAGES_WITH_STATUS_KEYWORD):
            return Demand(f"the keyword {name}", self._keeps(call, name, way))
        signature = self._signatures.of(call)
        if signature is not None:
            demand = self._parameter(signature, name, way.plural)
            if demand is not None:
                return demand
        if name in PASSED_ON_KEYWORDS:
            return self._passed_on(call, name)
        if reading is Reading.PERHAPS and self._is_supported(call, keyword, way):
            return Demand(f"the keyword {name}", safe=False)
        return self._callees.by_keyword(call, name, way)

    def _passed_on(self, call: ast.Call, name: str) -> Demand | None:
        """``status_code = Field(default=200)``, ``reply.getcode = Mock(return_value=404)``: what the call gives."""
        demand = self._place(call)
        if demand is None and name == "default":
            # `add_argument("--status-code", default=200)`
            options = filter(None, map(text_of, call.args))
            witness = next(filter(None, map(self._meanings.read, options)), None)
            return Demand(witness, safe=False) if witness else None
        return Demand(demand.witness, safe=False) if demand is not None else None

    def _is_supported(self, call: ast.Call, keyword: ast.keyword, way: Way) -> bool:
        name = keyword.arg
        if name is None or not self._witnesses.supports(name):
            return False
        if way.collects_statuses or integer_of(keyword.value) in TELLING_STATUSES:
            return True
        callee = last_name(call.func)
        if name == "status" or callee is None:
            return callee is not None
        return not (RESPONSE_CALLEE_WORDS | ERROR_CALLEE_WORDS).isdisjoint(words_of(callee))

    def package_of(self, function: ast.expr) -> str | None:
        """The package that a callee comes from: by import, or because its object was made by that package."""
        path = self._module.dotted(function)
        root = function
        while path is None and isinstance(root, ast.Attribute):
            root = root.value
        if path is None and isinstance(root, ast.Name):
            bindings = self._module.scope_of(root).lookup(root.id)
            if len(bindings) == 1 and isinstance(bindings[0].value, ast.Call):
                path = self._module.dotted(bindings[0].value.func)
        return path.partition(".")[0] if path is not None else None

    def _keeps(self, call: ast.Call, name: str, way: Way) -> bool:
        """Whether the callee is known to use the status as a number."""
        if self.package_of(call.func) in _KNOWN_PACKAGES:
            return self._module.dotted(call.func) not in CALLEES_THAT_SHOW
        signature = self._signatures.of(call)
        demand = self._parameter(signature, name, way.plural) if signature is not None else None
        return demand is not None and demand.safe

    # By position

    def positional(self, call: ast.Call, node: ast.AST, way: Way) -> Demand | None:
        """What the call asks of the positional argument ``node``, or of what stands inside it on ``way``."""
        position = self._position(call, node)
        name = last_name(call.func)
        if position is None or name is None or isinstance(node, ast.Starred):
            return None
        if isinstance(node, ast.Constant) and self._module.dotted(call.func) == "http.HTTPStatus":
            # The constant is made on the spot.
            return None
        if name in METHODS_THAT_SEND and self._witnesses.hands_to_processes:
            # Nothing but a number does there.
            return None
        if name in COMPARING_ASSERTIONS or name in CONTAINMENT_ASSERTIONS:
            return self._assertion(call, name, position, way)
        if name in CHAIN_ENDS and (subject := self._chained(call.func)) is not None:
            witness = self._meanings.status(subject)
            return Demand(witness, safe=True) if witness else None
        if name in ORDER_ASSERTIONS:
            return None
        if name in ROW_DECORATORS:
            return self._row(call, name, position, way)
        return (
            self._by_table(call, name, position, way)
            or self._named_before(call, name, position)
            or self._by_default(call, name, position, way)
            or self._collected(call, name, position, way)
            or self._by_parameter(call, position, way)
            or self._beside_status(call, name, position, way)
            or self._callees.by_name(call, name, node, position)
        )

    def _position(self, call: ast.Call, node: ast.AST) -> int | None:
        if len(call.args) > MOST_ARGUMENTS:
            return None
        return next((index for index, argument in enumerate(call.args) if argument is node), None)

    def _assertion(self, call: ast.Call, name: str, position: int, way: Way) -> Demand | None:
        if position > 1 or len(call.args) < 2:
            return None
        other = call.args[1 - position]
        meanings = self._meanings
        if name in CONTAINMENT_ASSERTIONS:
            witness = meanings.statuses(other) if position == 0 else meanings.status(other)
        elif not way.plural:
            witness = meanings.status(other)
        else:
            member = way.member_of(other) if way.steps else None
            witness = meanings.status(member) if member is not None else meanings.statuses(other)
        return Demand(witness, safe=True) if witness else None

    def _chained(self, function: ast.expr) -> ast.expr | None:
        """What a chain speaks of: ``x`` of ``expect(x).to.equal`` and of ``x.should.equal``."""
        while isinstance(function, ast.Attribute):
            if function.attr in {"should", "should_not"}:
                return function.value
            function = function.value
        if isinstance(function, ast.Call) and last_name(function.func) in CHAIN_STARTS and len(function.args) == 1:
            return function.args[0]
        return None

    def _by_table(self, call: ast.Call, name: str, position: int, way: Way) -> Demand | None:
        path = self._module.dotted(call.func)
        if way.plural:
            return None
        if path is not None and POSITION_BY_PATH.get(path) == position:
            return Demand(f"the argument of {name}()", safe=path not in CALLEES_THAT_SHOW)
        if POSITION_BY_NAME.get(name) == position and self._witnesses.speaks_http:
            return Demand(f"the argument of {name}()", safe=name not in METHODS_THAT_SEND)
        if position in ASSERTED_POSITIONS.get(name, ()):
            return Demand(f"the argument of {name}()", safe=True)
        return None

    def _by_default(self, call: ast.Call, name: str, position: int, way: Way) -> Demand | None:
        """``status_code = STATUSES.get(error, 500)``: what stands where the result goes."""
        if way.plural or DEFAULT_POSITIONS.get(name) != position:
            return None
        demand = self._place(call)
        return Demand(demand.witness, safe=False) if demand is not None else None

    def _collected(self, call: ast.Call, name: str, position: int, way: Way) -> Demand | None:
        """``statuses.append(503)``, ``[r.status_code for r in replies].count(200)``."""
        if position or not isinstance(call.func, ast.Attribute):
            return None
        if name not in (MEMBERS_METHODS if way.plural else MEMBER_METHODS):
            return None
        witness = self._meanings.statuses(call.func.value)
        return Demand(witness, safe=True) if witness else None

    def _named_before(self, call: ast.Call, name: str, position: int) -> Demand | None:
        """``getattr(e, "status_code", 500)``, ``setattr(…)``, ``data.get("status_code", 200)``, ``patch.object(…)``."""
        key = text_of(call.args[position - 1]) if position and name in _BY_KEY else None
        if key is None:
            return None
        witness = self._meanings.read(key)
        return Demand(witness, safe=False) if witness else None

    def _by_parameter(self, call: ast.Call, position: int, way: Way) -> Demand | None:
        signature = self._signatures.of(call)
        if signature is None or any(isinstance(argument, ast.Starred) for argument in call.args[:position]):
            return None
        name = signature.name_at(position)
        if name is None and signature.rest is not None and not way.plural:
            return self._parameter(signature, signature.rest, True)
        return self._parameter(signature, name, way.plural) if name is not None else None

    def _beside_status(self, call: ast.Call, name: str, position: int, way: Way) -> Demand | None:
        """``assert_same(response.status_code, 404)``: a helper that checks gets a status and a number."""
        if not words_of(name) or words_of(name)[0] not in ASSERTING_VERBS | EQUALITIES or position > 1:
            return None
        for other in call.args[:2]:
            if other is not call.args[position]:
                witness = self._meanings.status(other)
                if witness:
                    return Demand(witness, safe=True)
        return None

    # Rows of values for a test

    def _row(self, call: ast.Call, name: str, position: int, way: Way) -> Demand | None:
        names = self._row_names(call, name)
        if names is None:
            return None
        if len(names) == 1:
            wanted = names[0]
        else:
            # The rows are the members of a list, or of the arguments themselves; the values are the members of a row.
            depth = len(way.steps) - (2 if name in {"parametrize", "expand", "parameterized"} else 1)
            if depth < 0 or (index := way.index(depth)) is None or index >= len(names):
                return None
            wanted = names[index]
        decorated = self._module.parents.get(call)
        if isinstance(decorated, (ast.FunctionDef, ast.AsyncFunctionDef)):
            demand = self._parameter(Signature(decorated, (wanted,)), wanted, False)
            if demand is not None:
                return Demand(demand.witness, safe=False)
        witness = self._meanings.read(wanted)
        return Demand(witness, safe=False) if witness else None

    def _row_names(self, call: ast.Call, name: str) -> list[str] | None:
        if name == "parametrize":
            if not call.args:
                return None
            names = call.args[0]
            text = text_of(names)
            if text is not None:
                return [part.strip() for part in text.split(",")]
            if isinstance(names, (ast.Tuple, ast.List)):
                return [text_of(part) or "" for part in names.elts]
            return None
        decorated = self._module.parents.get(call)
        if not isinstance(decorated, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        names_of_test = [argument.arg for argument in decorated.args.args]
        if names_of_test[:1] == ["self"]:
            names_of_test = names_of_test[1:]
        return names_of_test or None
