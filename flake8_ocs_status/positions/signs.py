"""Whether a file can hold a status at all, told from its text before anything is walked.

A superset of what the positions find: a file without these signs gives nothing there.
"""

from __future__ import annotations

import re

from flake8_ocs_status.transport.callees import HTTP_MODULE_WORDS, HTTP_PACKAGES

# A status or the bound of a class of statuses, its first digit as a text, or a text or constant beside `==` or `is`.
_NUMBER = re.compile(r"(?<![\w.])(?:[1-5]\d\d|600)(?![\w.])|[\"'][1-5][\"']|[=!]= *[\"'][A-Z]|\bis +(?:not +)?\w+\.")
# An import of something that speaks HTTP.
_IMPORT = re.compile(
    rf"^[ \t]*(?:from|import)[ \t].*\b(?:{'|'.join(sorted(HTTP_PACKAGES | HTTP_MODULE_WORDS))})\b", re.MULTILINE
)
# A name that can only be a status, or that of a response just before one.
_NAME = re.compile(
    r"status_?(?:codes?|int|forcelist)|(?:https?|resp(?:onse)?|exp(?:ect)?(?:ed)?|want(?:ed)?|allow(?:ed)?)_?(?:status|code)"
    r"|getcode|(?:resp|rsp|reply|response\w*)\.(?:status|code)\b",
    re.IGNORECASE,
)


def has_signs(lines: list[str]) -> bool:
    """Whether the source has a number that may be a status, and something that speaks of statuses."""
    source = "".join(lines)
    return _NUMBER.search(source) is not None and (
        _NAME.search(source) is not None or _IMPORT.search(source) is not None
    )
