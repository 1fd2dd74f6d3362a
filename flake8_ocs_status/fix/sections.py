"""Where isort would put an import: its section, and its place among the others of that section.

The order of isort and of ruff's rule I001, which agree on what is asked here: modules by their letters and numbers by
value, ``import x`` before ``from x import y``, names as constants, classes, others; all that as far as the project has
not said otherwise.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flake8_ocs_status.fix.sorting import Sorting

_NUMBER = re.compile(r"(\d+)")

Natural = tuple[str | int, ...]
NameKey = tuple[bool, int, int, Natural, Natural]
SortKey = tuple[int, bool, int, Natural, Natural, tuple[NameKey, ...], str]
"""The form of the import where forms are kept apart, then what is compared of its module and its first name."""


@dataclass(frozen=True, slots=True)
class Import:
    """What sorting looks at: ``import module``, or ``from module import names``. ``section`` is its place in order."""

    section: int
    module: str
    names: tuple[str, ...] = ()
    alias: str = ""

    @property
    def is_from(self) -> bool:
        """Whether it has the form with ``from``."""
        return bool(self.names)


def import_of(statement: ast.Import | ast.ImportFrom, sorting: Sorting) -> Import:
    """What sorting looks at in a statement."""
    first = statement.names[0]
    if isinstance(statement, ast.Import):
        return Import(sorting.section(first.name), first.name, alias=first.asname or "")
    module = statement.module or ""
    names = tuple(alias.name for alias in statement.names)
    section = sorting.section(module, statement.level)
    return Import(section, "." * statement.level + module, names, first.asname or "")


def order_of(imports: Sequence[Import], sorting: Sorting) -> Sorting:
    """The sorting under which the imports of one section stand in order, as they are; ``sorting`` where none does.

    A project that has told nobody how it sorts shows it all the same.
    """
    for candidate in (
        sorting,
        replace(sorting, forms_mixed=not sorting.forms_mixed),
        replace(sorting, from_first=not sorting.from_first),
        replace(sorting, by_length=not sorting.by_length),
        replace(sorting, case_sensitive=not sorting.case_sensitive),
    ):
        keys = [import_key(each, candidate) for each in imports]
        if keys == sorted(keys):
            return candidate
    return sorting


def import_key(each: Import, sorting: Sorting) -> SortKey:
    """The place of an import among others of its section."""
    form = 0 if sorting.forms_mixed else int(each.is_from != sorting.from_first)
    first = min((name_key(name, sorting) for name in each.names), default=None)
    return (
        form,
        each.module not in sorting.top,
        len(each.module) if sorting.by_length else 0,
        () if sorting.case_sensitive else _natural(each.module.lower()),
        _natural(each.module),
        () if first is None else (first,),
        each.alias,
    )


def name_key(name: str, sorting: Sorting) -> NameKey:
    """The place of a name in ``from x import …``: CONSTANTS, Classes, others."""
    kind = 0
    if sorting.by_type and not (name.isupper() and len(name) > 1):
        kind = 1 if name[:1].isupper() else 2
    return (
        name != "*",
        kind,
        len(name) if sorting.by_length else 0,
        () if sorting.case_sensitive else _natural(name.lower()),
        _natural(name),
    )


def names_order(names: Sequence[str], sorting: Sorting) -> Sorting | None:
    """The sorting under which the names of an import stand in order, as they are; None where they do not."""
    for candidate in (sorting, replace(sorting, by_type=not sorting.by_type)):
        keys = [name_key(name, candidate) for name in names]
        if keys == sorted(keys):
            return candidate
    return None


def has_lines_of_their_own(imports: Iterable[Import]) -> bool:
    """Whether each name has an import of its own, even where one statement could bring two."""
    named = [each for each in imports if each.is_from and not each.alias]
    modules = [each.module for each in named]
    return all(len(each.names) == 1 for each in named) and len(set(modules)) < len(modules)


def _natural(text: str) -> Natural:
    return tuple(int(part) if part.isdecimal() else part for part in _NUMBER.split(text))
