"""Texts that are put together by methods and templates. Pure functions; nothing here knows of control flow."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence

from flake8_ocs_status.catalogue.templates import Hole, Template
from flake8_ocs_status.fate.values import UNKNOWN, About, Items, Known, Table, Text, Value
from flake8_ocs_status.fate.values.knowledge import about, alternatives, constant_text, unknown_from
from flake8_ocs_status.fate.values.operators import lookup, verdict
from flake8_ocs_status.fate.values.pieces import split
from flake8_ocs_status.fate.values.texts import concatenate, template_of

_IN_BRACES = re.compile(r"\{[^{}]*\}")
_STEP = re.compile(r"[.\[]")
_SPLITTING = frozenset({"split", "rsplit", "partition", "rpartition", "splitlines"})
_DOLLAR_FIELD = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def brace_format(receiver: Value, arguments: Sequence[Value], keywords: dict[str | None, Value]) -> Value:
    """``receiver.format(*arguments, **keywords)``; a field that is not known becomes a hole."""
    values: list[Value] = []
    automatic = 0
    try:
        for part in template_of(receiver):
            if not isinstance(part, str):
                values.append(UNKNOWN)
                continue
            for literal, name, _, _ in string.Formatter().parse(part):
                values.append(Known(literal))
                if name is None:
                    continue
                if name == "":
                    name, automatic = str(automatic), automatic + 1
                head, *way = _STEP.split(name, maxsplit=1)
                if head.isdigit():
                    value = arguments[int(head)] if int(head) < len(arguments) else UNKNOWN
                else:
                    value = keywords.get(head, UNKNOWN)
                # "{0.status_code}"
                values.append(unknown_from(value) if way else value)
    except ValueError:
        return unknown_from(receiver, *arguments)
    return concatenate(values)


def names_of_table(arguments: Sequence[Value]) -> dict[str | None, Value]:
    """What ``text.format_map(table)`` knows by its names."""
    table = arguments[0] if len(arguments) == 1 else None
    entries = table.entries if isinstance(table, Table) else ()
    return {key.value: value for key, value in entries if isinstance(key, Known) and isinstance(key.value, str)}


def dollar_format(template: Value, table: Value, keywords: Mapping[str | None, Value]) -> Value:
    """``string.Template(template).substitute(table, **keywords)``; a name that is not known becomes a hole."""
    values: list[Value] = []
    for part in template_of(template):
        if not isinstance(part, str):
            values.append(UNKNOWN)
            continue
        position = 0
        for found in _DOLLAR_FIELD.finditer(part):
            values.append(Known(part[position : found.start()]))
            position = found.end()
            name = found[1] or found[2]
            if name is None:
                values.append(Known("$"))
            else:
                values.append(keywords[name] if name in keywords else lookup(table, Known(name)))
        values.append(Known(part[position:]))
    return concatenate(values)


def text_method(receiver: Known | Text, name: str, arguments: Sequence[Value]) -> Value:
    """A method of a text."""
    first = arguments[0] if arguments else None
    if name in {"startswith", "endswith"} and len(arguments) == 1 and first is not None:
        return verdict(_has_end(receiver, name, first), receiver)
    if name == "replace" and first is not None and _fills_braces(first):
        # "/Tenants/{tenant}".replace("{%s}" % name, value)
        return _without_braces(receiver)
    if name == "replace" and len(arguments) == 2 and isinstance(first, Known) and isinstance(first.value, str):
        return _replaced(receiver, first.value, arguments[1])
    if name in _SPLITTING:
        cut = split(receiver, name, arguments)
        return unknown_from(receiver, *arguments) if cut is None else cut
    if isinstance(receiver, Text):
        if name == "lower" and receiver.about >= About.DECISION:
            return Text(tuple(_lower(part) for part in receiver.parts), receiver.about, receiver.told_by_holes)
        if name in {"rstrip", "strip", "lstrip", "lower", "upper", "encode"}:
            return receiver
        return unknown_from(receiver)
    text = receiver.value
    assert isinstance(text, str)
    if name in {"upper", "lower", "strip", "lstrip", "rstrip", "title", "capitalize"}:
        characters = first.value if isinstance(first, Known) and isinstance(first.value, str) else None
        if not arguments or (characters is not None and name.endswith("strip")):
            return Known(getattr(text, name)(*([] if characters is None else [characters])), receiver.about)
    if name == "join" and isinstance(first, Items):
        pieces: list[Value] = []
        for item in first.values:
            pieces.extend([item, receiver] if pieces is not None else [item])
        return concatenate(pieces[:-1])
    if name == "find" and len(arguments) == 1 and isinstance(first, Known) and isinstance(first.value, str):
        return Known(text.find(first.value), receiver.about)
    if name == "isdigit":
        return verdict(text.isdigit(), receiver)
    return unknown_from(receiver, *arguments)


def _replaced(text: Known | Text, old: str, new: Value) -> Value:
    """A text with one part of it replaced wherever it stands."""
    if not old:
        return unknown_from(text, new)
    values: list[Value] = []
    for part in template_of(text):
        if not isinstance(part, str):
            values.append(UNKNOWN)
            continue
        for index, piece in enumerate(part.split(old)):
            values.extend([new, Known(piece)] if index else [Known(piece)])
    made = concatenate(values)
    return made if about(made) >= about(text) else unknown_from(text, new)


def _has_end(text: Known | Text, name: str, wanted: Value) -> bool | None:
    """``text.startswith(wanted)`` or ``text.endswith(wanted)``, which may be a tuple of several."""
    if isinstance(wanted, Items):
        answers = {_has_end(text, name, one) for one in wanted.values}
        return True if True in answers else None if None in answers else False
    end = constant_text(wanted)
    if end is None:
        return None
    parts = template_of(text) or ("",)
    known = parts[0] if name == "startswith" else parts[-1]
    if not isinstance(known, str):
        return None
    if isinstance(text, Known) or len(known) >= len(end):
        return bool(getattr(known, name)(end))
    # What it begins with has to be the beginning of what is looked for, too.
    return None if getattr(end, name)(known) else False


def _lower(part: str | Hole) -> str | Hole:
    return part.lower() if isinstance(part, str) else part


def _fills_braces(pattern: Value) -> bool:
    """Whether a text begins and ends with a brace, with something in between that is not known, or one of several."""
    ways = [template_of(way) for way in alternatives(pattern)]
    return all(map(_is_in_braces, ways)) and (len(ways) > 1 or len(ways[0]) > 1)


def _is_in_braces(parts: Template) -> bool:
    first, last = (parts[0], parts[-1]) if parts else ("", "")
    return isinstance(first, str) and isinstance(last, str) and first[:1] == "{" and last[-1:] == "}"


def _without_braces(text: Value) -> Value:
    """A text with a hole for whatever stands in braces."""
    values: list[Value] = []
    for part in template_of(text):
        if not isinstance(part, str):
            values.append(UNKNOWN)
            continue
        for index, piece in enumerate(_IN_BRACES.split(part)):
            values.extend([UNKNOWN, Known(piece)] if index else [Known(piece)])
    return concatenate(values)
