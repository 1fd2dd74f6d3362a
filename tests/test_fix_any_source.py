"""Sources that nobody wrote: generated from Python's grammar, and the fixtures after accidents.

Whatever they are, fixing them gives a program that differs in names for numbers alone, in bytes as in meaning, and
fixing that again gives nothing new.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable

import libcst
import pytest
from fix_helpers import fixed
from fix_helpers import simple_rule as simple_rule
from fix_meaning import assert_names_for_numbers, bounded, comments, complaints, meaning
from fixing import fixed as fixed_by_the_rules
from fixtures_harness import FIXTURES, Fixture, fixtures_in
from hypothesis import assume, given
from hypothesis import strategies as st

pytestmark = pytest.mark.same_everywhere

NUMBERS = st.sampled_from(["404", "503", "200", "299", "418", "0x194", "0o624", "4_04", "0B11001000"])
ENDS = st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=1, max_size=2)
# Whole modules come out nearly empty; these hold values.
NODES: tuple[type[libcst.CSTNode], ...] = (
    libcst.Comparison,
    libcst.Assign,
    libcst.IfExp,
    libcst.If,
    libcst.FunctionDef,
    libcst.ListComp,
    libcst.Call,
)
FIXTURE_FILES = [fixture for fixture in fixtures_in() if fixture.path.parent.name in ("ocs101", "ocs102")]
SILENT = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")


def any_module() -> st.SearchStrategy[str]:
    """Whole modules; hypothesmith takes seconds to be ready, which whoever runs other tests is spared."""
    from hypothesmith import from_grammar

    return from_grammar()


def any_node() -> st.SearchStrategy[str]:
    """Pieces of a module that hold values."""
    from hypothesmith import from_node

    return st.sampled_from(NODES).flatmap(from_node)


def compiles(source: str) -> bool:
    try:
        compile(source, "client.py", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def places_of_values(source: str) -> list[tuple[int, int, int]]:
    """Line and character columns of the names and constants that stand on one line and are read."""
    found = []
    pending: list[ast.AST] = [ast.parse(source)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.JoinedStr) and sys.version_info < (3, 12):
            # Places inside an f-string are not always true there.
            continue
        pending += ast.iter_child_nodes(node)
        if not isinstance(node, (ast.Name, ast.Constant)) or node.lineno != node.end_lineno:
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            continue
        assert node.end_col_offset is not None
        line = lines_of(source)[node.lineno - 1].encode()
        start, end = (len(line[:column].decode()) for column in (node.col_offset, node.end_col_offset))
        found.append((node.lineno, start, end))
    return sorted(found, reverse=True)


def lines_of(source: str) -> list[str]:
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@st.composite
def with_statuses(draw: st.DrawFn, sources: st.SearchStrategy[str]) -> str:
    """A source in which some of the values are three-digit numbers, in any spelling."""
    source = "\n".join(lines_of(draw(sources)))
    # hypothesmith puts carriage returns where a newline is something else.
    places = places_of_values(source) if compiles(source) else []
    for line, start, end in places[: draw(st.integers(1, 8))]:
        lines = source.split("\n")
        text = lines[line - 1]
        lines[line - 1] = text[:start] + draw(NUMBERS) + text[end:]
        changed = "\n".join(lines)
        if compiles(changed):
            source = changed
    return source


@st.composite
def as_bytes(draw: st.DrawFn, sources: st.SearchStrategy[str]) -> bytes:
    """A source with line ends of some kinds, with or without a byte order mark and a final line end."""
    text = draw(sources)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    ends = draw(ENDS)
    lines = text.split("\n")
    text = "".join(line + ends[place % len(ends)] for place, line in enumerate(lines[:-1])) + lines[-1]
    mark = b"\xef\xbb\xbf" if draw(st.booleans()) else b""
    return mark + text.encode()


def check(data: bytes, fix: Callable[[bytes], bytes]) -> None:
    before = meaning(data)
    new = fix(data)
    compile(new, "client.py", "exec")
    assert meaning(new) == before
    assert_names_for_numbers(data, new)
    assert comments(new) == comments(data)
    assert not complaints(new) - complaints(data)
    assert fix(new) == new


def fix_all_numbers(data: bytes) -> bytes:
    result = fixed(data, "--select", "OCS101,OCS102", unsafe=True)
    assert result.problem is None, result.problem
    return result.new


@SILENT
@pytest.mark.usefixtures("simple_rule")
@bounded(100)
@given(as_bytes(with_statuses(st.deferred(any_module))))
def test_any_source_of_the_grammar(data: bytes) -> None:
    assume(compiles(data.decode("utf-8-sig")))
    check(data, fix_all_numbers)


@SILENT
@pytest.mark.usefixtures("simple_rule")
@bounded(40)
@given(as_bytes(with_statuses(st.deferred(any_node))))
def test_any_tree(data: bytes) -> None:
    assume(compiles(data.decode("utf-8-sig")))
    check(data, fix_all_numbers)


def delete(lines: list[str], place: int) -> list[str]:
    return lines[:place] + lines[place + 1 :]


def repeat(lines: list[str], place: int) -> list[str]:
    return [*lines[:place], lines[place], *lines[place:]]


def swap(lines: list[str], place: int) -> list[str]:
    return [*lines[:place], *reversed(lines[place : place + 2]), *lines[place + 2 :]]


def nest(lines: list[str], place: int) -> list[str]:
    heading = ("def outer():", "class Outer:", "if later:", "try:", "async def outer():")[place % 5]
    tail = ["finally:", "    pass"] if heading == "try:" else []
    return [heading, *("    " + line if line else line for line in lines), *tail]


def use_tabs(lines: list[str], place: int) -> list[str]:
    return [line.replace("    ", "\t") for line in lines]


def spell(lines: list[str], place: int) -> list[str]:
    """A status of the line in another place of an expression."""
    line = lines[place]
    for number in ("404", "200", "503", "412"):
        for new in (f"({number})", f"{number} if later else {number}", f"(# why\n{number})"):
            if number in line and place % 3 == len(new) % 3:
                return [*lines[:place], *line.replace(number, new, 1).split("\n"), *lines[place + 1 :]]
    return lines


def insert(text: str) -> Callable[[list[str], int], list[str]]:
    def put(lines: list[str], place: int) -> list[str]:
        blank = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
        return [*lines[:place], blank + text, *lines[place:]]

    return put


ACCIDENTS = (
    delete,
    repeat,
    swap,
    nest,
    use_tabs,
    spell,
    insert("# A comment."),
    insert("\x0c"),
    insert("HTTPStatus = None"),
    insert("import http"),
    insert("from http import client"),
    insert("from http import HTTPStatus as Status"),
    insert("(later): int = 404"),
    insert("response.status_code = 404; later = response.status_code == 0xC8"),
    insert("with later: return response.status_code in (200,\\"),
)


@st.composite
def damaged_fixtures(draw: st.DrawFn) -> tuple[Fixture, str]:
    """A fixture to which things have happened that leave it a program."""
    fixture = draw(st.sampled_from(FIXTURE_FILES))
    source = "".join(fixture.lines)
    for accident in draw(st.lists(st.sampled_from(ACCIDENTS), max_size=5)):
        lines = source.split("\n")
        changed = "\n".join(accident(lines, draw(st.integers(0, len(lines) - 1))))
        if compiles(changed):
            source = changed
    return fixture, source


@SILENT
@bounded(100)
@given(st.data(), damaged_fixtures())
def test_fixtures_after_accidents(data: st.DataObject, damaged: tuple[Fixture, str]) -> None:
    fixture, source = damaged
    content = data.draw(as_bytes(st.just(source)))

    def fix(old: bytes) -> bytes:
        return fixed_by_the_rules(fixture.path, old, ("OCS101", "OCS102"), unsafe=True)

    check(content, fix)


def test_there_are_fixtures_to_damage() -> None:
    assert len(FIXTURE_FILES) > 10
    assert all(fixture.path.is_relative_to(FIXTURES) for fixture in FIXTURE_FILES)
