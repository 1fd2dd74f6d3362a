"""A quick look at a file: what it imports and which words stand in it, by its text alone.

Parsing costs a hundred times as much, so that a file is only parsed when its outline says that it may matter.
"""

from __future__ import annotations

import io
import os
import re
import tokenize
from dataclasses import dataclass
from functools import cached_property

# Generated data, and no file that anybody edits.
LARGEST_FILE = 1_000_000
MOST_OUTLINES = 5_000

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<module>[.\w]+)[ \t]+import[ \t]*(?:\((?P<several>[^)]*)\)|(?P<names>[^\n#;]*))"
    r"|import[ \t]+(?P<modules>[\w.,\t ]+))",
    re.MULTILINE,
)
_COMMENT = re.compile(r"#[^\n]*")
_NAME = re.compile(r"[\w*.]+")


@dataclass(frozen=True)
class Outline:
    """What can be said of a file without parsing it."""

    path: str
    source: str

    @cached_property
    def folded(self) -> str:
        """The source in small letters."""
        return self.source.lower()

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """The dotted paths that the file imports, relative ones with their dots: ``.client.Client``, ``os.path``."""
        found: dict[str, None] = {}
        for match in _IMPORT.finditer(self.source):
            if match["modules"] is not None:
                for part in match["modules"].split(","):
                    found.setdefault(part.split()[0] if part.split() else "")
                continue
            module = match["module"]
            joint = "" if module.endswith(".") else "."
            names = _COMMENT.sub("", match["several"] or match["names"] or "")
            for part in names.split(","):
                name = _NAME.match(part.strip())
                if name is not None:
                    found.setdefault(module if name[0] == "*" else f"{module}{joint}{name[0]}")
        return tuple(name for name in found if name)


_OUTLINES: dict[str, Outline | None] = {}


def outline_of(path: str) -> Outline | None:
    """The outline of a file; None when it cannot be read or decoded, or is too long to be code.

    Each file is read once per process; :func:`forget_outlines` is for processes that outlive the files' contents.
    """
    if path not in _OUTLINES:
        if len(_OUTLINES) >= MOST_OUTLINES:
            _OUTLINES.clear()
        source = _read(path)
        _OUTLINES[path] = None if source is None else Outline(path, source)
    return _OUTLINES[path]


def forget_outlines() -> None:
    """Read every file anew from here on."""
    _OUTLINES.clear()


def _read(path: str) -> str | None:
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > LARGEST_FILE:
            return None
        with open(path, "rb") as file:
            content = file.read()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding)
    except (OSError, SyntaxError, ValueError, LookupError):
        # ValueError: a wrong encoding, and a path with a NUL byte.
        return None
