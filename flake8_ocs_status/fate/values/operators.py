"""What operators, comparisons and text building make of values. Pure functions; nothing here knows of control flow."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from flake8_ocs_status.fate.values import (
    LARGEST_COLLECTION,
    UNKNOWN,
    About,
    Choice,
    Content,
    Interval,
    Items,
    Known,
    Object,
    OtherResponse,
    Pieces,
    Response,
    Several,
    Table,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.aggregates import has_the_same, without
from flake8_ocs_status.fate.values.knowledge import about, choice, may_be_missing, size, unknown_from
from flake8_ocs_status.fate.values.pieces import character_at
from flake8_ocs_status.fate.values.texts import concatenate, found_by_chance, is_one_of_texts, is_text
from flake8_ocs_status.fate.values.truths import may_be_anything, tells_status_by_truth, truth

LARGEST_INTEGER = 10**9

_ARITHMETIC: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_PERCENT_FIELD = re.compile(r"%(?:\((\w+)\))?[#0\- +]*\d*(?:\.\d+)?[hlL]?([a-zA-Z%])")


def verdict(answer: bool | None, *operands: Value) -> Value:
    """The result of a test on these operands: it gives away a decision where they give away the status."""
    level = max(map(about, operands), default=About.NOTHING)
    level = min(level, About.DECISION)
    if answer is None:
        if level == About.BODY:
            return unknown_from(*operands)
        return Unknown(level) if level else UNKNOWN
    return Known(answer, level)


def compare(kind: ast.cmpop, left: Value, right: Value) -> Value:
    """``left <op> right``."""
    if isinstance(left, Choice) or isinstance(right, Choice):
        lefts = left.values if isinstance(left, Choice) else {left}
        rights = right.values if isinstance(right, Choice) else {right}
        answers = {compare(kind, one, other) for one in lefts for other in rights}
        return answers.pop() if len(answers) == 1 else verdict(None, left, right)
    if isinstance(kind, (ast.Is, ast.IsNot)):
        same = _identical(left, right)
        return verdict(same if same is None or isinstance(kind, ast.Is) else not same, *_tested(left, right))
    if isinstance(kind, (ast.In, ast.NotIn)):
        inside = _contains(right, left)
        if inside is None and isinstance(right, Text) and isinstance(left, Known) and isinstance(left.value, str):
            return found_by_chance(right, left.value)
        return verdict(inside if inside is None or isinstance(kind, ast.In) else not inside, left, right)
    if isinstance(kind, (ast.Eq, ast.NotEq)):
        equal = _equal(left, right)
        return verdict(equal if equal is None or isinstance(kind, ast.Eq) else not equal, *_tested(left, right))
    answer: bool | None = None
    if isinstance(left, Known) and isinstance(right, Known):
        try:
            answer = _ORDER[type(kind)](left.value, right.value)
        except TypeError:
            answer = None
    return verdict(answer, left, right)


def _tested(left: Value, right: Value) -> tuple[Value, ...]:
    # `r is None` and `r == None` ask whether there is a response, not what its status is.
    if any(isinstance(side, Known) and side.value is None for side in (left, right)) and any(
        isinstance(side, (Response, OtherResponse)) for side in (left, right)
    ):
        return ()
    return left, right


def _equal(left: Value, right: Value) -> bool | None:
    if isinstance(left, Known) and isinstance(right, Known):
        return bool(left.value == right.value)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Known) and one.value is None and isinstance(other, Content):
            return False
        if isinstance(one, Known) and not (isinstance(other, (Text, Known, Object)) or may_be_anything(other)):
            # A constant never equals a response, a tuple, a function, …
            return False
    if isinstance(left, Items) and isinstance(right, Items):
        if len(left.values) != len(right.values):
            return False
        answers = [_equal(one, other) for one, other in zip(left.values, right.values, strict=True)]
        if False in answers:
            return False
        return True if all(answers) else None
    return has_the_same(left, right)


def _identical(left: Value, right: Value) -> bool | None:
    if isinstance(left, Known) and isinstance(right, Known):
        if isinstance(left.value, int) and type(left.value) is int and left.value == right.value:
            # CPython keeps one object for each integer up to 256.
            return left.value <= 256
        if not isinstance(left.value, (str, bytes)):
            return left.value is right.value
        if left.value != right.value:
            return False
        # Nobody compares texts in this way: it is a member of an enumeration, or a constant of which there is one.
        return None if about(left) or about(right) else True
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Known) and one.value is None and isinstance(other, Content):
            return False
        if isinstance(one, Known) and not (isinstance(other, Known) or may_be_anything(other) or may_be_missing(other)):
            return False
    return None


def _contains(container: Value, item: Value) -> bool | None:
    if isinstance(container, Items):
        answers = [_equal(item, element) for element in container.values]
        if True in answers:
            return True
        return False if all(answer is False for answer in answers) else None
    if isinstance(container, Several):
        # The answer in focus is one of those that the elements come of.
        answer = _equal(item, container.element)
        return None if answer and not container.certain else answer
    if isinstance(container, Interval):
        return item.value in container.range if isinstance(item, Known) else None
    if isinstance(container, Table):
        answers = [_equal(item, key) for key, _ in container.entries]
        if True in answers:
            return True
        return False if container.complete and all(answer is False for answer in answers) else None
    if isinstance(item, Known) and isinstance(item.value, str):
        if isinstance(container, Known) and isinstance(container.value, str):
            return item.value in container.value
        if isinstance(container, Text) and any(
            isinstance(part, str) and item.value in part for part in container.parts
        ):
            return True
    return None


def unary(kind: ast.unaryop, value: Value, status: int | None) -> Value:
    """``not value``, ``-value``, …"""
    if isinstance(kind, ast.Not):
        answer = truth(value, status)
        operands = (value,) if tells_status_by_truth(value) or about(value) == About.BODY else ()
        return verdict(None if answer is None else not answer, *operands)
    if isinstance(kind, ast.USub) and isinstance(value, Known) and type(value.value) is int:
        return Known(-value.value, value.about)
    return unknown_from(value)


def binary(kind: ast.operator, left: Value, right: Value) -> Value:
    """``left <op> right`` for arithmetic, texts, tuples and mappings."""
    if isinstance(left, Known) and isinstance(right, Known):
        level = max(left.about, right.about)
        one, other = left.value, right.value
        compute = _ARITHMETIC.get(type(kind))
        if compute is not None and type(one) is int and type(other) is int:
            if abs(one) > LARGEST_INTEGER or abs(other) > LARGEST_INTEGER:
                return unknown_from(left, right)
            try:
                return Known(compute(one, other), level)
            except ZeroDivisionError:
                return UNKNOWN
    if isinstance(kind, ast.Sub):
        return without(left, right) or unknown_from(left, right)
    if isinstance(kind, ast.Add):
        if isinstance(left, Items) and isinstance(right, Items):
            return _together(left, right)
        if is_text(left) or is_text(right) or (is_one_of_texts(left) and is_one_of_texts(right)):
            return concatenate([left, right])
    if isinstance(kind, ast.Div) and is_text(left):
        # yarl.URL(…) / "name"
        return concatenate([left, Known("/"), right])
    if isinstance(kind, ast.Mod) and isinstance(left, Known) and isinstance(left.value, str):
        return percent_format(left.value, right)
    if isinstance(kind, ast.BitOr):
        if isinstance(left, Table) and isinstance(right, Table):
            return Table(left.entries + right.entries, left.complete and right.complete)
        if isinstance(right, Table):
            return Table(right.entries, complete=False)
        if isinstance(left, Table):
            return Table(left.entries, complete=False)
        if isinstance(left, Items) and isinstance(right, Items):
            return _together(left, right)
    return unknown_from(left, right)


def _together(left: Items, right: Items) -> Value:
    if size(left) + size(right) > LARGEST_COLLECTION:
        return unknown_from(left, right)
    return Items(left.values + right.values)


def expanded(nodes: Sequence[ast.expr], values: Sequence[Value]) -> tuple[Value, ...] | None:
    """The elements, or positional arguments, where every starred one is a collection that is in sight, else None."""
    result: list[Value] = []
    for node, value in zip(nodes, values, strict=True):
        if not isinstance(node, ast.Starred):
            result.append(value)
        elif isinstance(value, Items):
            result.extend(value.values)
        elif isinstance(value, Interval) and len(value.range) <= LARGEST_COLLECTION:
            result.extend(map(Known, value.range))
        else:
            return None
    return tuple(result)


def percent_format(template: str, right: Value) -> Value:
    """``template % right``."""
    values: list[Value] = []
    position = 0
    arguments = right.values if isinstance(right, Items) else (right,)
    index = 0
    for found in _PERCENT_FIELD.finditer(template):
        values.append(Known(template[position : found.start()]))
        position = found.end()
        if found[2] == "%":
            values.append(Known("%"))
        elif found[1] is not None:
            values.append(lookup(right, Known(found[1])))
        else:
            values.append(arguments[index] if index < len(arguments) else UNKNOWN)
            index += 1
    values.append(Known(template[position:]))
    return concatenate(values)


def lacks(table: Table, key: Value) -> bool:
    """Whether a mapping certainly has no such key."""
    return table.complete and isinstance(key, Known) and all(_equal(entry, key) is False for entry, _ in table.entries)


def lookup(container: Value, key: Value) -> Value:
    """``container[key]`` when it is known."""
    if isinstance(container, Table):
        for entry, value in reversed(container.entries):
            equal = _equal(entry, key)
            if equal:
                return value
            if equal is None:
                if about(key) < About.DECISION and container.complete:
                    return choice(value for entry, value in container.entries if _equal(entry, key) is not False)
                break
        if about(key) >= About.DECISION and not container.complete:
            # What is not in sight may tell all statuses apart.
            return Unknown(About.STATUS)
        return unknown_from(key) if about(key) < About.STATUS else Unknown(About.DECISION)
    if isinstance(container, Several):
        return container.element
    if isinstance(container, Items) and isinstance(key, Known) and type(key.value) is int:
        if -len(container.values) <= key.value < len(container.values):
            return container.values[key.value]
        return UNKNOWN
    if isinstance(container, Pieces) and isinstance(key, Known) and type(key.value) is int:
        known = container.first if key.value >= 0 else container.last
        if -len(known) <= key.value < len(known):
            return known[key.value]
    if isinstance(key, Known) and type(key.value) is int:
        character = character_at(container, key.value)
        if character is not None:
            return character
    return unknown_from(container)
