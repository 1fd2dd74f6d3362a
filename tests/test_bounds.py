"""``ocs-bounds``: how the bounds of a range of statuses are written."""

from __future__ import annotations

import pytest
from fix_helpers import fixed, reasons

ENUM = ("--ocs-bounds=enum",)


def bounds_after(test: str, *words: str) -> str:
    source = f"import requests\nfrom http import HTTPStatus\n\nr = requests.get('u', timeout=1)\nassert {test}\n"
    result = fixed(source, "--select=OCS102", *words, unsafe=True)
    assert result.problem is None, result.problem
    assert not fixed(result.new, "--select=OCS102", *words, unsafe=True).changed
    return result.new.decode().rpartition("assert ")[2].rstrip().replace("HTTPStatus.", "")


@pytest.mark.parametrize(
    ("test", "by_default", "as_names"),
    [
        ("r.status_code >= 400", "r.status_code >= BAD_REQUEST", "r.status_code >= BAD_REQUEST"),
        ("200 <= r.status_code < 300", "OK <= r.status_code < MULTIPLE_CHOICES", None),
        ("200 <= r.status_code <= 299", "200 <= r.status_code <= 299", "OK <= r.status_code <= 299"),
        ("400 <= r.status_code < 600", "400 <= r.status_code < 600", "BAD_REQUEST <= r.status_code < 600"),
        ("r.status_code > 400", "r.status_code > 400", "r.status_code > BAD_REQUEST"),
        ("r.status_code > 399", "r.status_code > 399", "r.status_code > 399"),
        ("r.status_code in range(200, 300)", "r.status_code in range(200, 300)", None),
        ("r.status_code not in range(500, 600)", "r.status_code not in range(500, 600)", None),
        ("r.status_code // 100 == 2", "r.status_code // 100 == 2", "r.status_code // 100 == 2"),
        ("100 <= r.status_code <= 599", "100 <= r.status_code <= 599", "100 <= r.status_code <= 599"),
    ],
)
def test_bounds(test: str, by_default: str, as_names: str | None) -> None:
    names = {"200": "OK", "300": "MULTIPLE_CHOICES", "500": "INTERNAL_SERVER_ERROR"}
    if as_names is None:
        as_names = test
        for number, name in names.items():
            as_names = as_names.replace(number, name)
    assert bounds_after(test) == by_default
    assert bounds_after(test, *ENUM) == as_names


def test_names_are_those_of_the_vocabulary() -> None:
    after = bounds_after("200 <= r.status_code < 300", *ENUM, "--ocs-constants=requests.codes")
    assert after == "requests.codes.ok <= r.status_code < requests.codes.multiple_choices"


def test_the_fix_is_unsafe() -> None:
    source = "import requests\nx = requests.get('u', timeout=1).status_code in range(200, 300)\n"
    assert reasons(source, "--select=OCS102", *ENUM) == ["needs --unsafe-fixes"]
    assert reasons(source, "--select=OCS102") == ["has no automatic fix"]
