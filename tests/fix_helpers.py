"""Fixing text in tests: a small rule of their own, and an independent look at what an edit has touched."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Container, Iterator
from http import HTTPStatus
from typing import TypeGuard

import pytest

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import CallIt, Finding, Fix, NameStatus, ReplaceOperator
from flake8_ocs_status.fix import fixer, options
from flake8_ocs_status.fix.fixer import Result
from flake8_ocs_status.fix.options import read_options
from flake8_ocs_status.fix.runner import fixer_for
from flake8_ocs_status.program.module import span_of
from flake8_ocs_status.rules import Rule

RULES = tuple(
    Rule(code, "name", "summary", lambda facts: iter(()), fixes="safe")
    for code in ("OCS101", "OCS102", "OCS103", "OCS108")
)
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
CONSTANT = re.compile(r"(?<![\w.])(?:[A-Za-z_]\w*\.)+([A-Z][A-Z_]+)(?!\w)")
SPELLED = re.compile(r"\b(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[1-9]\d*_\d+)\b")
IN_IMPORT = re.compile(r"\s*\w+(, \w+)*,?\)?\s*(#.*\s*)?")


def simple_findings(facts: Facts, codes: Container[str] | None = None) -> list[Finding]:
    """Every three-digit integer is a status (OCS101; OCS102 and unsafe with `>=`), `is` before one is `==` (OCS103),
    every `raise_for_status` is to be called (OCS108) unless it is."""
    found = []
    tree = facts.module.tree
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if node in called:
            continue
        for code, fix in _fixes(node):
            if codes is None or code in codes:
                assert isinstance(node, ast.expr)
                found.append(Finding(node.lineno, node.col_offset, code, "message", fix))
    return sorted(found)


def _fixes(node: ast.AST) -> Iterator[tuple[str, Fix | None]]:
    if isinstance(node, ast.Compare):
        numbers = [other for other in node.comparators if _is_status(other)]
        if numbers and isinstance(node.ops[0], ast.Is):
            number = numbers[0]
            yield (
                "OCS103",
                Fix((ReplaceOperator(span_of(node), 0, "=="), NameStatus(span_of(number), number.value)), safe=True),
            )
        if isinstance(node.ops[0], ast.GtE):
            for number in numbers:
                yield "OCS102", Fix((NameStatus(span_of(number), number.value),), safe=False)
    elif _is_status(node):
        yield "OCS101", Fix((NameStatus(span_of(node), node.value),), safe=True)
    elif isinstance(node, ast.Attribute) and node.attr == "raise_for_status":
        yield "OCS108", Fix((CallIt(span_of(node)),), safe=True)


class _Status(ast.Constant):
    """An integer that may be a status, as the type checker sees it."""

    value: int


def _is_status(node: ast.AST) -> TypeGuard[_Status]:
    return isinstance(node, ast.Constant) and type(node.value) is int and 100 <= node.value <= 599


@pytest.fixture
def simple_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ocs-fix ask the rule above and no other."""
    monkeypatch.setattr(fixer, "findings_in", simple_findings)
    monkeypatch.setattr(options, "all_rules", lambda: RULES)


def fixed(source: str | bytes, *words: str, path: str = "client.py", unsafe: bool = False) -> Result:
    """The result of fixing a source under command line words; a text is dedented and encoded as UTF-8."""
    data = textwrap.dedent(source).encode("utf-8") if isinstance(source, str) else source
    return fixer_for(read_options(["--isolated", *words], []), unsafe=unsafe).fix(path, data)


def fixed_text(source: str, *words: str, path: str = "client.py", unsafe: bool = False) -> str:
    """The fixed text; fails where the file had a problem, or where fixing again changes it."""
    result = fixed(source, *words, path=path, unsafe=unsafe)
    assert result.problem is None, result.problem
    again = fixed(result.new, *words, path=path, unsafe=unsafe)
    assert not again.changed
    assert_only_statuses_changed(result.old, result.new)
    return result.new.decode("utf-8")


def reasons(source: str | bytes, *words: str, unsafe: bool = False) -> list[str]:
    """Why the findings are left, in their order."""
    result = fixed(source, *words, unsafe=unsafe)
    assert result.problem is None, result.problem
    return [left.reason for left in result.left]


def assert_only_statuses_changed(old: bytes, new: bytes, encoding: str = "utf-8") -> None:
    """Check, knowing nothing of how ocs-fix works, that two files differ in named statuses and imports alone.

    Lines are compared as bytes, line ends included. A new line is blank or an import (or a name in one). A changed
    line becomes the old one when its constants are numbers again and its operators and calls the old ones.
    """
    mark = b"\xef\xbb\xbf"
    assert old.startswith(mark) == new.startswith(mark)
    before, after = LINE.findall(old.removeprefix(mark)), LINE.findall(new.removeprefix(mark))
    assert b"".join(after) == new.removeprefix(mark)
    position = added = 0
    for line in after:
        same = position < len(before) and line == before[position]
        if same or (
            position < len(before) and _plain(line.decode(encoding)) == _plain(before[position].decode(encoding))
        ):
            position += 1
        else:
            assert not _plain(line.decode(encoding)).strip(), (line, before[position : position + 1])
            added += 1
    assert position == len(before), before[position]
    assert added <= 4


def _number(found: re.Match[str]) -> str:
    return str(HTTPStatus[found[1]].value) if found[1] in HTTPStatus.__members__ else found[0]


def _plain(line: str) -> str:
    text = CONSTANT.sub(_number, line)
    text = re.sub(r"\bis\b", "==", SPELLED.sub(lambda found: str(int(found[0], 0)), text))
    text = text.replace("raise_for_status()", "raise_for_status")
    if re.fullmatch(r"from \S+ import HTTPStatus\s*", text):
        return ""
    if re.search(r"\bimport\b", text) or IN_IMPORT.fullmatch(text):
        # A name more, or a comma more, in an import; its parenthesis may have gone to the next line.
        return re.sub(r"\bHTTPStatus\b|[ ,)]", "", text)
    return re.sub(r"(?<=\d) (?=[a-z])", "", text)
