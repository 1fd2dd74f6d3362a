"""Everything that a rule may read about one file, each part worked out when it is first asked for."""

from __future__ import annotations

import ast

from flake8_ocs_status.program.module import Module
from flake8_ocs_status.settings import Settings


class Facts:
    """The facts about one file under one set of settings."""

    def __init__(self, module: Module, settings: Settings) -> None:
        self.module = module
        self.settings = settings


def facts_of(tree: ast.Module, lines: list[str], path: str, settings: Settings) -> Facts:
    """The facts about a parsed file. ``lines`` keep their line ends."""
    return Facts(Module(tree, lines, path), settings)
