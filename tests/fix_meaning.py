"""Independent looks at a fixed file: what the program means, and which of its bytes are others now.

Nothing here asks ocs-fix what it did; both trees are walked side by side.
"""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
from collections import Counter
from http import HTTPStatus

from hypothesis import HealthCheck, settings
from pyflakes import checker

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
NEW_IMPORT = re.compile(rb"[\r\n]*from http import HTTPStatus[\r\n]*")
# How many times as many examples as usual; more than one of them are drawn by chance.
TIMES = int(os.environ.get("FIX_EXAMPLES", "1"))


def bounded(examples: int) -> settings:
    """The same examples in every run, and no clock; FIX_EXAMPLES=20 in the environment draws twenty times as many."""
    return settings(
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


class Numbers(ast.NodeTransformer):
    """Turn named statuses back into numbers, `is` and calls into what they were; drop what imports the names."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if node.attr in HTTPStatus.__members__ and node.attr.isupper():
            return ast.Constant(HTTPStatus[node.attr].value)
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        node.ops = [ast.Eq() if isinstance(operator, ast.Is) else operator for operator in node.ops]
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "raise_for_status":
            return node.func
        return self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        node.names = [alias for alias in node.names if (alias.name, alias.asname) != ("HTTPStatus", None)]
        return node if node.names else None


def meaning(data: bytes) -> str:
    """The program, with numbers for named statuses and without the imports of those."""
    return ast.dump(Numbers().visit(ast.parse(data)))


def comments(data: bytes, encoding: str = "utf-8") -> list[str]:
    """The comments of a file, in order."""
    text = io.StringIO(data.decode("utf-8-sig" if encoding == "utf-8" else encoding), newline=None).read()
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def complaints(data: bytes) -> Counter[str]:
    """What pyflakes says of names: undefined, used too early, bound twice."""
    watched = ("UndefinedName", "UndefinedLocal", "RedefinedWhileUnused", "ImportShadowedByLoopVar", "LateFutureImport")
    messages = checker.Checker(ast.parse(data)).messages
    return Counter(type(message).__name__ for message in messages if type(message).__name__ in watched)


def assert_names_for_numbers(old: bytes, new: bytes) -> int:
    """Check that ``new`` (UTF-8) is ``old`` with names for some integers and one import more, to the byte.

    The number of places that are others now, but for a new statement.
    """
    before, after = ast.parse(old), ast.parse(new)
    spans: list[tuple[int, int, int, int]] = []
    statements = list(after.body)
    if len(statements) == len(before.body) + 1:
        index = next(
            (
                place
                for place, (one, other) in enumerate(zip(before.body, statements, strict=False))
                if isinstance(other, ast.ImportFrom) and ast.dump(one) != ast.dump(other)
            ),
            len(before.body),
        )
        added = statements.pop(index)
        assert ast.unparse(added) == "from http import HTTPStatus"
    old_places, new_places = _places(old), _places(new)
    pairs: list[tuple[object, object]] = list(zip(before.body, statements, strict=True))
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, ast.Constant) and isinstance(other, ast.Attribute):
            assert HTTPStatus[other.attr] == one.value
            spans.append((*_span(one, old_places), *_span(other, new_places)))
        elif (
            isinstance(one, ast.ImportFrom) and isinstance(other, ast.ImportFrom) and len(one.names) < len(other.names)
        ):
            names = [*(alias.name for alias in one.names), "HTTPStatus"]
            assert (one.module, one.level, other.level) == (other.module, 0, 0)
            assert sorted(names) == sorted(alias.name for alias in other.names)
            spans.append((*_span(one, old_places), *_span(other, new_places)))
        elif isinstance(one, ast.AST):
            assert type(one) is type(other), (one, other)
            pairs += [(getattr(one, part, None), getattr(other, part, None)) for part in one._fields]
        elif isinstance(one, list):
            assert isinstance(other, list)
            pairs += zip(one, other, strict=True)
        else:
            assert type(one) is type(other)
            assert one == other or one != one
    spans.sort()
    spans.append((len(old), len(old), len(new), len(new)))
    at_old = at_new = 0
    for old_start, old_end, new_start, new_end in spans:
        _assert_same_but_for_import(old[at_old:old_start], new[at_new:new_start])
        at_old, at_new = old_end, new_end
    return len(spans) - 1


def _assert_same_but_for_import(old: bytes, new: bytes) -> None:
    """Two stretches between names: the same, but for a space at an end and for the new import."""
    for candidate in (new, new.removeprefix(b" "), new.removesuffix(b" "), new.removeprefix(b" ").removesuffix(b" ")):
        if candidate == old:
            return
        more = len(candidate) - len(old)
        if more > 0 and any(
            candidate[:place] + candidate[place + more :] == old
            and NEW_IMPORT.fullmatch(candidate[place : place + more])
            for place in range(len(old) + 1)
        ):
            return
    raise AssertionError((old, new))


def _places(data: bytes) -> list[int]:
    """Where the lines of a file start."""
    places = [len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0]
    for line in LINE.findall(data[places[0] :]):
        places.append(places[-1] + len(line))
    return places


def _span(node: ast.expr | ast.stmt, places: list[int]) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return places[node.lineno - 1] + node.col_offset, places[node.end_lineno - 1] + node.end_col_offset
