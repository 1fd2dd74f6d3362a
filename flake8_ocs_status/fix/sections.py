"""Where isort would put an import: sections, and the order in them.

The defaults of isort and of ruff's rule I001, which agree on what is asked here: sections from ``__future__`` to
relative imports, ``import x`` before ``from x import y``, modules by their letters without case and numbers by value,
names as constants, classes, others.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from functools import lru_cache

FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, LOCAL = range(5)
_NUMBER = re.compile(r"(\d+)")

SortKey = tuple[int, int, list[str | int], int]


def import_key(statement: ast.Import | ast.ImportFrom, path: str) -> SortKey:
    """The place of an import among others: its section, its form, its module."""
    if isinstance(statement, ast.Import):
        name = statement.names[0].name
        return section_of(name, 0, path), 0, _natural(name), 0
    renamed = all(alias.asname for alias in statement.names)
    module = statement.module or ""
    return section_of(module, statement.level, path), 1, _natural(module), int(renamed)


def new_import_key(module: str, path: str) -> SortKey:
    """The place of a new ``from module import name``."""
    return section_of(module, 0, path), 1, _natural(module), 0


def name_key(name: str) -> tuple[int, list[str | int]]:
    """The place of a name in ``from x import …``: CONSTANTS, Classes, others."""
    if name.isupper() and len(name) > 1:
        return 0, _natural(name)
    return (1 if name[:1].isupper() else 2), _natural(name)


def section_of(module: str, level: int, path: str) -> int:
    """The section of a module that the file ``path`` imports."""
    if level:
        return LOCAL
    package = module.partition(".")[0]
    if package == "__future__":
        return FUTURE
    if package in sys.stdlib_module_names:
        return STANDARD
    return FIRST_PARTY if any(_is_in(folder, package) for folder in _roots(os.path.dirname(path))) else THIRD_PARTY


def _natural(text: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in _NUMBER.split(text.lower())]


@lru_cache(maxsize=1024)
def _roots(folder: str) -> tuple[str, ...]:
    """The folders that hold the project's own packages: the one above the file's package, and the project's root."""
    current = os.path.abspath(folder)
    while os.path.isfile(os.path.join(current, "__init__.py")) and os.path.dirname(current) != current:
        current = os.path.dirname(current)
    roots = [current]
    while True:
        if any(os.path.exists(os.path.join(current, mark)) for mark in ("pyproject.toml", "setup.cfg", ".git")):
            roots += [current, os.path.join(current, "src")]
            break
        above = os.path.dirname(current)
        if above == current:
            break
        current = above
    return tuple(dict.fromkeys(roots))


@lru_cache(maxsize=4096)
def _is_in(folder: str, package: str) -> bool:
    base = os.path.join(folder, package)
    return os.path.isfile(base + ".py") or os.path.isfile(os.path.join(base, "__init__.py"))
