"""What a request is about, as it is written: two requests to URLs of one shape may be about two things."""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.exchange.derived import names_in
from flake8_ocs_status.fate.exchange.record import CallPath
from flake8_ocs_status.program.module import Module


def are_about_the_same(first: CallPath, second: CallPath, *, every_argument: bool) -> bool:
    """Whether nothing says that two requests are about different things: the calls that send them, or, where that is
    one and the same call, those that lead to it.

    ``every_argument``: any of the arguments tells what a request is about, not just the URL.
    """
    sends_apart = first[-1] is not second[-1]
    pairs = [(first[-1], second[-1])] if sends_apart else list(zip(first[:-1], second[:-1], strict=False))
    if not every_argument:
        apart = (_are_other_things(_subject(one), _subject(other)) for one, other in pairs)
        return not (any(apart) or (not sends_apart and any(_are_told_other_names(*pair) for pair in pairs)))
    arguments = [pair for one, other in pairs for pair in zip(one.args, other.args, strict=False)]
    return not any(_are_other_things(*pair) or _are_other_constants(*pair) for pair in arguments)


def are_about_one_parameter(module: Module, first: CallPath, second: CallPath) -> bool:
    """Whether two requests, written side by side, are about what their function is given by one name, which is never
    bound to anything else: the same, whatever that is."""
    subject, other = _subject(first[-1]), _subject(second[-1])
    if first[:-1] != second[:-1] or not (isinstance(subject, ast.Name) and isinstance(other, ast.Name)):
        return False
    bindings = module.scope_of(subject).lookup(subject.id)
    is_given = len(bindings) == 1 and isinstance(bindings[0].node, ast.arg)
    return is_given and bindings == module.scope_of(other).lookup(other.id)


def _are_other_constants(first: ast.expr, second: ast.expr) -> bool:
    return isinstance(first, ast.Constant) and isinstance(second, ast.Constant) and first.value != second.value


def _are_told_other_names(first: ast.Call, second: ast.Call) -> bool:
    """Whether two calls are told nothing but names that are written out, and not the same ones."""
    given = [[one.value for one in call.args if isinstance(one, ast.Constant)] for call in (first, second)]
    if [len(first.args), len(second.args)] != [len(constants) for constants in given]:
        return False
    pairs = zip(*given, strict=False)
    return any(isinstance(one, str) and isinstance(other, str) and one != other for one, other in pairs)


def _subject(call: ast.Call) -> ast.expr | None:
    """What a call is about: its URL, or the first argument that is no constant, such as the name of a method."""
    named = (keyword.value for keyword in call.keywords if keyword.arg == "url")
    return next(named, None) or next((one for one in call.args if not isinstance(one, ast.Constant)), None)


def _are_other_things(first: ast.expr | None, second: ast.expr | None) -> bool:
    """Whether two expressions are made of names of which each has some that the other has not."""
    if first is None or second is None:
        return False
    mine, others = names_in(first), names_in(second)
    return bool(mine - others) and bool(others - mine)
