"""What a rule is, and how the rules are found."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import flake8_ocs_status.rules
from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding

RULE_MODULE = re.compile(r"ocs\d{3}")

Check = Callable[[Facts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    ``check`` reads facts about a file and yields findings with this rule's code. ``on`` tells whether flake8 shows
    it without being asked. ``fixes`` is ``"safe"``, ``"unsafe"`` or None.
    """

    code: str
    name: str
    summary: str
    check: Check
    on: bool = True
    fixes: str | None = None


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the codes."""
    package = flake8_ocs_status.rules
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__) if RULE_MODULE.fullmatch(found.name))
    return tuple(importlib.import_module(f"{package.__name__}.{name}").RULE for name in names)
