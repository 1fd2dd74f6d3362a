"""What the fixture clients do when they run agrees with their markers, and the rules agree with both."""

from __future__ import annotations

import ast

import pytest
from runs import BODY, Client, clients

from flake8_ocs_status.catalogue.operations import Verdict
from flake8_ocs_status.check import findings_of
from flake8_ocs_status.settings import Settings

CLIENTS = clients()
BEHAVIOUR = frozenset({"OCS000", "OCS204", "OCS207", "OCS412", "OCS503", "OCS601"})
OPT_IN = frozenset({"OCS202", "OCS302", "OCS401", "OCS409", "OCS428"})
# The statuses are named constants here, so that this rule has nothing to say.
SILENT = frozenset({"OCS101"})

PATIENT = [client for client in CLIENTS if not {"OCS503", "OCS601"} & {code for *_, code in client.expected}]

each_client = pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@each_client
def test_running_agrees_with_the_markers(client: Client) -> None:
    expected = {code for *_, code in client.expected}
    # Whoever configures a retry that cannot fire is told so (OCS601) instead of being told to retry (OCS503).
    expected = {"OCS503" if code == "OCS601" else code for code in expected}
    assert client.observed() == expected


@each_client
def test_rules_agree_with_the_markers(client: Client) -> None:
    places = set()
    for file in client.files:
        source = file.read_text(encoding="utf-8")
        codes = BEHAVIOUR | SILENT | client.asked_for
        found = findings_of(ast.parse(source), source.splitlines(keepends=True), str(file), Settings(), codes)
        places |= {(file.name, finding.line, finding.column, finding.code) for finding in found}
    assert places == client.expected


@each_client
def test_the_subject_is_a_documented_operation_that_is_sent(client: Client) -> None:
    assert client.match.verdict is Verdict.OPERATION
    assert client.subject in [(method, path.partition("?")[0]) for method, path in client.run(200).requests]


@pytest.mark.parametrize("retry_after", [False, True])
@pytest.mark.parametrize("client", PATIENT, ids=[client.name for client in PATIENT])
def test_a_repeated_503_ends_as_success(client: Client, retry_after: bool) -> None:
    observation = client.run(503, retry_after=retry_after)
    assert len(observation.pauses) == 1
    assert observation.end == client.run(200).end


def test_every_behaviour_is_seen_and_not_seen() -> None:
    expected = [{code for *_, code in client.expected} for client in CLIENTS]
    for code in BEHAVIOUR:
        assert 1 < sum(code in codes for codes in expected) < len(CLIENTS), code
    for code in OPT_IN:
        judged = [{found for *_, found in client.expected} for client in CLIENTS if code in client.asked_for]
        assert 1 <= sum(code in codes for codes in judged) < len(judged), code
    assert len(CLIENTS) >= 20


def test_an_empty_forcelist_repeats_only_when_told_when() -> None:
    mounted = next(client for client in CLIENTS if client.name == "types_mounted_empty")
    assert not mounted.run(503).pauses
    assert len(mounted.run(503, retry_after=True).pauses) == 1


def test_the_body_is_the_same_for_each_status() -> None:
    assert BODY["ChildErrors"]
    unchecked = next(client for client in CLIENTS if client.name == "types_unchecked")
    assert unchecked.run(207).end == unchecked.run(400).end == ("returned", repr(BODY))
