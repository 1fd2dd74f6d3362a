"""The words that a call to OCS cannot do without are in everything that the catalogue knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from flake8_ocs_status.catalogue.operations import catalogue
from flake8_ocs_status.program.evidence import COMMON_WORDS, COMPANY, OCS_WORDS, PATHS_AS_SPELT, may_call_ocs
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.outlines import LARGEST_FILE, outline_of
from flake8_ocs_status.program.vendor import VENDOR_LIBRARIES
from flake8_ocs_status.transport.clients import CLIENT_WORDS


def may_hold(*lines: str) -> bool:
    """Whether a source of these lines passes the look at its words."""
    return may_call_ocs(Module(ast.parse(""), list(lines)), CLIENT_WORDS)


def test_no_documented_path_is_without_a_word() -> None:
    paths = [operation.path for operation in catalogue().operations]
    assert len(paths) > 500
    assert [path for path in paths if not may_hold(path)] == []


@pytest.mark.parametrize("text", [*sorted(VENDOR_LIBRARIES), "https://dat-b.OSIsoft.com", "datahub.connect.aveva.com"])
def test_no_host_or_library_is_without_a_word(text: str) -> None:
    assert may_hold("import os\n", f"x = '{text}'\n")


def test_other_code_has_none_of_them() -> None:
    assert not may_hold("import requests\n", "requests.get('https://example.com/api/v1/users/1')\n")


@pytest.mark.parametrize("word", [*OCS_WORDS, *PATHS_AS_SPELT])
def test_each_word_of_ocs_is_seen(word: str) -> None:
    assert may_hold(f"x = [{word}]")


@pytest.mark.parametrize("word", COMMON_WORDS)
def test_a_word_that_others_have_is_seen_in_company(word: str) -> None:
    assert not may_hold(f"x = [{word}]")
    assert all(may_hold(f"x = [{word}]\n", f"y = [{other}]\n") for other in COMPANY)


@pytest.mark.parametrize(
    "line",
    [
        'f"{base}/api/v1/tenants/{tenant}/users"',
        '"/".join([base, "api", "v1", "tenants", tenant])',
        "'{}/tenants/{}/namespaces/{}/streams'",
        'f"{base}/Tenants/{tenant}/Users"',
        'urljoin(base, "Tenants/") + tenant',
        'f"{base}/Tenants{tail}"',
        'f"{base}/Tenants?count={count}"',
        'base + "/Tenants"',
    ],
)
def test_a_path_of_ocs_is_seen_however_it_is_spelt(line: str) -> None:
    assert may_hold(f"url = {line}\n")


@pytest.mark.parametrize(
    "line",
    [
        '"/example.v1.Example/TenantsGet"',
        '"tenants"',
        'NavItem("Tenants")',
        '"/tenants/" + name',
        'f"{base}/tenants/{tenant}/snapshots"',
    ],
)
def test_tenants_of_something_else_are_no_sign(line: str) -> None:
    assert not may_hold("import requests\n", f"x = {line}\n")


def test_what_is_checked_counts_where_the_file_holds_something_else(tmp_path: Path) -> None:
    path = tmp_path / "client.py"
    path.write_text("x = 1\n", encoding="utf-8")
    assert outline_of(str(path)) is not None
    edited = Module(ast.parse(""), ["x = 'https://dat-b.osisoft.com'\n"], str(path))
    assert may_call_ocs(edited, CLIENT_WORDS)


def test_a_file_that_is_too_long_for_others_is_judged_itself(tmp_path: Path) -> None:
    path = tmp_path / "client.py"
    long = Module(ast.parse(""), ["x = 'https://dat-b.osisoft.com'\n", "#" * (LARGEST_FILE + 1)], str(path))
    assert may_call_ocs(long, CLIENT_WORDS)
