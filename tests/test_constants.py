"""The frozen tables of constants, held against the interpreters and libraries that are here."""

from __future__ import annotations

import http
import http.client
import json
import shutil
import subprocess
import sys
import warnings
from importlib.metadata import version

import httpx
import pytest
import requests

from flake8_ocs_status.catalogue.constants import Constant, constant_for, is_known_status, status_of
from flake8_ocs_status.catalogue.unregistered import is_close_code, is_met_in_practice
from flake8_ocs_status.catalogue.vocabularies import HTTP_STATUS, HTTP_STATUS_AGE, HTTP_STATUS_START, REQUESTS_CODES
from flake8_ocs_status.settings import VOCABULARIES

NAMES_OF_INTERPRETER = (
    "import http, json, sys;"
    "print(json.dumps([sys.version_info[:2], {n: m.value for n, m in http.HTTPStatus.__members__.items()},"
    " {m.value: m.name for m in http.HTTPStatus}]))"
)
INTERPRETERS = [sys.executable] + [
    found for minor in range(8, 16) if (found := shutil.which(f"python3.{minor}")) is not None
]


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_the_table_is_what_the_interpreter_has(interpreter: str) -> None:
    run = subprocess.run([interpreter, "-c", NAMES_OF_INTERPRETER], capture_output=True, text=True, check=False)
    if run.returncode and interpreter != sys.executable:
        pytest.skip(f"{interpreter} does not start here")
    python_list, members, canonical = json.loads(run.stdout)
    python = (python_list[0], python_list[1])
    table = {
        name: status
        for status, names in HTTP_STATUS.items()
        for name in names
        if HTTP_STATUS_AGE.get(name, HTTP_STATUS_START) <= python
    }
    assert table == members, f"Python {python}"
    named = {status: constant_for(int(status), "http.HTTPStatus", python) for status in canonical}
    assert named == {status: Constant("http", "HTTPStatus", name) for status, name in canonical.items()}


@pytest.mark.parametrize(
    ("status", "vocabulary", "python", "expected"),
    [
        (404, "http.HTTPStatus", (3, 10), ("http", "HTTPStatus", "NOT_FOUND")),
        (422, "http.HTTPStatus", (3, 10), ("http", "HTTPStatus", "UNPROCESSABLE_ENTITY")),
        (422, "http.HTTPStatus", (3, 12), ("http", "HTTPStatus", "UNPROCESSABLE_ENTITY")),
        (422, "http.HTTPStatus", (3, 13), ("http", "HTTPStatus", "UNPROCESSABLE_CONTENT")),
        (422, "http.HTTPStatus", (3, 15), ("http", "HTTPStatus", "UNPROCESSABLE_CONTENT")),
        (418, "http.HTTPStatus", (3, 8), None),
        (418, "http.HTTPStatus", (3, 9), ("http", "HTTPStatus", "IM_A_TEAPOT")),
        (200, "http.HTTPStatus", (2, 7), None),
        (299, "http.HTTPStatus", (3, 13), None),
        (413, "acme.net.codes:Status", (3, 10), ("acme.net.codes", "Status", "REQUEST_ENTITY_TOO_LARGE")),
        (413, "acme.net.codes:Status", (3, 13), ("acme.net.codes", "Status", "CONTENT_TOO_LARGE")),
        (299, "acme:Status", (3, 10), None),
        (404, "requests.codes", (3, 10), ("requests", "codes", "not_found")),
        (508, "requests.codes", (3, 10), None),
        (425, "requests.codes", (3, 10), None),
        (404, "httpx.codes", (3, 10), ("httpx", "codes", "NOT_FOUND")),
        (422, "httpx.codes", (3, 13), ("httpx", "codes", "UNPROCESSABLE_ENTITY")),
        (404, "starlette.status", (3, 10), ("starlette", "status", "HTTP_404_NOT_FOUND")),
        (404, "fastapi.status", (3, 10), ("fastapi", "status", "HTTP_404_NOT_FOUND")),
        (422, "rest_framework.status", (3, 13), ("rest_framework", "status", "HTTP_422_UNPROCESSABLE_ENTITY")),
        (299, "rest_framework.status", (3, 13), None),
    ],
)
def test_constant_for(
    status: int, vocabulary: str, python: tuple[int, int], expected: tuple[str, str, str] | None
) -> None:
    assert constant_for(status, vocabulary, python) == (None if expected is None else Constant(*expected))


def test_text_is_what_stands_in_the_source() -> None:
    assert Constant("http", "HTTPStatus", "NOT_FOUND").text == "HTTPStatus.NOT_FOUND"


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_offered_constant_names_its_status(vocabulary: str) -> None:
    for status in range(100, 600):
        constant = constant_for(status, vocabulary, (3, 10))
        if constant is not None:
            assert status_of(f"{constant.module}.{constant.text}") == status
    assert constant_for(503, vocabulary, (3, 10)) is not None


