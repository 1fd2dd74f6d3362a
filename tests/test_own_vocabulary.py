"""What is read of a vocabulary of the project's own, and from where."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from fix_helpers import fixed

from flake8_ocs_status.catalogue.constants import standard_status
from flake8_ocs_status.program.own_vocabulary import OwnVocabulary, own_vocabulary


def project(folder: Path, files: dict[str, str]) -> str:
    """Write files and the mark of a project's root; the path of a client beside them."""
    (folder / "pyproject.toml").touch()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return str(folder / "client.py")


def members(folder: Path, source: str) -> dict[str, int] | None:
    found = own_vocabulary(project(folder, {"acme.py": source}), "acme", "Status")
    return None if found is None else dict(found.members)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class Status:\n    OK = 200\n    GONE: int = 410\n    name = 'x'", {"OK": 200, "GONE": 410}),
        ("from enum import IntEnum\nclass Status(IntEnum):\n    OK = 200, 'fine'\n", {"OK": 200}),
        ("import enum\nclass Status(int, enum.Enum):\n    OK = 200", {"OK": 200}),
        ("from enum import Enum\nclass Status(Enum):\n    OK = 200", {}),
        ("from enum import StrEnum\nclass Status(StrEnum):\n    OK = '200'", {}),
        ("class Base:\n    OK = 200\nclass Status(Base):\n    OK = 201\n    GONE = 410", {"OK": 201, "GONE": 410}),
        ("import http\nclass Status:\n    FINE = http.HTTPStatus.OK", {"FINE": 200}),
        ("class Status:\n    OK = 200, 'a pair is no number'\n    _HIDDEN = 404\n    ON = True", {}),
        ("class Status:\n    OK = 200\n    OK = None", {}),
        ("OTHER = 200", {}),
        # Only running these would tell.
        ("class Status(Unknown):\n    OK = 200", None),
        ("Status = make_statuses()", None),
        ("from somewhere import *", None),
        ("def __getattr__(name): return 200", None),
        ("class Status:\n    OK = 200\nStatus = other(Status)", None),
        ("class Status(Status):\n    OK = 200", None),
        ("from acme import Status", None),
        ("class Status:\n  OK = (", None),
        ("\0", None),
    ],
)
def test_members(source: str, expected: dict[str, int] | None, tmp_path: Path) -> None:
    assert members(tmp_path, source) == expected


def test_a_name_that_is_imported_from_elsewhere_in_the_project(tmp_path: Path) -> None:
    path = project(
        tmp_path,
        {
            "src/acme/__init__.py": "from .net import Status as Codes\nfrom http import HTTPStatus as Same",
            "src/acme/net/__init__.py": "from acme.net.codes import Status",
            "src/acme/net/codes.py": "class Status:\n    OK = 200",
            "src/acme/status.py": "HTTP_404_NOT_FOUND = 404\nOK = 200\nPAGE_SIZE = 200\nTIMEOUT = 408\nNOT_FOUND = 410",
        },
    )
    assert own_vocabulary(path, "acme", "Codes") == OwnVocabulary({"OK": 200}, is_plain=True)
    assert own_vocabulary(path, "acme", "Same") == OwnVocabulary({}, same_as="http.HTTPStatus")
    statuses = OwnVocabulary({"HTTP_404_NOT_FOUND": 404, "OK": 200}, is_plain=True)
    assert own_vocabulary(path, "acme", "status") == statuses
    assert own_vocabulary(path, "acme.nowhere", "Status") is None


def test_nothing_is_read_above_the_root_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "acme.py").write_text("class Status:\n    OK = 200")
    inner = tmp_path / "inner"
    inner.mkdir()
    assert own_vocabulary(project(inner, {}), "acme", "Status") is None


def test_without_a_mark_the_root_is_above_the_packages(tmp_path: Path) -> None:
    package = tmp_path / "client" / "calls"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (tmp_path / "acme.py").write_text("class Status:\n    OK = 200")
    found = own_vocabulary(str(package / "read.py"), "acme", "Status")
    assert found == OwnVocabulary({"OK": 200}, is_plain=True)


def test_the_standard_name_comes_first_and_a_contradicting_one_never() -> None:
    own = OwnVocabulary({"LOST": 404, "HTTP_404_NOT_FOUND": 404, "NOT_FOUND": 410, "AWAY": 503, "PAUSED": 503})
    assert [own.name_of(status) for status in (404, 410, 503, 500)] == ["HTTP_404_NOT_FOUND", None, "AWAY", None]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("NOT_FOUND", 404),
        ("HTTP_NOT_FOUND", 404),
        ("HttpNotFound", 404),
        ("not_found", 404),
        ("STATUS_404", 404),
        ("HTTP_404_NOT_FOUND", 404),
        ("NOT_FOUND_404", 404),
        ("HTTP_STATUS_OK", 200),
        ("SC_UNPROCESSABLE_ENTITY", 422),
        ("UNPROCESSABLE_CONTENT", 422),
        ("NOT_FOUND_CODE", 404),
        ("_OK", 200),
        ("TIMEOUT_500", None),
        ("HTTP_419", None),
        ("HTTP_PORT", None),
        ("LIMIT", None),
        ("STATUS_CODE", None),
        ("_", None),
    ],
)
def test_standard_status(name: str, status: int | None) -> None:
    assert standard_status(name) == status


CLIENT = "import requests\n\nr = requests.get('u', timeout=1)\nif r.status_code == 404:\n    pass\n"


def test_a_vocabulary_under_another_name_goes_by_the_lowest_python(tmp_path: Path) -> None:
    path = project(tmp_path, {"acme.py": "from http import HTTPStatus\n\nStatus = HTTPStatus\n"})
    words = ["--ocs-constants=acme:Status"]
    source = CLIENT.replace("404", "422")
    for python, name in (("3.12", "UNPROCESSABLE_ENTITY"), ("3.13", "UNPROCESSABLE_CONTENT")):
        result = fixed(source, *words, f"--ocs-python={python}", path=path)
        assert f"r.status_code == Status.{name}:" in result.new.decode()


def test_a_vocabulary_that_cannot_be_read_is_taken_to_have_the_standard_names(tmp_path: Path) -> None:
    path = project(tmp_path, {})
    assert b"== Status.NOT_FOUND:" in fixed(CLIENT, "--ocs-constants=acme:Status", path=path).new


def test_a_module_of_constants(tmp_path: Path) -> None:
    path = project(tmp_path, {"acme/__init__.py": "", "acme/status.py": "HTTP_404_NOT_FOUND = 404\n"})
    new = fixed(CLIENT, "--ocs-constants=acme:status", path=path).new.decode()
    assert "from acme import status\n" in new
    assert "== status.HTTP_404_NOT_FOUND:" in new
