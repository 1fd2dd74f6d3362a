"""What kind of object a call gives: the client of a library, or a response whose errors may have been raised already.

aiohttp and urllib verified by running aiohttp 3.14 and CPython 3.11 against a loopback server; the other libraries are
those of :mod:`flake8_ocs_status.transport.clients`.
"""

from __future__ import annotations

import ast

from flake8_ocs_status.possible.kinds import Kind, Raised, Response, StatusTest, is_error
from flake8_ocs_status.possible.masks import where
from flake8_ocs_status.possible.mounts import raised_by_mounts
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import words
from flake8_ocs_status.transport.clients import (
    HTTPX,
    NIQUESTS,
    REQUESTS,
    RESPONSE_CLASSES,
    URLLIB,
    URLLIB3,
    client_library,
    function_sender,
    method_sender,
)


def _is_fine(status: int) -> bool:
    return status < 400


def _is_no_success(status: int) -> bool:
    return not 200 <= status < 300


def _with_large(test: StatusTest) -> StatusTest:
    return lambda status: test(min(status, 599))


_AIOHTTP = Response("aiohttp", is_error, {"ok": _is_fine}, always_true=True, status="status")
_URLLIB = Response("urllib", status="status")
_URLLIB3 = Response("urllib3", tests={}, status="status")
_URLOPEN = Kind(_URLLIB, raised=(Raised(where(_is_no_success), "urlopen()"),))
_OPENER = Kind(_URLLIB, is_client=True, raised=(Raised(where(_is_no_success), "open()"),), methods=URLLIB)
# Handlers that leave it to the others what becomes of an error.
_PLAIN_HANDLERS = frozenset(
    f"urllib.request.{name}"
    for name in words(
        """
        AbstractBasicAuthHandler HTTPBasicAuthHandler HTTPDigestAuthHandler HTTPCookieProcessor HTTPHandler HTTPSHandler
        ProxyBasicAuthHandler ProxyDigestAuthHandler ProxyHandler
        """
    )
)
_AIOHTTP_CLIENTS = frozenset({"aiohttp.ClientSession", "aiohttp.client.ClientSession"})
_AIOHTTP_RESPONSES = frozenset({"aiohttp.ClientResponse", "aiohttp.client.ClientResponse"})
_AIOHTTP_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
_RAISE_OPTION = "raise_for_status"
_OPTION_RAISED = Raised(where(is_error), "raise_for_status=True")

_RESPONSES = {
    library.name: Response(
        library.name,
        _with_large(library.raises),
        {name: _with_large(test) for name, test in library.tests.items()},
        library.truth,
        library.truth is None,
    )
    for library in (REQUESTS, NIQUESTS, HTTPX)
    if library.raises is not None
}
_RESPONSES[URLLIB3.name] = _URLLIB3

# A response of which no more is known than that it raised for errors: `ok` is that of requests and aiohttp, the others
# are those of httpx, which raises for whatever is no success.
CHECKED = Kind(
    Response(
        "",
        is_error,
        {"ok": _is_fine, "is_success": _is_fine, "is_error": is_error, "is_client_error": is_error,
         "is_server_error": is_error},
    )
)  # fmt: skip


def kind_of_call(module: Module, call: ast.Call, receiver: Kind | None) -> Kind | None:
    """What a call gives, None when that is not known. ``receiver`` is what its method is called on."""
    path = module.dotted(call.func)
    if path is not None:
        return _made_by(module, path, call)
    if receiver is None or not receiver.is_client or not isinstance(call.func, ast.Attribute):
        return None
    name = call.func.attr
    if receiver.response is _URLLIB:
        return Kind(_URLLIB, raised=receiver.raised) if name == "open" else None
    if receiver.response.name == _AIOHTTP.name:
        if name not in _AIOHTTP_METHODS:
            return None
        option = _option(call)
        if option is None:
            return Kind(_AIOHTTP, raised=receiver.raised)
        return Kind(_AIOHTTP, raised=(_OPTION_RAISED,) if option else ())
    sender = method_sender(receiver.methods, name) if receiver.methods is not None else None
    if sender is None:
        return None
    return Kind(
        response_of(receiver.response.name), raised=(*receiver.raised, *raised_by_mounts(receiver, sender, call))
    )


def response_of(library: str) -> Response:
    """The responses of a library, whatever is known of one of them."""
    return {_AIOHTTP.name: _AIOHTTP, _URLLIB.name: _URLLIB, **_RESPONSES}[library]


def _made_by(module: Module, path: str, call: ast.Call) -> Kind | None:
    if path == "urllib.request.urlopen":
        return _URLOPEN
    if path in _AIOHTTP_CLIENTS:
        return Kind(_AIOHTTP, is_client=True, raised=(_OPTION_RAISED,) if _option(call) else ())
    if path == "urllib.request.build_opener":
        handlers = [module.dotted(one.func if isinstance(one, ast.Call) else one) for one in call.args]
        return _OPENER if all(handler in _PLAIN_HANDLERS for handler in handlers) else None
    sender = function_sender(path)
    if sender is not None and sender.library.name == _AIOHTTP.name:
        return Kind(_AIOHTTP, raised=(_OPTION_RAISED,) if _option(call) else ())
    if sender is not None and sender.library.name in _RESPONSES:
        return Kind(_RESPONSES[sender.library.name])
    return client_of(path)


def client_of(path: str) -> Kind | None:
    """The client that the class at a dotted path is."""
    if path in _AIOHTTP_CLIENTS:
        return Kind(_AIOHTTP, is_client=True)
    library = client_library(path)
    if library is None or library.name not in _RESPONSES:
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
    if library is not None:
        return Kind(_RESPONSES[library.name]) if library.name in _RESPONSES else None
    return client_of(path)


def raised_by_check(response: Response | None) -> Raised:
    """What ``raise_for_status()`` of a response raises; where its kind is not known, what all of them do."""
    return Raised(where(is_error if response is None else response.raises), "raise_for_status()")
