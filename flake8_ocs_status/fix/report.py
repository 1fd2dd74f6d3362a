"""What the user reads: diffs on stdout, everything else on stderr."""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from flake8_ocs_status.fix.fixer import UNSAFE, Left, Result
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.source import Source, source_of

BOLD, RED, GREEN, CYAN, PLAIN = "\033[1m", "\033[31m", "\033[32m", "\033[36m", "\033[m"
NO_NEWLINE = "\\ No newline at end of file\n"


@dataclass(slots=True)
class Totals:
    """What one run has come to."""

    files: int = 0
    changed: int = 0
    problems: int = 0
    fixed: Counter[str] = field(default_factory=Counter)
    left: list[Left] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count one file."""
        self.files += 1
        if result.problem is not None:
            self.problems += 1
            return
        self.changed += result.changed
        self.fixed.update(result.fixed)
        self.left += result.left

    def summary(self, *, written: bool) -> str:
        """One line: what was done, or with ``written`` false what would be."""
        fixed = self.fixed.total()
        unsafe = sum(left.reason == UNSAFE for left in self.left)
        alone = len(self.left) - unsafe
        if fixed:
            did = "Fixed" if written else "Would fix"
            parts = [f"{did} {_count(fixed, 'finding')} in {_count(self.changed, 'file')}"]
        else:
            parts = [f"Nothing to fix in {_count(self.files, 'file')}"]
        if alone:
            parts.append(f"{alone} left alone")
        if unsafe:
            parts.append(f"{unsafe} more with --unsafe-fixes")
        if self.problems:
            parts.append(_count(self.problems, "error"))
        return "; ".join(parts)

    def statistics(self) -> str:
        """A table: for each code what was fixed and what not, then why not. Empty where there was nothing."""
        left = Counter(one.code for one in self.left)
        codes = sorted({*self.fixed, *left})
        if not codes:
            return ""
        rows = [("code", "fixed", "not fixed")]
        rows += [(code, str(self.fixed[code]), str(left[code])) for code in codes]
        if len(codes) > 1:
            rows.append(("all", str(self.fixed.total()), str(left.total())))
        text = "".join(f"{code:<8}{fixed:>7}{alone:>11}\n" for code, fixed, alone in rows)
        reasons = Counter((one.code, one.reason) for one in self.left)
        for (code, reason), count in sorted(reasons.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
            text += f"{code:<8}{count:>18}  {reason}\n"
        return text


def lines_left(result: Result, *, written: bool) -> Iterator[str]:
    """One line for each finding that is still there: ``path:line:column: code left alone: reason``.

    The lines are those of the file as it lies there: the fixed one where it is ``written``, else the old one.
    """
    lines = {} if written or not result.changed else _lines_before(result)
    for left in result.left:
        line = lines.get(left.line, left.line)
        yield f"{shown(result.path)}:{line}:{left.column}: {left.code} left alone: {left.reason}"


def _lines_before(result: Result) -> dict[int, int]:
    """For each line of the fixed file the number that it had before."""
    old, new = source_of(result.old).own_lines, source_of(result.new).own_lines
    numbers: dict[int, int] = {}
    for _, _, last, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        # What a fix adds stands above what it changes, so lines are counted from the end of each stretch.
        numbers.update({end - back: max(1, last - back) for back in range(end - start)})
    return numbers


def diff_of(result: Result, *, colour: bool) -> bytes:
    """A unified diff of one file, in its own encoding and with its own line ends, so that ``patch`` takes it."""
    try:
        old, new = source_of(result.old), source_of(result.new)
    except FileError:
        return b""
    name = shown(result.path)
    lines = difflib.unified_diff(_lines(old), _lines(new), name, name)
    pieces: list[bytes] = []
    for line in lines:
        text = line if line.endswith(("\n", "\r")) else f"{line}\n{NO_NEWLINE}"
        pieces.append((_coloured(text) if colour else text).encode(old.encoding, "replace"))
    return b"".join(pieces)


def shown(path: str) -> str:
    """A path as the user would type it: relative to the current folder where it lies below."""
    if not os.path.isabs(path):
        return path
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative


def _lines(source: Source) -> list[str]:
    lines = list(source.own_lines)
    if lines and len(source.data) > len(source.text.encode(source.encoding)):
        lines[0] = "\ufeff" + lines[0]
    return lines


def _coloured(text: str) -> str:
    body = text.rstrip("\r\n")
    end = text[len(body) :]
    if text.startswith(("---", "+++")):
        colour = BOLD
    elif text.startswith("@@"):
        colour = CYAN
    elif text.startswith("+"):
        colour = GREEN
    elif text.startswith("-"):
        colour = RED
    else:
        return text
    return f"{colour}{body}{PLAIN}{end}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
