"""No file makes the plugin crash, and no file makes it slow."""

from __future__ import annotations

import ast
import codecs
import sys
from pathlib import Path

import pytest
from flake8_runs import run_flake8
from steps import calls_made_by

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.settings import Settings

HEAD = 'import requests\n\nresponse = requests.get("https://example.com")\n'
OCS = 'import requests\n\nresponse = requests.get(f"{base}/api/v1/Tenants/{t}/Namespaces/{n}/Streams")\n'
TEST = "missing = response.status_code == 404\n"
LITERAL = "4:35: OCS101"
DEPTH = 1000

STRANGE = {
    "empty": (b"", []),
    "only a comment": (b"# requests", []),
    "no final newline": ((HEAD + TEST).rstrip().encode(), [LITERAL]),
    "byte order mark": (codecs.BOM_UTF8 + (HEAD + TEST).encode(), [LITERAL]),
    "latin-1": (f"# coding: latin-1 \xe9\n{HEAD}{TEST}".encode("latin-1"), ["5:35: OCS101"]),
    "broken utf-8": (f"# \xe9\n{HEAD}{TEST}".encode("latin-1"), ["5:35: OCS101"]),
    "unknown encoding": (f"# coding: klingon\n{HEAD}{TEST}".encode(), ["5:35: OCS101"]),
    "syntax error": (f"{HEAD}{TEST}if (\n".encode(), ["E999"]),
    "python 2": (f"{HEAD}print response.status_code == 404\n".encode(), ["E999"]),
    "form feeds": (f"{HEAD}\f{TEST}\f\n".encode(), ["OCS101"]),
    "carriage returns": ((HEAD + TEST).replace("\n", "\r").encode(), [LITERAL]),
    "windows line ends": ((HEAD + TEST).replace("\n", "\r\n").encode(), [LITERAL]),
    "mixed line ends": ((HEAD + TEST).replace("\n\n", "\r\n\r").encode(), [LITERAL]),
    "wide characters": (f'{HEAD}a = "\U0001d11e\u20ac"; {TEST}'.encode(), ["4:45: OCS101"]),
    "tabs": (f"{HEAD}if __name__:\n\t{TEST}".encode(), ["5:36: OCS101"]),
    "continued lines": (f"{HEAD}missing = response.status_code == \\\n    404\n".encode(), ["5:5: OCS101"]),
}

if sys.version_info >= (3, 11, 4):
    # Before, Python raises ValueError there, and flake8 itself ends with a traceback.
    STRANGE["null byte"] = (f"{HEAD}{TEST}\0".encode(), ["E999"])


@pytest.mark.parametrize("name", STRANGE)
def test_strange_file(name: str, tmp_path: Path) -> None:
    content, expected = STRANGE[name]
    (tmp_path / "client.py").write_bytes(content)
    done = run_flake8("--isolated", "--select=OCS1,E9", "--jobs=1", "client.py", folder=tmp_path)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) == len(expected), done.stdout
    for line, part in zip(lines, expected, strict=True):
        assert part in line
    assert done.returncode == bool(expected)


def chain(step: str) -> str:
    """A thousand assignments, each made of the one before it by ``step``."""
    return "".join(f"a{number} = {step.format(f'a{number - 1}')}\n" for number in range(1, DEPTH))


