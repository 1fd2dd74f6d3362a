"""What kind of object a call gives: the client of a library, or a response whose errors may have been raised already.

aiohttp and urllib verified by running aiohttp 3.14 and CPython 3.11 against a loopback server; the other libraries are
those of :mod:`flake8_ocs_status.transport.clients`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.clients import (
    HTTPX,
    NIQUESTS,
    REQUESTS,
    RESPONSE_CLASSES,
    Library,
    client_library,
    function_sender,
    method_sender,
)

StatusTest = Callable[[int], bool]


def _is_error(status: int) -> bool:
    return status >= 400


def _is_fine(status: int) -> bool:
    return status < 400


def _is_no_success(status: int) -> bool:
    return not 200 <= status < 300


def _with_large(test: StatusTest) -> StatusTest:
    return lambda status: test(min(status, 599))


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """What is known of a kind of response.

    ``raises`` is the test of ``raise_for_status()``, ``tests`` those of its attributes, ``truth`` that of the response
    itself. ``always_true``: a response of this kind has no truth of its own. Statuses from 600 on, which HTTP does not
    have, count as errors.
    """

    name: str
    raises: StatusTest = _is_error
    tests: Mapping[str, StatusTest] | None = None
    truth: StatusTest | None = None
    always_true: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """The statuses that a call has turned into an exception before it gives a response; ``wording`` names it."""

    test: StatusTest
    wording: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A response, or a client whose requests give one; ``raised`` is what the request itself raises."""

    response: Response
    is_client: bool = False
    raised: Raised | None = None
    methods: Library | None = None


_AIOHTTP = Response("aiohttp", _is_error, {"ok": _is_fine}, always_true=True)
_URLLIB = Response("urllib")
_URLOPEN = Kind(_URLLIB, raised=Raised(_is_no_success, "urlopen()"))
_AIOHTTP_CLIENTS = frozenset({"aiohttp.ClientSession", "aiohttp.client.ClientSession"})
_AIOHTTP_RESPONSES = frozenset({"aiohttp.ClientResponse", "aiohttp.client.ClientResponse"})
_AIOHTTP_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
_RAISE_OPTION = "raise_for_status"
_OPTION_RAISED = Raised(_is_error, "raise_for_status=True")

_RESPONSES = {
    library.name: Response(
        library.name, _with_large(library.raises), library.tests, library.truth, library.truth is None
    )
    for library in (REQUESTS, NIQUESTS, HTTPX)
    if library.raises is not None
}

# A response of which no more is known than that it raised for errors: `ok` is that of requests and aiohttp, the others
# are those of httpx, which raises for whatever is no success.
CHECKED = Kind(
    Response(
        "",
        _is_error,
        {"ok": _is_fine, "is_success": _is_fine, "is_error": _is_error, "is_client_error": _is_error,
         "is_server_error": _is_error},
    )
)  # fmt: skip


def kind_of_call(module: Module, call: ast.Call, receiver: Kind | None) -> Kind | None:
    """What a call gives, None when that is not known. ``receiver`` is what its method is called on."""
    path = module.dotted(call.func)
    if path is not None:
        return _made_by(path, call)
    if receiver is None or not receiver.is_client or not isinstance(call.func, ast.Attribute):
        return None
    name = call.func.attr
    if receiver.response is _AIOHTTP:
        if name not in _AIOHTTP_METHODS:
            return None
        option = _option(call)
        if option is None:
            return Kind(_AIOHTTP, raised=receiver.raised)
        return Kind(_AIOHTTP, raised=_OPTION_RAISED if option else None)
    if receiver.methods is not None and method_sender(receiver.methods, name) is not None:
        return Kind(receiver.response)
    return None


def _made_by(path: str, call: ast.Call) -> Kind | None:
    if path == "urllib.request.urlopen":
        return _URLOPEN
    if path in _AIOHTTP_CLIENTS:
        return Kind(_AIOHTTP, is_client=True, raised=_OPTION_RAISED if _option(call) else None)
    sender = function_sender(path)
    if sender is not None and sender.library.name in _RESPONSES:
        return Kind(_RESPONSES[sender.library.name])
    library = client_library(path)
    if library is None or library.name not in _RESPONSES:
        return None
    # A hook may raise, and may replace the response.
    if any(keyword.arg is None or "hooks" in keyword.arg for keyword in call.keywords):
        return None
    return Kind(_RESPONSES[library.name], is_client=True, methods=library)


def _option(call: ast.Call) -> bool | None:
    """The value of ``raise_for_status=``; None when it is not given, False also when it is not known."""
    for keyword in call.keywords:
        if keyword.arg == _RAISE_OPTION:
            return isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        if keyword.arg is None:
            return False
    return None


def kind_of_annotation(module: Module, annotation: ast.expr | None) -> Kind | None:
    """What a parameter of this annotation is."""
    path = module.dotted(annotation) if annotation is not None else None
    if path is None:
        return None
    if path in _AIOHTTP_RESPONSES:
        return Kind(_AIOHTTP)
    library = RESPONSE_CLASSES.get(path)
    return Kind(_RESPONSES[library.name]) if library is not None and library.name in _RESPONSES else None


def raised_by_check(response: Response | None) -> Raised:
    """What ``raise_for_status()`` of a response raises; where its kind is not known, what all of them do."""
    if response is None:
        return Raised(_is_error, "raise_for_status()")
    return Raised(response.raises, "raise_for_status()")
