"""What regular expressions find in texts: the standard library's ``re``.

A match is a mapping of its groups: by number, the whole of it by 0, and by name. What is found in a part of a text that
is not known, or might be continued there, is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flake8_ocs_status.catalogue.templates import HOLE
from flake8_ocs_status.fate.values import About, Items, Known, Partial, Symbol, Table, Text, Unknown, Value
from flake8_ocs_status.fate.values.knowledge import about, constant_text, unknown_from
from flake8_ocs_status.fate.values.pieces import MARK, cut, marked
from flake8_ocs_status.fate.values.texts import found_by_chance, is_text

COMPILE = "re.compile"
_FINDING = frozenset({"search", "match", "fullmatch"})
LONGEST_PATTERN = 100
LONGEST_SEARCHED = 300
# What may take very long: something repeated that ends in a repetition. What looks around, back or elsewhere.
_COSTLY = re.compile(r"\)[*+{]|[*+}][*+{]|\(\?(?![:P])|\(\?P[^<]|\\[1-9]")
_SPECIAL = re.compile(r"[.^$*+?{}\[\]|()]|\\[^.^$*+?{}\[\]|()\\ :/-]")
_ESCAPE = re.compile(r"\\(.)")


def found_by(path: str, arguments: Sequence[Value], keywords: Mapping[str | None, Value]) -> Value | None:
    """What ``re.compile(…)`` and the functions and methods give that look for one match, or put a text in the place of
    all; None for any other."""
    if path == COMPILE and len(arguments) == 1 and not keywords:
        return Partial(Symbol(path), (arguments[0],), ())
    name = path.removeprefix(f"{COMPILE}.").removeprefix("re.")
    if name == "sub" and len(arguments) > 2 and is_text(arguments[1]):
        return Text((HOLE,), about(arguments[2]))
    if name not in _FINDING:
        return None
    if len(arguments) != 2 or keywords:
        return unknown_from(*arguments, *keywords.values())
    pattern, text = arguments
    expression = constant_text(pattern)
    if expression is None or not isinstance(text, (Known, Text)) or not is_text(text):
        return unknown_from(pattern, text)
    return _found(expression, name, text)


def _found(pattern: str, name: str, text: Known | Text) -> Value:
    whole = marked(text)
    if len(pattern) > LONGEST_PATTERN or len(whole) > LONGEST_SEARCHED or _COSTLY.search(pattern):
        return unknown_from(text)
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError):
        return unknown_from(text)
    match = getattr(compiled, name)(whole)
    if match is None:
        if MARK not in whole:
            return Known(None, min(about(text), About.DECISION))
        return _missing(pattern, name, text, whole)
    # Before a part that is not known nothing is missed, and what ends before it does not go on there.
    if MARK in whole[: match.end() + 1]:
        return unknown_from(text)
    groups = [match.group(), *match.groups()]
    entries = [(Known(index), _group(group, text)) for index, group in enumerate(groups)]
    entries += [(Known(key), _group(group, text)) for key, group in match.groupdict().items()]
    return Table(tuple(entries))


def _missing(pattern: str, name: str, text: Known | Text, whole: str) -> Value:
    """What is known where a text with holes has no match for its known parts alone."""
    if _SPECIAL.search(pattern) or not isinstance(text, Text):
        return unknown_from(text)
    literal = _ESCAPE.sub(r"\1", pattern)
    if name == "search":
        return found_by_chance(text, literal)
    known = whole.partition(MARK)[0]
    if len(known) >= len(literal) or not literal.startswith(known):
        return Known(None, min(text.about, About.DECISION))
    return unknown_from(text)


def _group(group: str | None, text: Known | Text) -> Value:
    return Known(None) if group is None else cut(group, text)


def method_of_match(match: Table, name: str, arguments: Sequence[Value]) -> Value | None:
    """A method of a match, which no mapping has; None for any other."""
    groups = dict(match.entries)
    if name == "group":
        if len(arguments) < 2:
            return groups.get(arguments[0] if arguments else Known(0), Unknown(about(match)))
        return Items(tuple(groups.get(one, Unknown(about(match))) for one in arguments))
    if name == "groups" and not arguments:
        numbers = sorted(key.value for key in groups if isinstance(key, Known) and type(key.value) is int)
        return Items(tuple(groups[Known(number)] for number in numbers[1:]))
    return None
