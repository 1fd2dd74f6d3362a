"""Where a variable is used, and which numbers are passed where: indexes over one module, built when asked for."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cached_property

from flake8_ocs_status.catalogue.constants import is_known_status
from flake8_ocs_status.positions.witnesses import integer_of, last_name
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import Scope
from flake8_ocs_status.transport.callees import TELLING_STATUSES

MOST_USES = 40


class Uses:
    """The uses of names and argument places in one module."""

    def __init__(self, module: Module) -> None:
        self._module = module

    @cached_property
    def _loads(self) -> dict[str, list[ast.Name]]:
        found: defaultdict[str, list[ast.Name]] = defaultdict(list)
        load = ast.Load
        for name in self._module.nodes(ast.Name):
            if type(name.ctx) is load:
                found[name.id].append(name)
        return found

    def of(self, name: str, owner: Scope) -> list[ast.Name]:
        """The places that read the variable ``name`` of the scope ``owner``; empty when there are too many to judge."""
        places = self._loads.get(name, ())
        if len(places) > MOST_USES:
            return []
        return [place for place in places if self._module.scope_of(place).owner_of(name) is owner]

    @cached_property
    def _passed(self) -> dict[tuple[str, int], set[int]]:
        """The integers that are passed to callees of a name, by position."""
        found: dict[tuple[str, int], set[int]] = {}
        for call in self._module.nodes(ast.Call):
            name = last_name(call.func)
            if name is None:
                continue
            for position, argument in enumerate(call.args):
                members = argument.elts if isinstance(argument, (ast.List, ast.Tuple, ast.Set)) else [argument]
                for member in members:
                    value = integer_of(member)
                    if value is not None:
                        found.setdefault((name, position), set()).add(value)
        return found

    @cached_property
    def _strange_places(self) -> frozenset[tuple[str, int]]:
        return frozenset(place for place, values in self._passed.items() if not all(map(is_known_status, values)))

    def passes_only_statuses(self, name: str, position: int) -> bool:
        """Whether every integer that callees of this name get at this position is a status."""
        return (name, position) not in self._strange_places

    def passes_telling_statuses(self, name: str, position: int) -> bool:
        """As :meth:`passes_only_statuses`, and one of them is hardly ever anything but a status."""
        telling = not TELLING_STATUSES.isdisjoint(self._passed.get((name, position), ()))
        return telling and self.passes_only_statuses(name, position)
