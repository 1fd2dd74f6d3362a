"""Unified diffs that ``patch`` and ``git apply`` take, whatever the file's encoding and line ends."""

from __future__ import annotations

import difflib
import os

from flake8_ocs_status.fix.fixer import Result
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.report import shown
from flake8_ocs_status.fix.source import Source, source_of
from flake8_ocs_status.fix.terminal import BOLD, CYAN, GREEN, RED, painted

COLOURS = {"@": CYAN, "+": GREEN, "-": RED}
NO_NEWLINE = "\\ No newline at end of file\n"


def diff_of(result: Result, *, colour: bool) -> bytes:
    """A unified diff of one file, in its own encoding and with its own line ends; empty where nothing changes."""
    try:
        old, new = source_of(result.old), source_of(result.new)
    except FileError:
        return b""
    name = shown(result.path)
    lines = difflib.unified_diff(_lines(old), _lines(new), name, name)
    pieces: list[bytes] = []
    for number, line in enumerate(lines):
        text = line if line.endswith(("\n", "\r")) else f"{line}\n{NO_NEWLINE}"
        # The first two lines name the file; a later one may be a removed line that begins with dashes.
        names_file = number < 2
        if colour:
            text = _coloured(text, BOLD if names_file else COLOURS.get(text[0]))
        pieces.append(os.fsencode(text) if names_file else text.encode(old.encoding, "replace"))
    return b"".join(pieces)


def _lines(source: Source) -> list[str]:
    lines = list(source.own_lines)
    if lines and len(source.data) > len(source.text.encode(source.encoding)):
        lines[0] = "\ufeff" + lines[0]
    return lines


def _coloured(text: str, colour: str | None) -> str:
    # A line that ends without a newline has a second one below it.
    lines = text.splitlines(keepends=True) if NO_NEWLINE in text else [text]
    body = lines[0].rstrip("\r\n")
    return text if colour is None else painted(body, colour) + lines[0][len(body) :] + "".join(lines[1:])
