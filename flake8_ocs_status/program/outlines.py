"""A quick look at a file: what it imports and which words stand in it, by its text alone.

Parsing costs a hundred times as much, so that a file is only parsed when its outline says that it may matter.
"""

from __future__ import annotations

import io
import os
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flake8_ocs_status.program.last_used import LastUsed

# Generated data, and no file that anybody edits.
LARGEST_FILE = 1_000_000
# As much is kept, in characters, as several hundred files have, however many there are.
KEPT_SOURCE = 4_000_000

# From the start of a statement.
_IMPORT = re.compile(
    r"[ \t]*(?:from[ \t]+(?P<module>[.\w]+)[ \t]+import[ \t]*"
    r"(?:\((?P<several>[^)]*)\)|(?P<names>(?:[^\n#;\\]|\\\r?\n)*))"
    r"|import[ \t]+(?P<modules>[\w.,\t ]+))"
)
_COMMENT = re.compile(r"#[^\n]*")
_NAME = re.compile(r"[\w*.]+")
_LONG_QUOTES = ('"""', "'''")


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
    def _imported(self) -> dict[tuple[str, str], list[int]]:
        """What the file imports, and where: dotted path and the name that it is bound to, ``*`` for all there is."""
        found: dict[tuple[str, str], list[int]] = {}
        for match in _imports_in(self.source):
            module = match["module"]
            if module is None:
                statements = [(part.split(), "") for part in match["modules"].split(",")]
            else:
                names = _COMMENT.sub("", match["several"] or match["names"] or "")
                statements = [(part.replace("\\", " ").split(), module) for part in names.split(",")]
            for words, source in statements:
                if not words or _NAME.fullmatch(words[0]) is None:
                    continue
                joint = "" if not source or source.endswith(".") else "."
                path = source if words[0] == "*" else f"{source}{joint}{words[0]}"
                name = words[2] if len(words) == 3 and words[1] == "as" else words[0]
                found.setdefault((path, name), []).append(match.start())
        return found

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """The dotted paths that the file imports, relative ones with their dots: ``.client.Client``, ``os.path``."""
        return tuple(dict.fromkeys(path for path, _ in self._imported))

    def may_be_example(self, dotted: str) -> bool:
        """Whether each import of a dotted path may be one that stands in a text, such as an example in a docstring."""
        starts = [start for (path, _), found in self._imported.items() if path == dotted for start in found]
        return all(any(self.source.count(quotes, 0, start) % 2 for quotes in _LONG_QUOTES) for start in starts)

    @cached_property
    def imported_names(self) -> frozenset[str]:
        """The names that the file's imports bind."""
        return frozenset(name for _, name in self._imported)


def _imports_in(source: str) -> Iterator[re.Match[str]]:
    """The import statements of a source. The search leaps from one ``import`` to the next, and to where its statement
    begins."""
    at = source.find("import")
    while at >= 0:
        line = source.rfind("\n", 0, at) + 1
        match = _IMPORT.match(source, max(line, source.rfind(";", line, at) + 1))
        if match is not None:
            yield match
        at = source.find("import", at + 6 if match is None else max(match.end(), at + 6))


def _length(outline: Outline | None) -> int:
    return 0 if outline is None else len(outline.source)


_OUTLINES: LastUsed[Outline | None] = LastUsed(KEPT_SOURCE, _length)


def outline_of(path: str) -> Outline | None:
    """The outline of a file; None when it cannot be read or decoded, or is too long to be code.

    A file is not read again while its outline is kept; :func:`forget_outlines` is for processes that outlive the
    files' contents.
    """
    if path in _OUTLINES:
        return _OUTLINES[path]
    source = _read(path)
    return _OUTLINES.add(path, None if source is None else Outline(path, source))


def remember_outline(path: str, source: str) -> None:
    """Take this for what a file holds, where it has not been read yet."""
    if path not in _OUTLINES and len(source) <= LARGEST_FILE:
        _OUTLINES.add(path, Outline(path, source))


def forget_outlines() -> None:
    """Read every file anew from here on."""
    _OUTLINES.clear()


def is_outlined(path: str) -> bool:
    """Whether the outline of a file is at hand."""
    return path in _OUTLINES


def content_of(path: str) -> bytes | None:
    """What a file holds; None when it cannot be read, or is too long to be code."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > LARGEST_FILE:
            return None
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError):
        # ValueError: a path with a NUL byte.
        return None


def _read(path: str) -> str | None:
    content = content_of(path)
    if content is None:
        return None
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding)
    except (SyntaxError, ValueError, LookupError):
        # Of an encoding that there is not, or that the content is not in.
        return None
