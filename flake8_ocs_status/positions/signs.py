"""Whether a file can hold a status at all, told from its text before anything is walked.

A superset of what the positions find: a file without these signs gives nothing there.
"""

from __future__ import annotations

import re

from flake8_ocs_status.catalogue.constants import REGISTERED_ONLY
from flake8_ocs_status.catalogue.vocabularies import HTTP_STATUS
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import HTTP_MODULE_WORDS, HTTP_PACKAGES

# The statuses, and the first and last numbers of their classes.
_NUMBERS = frozenset(map(str, {*HTTP_STATUS, *REGISTERED_ONLY, *range(100, 700, 100), *range(199, 699, 100)}))
# The first character comes before what must not stand before it, so that the search leaps from digit to digit.
_NUMBER = re.compile(r"[1-6](?<![\w.].)\d\d(?![\w.])")
# The first digit of a status as a text; a text, or a constant, beside `==` or `is`.
_DIGIT = re.compile(r"[1-5](?<=[\"'].)[\"']")
_TEXT = re.compile(r"[=!]= *[\"'][A-Z]")
_CONSTANT = re.compile(r"is(?<=\bis) +(?:not +)?\w+\.")
# An import of something that speaks HTTP.
_IMPORT = re.compile(
    rf"^[ \t]*(?:from|import)[ \t].*\b(?:{'|'.join(sorted(HTTP_PACKAGES | HTTP_MODULE_WORDS))})\b", re.MULTILINE
)
# A name that can only be a status, or that of a response just before one.
_NAME = re.compile(
    r"status_?(?:code|int|forcelist)|(?:https?|resp(?:onse)?|exp(?:ect)?(?:ed)?|want(?:ed)?|allow(?:ed)?)_?(?:status|code)"
    r"|getcode|(?:resp|rsp|reply|response\w*)\.(?:status|code)\b"
)


def has_signs(module: Module) -> bool:
    """Whether the source has a number that may be a status, and something that speaks of statuses."""
    if not _has_number(module.source, module.folded):
        return False
    return _IMPORT.search(module.source) is not None or _NAME.search(module.folded) is not None


def _has_number(source: str, folded: str) -> bool:
    if not _NUMBERS.isdisjoint(_NUMBER.findall(source)):
        return True
    if ("status" in folded or "code" in folded) and _DIGIT.search(source):
        return True
    # Only what a response itself gives is known to be no text and no constant.
    return (".status" in folded or "getcode" in folded) and any(sign.search(source) for sign in (_TEXT, _CONSTANT))
