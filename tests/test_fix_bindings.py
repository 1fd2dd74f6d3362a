"""What is imported is used as it is imported; a name that is taken is not shadowed."""

from __future__ import annotations

import pytest
from fix_helpers import fixed, fixed_text, reasons
from fix_helpers import simple_rule as simple_rule

pytestmark = pytest.mark.usefixtures("simple_rule")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from http import HTTPStatus\nstatus == 404\n", "HTTPStatus.NOT_FOUND"),
        ("from http import HTTPStatus as S\nstatus == 404\n", "S.NOT_FOUND"),
        ("import http\nstatus == 404\n", "http.HTTPStatus.NOT_FOUND"),
        ("import http as h\nstatus == 404\n", "h.HTTPStatus.NOT_FOUND"),
        ("import http.client\nstatus == 404\n", "http.HTTPStatus.NOT_FOUND"),
        ("import http\nfrom http import HTTPStatus\nstatus == 404\n", "HTTPStatus.NOT_FOUND"),
        ("def f(status):\n    from http import HTTPStatus as S\n    return status == 404\n", "S.NOT_FOUND"),
        (
            "def f(status):\n    from http import HTTPStatus as S\n    return lambda: status == 404\n",
            "S.NOT_FOUND",
        ),
        ("def f(status):\n    return status == 404\n\nfrom http import HTTPStatus as S\n", "S.NOT_FOUND"),
        (
            "try:\n    from http import HTTPStatus\nexcept ImportError:\n    from x import HTTPStatus\nstatus == 404\n",
            "HTTPStatus.NOT_FOUND",
        ),
        (
            "try:\n    from http import HTTPStatus\nexcept ImportError:\n    class HTTPStatus: ...\nstatus == 404\n",
            "HTTPStatus.NOT_FOUND",
        ),
        (
            "try:\n    from http import HTTPStatus as S\nexcept ImportError:\n    raise\nstatus == 404\n",
            "S.NOT_FOUND",
        ),
        ("try:\n    import http as h\n    status == 404\nfinally:\n    pass\n", "h.HTTPStatus.NOT_FOUND"),
        ("class C:\n    from http import HTTPStatus as S\n    status = 404\n", "S.NOT_FOUND"),
        ("if x:\n    import http as h\n    status == 404\n", "h.HTTPStatus.NOT_FOUND"),
        ("with x:\n    import http as h\n    [status == 404 for status in y]\n", "h.HTTPStatus.NOT_FOUND"),
    ],
)
def test_a_binding_that_reaches_the_place_is_used(source: str, expected: str) -> None:
    assert fixed_text(source) == source.replace("404", expected)


@pytest.mark.parametrize(
    "source",
    [
        "def g():\n    from http import HTTPStatus as S\n\ndef f(status):\n    return status == 404\n",
        "class C:\n    from http import HTTPStatus as S\n\n    def f(self, status):\n        return status == 404\n",
        "import client\n\n\ndef f(status):\n    yield status == 404\n    from http import HTTPStatus as S\n",
        "import x\nif x:\n    from http import HTTPStatus as S\nstatus == 404\n",
        "import x\ntry:\n    from http import HTTPStatus as S\nexcept ImportError:\n    pass\nstatus == 404\n",
        "from .http import HTTPStatus as S\nstatus == 404\n",
        "import x\nfor y in x:\n    import http as h\nstatus == 404\n",
        "import x\ntry:\n    x()\nexcept E:\n    import http as h\nstatus == 404\n",
        "import http as h\nh = 3\nstatus == 404\n",
        "def f(h):\n    return status == 404\n\nimport http as h\n",
        "from http import HTTPStatus as S\nfor S in x: pass\nstatus == 404\n",
        "from http import HTTPStatus as S\ndel S\nstatus == 404\n",
    ],
)
def test_a_binding_that_may_not_reach_the_place_is_not_used(source: str) -> None:
    text = fixed_text(source)
    assert "== HTTPStatus.NOT_FOUND" in text
    assert "HTTPStatus" in text.replace("HTTPStatus as S", "").partition(" import ")[2]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("HTTPStatus = 3\nstatus == 404\n", "name taken: HTTPStatus is something else here"),
        ("class HTTPStatus: ...\nstatus == 404\n", "name taken: HTTPStatus is something else here"),
        ("from mine import HTTPStatus\nstatus == 404\n", "name taken: HTTPStatus is something else here"),
        ("def f(HTTPStatus):\n    return status == 404\n", "name taken: HTTPStatus is something else here"),
        ("def f():\n    x = status == 404\n    HTTPStatus = 1\n", "name taken: HTTPStatus is something else here"),
        (
            "def f():\n    x = status == 404\n    from http import HTTPStatus\n",
            "name taken: HTTPStatus is something else here",
        ),
        ("[status == 404 for HTTPStatus in x]\n", "name taken: HTTPStatus is something else here"),
        (
            "try:\n    from http import HTTPStatus\nexcept ImportError:\n    HTTPStatus = None\nstatus == 404\n",
            "name taken: HTTPStatus is something else here",
        ),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from http import HTTPStatus\nstatus == 404\n",
            "HTTPStatus is imported for type checking only",
        ),
        ("status == 404\nfrom http import HTTPStatus\n", "HTTPStatus is imported further down only"),
        ("from x import *\nprint(HTTPStatus)\nstatus == 404\n", "name taken: HTTPStatus may come from a star import"),
        ("status == 404\nimport os\n", "stands above the imports"),
        ('"""Text."""; status == 404\n', "no line of its own for the import"),
    ],
)
def test_a_name_that_is_taken_is_not_shadowed(source: str, reason: str) -> None:
    assert fixed_text(source) == source
    assert reasons(source) == [reason]


