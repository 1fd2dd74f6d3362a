"""Sets of values that a status may have, as bits of one integer, and how a comparison splits them.

Besides the numbers from 0 to 999 there is one bit each for all negative numbers, all larger ones, None, and what is no
number (a text, a mock), true or false.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

NUMBERS = range(1000)
_NEGATIVE, _LARGE, NONE, _TRUE, _FALSE = (1 << (len(NUMBERS) + place) for place in range(5))
EVERYTHING = (1 << (len(NUMBERS) + 5)) - 1
NUMERIC = EVERYTHING & ~(NONE | _TRUE | _FALSE)


class Split(NamedTuple):
    """The values for which a test can be true, and those for which it can be false.

    What is in neither makes the test raise; what is in both is not known.
    """

    true: int
    false: int

    @property
    def negated(self) -> Split:
        """The split of ``not test``."""
        return Split(self.false, self.true)


UNDECIDED = Split(EVERYTHING, EVERYTHING)


def span(start: int, stop: int) -> int:
    """The numbers from ``start`` up to, not including, ``stop``."""
    first, last = (min(max(bound, 0), len(NUMBERS)) for bound in (start, stop))
    return ((1 << last) - 1) & ~((1 << first) - 1)


def of_numbers(numbers: Iterable[int]) -> int:
    """The set of these numbers, all from 0 to 999."""
    found = 0
    for number in numbers:
        found |= 1 << number
    return found


@lru_cache(maxsize=64)
def where(test: Callable[[int], bool]) -> int:
    """The numbers for which a test on the status holds; what is negative or larger goes with 0 and 999."""
    found = of_numbers(number for number in NUMBERS if test(number))
    return found | (_NEGATIVE if test(NUMBERS[0]) else 0) | (_LARGE if test(NUMBERS[-1]) else 0)


def equals(values: Iterable[int | None]) -> Split:
    """``status in values``, for numbers from 0 to 999 and None."""
    found = 0
    for value in values:
        found |= NONE if value is None else 1 << value
    return Split(found, EVERYTHING & ~found)


TRUTH = Split(EVERYTHING & ~(1 | NONE | _FALSE), 1 | NONE | _FALSE)


def below(bound: int) -> Split:
    """``status < bound``, for a number from 0 to 1000. What is no number raises."""
    return Split(_NEGATIVE | span(0, bound), span(bound, len(NUMBERS)) | _LARGE)


def compared(operator: type[ast.cmpop], value: int | None) -> Split:
    """``status operator value``."""
    if value is not None and value not in NUMBERS:
        return UNDECIDED
    if operator is ast.Eq or (operator is ast.Is and value is None):
        return equals((value,))
    if operator is ast.NotEq or (operator is ast.IsNot and value is None):
        return equals((value,)).negated
    # Which numbers are the same object is another rule's.
    if value is None:
        return UNDECIDED
    if operator is ast.Lt:
        return below(value)
    if operator is ast.LtE:
        return below(value + 1)
    if operator is ast.GtE:
        return below(value).negated
    if operator is ast.Gt:
        return below(value + 1).negated
    return UNDECIDED


def hundreds(operator: type[ast.cmpop], value: int) -> Split:
    """``status // 100 operator value``."""
    if not 0 <= value < len(NUMBERS) // 100:
        return UNDECIDED
    start, stop = 100 * value, 100 * (value + 1)
    numbers = EVERYTHING & ~(NONE | _TRUE | _FALSE)
    inside = span(start, stop)
    splits: dict[type[ast.cmpop], Split] = {
        ast.Eq: Split(inside, numbers & ~inside),
        ast.NotEq: Split(numbers & ~inside, inside),
        ast.Lt: below(start),
        ast.LtE: below(stop),
        ast.Gt: below(stop).negated,
        ast.GtE: below(start).negated,
    }
    return splits.get(operator, UNDECIDED)


def hundredths(operator: type[ast.cmpop], value: int) -> Split:
    """``status / 100 operator value``."""
    return compared(operator, 100 * value) if 0 <= value < len(NUMBERS) // 100 else UNDECIDED


@lru_cache(maxsize=64)
def beginning(starts: tuple[str, ...]) -> Split:
    """``str(status).startswith(starts)``; what is no number may be written in any way.

    No status has four digits, and what is asked for here is digits.
    """
    found = of_numbers(number for number in NUMBERS if str(number).startswith(starts))
    unsure = NONE | _TRUE | _FALSE
    return Split(found | unsure, EVERYTHING & ~found)


def either(splits: Iterable[Split]) -> Split:
    """True where one of the tests is: ``status in (…)``."""
    true, false = 0, EVERYTHING
    for split in splits:
        true |= split.true
        false &= split.false
    return Split(true, false)


def both(splits: Iterable[Split]) -> Split:
    """True where all of the tests are: ``200 <= status < 300``."""
    true, false = EVERYTHING, 0
    for split in splits:
        true &= split.true
        # What made an earlier link raise, or false, is not asked again; both are subsets of these.
        false |= split.false
    return Split(true, false)
