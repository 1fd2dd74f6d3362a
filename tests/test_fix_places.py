"""Every place of the grammar that can hold a status: the rules find it, ocs-fix names it, all else is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_meaning import assert_names_for_numbers, comments
from fixing import fixed

HEAD = "# 404 and others\nfrom http import HTTPStatus\n\nimport requests\n\nr = requests.get(u)\n"
TWO_STRINGS = """\
x = (f'ä{r.status_code == HTTPStatus.NOT_FOUND}'
     f'{r.status_code == HTTPStatus.INTERNAL_SERVER_ERROR}')"""
PATTERNS = """\
match r.status_code:
  case HTTPStatus.NOT_FOUND|HTTPStatus.INTERNAL_SERVER_ERROR as x if r.status_code==HTTPStatus.NOT_FOUND: pass"""
CODES = ("OCS101", "OCS102")


def fix(data: bytes) -> bytes:
    return fixed(Path("client.py"), data, CODES, unsafe=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = f'{r.status_code == 404}'", "x = f'{r.status_code == HTTPStatus.NOT_FOUND}'"),
        ("x = f'ä{f\"{r.status_code == 404}\"}'", "x = f'ä{f\"{r.status_code == HTTPStatus.NOT_FOUND}\"}'"),
        ("x = f'''\n{r.status_code == 404}'''", "x = f'''\n{r.status_code == HTTPStatus.NOT_FOUND}'''"),
        ("x = 'a' 'b' f'{r.status_code == 404}' 'c'", "x = 'a' 'b' f'{r.status_code == HTTPStatus.NOT_FOUND}' 'c'"),
        (
            "x = (f'ä{r.status_code == 404}'\n     f'{r.status_code == 500}')",
            TWO_STRINGS,
        ),
        (
            "x = r.status_code == (  # why\n    404  # there\n)",
            "x = r.status_code == (  # why\n    HTTPStatus.NOT_FOUND  # there\n)",
        ),
        ("x = r.status_code == 4_04", "x = r.status_code == HTTPStatus.NOT_FOUND"),
        ("x = r.status_code == 0xC8", "x = r.status_code == HTTPStatus.OK"),
        ("x = r.status_code == 0b11001000", "x = r.status_code == HTTPStatus.OK"),
        ("x = r.status_code==4_04or y", "x = r.status_code==HTTPStatus.NOT_FOUND or y"),
        (
            "if (status_code := r.status_code) == 404: pass",
            "if (status_code := r.status_code) == HTTPStatus.NOT_FOUND: pass",
        ),
        ("x = lambda status_code=404: y", "x = lambda status_code=HTTPStatus.NOT_FOUND: y"),
        (
            "def f(status_code: Literal[404, 200] = 404): ...",
            "def f(status_code: Literal[404, 200] = HTTPStatus.NOT_FOUND): ...",
        ),
        (
            "def f():\n\tdef g():\n\t\treturn r.status_code in (404,500)",
            "def f():\n\tdef g():\n\t\treturn r.status_code in (HTTPStatus.NOT_FOUND,HTTPStatus.INTERNAL_SERVER_ERROR)",
        ),
        (
            "class C(Exception):\n    status_code = 404 ;",
            "class C(Exception):\n    status_code = HTTPStatus.NOT_FOUND ;",
        ),
        (
            "match r.status_code:\n  case 404|500 as x if r.status_code==404: pass",
            PATTERNS,
        ),
        (
            "match r:\n  case requests.Response(status_code=404): pass",
            "match r:\n  case requests.Response(status_code=HTTPStatus.NOT_FOUND): pass",
        ),
        ("@mock(status_code=404)\ndef f(): ...", "@mock(status_code=HTTPStatus.NOT_FOUND)\ndef f(): ..."),
        ("assert r.status_code==404,404", "assert r.status_code==HTTPStatus.NOT_FOUND,404"),
        (
            "(status_code): int = 404\n(x): A = r.status_code == 404",
            "(status_code): int = HTTPStatus.NOT_FOUND\n(x): A = r.status_code == HTTPStatus.NOT_FOUND",
        ),
        (
            "x = [s for s in y if r.status_code == 404for z in y]",
            "x = [s for s in y if r.status_code == HTTPStatus.NOT_FOUND for z in y]",
        ),
        (
            "async def f():\n  async with c.get(u) as r: return r.status_code == 404",
            "async def f():\n  async with c.get(u) as r: return r.status_code == HTTPStatus.NOT_FOUND",
        ),
        ("x = y if r.status_code == \\\n  404else z", "x = y if r.status_code == \\\n  HTTPStatus.NOT_FOUND else z"),
        ("\x0cx = r.status_code == 404\x0c # \x0c", "\x0cx = r.status_code == HTTPStatus.NOT_FOUND\x0c # \x0c"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
def test_a_status_is_named_wherever_it_stands(before: str, after: str, end: str) -> None:
    old = (HEAD + before).replace("\n", end).encode()
    new = fix(old)
    assert new == (HEAD + after).replace("\n", end).encode()
    assert assert_names_for_numbers(old, new) == after.count("HTTPStatus.")
    assert comments(new) == comments(old)
    assert fix(new) == new


@pytest.mark.parametrize(
    "line",
    [
        "x = r.status_code == +404",
        "x = r.status_code == -404",
        "x = r.status_code == 404.0",
        "x = f'{404}', '404' 'x'",
        "x = '%s' % 404",
        "x: Literal[404]",
        "def f(x: 'Literal[404]') -> Literal[404]: ...",
        "# r.status_code == 404",
        "'''r.status_code == 404'''",
    ],
)
def test_what_is_no_status_or_no_plain_number_keeps_its_bytes(line: str) -> None:
    old = (HEAD + line).encode()
    assert fix(old) == old
