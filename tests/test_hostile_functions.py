"""Functions that would take for ever, or all memory, if the analysis followed every path or computed every value."""

from __future__ import annotations

import ast

import pytest
from steps import calls_made_by

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.settings import Settings

pytestmark = pytest.mark.same_everywhere

MANY = 1000
# What the budgets of all requests in such a function come to is half of it.
MOST_CALLS = 40_000_000
REQUEST = 'response = requests.get(f"{base}/api/v1/Tenants/{t}/Namespaces/{n}/Streams")'
START = f"import requests\n\n\ndef client(base, t, n):\n    {REQUEST}\n"
WITHOUT_REQUEST = "import requests\n\n\ndef client(base, t, n):\n"
END = "    return response.json()\n"


def nested(header: str, depth: int, inner: str) -> str:
    """``inner`` in so many blocks that ``header`` opens."""
    lines = [f"{'    ' * (level + 1)}{header}" for level in range(depth)]
    return "\n".join([*lines, *(f"{'    ' * (depth + 1)}{line}" for line in inner.splitlines())]) + "\n"


def repeated(line: str, times: int = MANY) -> str:
    """``line`` many times, each with its number for ``#``."""
    return "".join(line.replace("#", str(number)) for number in range(times))


def tries(depth: int) -> str:
    """A request inside so many ``try`` statements."""
    lines = [f"{'    ' * (level + 1)}try:" for level in range(depth)]
    lines.append(f"{'    ' * (depth + 1)}{REQUEST}")
    for level in reversed(range(depth)):
        indentation = "    " * (level + 1)
        lines += [f"{indentation}except ValueError:", f"{indentation}    pass", f"{indentation}finally:"]
        lines.append(f"{indentation}    done = True")
    return "\n".join(lines) + "\n"


def requests_in_loops(depth: int) -> str:
    """So many ``for`` loops, one inside the other, each with a request and a ``continue``."""
    lines = []
    for level in range(1, depth + 1):
        indentation = "    " * level
        lines += [f"{indentation}for item_{level} in t:", f"{indentation}    {REQUEST}"]
        lines += [f"{indentation}    if response.status_code == {level}:", f"{indentation}        continue"]
    return "\n".join(lines) + "\n"


def fanning_out(level: int, width: int) -> str:
    """A function that calls the one of the level below several times."""
    calls = "".join(f"    found = step_{level - 1}(b + '/{number}', t, n)\n" for number in range(width))
    return f"def step_{level}(b, t, n):\n{calls}    return found\n"


