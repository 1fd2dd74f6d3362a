"""Which files are walked for statuses at all."""

from __future__ import annotations

import ast

import pytest

from flake8_ocs_status.positions.signs import has_signs
from flake8_ocs_status.positions.strangers import has_strange_signs
from flake8_ocs_status.program.module import Module


def signs_in(source: str) -> bool:
    return has_signs(Module(ast.parse(source), source.splitlines(keepends=True)))


@pytest.mark.parametrize(
    "source",
    [
        "404 == response.status_code",
        "assert r.status_code == 404",
        "import requests\nsend(200)",
        "from http import client\nlimit(s < 600)",
        "import httpx\nassert 199 < s",
        'str(r.status_code)[0] == "4"',
        "str(r.status_code).startswith('5')",
        'r.status_code == "Not Found"',
        'r.getcode() != "OK"',
        "r.status_code is HTTPStatus.OK",
        "r.status_code == 4_04",
        "r.status_code == 0x194",
        "r.status_code == 0b1_1001_0100",
        "r.status_code == 0xC8",
        "r.status_code == 0o624",
        "import requests\nretried = [\n    503,\n]",
        "import requests\nsend(\n    200  # for now\n)",
        "import requests\nreturned = body, 404",
        "import requests\nwhile r.status_code // 100 != 2: pass",
        "import requests\nmatch s:\n    case 404 as missing: pass",
        "import requests\nmax_status = 399",
        "import requests\nexpected: int = 204",
        "import requests\nTEXTS = {404: 'missing'}",
        "import requests\nassert 200 <= s < 300",
        "import requests\nassert 100 <= s",
        "import requests\nrange(100, 600)",
        "import requests\nmatch s:\n    case 300: pass",
        "import requests\nAbort(300)",
        "import requests\nif str(status)[:1] in ('4', '5'): pass",
        "import requests\nx = '#' ; s == 404",
        "r.status_code is not requests.codes.ok",
        'STATUS_CODE == "503"',
        "from .http_errors import Gone\nassert s != 404",
        "from .errors import (\n    HTTPGone,\n)\nassert s != 404",
        "class AsyncHTTP:\n    code = 404",
        "async def http(s):\n    assert s != 404",
    ],
)
def test_a_file_that_can_hold_a_status_is_walked(source: str) -> None:
    assert signs_in(source)


@pytest.mark.parametrize(
    "source",
    [
        "x == 404",
        "import requests\nx = 120",
        "import requests\nx = 4040",
        "import requests\nx = 1.404",
        "import requests\nx = 404.5",
        "import requests\nx200 = a404b",
        "import requests\nassert name == 'Name'",
        "import requests\nassert this is module.OTHER",
        "r.status_code == expected",
        "r.status_code == expected  # 0x1__9",
        "import requests\n# a 404, or 410 if it is gone",
        "import requests\nx = 1  # not 404",
        'import requests\n"""Gives 404 Not Found for others."""',
        "import requests\nrequests.get(url, timeout=300)",
        "import requests\nwidth = 100",
        "import requests\nlimit(100)",
        "import requests\nstep = place + 300",
        "import requests\ncolumn = String(500)",
        "import requests\nshare = 100 * part / whole",
        "import requests\nshare = part / 100",
        "import requests\ntext = text[:200]",
        "import requests\nsleep(300)",
        'import requests\nstatus = {"width": 600}',
        'status = codes["1"]',
        "self.status is other.thing",
        'self.status == "Something"',
    ],
)
def test_other_files_are_not(source: str) -> None:
    assert not signs_in(source)


@pytest.mark.parametrize("source", ["r.status_code == 2000", "abort(419)", "x = 1\nassert 299 == response.status"])
def test_a_number_beside_a_word_of_statuses_is_a_strange_sign(source: str) -> None:
    assert has_strange_signs(Module(ast.parse(source), source.splitlines(keepends=True)))


@pytest.mark.parametrize(
    "source",
    [
        "x == 2000",
        "status = 20",
        "status = f419",
        "x = 419\nstatus = x",
        "fail(404, error)",
        "status = 100_000",
        "error(56789)",
        "error_code = 1205",
        "status.data = {'id': 1234}",
    ],
)
def test_a_number_elsewhere_is_none(source: str) -> None:
    assert not has_strange_signs(Module(ast.parse(source), source.splitlines(keepends=True)))
