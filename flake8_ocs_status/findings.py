"""What a rule says about a file: findings, and the fixes that go with them.

Lines count from 1. Columns come in two kinds, and each name says which: ``column`` counts characters (what an
editor and flake8 show), ``byte_column`` counts UTF-8 bytes (what :mod:`ast` gives).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of source in the coordinates of :mod:`ast`: lines from 1, columns in UTF-8 bytes from 0."""

    line: int
    byte_column: int
    end_line: int
    end_byte_column: int


@dataclass(frozen=True, slots=True)
class NameStatus:
    """Replace the literal at ``span`` by the project's constant for ``status``."""

    span: Span
    status: int


@dataclass(frozen=True, slots=True)
class ReplaceOperator:
    """Replace one comparison operator of the ``ast.Compare`` at ``span`` by ``operator``.

    ``index`` counts the operators of a chained comparison from 0; ``operator`` is source text: ``==``, ``not in``.
    """

    span: Span
    index: int
    operator: str


@dataclass(frozen=True, slots=True)
class CallIt:
    """Append ``()`` to the attribute expression at ``span``."""

    span: Span


@dataclass(frozen=True, slots=True)
class AddStatus:
    """Put the project's constant for ``status`` behind the last element of the list, tuple or set at ``span``."""

    span: Span
    status: int


# The steps that change what stands there, and those that put something new beside it.
Replacing = NameStatus | ReplaceOperator | CallIt
Step = Replacing | AddStatus


@dataclass(frozen=True, slots=True)
class Fix:
    """Steps that, applied together, remove a finding.

    A safe fix keeps the program's behaviour (or is certain of the author's intent); the others are applied only on
    request.
    """

    steps: tuple[Step, ...]
    safe: bool


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One message at one place. ``message`` has no code in front and is a single line."""

    line: int
    column: int
    code: str
    message: str
    fix: Fix | None = field(default=None, compare=False)
