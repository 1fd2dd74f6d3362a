"""The harness fails when it must."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixture_rewrites import with_noqa
from fixtures_harness import Fixture, FixtureError, differences, fixtures_in
from flake8_runs import flake8_places

from flake8_ocs_status.findings import Finding


def fixture_of(folder: Path, source: str) -> Fixture:
    path = folder / "client.py"
    path.write_text(source, encoding="utf-8")
    return Fixture(path, folder)


def test_reports_missed_and_false_alarms(tmp_path: Path) -> None:
    fixture = fixture_of(tmp_path, "if r.status_code == 404:  # expect: OCS101@20\n    pass\n")
    assert not differences(fixture, [Finding(1, 20, "OCS101", "text")])
    assert "client.py:1: missed alarm: expected OCS101@20\n    if r.status_code" in differences(fixture, [])
    wrong_column = differences(fixture, [Finding(1, 21, "OCS101", "text")])
    assert "missed alarm: expected OCS101@20" in wrong_column
    assert "false alarm: got OCS101@21 text" in wrong_column
    assert "client.py:2: false alarm: got OCS101@4 text" in differences(
        fixture, [Finding(1, 20, "OCS101", "text"), Finding(2, 4, "OCS101", "text")]
    )
    assert "false alarm: got OCS103@20" in differences(
        fixture, [Finding(1, 20, "OCS101", "text"), Finding(1, 20, "OCS103", "text")]
    )


def test_reads_several_places_and_other_lines(tmp_path: Path) -> None:
    fixture = fixture_of(tmp_path, "a = 1  # expect: OCS101@4, OCS103@0\n\n# expect[-1]: OCS207@2\n")
    assert fixture.marked == {(1, 4, "OCS101"), (1, 0, "OCS103"), (2, 2, "OCS207")}


def test_a_marker_in_a_string_is_none(tmp_path: Path) -> None:
    assert fixture_of(tmp_path, 'a = "# expect: OCS101@4"\n').marked == set()


def test_reads_headers_above_the_code_only(tmp_path: Path) -> None:
    fixture = fixture_of(
        tmp_path,
        "# option: ocs-handled-by=raise\n#  option: ocs-python=3.12\n\nimport requests\n# option: ocs-scope=all\n",
    )
    assert fixture.options == ("--ocs-handled-by=raise", "--ocs-python=3.12")
    assert (fixture.settings.handled_by, fixture.settings.python, fixture.settings.scope) == (
        "raise",
        (3, 12),
        "detect",
    )


@pytest.mark.parametrize(
    "comment",
    ["# expect OCS101@3", "# expect: OCS101", "# expect: OCS101@3 OCS103@4", "# expected: OCS101@3", "# expect:"],
)
def test_refuses_a_malformed_marker(tmp_path: Path, comment: str) -> None:
    fixture = fixture_of(tmp_path, f"a = 1  {comment}\n")
    with pytest.raises(FixtureError, match=r"client\.py:1: not "):
        _ = fixture.marked


def test_refuses_an_ok_without_reason(tmp_path: Path) -> None:
    fixture = fixture_of(tmp_path, "a = 1  # ok:\n")
    with pytest.raises(FixtureError, match="without a reason"):
        _ = fixture.near_misses
    assert fixture_of(tmp_path, "a = 1\nb = 2  # ok: a size\n").near_misses == [2]


def test_refuses_a_selection_of_no_rule(tmp_path: Path) -> None:
    with pytest.raises(FixtureError, match="no rule is called OCS999"):
        _ = fixture_of(tmp_path, "# select: OCS999\n").codes


def test_finds_fixtures_but_no_golden_files(tmp_path: Path) -> None:
    for name in ("a.py", "a.fixed.py", "b.txt"):
        (tmp_path / name).write_text("")
    assert [fixture.name for fixture in fixtures_in(tmp_path)] == ["a.py"]
    assert fixtures_in(tmp_path)[0].golden == tmp_path / "a.fixed.py"


WRONG = """\
import requests

response = requests.get(url)
found = response.status_code == 404  # expect: OCS101@30
count = 404  # expect: OCS101@8
missing = response.status_code == 404  # ok: this is no near miss
"""


def test_a_wrong_fixture_fails(tmp_path: Path) -> None:
    fixture = fixture_of(tmp_path, WRONG)
    problems = [line for line in differences(fixture, fixture.findings()).splitlines() if "alarm" in line]
    assert [problem.partition("client.py:")[2][:50] for problem in problems] == [
        "4: false alarm: got OCS101@32 404 is a magic statu",
        "4: missed alarm: expected OCS101@30",
        "5: missed alarm: expected OCS101@8",
        "6: false alarm: got OCS101@34 404 is a magic statu",
    ]


def test_a_wrong_fixture_fails_in_flake8(tmp_path: Path) -> None:
    fixture = fixture_of(tmp_path, WRONG)
    assert flake8_places([(fixture, fixture.path)])[fixture] == {(4, 32, "OCS101"), (6, 34, "OCS101")}
    fixture.path.write_bytes(with_noqa(fixture, bare=False))
    assert flake8_places([(fixture, fixture.path)])[fixture] == {(6, 34, "OCS101")}


def test_flake8_gets_the_options_and_the_rules_of_the_fixture(tmp_path: Path) -> None:
    limited = fixture_of(tmp_path, f"# select: OCS101\n# option: ocs-constants=requests.codes\n{WRONG}")
    assert len(flake8_places([(limited, limited.path)])[limited]) == 2
    other = Fixture(limited.path)
    other.__dict__["codes"] = frozenset({"OCS207"})
    assert flake8_places([(other, other.path)])[other] == set()
