"""A run that begins where a request is first sent, and follows what goes round it no further, finds the same as one of
the whole function."""

from __future__ import annotations

import ast

import pytest
from runs import Client, clients
from test_behaviour import STATUSES

from flake8_ocs_status.facts import facts_of
from flake8_ocs_status.fate.exchange.record import Fate
from flake8_ocs_status.fate.executor.beginnings import Beginnings
from flake8_ocs_status.fate.executor.statements import Executor
from flake8_ocs_status.fate.judging import survey
from flake8_ocs_status.fate.values.states import Flow, State
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

BRANCHES = """
import requests

BASE = "https://example.osisoft.com/api/v1/Tenants/t/Namespaces/n"


def store(name, body, is_new):
    session = requests.Session()
    types = session.get(f"{BASE}/Types/{name}")
    if types.ok:
        known = types.json()
        if is_new:
            answer = session.post(f"{BASE}/Streams/{name}", json=known)
        else:
            body["Type"] = known
            answer = session.put(f"{BASE}/Streams/{name}", json=body)
            if answer.status_code == 412:
                answer = session.patch(f"{BASE}/Streams/{name}", json=body)
    elif types.status_code == 404:
        return None
    return is_new
"""
IN_LOOPS = """
import requests

BASE = "https://example.osisoft.com/api/v1/Tenants/t/Namespaces/n"


def store_all(names, session):
    session = requests.Session()
    for name in names:
        if name:
            answer = session.get(f"{BASE}/Streams/{name}")
            if answer.status_code == 404:
                session.post(f"{BASE}/Streams/{name}").raise_for_status()
                continue
            answer.raise_for_status()
    return len(names)
"""
PUT_OFF = """
from concurrent.futures import ThreadPoolExecutor

import requests

BASE = "https://example.osisoft.com/api/v1/Tenants/t/Namespaces/n"


def read(name, is_wanted):
    session = requests.Session()
    pool = ThreadPoolExecutor()
    if is_wanted:
        coming = pool.submit(session.get, f"{BASE}/Streams/{name}")
    else:
        coming = pool.submit(session.get, f"{BASE}/Types/{name}")
    answer = coming.result()
    answer.raise_for_status()
    return answer.json()
"""


def fates_in(tree: ast.Module, source: str, path: str) -> dict[object, Fate | None]:
    facts = facts_of(tree, source.splitlines(keepends=True), path, Settings())
    # The call that stands for reading a property is another one each time.
    places = {site: tuple((call.lineno, call.col_offset) for call in site.path) for site, _ in facts.judged_calls}
    return {(place, status): site.fate(status) for site, place in places.items() for status in STATUSES}


def assert_same_as_a_whole(source: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ast.parse(source)
    found = fates_in(tree, source, path)
    with monkeypatch.context() as patched:
        patched.setattr(Beginnings, "begin_here", lambda *_: None)
        patched.setattr(survey, "last_to_send", lambda *_: frozenset())
        as_a_whole = fates_in(tree, source, path)
    assert found == as_a_whole


def lines_begun_at(source: str, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The lines at which runs with a request in focus begin."""
    begun = set()
    outermost = Beginnings.outermost

    def noting(self: Beginnings, *arguments: object) -> object:
        if self.beginning is not None:
            begun.add(self.beginning.rests[0][0].lineno)
        return outermost(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Beginnings, "outermost", noting)
        assert fates_in(ast.parse(source), source, "client.py")
    return begun


@pytest.mark.same_everywhere
@pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])
def test_fates_are_those_of_the_whole_function(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same_as_a_whole(client.source, str(client.path), monkeypatch)


@pytest.mark.parametrize(
    ("source", "begun"),
    [(FLAT, {10, 13}), (BRANCHES, {9, 13, 16, 18}), (IN_LOOPS, {9}), (PUT_OFF, {16})],
    ids=["flat", "branches", "in loops", "put off"],
)
def test_a_run_begins_later(source: str, begun: set[int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines_begun_at(source, monkeypatch) == begun
    assert_same_as_a_whole(source, "client.py", monkeypatch)


def test_paths_round_a_request_end_where_nothing_sends_it_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ast.parse(BRANCHES)
    function = tree.body[-1]
    assert isinstance(function, ast.FunctionDef)
    last = function.body[-1]
    ran = []
    statement = Executor.statement

    def noting(self: Executor, node: ast.stmt, state: State) -> Flow:
        if node is last and self.focus is not None:
            ran.append(state.live)
        return statement(self, node, state)

    with monkeypatch.context() as patched:
        patched.setattr(Executor, "statement", noting)
        fates_in(tree, BRANCHES, "client.py")
    assert set(ran) == {True}
