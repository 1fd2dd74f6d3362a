"""Comparisons of a status that cannot come out as they are meant: with a text, by identity, with a whole collection."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from flake8_ocs_status.catalogue.constants import is_known_status, status_of
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.witnesses import integer_of, text_of
from flake8_ocs_status.program.module import Module

_PHRASE = re.compile(r"(?:[1-5]\d\d )?([A-Za-z]+(?:[ -][A-Za-z]+)*)")


class Mismatch(Enum):
    """Why a comparison cannot come out as it is meant."""

    TEXT = "text"
    PHRASE = "phrase"
    IDENTITY = "identity"
    COLLECTION = "collection"


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """A literal that stands for ``status``."""

    node: ast.Constant
    status: int


@dataclass(frozen=True, slots=True)
class MismatchedComparison:
    """One operand of a comparison that a status never equals.

    ``operator`` is the index of the operator in ``comparison``, ``operand`` the offending side. ``literals`` are the
    numbers and texts in it with the statuses that they mean. ``certain``: there is no doubt about what was meant.
    """

    comparison: ast.Compare
    operator: int
    operand: ast.expr
    kind: Mismatch
    literals: tuple[NamedNumber, ...]
    certain: bool


def mismatched_comparisons_of(module: Module, meanings: Meanings) -> tuple[MismatchedComparison, ...]:
    """Every such comparison, in the order of the source."""
    found = [mismatch for node in module.nodes(ast.Compare) for mismatch in _in_comparison(module, meanings, node)]
    return tuple(sorted(found, key=lambda mismatch: (mismatch.operand.lineno, mismatch.operand.col_offset)))


def _in_comparison(module: Module, meanings: Meanings, node: ast.Compare) -> Iterator[MismatchedComparison]:
    operands = [node.left, *node.comparators]
    for index, operator in enumerate(node.ops):
        left, right = operands[index], operands[index + 1]
        if isinstance(operator, (ast.In, ast.NotIn)):
            if isinstance(right, (ast.Tuple, ast.List, ast.Set)) and meanings.is_number(left):
                for member in right.elts:
                    yield from _with_text(node, index, member)
            continue
        for subject, other in ((left, right), (right, left)):
            if isinstance(operator, (ast.Eq, ast.NotEq)):
                if text_of(other) is not None and meanings.is_number(subject):
                    yield from _with_text(node, index, other)
                elif isinstance(other, (ast.Tuple, ast.List, ast.Set)) and meanings.is_number(subject):
                    yield from _with_collection(module, node, index, other)
            elif isinstance(operator, (ast.Is, ast.IsNot)):
                yield from _by_identity(module, meanings, node, index, subject, other)


def _with_text(node: ast.Compare, index: int, other: ast.expr) -> Iterator[MismatchedComparison]:
    text = text_of(other)
    if text is None:
        return
    assert isinstance(other, ast.Constant)
    if text.isascii() and text.isdigit() and is_known_status(int(text)):
        literals = (NamedNumber(other, int(text)),)
        yield MismatchedComparison(node, index, other, Mismatch.TEXT, literals, certain=True)
        return
    status = status_of_phrase(text)
    if status is not None:
        # "OK" may be meant for any success.
        literals = (NamedNumber(other, status),)
        yield MismatchedComparison(node, index, other, Mismatch.PHRASE, literals, certain=text.lower() != "ok")


def _with_collection(
    module: Module, node: ast.Compare, index: int, other: ast.Tuple | ast.List | ast.Set
) -> Iterator[MismatchedComparison]:
    literals = []
    for member in other.elts:
        value = integer_of(member)
        if value is not None and isinstance(member, ast.Constant) and is_known_status(value):
            literals.append(NamedNumber(member, value))
        elif not _is_constant(module, member):
            return
    if other.elts:
        # An operator of containment would find the collection on its wrong side.
        certain = other is node.comparators[index]
        yield MismatchedComparison(node, index, other, Mismatch.COLLECTION, tuple(literals), certain)


def _by_identity(
    module: Module, meanings: Meanings, node: ast.Compare, index: int, subject: ast.expr, other: ast.expr
) -> Iterator[MismatchedComparison]:
    value = integer_of(other)
    if value is not None and isinstance(other, ast.Constant) and is_known_status(value):
        if meanings.status(subject) is not None:
            literals = (NamedNumber(other, value),)
            yield MismatchedComparison(node, index, other, Mismatch.IDENTITY, literals, certain=True)
    elif _is_constant(module, other) and meanings.is_number(subject):
        yield MismatchedComparison(node, index, other, Mismatch.IDENTITY, (), certain=True)


def status_of_phrase(text: str) -> int | None:
    """The status of a reason phrase in any case: ``"Not Found"`` and ``"404 not found"`` are 404."""
    words = _PHRASE.fullmatch(text.strip())
    return status_of(f"http.HTTPStatus.{re.sub('[ -]', '_', words[1]).upper()}") if words is not None else None


def _is_constant(module: Module, node: ast.expr) -> bool:
    path = module.dotted(node)
    return path is not None and status_of(path) is not None
