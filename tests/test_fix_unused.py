"""The imports that a fix leaves without a use are taken away, and no others."""

from __future__ import annotations

import textwrap

import pytest
from fix_helpers import fixed

WORDS = ("--select=OCS106",)


def after(source: str, *words: str, path: str = "client.py") -> str:
    result = fixed(source, *WORDS, *words, path=path)
    assert result.problem is None, result.problem
    again = fixed(result.new, *WORDS, *words, path=path)
    assert not again.changed
    return result.new.decode("utf-8")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "from http import HTTPStatus\n\nfrom requests import codes\n\n\ndef f(r): return r == codes.ok\n",
            "from http import HTTPStatus\n\n\ndef f(r): return r == HTTPStatus.OK\n",
        ),
        (
            "from http import HTTPStatus, client\nx = 1 == client.OK\n",
            "from http import HTTPStatus\nx = 1 == HTTPStatus.OK\n",
        ),
        (
            "from http import client\nx = 1 == client.OK\n",
            "from http import HTTPStatus\nx = 1 == HTTPStatus.OK\n",
        ),
        (
            "from requests import codes, get\nx = get('u') == codes.ok\n",
            "from http import HTTPStatus\n\nfrom requests import get\nx = get('u') == HTTPStatus.OK\n",
        ),
        (
            "import http\n\nfrom requests import codes\n\nimport os\nx = os == codes.ok\n",
            "import http\n\nimport os\nx = os == http.HTTPStatus.OK\n",
        ),
        (
            "import http\nfrom starlette.status import (\n    HTTP_200_OK,\n    WS_1,\n)\nx = WS_1 == HTTP_200_OK\n",
            "import http\nfrom starlette.status import (\n    WS_1,\n)\nx = WS_1 == http.HTTPStatus.OK\n",
        ),
        (
            "import http\nfrom starlette import status\nx = 1 == status.HTTP_200_OK\ndef f(status): return status\n",
            "import http\nx = 1 == http.HTTPStatus.OK\ndef f(status): return status\n",
        ),
        (
            "import http\nfrom http.client import OK, GONE\nx = 1 in (OK, GONE)\n",
            "import http\nx = 1 in (http.HTTPStatus.OK, http.HTTPStatus.GONE)\n",
        ),
        (
            "import http\nfrom http.client import HTTPConnection as C, OK\nx = C == OK\n",
            "import http\nfrom http.client import HTTPConnection as C\nx = C == http.HTTPStatus.OK\n",
        ),
        (
            "import http\r\nfrom requests import codes\r\nx = 1 == codes.ok\r\n",
            "import http\r\nx = 1 == http.HTTPStatus.OK\r\n",
        ),
    ],
)
def test_an_import_that_nothing_needs_goes(before: str, expected: str) -> None:
    assert after(before) == expected


@pytest.mark.parametrize(
    "kept",
    [
        "import requests\ny = requests.get('u')\n",
        "import requests as requests\n",
        "import requests  # noqa: F401\n",
        "import requests; import os\n",
        "import requests\n__all__ = ['requests']\n",
        "import requests\ny: 'requests.Response'\n",
        "import requests\ndef g(y: 'list[requests.Response]'): ...\n",
        "try:\n    import requests\nexcept ImportError:\n    requests = None\n",
        "import requests\ndef g(): return requests\n",
        "import requests\nimport requests.adapters\n",
    ],
)
def test_an_import_that_may_be_needed_stays(kept: str) -> None:
    source = f"import http\n{kept}x = 1 == requests.codes.ok\n"
    assert after(source) == source.replace("requests.codes.ok", "http.HTTPStatus.OK")


def test_the_imports_of_a_package_stay() -> None:
    source = "import http\nfrom requests import codes\nx = 1 == codes.ok\n"
    assert "from requests import codes\n" in after(source, path="acme/__init__.py")


def test_what_was_unused_before_is_left_alone() -> None:
    source = """\
        import http

        import httpx
        from requests import codes

        x = 1 == codes.ok
        """
    assert "import httpx\n" in after(textwrap.dedent(source))


def test_a_finding_that_is_silenced_keeps_its_import() -> None:
    source = "import http\nfrom requests import codes\nx = 1 == codes.ok  # noqa: OCS106\ny = 1 == codes.gone\n"
    new = after(source)
    assert new == source.replace("codes.gone", "http.HTTPStatus.GONE")
