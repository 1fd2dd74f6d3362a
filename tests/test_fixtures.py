"""Every fixture gives what its markers say, also when it is spelled differently and when flake8 itself runs it."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from fixture_rewrites import REWRITES, Rewrite, with_noqa, write_rewritten
from fixtures_harness import FIXTURES, Fixture, differences, findings_in, fixtures_in, places_of
from flake8_runs import flake8_places

from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules import all_rules

ALL = fixtures_in()
# The scope lets the tests of one fixture follow each other, in one process: what is found is found once for all.
each_fixture = pytest.mark.parametrize("fixture", ALL, ids=[fixture.name for fixture in ALL], scope="module")
each_rewrite = pytest.mark.parametrize("rewrite", REWRITES, ids=[rewrite.name for rewrite in REWRITES])


@cache
def found_in(fixture: Fixture) -> tuple[Finding, ...]:
    """What the rules of a fixture report."""
    return tuple(fixture.findings())


@each_fixture
def test_markers(fixture: Fixture) -> None:
    problems = differences(fixture, found_in(fixture))
    assert not problems, f"\n{problems}"


@each_fixture
def test_messages_are_single_lines_without_code(fixture: Fixture) -> None:
    for finding in found_in(fixture):
        assert "\n" not in finding.message
        assert not finding.message.startswith("OCS")
        assert not finding.message.endswith(".")


def test_markers_name_rules() -> None:
    codes = {rule.code for rule in all_rules()}
    unknown = {fixture: {code for _, _, code in fixture.marked} - codes for fixture in ALL}
    assert [fixture.name for fixture in unknown if unknown[fixture] and not observes(fixture)] == []
    early = set().union(*unknown.values())
    if early:
        # What a client does can be observed before a rule looks for it.
        pytest.skip(f"fixtures/behaviour waits for {', '.join(sorted(early))}")


# That each fixture gives what its markers say is tested above; the others go by the markers.
@pytest.mark.same_everywhere
@each_rewrite
def test_spelled_differently(rewrite: Rewrite, tmp_path: Path) -> None:
    problems = []
    for fixture, path in write_rewritten(ALL, tmp_path, rewrite.apply):
        expected = rewrite.moved(fixture.expected, fixture, path)
        found = rewrite.comparable(places_of(findings_in(path, fixture.settings, fixture.codes)))
        if found != expected:
            problems.append(f"{path}: expected {expected}, got {found}")
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.same_everywhere
@pytest.mark.parametrize("bare", [False, True], ids=["codes", "bare"])
def test_noqa_silences(bare: bool, tmp_path: Path) -> None:
    # Where nothing is marked there is nothing to silence.
    written = write_rewritten(ALL, tmp_path, lambda fixture: with_noqa(fixture, bare=bare) if fixture.marked else None)
    found = flake8_places(written)
    assert len(found) > len(ALL) // 3
    assert {fixture.name: places for fixture, places in found.items() if places} == {}


@pytest.mark.same_everywhere
def test_flake8_reports_the_same_with_any_number_of_jobs_and_loads_no_library() -> None:
    originals = [(fixture, fixture.path) for fixture in ALL]
    one = flake8_places(originals, "--disable-noqa", "--jobs=1", watched=True)
    two = flake8_places(originals, "--disable-noqa", "--jobs=2")
    assert one == two
    for fixture in ALL:
        assert one[fixture] == fixture.expected, fixture.name


def observes(fixture: Fixture) -> bool:
    """Whether a fixture is there to be run, and not to show what one rule sees and what it leaves alone."""
    return fixture.path.relative_to(FIXTURES).parts[0] == "behaviour"


def folders() -> dict[str, list[Fixture]]:
    """The fixtures of each rule's folder."""
    found: dict[str, list[Fixture]] = {}
    for fixture in ALL:
        if not observes(fixture):
            found.setdefault(fixture.path.relative_to(FIXTURES).parts[0], []).append(fixture)
    return found


@pytest.mark.parametrize("folder", sorted(folders()))
def test_near_misses_are_as_many_as_hits(folder: str) -> None:
    counts: Counter[str] = Counter()
    for fixture in folders()[folder]:
        counts["hits"] += len(fixture.expected)
        counts["near misses"] += len(fixture.near_misses)
    assert counts["near misses"] >= counts["hits"], dict(counts)


@pytest.mark.parametrize("code", [rule.code for rule in all_rules() if rule.on])
def test_rule_has_fixtures(code: str) -> None:
    fixtures = folders().get(code.lower(), [])
    assert any(place[2] == code for fixture in fixtures for place in fixture.expected), (
        f"no fixture in fixtures/{code.lower()} expects {code}"
    )
