"""Which files of a project have a word in them, or are few imports away from one that does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_ocs_status.program import reach
from flake8_ocs_status.program.outlines import outline_of
from flake8_ocs_status.program.project import Project, forget_projects
from flake8_ocs_status.program.reach import Reach, reach_of
from flake8_ocs_status.program.words import Words
from flake8_ocs_status.transport.clients import client_words

NEEDLE = Words(("needle",))


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_projects()
    yield
    forget_projects()


@pytest.fixture(params=["few files with the word", "many"])
def _by_both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "many":
        monkeypatch.setattr(reach, "_FEW", 0)


def reach_in(root: Path, words: Words = NEEDLE, **texts: str) -> Reach:
    """The project of these files, ``folder_in_name`` for ``folder/name.py``, as far as it reaches the words."""
    (root / "setup.py").touch()
    for name, text in texts.items():
        path = root / f"{name.replace('_in_', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return reach_of(Project(str(root / "setup.py")), words)


@pytest.mark.usefixtures("_by_both_ways")
def test_words_are_looked_for_along_imports(tmp_path: Path) -> None:
    found = reach_in(
        tmp_path,
        one="import two\n",
        two="import three, one\n",
        three="WORD = 'Needle'\n",
        four="import json\nthree = 'two'\n",
    )
    one, two, three, four = (str(tmp_path / f"{name}.py") for name in ("one", "two", "three", "four"))
    assert found.any_import(one)
    assert not found.any_import(one, steps=1)
    assert found.any_import(two, steps=1)
    assert not found.any_import(three)
    assert not found.any_import(four)


@pytest.mark.usefixtures("_by_both_ways")
def test_three_imports_are_followed_and_no_more(tmp_path: Path) -> None:
    found = reach_in(tmp_path, a="import b\n", b="import c\n", c="import d\n", d="import e\n", e="needle = 1\n")
    assert [found.any_import(str(tmp_path / f"{name}.py")) for name in "abcde"] == [False, True, True, True, False]


@pytest.mark.usefixtures("_by_both_ways")
def test_a_package_is_imported_without_its_name(tmp_path: Path) -> None:
    names = {"init": "package/__init__", "inside": "package/inside", "below": "package/below/deep", "apart": "apart"}
    found = reach_in(
        tmp_path,
        package_in___init__="from .client import Client\n",
        package_in_client="class Client:\n    needle = 1\n",
        package_in_inside="from . import Client\n",
        package_in_below_in_deep="from .. import Client\n",
        apart="from elsewhere import Client\n",
    )
    reaching = [name for name, path in names.items() if found.any_import(str(tmp_path / f"{path}.py"))]
    assert reaching == ["init", "inside", "below"]


def test_what_files_with_a_word_import_is_reached_from_them(tmp_path: Path) -> None:
    found = reach_in(tmp_path, word="import helper\nNEEDLE = 1\n", helper="", apart="")
    assert found.is_imported(str(tmp_path / "helper.py"))
    assert not found.is_imported(str(tmp_path / "apart.py"))


def test_what_tests_import_is_reached_from_tests_alone(tmp_path: Path) -> None:
    found = reach_in(
        tmp_path,
        test_word="import helper, near, tests.helpers\nNEEDLE = 1\n",
        helper="",
        near="",
        test_far="import test_word, far\n",
        far="",
        tests_in_helpers="",
    )
    paths = {name: str(tmp_path / name) for name in ("helper.py", "far.py", "tests/helpers.py")}
    assert [name for name, path in paths.items() if found.is_imported(path)] == ["tests/helpers.py"]
    assert not found.is_wired(paths["far.py"])


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("import os, requests\n", True),
        ("from requests.adapters import HTTPAdapter\n", True),
        ("try:\n    from urllib.request import urlopen\nexcept ImportError:\n    pass\n", True),
        ("from urllib import request\n\nrequest.urlopen(url)\n", True),
        ("import urllib\n\nurllib.request.urlopen(url)\n", True),
        ("import http.client as client\n", True),
        ("from six.moves import urllib\n\nurllib.request.urlopen(url)\n", True),
        ("from requests import \\\n    get\n", True),
        ("from adh_sample_library_preview import ADHClient\n", True),
        ('"""How to send.\n\nimport requests\n"""\nimport requests\n', True),
        ('"""How to send."""\nimport httpx\n', True),
        ("import in_house\n", True),
        ("library = 'requests'\n", False),
        ("import httpx_auth_of_ours\nname = 'httpx'\n", False),
        ("from urllib.parse import quote\nopener = 'urlopen'\n", False),
        ("# import requests\n", False),
        ('"""How to send.\n\n    import requests\n"""\nimport os\n', False),
        ("import os\n\nEXAMPLE = '''\nfrom httpx import get\n'''\n", False),
    ],
)
def test_the_word_of_a_client_counts_where_it_is_imported(tmp_path: Path, text: str, counts: bool) -> None:
    found = reach_in(tmp_path, client_words(frozenset({"in_house"})), one=text)
    assert found.has_word(str(tmp_path / "one.py")) is counts


def test_what_a_project_lacks_is_told_by_all_of_its_files(tmp_path: Path) -> None:
    assert not reach_in(tmp_path, Words(("needle",), ("need",)), one="WORD = 'Needle'\n", two="").is_empty
    assert reach_in(tmp_path, Words(("needles",), ("need",))).is_empty


def test_a_file_without_the_word_is_not_kept(tmp_path: Path) -> None:
    found = reach_in(tmp_path, one="x = 1\n", two="needle = 1\n")
    one, two = str(tmp_path / "one.py"), str(tmp_path / "two.py")
    assert (found.has_word(one), found.has_word(two), found.has_word(str(tmp_path / "none.py"))) == (False, True, False)
    (tmp_path / "one.py").write_text("x = 2\n", encoding="utf-8")
    (tmp_path / "two.py").write_text("x = 2\n", encoding="utf-8")
    outlines = [outline_of(path) for path in (one, two)]
    assert [None if outline is None else outline.source for outline in outlines] == ["x = 2\n", "needle = 1\n"]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_words_beyond_ascii_are_found_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "one.py"
    path.write_bytes(f"# coding: {encoding}\nhost = 'MÜNCHEN.example'\n".encode(encoding))
    found = reach_in(tmp_path, Words(("münchen.example",)))
    assert found.has_word(str(path))
    assert not found.is_empty
