"""What the findings say: short, true of the code in front of the reader, and without an address that stands there."""

from __future__ import annotations

import ast
from http import HTTPStatus

import pytest

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.rules import all_rules
from flake8_ocs_status.settings import Settings

LONGEST = 110
ALL = frozenset(rule.code for rule in all_rules())

CLIENT = """
import requests

ROOT = "https://uswe.datahub.connect.aveva.com/api/v1/Tenants/t/Namespaces/n"


def replace(asset, etag):
    response = requests.put(f"{ROOT}/Assets/{asset['Id']}", json=asset, headers={"If-Match": etag})
    response.raise_for_status()
    return response.json()


def create(kind):
    response = requests.post(f"{ROOT}/Types/{kind['Id']}", json=kind)
    response.raise_for_status()
    return response.json()


def upload(assets):
    response = requests.post(f"{ROOT}/Bulk/Assets", json=assets)
    response.raise_for_status()
    return response.json()


def topics():
    return requests.get(f"{ROOT}/Topics", headers={"Authorization": "Bearer t"}).json()
"""

ADDRESS_SET_LATER = """
import requests


class Client:
    address = None

    def __init__(self, host, version):
        if version > 3:
            self.address = host + "/graphql"
        else:
            self.address = None

    def post(self, session: requests.Session, query):
        return session.post(self.address, json=query).json()
"""

OWN_OBJECT = """
import requests


class Result:
    def __init__(self, response: requests.Response) -> None:
        self.status_code = response.status_code

    @property
    def failed(self) -> bool:
        return self.status_code >= 400


def is_well(result: Result, response: requests.Response) -> bool:
    return response.status_code < 400
"""


def messages(source: str, codes: frozenset[str] = ALL) -> list[tuple[str, str]]:
    found = findings_of(ast.parse(source), source.splitlines(keepends=True), "client.py", Settings(), codes)
    return [(finding.code, finding.message) for finding in found]


def test_the_usual_message_fits_on_a_line() -> None:
    said = messages(CLIENT)
    assert {"OCS000", "OCS207", "OCS302", "OCS401", "OCS404", "OCS412", "OCS503"} <= {code for code, _ in said}
    assert [message for _, message in said if len(message) > LONGEST] == []


def test_no_message_repeats_the_host() -> None:
    assert not any("aveva.com" in message for _, message in messages(CLIENT))


@pytest.mark.parametrize("status", [HTTPStatus.PRECONDITION_FAILED, HTTPStatus.SERVICE_UNAVAILABLE])
def test_a_message_names_the_status(status: HTTPStatus) -> None:
    code = f"OCS{status.value}"
    assert all(f"{status.value} " in message for found, message in messages(CLIENT) if found == code)


def test_an_object_of_the_project_is_not_said_to_have_what_a_response_has() -> None:
    said = [message for code, message in messages(OWN_OBJECT, frozenset({"OCS102"}))]
    assert [message.rpartition("; ")[2] for message in said] == ["use HTTPStatus.BAD_REQUEST", "use `response.ok`"]


def test_a_class_of_statuses_does_without_an_example_that_is_too_long() -> None:
    source = "def classes(r):\n    return 500 <= r.status_code <= 599, 200 <= r.status_code <= 299\n"
    messages = [
        finding.message for finding in findings_of(ast.parse(source), source.splitlines(True), "a.py", Settings())
    ]
    assert messages == [
        "`>= 500 and <= 599` tests for a class of statuses by its numbers; use named bounds",
        "`>= 200 and <= 299` tests for a class of statuses by its numbers; use named bounds such as HTTPStatus.OK",
    ]


def test_no_message_takes_none_for_an_address() -> None:
    lines = ADDRESS_SET_LATER.splitlines(keepends=True)
    findings = findings_of(ast.parse(ADDRESS_SET_LATER), lines, "", Settings(scope="all"), frozenset({"OCS000"}))
    [message] = [finding.message for finding in findings]
    assert "None" not in message
    assert "POST …/graphql" in message