def test_requests_codes_are_those_of_the_installed_requests() -> None:
    installed = f"requests {version('requests')}"
    ours = {alias: status for status, aliases in REQUESTS_CODES.items() for alias in aliases}
    theirs = {name: value for name, value in vars(requests.codes).items() if name.isidentifier() and name != "name"}
    for alias, status in ours.items():
        if alias in ("content_too_large", "unprocessable_content", "too_early") and alias not in theirs:
            continue  # came with 2.32
        assert requests.codes[alias] == requests.codes[alias.upper()] == status, (installed, alias)
    missing = {name for name in theirs if status_of(f"requests.codes.{name}") is None}
    assert missing == {"uri_too_long", "URI_TOO_LONG"}, installed


def test_httpx_codes_are_those_of_the_installed_httpx() -> None:
    installed = f"httpx {version('httpx')}"
    for member in httpx.codes:
        assert status_of(f"httpx.codes.{member.name}") == member.value, installed
        assert status_of(f"httpx.codes.{member.name.lower()}") == member.value, installed
        constant = constant_for(member.value, "httpx.codes", (3, 10))
        assert constant is not None
        assert getattr(httpx.codes, constant.attribute) is member, installed
    assert {status for status in HTTP_STATUS if constant_for(status, "httpx.codes", (3, 10))} == {
        member.value for member in httpx.codes
    }, installed


@pytest.mark.parametrize(
    ("module_name", "vocabulary"),
    [
        ("starlette.status", "starlette.status"),
        ("starlette.status", "fastapi.status"),
        ("rest_framework.status", "rest_framework.status"),
    ],
)
def test_numbered_constants_are_those_of_the_installed_library(module_name: str, vocabulary: str) -> None:
    package = module_name.partition(".")[0]
    module = pytest.importorskip(module_name, reason=f"{package} is not installed")
    installed = f"{package} {version({'rest_framework': 'djangorestframework'}.get(package, package))}"
    assert module.HTTP_404_NOT_FOUND == 404
    for name in [name for name in vars(module) if name.startswith("HTTP_")]:
        assert status_of(f"{vocabulary}.{name}") == getattr(module, name), (installed, name)
    for status in HTTP_STATUS:
        constant = constant_for(status, vocabulary, (3, 10))
        assert constant is not None
        with warnings.catch_warnings():
            # starlette warns of the former names from 0.48 on; before, it has no others.
            warnings.simplefilter("ignore")
            assert getattr(module, constant.attribute) == status, (installed, constant)


def test_http_client_has_the_names_too() -> None:
    for member in http.HTTPStatus:
        assert status_of(f"http.client.{member.name}") == getattr(http.client, member.name)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("http.HTTPStatus.NOT_FOUND", 404),
        ("http.HTTPStatus.NOT_FOUND.value", 404),
        ("http.HTTPStatus.UNPROCESSABLE_CONTENT", 422),
        ("http.HTTPStatus.UNPROCESSABLE_ENTITY", 422),
        ("http.client.NOT_FOUND", 404),
        ("requests.codes.precondition", 428),
        ("requests.codes.NOT_FOUND", 404),
        ("requests.status_codes.codes.ok", 200),
        ("httpx.codes.OK", 200),
        ("httpx.codes.OK.value", 200),
        ("starlette.status.HTTP_404_NOT_FOUND", 404),
        ("starlette.status.HTTP_422_UNPROCESSABLE_CONTENT", 422),
        ("fastapi.status.HTTP_422_UNPROCESSABLE_ENTITY", 422),
        ("rest_framework.status.HTTP_509_BANDWIDTH_LIMIT_EXCEEDED", 509),
        ("http.HTTPStatus.not_found", None),
        ("http.HTTPStatus.NOT_FOUND.phrase", None),
        ("http.HTTPStatus", None),
        ("NOT_FOUND", None),
        ("self.requests.codes.ok", None),
        ("requests.codes.uri_too_long", None),
        ("starlette.status.HTTP_404_OK", None),
        ("", None),
    ],
)
def test_status_of(path: str, status: int | None) -> None:
    assert status_of(path) == status


def test_known_statuses() -> None:
    assert all(map(is_known_status, http.HTTPStatus))
    assert all(map(is_known_status, (100, 103, 104, 207, 306, 412, 418, 503)))
    assert not any(map(is_known_status, (0, 99, 105, 200000, 299, 419, 509, 599, 600, -1)))


def test_unregistered_numbers_that_clients_meet() -> None:
    met = [number for number in range(1000) if is_met_in_practice(number)]
    assert {444, 499, 509, 520, 527, 530, 599, 600, 999} <= set(met)
    assert not any(map(is_known_status, met))
    assert not any(map(is_met_in_practice, (199, 299, 419, 420, 456, 2000)))


def test_close_codes_are_no_statuses() -> None:
    assert all(map(is_close_code, (1000, 1006, 1015, 3000, 4999)))
    assert not any(map(is_close_code, (999, 1016, 2000, 5000)))
