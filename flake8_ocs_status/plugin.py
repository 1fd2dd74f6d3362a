"""The flake8 door."""

from __future__ import annotations

import argparse
import ast
import functools
import gc
from collections.abc import Iterator
from importlib.metadata import version
from typing import ClassVar

from flake8.options.manager import OptionManager

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.rules import all_rules
from flake8_ocs_status.settings import Settings, add_options, settings_from


class Plugin:
    """What flake8 instantiates once for each file."""

    name = "flake8-ocs-status"
    version = version("flake8-ocs-status")
    _settings: ClassVar[Settings] = Settings()
    _codes: ClassVar[frozenset[str] | None] = None

    def __init__(self, tree: ast.Module, lines: list[str], filename: str) -> None:
        self._tree = tree
        self._lines = lines
        self._filename = filename

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Register the ``--ocs-…`` options, and hide the opt-in rules until somebody asks for them."""
        add_options(manager)
        manager.extend_default_ignore([rule.code for rule in all_rules() if not rule.on])

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Read the settings once for the process."""
        cls._settings = settings_from(options)
        hidden = hide_opt_in_rules(options)
        cls._codes = frozenset(rule.code for rule in all_rules()).difference(hidden)
        freeze_what_is_loaded()

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """The findings as flake8 wants them: line from 1, column from 0, text, and who says it."""
        for finding in findings_of(self._tree, self._lines, self._filename, self._settings, self._codes):
            yield finding.line, finding.column, f"{finding.code} {finding.message}", type(self)


@functools.cache
def freeze_what_is_loaded() -> None:
    """Take what flake8 and its plugins have loaded out of the collector's sight, once for the process.

    It stays to the end anyway. The collector would look through all of it more than a hundred times in a thousand
    files, and a worker that it runs in would copy it page by page. ``gc.get_freeze_count()`` cannot tell whether that
    was done: some interpreters (CPython 3.12) start with a few frozen objects.
    """
    gc.freeze()


def hide_opt_in_rules(options: argparse.Namespace) -> list[str]:
    """Add the opt-in rules that nobody asked for to flake8's ``extend_ignore``; gives their codes.

    ``select = E,F,OCS`` asks for the plugin, not for its opt-in rules: ``OCS4`` or ``OCS401`` asks for those, and so
    does anything in ``extend-select``. To flake8 any explicit choice outweighs a rule that is only hidden by default,
    so these are ignored explicitly.
    """
    selected = [prefix for prefix in options.select or () if len(prefix) > len("OCS")]
    asked_for = (*selected, *(options.extend_select or ()))
    hidden = [rule.code for rule in all_rules() if not rule.on and not rule.code.startswith(asked_for)]
    options.extend_ignore = [*(options.extend_ignore or ()), *hidden]
    return hidden
