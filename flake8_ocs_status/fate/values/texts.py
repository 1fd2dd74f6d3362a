"""Texts of which some parts are known: what they are made of, and what they surely hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from flake8_ocs_status.catalogue.templates import HOLE, Template
from flake8_ocs_status.fate.values import UNKNOWN, About, Choice, Known, Text, Unknown, Value
from flake8_ocs_status.fate.values.knowledge import MAXIMUM_CHOICES, about, alternatives, choice

LONGEST_TEXT = 4_000


def is_text(value: Value) -> bool:
    """Whether this is certainly a text."""
    return isinstance(value, Text) or (isinstance(value, Known) and isinstance(value.value, str))


def template_of(value: Value) -> Template:
    """A value as part of a text; whatever is not known is a hole."""
    if isinstance(value, Known):
        return (str(value.value),) if value.value != "" else ()
    if isinstance(value, Text):
        return value.parts
    return (HOLE,)


def concatenate(values: Sequence[Value]) -> Value:
    """The text that these values make one after the other: one of several where one of several texts is among them."""
    if any(isinstance(value, Choice) for value in values):
        ways = [alternatives(value) if is_one_of_texts(value) else (value,) for value in values]
        if 1 < prod(map(len, ways)) <= MAXIMUM_CHOICES:
            return choice(_joined(way) for way in product(*ways))
    return _joined(values)


def is_one_of_texts(value: Value) -> bool:
    return isinstance(value, Choice) and all(map(is_text, value.values))


def _joined(values: Sequence[Value]) -> Value:
    level = max(map(about, values), default=About.NOTHING)
    holes = max(map(told_by_holes, values), default=About.NOTHING)
    parts: list[object] = []
    for value in values:
        for part in template_of(value):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part is not HOLE or not _ends_in_holes(parts):
                parts.append(part)
    return text_of(tuple(parts), level, holes)  # type: ignore[arg-type]


def _ends_in_holes(parts: list[object]) -> bool:
    """Whether another hole at the end would tell nothing. Behind a text it does: the second of two values may go on
    with a path where one alone would be a segment of it."""
    return parts == [HOLE] or parts[-2:] == [HOLE, HOLE]


def text_of(parts: Template, level: About = About.NOTHING, holes: About | None = None) -> Value:
    """A text value of these parts: a constant when there is no hole in it; ``holes`` is how much these give away."""
    if sum(len(part) for part in parts if isinstance(part, str)) > LONGEST_TEXT:
        return Unknown(level) if level else UNKNOWN
    if all(isinstance(part, str) for part in parts):
        return Known("".join(part for part in parts if isinstance(part, str)), level)
    return Text(parts, level, None if holes is None or holes >= level else holes)


def told_by_holes(value: Value) -> About:
    """How much the parts of a text that are not known give away of the answer; of what is no text, all of it."""
    if isinstance(value, Text):
        return value.about if value.told_by_holes is None else value.told_by_holes
    if isinstance(value, Known):
        return About.NOTHING
    # What is picked by the status may hold it.
    return About.STATUS if about(value) >= About.DECISION else about(value)


def phrase() -> Text:
    """The reason of an answer: which words these are depends on the status, and none of them is a number."""
    return Text((HOLE,), About.STATUS, About.DECISION)


def found_by_chance(text: Text, wanted: str) -> Value:
    """``wanted in text``, where no part that is known holds it.

    Of a text with the status in it this tells some statuses apart, unless it is the rest of the text alone that may
    hold what is looked for: then each status is taken for it alike, by chance.
    """
    holes = told_by_holes(text)
    if text.about >= About.DECISION and (holes <= About.BODY or (holes <= About.DECISION and wanted.isdigit())):
        return Unknown(About.BODY)
    level = min(text.about, About.DECISION)
    return Unknown(level) if level else UNKNOWN
