"""What a run has come to, for a program: ``--output-format json``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from flake8_ocs_status.fix.fixer import UNSAFE, Result
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.report import Totals, numbered, shown
from flake8_ocs_status.plugin import Plugin


@dataclass(slots=True)
class Record:
    """The files of one run that there is something to say about."""

    written: bool
    files: list[dict[str, Any]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Keep what became of one file, where anything did."""
        if result.problem is not None:
            self.add_problem(result.path, result.problem)
        elif result.changed or result.left:
            left = [
                {
                    "code": one.code,
                    "row": row,
                    "column": one.column,
                    "message": one.message,
                    "reason": one.reason,
                    "fix": "unsafe" if one.reason == UNSAFE else None,
                }
                for one, row in numbered(result, written=self.written)
            ]
            self._add(result.path, changed=result.changed, fixed=dict(sorted(result.fixed.items())), left=left)

    def add_problem(self, path: str, problem: FileError) -> None:
        """Keep a file or folder that could not be fixed."""
        place = {"row": problem.line or None, "column": problem.column or None}
        self._add(path, error={**place, "message": problem.reason})

    def text(self, totals: Totals) -> str:
        """The whole record as one JSON object."""
        summary = {
            "files": totals.files,
            "changed": totals.changed,
            "fixed": totals.fixed.total(),
            "unsafe": totals.unsafe,
            "left": totals.left.total() - totals.unsafe,
            "errors": totals.problems,
        }
        whole = {"version": Plugin.version, "written": self.written, "files": self.files, "summary": summary}
        return json.dumps(whole, indent=2) + "\n"

    def _add(self, path: str, **what: Any) -> None:
        entry = {"path": shown(path), "changed": False, "fixed": {}, "left": [], "error": None}
        self.files.append({**entry, **what})
