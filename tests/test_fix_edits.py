"""Bytes: what libcst confirms is replaced, and everything else is what it was."""

from __future__ import annotations

import libcst
import pytest
from fix_helpers import assert_only_statuses_changed, fixed, fixed_text, reasons
from fix_helpers import simple_rule as simple_rule

from flake8_ocs_status.findings import Span, Step
from flake8_ocs_status.fix import transform
from flake8_ocs_status.fix.edits import Edit, apply_edits, insertion
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.source import source_of
from flake8_ocs_status.fix.verify import check_same_meaning

pytestmark = pytest.mark.usefixtures("simple_rule")

HEAD = "from http import HTTPStatus\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if 404==status: pass", "if HTTPStatus.NOT_FOUND==status: pass"),
        ("if(404)==status: pass", "if(HTTPStatus.NOT_FOUND)==status: pass"),
        ("x = 404if status else z", "x = HTTPStatus.NOT_FOUND if status else z"),
        ("x = status in(404,)", "x = status in(HTTPStatus.NOT_FOUND,)"),
        ("x = status==404or y", "x = status==HTTPStatus.NOT_FOUND or y"),
        ("x = [y for y in z if y==404for z in y]", "x = [y for y in z if y==HTTPStatus.NOT_FOUND for z in y]"),
        ("x = status is 404", "x = status == HTTPStatus.NOT_FOUND"),
        ("x = status is\t404", "x = status ==\tHTTPStatus.NOT_FOUND"),
        ("x = (status # one\n  is # two\n  404)", "x = (status # one\n  == # two\n  HTTPStatus.NOT_FOUND)"),
        ("x = status == 0x194", "x = status == HTTPStatus.NOT_FOUND"),
        ("x = status == 4_04", "x = status == HTTPStatus.NOT_FOUND"),
        (
            "x = 'äöü', status == 404, 'ß', 503",
            "x = 'äöü', status == HTTPStatus.NOT_FOUND, 'ß', HTTPStatus.SERVICE_UNAVAILABLE",
        ),
        ("try:\n  pass\nexcept E :\n  status == 404", "try:\n  pass\nexcept E :\n  status == HTTPStatus.NOT_FOUND"),
        ("if x:\n\x0c    status == 404 \x0c", "if x:\n\x0c    status == HTTPStatus.NOT_FOUND \x0c"),
        ("if x :\n\tif y :\n\t\tstatus==404 ;z = 1\n", "if x :\n\tif y :\n\t\tstatus==HTTPStatus.NOT_FOUND ;z = 1\n"),
        (
            "if x: status==404\nelif status==503: pass",
            "if x: status==HTTPStatus.NOT_FOUND\nelif status==HTTPStatus.SERVICE_UNAVAILABLE: pass",
        ),
        ("if x:\\\n  status==404", "if x:\\\n  status==HTTPStatus.NOT_FOUND"),
        (
            "match status:\n  case 404 | 503: pass",
            "match status:\n  case HTTPStatus.NOT_FOUND | HTTPStatus.SERVICE_UNAVAILABLE: pass",
        ),
        ("@d(404)\ndef f(): pass", "@d(HTTPStatus.NOT_FOUND)\ndef f(): pass"),
        ("r.raise_for_status", "r.raise_for_status()"),
        ("r .raise_for_status # all", "r .raise_for_status() # all"),
        ("(r\n .raise_for_status)", "(r\n .raise_for_status())"),
        (
            "async def f():\n    return [await x async for x in y if x==404]",
            "async def f():\n    return [await x async for x in y if x==HTTPStatus.NOT_FOUND]",
        ),
        (
            "@d(404)\ndef f(x=503): return 404",
            "@d(HTTPStatus.NOT_FOUND)\ndef f(x=HTTPStatus.SERVICE_UNAVAILABLE): return HTTPStatus.NOT_FOUND",
        ),
    ],
)
def test_an_edit_touches_its_place_alone(before: str, after: str) -> None:
    assert fixed_text(HEAD + before) == HEAD + after


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_the_byte_order_mark_stay(end: str, mark: bytes) -> None:
    text = "import requests\n\nx = '''a\nb''', 'ä', status == 404\nstatus is 503 # ü"
    old = mark + text.replace("\n", end).encode()
    result = fixed(old)
    expected = "from http import HTTPStatus\n\n" + text.replace("404", "HTTPStatus.NOT_FOUND")
    expected = expected.replace("is 503", "== HTTPStatus.SERVICE_UNAVAILABLE")
    assert result.new == mark + expected.replace("\n", end).encode()
    assert not fixed(result.new).changed


