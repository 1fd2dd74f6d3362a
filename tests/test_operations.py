"""Matching URL templates to documented operations."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from url_templates import template

from flake8_ocs_status.catalogue.operations import HOLE, Match, Operation, Verdict, catalogue, match_operation
from flake8_ocs_status.catalogue.statuses import STATUSES
from flake8_ocs_status.catalogue.templates import text_of

NAMESPACE = "/api/v1/Tenants/{}/Namespaces/{}"
OPERATIONS = catalogue().operations
PARAMETER = re.compile(r"\{(\w+)\}")
# What takes how long on a busy machine says nothing.
unhurried = settings(deadline=None)
OPERATION, PATH, ROOT, UNRESOLVED, OTHER = Verdict

# method, template, verdict, label, anchored
TABLE = [
    # nothing known
    ("GET", "{}", UNRESOLVED, "GET {…}", False),
    ("GET", "{}?count={}", UNRESOLVED, "GET {…}?count={…}", False),
    ("GET", "{}{}/{}", UNRESOLVED, "GET {…}{…}/{…}", False),
    ("GET", "", UNRESOLVED, "GET ", False),
    (None, "https://{}", UNRESOLVED, "https://{…}", False),
    ("GET", "https://dat-b.osisoft.com{}", UNRESOLVED, "GET https://dat-b.osisoft.com{…}", True),
    ("GET", "{}/api/v1/{}", UNRESOLVED, "GET {…}/api/v1/{…}", False),
    ("GET", "{}/api/{}/{}", UNRESOLVED, "GET {…}/api/{…}/{…}", False),
    # whole paths
    ("POST", "{}" + NAMESPACE + "/Bulk/Assets", OPERATION, "POST …/Bulk/Assets", True),
    ("post", "{}" + NAMESPACE + "/bulk/ASSETS", OPERATION, "POST …/Bulk/Assets", True),
    ("POST", NAMESPACE + "/Bulk/Assets/", OPERATION, "POST …/Bulk/Assets", True),
    ("POST", "{}/" + NAMESPACE + "//Bulk/Assets?x=/y#z", OPERATION, "POST …/Bulk/Assets", True),
    ("POST", "api/v1/Tenants/a/Namespaces/b/Bulk/Assets", OPERATION, "POST …/Bulk/Assets", True),
    ("GET", "https://uswe.datahub.connect.aveva.com" + NAMESPACE + "/Types", OPERATION, "GET …/Types", True),
    ("GET", "https://datahub.connect.aveva.com:443" + NAMESPACE + "/Types", OPERATION, "GET …/Types", True),
    ("GET", "https://{}.osisoft.com" + NAMESPACE + "/Types", OPERATION, "GET …/Types", True),
    ("GET", "https://dat-{}.osisoft.com/{}/Streams/{}", OPERATION, "GET …/Streams/{streamId}", True),
    ("GET", "{}.osisoft.com" + NAMESPACE + "/Types", OPERATION, "GET …/Types", True),
    ("GET", "dat-b.osisoft.com" + NAMESPACE + "/Types", OPERATION, "GET …/Types", True),
    ("GET", "{}://{}" + NAMESPACE + "/Types", OPERATION, "GET …/Types", True),
    ("GET", "https://{}:{}" + NAMESPACE + "/Types", OPERATION, "GET …/Types", True),
    ("GET", "{}:8443" + NAMESPACE + "/Types", OPERATION, "GET …/Types", True),
    ("GET", "{}/gateway" + NAMESPACE + "/Types", OPERATION, "GET …/Types", True),
    ("GET", "{}/Tenants/{}/Namespaces/{}/Types", OPERATION, "GET …/Types", True),
    ("GET", "{}/Tenants/default/Namespaces/default/Types", OPERATION, "GET …/Types", True),
    ("GET", "{}/v1/Tenants/{}/Namespaces/{}/Types", OPERATION, "GET …/Types", True),
    ("GET", "{}/api/{}/Tenants/{}", OPERATION, "GET …/Tenants/{tenantId}", True),
    ("GET", "{}/api{}/Tenants/{}", OPERATION, "GET …/Tenants/{tenantId}", True),
    ("GET", "{}/api/v{}/Tenants/{}", OPERATION, "GET …/Tenants/{tenantId}", True),
    ("POST", "{}/api/v1/Tenants/{}/Namespaces", OPERATION, "POST …/Namespaces/{namespaceId}", True),
    ("DELETE", "{}" + NAMESPACE, OPERATION, "DELETE …/Namespaces/{namespaceId}", True),
    ("POST", "{}/api/v1-preview/Communities", OPERATION, "POST /api/v1-preview/Communities", True),
    ("GET", "{}/identity/.well-known/openid-configuration", OPERATION,
     "GET /identity/.well-known/openid-configuration", True),
    ("POST", "{}/identity/connect/token", OPERATION, "POST /identity/connect/token", True),
    # parameters
    ("GET", NAMESPACE + "/Streams/asset-{}", OPERATION, "GET …/Streams/{streamId}", True),
    ("GET", NAMESPACE + "/Streams/{}{}", OPERATION, "GET …/Streams/{streamId}", True),
    ("GET", NAMESPACE + "/Streams/{}-{}/Data/Last", OPERATION, "GET …/Streams/{streamId}/Data/Last", True),
    ("GET", NAMESPACE + "/AccessControl/{}", OPERATION, "GET …/AccessControl/{resource}", True),
    ("GET", NAMESPACE + "/AccessControl/Asset{}", OPERATION, "GET …/AccessControl/{resource}", True),
    ("GET", NAMESPACE + "/AccessControl/EventTypes", OPERATION, "GET …/AccessControl/EventTypes", True),
    ("GET", NAMESPACE + "/AccessControl/Streams", ROOT, None, True),
    ("GET", "{}/api/v1/Tenants/{}/Users/Status", OPERATION, "GET …/Users/Status", True),
    ("PUT", "{}/api/v1/Tenants/{}/Users/Status", OPERATION, "PUT …/Users/{userId}", True),
    ("GET", "{}/api/v1/Tenants/{}/Users/{}", OPERATION, "GET …/Users/{userId}", True),
    # a hole for a literal, or for several segments
    ("POST", NAMESPACE + "/Bulk/{}", OPERATION, "POST …/Bulk/…", True),
    ("POST", NAMESPACE + "/{}/Assets", OPERATION, "POST …/Bulk/Assets", True),
    ("GET", NAMESPACE + "/{}/{}/ReferenceCount", OPERATION, "GET …/Types/{typeId}/ReferenceCount", True),
    ("PATCH", NAMESPACE + "/{}/Data", OPERATION, "PATCH …/Streams/{streamId}/Data", True),
    ("POST", NAMESPACE + "/Bulk/{}Types", OPERATION, "POST …/Bulk/{…}", True),
    ("TRACE", NAMESPACE + "/{}", UNRESOLVED, None, True),
    (None, NAMESPACE + "/{}", UNRESOLVED, None, True),
    # a hole glued to a literal
    ("POST", NAMESPACE + "/Assets{}", OPERATION, "POST …/Assets", True),
    (None, NAMESPACE + "/Streams{}", PATH, "…/Streams", True),
    ("GET", NAMESPACE + "/Streams{}", OPERATION, "GET …/Streams", True),
    ("POST", NAMESPACE + "/Streams{}", OPERATION, "POST …/Streams/{streamId}", True),
    ("PATCH", NAMESPACE + "/Streams{}", UNRESOLVED, None, True),
    ("GET", NAMESPACE + "/Streams{}/Data", OPERATION, "GET …/Streams/{streamId}/Data", True),
    ("GET", "{}/Streams/{}/Data{}&count={}/x", OPERATION, "GET …/Streams/{streamId}/Data", False),
    # the end of a path
    ("GET", "{}/Streams/{}", OPERATION, "GET …/Streams/{streamId}", False),
    ("GET", "{}Streams/{}", OPERATION, "GET …/Streams/{streamId}", False),
    ("GET", "/Streams/{}", OPERATION, "GET …/Streams/{streamId}", False),
    ("GET", "Streams/{}", OPERATION, "GET …/Streams/{streamId}", False),
    ("GET", "https://{}/Streams/{}", OPERATION, "GET …/Streams/{streamId}", False),
    ("GET", "{}{}/{}/Streams/{}", OPERATION, "GET …/Streams/{streamId}", False),
    ("GET", "{}/Namespaces/{}/Streams/{}", OPERATION, "GET …/Streams/{streamId}", False),
    ("POST", "{}/Bulk/Assets", OPERATION, "POST …/Bulk/Assets", False),
    ("POST", "{}/omf", OPERATION, "POST …/omf", False),
    ("GET", "{}/Streams/{}/Data/Nothing", UNRESOLVED, None, False),
    # methods
    ("PUT", NAMESPACE + "/Types/{}", PATH, "PUT …/Types/{typeId}", True),
    ("PUT", "{}/Types/{}", PATH, "PUT …/Types/{typeId}", False),
    ("BREW", "{}" + NAMESPACE + "/Assets", PATH, "BREW …/Assets", True),
    (None, "{}" + NAMESPACE + "/Assets", PATH, "…/Assets", True),
    ("GET", "{}/identity/connect/token", PATH, "GET /identity/connect/token", True),
    # under a root
    ("GET", "{}" + NAMESPACE + "/Streams/{}/Data/Transform", ROOT, None, True),
    ("GET", "{}/Tenants/{}/Namespaces/{}/Nothing", ROOT, None, True),
    # the id of a namespace is no "n/admin/assetrules/changedata"
    ("GET", "{}" + NAMESPACE + "/Stream/{}", ROOT, None, True),
    ("GET", "{}" + NAMESPACE + "/topics/{}", ROOT, None, True),
    ("GET", "{}/api/v1/Tenants", ROOT, "GET {…}/api/v1/Tenants", True),
    ("GET", "https://dat-b.osisoft.com/api/v1/Nothing", ROOT, None, True),
    ("GET", "{}/api/v1/nothing", ROOT, None, False),
    # elsewhere
    ("GET", "https://example.com" + NAMESPACE + "/Types", OTHER, None, False),
    ("GET", "http://localhost:5590" + NAMESPACE + "/Types", OTHER, None, False),
    ("GET", "http://localhost:{}" + NAMESPACE + "/Types", OTHER, None, False),
    ("GET", "http://localhost{}/Types", OTHER, None, False),
    ("GET", "localhost:5590" + NAMESPACE + "/Types", OTHER, None, False),
    ("GET", "http://127.0.0.1{}" + NAMESPACE + "/Types", OTHER, None, False),
    ("GET", "https://example.com{}/Streams/{}", OTHER, None, False),
    ("GET", "https://{}.example.com" + NAMESPACE + "/Types", OTHER, None, False),
    ("GET", "{}.example.com" + NAMESPACE + "/Types", OTHER, None, False),
    ("GET", "https://osisoft.com.example.org/api/v1/Tenants/{}", OTHER, None, False),
    ("GET", "https://dat-b.osisoft.com@example.org/api/v1/Tenants/{}", OTHER, None, False),
    ("GET", "ftp://dat-b.osisoft.com/api/v1/Tenants/{}", OTHER, None, False),
    ("GET", "https://docs.osisoft.com/guide", OTHER, None, True),
    ("GET", "{}/forecast/today", OTHER, None, False),
    ("GET", "{}/forecast/Streams", OTHER, None, False),
    ("GET", "{}/api/forecast/users", OTHER, None, False),
]  # fmt: skip


@pytest.mark.parametrize(("method", "text", "verdict", "label", "anchored"), TABLE)
def test_table(method: str | None, text: str, verdict: Verdict, label: str | None, anchored: bool) -> None:
    match = match_operation(method, template(text))
    assert (match.verdict, match.anchored) == (verdict, anchored), match
    assert match.label == label or (label is None and text_of(template(text)) in match.label)
    assert bool(match.operations) == (verdict in (OPERATION, PATH))


def values_for(operation: Operation) -> tuple[list[str], list[str]]:
    """The path with its parameters as holes, and with concrete values that equal no literal."""
    resources = {"resource": "Assets"}
    holes = PARAMETER.sub("{}", operation.path)
    concrete = PARAMETER.sub(lambda found: resources.get(found[1], f"Some.{found[1]}-7"), operation.path)
    hosts = ("", "{}", "https://{}", "https://euno.datahub.connect.aveva.com")
    return [host + holes for host in hosts], [host + concrete for host in hosts]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
def test_every_operation_matches_itself(operation: Operation) -> None:
    with_holes, concrete = values_for(operation)
    for text in (*with_holes, *concrete):
        match = match_operation(operation.method, template(text))
        assert match.verdict is Verdict.OPERATION, text
        assert match.operations == (operation,), text
        assert match.statuses == operation.statuses
        assert match.anchored
        assert not match.other_version


def methods_and_statuses(match: Match) -> tuple[list[str], list[int]]:
    return sorted(operation.method for operation in match.operations), sorted(match.statuses)


def test_a_method_that_is_not_offered_has_no_statuses() -> None:
    match = match_operation("PUT", template("{}" + NAMESPACE + "/Types/{}"))
    assert methods_and_statuses(match) == (["DELETE", "GET", "POST"], [])


def test_an_unknown_method_has_the_statuses_that_all_methods_have() -> None:
    match = match_operation(None, template("{}" + NAMESPACE + "/Bulk/Assets"))
    assert methods_and_statuses(match) == (["DELETE", "POST"], [207, 400, 408, 503])


def test_several_candidates_have_the_statuses_that_all_paths_have() -> None:
    match = match_operation("POST", template("{}/Assets"))
    assert [operation.path.rpartition("/")[0][-4:] for operation in match.operations] == ["eId}", "Bulk"]
    assert 207 not in match.statuses
    assert {400, 503} <= match.statuses
    assert 207 in match_operation("POST", template("{}" + NAMESPACE + "/Bulk/{}")).statuses


def test_another_version_tells_its_statuses() -> None:
    match = match_operation("GET", template("{}/api/v1/tenants/{}/namespaces/{}/events"))
    assert match.verdict is Verdict.OPERATION
    assert match.other_version
    assert match.operations[0].version == "v1.0-preview"
    assert 503 in match.statuses
    exact = match_operation("GET", template("{}/api/v1.0-preview/tenants/{}/namespaces/{}/events"))
    assert not exact.other_version
    assert exact.statuses == match.statuses
    unknown = match_operation("GET", template("{}/api/{}/tenants/{}/namespaces/{}/events"))
    assert not unknown.other_version
    missing = match_operation("PUT", template("{}/api/v1/tenants/{}/namespaces/{}/events"))
    assert (missing.verdict, missing.other_version) == (Verdict.PATH, True)


def test_conditional_headers_are_told() -> None:
    put = match_operation("PUT", template("{}" + NAMESPACE + "/Assets/{}")).operations[0]
    assert (put.if_match, put.if_none_match) == (True, False)
    get = match_operation("GET", template("{}" + NAMESPACE + "/Enumerations/{}")).operations[0]
    assert (get.if_match, get.if_none_match) == (True, True)


def test_the_catalogue_is_whole() -> None:
    assert len({(operation.method, operation.path.lower()) for operation in OPERATIONS}) == len(OPERATIONS) == 595
    assert sum(207 in operation.statuses for operation in OPERATIONS) == 24
    assert sum(412 in operation.statuses for operation in OPERATIONS) == 24


def test_the_statuses_are_described_in_one_line_each() -> None:
    assert sorted(STATUSES) == [200, 201, 202, 204, 207, 302, 400, 401, 403, 404, 405, 408, 409, 412, 500, 503]
    for number, status in STATUSES.items():
        assert status.number == number
        for text in (status.name, status.meaning, status.advice):
            assert text
            assert "\n" not in text
            assert not text.endswith(".")
            assert len(text) <= 90


flips = st.lists(st.booleans(), min_size=1, max_size=40)
tails = st.sampled_from(["?", "#top", "?count=1", "?q=a/b?c", "?filter={}", "?a={}&b={}/x"])


@unhurried
@given(st.sampled_from(OPERATIONS), flips, flips)
def test_letters_case_changes_nothing(operation: Operation, path_flips: list[bool], method_flips: list[bool]) -> None:
    def flip(text: str, flips: list[bool]) -> str:
        return "".join(letter.swapcase() if flips[index % len(flips)] else letter for index, letter in enumerate(text))

    text = values_for(operation)[0][1]
    flipped = match_operation(flip(operation.method, method_flips), template(flip(text, path_flips)))
    assert flipped == match_operation(operation.method, template(text))


@unhurried
@given(st.sampled_from(OPERATIONS), st.sampled_from(["GET", "PUT", "BREW", None]), tails)
def test_a_query_changes_nothing(operation: Operation, method: str | None, tail: str) -> None:
    for text in values_for(operation)[0]:
        plain, queried = (match_operation(method, template(url)) for url in (text, text + tail))
        assert (plain.verdict, plain.operations, plain.statuses) == (
            queried.verdict,
            queried.operations,
            queried.statuses,
        )


@unhurried
@given(st.sampled_from(OPERATIONS), st.lists(st.sampled_from(["{}", "a-{}", "{}-b", "{}{}", "x{}y"]), min_size=4))
def test_holes_in_parameters_change_nothing(operation: Operation, holes: list[str]) -> None:
    values = iter(holes * 3)
    path = PARAMETER.sub(lambda found: "Assets" if found[1] == "resource" else next(values), operation.path)
    assert match_operation(operation.method, template("{}" + path)).operations == (operation,)


parts = st.one_of(
    st.just(HOLE),
    st.sampled_from(
        ["/", "//", "https://", "api", "/api/v1", "/Tenants/", "/Namespaces/", "Streams", "/Data", "?", "é"]
    ),
    st.text(max_size=6),
)


@unhurried
@given(st.sampled_from(["GET", "POST", None, ""]), st.lists(parts, max_size=12))
def test_any_template_has_the_same_answer_each_time(method: str | None, pieces: list[str]) -> None:
    fresh = match_operation.__wrapped__
    first = fresh(method, tuple(pieces))
    assert first == fresh(method, tuple(pieces))
    assert bool(first.operations) == (first.verdict in (OPERATION, PATH))
    known = [operation.statuses for operation in first.operations]
    assert first.statuses <= frozenset().union(*known)
