"""The last word: the edited file means what the old one meant, but for the changes that were wanted."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flake8_ocs_status.findings import AddStatus, CallIt, NameStatus, ReplaceOperator, Span, Step
from flake8_ocs_status.fix.pieces import first_line
from flake8_ocs_status.fix.problems import FileError

DISPLAYS = (ast.List, ast.Tuple, ast.Set)
OPERATORS: Mapping[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "is": ast.Is,
    "is not": ast.IsNot,
    "in": ast.In,
    "not in": ast.NotIn,
}


@dataclass(frozen=True, slots=True)
class NewImport:
    """``from module import name``, as a statement of its own at ``index`` of the old module's body, or as one more
    name of the import that stands there (``extends``)."""

    index: int
    module: str
    name: str
    extends: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One wanted change; ``text`` is the expression that a NameStatus or an AddStatus puts."""

    step: Step
    text: str = ""


def check_same_meaning(
    old: ast.Module,
    new: ast.Module,
    changes: Mapping[Span, list[Change]],
    added: NewImport | None,
    lines: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> None:
    """Compare two trees; raises FileError at the first difference that nobody asked for, or that is missing.

    ``lines`` are those of both files: statements with the same lines need no comparison. Iterative, so that a chain
    of a thousand operators costs no stack.
    """
    pending: dict[Span, list[Change]] = {span: list(wanted) for span, wanted in changes.items()}
    pairs: list[tuple[object, object]] = [(old.type_ignores, new.type_ignores)]
    pairs += zip(old.body, _body_without(new.body, old.body, added), strict=True)
    while pairs:
        before, after = pairs.pop()
        if isinstance(before, ast.expr):
            wanted = _take(before, pending)
            while wanted:
                change = wanted.pop()
                if isinstance(change.step, NameStatus):
                    expected = ast.parse(change.text, mode="eval").body
                    _require(ast.dump(expected) == ast.dump(after) if isinstance(after, ast.AST) else False, before)
                    before = after
                elif isinstance(change.step, AddStatus):
                    after = _without_last_element(before, after, change.text)
                elif isinstance(change.step, CallIt):
                    _require(isinstance(after, ast.Call) and not after.args and not after.keywords, before)
                    assert isinstance(after, ast.Call)
                    after = after.func
                else:
                    _require(isinstance(before, ast.Compare) and isinstance(after, ast.Compare), before)
                    assert isinstance(before, ast.Compare)
                    assert isinstance(after, ast.Compare)
                    before = _with_operator(before, change.step)
        if before is after or (
            isinstance(before, ast.stmt) and isinstance(after, ast.stmt) and _same_text(before, after, *lines)
        ):
            continue
        if isinstance(before, ast.AST):
            _require(type(before) is type(after), before)
            pairs += [(getattr(before, part, None), getattr(after, part, None)) for part in before._fields]
        elif isinstance(before, list):
            if not isinstance(after, list) or len(before) != len(after):
                raise FileError("the edit would change more than it should")
            pairs += zip(before, after, strict=True)
        elif type(before) is not type(after) or repr(before) != repr(after):
            raise FileError("the edit would change more than it should")
    if any(pending.values()):
        raise FileError("a wanted edit is not there")


def _same_text(before: ast.stmt, after: ast.stmt, old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether two statements have the same lines, from the same column on to the same column."""
    if before.col_offset != after.col_offset or before.end_col_offset != after.end_col_offset:
        return False
    mine = old[first_line(before) - 1 : before.end_lineno]
    return bool(mine) and mine == new[first_line(after) - 1 : after.end_lineno]


def _take(node: ast.expr, pending: dict[Span, list[Change]]) -> list[Change]:
    """The changes wanted at this node, which are thereby done."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    wanted = pending.get(Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset))
    if not wanted:
        return []
    mine = [change for change in wanted if _applies(change.step, node)]
    for change in mine:
        wanted.remove(change)
    return mine


def _applies(step: Step, node: ast.expr) -> bool:
    if isinstance(step, CallIt):
        return isinstance(node, ast.Attribute)
    if isinstance(step, ReplaceOperator):
        return isinstance(node, ast.Compare)
    if isinstance(step, AddStatus):
        return isinstance(node, DISPLAYS)
    return isinstance(node, (ast.Constant, ast.Attribute, ast.Name))


def _without_last_element(before: object, after: object, text: str) -> object:
    """What a collection was before an element came to it; raises FileError where that is not what it has got."""
    if not isinstance(after, DISPLAYS) or not after.elts:
        raise FileError("a wanted edit is not there")
    _require(ast.dump(after.elts[-1]) == ast.dump(ast.parse(text, mode="eval").body), before)
    shorter = copy.copy(after)
    shorter.elts = after.elts[:-1]
    return shorter


def _with_operator(comparison: ast.Compare, step: ReplaceOperator) -> ast.Compare:
    operators = list(comparison.ops)
    operators[step.index] = OPERATORS[step.operator]()
    changed = ast.Compare(comparison.left, operators, comparison.comparators)
    return ast.copy_location(changed, comparison)


def _body_without(body: list[ast.stmt], old: list[ast.stmt], added: NewImport | None) -> list[ast.stmt]:
    """The new module's statements without what the new import has brought."""
    body = list(body)
    if added is not None:
        # A new statement goes; an extended one gets the old one's place after its names are compared.
        statement = body[added.index] if added.index < len(body) else None
        known = old[added.index].names if added.extends and isinstance(old[added.index], ast.ImportFrom) else []  # type: ignore[attr-defined]
        good = (
            isinstance(statement, ast.ImportFrom)
            and (statement.module, statement.level) == (added.module, 0)
            and _names(statement.names) == sorted([*_names(known), (added.name, "")])
        )
        if not good:
            raise FileError("the import would not be what it should")
        if added.extends:
            body[added.index] = old[added.index]
        else:
            del body[added.index]
    if len(body) != len(old):
        raise FileError("the edit would change more than it should")
    return body


def _names(aliases: list[ast.alias]) -> list[tuple[str, str]]:
    return sorted((alias.name, alias.asname or "") for alias in aliases)


def _require(good: bool, node: object) -> None:
    if not good:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
        raise FileError("the edit would change more than it should", line, column)
