"""Bring a name into a module: as one more name of an import that is there, or as a line where isort would put it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from itertools import pairwise

from flake8_ocs_status.fix.edits import Edit, insertion
from flake8_ocs_status.fix.pieces import first_line
from flake8_ocs_status.fix.problems import RefusedError
from flake8_ocs_status.fix.sections import (
    FIRST_PARTY,
    FUTURE,
    THIRD_PARTY,
    SortKey,
    import_key,
    name_key,
    new_import_key,
)
from flake8_ocs_status.fix.source import Source
from flake8_ocs_status.fix.verify import NewImport


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
    key: SortKey


def place_import(tree: ast.Module, source: Source, path: str, module: str, name: str) -> Placement:
    """Where ``from module import name`` goes in a file; ``path`` tells which packages are the project's own.

    Raises RefusedError where the statements that it belongs between share a line.
    """
    for index, statement in enumerate(tree.body):
        if (
            isinstance(statement, ast.ImportFrom)
            and (statement.module, statement.level) == (module, 0)
            and not all(alias.asname for alias in statement.names)
            and statement.names[0].name != "*"
        ):
            added = NewImport(index, module, name, extends=True)
            return Placement(tuple(_extend(statement, source, name)), statement.end_lineno or statement.lineno, added)
    line = f"from {module} import {name}"
    groups = _import_block(tree, path)
    if not groups:
        return _without_block(tree, source, line, NewImport(0, module, name, extends=False))
    return _in_block(tree, source, groups, line, new_import_key(module, path), NewImport(0, module, name, False))


def _extend(statement: ast.ImportFrom, source: Source, name: str) -> list[Edit]:
    """The edits that add a name to an import, in the layout that it has."""
    aliases = statement.names
    keys = [name_key(alias.name) for alias in aliases]
    mine = name_key(name)
    following = next((alias for alias, key in zip(aliases, keys, strict=True) if mine < key), None)
    if following is not None and keys == sorted(keys):
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


def _import_block(tree: ast.Module, path: str) -> list[_Group]:
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
        if not open_run:
            runs.append([])
            open_run = True
        run = runs[-1]
        if run and run[-1].last >= statement.lineno:
            run[-1] = replace(run[-1], last=statement.end_lineno, count=run[-1].count + 1)
        else:
            run.append(_Group(index, statement.lineno, statement.end_lineno, 1, import_key(statement, path)))
    return next((run for run in runs if run[-1].key[0] != FUTURE), runs[-1] if runs else [])


def _in_block(
    tree: ast.Module, source: Source, groups: list[_Group], line: str, key: SortKey, added: NewImport
) -> Placement:
    section = [group for group in groups if group.key[0] == key[0]]
    before = [group for group in section or groups if group.key <= key]
    # The statement after an import on the same line is not part of the block.
    body = tree.body
    if before:
        group = before[-1]
        following = group.index + group.count
        shared = following < len(body) and first_line(body[following]) <= group.last
        if not shared:
            return _after(source, groups, group, line, key, added)
    else:
        group = (section or groups)[0]
    blank = "\n" if group.key[0] != key[0] and not _is_dense(groups) else ""
    top = _above_comments(source, group.first)
    shares_line = group.index > 0 and (body[group.index - 1].end_lineno or 0) >= group.first
    if shares_line or group.key[0] == FUTURE:
        raise RefusedError("no line of its own for the import")
    return Placement((insertion(top, 0, f"{line}\n{blank}"),), top - 1, replace(added, index=group.index))


def _after(
    source: Source,
    groups: list[_Group],
    group: _Group,
    line: str,
    key: SortKey,
    added: NewImport,
) -> Placement:
    """The new import right below ``group``, with blank lines between sections."""
    added = replace(added, index=group.index + group.count)
    dense = _is_dense(groups)
    lead = "\n\n" if group.key[0] != key[0] and not dense else "\n"
    tail = ""
    following = next((other for other in groups if other.index >= added.index), None)
    crowded = following is not None and following.key[0] != key[0] and not _blank_lines_below(source, group.last)
    tail = "\n" if crowded and not dense else ""
    edit = insertion(group.last, source.length(group.last), f"{lead}{line}{tail}")
    return Placement((edit,), group.last, added)


def _is_dense(groups: list[_Group]) -> bool:
    """Whether the block has sections and puts no blank line between them.

    Many projects keep their own packages among the others, so the border between those two tells nothing.
    """
    borders = [
        later.first - earlier.last
        for earlier, later in pairwise(groups)
        if earlier.key[0] != later.key[0] and {earlier.key[0], later.key[0]} != {THIRD_PARTY, FIRST_PARTY}
    ]
    return bool(borders) and all(distance == 1 for distance in borders)


def _without_block(tree: ast.Module, source: Source, line: str, added: NewImport) -> Placement:
    """The first import of a file: below the docstring, or below the comments at its top."""
    body = tree.body
    if ast.get_docstring(tree, clean=False) is not None:
        docstring = body[0]
        assert docstring.end_lineno is not None
        last = docstring.end_lineno
        added = replace(added, index=1)
        if len(body) < 2 or first_line(body[1]) > last:
            tail = "\n" * max(0, _blank_lines_wanted(tree, 1, source, last) - _blank_lines_below(source, last))
            return Placement((insertion(last, source.length(last), f"\n\n{line}{tail}"),), last, added)
        raise RefusedError("no line of its own for the import")
    top = first_line(body[0])
    start = _above_comments(source, top)
    tail = "\n" * _blank_lines_wanted(tree, 0, source, start - 1)
    return Placement((insertion(start, 0, f"{line}\n{tail}"),), start - 1, added)


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


def _blank_lines_wanted(tree: ast.Module, index: int, source: Source, last: int) -> int:
    """How many blank lines belong between the imports that end at line ``last`` and what follows: two before a
    definition, one before anything else, none at the end of the file."""
    if index >= len(tree.body):
        return 0
    statement = tree.body[index]
    definition = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    next_line = last + 1 + _blank_lines_below(source, last)
    top = _above_comments(source, first_line(statement))
    return 2 if definition and next_line >= min(top, first_line(statement)) else 1
