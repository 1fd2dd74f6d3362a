"""The rules: one file each, found by their names; nothing central is edited to add one.

A rule's module is called after its code (``ocs207.py``), its docstring is its page, and it defines ``RULE``.
"""

from __future__ import annotations

from flake8_ocs_status.rules.registry import Rule, all_rules

__all__ = ["Rule", "all_rules"]
