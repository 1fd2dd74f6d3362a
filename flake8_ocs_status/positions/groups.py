"""Numbers that tell by their company: nothing but statuses, several of which are hardly ever anything else."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from flake8_ocs_status.catalogue.constants import is_known_status
from flake8_ocs_status.positions.names import Reading, reading_of, reading_of_callee
from flake8_ocs_status.positions.places import Demand, Display, Way
from flake8_ocs_status.positions.witnesses import Witnesses, integer_of, last_name, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import (
    COMMON_STATUSES,
    GENERAL_ERRORS,
    MEMBERS_METHODS,
    OPENAPI_KEYS,
    TELLING_STATUSES,
    VERBS,
)

# So many different telling statuses among statuses are no accident.
ENOUGH_TELLING = 2
# Values of a mapping are anything more often than the members of a collection.
MANY_TELLING = 4
WITNESS = "the statuses beside it"
# A longer collection is a table of anything.
MOST_NUMBERS = 40


class Groups:
    """The demands that the numbers beside a number make, in a module that speaks HTTP."""

    def __init__(self, module: Module, witnesses: Witnesses) -> None:
        self._module = module
        self._witnesses = witnesses

    def around(self, parent: ast.AST, node: ast.AST, way: Way) -> Demand | None:
        """What the company of a number asks of it: ``parent`` holds ``node``, which is it or holds it on ``way``."""
        if way.collection or not self._witnesses.speaks_http:
            return None
        if isinstance(parent, ast.Dict):
            return self._of_mapping(parent, node, way)
        if len(way.steps) == 1 and not self._is_named_otherwise(parent):
            return self._of_display(way.steps[0][0], isinstance(parent, ast.Call))
        return None

    def _of_mapping(self, mapping: ast.Dict, node: ast.AST, way: Way) -> Demand | None:
        if way.plural:
            return None
        if node in mapping.keys:
            value = mapping.values[mapping.keys.index(node)]
            if self._is_openapi(value) or self._are_statuses(mapping.keys):
                return Demand("the keys beside it", safe=False)
            return None
        parents = self._module.parents
        keys = {text.lower() if (text := text_of(key)) is not None else None for key in mapping.keys if key is not None}
        verbs = {key for key in keys if key in VERBS}
        if len(verbs) > 1 and len(verbs) == len(keys) and all(self._is_status(value) for value in mapping.values):
            return Demand("the method that it answers", safe=False)
        if not self._is_named_otherwise(parents.get(mapping)) and self._are_statuses(mapping.values, MANY_TELLING):
            return Demand("the values beside it", safe=False)
        return None

    def _of_display(self, display: Display, passed: bool) -> Demand | None:
        """What the members of a display ask of each other; of one that is passed to anybody, the first codes too."""
        if passed and not any(integer_of(member) in {200, *GENERAL_ERRORS} for member in display.elts):
            return None
        return Demand(WITNESS, safe=False) if self._are_statuses(display.elts) else None

    def _is_named_otherwise(self, parent: ast.AST | None) -> bool:
        """Whether what takes the numbers is said to be something else, or is of no kind that is known."""
        if isinstance(parent, ast.keyword):
            names = [parent.arg]
        elif isinstance(parent, ast.Assign):
            names = [last_name(parent.targets[0])]
        elif isinstance(parent, ast.AnnAssign):
            names = [last_name(parent.target)]
        elif isinstance(parent, ast.Call):
            name = last_name(parent.func)
            if name is None or reading_of_callee(name) is Reading.OTHER:
                return name is not None
            # `sizes.extend([…])`
            fills = isinstance(parent.func, ast.Attribute) and name in MEMBERS_METHODS
            names = [last_name(parent.func.value)] if fills and isinstance(parent.func, ast.Attribute) else []
        else:
            return not isinstance(parent, ast.Return)
        return any(name and reading_of(name) is Reading.OTHER and "status" not in name.lower() for name in names)

    def _are_statuses(self, nodes: Iterable[ast.expr | None], enough: int = ENOUGH_TELLING) -> bool:
        """Whether the nodes are numbers that are statuses, and enough of them telling ones."""
        members = list(nodes)
        if len(members) > MOST_NUMBERS:
            return False
        values = {value for node in members if node is not None and (value := integer_of(node)) is not None}
        telling = values & TELLING_STATUSES
        return len(telling) >= enough and values <= TELLING_STATUSES | COMMON_STATUSES

    @staticmethod
    def _is_status(node: ast.expr) -> bool:
        value = integer_of(node)
        return value is None or is_known_status(value)

    @staticmethod
    def _is_openapi(value: ast.expr) -> bool:
        """Whether a mapping describes a response: ``{"description": …, "model": …}``."""
        if not isinstance(value, ast.Dict):
            return False
        keys = {text_of(key) for key in value.keys if key is not None}
        return bool(keys) and not keys.isdisjoint(OPENAPI_KEYS)
