"""What becomes of several answers taken together: the worst status, how many failed, which of them are not good.

The answer in focus is one of those that the elements come of; the others are taken for no worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from flake8_ocs_status.fate.values import LARGEST_COLLECTION, About, Items, Known, Several, Unknown, Value
from flake8_ocs_status.fate.values.knowledge import MAXIMUM_CHOICES, about, alternatives, choice

# As many as there may be of anything.
SOME = (1, 2, LARGEST_COLLECTION)
LARGEST, SMALLEST = "builtins.max", "builtins.min"


def extreme(path: str, arguments: Sequence[Value], keywords: Mapping[str | None, Value]) -> Value | None:
    """``max(…)`` or ``min(…)``, None where that is not known."""
    if not keywords.keys() <= {"default"}:
        return None
    values: Sequence[Value] = arguments
    if len(arguments) == 1:
        [several] = arguments
        if isinstance(several, Several):
            default = [keywords["default"]] if "default" in keywords and not several.certain else []
            return choice([several.element, *default])
        if not isinstance(several, Items) or not several.values:
            return None
        values = several.values
    ways = [alternatives(value) for value in values]
    if prod(map(len, ways)) > MAXIMUM_CHOICES:
        return None
    found = [_extreme_of(path, way) for way in product(*ways)]
    known = [one for one in found if one is not None]
    return choice(known) if len(known) == len(found) else None


def _extreme_of(path: str, values: Sequence[Value]) -> Value | None:
    numbers = [value.value for value in values if isinstance(value, Known) and isinstance(value.value, int)]
    if len(numbers) < len(values) or not numbers:
        return None
    return Known((max if path == LARGEST else min)(numbers), max(map(about, values)))


def total(several: Value) -> Value | None:
    """``sum(…)`` of tests or numbers, None where that is not known."""
    if isinstance(several, Several):
        element = several.element
        if not isinstance(element, Known) or not isinstance(element.value, int):
            return None
        level = min(max(element.about, several.told), About.DECISION)
        if not element.value:
            return Known(0, level)
        # Of those that count, nobody knows how many there are.
        return choice(Known(number, level) for number in SOME) if several.certain else Unknown(level)
    if not isinstance(several, Items):
        return None
    numbers = [one.value for one in several.values if isinstance(one, Known) and isinstance(one.value, int)]
    return Known(sum(numbers), about(several)) if len(numbers) == len(several.values) else None


def without(left: Value, right: Value) -> Value | None:
    """``left - right`` of two sets, None where that is not known."""
    if not isinstance(right, Items) or not all(isinstance(one, Known) for one in right.values):
        return None
    taken = {one.value for one in right.values if isinstance(one, Known)}
    if isinstance(left, Several) and isinstance(left.element, Known):
        return Items((), max(about(left), left.told)) if left.element.value in taken else left
    if isinstance(left, Items) and all(isinstance(one, Known) for one in left.values):
        kept = tuple(one for one in left.values if isinstance(one, Known) and one.value not in taken)
        return Items(kept, max(about(left), left.told))
    return None


def has_the_same(left: Value, right: Value) -> bool | None:
    """Whether several answers are just those of a set: ``set(statuses) == {200}``."""
    several, items = (left, right) if isinstance(left, Several) else (right, left)
    if not isinstance(several, Several) or not isinstance(items, Items) or not isinstance(several.element, Known):
        return None
    if not all(isinstance(one, Known) for one in items.values):
        return None
    if several.element.value not in {one.value for one in items.values if isinstance(one, Known)}:
        return False if several.certain else None
    return True if len(items.values) == 1 and several.certain else None
