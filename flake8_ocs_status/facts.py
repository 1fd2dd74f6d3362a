"""Everything that a rule may read about one file, each part worked out when it is first asked for."""

from __future__ import annotations

import ast
from functools import cached_property

from flake8_ocs_status.catalogue.project import lowest_python
from flake8_ocs_status.fate.callsites import Calls, CallSite
from flake8_ocs_status.positions.demands import Demands
from flake8_ocs_status.positions.literals import StatusPosition, status_positions_of
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.witnesses import Witnesses
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.settings import Settings


class Facts:
    """The facts about one file under one set of settings."""

    def __init__(self, module: Module, settings: Settings) -> None:
        self.module = module
        self.settings = settings

    @cached_property
    def python(self) -> tuple[int, int]:
        """The lowest Python that the file's project runs on."""
        return self.settings.python or lowest_python(self.module.path)

    @cached_property
    def calls(self) -> tuple[CallSite, ...]:
        """The calls to OCS, in the order of the source."""
        calls = Calls(self.module, judge_all=self.settings.scope == "all")
        return tuple(site for site in calls.sites if site.judged_matches)

    @cached_property
    def _witnesses(self) -> Witnesses:
        return Witnesses(self.module)

    @cached_property
    def _meanings(self) -> Meanings:
        return Meanings(self.module, self._witnesses)

    @cached_property
    def status_positions(self) -> tuple[StatusPosition, ...]:
        """The integers that mean a status, in the order of the source."""
        return status_positions_of(self.module, Demands(self.module, self._witnesses, self._meanings))


def facts_of(tree: ast.Module, lines: list[str], path: str, settings: Settings) -> Facts:
    """The facts about a parsed file. ``lines`` keep their line ends."""
    return Facts(Module(tree, lines, path), settings)
