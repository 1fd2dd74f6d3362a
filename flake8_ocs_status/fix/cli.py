"""The door: ``ocs-fix [PATH …]``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

WOULD_CHANGE, INTERRUPTED = 1, 130


def main(words: Sequence[str] | None = None) -> int:
    """Run ``ocs-fix`` with command line ``words`` (those of the process by default); the exit code."""
    try:
        # Imported here so that an interrupt is one line from the start on.
        from flake8_ocs_status.fix.session import run

        return run(sys.argv[1:] if words is None else words)
    except KeyboardInterrupt:
        print("ocs-fix: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the diff has seen enough. Python would complain when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WOULD_CHANGE
