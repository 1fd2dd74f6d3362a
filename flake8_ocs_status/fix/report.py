"""What the user reads: one line for each file and for each finding that is left, a table, a summary."""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from flake8_ocs_status.fix.fixer import UNSAFE, Left, Result
from flake8_ocs_status.fix.source import source_of

# So many reasons fit into the summary; --verbose and --statistics have them all.
REASONS = 2


@dataclass(slots=True)
class Totals:
    """What one run has come to."""

    files: int = 0
    changed: int = 0
    problems: int = 0
    fixed: Counter[str] = field(default_factory=Counter)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        """Count one file."""
        self.files += 1
        if result.problem is not None:
            self.problems += 1
            return
        self.changed += result.changed
        self.fixed.update(result.fixed)
        self.left.update((left.code, left.reason) for left in result.left)

    @property
    def unsafe(self) -> int:
        """How many findings wait for ``--unsafe-fixes``."""
        return sum(number for (_, reason), number in self.left.items() if reason == UNSAFE)

    def summary(self, *, written: bool) -> str:
        """One line: what was done, or with ``written`` false what would be."""
        fixed = self.fixed.total()
        if fixed:
            did = "Fixed" if written else "Would fix"
            parts = [f"{did} {count(fixed, 'finding')} in {count(self.changed, 'file')}"]
        elif self.files:
            parts = [f"Nothing to fix in {count(self.files, 'file')}"]
        else:
            parts = ["No Python files to fix" + self._skipped()]
        if self.unsafe:
            parts.append(f"{self.unsafe} more with --unsafe-fixes")
        alone = self.left.total() - self.unsafe
        if alone:
            parts.append(f"{alone} left alone: {self._reasons()}")
        if self.problems:
            parts.append(count(self.problems, "error"))
        return "; ".join(parts)

    def _skipped(self) -> str:
        if not self.skipped:
            return ""
        return " (" + ", ".join(f"{number} {why}" for why, number in sorted(self.skipped.items())) + ")"

    def _reasons(self) -> str:
        numbers: Counter[str] = Counter()
        for (_, reason), number in self.left.items():
            if reason != UNSAFE:
                numbers[reason] += number
        most = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
        if len(most) == 1:
            return most[0][0]
        named = ", ".join(f"{number} {reason}" for reason, number in most[:REASONS])
        others = sum(number for _, number in most[REASONS:])
        return named + (f", {others} for other reasons (see --verbose)" if others else "")

    def statistics(self) -> str:
        """A table: for each code what was fixed and what not, then why not. Empty where there was nothing."""
        left: Counter[str] = Counter()
        for (code, _), number in self.left.items():
            left[code] += number
        codes = sorted({*self.fixed, *left})
        if not codes:
            return ""
        rows = [("code", "fixed", "not fixed")]
        rows += [(code, str(self.fixed[code]), str(left[code])) for code in codes]
        if len(codes) > 1:
            rows.append(("all", str(self.fixed.total()), str(left.total())))
        text = "".join(f"{code:<8}{fixed:>7}{alone:>11}\n" for code, fixed, alone in rows)
        if self.left:
            text += "\nnot fixed because\n"
        for (code, reason), number in sorted(self.left.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
            text += f"{code:<8}{number:>7}  {reason}\n"
        return text


def lines_left(result: Result, *, written: bool) -> Iterator[str]:
    """One line for each finding that is still there: ``path:line:column: code left alone: reason``.

    The lines are those of the file as it lies there: the fixed one where it is ``written``, else the old one.
    """
    for left, line in numbered(result, written=written):
        yield f"{shown(result.path)}:{line}:{left.column}: {left.code} left alone: {left.reason}"


def numbered(result: Result, *, written: bool) -> Iterator[tuple[Left, int]]:
    """The findings that are still there, each with its line in the file as it lies there."""
    lines = {} if written or not result.changed else _lines_before(result)
    for left in result.left:
        yield left, lines.get(left.line, left.line)


def _lines_before(result: Result) -> dict[int, int]:
    """For each line of the fixed file the number that it had before."""
    old, new = source_of(result.old).own_lines, source_of(result.new).own_lines
    numbers: dict[int, int] = {}
    for _, _, last, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        # What a fix adds stands above what it changes, so lines are counted from the end of each stretch.
        numbers.update({end - back: max(1, last - back) for back in range(end - start)})
    return numbers


def shown(path: str) -> str:
    """A path as the user would type it: relative to the current folder where it lies below."""
    if not os.path.isabs(path):
        return path
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative


def count(number: int, what: str) -> str:
    """A number of things, in words."""
    return f"{number} {what}" + ("" if number == 1 else "s")
