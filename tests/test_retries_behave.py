"""What the retry programs do when they run agrees with what the rules say of them."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from retry_runs import MAY_HAVE_BEEN_APPLIED, PERMANENT, Behaviour, Program, markers, programs

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.settings import Settings

pytestmark = pytest.mark.same_everywhere

PROGRAMS = programs()
CODES = frozenset({"OCS503", "OCS601", "OCS602", "OCS603", "OCS604", "OCS605", "OCS606"})
NUMBERS = re.compile(r"\b\d{3}\b")
# The scope lets the tests of one program follow each other, in one process: it is run once for all.
each_program = pytest.mark.parametrize("program", PROGRAMS, ids=[program.label for program in PROGRAMS], scope="module")


@cache
def findings_in(path: Path) -> tuple[Finding, ...]:
    """What the rules about retries say of a file."""
    source = path.read_text(encoding="utf-8")
    return tuple(findings_of(ast.parse(source), source.splitlines(keepends=True), str(path), Settings(), CODES))


@cache
def behaviour_of(program: Program) -> Behaviour:
    """What a program does, found out once."""
    if program.missing:
        pytest.skip(f"{', '.join(program.missing)} is not installed")
    return program.behaviour()


def verdicts(program: Program) -> list[Finding]:
    """What the rules say of a program."""
    return [finding for finding in findings_in(program.path) if program.holds(finding.line)]


@each_program
def test_running_agrees_with_the_rules(program: Program) -> None:
    found = {finding.code for finding in verdicts(program)}
    # A retry that is there and does not fire is told apart from no retry at all; running shows the same.
    said = {"OCS503" if code == "OCS601" else code for code in found}
    assert behaviour_of(program).codes == said, program.label


@each_program
def test_the_statuses_that_are_repeated_in_vain_are_named(program: Program) -> None:
    behaviour = behaviour_of(program)
    for code, repeated, possible in (
        ("OCS604", behaviour.permanent, PERMANENT),
        ("OCS606", behaviour.applied_twice, MAY_HAVE_BEEN_APPLIED),
    ):
        messages = [finding.message for finding in verdicts(program) if finding.code == code]
        named = {int(number) for message in messages for number in NUMBERS.findall(message)}
        assert named & set(possible) == repeated, program.label


@each_program
def test_a_retry_that_needs_retry_after_is_said_to(program: Program) -> None:
    behaviour = behaviour_of(program)
    if behaviour.once.repeated:
        assert behaviour.once_told.repeated
    else:
        messages = [finding.message for finding in verdicts(program)]
        assert behaviour.once_told.repeated == any("without Retry-After" in message for message in messages)


@each_program
def test_rules_agree_with_the_markers(program: Program) -> None:
    expected = {
        (line, code) for line, codes in markers(program.path).items() for code in codes & CODES if program.holds(line)
    }
    assert {(finding.line, finding.code) for finding in verdicts(program)} == expected


def test_there_are_enough_programs_and_a_third_is_right() -> None:
    right = [program for program in PROGRAMS if not {one.code for one in verdicts(program)} - {"OCS605", "OCS606"}]
    assert len(PROGRAMS) >= 80
    assert len(right) * 3 >= len(PROGRAMS)
    assert {program.method for program in PROGRAMS} == {"GET", "POST"}