def test_mixed_line_ends_stay_each() -> None:
    old = b"import os\r\nimport re\rx = 1\nstatus == 404\r\nstatus == 503\r\rstatus == 200"
    result = fixed(old)
    assert result.problem is None
    assert result.new == (
        b"import os\r\nimport re\rfrom http import HTTPStatus\rx = 1\nstatus == HTTPStatus.NOT_FOUND\r\n"
        b"status == HTTPStatus.SERVICE_UNAVAILABLE\r\rstatus == HTTPStatus.OK"
    )


@pytest.mark.parametrize(
    ("encoding", "letters"),
    [
        ("latin-1", "äöü"),
        ("cp1252", "€"),
        ("cp1251", "привет"),
        ("shift_jis", "日本語"),
        ("iso-2022-jp", "日本語"),
        ("gb18030", "中文"),
        ("utf-8", "日本語"),
    ],
)
def test_every_encoding_stays(encoding: str, letters: str) -> None:
    text = f"# -*- coding: {encoding} -*-\nimport os\nx = '{letters}', status == 404, status == 503 # {letters}\n"
    result = fixed(text.encode(encoding))
    assert result.problem is None, result.problem
    expected = text.replace("import os\n", "import os\nfrom http import HTTPStatus\n")
    expected = expected.replace("404", "HTTPStatus.NOT_FOUND").replace("503", "HTTPStatus.SERVICE_UNAVAILABLE")
    assert result.new == expected.encode(encoding)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"status == 404 and 'x\xe4'\n", "client.py:1:1: invalid or missing encoding declaration"),
        (b"#\n#\nstatus == 404 and 'x\xe4'\n", "client.py:3:21: not utf-8: byte 0xe4"),
        (b"# coding: nonsense\nstatus == 404\n", "client.py:1:1: unknown encoding: nonsense"),
        (b"# coding: hex\nstatus == 404\n", "client.py:1:1: cannot decode it: 'hex' is not a text encoding"),
        (b"\xef\xbb\xbf# coding: latin-1\nstatus == 404\n", "client.py:1:1: encoding problem: utf-8"),
        (b"status == 404\nif:\n", "client.py:2:3: syntax error: invalid syntax"),
        (b"status == 404\n\0\n", "client.py: not Python source: source code string cannot contain null bytes"),
        (
            b"status == " + b"(" * 5000 + b"404" + b")" * 5000,
            "client.py:1:211: syntax error: too many nested parentheses",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_left(data: bytes, reason: str) -> None:
    result = fixed(data)
    assert result.problem is not None
    text = result.problem.at("client.py")
    # The wording of CPython's own messages changes from version to version; place and kind do not.
    assert text.split(":")[0] == "client.py"
    assert "\n" not in text
    assert text.startswith(reason[:24]) or "null bytes" in text
    assert not result.changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # libcst (1.9) does not know annotated names in parentheses.
        ("(status): int = 404", "(status): int = HTTPStatus.NOT_FOUND"),
        ("(status): int = 404if x else 0x194", "(status): int = HTTPStatus.NOT_FOUND if x else HTTPStatus.NOT_FOUND"),
        ("(x): A = r.raise_for_status", "(x): A = r.raise_for_status()"),
        ("class C:\n\t(x): int = (status ==\n404) # ü", "class C:\n\t(x): int = (status ==\nHTTPStatus.NOT_FOUND) # ü"),
    ],
)
def test_what_libcst_cannot_parse_is_found_by_the_tree(before: str, after: str) -> None:
    with pytest.raises(libcst.ParserSyntaxError):
        libcst.parse_module(before)
    assert fixed_text(HEAD + before) == HEAD + after


