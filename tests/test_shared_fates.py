"""Where one run speaks for several statuses, each of them would have said the same."""

from __future__ import annotations

import ast
from functools import partial

import pytest
from fixtures_harness import Fixture, fixtures_in
from steps import calls_made_by

from flake8_ocs_status.facts import facts_of
from flake8_ocs_status.fate.exchange.record import Fate
from flake8_ocs_status.settings import Settings

pytestmark = pytest.mark.same_everywhere

STATUSES = (302, 400, 401, 404, 409, 412, 500, 503)
WORDS = ("_sample_library_preview", "urlopen", "build_opener", "raise_for_status")
SHARING = [
    fixture
    for fixture in fixtures_in()
    if fixture.path.relative_to(fixture.root).parts[0] in {"behaviour", "vendor"}
    and any(word in "".join(fixture.lines) for word in WORDS)
]


@pytest.mark.parametrize("fixture", SHARING, ids=[fixture.name for fixture in SHARING])
def test_a_shared_fate_is_what_each_would_have(fixture: Fixture) -> None:
    def fates(statuses: tuple[int, ...]) -> dict[tuple[int, int, int], object]:
        facts = facts_of(ast.parse("".join(fixture.lines)), fixture.lines, str(fixture.path), Settings())
        return {
            (site.node.lineno, len(site.path), status): told(site.fate(status), facts.module.parents)
            for site in facts.calls
            for status in statuses
        }

    together = fates(STATUSES)
    alone: dict[tuple[int, int, int], object] = {}
    for status in STATUSES:
        alone.update(fates((status,)))
    assert together == alone


def told(fate: Fate | None, nodes: dict[ast.AST, ast.AST]) -> object:
    """All that a rule may ask of a fate, with places instead of nodes: each set of facts has nodes of its own."""
    if fate is None:
        return None
    places = {id(node): (getattr(node, "lineno", 0), getattr(node, "col_offset", 0), type(node)) for node in nodes}
    flags = (fate.looked, fate.open, fate.checked, fate.reads_errors, fate.used, fate.opaque, fate.empty_body_parsed)
    reached = {places.get(node, "elsewhere") for node in fate.reached}
    endings = {end.ending for end in fate.ends}
    return fate.status, reached, endings, len(fate.ends), len(fate.escapes), flags, len(fate.repeats)


REFRESHED = """
import requests

def fetch(tenant):
    answer = requests.get(f"https://example.datahub.connect.aveva.com/api/v1/Tenants/{tenant}/Users", timeout=9)
    answer.raise_for_status()
    return [user["Id"] for user in answer.json()]
"""


def test_statuses_that_are_asked_the_same_are_executed_once() -> None:
    site = facts_of(ast.parse(REFRESHED), REFRESHED.splitlines(keepends=True), "fetch.py", Settings()).calls[0]
    first, success = site.fate(400), site.fate(200)
    assert first is not None
    assert success is not None
    executed = calls_made_by(lambda: site.fate(204))
    shared = [calls_made_by(partial(site.fate, status)) for status in (404, 412, 503, 201, 202)]
    assert max(shared) < executed / 5
    others = [site.fate(status) for status in (404, 412, 503)]
    assert all(other is not None and other.same_as(first) for other in others)
    assert [other.status for other in others if other is not None] == [404, 412, 503]


def test_a_status_that_is_read_is_executed_for_itself() -> None:
    source = REFRESHED.replace("answer.raise_for_status()", "print(answer.status_code)")
    site = facts_of(ast.parse(source), source.splitlines(keepends=True), "fetch.py", Settings()).calls[0]
    plain, missing = site.fate(400), site.fate(404)
    assert plain is not None
    assert missing is not None
    assert plain.escapes is not missing.escapes
