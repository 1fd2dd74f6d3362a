"""What a pattern of a ``match`` statement is held against."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from flake8_ocs_status.positions.names import Reading, reading_of
from flake8_ocs_status.positions.witnesses import text_of


def matched_by(pattern: ast.pattern, parents: Mapping[ast.AST, ast.AST]) -> ast.expr | str | None:
    """The expression that a pattern is held against, or the name of the attribute; None for anything else.

    ``match method, response.status_code`` is taken apart by ``case "GET", 404``. The item of a mapping counts only
    where its key can be nothing but a status: bodies have codes of their own.
    """
    node: ast.AST = pattern
    while isinstance(parents[node], (ast.MatchOr, ast.MatchAs)):
        node = parents[node]
    around = parents[node]
    if isinstance(around, ast.MatchClass) and node in around.kwd_patterns:
        return around.kwd_attrs[around.kwd_patterns.index(node)]
    if isinstance(around, ast.MatchMapping) and node in around.patterns:
        key = text_of(around.keys[around.patterns.index(node)])
        return key if key is not None and reading_of(key) is Reading.CERTAIN else None
    if isinstance(around, ast.match_case):
        return _subject(around, parents)
    if not isinstance(around, ast.MatchSequence):
        return None
    outer = parents[around]
    while isinstance(outer, (ast.MatchOr, ast.MatchAs)):
        outer = parents[outer]
    subject = _subject(outer, parents) if isinstance(outer, ast.match_case) else None
    if not isinstance(subject, (ast.Tuple, ast.List)) or len(subject.elts) != len(around.patterns):
        return None
    if any(isinstance(part, (ast.MatchStar, ast.Starred)) for part in (*around.patterns, *subject.elts)):
        return None
    return subject.elts[around.patterns.index(node)]  # type: ignore[arg-type]


def _subject(case: ast.match_case, parents: Mapping[ast.AST, ast.AST]) -> ast.expr:
    match = parents[case]
    assert isinstance(match, ast.Match)
    return match.subject
