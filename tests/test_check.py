"""The one path from a parsed file to its findings."""

from __future__ import annotations

import ast
import gc
import weakref
from collections.abc import Iterator

import pytest
from fix_helpers import fixed
from fixtures_harness import fixtures_in

from flake8_ocs_status import check
from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.program import project
from flake8_ocs_status.rules import Rule
from flake8_ocs_status.settings import Settings

SOURCE = "import requests\nresponse = requests.get('https://example.com')\n"


def two_in_a_row(facts: Facts) -> Iterator[Finding]:
    yield Finding(2, 0, "OCS998", "later")
    yield Finding(1, 0, "OCS998", "earlier")


def too_deep(facts: Facts) -> Iterator[Finding]:
    yield Finding(1, 0, "OCS999", "found before the depth")
    raise RecursionError


def found(monkeypatch: pytest.MonkeyPatch, *rules: Rule) -> list[tuple[int, str]]:
    monkeypatch.setattr(check, "all_rules", lambda: rules)
    findings = check.findings_of(ast.parse(SOURCE), SOURCE.splitlines(keepends=True), "client.py", Settings())
    return [(finding.line, finding.code) for finding in findings]


def test_findings_are_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, Rule("OCS998", "two", "two", two_in_a_row)) == [(1, "OCS998"), (2, "OCS998")]


def test_code_that_is_too_deep_for_one_rule_is_unknown_to_that_rule_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Rule("OCS998", "two", "two", two_in_a_row), Rule("OCS999", "deep", "deep", too_deep)
    assert found(monkeypatch, *rules) == [(1, "OCS998"), (2, "OCS998")]


def test_a_file_without_a_word_of_http_is_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "all_rules", lambda: pytest.fail("asked for the rules"))
    assert check.findings_of(ast.parse("x = 404\n"), ["x = 404\n"], "x.py", Settings()) == []


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Trees that wait for the garbage collector make every collection slower."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.same_everywhere
@pytest.mark.usefixtures("no_collector")
def test_a_tree_goes_as_soon_as_it_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    # What a thousand files hold, which is text alone, takes longer to read than a tree to be checked.
    monkeypatch.setattr(project, "forget_outlines", lambda: None)
    left = []
    for fixture in fixtures_in()[::7]:
        project.forget_projects()
        tree = ast.parse("".join(fixture.lines))
        gone = weakref.ref(tree)
        check.findings_of(tree, fixture.lines, str(fixture.path), Settings())
        del tree
        if gone() is not None:
            left.append(fixture.name)
    assert left == []


@pytest.mark.same_everywhere
@pytest.mark.usefixtures("no_collector")
def test_the_trees_of_a_file_go_as_soon_as_it_is_fixed() -> None:
    def trees() -> int:
        return sum(isinstance(thing, ast.Module) for thing in gc.get_objects())

    before = trees()
    result = fixed("import requests\n\nassert requests.get('https://example.com').status_code == 200\n")
    assert b"HTTPStatus.OK" in result.new
    assert trees() == before


def test_the_garbage_collector_goes_on() -> None:
    check.findings_of(ast.parse(SOURCE), SOURCE.splitlines(keepends=True), "client.py", Settings())
    assert gc.isenabled()
