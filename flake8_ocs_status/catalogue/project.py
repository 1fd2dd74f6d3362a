"""What a project says about itself: the lowest Python that it runs on."""

from __future__ import annotations

import os.path
import re
import sys
from functools import cache
from typing import Any

from flake8_ocs_status.catalogue.vocabularies import HTTP_STATUS_START
from flake8_ocs_status.settings import LOWEST_PYTHON

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# One clause of a version specifier (packaging.python.org, version specifiers; poetry adds ^, ~ and a bare version).
_CLAUSE = re.compile(
    r"(?P<operator>>=|>|~=|===?|\^|~|<=?|!=)?v?(?P<major>\d+)(?:\.(?P<minor>\d+))?(?:\.[\w.*+!-]+)?(?:\.?\*)?"
)
_NO_LOWER_BOUND = ("<", "<=", "!=")


def lowest_python(path: str) -> tuple[int, int]:
    """The lowest Python, as (major, minor), of the project that the file at ``path`` belongs to.

    Taken from ``requires-python`` (or poetry's ``python``) of the nearest pyproject.toml at or above the file that
    names one; :data:`flake8_ocs_status.settings.LOWEST_PYTHON` where none does. A pyproject.toml that cannot be read
    says nothing.
    """
    return _lowest_of_folder(os.path.dirname(os.path.abspath(path)))


@cache
def _lowest_of_folder(folder: str) -> tuple[int, int]:
    own = _lowest_in(os.path.join(folder, "pyproject.toml"))
    if own is not None:
        return own
    parent = os.path.dirname(folder)
    return LOWEST_PYTHON if parent == folder else _lowest_of_folder(parent)


def _lowest_in(pyproject: str) -> tuple[int, int] | None:
    try:
        with open(pyproject, "rb") as file:
            content = tomllib.load(file)
    except (OSError, ValueError):
        # ValueError: both a TOML error and a wrong encoding are.
        return None
    requirement = _value(content, "project", "requires-python")
    if requirement is None:
        requirement = _value(content, "tool", "poetry", "dependencies", "python")
    return None if requirement is None else lowest_of(requirement)


def _value(content: Any, *keys: str) -> str | None:
    for key in keys:
        if not isinstance(content, dict):
            return None
        content = content.get(key)
    return content if isinstance(content, str) else None


def lowest_of(requirement: str) -> tuple[int, int] | None:
    """The lowest Python that a version specifier admits, such as ``>=3.9,<4`` or poetry's ``^3.8 || ~3.6``.

    None where it has no lower bound or cannot be read.
    """
    lowest = [_lowest_of_clauses(alternative) for alternative in re.split(r"\|\|?", requirement)]
    bounds = [bound for bound in lowest if bound is not None]
    return min(bounds) if len(bounds) == len(lowest) else None


def _lowest_of_clauses(clauses: str) -> tuple[int, int] | None:
    """The highest of the lower bounds of clauses that hold together."""
    bounds = []
    for text in re.split(r"\s*,\s*", re.sub(r"([<>=!~^])\s+", r"\1", clauses).strip()):
        found = _CLAUSE.fullmatch(text)
        if found is None:
            return None
        if found["operator"] in _NO_LOWER_BOUND:
            continue
        major = int(found["major"])
        if found["minor"] is not None:
            bounds.append((major, int(found["minor"])))
        else:
            # ">=3" means any Python 3 that is still around: the oldest one that has the constants at all.
            bounds.append(HTTP_STATUS_START if major == HTTP_STATUS_START[0] else (major, 0))
    return max(bounds, default=None)