PARSED = f"{REQUEST}\nresponse.json()"
HOSTILE = {
    "branches": f"{START}    if not response:\n        pass\n"
    + repeated("    elif response.status_code == #:\n        found = #\n")
    + END,
    "other tests": START + repeated("    if other_# > #:\n        found = #\n") + END,
    "tests": START + repeated("    if response.status_code == #:\n        found = #\n") + END,
    "returns": START + repeated("    if response.status_code == #:\n        return #\n") + END,
    "cases": f"{START}    match response.status_code:\n" + repeated("        case #:\n            found = #\n") + END,
    "alternatives": f"{START}    if {' or '.join(['response.status_code == 503'] * MANY)}:\n        pass\n{END}",
    "nested conditions": f"{START}    a = {'(' * 80}response.status_code == 503{' and b or c)' * 80}\n{END}",
    "nested while": WITHOUT_REQUEST + nested("while a:", 90, PARSED),
    "nested if": WITHOUT_REQUEST + nested("if a:", 90, PARSED),
    "nested with": WITHOUT_REQUEST + nested("with a as b:", 90, PARSED),
    "nested try": WITHOUT_REQUEST + tries(90) + END,
    "nested comprehensions": f"{WITHOUT_REQUEST}    return {'[' * 60}requests.get(base).json(){' for a in b]' * 60}\n",
    "helpers": f"def step_{MANY}(r):\n    r.raise_for_status()\n"
    + "".join(f"def step_{number}(r):\n    return step_{number + 1}(r)\n" for number in range(MANY))
    + f"{START}    step_0(response)\n{END}",
    "helpers that fan out": "def step_40(r):\n    r.raise_for_status()\n"
    + "".join(f"def step_{n}(r):\n    step_{n + 1}(r)\n    return step_{n + 1}(r)\n" for n in range(40))
    + f"{START}    step_0(response)\n{END}",
    "callers": f"{START}    return response\ndef step_0(b, t, n):\n    return client(b, t, n)\n"
    + "".join(f"def step_{n}(b, t, n):\n    return step_{n - 1}(b, t, n)\n" for n in range(1, MANY))
    + f"def last():\n    return step_{MANY - 1}(1, 2, 3).json()\n",
    "circle": f"{START}    return other(response) or client(base, t, n)\n"
    "def other(r):\n    return third(r) or other(r)\ndef third(r):\n    return other(r) or client(r, r, r)\n",
    "attributes of themselves": "import requests\nclass A:\n    def __init__(self):\n        self.b = self.c\n"
    "        self.c = self.b\n        self.d = self.d\n"
    "    def go(self):\n        return requests.get(self.b + self.c + self.d).json()\n",
    "diamonds": "class A0: pass\nclass B0: pass\n"
    + "".join(f"class A{n}(A{n - 1}, B{n - 1}): pass\nclass B{n}(B{n - 1}, A{n - 1}): pass\n" for n in range(1, 40))
    + f"import requests\nclass Z(A39):\n    def go(self, base, t, n):\n        {REQUEST}\n"
    "        return self.x(response)\n",
    "url in steps": f"{WITHOUT_REQUEST}    url = base\n"
    + repeated("    url = url + '/#'\n")
    + "    return requests.get(url).json()\n",
    "url that doubles": f"{WITHOUT_REQUEST}    url = '/api/v1/Tenants'\n"
    + "    url = url + url\n" * 60
    + "    return requests.get(url).json()\n",
    "url of branches": f"{WITHOUT_REQUEST}    url = base\n"
    + repeated("    if a#:\n        url = url + '/#'\n", 60)
    + "    return requests.get(url).json()\n",
    "long text": f"{WITHOUT_REQUEST}    return requests.get('/api/v1/Tenants' * 10**12).json()\n",
    "wide text": f"{WITHOUT_REQUEST}    return requests.get('%1000000000000d' % 5 + f'{{5:>1000000000000}}').json()\n",
    "large number": f"{START}    if response.status_code == 10 ** 10 ** 10 or response.ok << 10**12:\n"
    f"        pass\n{END}",
    "pairs of pairs": f"{START}    a = (response, response)\n" + "    a = (a, a)\n" * 20 + "    check(a)\n" + END,
    "mappings of mappings": f"{START}    a = {{1: response, 2: response}}\n"
    + "    a = {1: a, 2: a}\n" * 20
    + f"    check(a)\n{END}",
    "requests in a row": WITHOUT_REQUEST + repeated(f"    {REQUEST}\n    found_# = response.json()\n", 500) + END,
    "nested for": WITHOUT_REQUEST + requests_in_loops(90) + END,
    "loops in a row": WITHOUT_REQUEST
    + repeated(
        f"    for item in t:\n        {REQUEST}\n        if response.status_code == #:\n            continue\n", 100
    )
    + END,
    "callers that fan out": f"{START}{END}def step_0(b, t, n):\n    return client(b, t, n)\n"
    + "".join(fanning_out(n, 6) for n in range(1, 7)),
    "large range": f"{START}    if response.status_code in list(range(10 ** 12)):\n        pass\n{END}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_ends_soon(name: str) -> None:
    source = HOSTILE[name]
    tree, lines = ast.parse(source), source.splitlines(keepends=True)
    assert calls_made_by(lambda: findings_of(tree, lines, "t.py", Settings(scope="all"))) < MOST_CALLS
