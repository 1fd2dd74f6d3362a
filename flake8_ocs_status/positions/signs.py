"""Whether a file can hold a status at all, told from its text before anything is walked.

A superset of what the positions find: a file without these signs gives nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flake8_ocs_status.catalogue.constants import REGISTERED_ONLY
from flake8_ocs_status.catalogue.vocabularies import HTTP_STATUS
from flake8_ocs_status.positions.mismatches import status_of_phrase
from flake8_ocs_status.positions.names import Reading, reading_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import HTTP_MODULE_WORDS, HTTP_PACKAGES

# The statuses, and the first and last numbers of their classes.
_NUMBERS = frozenset({*HTTP_STATUS, *REGISTERED_ONLY, *range(100, 700, 100), *range(199, 699, 100)})
# However it is spelt.
_NUMBER = re.compile(
    r"(?:[1-6]_?\d_?\d|0(?:[xX][\da-fA-F_]{2,9}|[oO][0-7_]{3,9}|[bB][01_]{7,19}))"
    r"(?!(?!(?:and|as|else|for|if|in|is|not|or)\b)[\w.])"
)
# What may stand before a number of the code, in its line; prose has words there. A text that begins with it will do.
_BEFORE = re.compile(
    r"(?:^|[(\[{,:;=<>!&|+\-\"'\\]|//|\b(?:in|is|not|and|or|return|case|if|elif|else|yield|while|assert))[ \t\f]*$"
)
# What may stand behind it. A product or a share is no status, but `//` asks for its class.
_AFTER = re.compile(r"[\"']|[ \t\f]*(?:$|[\r\n)\]},:;=!<>&|+\-#\\]|//|(?:and|as|else|for|if|in|is|not|or)\b)")
# Numbers that measure or count something else far more often. Where one is a status, its line compares or speaks of it.
_COUNTS = frozenset({100, 101, 102, 103, 300, 600})
_ASKED_IN_LINE = re.compile(r"[<>]|[=!]=|//|\b(?:in|case|range)\b|stat|code|https?|resp|reply|abort|error")
# The end of a slice, and what is given to a measure of time or of a text.
_MEASURE = re.compile(r"(?:\[[\w ]*:[ ]?|\b(?:sleep|timedelta|[sS]tring|[uU]nicode|randint)\()$")
_NAME_BEFORE = re.compile(r"(\w+)(?:[\"']?: ?(?:int ?= ?)?| ?= ?)$")
_MEASURES = re.compile(
    r"timeout|interval|delay|ttl|seconds|minutes|hours|days|percent|width|height|depth|per_page|max_"
)
# The first digit of a status as a text, and what asks for it.
_DIGIT = re.compile(r"[1-5][\"']")
_ASKING = re.compile(r"(?:[=!]=|\bin|startswith\()[\s(\[{]*$")
# A phrase, or a constant, beside `==` or `is`.
_TEXT = re.compile(r"[=!]= *[\"']([A-Z][A-Za-z' -]+)[\"']")
_CONSTANT = re.compile(r"is(?<=\bis) +(?:not +)?\w+\.(?:[A-Z]|\w+\.)")
# An import of something that speaks HTTP.
_IMPORT = re.compile(
    rf"^[ \t]*(?:from|import)[ \t].*\b(?:{'|'.join(sorted(HTTP_PACKAGES | HTTP_MODULE_WORDS))})\b", re.MULTILINE
)
# What may be a name that speaks of HTTP, in small letters, and is no address.
_NAME_OF_HTTP = re.compile(r"http(?!s?://)")
# A name that can only be a status: what stands behind `status`, and what before it or `code`.
_ENDS = ("code", "_code", "int", "_int", "forcelist", "_forcelist")
_STARTS = tuple(
    f"{start}{joint}"
    for start in (
        "http",
        "https",
        "resp",
        "response",
        "exp",
        "expect",
        "expected",
        "want",
        "wanted",
        "allow",
        "allowed",
    )
    for joint in ("", "_")
)
# The name of a response just before one.
_OF_RESPONSE = re.compile(r"(?:resp|rsp|reply|response\w*)\.$")
_LONGEST_NAME = 60
_WORD_GOES_ON = re.compile(r"\w")


def has_signs(module: Module) -> bool:
    """Whether the source has a number that may be a status, and something that speaks of statuses."""
    if not _has_number(module):
        return False
    return (
        _names_status(module.folded)
        or _IMPORT.search(module.source) is not None
        or _NAME_OF_HTTP.search(module.folded) is not None
    )


def _names_status(folded: str) -> bool:
    """Whether a source has a name that can only be a status, or that of a response just before one."""
    return "getcode" in folded or any(
        (word == "status" and folded.startswith(_ENDS, at + len(word)))
        or folded.endswith(_STARTS, 0, at)
        or _is_of_response(folded, at, at + len(word))
        for word in ("status", "code")
        for at in _places_of(word, folded)
    )


def _is_of_response(folded: str, start: int, end: int) -> bool:
    if not folded.endswith(".", 0, start) or _WORD_GOES_ON.match(folded, end):
        return False
    return _OF_RESPONSE.search(folded, max(start - _LONGEST_NAME, 0), start) is not None


def _places_of(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _has_number(module: Module) -> bool:
    source, folded = module.source, module.folded
    found = (_NUMBER.match(source, start) for start in module.numbers)
    if any(number is not None and _is_sign(source, number) for number in found):
        return True
    if ("status" in folded or "code" in folded) and any(
        _DIGIT.match(source, start) and _ASKING.search(source, max(start - 40, 0), start - 1)
        for start in module.numbers
    ):
        return True
    # Only what a response itself gives is known to be no text and no constant.
    if ".status" not in folded and "getcode" not in folded:
        return False
    return any(map(status_of_phrase, _TEXT.findall(source))) or _CONSTANT.search(source) is not None


def _is_sign(source: str, found: re.Match[str]) -> bool:
    number = _value(found[0])
    if number not in _NUMBERS or not is_code(source, *found.span()):
        return False
    if number not in _COUNTS:
        return True
    start, end = source.rfind("\n", 0, found.start()) + 1, source.find("\n", found.end())
    return _ASKED_IN_LINE.search(source[start : None if end < 0 else end].lower()) is not None


def _value(number: str) -> int | None:
    try:
        return int(number, 0)
    except ValueError:
        # Not a number after all: the text of a comment.
        return None


def is_code(source: str, start: int, end: int) -> bool:
    """Whether a number stands where code may have a status, and not in a comment or the prose of a text."""
    if not _AFTER.match(source, end):
        return False
    before = source[source.rfind("\n", 0, start) + 1 : start]
    code, mark, _ = before.partition("#")
    if mark and '"' not in code and "'" not in code:
        return False
    if _BEFORE.search(before) is None or _MEASURE.search(before) is not None:
        return False
    name = name_before(before)
    if name is None or reading_of(name) >= Reading.PERHAPS:
        return True
    return reading_of(name) is not Reading.OTHER and _MEASURES.search(name.lower()) is None


def name_before(text: str) -> str | None:
    """The name, key or keyword to which a text is about to give a value, None where it gives none."""
    found = _NAME_BEFORE.search(text)
    return None if found is None else found[1]
