"""Take away the imports that a fix has left without a use.

Only what the fix itself has freed: an import that nobody used before is somebody else's business.
"""

from __future__ import annotations

import ast
import os.path
import re
from collections.abc import Iterable, Iterator

from flake8_ocs_status.findings import Span
from flake8_ocs_status.fix.edits import Edit, apply_edits
from flake8_ocs_status.fix.pieces import first_line
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.source import Source
from flake8_ocs_status.program.module import Module

_Import = ast.Import | ast.ImportFrom
_Place = tuple[int, int]


def without_unused(source: Source, tree: ast.Module, path: str, freed: Iterable[str]) -> bytes:
    """The file's bytes without the imports of the names in ``freed`` that nothing uses; all of them where that is none.

    An import stays where it may be there for others: in an ``__init__.py``, in ``__all__``, as ``x as x``, under a
    condition, with a comment. Raises FileError where the edited file would mean anything else.
    """
    if os.path.basename(path) == "__init__.py":
        return source.data
    module = Module(tree, source.lines, path)
    removed: dict[_Import, list[ast.alias]] = {}
    for name in sorted(freed):
        found = _only_import_of(module, name)
        if found is not None and not _is_mentioned(module, name):
            removed.setdefault(found[0], []).append(found[1])
    edits: list[Edit] = []
    gone: set[_Place] = set()
    for statement, aliases in removed.items():
        if _has_lines_of_its_own(source, tree, statement):
            edits += _edits(source, statement, aliases)
            gone |= {_place(alias) for alias in aliases}
    if not edits:
        return source.data
    data = apply_edits(source, edits)
    _check(source, data, gone)
    return data


def _only_import_of(module: Module, name: str) -> tuple[_Import, ast.alias] | None:
    """The import at the top level of a module that alone binds ``name``, where nothing reads or changes it."""
    scope = module.module_scope
    bindings = scope.bindings.get(name, [])
    if len(bindings) != 1 or any(
        use.id == name and module.scope_of(use).owner_of(name) is scope for use in module.nodes(ast.Name)
    ):
        return None
    statement = bindings[0].node
    if not isinstance(statement, (ast.Import, ast.ImportFrom)) or statement not in module.tree.body:
        return None
    for alias in statement.names:
        if (alias.asname or alias.name.partition(".")[0]) == name:
            return (statement, alias) if alias.asname != alias.name else None
    return None


def _is_mentioned(module: Module, name: str) -> bool:
    """Whether a text that is code names it: a member of ``__all__``, or an annotation in quotes."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    places: list[ast.AST | None] = []
    places += [argument.annotation for argument in module.nodes(ast.arg)]
    places += [function.returns for function in module.nodes(ast.FunctionDef)]
    places += [function.returns for function in module.nodes(ast.AsyncFunctionDef)]
    places += [declared.annotation for declared in module.nodes(ast.AnnAssign)]
    places += [
        statement
        for statement in module.tree.body
        if "__all__" in {part.id for part in ast.walk(statement) if isinstance(part, ast.Name)}
    ]
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and word.search(part.value)
        for place in places
        if place is not None
        for part in ast.walk(place)
    )


def _has_lines_of_its_own(source: Source, tree: ast.Module, statement: _Import) -> bool:
    """Whether the statement shares its lines with no other, and with no comment."""
    assert statement.end_lineno is not None
    lines = source.lines[statement.lineno - 1 : statement.end_lineno]
    others = [other for other in tree.body if other is not statement]
    shared = any(
        first_line(other) <= statement.end_lineno and statement.lineno <= (other.end_lineno or 0) for other in others
    )
    return not shared and not any("#" in line or ";" in line or "\\" in line for line in lines)


def _edits(source: Source, statement: _Import, aliases: list[ast.alias]) -> Iterator[Edit]:
    assert statement.end_lineno is not None
    if len(aliases) == len(statement.names):
        yield _lines(source, *_with_blank_lines(source, statement.lineno, statement.end_lineno))
        return
    kept = [alias for alias in statement.names if alias not in aliases]
    for alias in aliases:
        if _stands_alone(source, alias) and alias.lineno > statement.lineno:
            yield _lines(source, alias.lineno, alias.lineno)
            continue
        following = [other for other in kept if _place(other) > _place(alias)]
        if following:
            index = statement.names.index(alias) + 1
            yield _text(source, _place(alias), _place(statement.names[index]))
        else:
            # Nothing behind it stays: the comma before it goes too.
            previous = statement.names[statement.names.index(alias) - 1]
            yield _text(source, _end(previous), _end(alias))


def _stands_alone(source: Source, alias: ast.alias) -> bool:
    """Whether a name has a line for itself, with a comma behind it."""
    text = source.lines[alias.lineno - 1].strip()
    return text.startswith(alias.name) and text.endswith(",") and text.count(",") == 1


def _with_blank_lines(source: Source, first: int, last: int) -> tuple[int, int]:
    """Lines to remove, with the blank ones on one side of them where there are blank ones on both."""
    lines = source.lines
    above, below = first - 1, last
    while above > 0 and not lines[above - 1].strip():
        above -= 1
    while below < len(lines) and not lines[below].strip():
        below += 1
    if above == 0:
        return first, below
    if below > last or below == len(lines):
        return above + 1, last
    return first, last


def _lines(source: Source, first: int, last: int) -> Edit:
    return Edit(Span(first, 0, last + 1, 0), "".join(source.own_lines[first - 1 : last]), "")


def _text(source: Source, start: _Place, end: _Place) -> Edit:
    begin, stop = source.offset(*start), source.offset(*end)
    return Edit(Span(*start, *end), source.data[begin:stop].decode(source.encoding), "")


def _place(alias: ast.alias) -> _Place:
    return alias.lineno, alias.col_offset


def _end(alias: ast.alias) -> _Place:
    assert alias.end_lineno is not None
    assert alias.end_col_offset is not None
    return alias.end_lineno, alias.end_col_offset


def _check(source: Source, data: bytes, gone: set[_Place]) -> None:
    """Raise FileError unless the new bytes are the old program without the names that stood at ``gone``."""
    wanted = source.parse()
    body: list[ast.stmt] = []
    for statement in wanted.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            statement.names = [alias for alias in statement.names if _place(alias) not in gone]
        if not isinstance(statement, (ast.Import, ast.ImportFrom)) or statement.names:
            body.append(statement)
    wanted.body = body
    try:
        new = ast.parse(data)
    except (SyntaxError, ValueError) as error:
        raise FileError("an import cannot be taken away; left alone") from error
    if ast.dump(new) != ast.dump(wanted):
        raise FileError("an import cannot be taken away without changing more; left alone")
