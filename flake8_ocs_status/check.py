"""From a parsed file to its findings: the one path that flake8, ``ocs-fix`` and the tests share."""

from __future__ import annotations

import ast
from collections.abc import Container

from flake8_ocs_status.facts import Facts, facts_for_now
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.program.evidence import ANSWER_WORDS, has_ocs_word
from flake8_ocs_status.program.vendor import VENDOR_WORD
from flake8_ocs_status.rules import Rule, all_rules
from flake8_ocs_status.settings import Settings

# A file without any of these words, of those that do something with an answer, and of those of OCS has no HTTP status
# in it and no part in a call, and nothing is walked.
HTTP_WORDS = ("status", "http", "request", "response", "respond", "urllib", "code", "session", "raise_for", VENDOR_WORD)
_FIRST_WORDS = tuple(dict.fromkeys((*HTTP_WORDS, *ANSWER_WORDS)))


def findings_of(
    tree: ast.Module,
    lines: list[str],
    path: str,
    settings: Settings,
    codes: Container[str] | None = None,
) -> list[Finding]:
    """All findings in one file, sorted by position and code, each position and code once.

    ``codes`` limits the work to some rules; None means all of them, the opt-in ones too (flake8 hides those).
    """
    with facts_for_now(tree, lines, path, settings) as facts:
        return findings_in(facts, codes)


def findings_in(facts: Facts, codes: Container[str] | None = None) -> list[Finding]:
    """The same for facts that the caller has."""
    if not _may_matter(facts):
        return []
    found: dict[tuple[int, int, str], Finding] = {}
    for rule in all_rules():
        if codes is None or rule.code in codes:
            for finding in _checked(rule, facts):
                found[finding.line, finding.column, finding.code] = finding
    return [found[key] for key in sorted(found)]


def _may_matter(facts: Facts) -> bool:
    """Whether a file can have a status in it or a part in a call to OCS, judged by words."""
    source = facts.module.folded
    return any(word in source for word in _FIRST_WORDS) or has_ocs_word(facts.module, facts.settings.words)


def _checked(rule: Rule, facts: Facts) -> list[Finding]:
    """What one rule finds; nothing where the code is nested too deeply to be followed."""
    try:
        return list(rule.check(facts))
    except RecursionError:
        return []
