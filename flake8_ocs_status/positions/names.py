"""What a name says about the value behind it: an HTTP status for certain, perhaps one, something else, or nothing."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from flake8_ocs_status.transport.callees import words


class Reading(IntEnum):
    """How a name reads. Only ``CERTAIN`` stands alone; ``PERHAPS`` needs a second witness."""

    OTHER = 0
    NOTHING = 1
    PERHAPS = 2
    CERTAIN = 3


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# Words that say alone what two others say together.
_JOINED = {
    "statuscode": ("status", "code"),
    "statuscodes": ("status", "codes"),
    "httpstatus": ("http", "status"),
    "httpcode": ("http", "code"),
    "responsecode": ("response", "code"),
    "respcode": ("response", "code"),
}
_STATUS = frozenset({"status", "statuses"})
_CODE = frozenset({"code", "codes"})
_BEFORE_STATUS_OR_CODE = frozenset({"http", "https", "response", "resp"})
_BEFORE_STATUS = frozenset({"expected", "expect", "exp", "want", "wanted", "allowed", "allow"})
_ERRORS = frozenset({"error", "errors", "err", "errcode", "errorcode"})
_AFTER_STATUS = frozenset({"code", "codes", "int", "forcelist"})

# The value of such a name is a status or code of something that is not HTTP.
_ELSEWHERE = words(
    """
    area bar byte category char character child class cmd color colour command count country currency db description
    device dial disk errno exit ftp group grpc height id ids index item key lang language len length limit line
    locale message messages mode model name names offset op opcode order percent phone phrase plan port post postal
    prefix proc process product qr reason region ret return returncode scan score shell signal size sms smtp source
    sql state text timeout unit weight width zip
    """
)

# In the name of a callee these say what it makes or does, not what it is given.
_OF_CALLEES = words("byte message messages text return post reason description phrase")


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The lower-case words of a name in any style: ``expectedStatus`` and ``EXPECTED_STATUS`` read alike."""
    found: list[str] = []
    for word in _WORD.findall(name):
        lowered = word.lower()
        found.extend(_JOINED.get(lowered, (lowered,)))
    return tuple(found)


@lru_cache(maxsize=4096)
def reading_of(name: str) -> Reading:
    """How ``name`` reads as the name of one status, or of several (``retry_statuses``)."""
    return _reading(words_of(name), _ELSEWHERE)


@lru_cache(maxsize=4096)
def reading_of_callee(name: str) -> Reading:
    """How the name of a function reads that is given a number: as one that takes a status, or not."""
    return _reading(words_of(name), _ELSEWHERE - _OF_CALLEES)


def _reading(parts: tuple[str, ...], elsewhere: frozenset[str]) -> Reading:
    if not parts:
        return Reading.NOTHING
    if any(part in elsewhere or part.removesuffix("s") in elsewhere for part in parts):
        return Reading.OTHER
    for first, second in pairwise(parts):
        if first in _BEFORE_STATUS_OR_CODE and (second in _STATUS or second in _CODE):
            return Reading.CERTAIN
        if first in _STATUS and second in _AFTER_STATUS:
            return Reading.CERTAIN
        if first in _BEFORE_STATUS and second in _STATUS:
            return Reading.CERTAIN
    if parts[-1] in _CODE and not _ERRORS.isdisjoint(parts):
        # Error codes are mostly the application's own.
        return Reading.NOTHING
    if not _STATUS.isdisjoint(parts) or parts[-1] in _CODE:
        return Reading.PERHAPS
    return Reading.NOTHING


def names_error(name: str) -> bool:
    """Whether a name speaks of an error, whose code is mostly the application's own: ``error_code``, ``errcode``."""
    return not _ERRORS.isdisjoint(words_of(name))


_RESPONSE_WORDS = frozenset({"resp", "response", "responses", "rsp", "httpresponse", "reply"})
_RESPONSE_NAMES = frozenset({"r", "res", "rv", "ret"})


@lru_cache(maxsize=4096)
def names_response(name: str) -> bool:
    """Whether a name is what people call an HTTP response: ``resp``, ``list_response``, ``r``."""
    return name in _RESPONSE_NAMES or not _RESPONSE_WORDS.isdisjoint(words_of(name))


@lru_cache(maxsize=4096)
def names_http(name: str) -> bool:
    """Whether a name speaks of HTTP: ``HTTPOptions``, ``http_exceptions``, ``format_http_error``."""
    return "http" in words_of(name) if "http" in name.lower() else False