def test_what_needs_libcst_is_left_where_it_cannot_parse() -> None:
    words = ["--select", "OCS103"]
    source = HEAD + "(x): bool = status is 404\nx = status is 503\n"
    assert fixed_text(source, *words) == source.replace("is 503", "== HTTPStatus.SERVICE_UNAVAILABLE")
    assert reasons(source, *words) == ["libcst cannot parse what Python can"]


def test_a_fix_that_goes_wrong_does_not_cost_the_file_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: transform.Transform, step: Step, text: str) -> list[Edit]:
        return [Edit(step.span, "404", "405" if step.span.line == 3 else text)]

    monkeypatch.setattr(transform.Transform, "edits_for", wrong)
    source = HEAD + "x = 404\nx = 404\nx = 404\nx = 404\n"
    result = fixed(source)
    assert result.new.decode() == HEAD + "x = HTTPStatus.NOT_FOUND\nx = 404\n" + "x = HTTPStatus.NOT_FOUND\n" * 2
    assert [(left.line, left.reason) for left in result.left] == [(3, "the edit would change more than it should")]
    assert result.fixed == {"OCS101": 3}


def test_edits_are_checked() -> None:
    source = source_of(b"status == 404\n")
    number = Span(1, 10, 1, 13)
    assert apply_edits(source, [Edit(number, "404", "X")]) == b"status == X\n"
    assert apply_edits(source, [insertion(1, 13, "a"), insertion(1, 13, "b")]) == b"status == 404ab\n"
    with pytest.raises(FileError, match="expected '403' here"):
        apply_edits(source, [Edit(number, "403", "X")])
    with pytest.raises(FileError, match="two edits overlap"):
        apply_edits(source, [Edit(number, "404", "X"), Edit(Span(1, 11, 1, 12), "0", "1")])


def test_an_edit_that_changes_more_than_it_should_is_found() -> None:
    old = source_of(b"x = 404\n").parse()
    for changed in (b"x = 405\n", b"x = 404\ny = 1\n", b"x = 404.0\n", b"x = '404'\n", b"y = 404\n"):
        with pytest.raises(FileError, match="more than it should"):
            check_same_meaning(old, source_of(changed).parse(), {}, None)
    check_same_meaning(old, source_of(b"x  =  404  # same\n").parse(), {}, None)


def test_a_long_chain_of_operators_stops_nothing_but_its_own_fix() -> None:
    chain = " + 1" * 900
    source = HEAD + f"x = y{chain}\nx = status == 404\n"
    assert fixed_text(source) == source.replace("404", "HTTPStatus.NOT_FOUND")
    source = HEAD + f"x = status == 404{chain}\nx = status == 404\n"
    assert fixed_text(source) == source.replace("404\n", "HTTPStatus.NOT_FOUND\n")
    assert reasons(source) == ["nested too deeply for libcst"]


def test_a_long_chain_of_branches_is_left_alone() -> None:
    """libcst nests them, and raises KeyError on the way back from where its stack ran out."""
    branches = "".join(f"elif r.status_code == {number}:\n    pass\n" for number in range(1000, 2000))
    source = f"import requests\nr = requests.get('u')\nif r.status_code == 404:\n    pass\n{branches}"
    assert reasons(source, "--select=OCS101") == ["nested too deeply for libcst"]


def test_the_independent_check_finds_what_it_should() -> None:
    old = b"import os\nif x == 404:  # why\n    pass\n"
    good = b"from http import HTTPStatus\nimport os\nif x == HTTPStatus.NOT_FOUND:  # why\n    pass\n"
    assert_only_statuses_changed(old, good)
    for bad in (
        good.replace(b"NOT_FOUND", b"OK"),
        good.replace(b"  # why", b""),
        good.replace(b"\n", b"\r\n"),
        good.replace(b"x ==", b"x  =="),
        good.replace(b"import os\n", b""),
        good + b"more()\n",
    ):
        with pytest.raises(AssertionError):
            assert_only_statuses_changed(old, bad)
