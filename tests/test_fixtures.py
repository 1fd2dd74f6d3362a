"""Every fixture gives what its markers say."""

from __future__ import annotations

import pytest
from fixtures_harness import Fixture, differences, fixtures_in

ALL = fixtures_in()
each_fixture = pytest.mark.parametrize("fixture", ALL, ids=[fixture.name for fixture in ALL])


@each_fixture
def test_markers(fixture: Fixture) -> None:
    problems = differences(fixture, fixture.findings())
    assert not problems, f"\n{problems}"


@each_fixture
def test_messages_are_single_lines_without_code(fixture: Fixture) -> None:
    for finding in fixture.findings():
        assert "\n" not in finding.message
        assert not finding.message.startswith("OCS")
        assert not finding.message.endswith(".")
