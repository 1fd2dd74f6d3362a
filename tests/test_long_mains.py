"""Programs whose ``main`` does a lot, tries all of it, and cleans up after it, are judged within the bounds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.program.project import is_test_file
from flake8_ocs_status.settings import Settings

SENDER = """
import requests

NAMESPACE = "https://uswe.datahub.connect.aveva.com/api/v1/Tenants/t/Namespaces/n"


def send(kind, message):
    if kind not in KINDS:
        raise ValueError(kind)
    if not message:
        raise LookupError(kind)
    response = requests.post(f"{NAMESPACE}/Bulk/Assets", json=message)
    if response.status_code >= 400:
        raise RuntimeError(response.text)
    return response.json()


def last():
    response = requests.get(f"{NAMESPACE}/Streams/s/Data/Last")
    return response.status_code == 200
"""


def main_of(size: int) -> str:
    """The source of a ``main`` with this many calls, each of which may fail in several ways and is cleaned up after."""
    calls = "".join(f'        send("k{number}", items[{number}])\n' for number in range(size))
    cleaned = "".join(f"            send({number!r}, items)\n" for number in range(size))
    return (
        f"\n\ndef main(items, test=False):\n    try:\n{calls}        if test and not last():\n"
        "            raise AssertionError\n"
        "    except Exception as error:\n        print(error)\n        if test:\n            raise error\n"
        f"    finally:\n        try:\n{cleaned}        except Exception:\n            print('not deleted')\n"
    )


@pytest.mark.parametrize("size", [1, 10])
def test_what_fails_in_many_ways_is_cleaned_up_after_once(size: int) -> None:
    source = SENDER + main_of(size)
    codes = {"OCS207", "OCS503"}
    found = findings_of(ast.parse(source), source.splitlines(keepends=True), "-", Settings(), codes)
    by_function = {(finding.code, "Bulk" in finding.message) for finding in found}
    assert by_function == {("OCS207", True), ("OCS503", True), ("OCS503", False)}


@pytest.mark.parametrize("name", ["test_x.py", "x_test.py", "x_tests.py", "test.py", "tests.py", "conftest.py"])
def test_names_of_files_of_tests(name: str) -> None:
    assert is_test_file(name)
    assert is_test_file(str(Path("package") / name))


@pytest.mark.parametrize("name", ["testing.py", "latest.py", "contest.py", "program.py", "test/__main__.txt"])
def test_names_of_other_files(name: str) -> None:
    assert is_test_file(name) is name.startswith("test/")