def test_a_place_where_the_name_is_free_is_fixed_beside_one_where_it_is_not() -> None:
    source = """\
        import os


        def f(HTTPStatus):
            return status == 404


        def g():
            return status == 404
        """
    text = fixed_text(source)
    assert text.count("404") == 1
    assert "def g():\n    return status == HTTPStatus.NOT_FOUND" in text


@pytest.mark.parametrize(
    ("vocabulary", "imports", "expected"),
    [
        ("requests.codes", "import requests", "requests.codes.not_found"),
        ("requests.codes", "from requests import codes", "codes.not_found"),
        ("httpx.codes", "import httpx", "httpx.codes.NOT_FOUND"),
        ("fastapi.status", "import fastapi", "fastapi.status.HTTP_404_NOT_FOUND"),
        ("starlette.status", "import starlette.status", "starlette.status.HTTP_404_NOT_FOUND"),
        ("starlette.status", "import starlette.status as s", "s.HTTP_404_NOT_FOUND"),
        ("starlette.status", "from starlette import status as s", "s.HTTP_404_NOT_FOUND"),
        ("a.b:Codes", "import a.b", "a.b.Codes.NOT_FOUND"),
        ("a.b:Codes", "import a.b.c", "a.b.Codes.NOT_FOUND"),
        ("a.b:Codes", "from a import b", "b.Codes.NOT_FOUND"),
        ("a.b:Codes", "from a.b import Codes as C", "C.NOT_FOUND"),
    ],
)
def test_other_vocabularies_are_used_as_imported(vocabulary: str, imports: str, expected: str) -> None:
    source = f"{imports}\nr.status_code == %s\n"
    words = ["--ocs-constants", vocabulary]
    result = fixed_text_without_check(source % 404, *words)
    assert result == source % expected


@pytest.mark.parametrize(
    ("vocabulary", "imports", "added"),
    [
        ("starlette.status", "import starlette", "from starlette import status"),
        ("a.b:Codes", "import a", "from a.b import Codes"),
        ("rest_framework.status", "import os", "from rest_framework import status"),
        ("requests.codes", "import requests.adapters as a", "from requests import codes"),
    ],
)
def test_a_package_that_need_not_have_the_module_is_not_relied_on(vocabulary: str, imports: str, added: str) -> None:
    text = fixed_text_without_check(f"{imports}\nr.status_code == 404\n", "--ocs-constants", vocabulary)
    assert added in text.splitlines()


def fixed_text_without_check(source: str, *words: str) -> str:
    result = fixed(source, *words)
    assert result.problem is None, result.problem
    assert not fixed(result.new, *words).changed
    return result.new.decode("utf-8")


def test_a_star_import_may_bring_any_common_name() -> None:
    words = ["--ocs-constants", "starlette.status"]
    assert reasons("from x import *\nr.status_code == 404\n", *words) == [
        "name taken: status may come from a star import"
    ]


def test_a_status_without_a_name_is_left() -> None:
    assert reasons("status == 299\n") == ["http.HTTPStatus has no name for 299 on Python 3.10"]
    assert reasons("status == 404\n", "--ocs-python", "3.8", "--ocs-constants", "httpx.codes") == []
