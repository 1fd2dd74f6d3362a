"""Whatever a module looks like: fixing changes names alone, keeps every comment, and is done after one run."""

from __future__ import annotations

import pytest
from fix_helpers import assert_only_statuses_changed, fixed
from fix_helpers import simple_rule as simple_rule
from fix_meaning import bounded, comments, complaints, meaning
from hypothesis import given
from hypothesis import strategies as st

pytestmark = [pytest.mark.usefixtures("simple_rule"), pytest.mark.same_everywhere]

HEADS = (
    "#!/usr/bin/env python",
    "# Licence: none.",
    '"""Text."""',
    '"""Text\n\nover lines."""  # noted',
    "from __future__ import annotations",
    "",
    "import os",
    "import requests",
    "import http",
    "import http.client as c",
    "import http as h  # short",
    "from http import HTTPStatus",
    "from http import HTTPStatus as S",
    "from http import client",
    "from http import (\n    client,  # one\n    cookies,\n)",
    "from http import cookies, \\\n    client",
    "from . import x",
    "import os; import re",
    "import sys\nsys.path.insert(0, '.')\nimport json",
    "try:\n    from http import HTTPStatus\nexcept ImportError:\n    from x import HTTPStatus",
    "try:\n    import json\nexcept ImportError :\n    json = None",
    "if x:\n    from http import HTTPStatus as S",
    "from x import *",
)
STATEMENTS = (
    "if status == {n}: pass",
    "if {n}==status: y = 1  # why",
    "x = {n}if status else {n}",
    "x = status in({n},\n  {n}, # two\n  {n})",
    "x = status is {n}",
    "x = 'ä', status == {n}, 'ß'",
    "x = f'{{status}}', {n}",
    "x = '''{n}\n''', {n} # {n}",
    "r.raise_for_status",
    "x = lambda HTTPStatus: {n}",
    "x = [y for HTTPStatus in z if y == {n}]",
    "x = {{{n}: {n}}}; y = {n}",
    "match status:\n  case {n} | {n}:\n    pass",
    "x = status \\\n  == {n}",
    "# Only a comment: {n}",
    "",
    "\x0c",
    "from http import HTTPStatus as T",
    "x = status == 0x{h} or {n}",
)
WRAPS = (
    "def f(HTTPStatus):\n{}",
    "def f(x={n}):\n{}",
    "class C:\n{}",
    "if x :\n{}\nelif y == {n} :\n  pass",
    "async def f():\n{}",
    "with x:\n{}",
    "try:\n{}\nexcept E :\n  pass",
    "for y in z:\n{}",
)
NUMBERS = st.sampled_from([200, 207, 299, 404, 412, 418, 503])


def holds_code(text: str) -> bool:
    return any(line.strip() and not line.strip().startswith("#") for line in text.split("\n"))


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        number = draw(NUMBERS)
        inner = draw(blocks(depth=depth - 1)) if depth and draw(st.booleans()) else "''''''"
        # Indenting a string of several lines would change it, and a block needs more than comments.
        if "''''''" not in inner and "\\\n" not in inner and holds_code(inner):
            indent = draw(st.sampled_from(["    ", "\t", "  "]))
            shifted = "\n".join(indent + line if line.strip() else line for line in inner.split("\n"))
            heading, _, rest = draw(st.sampled_from(WRAPS)).replace("{n}", str(number)).partition("{}")
            parts.append(heading + shifted + rest)
        else:
            parts.append(draw(st.sampled_from(STATEMENTS)).format(n=number, h=f"{number:x}"))
    return "\n".join(parts)


@st.composite
def modules(draw: st.DrawFn) -> tuple[bytes, str]:
    """A module that Python can parse, as bytes, and its encoding."""
    heads = draw(st.lists(st.sampled_from(HEADS), max_size=4))
    text = "\n".join([*heads, draw(blocks())]) + draw(st.sampled_from(["", "\n", "\n\n", "  # end"]))
    encoding = draw(st.sampled_from(["utf-8", "latin-1", "cp1252"]))
    if encoding != "utf-8":
        text = f"# coding: {encoding}\n{text}"
    ends = draw(st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=1, max_size=3))
    lines = text.split("\n")
    text = "".join(line + ends[place % len(ends)] for place, line in enumerate(lines[:-1])) + lines[-1]
    mark = b"\xef\xbb\xbf" if encoding == "utf-8" and draw(st.booleans()) else b""
    return mark + text.encode(encoding), encoding


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
@bounded(300)
@given(modules())
def test_fixing_any_module(module: tuple[bytes, str]) -> None:
    data, encoding = module
    try:
        compile(data, "client.py", "exec")
    except SyntaxError:
        return
    before = meaning(data)
    result = fixed(data)
    assert result.problem is None, result.problem
    new = result.new
    assert meaning(new) == before
    assert comments(new, encoding) == comments(data, encoding)
    assert not fixed(new).changed
    assert_only_statuses_changed(data, new, encoding)
    assert not complaints(new) - complaints(data)
    assert new.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    compile(new, "client.py", "exec")
