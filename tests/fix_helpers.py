"""Fixing text in tests: a small rule of their own, and an independent look at what an edit has touched."""

from __future__ import annotations

import ast
import difflib
import re
import textwrap
from collections.abc import Container, Iterator
from http import HTTPStatus
from typing import TypeGuard

import pytest

from flake8_ocs_status.findings import CallIt, Finding, Fix, NameStatus, ReplaceOperator
from flake8_ocs_status.fix import fixer, options
from flake8_ocs_status.fix.fixer import Result
from flake8_ocs_status.fix.options import read_options
from flake8_ocs_status.fix.runner import fixer_for
from flake8_ocs_status.program.module import span_of
from flake8_ocs_status.rules import Rule
from flake8_ocs_status.settings import Settings

RULES = tuple(
    Rule(code, "name", "summary", lambda facts: iter(()), fixes="safe")
    for code in ("OCS101", "OCS102", "OCS103", "OCS108")
)
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
CONSTANT = re.compile(r"(?<![\w.])(?:[A-Za-z_]\w*\.)+([A-Z][A-Z_]+)(?!\w)")
IN_IMPORT = re.compile(r"\s*\w+(, \w+)*,?\)?\s*(#.*\s*)?")


def simple_findings(
    tree: ast.Module, lines: list[str], path: str, settings: Settings, codes: Container[str] | None = None
) -> list[Finding]:
    """Every three-digit integer is a status (OCS101; OCS102 and unsafe with `>=`), `is` before one is `==` (OCS103),
    every `raise_for_status` is to be called (OCS108) unless it is."""
    found = []
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
    monkeypatch.setattr(fixer, "findings_of", simple_findings)
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
    before, after = LINE.findall(old), LINE.findall(new)
    assert b"".join(after) == new
    for kind, first, last, start, end in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone = [line.decode(encoding) for line in before[first:last]]
        come = [line.decode(encoding) for line in after[start:end]]
        if all(IN_IMPORT.fullmatch(line) for line in [*gone, *come]):
            # The end of a list of names: its last line may be another one now.
            assert _names(gone) == [name for name in _names(come) if name != "HTTPStatus"]
            continue
        come = _without_additions(gone, come)
        assert len(gone) == len(come), (gone, come)
        for ours, theirs in zip(gone, come, strict=True):
            assert _plain(ours) == _plain(theirs), (ours, theirs)


def _without_additions(gone: list[str], come: list[str]) -> list[str]:
    """The new lines without those that an import has brought."""
    surplus = len(come) - len(gone)
    kept = []
    for line in come:
        text = line.strip()
        added = not text or text.startswith("from ") or re.fullmatch(r"[A-Za-z]\w*,?", text)
        if surplus and added and line not in gone:
            surplus -= 1
        else:
            kept.append(line)
    return kept


def _names(lines: list[str]) -> list[str]:
    return re.findall(r"\w+|#.*", "".join(lines))


def _plain(line: str) -> str:
    text = CONSTANT.sub(lambda found: str(HTTPStatus[found[1]].value), line)
    text = re.sub(r"\bis\b", "==", re.sub(r"\b0x\w+|\b\d+_\d+\b", lambda found: str(int(found[0], 0)), text))
    text = text.replace("raise_for_status()", "raise_for_status")
    if re.search(r"\bimport\b", text) or IN_IMPORT.fullmatch(text):
        # A name more, or a comma more, in an import.
        return re.sub(r"\bHTTPStatus\b|[ ,]", "", text)
    return re.sub(r"(?<=\d) (?=[a-z])", "", text)
