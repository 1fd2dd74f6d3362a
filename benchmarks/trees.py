"""Trees of real source files, chosen the same way every time: by the hash of what is in them."""

from __future__ import annotations

import ast
import hashlib
import re
import sysconfig
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

# What makes a file one that touches HTTP: it imports a client, or Python's own package of that name.
NEWLINE = b"\n"
IMPORTS_HTTP = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(?:requests|httpx|aiohttp|urllib3?|http)\b", re.MULTILINE)


def default_sources() -> list[Path]:
    """The standard library and the packages installed for the running interpreter."""
    return [Path(sysconfig.get_path(part)) for part in ("stdlib", "purelib")]


def python_files(sources: Sequence[Path]) -> list[bytes]:
    """The contents of all files below ``sources`` that Python can parse, each once, in the order of their hashes."""
    found: dict[bytes, bytes] = {}
    for source in sources:
        for path in source.rglob("*.py"):
            data = path.read_bytes()
            found.setdefault(hashlib.sha256(data).digest(), data)
    return [found[digest] for digest in sorted(found)]


def mixed(sources: Sequence[Path], count: int, longest: int | None = None) -> Iterator[bytes]:
    """The contents of ``count`` files, a third of which touch HTTP; ``longest`` is a limit of lines.

    Raises SystemExit where the sources have too few files.
    """
    wanted = {True: count // 3, False: count - count // 3}
    for data in python_files(sources):
        touches = IMPORTS_HTTP.search(data) is not None
        if wanted[touches] and _is_usable(data, longest):
            wanted[touches] -= 1
            yield data
    if any(wanted.values()):
        raise SystemExit(f"the sources lack {wanted[True]} files that touch HTTP and {wanted[False]} others")


def _is_usable(data: bytes, longest: int | None) -> bool:
    if not data.strip() or (longest is not None and data.count(b"\n") > longest):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


def write_tree(folder: Path, contents: Sequence[bytes]) -> list[Path]:
    """Write files into a new folder; their paths."""
    folder.mkdir()
    paths = [folder / f"file_{number:04}.py" for number in range(len(contents))]
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)
    return paths


def size_of(contents: Sequence[bytes]) -> str:
    """How large a tree is, in words."""
    return f"{len(contents):,} files, {sum(data.count(NEWLINE) for data in contents):,} lines"
