"""Names resolve through imports and scopes, never by spelling."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
import textwrap
import urllib

import pytest

from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.python2 import PYTHON_2, URLLIB

URLOPEN = "urllib.request.urlopen"


def module_of(source: str) -> Module:
    source = textwrap.dedent(source)
    return Module(ast.parse(source), source.splitlines(keepends=True))


def path_of_mark(source: str) -> str | None:
    """The dotted path of the expression passed to ``mark(…)`` in ``source``."""
    module = module_of(source)
    calls = [call for call in module.nodes(ast.Call) if isinstance(call.func, ast.Name) and call.func.id == "mark"]
    assert len(calls) == 1
    return module.dotted(calls[0].args[0])


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("import requests\nmark(requests.get)", "requests.get"),
        ("import requests as r\nmark(r.codes.ok)", "requests.codes.ok"),
        ("import http.client\nmark(http.client.OK)", "http.client.OK"),
        ("import http.client as c\nmark(c.OK)", "http.client.OK"),
        ("from http import HTTPStatus as S\nmark(S.OK)", "http.HTTPStatus.OK"),
        ("from .errors import Gone\nmark(Gone)", ".errors.Gone"),
        ("from . import errors\nmark(errors.Gone)", ".errors.Gone"),
        ("mark(str)", "builtins.str"),
        ("from x import *\nmark(str)", None),
        ("str = 3\nmark(str)", None),
        ("mark(unbound)", None),
        ("import requests\ndef f(requests):\n    mark(requests.get)", None),
        ("import requests\ndef f(self):\n    mark(self.requests.get)", None),
        ("import requests\ndef f():\n    mark(requests.get)\n    requests = 1", None),
        ("import requests\ndef f(x=mark(requests.get)):\n    requests = 1", "requests.get"),
        ("import requests\nclass C:\n    requests = 1\n    def f(self):\n        mark(requests.get)", "requests.get"),
        ("import requests\nclass C:\n    requests = 1\n    mark(requests.get)", None),
        ("def f():\n    import requests\n    def g():\n        mark(requests.get)", "requests.get"),
        ("def f():\n    global requests\n    import requests\ndef g():\n    mark(requests.get)", "requests.get"),
        ("try:\n    import requests\nexcept ImportError:\n    requests = None\nmark(requests.get)", "requests.get"),
        ("try:\n    import requests\nexcept ImportError:\n    import httpx as requests\nmark(requests.get)", None),
        (
            "try:\n    from urllib2 import urlopen\nexcept E:\n    from urllib.request import urlopen\nmark(urlopen)",
            URLOPEN,
        ),
        (
            "try:\n    from urllib.request import urlopen\nexcept E:\n    from urllib import urlopen\nmark(urlopen)",
            URLOPEN,
        ),
        ("import urllib2\nmark(urllib2.urlopen)", "urllib2.urlopen"),
        ("import requests\n[mark(requests.get) for requests in x]", None),
        ("import requests\n[y for y in mark(requests.get) for requests in x]", "requests.get"),
        ("import requests\ndef f():\n    [x for x in y if (requests := x)]\n    mark(requests.get)", None),
        ("import requests\n@mark(requests.get)\ndef f(requests): pass", "requests.get"),
    ],
)
def test_dotted_path(source: str, path: str | None) -> None:
    assert path_of_mark(source) == path


def test_character_columns_count_characters() -> None:
    module = module_of("x = 'äöü', 404\n")
    number = next(node for node in module.nodes(ast.Constant) if node.value == 404)
    assert (number.col_offset, module.position(number)) == (14, (1, 11))


@pytest.mark.parametrize("module", sorted(PYTHON_2))
def test_python_3_has_none_of_these(module: str) -> None:
    with pytest.raises(ImportError):
        importlib.import_module(module)


def test_what_python_3_has_in_urllib() -> None:
    assert {module.name for module in pkgutil.iter_modules(urllib.__path__)} == URLLIB


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the type statement came with Python 3.12")
def test_a_type_statement_binds_its_name() -> None:
    assert path_of_mark("import requests\ntype requests = int\nmark(requests.get)") is None
