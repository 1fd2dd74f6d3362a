"""Where one run speaks for all statuses that a library raises for, each of them would have said the same."""

from __future__ import annotations

import ast

import pytest
from fixtures_harness import Fixture, fixtures_in

from flake8_ocs_status.facts import facts_of
from flake8_ocs_status.fate.exchange.record import Fate
from flake8_ocs_status.settings import Settings

pytestmark = pytest.mark.same_everywhere

STATUSES = (302, 400, 401, 404, 409, 412, 500, 503)
WORDS = ("_sample_library_preview", "urlopen", "build_opener")
RAISING = [
    fixture
    for fixture in fixtures_in()
    if fixture.path.relative_to(fixture.root).parts[0] in {"behaviour", "vendor"}
    and any(word in "".join(fixture.lines) for word in WORDS)
]


@pytest.mark.parametrize("fixture", RAISING, ids=[fixture.name for fixture in RAISING])
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
