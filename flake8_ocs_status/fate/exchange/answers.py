"""The response in focus as a value: what its attributes are worth when its status is known.

Sources: requests 2.34, httpx 0.28, aiohttp 3.14, urllib3 2.8 and CPython 3.11, verified by running them.
"""

from __future__ import annotations

import ast
from functools import cache
from http import HTTPStatus

from flake8_ocs_status.catalogue.constants import status_of
from flake8_ocs_status.catalogue.templates import HOLE
from flake8_ocs_status.fate.values import (
    ABOUT_STATUS,
    CONTENT,
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
from flake8_ocs_status.fate.values.texts import phrase
from flake8_ocs_status.transport.libraries import AIOHTTP, REQUESTS
from flake8_ocs_status.transport.library import Library
from flake8_ocs_status.transport.retries import DEFAULT_METHOD_NAMES, DEFAULT_METHODS, RETRY_AFTER_STATUSES, RETRY_PATHS
from flake8_ocs_status.transport.vendor import ERROR as VENDOR_ERROR

# Attributes of a response that tell nothing of the status. Any other one that is not known here may tell it.
TELLS_NOTHING = frozenset(
    {
        "url", "encoding", "elapsed", "request", "apparent_encoding", "connection", "http_version", "default_encoding",
        "charset_encoding", "extensions", "num_bytes_downloaded", "is_closed", "is_stream_consumed", "stream",
        "charset", "real_url", "host", "method", "request_info", "closed", "version", "isclosed", "geturl", "filename",
    }
)  # fmt: skip
# Attributes that are as much about the status as the headers or the body are, whatever the library calls its own.
OF_HEADERS_AND_BODY = frozenset(
    {"headers", "links", "history", "cookies", "raw", "next", "content", "content_type", "fp", "hdrs"}
)
# Attributes of an error of the vendor's sample library that are parts of the body, or of the request.
OF_ERROR_BODY = frozenset({"Error", "Reason", "Resolution", "ChildErrors", "OperationId", "Url"})
# Methods that give a header, and methods that give nothing.
HEADER_METHODS = frozenset({"getheader", "getheaders", "info", "get_redirect_location"})
CLOSING = frozenset({"close", "aclose", "release", "release_conn", "drain_conn", "wait_for_close", "auto_close"})


# An exception that was made with the status, or with the response, has the status under one of these names.
STATUS_ATTRIBUTES = frozenset({"status", "statuscode", "httpstatus", "httpstatuscode", "code"})


# What a response of requests says of a redirection, where it has a location, too (2.34).
_LOCATED = frozenset({"is_redirect", "is_permanent_redirect"})
REDIRECTING = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)


_TRANSIENT = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


def attribute_of_response(response: Response, name: str, status: int) -> Value:
    """The value of ``response.name`` when its status is ``status``."""
    library = response.library
    if name in library.status:
        return Known(status, About.STATUS)
    if name in library.tests:
        return Known(library.tests[name](status), About.DECISION)
    if name in _LOCATED and status not in REDIRECTING:
        return Known(False, About.DECISION)
    if name in library.body:
        return Known(library.body[name], About.BODY) if status == HTTPStatus.NO_CONTENT else CONTENT
    if name in methods_of(library):
        return Method(response, name)
    if name == library.reason:
        return phrase()
    if name in OF_HEADERS_AND_BODY:
        return Unknown(About.BODY)
    return UNKNOWN if name in TELLS_NOTHING else ABOUT_STATUS


@cache
def methods_of(library: Library) -> frozenset[str]:
    """The methods of a response that are known."""
    names = {*library.reading, *library.status_methods, *CLOSING, *HEADER_METHODS}
    if library.json_error is not None:
        names.add("json")
    if library.raises is not None and not library.raises_unasked:
        names.add("raise_for_status")
    return frozenset(names)


def status_as_value(status: int) -> Value:
    """The status itself."""
    return Known(status, About.STATUS)


def is_without_body(status: int | None) -> bool:
    """Whether an answer with this status has no body."""
    return status == HTTPStatus.NO_CONTENT


def is_partial(status: int | None) -> bool:
    """Whether an answer with this status says of each part how it went."""
    return status == HTTPStatus.MULTI_STATUS


def is_success(status: int) -> bool:
    """Whether this status is one of success."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def is_transient(status: int) -> bool:
    """Whether what was answered with this status may be answered otherwise a little later."""
    return status in _TRANSIENT


def status_error(library: Library, status: int) -> Raised | None:
    """What ``response.raise_for_status()`` raises for this status, None when it returns."""
    if library.raises is not None and library.raises(status):
        return Raised(library.error, About.STATUS, library)
    return None


def text_of_status_error(error: Raised, status: int) -> Value:
    """``str(error)``: the libraries write the status into the text."""
    assert error.library is not None
    if error.kind != error.library.error:
        return ABOUT_STATUS
    before, after = error.library.error_text(status)
    return Text((before, HOLE, after, HOLE), About.STATUS, About.DECISION)


# Under these names a class of the project keeps nothing but the body of an answer, or its headers.
TAKEN_FROM_BODY = frozenset({"body", "content", "data", "headers"})


def attribute_of_error(error: Raised, name: str, status: int | None) -> Value:
    """The value of an attribute of a caught exception."""
    if status is not None and error.about is About.STATUS and name.lower().replace("_", "") in STATUS_ATTRIBUTES:
        # Whoever makes an exception with the status keeps it under such a name.
        return Known(status, About.STATUS)
    library = error.library
    if error.about and isinstance(error.kind, ast.ClassDef) and name in TAKEN_FROM_BODY:
        return Unknown(About.BODY)
    if error.kind == VENDOR_ERROR and error.about is About.STATUS and status is not None:
        return Response(REQUESTS) if name == "Response" else attribute_of_vendor_error(name)
    if error.kind == AIOHTTP.json_error and name in AIOHTTP.error_status and status is not None:
        return Known(status, About.STATUS)
    if library is not None and status is not None:
        if error.kind == library.error and library.error_is_response:
            return attribute_of_response(Response(library), name, status)
        if name == "response" and (library.error_has_response or error.kind != library.error):
            return Response(library)
        if error.kind != library.error:
            # What a class of the project makes of the response may well be its status.
            return ABOUT_STATUS
        return ABOUT_STATUS if name in {"args", "strerror", "message"} else UNKNOWN
    return Unknown(error.about) if error.about else UNKNOWN


def attribute_of_vendor_error(name: str) -> Value:
    """The value of an attribute of what the vendor's sample library raises, but for the status and the response."""
    # ``value`` is a text with the status in it, or the body, as the release has it.
    return Unknown(About.BODY) if name in OF_ERROR_BODY else ABOUT_STATUS


def symbol_value(path: str) -> Value:
    """What an imported dotted path is worth: a status, what a retry policy has by default, or a symbol."""
    status = status_of(path)
    owner, _, name = path.rpartition(".")
    if name in DEFAULT_METHOD_NAMES and owner in RETRY_PATHS:
        return Items(tuple(map(Known, sorted(DEFAULT_METHODS))))
    if name == "RETRY_AFTER_STATUS_CODES" and owner in RETRY_PATHS:
        return Items(tuple(map(Known, sorted(RETRY_AFTER_STATUSES))))
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
