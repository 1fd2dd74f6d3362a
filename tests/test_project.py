"""The lowest Python of a project, from its own metadata."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_ocs_status.catalogue.project import lowest_of, lowest_python
from flake8_ocs_status.settings import LOWEST_PYTHON


@pytest.mark.parametrize(
    ("requirement", "lowest"),
    [
        (">=3.9", (3, 9)),
        (" >= 3.9 , < 4 ", (3, 9)),
        (">=3.9.1", (3, 9)),
        (">3.8", (3, 8)),
        ("<4,>=3.12", (3, 12)),
        (">=3.8,!=3.9.*,>=3.10", (3, 10)),
        ("~=3.11", (3, 11)),
        ("~=3.11.2", (3, 11)),
        ("==3.13.*", (3, 13)),
        ("===3.12.1", (3, 12)),
        (">=3.14.0rc1", (3, 14)),
        (">=2.7, !=3.0.*", (2, 7)),
        (">=3", (3, 5)),
        ("^3.9", (3, 9)),
        ("^3", (3, 5)),
        ("~3.10", (3, 10)),
        ("3.12", (3, 12)),
        ("3.12.*", (3, 12)),
        ("3.*", (3, 5)),
        ("^3.9 || ~3.7", (3, 7)),
        ("^3.9 | <3", None),
        ("<4", None),
        ("*", None),
        ("", None),
        ("three", None),
        (">=3.9,three", None),
    ],
)
def test_lowest_of(requirement: str, lowest: tuple[int, int] | None) -> None:
    assert lowest_of(requirement) == lowest


@pytest.mark.parametrize(
    ("content", "lowest"),
    [
        ('[project]\nname = "x"\nrequires-python = ">=3.12"\n', (3, 12)),
        ('[tool.poetry.dependencies]\npython = "^3.9"\n', (3, 9)),
        ('[tool.poetry.dependencies]\npython = { version = "^3.9" }\n', LOWEST_PYTHON),
        ('[project]\nrequires-python = ">=3.11"\n[tool.poetry.dependencies]\npython = "^3.9"\n', (3, 11)),
        ('[project]\nname = "x"\n', LOWEST_PYTHON),
        ("[project]\nrequires-python = 3\n", LOWEST_PYTHON),
        ("project = 3\n", LOWEST_PYTHON),
        ("[project\n", LOWEST_PYTHON),
        ("", LOWEST_PYTHON),
    ],
)
def test_pyproject(tmp_path: Path, content: str, lowest: tuple[int, int]) -> None:
    (tmp_path / "pyproject.toml").write_text(content, encoding="utf-8")
    (tmp_path / "package").mkdir()
    assert lowest_python(str(tmp_path / "client.py")) == lowest
    assert lowest_python(str(tmp_path / "package" / "client.py")) == lowest


def test_the_nearest_project_that_says_so_wins(tmp_path: Path) -> None:
    inner = tmp_path / "packages" / "inner"
    tools = tmp_path / "packages" / "tools"
    inner.mkdir(parents=True)
    tools.mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.11"\n', encoding="utf-8")
    (inner / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.13"\n', encoding="utf-8")
    (tools / "pyproject.toml").write_text("[tool.black]\nline-length = 100\n", encoding="utf-8")
    assert lowest_python(str(inner / "client.py")) == (3, 13)
    assert lowest_python(str(tools / "client.py")) == (3, 11)
    assert lowest_python(str(tmp_path / "packages" / "client.py")) == (3, 11)


def test_another_encoding_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes('[project]\nrequires-python = ">=3.12" # caf\xe9\n'.encode("latin-1"))
    assert lowest_python(str(tmp_path / "client.py")) == LOWEST_PYTHON


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.12"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert lowest_python("client.py") == (3, 12)
    assert lowest_python("-") == (3, 12)