DEEP = {
    "attributes": f"{OCS}a = response{'.b' * DEPTH} == 404\n",
    "methods": f"{OCS}a = response{'.b()' * DEPTH}.status_code == 404\n",
    "subscripts": f"{OCS}a = response{'[0]' * DEPTH}.status_code == 404\n",
    "sum": f"{OCS}a = response.status_code == {'1 + ' * DEPTH}404\n",
    "text": f"{OCS}requests.get({' + '.join(['url'] * DEPTH)} + '/Streams').status_code == 404\n",
    "parentheses": f"{OCS}a = {'(' * 190}response.status_code == 404{')' * 190}\n",
    "calls": f"{OCS}a = {'f(' * 190}response.status_code == 404{')' * 190}\n",
    "lists": f"{OCS}status_forcelist = {'[' * 190}404{']' * 190}\n",
    "negations": f"{OCS}a = {'not ' * DEPTH}response.status_code == 404\n",
    "minus": f"{OCS}a = response.status_code == {'-' * DEPTH}404\n",
    "lambdas": f"{OCS}a = {'lambda: ' * DEPTH}response.status_code == 404\n",
    "conditions": f"{OCS}a = {'1 if response.status_code == 404 else ' * DEPTH}2\n",
    "comparisons": f"{OCS}a = response.status_code{' == 404' * DEPTH}\n",
    "alternatives": f"{OCS}a = {' or '.join(['response.status_code == 404'] * DEPTH)}\n",
    "branches": f"{OCS}if response.status_code == 404:\n    pass\n"
    + "".join(f"elif response.status_code == {number}:\n    pass\n" for number in range(DEPTH)),
    "names": f"{OCS}a0 = response\n{chain('{}')}b = a{DEPTH - 1}.status_code == 404\n",
    "names of attributes": f"{OCS}a0 = response\n{chain('{}.raw')}b = a{DEPTH - 1}.status_code == 404\n",
    "urls": f"{OCS}a0 = url\n{chain('{} + path')}requests.get(a{DEPTH - 1}).status_code == 404\n",
    "helpers": f"{OCS}def a0(r):\n    return r.status_code\n"
    + "".join(f"def a{n}(r):\n    return a{n - 1}(r)\n" for n in range(1, DEPTH))
    + f"b = a{DEPTH - 1}(response) == 404\n",
    "classes": f"{OCS}class A0:\n    def get(self):\n        return response\n"
    + "".join(f"class A{n}(A{n - 1}):\n    pass\n" for n in range(1, DEPTH))
    + f"b = A{DEPTH - 1}().get().status_code == 404\n",
    "circle of names": f"{OCS}a = b\nb = a\na = a.b\nc = a.status_code == 404\n",
    "circle of functions": f"{OCS}def f(r):\n    return g(r)\ndef g(r):\n    return f(r)\nc = f(response) == 404\n",
    "circle of classes": f"{OCS}class A(B):\n    pass\nclass B(A):\n    pass\nc = A().get().status_code == 404\n",
    "itself": f"{OCS}a = a\nb = a.status_code == 404\ndef f():\n    return f()\nf().status_code == 404\n",
}


def calls_for(source: str, settings: Settings) -> int:
    """How many functions the plugin calls to check a source."""
    tree, lines = ast.parse(source), source.splitlines(keepends=True)
    return calls_made_by(lambda: findings_of(tree, lines, "long.py", settings))


@pytest.mark.parametrize("name", DEEP)
def test_deep_file(name: str) -> None:
    source = DEEP[name]
    assert calls_for(source, Settings(scope="all")) < 10_000_000


@pytest.mark.parametrize("name", ["branches", "parentheses", "names", "circle of names"])
def test_deep_file_in_flake8(name: str, tmp_path: Path) -> None:
    # The other files are too deep for pyflakes, which flake8 always runs.
    (tmp_path / "client.py").write_text(DEEP[name])
    done = run_flake8("--isolated", "--select=OCS1,E9", "--jobs=1", "client.py", folder=tmp_path)
    assert done.stderr == ""
    assert "Traceback" not in done.stdout


PIECE = """\
count_{n} = 404
response = requests.get(url_{n})
if response.status_code == 404:
    raise_for(response)


def get_{n}(url):
    response_{n} = requests.get(url)
    return response_{n}.status_code == 503
"""


def test_long_file_takes_work_by_its_length() -> None:
    pieces = [PIECE.replace("{n}", str(number)) for number in range(10_000)]
    short, long = HEAD + "".join(pieces[:1000]), HEAD + "".join(pieces)
    assert long.count("\n") > 90_000
    assert 9 < calls_for(long, Settings()) / calls_for(short, Settings()) < 11


def test_the_recursion_limit_is_python_s_own() -> None:
    assert sys.getrecursionlimit() == 1000
