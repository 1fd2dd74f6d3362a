"""The door: ``ocs-fix [PATH …]``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from flake8_ocs_status.fix.terminal import StreamError, abandon_stdout, say, write_out

WOULD_CHANGE, ERROR, INTERRUPTED = 1, 2, 130


def main(words: Sequence[str] | None = None) -> int:
    """Run ``ocs-fix`` with command line ``words`` (those of the process by default); the exit code."""
    try:
        if words is None:
            _end_in_order()
        # Imported here so that an interrupt is one line from the start on.
        from flake8_ocs_status.fix.session import run

        try:
            return run(sys.argv[1:] if words is None else words)
        except SystemExit:
            # The help is in Python's buffer still.
            if sys.stdout is not None:
                write_out(b"")
            raise
    except KeyboardInterrupt:
        say("ocs-fix: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        abandon_stdout()
        return WOULD_CHANGE
    except StreamError as error:
        abandon_stdout()
        say(f"ocs-fix: {error}")
        return ERROR


def _end_in_order() -> None:
    """End on a request as on an interrupt: no file is left half done, no temporary one behind."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Under nohup SIGHUP is ignored, and is to stay so.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, stop)
