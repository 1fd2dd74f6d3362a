"""The harness fails when it must."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures_harness import Fixture, FixtureError, differences, fixtures_in

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
    assert fixture.expected == {(1, 4, "OCS101"), (1, 0, "OCS103"), (2, 2, "OCS207")}


def test_a_marker_in_a_string_is_none(tmp_path: Path) -> None:
    assert fixture_of(tmp_path, 'a = "# expect: OCS101@4"\n').expected == set()


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
        _ = fixture.expected


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
