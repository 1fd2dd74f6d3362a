"""Tests that an author makes on purpose although they come out one way: what is asserted, said, or spelled out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from flake8_ocs_status.positions.witnesses import last_name
from flake8_ocs_status.possible.conditions import Place, Root
from flake8_ocs_status.possible.states import Exclusion, Source
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import words

_SAYING = words("debug info warning warn error exception critical log print echo write")
_LOWER = (ast.Gt, ast.GtE)
_UPPER = (ast.Lt, ast.LtE)
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def is_asserted(module: Module, test: ast.AST, root: Root) -> bool:
    """Whether a test says what its author knows, to be told when it is not so."""
    if root.place is Place.ASSERTION:
        return True
    return any(
        isinstance(parent, ast.Call) and (last_name(parent.func) or "").lower().startswith("assert")
        for parent in _around(module, test)
    )


def is_said(module: Module, test: ast.AST) -> bool:
    """Whether the outcome of a test is only shown to people."""
    return any(
        isinstance(parent, ast.JoinedStr) or (isinstance(parent, ast.Call) and last_name(parent.func) in _SAYING)
        for parent in _around(module, test)
    )


def _around(module: Module, test: ast.AST) -> Iterator[ast.AST]:
    """The expressions that a test is part of."""
    node = module.parents.get(test)
    while isinstance(node, (ast.expr, ast.keyword)):
        yield node
        node = module.parents.get(node)


def is_spelled_out(module: Module, test: ast.AST, exclusions: Sequence[Exclusion], root: Root) -> bool:
    """Whether a test that is always true names what the ones before it have left: ``if …: elif the opposite:``.

    It decides something after all where more than a complaint waits behind it.
    """
    if any(one.source in (Source.CHECK, Source.TRANSPORT) for one in exclusions):
        return False
    owner = root.owner
    if test is not root.test and not (isinstance(owner, ast.match_case) and test is owner.guard):
        return False
    parent = module.parents.get(owner)
    if isinstance(owner, ast.match_case) and isinstance(parent, ast.Match):
        place = parent.cases.index(owner)
        rest: list[Sequence[ast.stmt]] = [case.body for case in parent.cases[place + 1 :]]
        before = [case.body for case in parent.cases[: place + 1]]
        return place > 0 and all(map(_only_complains, rest or [_after(module, parent, before)]))
    if isinstance(owner, ast.If) and isinstance(parent, ast.If) and parent.orelse == [owner]:
        branches: list[Sequence[ast.stmt]] = [owner.body]
        first: ast.AST = owner
        while isinstance(parent, ast.If) and parent.orelse == [first]:
            branches.append(parent.body)
            first, parent = parent, module.parents.get(parent)
        return _only_complains(owner.orelse or _after(module, first, branches))
    return False


def _after(module: Module, statement: ast.AST, branches: Sequence[Sequence[ast.stmt]]) -> Sequence[ast.stmt]:
    """What follows a statement for those alone whom none of its branches has taken."""
    if not all(isinstance(body[-1], _LEAVING) for body in branches):
        return ()
    parent = module.parents.get(statement)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, ())
        if isinstance(block, list) and statement in block:
            return block[block.index(statement) + 1 :]
    return ()


def _only_complains(body: Sequence[ast.stmt]) -> bool:
    """Whether statements only say that they are never reached."""
    return all(
        isinstance(statement, (ast.Raise, ast.Assert, ast.Pass))
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        or (isinstance(statement, ast.Return) and (statement.value is None or _is_none(statement.value)))
        for statement in body
    )


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def is_end_of_class(module: Module, test: ast.AST, exclusions: Sequence[Exclusion]) -> bool:
    """Whether a test is one of the two that name a class of statuses, ``status >= 200 and status < 300``."""
    parent = module.parents.get(test)
    mine = _end(test)
    if mine is None or not isinstance(parent, ast.BoolOp) or any(one.source is not Source.TEST for one in exclusions):
        return False
    for other in parent.values:
        end = _end(other)
        if end is not None and end[0] == mine[0] and end[1] is not mine[1]:
            return True
    return False


def _end(test: ast.AST) -> tuple[str, bool] | None:
    """What a test compares with a bound, and whether it is the lower one."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], (*_LOWER, *_UPPER)):
        return None
    is_lower = isinstance(test.ops[0], _LOWER)
    left, right = test.left, test.comparators[0]
    if isinstance(left, ast.Constant):
        return ast.unparse(right), not is_lower
    return ast.unparse(left), is_lower
