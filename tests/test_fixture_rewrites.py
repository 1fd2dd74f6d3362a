"""The rewrites keep a fixture's meaning, and say where its findings have gone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from fixture_rewrites import REWRITES, Rewrite, as_async, last_lines, with_aliases, with_noqa, write_rewritten
from fixtures_harness import Fixture, FixtureError, fixtures_in, read_lines

SOURCE = '''"""Docstring."""
from __future__ import annotations

import requests
from http import HTTPStatus


def read(url):
    r = requests.get(url)
    if r.status_code == 404:  # expect: OCS101@24
        return None
    return r.status_code == 503  # expect: OCS101@28
'''


def fixture_of(folder: Path, source: str) -> Fixture:
    path = folder / "fixtures" / "client.py"
    path.parent.mkdir()
    path.write_text(source, encoding="utf-8")
    return Fixture(path, path.parent)


@pytest.mark.parametrize("rewrite", REWRITES, ids=[rewrite.name for rewrite in REWRITES])
def test_expectations_follow_the_rewritten_text(rewrite: Rewrite, tmp_path: Path) -> None:
    source = f"# async: yes\n{SOURCE}".replace("requests.get", "httpx.Client().get").replace("requests", "httpx")
    fixture = fixture_of(tmp_path, source)
    ((_, path),) = write_rewritten(fixtures_in(fixture.root), tmp_path / "copy", rewrite.apply)
    lines = read_lines(path)
    assert lines != fixture.lines or path.read_bytes() != fixture.path.read_bytes()
    ast.parse("".join(lines))
    expected = rewrite.moved(fixture.marked, fixture, path)
    assert len(expected) == 2
    for (line, column, _), text in zip(expected, ["404", "503"], strict=True):
        assert lines[line - 1][column:].startswith(text) or not rewrite.keeps_columns
        assert text in lines[line - 1]


def test_aliases_every_use_and_nothing_else(tmp_path: Path) -> None:
    text = with_aliases(
        fixture_of(
            tmp_path,
            "import requests\nfrom http import HTTPStatus, HTTPMethod\nfrom http import client\n\n"
            "é = requests.get(requests.codes.ok, 'requests').requests\ndef f(client): return HTTPStatus.OK\n",
        )
    )
    assert text is not None
    assert text.decode() == (
        "import requests as requests_module\nfrom http import HTTPStatus as Status, HTTPMethod as HTTPMethod_alias\n"
        "from http import client\n\n"
        "é = requests_module.get(requests_module.codes.ok, 'requests').requests\ndef f(client): return Status.OK\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        "import requests\nrequests = None\n",
        "import requests\nimport requests.adapters\n",
        "import requests as r\n",
        "import requests\nprint(f'{requests.codes.ok}')\n",
        "from requests import *\n",
        "import json\n",
    ],
)
def test_leaves_alone_what_cannot_be_aliased(tmp_path: Path, source: str) -> None:
    assert with_aliases(fixture_of(tmp_path, source)) is None


def test_awaits_what_became_a_coroutine(tmp_path: Path) -> None:
    source = (
        "# async: yes\nimport httpx\n\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
        "    def a(self):\n        return self.c.get('u').json()\n"
        "    def b(self):\n        with httpx.Client() as c:\n            return c.post(self.a())\n"
    )
    text = as_async(fixture_of(tmp_path, source))
    assert text is not None
    assert text.decode() == (
        "# async: yes\nimport httpx\n\nclass C:\n    def __init__(self):\n        self.c = httpx.AsyncClient()\n"
        "    async def a(self):\n        return (await self.c.get('u')).json()\n"
        "    async def b(self):\n        async with httpx.AsyncClient() as c:\n"
        "            return (await c.post((await self.a())))\n"
    )


def test_refuses_what_has_no_asynchronous_twin(tmp_path: Path) -> None:
    with pytest.raises(FixtureError, match=r"httpx\.get has no asynchronous twin"):
        as_async(fixture_of(tmp_path, "# async: yes\nimport httpx\ndef f():\n    httpx.get('u')\n"))


def test_refuses_what_would_be_no_python(tmp_path: Path) -> None:
    with pytest.raises(FixtureError, match="cannot be made async"):
        as_async(fixture_of(tmp_path, "# async: yes\ndef f():\n    return 1\nf()\n"))


def test_noqa_stands_where_flake8_looks_for_it(tmp_path: Path) -> None:
    fixture = fixture_of(
        tmp_path,
        "a = f(1,  # expect: OCS101@6, OCS103@0\n      2)\nb = '''\n'''  # ok: text\n"
        "# expect[-2]: OCS207@0\nc = 1  # expect: OCS101@4  # ok: both\n",
    )
    assert last_lines(fixture) == {1: 1, 2: 2, 3: 4, 4: 4, 5: 5, 6: 6}
    assert with_noqa(fixture, bare=False).decode() == (
        "a = f(1,  #  # noqa: OCS101,OCS103\n      2)\nb = '''\n'''  # ok: text  # noqa: OCS207\n"
        "#\nc = 1  ## ok: both  # noqa: OCS101\n"
    )
    assert with_noqa(fixture, bare=True).decode().count("# noqa\n") == 3


def test_copies_the_fixtures_that_a_rewrite_does_not_touch(tmp_path: Path) -> None:
    fixture = fixture_of(tmp_path, "import json\n")
    fixture.path.with_suffix(".fixed.py").write_text("")
    target = tmp_path / "copy"
    assert write_rewritten(fixtures_in(fixture.root), target, with_aliases) == []
    assert [path.name for path in target.iterdir()] == ["client.py"]
