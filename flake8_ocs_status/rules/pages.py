"""The page of a rule, and of a status: what is shown by ``ocs-fix explain`` and written into the documentation."""

from __future__ import annotations

import inspect
import sys

from flake8_ocs_status.catalogue.statuses import STATUSES, Status
from flake8_ocs_status.rules.registry import Rule


def page_of(rule: Rule) -> str:
    """The page of one rule in Markdown: its title, what is on and what is fixed, and the rest of its docstring."""
    docstring = inspect.getdoc(sys.modules[rule.check.__module__]) or ""
    title, _, rest = docstring.partition("\n")
    status = STATUSES.get(int(rule.code.removeprefix("OCS")))
    says = "" if status is None else f"\n{_says(status)}"
    return f"{title}\n\n*{default_of(rule)}; {fix_of(rule)}.*\n{says}{rest.rstrip()}\n"


def page_of_status(status: Status) -> str:
    """The page of a status that no rule is called after."""
    return f"# {status.number} {status.name}\n\n{_says(status)}"


def default_of(rule: Rule) -> str:
    """Whether flake8 reports the rule without being asked."""
    return "On by default" if rule.on else f"Off by default, turned on by `extend-select = {rule.code}`"


def fix_of(rule: Rule) -> str:
    """Who fixes what the rule reports."""
    fixes = {"safe": "fixed by `ocs-fix`", "unsafe": "fixed by `ocs-fix --unsafe-fixes`"}
    return fixes.get(rule.fixes or "", "to be fixed by hand")


def _says(status: Status) -> str:
    """What a status says to a client."""
    return f"> **{status.number} {status.name}**: {status.meaning}. What to do: {status.advice}.\n"
