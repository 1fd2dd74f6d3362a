"""The response in focus as a value: what its attributes are worth when its status is known.

Sources: requests 2.34 and httpx 0.28, verified by running them.
"""

from __future__ import annotations

from http import HTTPStatus

from flake8_ocs_status.catalogue.constants import status_of
from flake8_ocs_status.catalogue.templates import HOLE
from flake8_ocs_status.fate.values import (
    ABOUT_STATUS,
    UNKNOWN,
    About,
    Items,
    Known,
    Method,
    Raised,
    Response,
    Symbol,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.transport.retries import DEFAULT_METHOD_NAMES, DEFAULT_METHODS, RETRY_PATHS

BODY_TEXTS = frozenset({"text", "content"})
BODY_METHODS = frozenset(
    {
        "json", "iter_lines", "iter_content", "read", "aread", "iter_bytes", "iter_text", "iter_raw", "aiter_lines",
        "aiter_bytes", "aiter_text", "aiter_raw",
    }
)  # fmt: skip
# Attributes that tell nothing of the status. Any other one that is not known here may tell it.
TELLS_NOTHING = frozenset(
    {
        "url", "encoding", "elapsed", "request", "apparent_encoding", "connection", "http_version", "default_encoding",
        "charset_encoding", "extensions", "num_bytes_downloaded", "is_closed", "is_stream_consumed", "stream",
    }
)  # fmt: skip
METHODS = BODY_METHODS | {"raise_for_status", "close", "aclose"}


# An exception that was made with the status, or with the response, has the status under one of these names.
STATUS_ATTRIBUTES = frozenset({"status", "statuscode", "httpstatus", "httpstatuscode", "code"})


def attribute_of_response(response: Response, name: str, status: int) -> Value:
    """The value of ``response.name`` when its status is ``status``."""
    library = response.library
    if name == "status_code":
        return Known(status, About.STATUS)
    if name in library.tests:
        return Known(library.tests[name](status), About.DECISION)
    if name in BODY_TEXTS:
        if status == HTTPStatus.NO_CONTENT:
            return Known("" if name == "text" else b"", About.BODY)
        return Unknown(About.BODY)
    if name in METHODS:
        return Method(response, name)
    if name == library.reason:
        return ABOUT_STATUS
    if name in {"headers", "links", "history", "cookies", "raw", "next"}:
        return Unknown(About.BODY)
    return UNKNOWN if name in TELLS_NOTHING else ABOUT_STATUS


def status_error(response: Response, status: int) -> Raised | None:
    """What ``response.raise_for_status()`` raises for this status, None when it returns."""
    if response.library.raises(status):
        return Raised(response.library.error, About.STATUS, response.library)
    return None


def text_of_status_error(error: Raised, status: int) -> Value:
    """``str(error)``: both libraries write the status into the text."""
    assert error.library is not None
    if error.kind != error.library.error:
        return ABOUT_STATUS
    before, after = error.library.error_text(status)
    return Text((before, HOLE, after, HOLE), About.STATUS)


def attribute_of_error(error: Raised, name: str, status: int | None) -> Value:
    """The value of an attribute of a caught exception."""
    if status is not None and error.about is About.STATUS and name.lower().replace("_", "") in STATUS_ATTRIBUTES:
        # Whoever makes an exception with the status keeps it under such a name.
        return Known(status, About.STATUS)
    if error.library is not None and status is not None:
        if name == "response":
            return Response(error.library)
        return ABOUT_STATUS if name in {"args", "strerror", "message"} else UNKNOWN
    return Unknown(error.about) if error.about else UNKNOWN


def symbol_value(path: str) -> Value:
    """What an imported dotted path is worth: a status, the methods that a retry policy allows, or a symbol."""
    status = status_of(path)
    owner, _, name = path.rpartition(".")
    if name in DEFAULT_METHOD_NAMES and owner in RETRY_PATHS:
        return Items(tuple(map(Known, sorted(DEFAULT_METHODS))))
    return Symbol(path) if status is None else Known(status)


_STATUS_PROPERTIES = {
    "is_informational": 1,
    "is_success": 2,
    "is_redirection": 3,
    "is_redirect": 3,
    "is_client_error": 4,
    "is_server_error": 5,
}


def attribute_of_status(status: Known, name: str) -> Value:
    """An attribute of the status as an enum member."""
    assert isinstance(status.value, int)
    if name in _STATUS_PROPERTIES:
        return Known(status.value // 100 == _STATUS_PROPERTIES[name], min(status.about, About.DECISION))
    return status if name in {"value", "real"} else Unknown(status.about)
