"""Other spellings of a fixture that must give the same findings: line ends, encodings, aliases, async, ``# noqa``."""

from __future__ import annotations

import ast
import codecs
import io
import shutil
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fixtures_harness import Fixture, FixtureError, Place, read_lines

LIBRARIES = frozenset(
    {
        "adh_sample_library_preview",
        "ocs_sample_library_preview",
        "aiohttp",
        "backoff",
        "http",
        "httpx",
        "requests",
        "stamina",
        "starlette",
        "tenacity",
        "urllib",
        "urllib3",
    }
)
SENDING = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request", "send", "aclose", "close"})


@dataclass(frozen=True)
class Rewrite:
    """One way to spell a fixture differently.

    ``apply`` gives the bytes of the new file, or None where the rewrite does not touch this fixture. ``shift`` is the
    number of lines put in front. ``keeps_columns`` tells whether findings stay in their columns, counted from the
    end of the line.
    """

    name: str
    apply: Callable[[Fixture], bytes | None]
    shift: int = 0
    keeps_columns: bool = True

    def moved(self, places: Iterable[Place], fixture: Fixture, path: Path) -> list[Place]:
        """Where places in the fixture are in the rewritten file at ``path``, sorted."""
        lines = read_lines(path)
        found = []
        for line, column, code in places:
            # A rewrite that puts text in front of a line moves its findings by as much.
            longer = len(lines[line + self.shift - 1]) - len(fixture.lines[line - 1])
            found.append((line + self.shift, column + longer, code))
        return self.comparable(found)

    def comparable(self, places: Iterable[Place]) -> list[Place]:
        """Sorted places; the columns are all 0 where the rewrite does not keep them."""
        return sorted((line, column if self.keeps_columns else 0, code) for line, column, code in places)


def text_of(fixture: Fixture) -> str:
    """The fixture as one string."""
    return "".join(fixture.lines)


def as_crlf(fixture: Fixture) -> bytes:
    """Windows line ends."""
    return text_of(fixture).replace("\n", "\r\n").encode()


def with_bom(fixture: Fixture) -> bytes:
    """A byte order mark in front."""
    return codecs.BOM_UTF8 + text_of(fixture).encode()


def as_latin_1(fixture: Fixture) -> bytes | None:
    """Latin-1 with a cookie, and a comment whose bytes are no UTF-8."""
    if fixture.lines and fixture.lines[0].startswith("#!"):
        return None
    try:
        return f"# -*- coding: latin-1 -*-\n# caf\xe9\n{text_of(fixture)}".encode("latin-1")
    except UnicodeEncodeError:
        return None


def after_wide_characters(fixture: Fixture) -> bytes | None:
    """Byte columns that differ from character columns: a string of wide characters before each one-line statement."""
    prefix = '"\u00e4\u20ac\U0001d11e"; '
    tree = ast.parse(text_of(fixture))
    lines = list(fixture.lines)
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Expr, ast.Assign, ast.Return, ast.Raise, ast.Assert)):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # A docstring must stay the first statement: `from __future__` may follow it.
        line = lines[node.lineno - 1]
        indentation = line[: node.col_offset]
        if node.lineno == node.end_lineno and not indentation.strip():
            lines[node.lineno - 1] = f"{indentation}{prefix}{line[node.col_offset :]}"
    return "".join(lines).encode()


def replaced(text: str, edits: dict[tuple[int, int], tuple[str, str]]) -> str:
    """Replace ``old`` by ``new`` at ``(line, byte column)``; raises FixtureError when ``old`` is not there."""
    lines = [line.encode() for line in text.splitlines(keepends=True)]
    for (line, column), (old, new) in sorted(edits.items(), reverse=True):
        source = lines[line - 1]
        if not source.startswith(old.encode(), column):
            raise FixtureError(f"line {line}, byte {column}: no {old!r} in {source.decode()!r}")
        lines[line - 1] = source[:column] + new.encode() + source[column + len(old.encode()) :]
    return b"".join(lines).decode()


def with_aliases(fixture: Fixture) -> bytes | None:
    """Imports of HTTP libraries under other names: ``import requests as requests_module``.

    A name that anything but one import binds is left alone, and so is one that stands in an f-string (before
    Python 3.12 the tree has no true positions there).
    """
    text = text_of(fixture)
    tree = ast.parse(text)
    in_strings = {
        name.id
        for string in ast.walk(tree)
        if isinstance(string, ast.JoinedStr)
        for name in ast.walk(string)
        if isinstance(name, ast.Name)
    }
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    taken = bound_otherwise(tree) | in_strings
    edits: dict[tuple[int, int], tuple[str, str]] = {}
    for alias, old, new in aliases(tree):
        if old in taken or new in taken or any(name.id == new for name in names):
            continue
        edits[alias.lineno, alias.col_offset] = (old, f"{old} as {new}")
        for name in names:
            if name.id == old:
                edits[name.lineno, name.col_offset] = (old, new)
    return replaced(text, edits).encode() if edits else None


