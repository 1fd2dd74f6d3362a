"""Bring a name into a module: as one more name of an import that is there, or as a line where isort would put it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from itertools import pairwise

from flake8_ocs_status.fix.edits import Edit, insertion
from flake8_ocs_status.fix.pieces import first_line
from flake8_ocs_status.fix.problems import RefusedError
from flake8_ocs_status.fix.sections import (
    Import,
    has_lines_of_their_own,
    import_key,
    import_of,
    name_key,
    names_order,
    order_of,
)
from flake8_ocs_status.fix.sorting import FIRST_PARTY, THIRD_PARTY, Sorting, sorting_for
from flake8_ocs_status.fix.source import Source
from flake8_ocs_status.fix.verify import NewImport

# Comments that end a run of imports for isort and for ruff.
_BORDER = re.compile(r"#\s*(?:ruff:\s*)?isort:\s*(?:split|off)\b")


@dataclass(frozen=True, slots=True)
class Placement:
    """A new import: the edits that make it, the last line that runs before it, and what the tree then shows."""

    edits: tuple[Edit, ...]
    line: int
    added: NewImport


@dataclass(frozen=True, slots=True)
class _Group:
    """Import statements that share their lines (nearly always one)."""

    index: int
    first: int
    last: int
    count: int
    shown: Import

    @property
    def section(self) -> int:
        return self.shown.section


def place_import(tree: ast.Module, source: Source, path: str, module: str, name: str) -> Placement:
    """Where ``from module import name`` goes in a file; ``path`` tells how the project sorts its imports.

    Raises RefusedError where the statements that it belongs between share a line.
    """
    sorting = sorting_for(path)
    groups = _import_block(tree, source, sorting)
    if not sorting.single_line and not has_lines_of_their_own([group.shown for group in groups]):
        for index, statement in enumerate(tree.body):
            if (
                isinstance(statement, ast.ImportFrom)
                and (statement.module, statement.level) == (module, 0)
                and (sorting.combined_aliases or not all(alias.asname for alias in statement.names))
                and statement.names[0].name != "*"
            ):
                edits = tuple(_extend(statement, source, name, sorting))
                line = statement.end_lineno or statement.lineno
                return Placement(edits, line, NewImport(index, module, name, extends=True))
    return _Placing(tree, source, sorting, groups, Import(sorting.section(module), module, (name,))).placement()


def _extend(statement: ast.ImportFrom, source: Source, name: str, sorting: Sorting) -> list[Edit]:
    """The edits that add a name to an import, in the layout that it has."""
    aliases = statement.names
    order = names_order([alias.name for alias in aliases], sorting)
    if order is not None:
        mine = name_key(name, order)
        following = next((alias for alias in aliases if mine < name_key(alias.name, order)), None)
        if following is not None:
            indent = _indent_before(source, following)
            if indent is None or not _has_parentheses(statement, source):
                return [insertion(following.lineno, following.col_offset, f"{name}, ")]
            line = following.lineno
            # Comments right above a name belong to it.
            while line - 1 > statement.lineno and source.lines[line - 2].lstrip().startswith("#"):
                line -= 1
            return [insertion(line, 0, f"{indent}{name},\n")]
    last = aliases[-1]
    assert last.end_lineno is not None
    assert last.end_col_offset is not None
    indent = _indent_before(source, last)
    if indent is None or not _has_parentheses(statement, source):
        return [insertion(last.end_lineno, last.end_col_offset, f", {name}")]
    tail = source.lines[last.end_lineno - 1].encode("utf-8")[last.end_col_offset :].decode("utf-8").strip()
    if tail.startswith(")"):
        return [insertion(last.end_lineno, last.end_col_offset, f",\n{indent}{name}")]
    edits = [insertion(last.end_lineno, source.length(last.end_lineno), f"\n{indent}{name},")]
    if not tail.startswith(","):
        edits.insert(0, insertion(last.end_lineno, last.end_col_offset, ","))
        edits[1] = replace(edits[1], new=f"\n{indent}{name}")
    return edits


def _indent_before(source: Source, alias: ast.alias) -> str | None:
    """The white space before a name that starts its line, None for any other name."""
    before = source.lines[alias.lineno - 1].encode("utf-8")[: alias.col_offset].decode("utf-8")
    return before if not before.strip() else None


def _has_parentheses(statement: ast.ImportFrom, source: Source) -> bool:
    first = statement.names[0]
    lines = source.lines[statement.lineno - 1 : first.lineno]
    lines[-1] = lines[-1].encode("utf-8")[: first.col_offset].decode("utf-8")
    lines[0] = lines[0].encode("utf-8")[statement.col_offset :].decode("utf-8") if len(lines) > 1 else lines[0]
    return "(" in "".join(lines).partition("import")[2]


def _import_block(tree: ast.Module, source: Source, sorting: Sorting) -> list[_Group]:
    """The first run of imports at the top of a module, before anything is defined.

    A run of nothing but ``__future__`` imports counts only where no other follows.
    """
    runs: list[list[_Group]] = []
    open_run = False
    for index, statement in enumerate(tree.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            break
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            open_run = False
            continue
        assert statement.end_lineno is not None
        if not open_run or _has_border(source, runs[-1][-1].last, statement.lineno):
            runs.append([])
            open_run = True
        run = runs[-1]
        if run and run[-1].last >= statement.lineno:
            run[-1] = replace(run[-1], last=statement.end_lineno, count=run[-1].count + 1)
        else:
            run.append(_Group(index, statement.lineno, statement.end_lineno, 1, import_of(statement, sorting)))
    future = sorting.section("__future__")
    return next((run for run in runs if run[-1].section != future), runs[-1] if runs else [])


def _has_border(source: Source, last: int, first: int) -> bool:
    """Whether a comment between two lines keeps the imports below it apart from those above."""
    return any(_BORDER.match(text.strip()) for text in source.lines[last : first - 1])


@dataclass(frozen=True, slots=True)
class _Placing:
    """A new import that gets a statement of its own; ``groups`` is the block that it goes into, if there is one."""

    tree: ast.Module
    source: Source
    sorting: Sorting
    groups: list[_Group]
    new: Import

    @property
    def _text(self) -> str:
        return f"from {self.new.module} import {self.new.names[0]}"

    def _added(self, index: int) -> NewImport:
        return NewImport(index, self.new.module, self.new.names[0], extends=False)

    def placement(self) -> Placement:
        """Raises RefusedError where there is no line for it."""
        return self._in_block() if self.groups else self._without_block()

    def _in_block(self) -> Placement:
        section = [group for group in self.groups if group.section == self.new.section]
        order = order_of([group.shown for group in section], self.sorting)
        mine = import_key(self.new, order)
        if section:
            before = [group for group in section if import_key(group.shown, order) <= mine]
        else:
            before = [group for group in self.groups if group.section < self.new.section]
        # The statement after an import on the same line is not part of the block.
        body = self.tree.body
        if before:
            group = before[-1]
            following = group.index + group.count
            if following == len(body) or first_line(body[following]) > group.last:
                return self._after(group)
        else:
            group = (section or self.groups)[0]
        return self._above(group)

    def _above(self, group: _Group) -> Placement:
        """The new import right above ``group`` and its comments."""
        top = _above_comments(self.source, group.first)
        below = self._lines_between(self.new.section, group.section)
        if below == 0 and top < group.first:
            # The comments of an import have a blank line above them.
            below = 1
        shares_line = group.index > 0 and (self.tree.body[group.index - 1].end_lineno or 0) >= group.first
        if shares_line or group.section == self.sorting.section("__future__"):
            raise RefusedError("no line of its own for the import")
        text = self._text + "\n" * (1 + below)
        return Placement((insertion(top, 0, text),), top - 1, self._added(group.index))

    def _after(self, group: _Group) -> Placement:
        """The new import right below ``group``, with blank lines between sections, and between forms if wanted."""
        index = group.index + group.count
        following = next((other for other in self.groups if other.index >= index), None)
        above, below = self._lines_between(group.section, self.new.section), 0
        if group.section == self.new.section:
            if following is not None and self._forms_part(group, following):
                return self._above(following)
            if not group.shown.is_from and not self.sorting.forms_mixed:
                above = self.sorting.lines_between_forms
        if following is not None and following.section != self.new.section:
            wanted, there = self._lines_between(self.new.section, following.section), self._blank_lines_below(group)
            if wanted == 0 and above == there > 0:
                return self._above(following)
            below = max(0, wanted - there)
        text = "\n" * (1 + above) + self._text + "\n" * below
        edit = insertion(group.last, self.source.length(group.last), text)
        return Placement((edit,), group.last, self._added(index))

    def _blank_lines_below(self, group: _Group) -> int:
        return _blank_lines_below(self.source, group.last)

    def _forms_part(self, group: _Group, following: _Group) -> bool:
        """Whether blank lines keep ``import x`` above from ``from x import y`` below; a comment has its own."""
        if following.section != group.section or group.shown.is_from or not following.shown.is_from:
            return False
        top = _above_comments(self.source, following.first)
        return self.sorting.lines_between_forms > 0 or (top == following.first and top - group.last > 1)

    def _lines_between(self, earlier: int, later: int) -> int:
        """The blank lines between two sections; one that has none before it has the line of those left out above."""
        names = set(self.sorting.sections[earlier + 1 : later + 1])
        return 1 if names - self.sorting.no_lines_before and not self._is_dense() else 0

    def _is_dense(self) -> bool:
        """Whether the block has sections and puts no blank line between them.

        Many projects keep their own packages among the others, so the border between those two tells nothing.
        """
        inner = {self.sorting.sections.index(name) for name in (THIRD_PARTY, FIRST_PARTY)}
        borders = [
            _distance(earlier, later)
            for earlier, later in pairwise(self.groups)
            if earlier.section != later.section and {earlier.section, later.section} != inner
        ]
        return bool(borders) and all(distance == 1 for distance in borders)

    def _without_block(self) -> Placement:
        """The first import of a file: below the docstring, or below the comments at its top."""
        body, source = self.tree.body, self.source
        if ast.get_docstring(self.tree, clean=False) is not None:
            docstring = body[0]
            assert docstring.end_lineno is not None
            last = docstring.end_lineno
            if len(body) < 2 or first_line(body[1]) > last:
                tail = "\n" * max(0, self._lines_below(1, last) - _blank_lines_below(source, last))
                edit = insertion(last, source.length(last), f"\n\n{self._text}{tail}")
                return Placement((edit,), last, self._added(1))
            raise RefusedError("no line of its own for the import")
        top = first_line(body[0])
        start = _above_comments(source, top)
        tail = "\n" * self._lines_below(0, start - 1)
        return Placement((insertion(start, 0, f"{self._text}\n{tail}"),), start - 1, self._added(0))

    def _lines_below(self, index: int, last: int) -> int:
        """How many blank lines belong between the imports that end at line ``last`` and what follows: two before a
        definition, one before anything else, none at the end of the file; or what the project says."""
        if index >= len(self.tree.body):
            return 0
        if self.sorting.lines_after >= 0:
            return self.sorting.lines_after
        statement = self.tree.body[index]
        definition = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        next_line = last + 1 + _blank_lines_below(self.source, last)
        top = _above_comments(self.source, first_line(statement))
        return 2 if definition and next_line >= min(top, first_line(statement)) else 1


def _distance(earlier: _Group, later: _Group) -> int:
    return later.first - earlier.last


def _above_comments(source: Source, line: int) -> int:
    """The line where the comments right above ``line`` start, or ``line`` where those are the head of the file."""
    start = line
    while start > 1 and source.lines[start - 2].lstrip(" \t\f").startswith("#"):
        start -= 1
    return line if not "".join(source.lines[: start - 1]).strip() else start


def _blank_lines_below(source: Source, line: int) -> int:
    count = 0
    for text in source.lines[line:]:
        if text.strip():
            break
        count += 1
    return count
