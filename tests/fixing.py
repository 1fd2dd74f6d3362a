"""Run ``ocs-fix`` on bytes, in this process."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flake8_ocs_status.fix.options import read_options
from flake8_ocs_status.fix.runner import fixer_for


def fixed(
    path: Path, data: bytes, codes: Iterable[str], options: tuple[str, ...] = (), *, unsafe: bool = False
) -> bytes:
    """What ``ocs-fix`` makes of ``data`` from ``path``, for some rules; raises AssertionError for a problem."""
    words = ["--isolated", f"--select={','.join(sorted(codes))}", *options]
    result = fixer_for(read_options(words, [str(path)]), unsafe=unsafe).fix(str(path), data)
    assert result.problem is None, result.problem.at(str(path))
    return result.new