def aliases(tree: ast.Module) -> Iterator[tuple[ast.alias, str, str]]:
    """The import, the name and its new name, for each import that can be given another one."""
    imports: dict[str, list[ast.alias]] = {}
    new_names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                imports.setdefault((alias.asname or alias.name).partition(".")[0], []).append(alias)
                if not alias.asname and alias.name in LIBRARIES:
                    new_names[alias.name] = f"{alias.name}_module"
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                imports.setdefault(alias.asname or alias.name, []).append(alias)
                if not alias.asname and not node.level and (node.module or "").partition(".")[0] in LIBRARIES:
                    new_names[alias.name] = "Status" if alias.name == "HTTPStatus" else f"{alias.name}_alias"
    for old, new in new_names.items():
        if old != "*" and len(imports[old]) == 1:
            yield imports[old][0], old, new


def bound_otherwise(tree: ast.Module) -> set[str]:
    """The names that anything but an import binds or declares."""
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            bound.update(node.names)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            bound.add(node.name)
    return bound


def as_async(fixture: Fixture) -> bytes | None:
    """The same client on ``httpx.AsyncClient``: functions are coroutines, calls of them and requests are awaited.

    Only for fixtures that say ``# async: yes``; raises FixtureError where the result is no Python, or where the
    fixture uses what has no asynchronous twin.
    """
    if fixture.header("async") != ["yes"]:
        return None
    text = text_of(fixture)
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    own = {function.name for function in functions}
    edits: dict[tuple[int, int], tuple[str, str]] = {}
    for function in functions:
        if not (function.name.startswith("__") and function.name.endswith("__")):
            edits[function.lineno, function.col_offset] = ("def", "async def")
    wrapped: list[tuple[int, int]] = []
    closing: dict[tuple[int, int], int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and any("Client" in ast.unparse(item.context_expr) for item in node.items):
            edits[node.lineno, node.col_offset] = ("with", "async with")
        if isinstance(node, ast.Attribute) and node.attr == "Client" and ast.unparse(node) == "httpx.Client":
            edits[node.lineno, node.col_offset] = ("httpx.Client", "httpx.AsyncClient")
        if isinstance(node, ast.Call):
            function_text = ast.unparse(node.func)
            owner, _, called = function_text.rpartition(".")
            if owner == "httpx" and called in SENDING:
                raise FixtureError(f"{fixture.name}:{node.lineno}: {function_text} has no asynchronous twin")
            if called in own or (owner and called in SENDING):
                assert node.end_lineno is not None
                assert node.end_col_offset is not None
                wrapped.append((node.lineno, node.col_offset))
                end = (node.end_lineno, node.end_col_offset)
                closing[end] = closing.get(end, 0) + 1
    insertions = [(place, "(await ") for place in wrapped] + [(place, ")" * n) for place, n in closing.items()]
    for place, inserted in insertions:
        old, new = edits.get(place, ("", ""))
        edits[place] = (old, f"{inserted}{new}")
    result = replaced(text, edits)
    try:
        compile(result, fixture.name, "exec")
    except SyntaxError as error:
        raise FixtureError(f"{fixture.name}: cannot be made async: {error}") from error
    return result.encode()


def with_noqa(fixture: Fixture, *, bare: bool) -> bytes:
    """Each marker made a ``# noqa`` comment, with the codes or bare, at the end of what flake8 takes for one line."""
    lines = list(fixture.lines)
    for marker in fixture.markers:
        before = lines[marker.comment_line - 1]
        lines[marker.comment_line - 1] = before.replace(marker.text, "#").rstrip() + "\n"
    codes: dict[int, set[str]] = {}
    last_line = last_lines(fixture)
    for line, _, code in fixture.marked:
        codes.setdefault(last_line.get(line, line), set()).add(code)
    for line, wanted in codes.items():
        comment = "# noqa" if bare else f"# noqa: {','.join(sorted(wanted))}"
        lines[line - 1] = f"{lines[line - 1].rstrip()}  {comment}\n"
    return "".join(lines).encode()


def last_lines(fixture: Fixture) -> dict[int, int]:
    """For each line, the last line of the stretch that one ``# noqa`` covers: to the next line end outside a string."""
    found: dict[int, int] = {}
    first = None
    for token in tokenize.generate_tokens(io.StringIO(text_of(fixture)).readline):
        if token.type in (tokenize.ENDMARKER, tokenize.DEDENT, tokenize.INDENT):
            continue
        first = first or token.start[0]
        if token.type in (tokenize.NL, tokenize.NEWLINE):
            found.update(dict.fromkeys(range(first, token.end[0] + 1), token.start[0]))
            first = None
    return found


REWRITES = [
    Rewrite("crlf", as_crlf),
    Rewrite("bom", with_bom),
    Rewrite("latin-1", as_latin_1, shift=2),
    Rewrite("wide", after_wide_characters),
    Rewrite("alias", with_aliases, keeps_columns=False),
    Rewrite("async", as_async, keeps_columns=False),
]


def write_rewritten(
    fixtures: list[Fixture], target: Path, rewrite: Callable[[Fixture], bytes | None]
) -> list[tuple[Fixture, Path]]:
    """Copy the folder of all fixtures to ``target``, rewritten; the fixtures that the rewrite touches and their copies.

    Fixtures import each other, so that those it does not touch are copied as they are.
    """
    if fixtures:
        ignored = shutil.ignore_patterns("*.fixed.py", "__pycache__")
        shutil.copytree(fixtures[0].root, target, dirs_exist_ok=True, ignore=ignored)
    written = []
    for fixture in fixtures:
        content = rewrite(fixture)
        if content is not None:
            path = target / fixture.name
            path.write_bytes(content)
            written.append((fixture, path))
    return written
