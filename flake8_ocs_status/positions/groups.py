"""Numbers that tell by their company: nothing but statuses, several of which are hardly ever anything else."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from flake8_ocs_status.catalogue.constants import is_known_status
from flake8_ocs_status.positions.names import Reading, reading_of
from flake8_ocs_status.positions.places import Demand, Display, Way
from flake8_ocs_status.positions.witnesses import Witnesses, integer_of, last_name, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import COMMON_STATUSES, OPENAPI_KEYS, TELLING_STATUSES, VERBS

# So many different telling statuses among statuses are no accident.
ENOUGH_TELLING = 2
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
            return self._of_display(way.steps[0][0])
        return None

    def _of_mapping(self, mapping: ast.Dict, node: ast.AST, way: Way) -> Demand | None:
        if way.plural:
            return None
        if node in mapping.keys:
            value = mapping.values[mapping.keys.index(node)]
            if self._is_openapi(value) or self._are_statuses(mapping.keys):
                return Demand("the keys beside it", safe=False)
            return None
        keys = {text.lower() if (text := text_of(key)) is not None else None for key in mapping.keys if key is not None}
        verbs = {key for key in keys if key in VERBS}
        if len(verbs) > 1 and len(verbs) == len(keys) and all(self._is_status(value) for value in mapping.values):
            return Demand("the method that it answers", safe=False)
        return None

    def _of_display(self, display: Display) -> Demand | None:
        return Demand(WITNESS, safe=False) if self._are_statuses(display.elts) else None

    def _is_named_otherwise(self, parent: ast.AST) -> bool:
        """Whether what takes the numbers is said to be something else, or is of no kind that is known."""
        if isinstance(parent, ast.keyword):
            names = [parent.arg]
        elif isinstance(parent, ast.Assign):
            names = [last_name(parent.targets[0])]
        elif isinstance(parent, ast.AnnAssign):
            names = [last_name(parent.target)]
        elif isinstance(parent, ast.Call):
            # `sizes.extend([…])`
            owner = parent.func.value if isinstance(parent.func, ast.Attribute) else None
            names = [last_name(parent.func), last_name(owner) if owner is not None else None]
        else:
            return True
        return any(name and reading_of(name) is Reading.OTHER and "status" not in name.lower() for name in names)

    def _are_statuses(self, nodes: Iterable[ast.expr | None]) -> bool:
        """Whether the nodes are numbers that are statuses, and enough of them telling ones."""
        members = list(nodes)
        if len(members) > MOST_NUMBERS:
            return False
        values = {value for node in members if node is not None and (value := integer_of(node)) is not None}
        telling = values & TELLING_STATUSES
        return len(telling) >= ENOUGH_TELLING and values <= TELLING_STATUSES | COMMON_STATUSES

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
