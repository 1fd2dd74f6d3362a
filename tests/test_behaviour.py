"""What the fixture clients do when they run agrees with their markers, and the rules agree with both."""

from __future__ import annotations

import ast
from itertools import combinations

import pytest
from runs import BODY, THERE, Client, Observation, clients

from flake8_ocs_status.catalogue.operations import Verdict
from flake8_ocs_status.check import findings_of
from flake8_ocs_status.facts import facts_of
from flake8_ocs_status.fate.exchange.record import Ending, Fate
from flake8_ocs_status.fate.judging.callsites import CallSite
from flake8_ocs_status.rules import all_rules
from flake8_ocs_status.settings import Settings
from flake8_ocs_status.transport.retries import Repeats

pytestmark = pytest.mark.same_everywhere

CLIENTS = clients()
BEHAVIOUR = frozenset({"OCS000", "OCS204", "OCS207", "OCS412", "OCS503", "OCS601"})
OPT_IN = frozenset({"OCS202", "OCS302", "OCS401", "OCS409", "OCS428"})
DEFAULT = frozenset(rule.code for rule in all_rules() if rule.on)

STATUSES = (200, 201, 202, 204, 207, 302, 400, 401, 403, 404, 405, 408, 409, 412, 500, 503)
ENDINGS = {"returned": Ending.RETURNS, "raised": Ending.RAISES}

PATIENT = [client for client in CLIENTS if not {"OCS503", "OCS601"} & {code for *_, code in client.expected}]

# The scope lets the tests of one client follow each other, in one process: it is run once for each status.
each_client = pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS], scope="module")


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
        codes = DEFAULT | client.asked_for
        found = findings_of(ast.parse(source), source.splitlines(keepends=True), str(file), Settings(), codes)
        places |= {(file.name, finding.line, finding.column, finding.code) for finding in found}
    assert places == client.expected


def sites_of(client: Client) -> list[CallSite]:
    """The subject as `client()` sends it: none where the analyser does not see all of that, two where it
    is written out twice."""
    lines = client.source.splitlines(keepends=True)
    facts = facts_of(ast.parse(client.source), lines, str(client.path), Settings())
    return [
        site
        for site, _ in facts.judged_calls
        if getattr(site.function, "name", "") == "client"
        and not site.called_out_of_sight
        # What authorizes a request may send it again with a new token.
        and not any("auth" in dict(send.options) for send in site.sends)
        and all(match.operations == client.match.operations for match in site.judged_matches)
    ]


@each_client
def test_each_status_ends_as_the_fate_says(client: Client) -> None:
    sites = sites_of(client)
    if len(sites) != 1:
        return
    (site,) = sites
    known: list[tuple[Fate, Observation]] = []
    for status in STATUSES:
        fate, repeats = site.fate(status), site.repeats(status)
        if fate is None or fate.open or repeats is Repeats.UNKNOWN:
            continue
        observation = client.run(status)
        if any(path == THERE for _, path in observation.requests):
            # Whoever follows never sees the 302.
            continue
        if observation.pauses:
            assert repeats is Repeats.YES or fate.sent_again, status
        else:
            assert repeats is not Repeats.YES, status
            assert ENDINGS[observation.end[0]] in {end.ending for end in fate.ends}, status
            known.append((fate, observation))
    for (fate, observation), (other_fate, other) in combinations(known, 2):
        if fate.same_as(other_fate) and fate.reads_errors is other_fate.reads_errors:
            assert observation.same_as(other), (fate.status, other_fate.status)


def test_most_fates_are_held_against_what_happens() -> None:
    judged = [site for client in CLIENTS for site in sites_of(client)]
    assert len(judged) >= 0.9 * len(CLIENTS)
    fates = [fate for site in judged for status in STATUSES if (fate := site.fate(status)) is not None]
    assert len(fates) >= 0.95 * len(judged) * len(STATUSES)
    certain = [fate for fate in fates if not fate.open and len({end.ending for end in fate.ends}) == 1]
    assert len(certain) >= 0.8 * len(fates)


@each_client
def test_the_subject_is_a_documented_operation_that_is_sent(client: Client) -> None:
    assert client.match.verdict is Verdict.OPERATION
    assert client.subject in [(method, path.partition("?")[0]) for method, path in client.run(200).requests]


@pytest.mark.parametrize("retry_after", [False, True])
@pytest.mark.parametrize("client", PATIENT, ids=[client.name for client in PATIENT], scope="module")
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


def test_a_third_is_right_and_nothing_is_said_of_it() -> None:
    right = [client.name for client in CLIENTS if not {code for *_, code in client.expected} & DEFAULT]
    assert len(right) * 3 >= len(CLIENTS)


def test_an_empty_forcelist_repeats_only_when_told_when() -> None:
    mounted = next(client for client in CLIENTS if client.name == "types_mounted_empty")
    assert not mounted.run(503).pauses
    assert len(mounted.run(503, retry_after=True).pauses) == 1


def test_the_body_is_the_same_for_each_status() -> None:
    assert BODY["ChildErrors"]
    unchecked = next(client for client in CLIENTS if client.name == "types_unchecked")
    assert unchecked.run(207).end == unchecked.run(400).end == ("returned", repr(BODY))
