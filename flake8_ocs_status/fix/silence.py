"""Which findings flake8 would not show: judged by flake8's own code, so that ``ocs-fix`` fixes what it reports."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from flake8.formatting.default import Nothing
from flake8.processor import FileProcessor
from flake8.style_guide import Decision, StyleGuideManager
from flake8.violation import Violation

from flake8_ocs_status.findings import Finding
from flake8_ocs_status.fix.options import codes_with_fixes

Shows = Callable[[Finding], bool]


class Silence:
    """The decisions of one run's options."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._guides = StyleGuideManager(options, Nothing(options))

    def codes(self, path: str) -> frozenset[str]:
        """The codes of fixable rules that are selected for a file, ``per-file-ignores`` and opt-in rules included."""
        guide = self._guides.style_guide_for(path)
        return frozenset(code for code in codes_with_fixes() if guide.should_report_error(code) is Decision.Selected)

    def shown(self, lines: Sequence[str], path: str) -> Shows:
        """Tell for each finding in a file whether no ``# noqa`` covers it."""
        if not any("noqa" in line.lower() for line in lines):
            # Looking for comments takes longer than everything else that is done here.
            return lambda finding: True
        processor = FileProcessor(path, self._options, list(lines))
        if processor.should_ignore_file():
            return lambda finding: False

        def shows(finding: Finding) -> bool:
            line = processor.noqa_line_for(finding.line) or lines[finding.line - 1]
            violation = Violation(
                finding.code, path, finding.line, finding.column + 1, finding.message, physical_line=line
            )
            return not violation.is_inline_ignored(self._options.disable_noqa)

        return shows
