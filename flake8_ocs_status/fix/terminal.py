"""The streams: what is asked for goes to stdout, every word about it to stderr, colours where somebody sees them."""

from __future__ import annotations

import os
import sys
from typing import TextIO

BOLD, RED, GREEN, CYAN, PLAIN = "\033[1m", "\033[31m", "\033[32m", "\033[36m", "\033[m"


class StreamError(Exception):
    """A standard stream that cannot be used; the text is one line."""


def has_colours(stream: TextIO | None, choice: str) -> bool:
    """Whether to write colours to a stream; ``choice`` is ``auto``, ``always`` or ``never``.

    The variables are those of no-color.org and force-color.org; an empty one says nothing.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def painted(text: str, colour: str) -> str:
    """A text in a colour."""
    return f"{colour}{text}{PLAIN}"


def say(text: str) -> None:
    """One message on stderr. Work goes on where nobody listens any more."""
    if sys.stderr is not None:
        try:
            print(text, file=sys.stderr)
        except (OSError, ValueError):
            sys.stderr = None


def write_out(data: bytes) -> None:
    """Write to stdout what was asked for. Raises BrokenPipeError where the reader has gone, else StreamError."""
    if sys.stdout is None:
        raise StreamError("stdout is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise StreamError(f"stdout: {getattr(error, 'strerror', None) or error}") from None


def read_in() -> bytes:
    """All of stdin; raises StreamError where it cannot be read."""
    if sys.stdin is None:
        raise StreamError("stdin is closed")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise StreamError(f"stdin: {error.strerror or error}") from None


def abandon_stdout() -> None:
    """Let Python not complain, when it ends, that what is left in its buffer cannot be written."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
