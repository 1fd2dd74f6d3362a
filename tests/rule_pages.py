"""The parts of a rule's page: what its docstring says under which heading."""

from __future__ import annotations

import inspect
import re
import sys

from flake8_ocs_status.rules import Rule

SECTIONS = (
    "What it does",
    "Why is this bad",
    "Example",
    "Use instead",
    "Fix safety",
    "Not reported",
    "References",
)
CODE_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def page_text(rule: Rule) -> str:
    """The docstring of the rule's module, without indentation."""
    return inspect.getdoc(sys.modules[rule.check.__module__]) or ""


def sections(page: str) -> dict[str, str]:
    """The text under each second-level heading, in the order of the page."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def code_blocks(section: str) -> list[str]:
    """The Python blocks of a section."""
    return CODE_BLOCK.findall(section)
