"""A run that begins where a request is first sent finds the same as one from the start of the function."""

from __future__ import annotations

import ast

import pytest
from runs import Client, clients
from test_behaviour import STATUSES

from flake8_ocs_status.facts import facts_of
from flake8_ocs_status.fate.beginnings import Beginnings
from flake8_ocs_status.fate.record import Fate
from flake8_ocs_status.settings import Settings

CLIENTS = clients()
FLAT = """
import requests

BASE = "https://example.osisoft.com/api/v1/Tenants/t/Namespaces/n"


def rename(name):
    answers = []
    session = requests.Session()
    first = session.get(f"{BASE}/Assets/{name}")
    first.raise_for_status()
    answers.append(first)
    second = session.put(f"{BASE}/Assets/{name}", json=first.json(), headers={"If-Match": first.headers["ETag"]})
    if second.status_code == 412:
        return None
    answers.append(second)
    for answer in answers:
        answer.raise_for_status()
    return [answer.json() for answer in answers]
"""


def fates_in(tree: ast.Module, source: str, path: str) -> dict[object, Fate | None]:
    facts = facts_of(tree, source.splitlines(keepends=True), path, Settings())
    # The call that stands for reading a property is another one each time.
    places = {site: tuple((call.lineno, call.col_offset) for call in site.path) for site, _ in facts.judged_calls}
    return {(place, status): site.fate(status) for site, place in places.items() for status in STATUSES}


def assert_same_from_the_start(source: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ast.parse(source)
    found = fates_in(tree, source, path)
    with monkeypatch.context() as patched:
        patched.setattr(Beginnings, "begin_here", lambda *_: None)
        from_the_start = fates_in(tree, source, path)
    assert found == from_the_start


@pytest.mark.same_everywhere
@pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])
def test_fates_are_those_from_the_start(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same_from_the_start(client.source, str(client.path), monkeypatch)


def test_a_flat_function_begins_later(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    outermost = Beginnings.outermost

    def noting(self: Beginnings, *arguments: object) -> object:
        if self.beginning is not None:
            begun.append(self.beginning.index)
        return outermost(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Beginnings, "outermost", noting)
        assert fates_in(ast.parse(FLAT), FLAT, "flat.py")
    assert set(begun) == {2, 5}
    assert_same_from_the_start(FLAT, "flat.py", monkeypatch)
