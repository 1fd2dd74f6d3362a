"""HTTP client libraries: what sends a request, and what a response says about its status.

Read off requests 2.34 and httpx 0.28 and verified by running them; see the tests of the library facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})

# Exactly these name a request whose method is an argument.
_WITH_METHOD = frozenset({"request", "stream"})


@dataclass(frozen=True, slots=True)
class Sender:
    """How a callee sends a request: its method (None when it is the first argument) and the library it belongs to."""

    library: Library
    method: str | None

    @property
    def url_index(self) -> int:
        """The position of the URL among the positional arguments."""
        return 0 if self.method is not None else 1


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """One HTTP client library.

    ``tests`` maps an attribute of a response to the test on the status that it stands for; ``truth`` is what
    ``bool(response)`` tests, None when a response is always true. ``raises`` is the test of ``raise_for_status()``,
    ``error`` the exception it raises, ``error_text`` how that exception's text begins for a status. ``json_error``
    is what ``json()`` raises on an empty body, ``transport_error`` what a failed connection raises.
    """

    name: str
    clients: frozenset[str]
    functions: frozenset[str]
    tests: Mapping[str, Callable[[int], bool]]
    truth: Callable[[int], bool] | None
    raises: Callable[[int], bool]
    error: str
    error_text: Callable[[int], tuple[str, str]]
    json_error: str
    transport_error: str
    reason: str
    raise_returns_response: bool


def _requests_error_text(status: int) -> tuple[str, str]:
    return f"{status} {'Client' if status < 500 else 'Server'} Error: ", " for url: "


_HTTPX_KINDS = {1: "Informational response", 3: "Redirect response", 4: "Client error", 5: "Server error"}


def _httpx_error_text(status: int) -> tuple[str, str]:
    return f"{_HTTPX_KINDS.get(status // 100, 'Client error')} '{status} ", "' for url "


REQUESTS = Library(
    name="requests",
    clients=frozenset(
        {"requests.Session", "requests.sessions.Session", "requests.session", "requests.sessions.session"}
    ),
    functions=frozenset({"requests", "requests.api"}),
    tests={"ok": lambda status: status < 400},
    truth=lambda status: status < 400,
    raises=lambda status: 400 <= status < 600,
    error="requests.exceptions.HTTPError",
    error_text=_requests_error_text,
    json_error="requests.exceptions.JSONDecodeError",
    transport_error="requests.exceptions.RequestException",
    reason="reason",
    raise_returns_response=False,
)
HTTPX = Library(
    name="httpx",
    clients=frozenset({"httpx.Client", "httpx.AsyncClient"}),
    functions=frozenset({"httpx"}),
    tests={
        "is_informational": lambda status: 100 <= status < 200,
        "is_success": lambda status: 200 <= status < 300,
        "is_redirect": lambda status: 300 <= status < 400,
        "is_client_error": lambda status: 400 <= status < 500,
        "is_server_error": lambda status: 500 <= status < 600,
        "is_error": lambda status: 400 <= status < 600,
    },
    truth=None,
    raises=lambda status: not 200 <= status < 300,
    error="httpx.HTTPStatusError",
    error_text=_httpx_error_text,
    json_error="json.JSONDecodeError",
    transport_error="httpx.TransportError",
    reason="reason_phrase",
    raise_returns_response=True,
)
LIBRARIES = (REQUESTS, HTTPX)

# Response classes by the path an annotation names.
RESPONSE_CLASSES = {
    "requests.Response": REQUESTS,
    "requests.models.Response": REQUESTS,
    "httpx.Response": HTTPX,
}


CLIENT_WORDS = tuple(sorted(library.name for library in LIBRARIES))


def has_client_word(folded: str) -> bool:
    """Whether a source, in small letters, names a client library at all."""
    return any(word in folded for word in CLIENT_WORDS)


def client_library(path: str) -> Library | None:
    """The library whose client (session) the class or factory at this dotted path makes."""
    for library in LIBRARIES:
        if path in library.clients:
            return library
    return None


def function_sender(path: str) -> Sender | None:
    """How the module-level function at this dotted path sends a request, if it does."""
    module, _, name = path.rpartition(".")
    for library in LIBRARIES:
        if module in library.functions:
            return _sender(library, name)
    return None


def method_sender(library: Library, name: str) -> Sender | None:
    """How a client's method of this name sends a request, if it does."""
    return _sender(library, name)


def _sender(library: Library, name: str) -> Sender | None:
    if name in VERBS:
        return Sender(library, name.upper())
    if name in _WITH_METHOD and (name == "request" or library is HTTPX):
        return Sender(library, None)
    return None
