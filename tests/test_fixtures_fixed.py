"""``ocs-fix`` on every fixture: what the golden file says, in every spelling, once and for all."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from fixing import fixed
from fixture_rewrites import REWRITES, Rewrite, with_noqa, write_rewritten
from fixtures_harness import Fixture, findings_in, fixtures_in

ALL = fixtures_in()
SAME = pytest.mark.same_everywhere
GOLDEN = [fixture for fixture in ALL if fixture.golden]
# Where no number is reported nothing can be fixed; that each Python reports the same is tested with the markers.
each_fixture_with_literals_everywhere = pytest.mark.parametrize(
    "fixture",
    [
        pytest.param(
            fixture, marks=() if any(code.startswith("OCS1") for *_, code in fixture.marked) else SAME, id=fixture.name
        )
        for fixture in ALL
    ],
)
each_golden_file = pytest.mark.parametrize("fixture", GOLDEN, ids=[fixture.name for fixture in GOLDEN])
KEPT = [rewrite for rewrite in REWRITES if rewrite.name in {"crlf", "bom", "latin-1", "wide"}]


def fix(fixture: Fixture, path: Path, data: bytes) -> bytes:
    return fixed(path, data, fixture.codes, fixture.options, unsafe=fixture.unsafe)


@each_golden_file
def test_is_the_golden_file(fixture: Fixture) -> None:
    assert fixture.golden is not None
    assert fix(fixture, fixture.path, fixture.path.read_bytes()).decode() == fixture.golden.read_bytes().decode()


@each_golden_file
def test_nothing_is_left_to_fix(fixture: Fixture) -> None:
    assert fixture.golden is not None
    left = findings_in(fixture.golden, fixture.settings, fixture.codes)
    assert [finding for finding in left if finding.fix is not None and (finding.fix.safe or fixture.unsafe)] == []


@each_fixture_with_literals_everywhere
def test_twice_is_once(fixture: Fixture) -> None:
    once = fix(fixture, fixture.path, fixture.path.read_bytes())
    ast.parse(once)
    assert fix(fixture, fixture.path, once) == once


@pytest.mark.parametrize("rewrite", KEPT, ids=[rewrite.name for rewrite in KEPT])
def test_spelled_differently(rewrite: Rewrite, tmp_path: Path) -> None:
    for fixture, path in write_rewritten(GOLDEN, tmp_path, rewrite.apply):
        assert fixture.golden is not None
        wanted = rewrite.apply(Fixture(fixture.golden))
        assert fix(fixture, path, path.read_bytes()) == wanted, fixture.name


def test_noqa_is_obeyed(tmp_path: Path) -> None:
    for fixture, path in write_rewritten(ALL, tmp_path, lambda fixture: with_noqa(fixture, bare=False)):
        before = path.read_bytes()
        assert fix(fixture, path, before) == before, fixture.name
