"""Finding the HTTP client library behind a dotted path, and whether a module uses any."""

from __future__ import annotations

import ast
from collections.abc import Set
from dataclasses import dataclass

from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.outlines import Outline
from flake8_ocs_status.program.project import module_at
from flake8_ocs_status.program.vendor import CALLED_LIBRARIES, VENDOR_WORD
from flake8_ocs_status.program.words import Words
from flake8_ocs_status.transport.libraries import (
    AIOHTTP,
    AIOHTTP_RETRY,
    HTTP_CLIENT,
    HTTPX,
    LIBRARIES,
    NIQUESTS,
    REQUESTS,
    URLLIB,
    URLLIB3,
)
from flake8_ocs_status.transport.library import VERBS, Library, Sender
from flake8_ocs_status.transport.vendor import vendor_client, vendor_methods

__all__ = [
    "AIOHTTP", "AIOHTTP_RETRY", "CLIENT_PACKAGES", "CLIENT_WORDS", "HTTPX", "HTTP_CLIENT", "LIBRARIES", "NIQUESTS",
    "REQUESTS", "RESPONSE_CLASSES", "URLLIB", "URLLIB3", "VERBS", "ClientWords", "Library", "Sender", "client_library",
    "client_words", "function_sender", "has_client_word", "imports_a_client", "method_sender", "request_library",
    "sending_names",
]  # fmt: skip

# Response classes by the path an annotation names.
RESPONSE_CLASSES = {path: library for library in LIBRARIES for path in library.responses}
_CLIENTS = {path: library for library in LIBRARIES for path in library.clients}
_REQUESTS = {path: library for library in LIBRARIES for path in library.requests}
_FUNCTIONS = {
    f"{module}.{name}": library.sender(name)
    for library in LIBRARIES
    for module in library.modules
    for name in library.functions
}
# How what sends a request is called, whatever the library. ``open`` is far likelier a file's.
SENDING_NAMES = frozenset().union(*(library.functions | library.methods for library in LIBRARIES)) - {"open"}
_OPENERS = ("build_opener", "openerdirector")

# What a module that uses one of the libraries imports: packages, and modules of packages that have others, too.
CLIENT_PACKAGES = frozenset(
    {
        "aiohttp",
        "aiohttp_retry",
        "authlib",
        "httpx",
        "niquests",
        "requests",
        "requests_futures",
        "requests_oauthlib",
        "requests_toolbelt",
        "urllib3",
    }
)
# One of these words stands in each of them.
CLIENT_WORDS = (
    *sorted(CLIENT_PACKAGES), "urllib.request", "http.client", "http_client", "urlopen", "build_opener",
    "httpconnection", "httpsconnection", VENDOR_WORD,
)  # fmt: skip
_MODULES = frozenset({"urllib.request", "http.client", "six.moves.urllib.request", "six.moves.http_client"})
_PARENTS = frozenset({"six.moves", "urllib", "http", "six.moves.urllib", "six"})


def has_client_word(folded: str) -> bool:
    """Whether a source, in small letters, names a client library at all."""
    return any(word in folded for word in CLIENT_WORDS)


def client_library(path: str) -> Library | None:
    """The library whose client (session) the class or factory at this dotted path makes."""
    return _CLIENTS.get(path) or vendor_client(path)


def request_library(path: str) -> Library | None:
    """The library of which the class at this dotted path is a request that can be sent."""
    return _REQUESTS.get(path)


def function_sender(path: str) -> Sender | None:
    """How the module-level function at this dotted path sends a request, if it does."""
    return _FUNCTIONS.get(path)


def method_sender(library: Library, name: str) -> Sender | None:
    """How a client's method of this name sends a request, if it does."""
    return library.sender(name) if name in library.methods else None


def sending_names(module: Module) -> frozenset[str]:
    """How what sends a request may be called in a module."""
    names = SENDING_NAMES | vendor_methods()
    return names | {"open"} if any(word in module.folded for word in _OPENERS) else names


def imports_a_client(module: Module, declared: Set[str] = frozenset()) -> bool:
    """Whether a module imports an HTTP client library whose calls are followed, or one of the ``declared`` packages."""
    packages = CLIENT_PACKAGES | CALLED_LIBRARIES | declared
    for node in module.nodes(ast.Import):
        if any(_is_client_module(alias.name, packages, module) for alias in node.names):
            return True
    for origin in module.nodes(ast.ImportFrom):
        name = origin.module or ""
        if origin.level == 0 and (
            name.partition(".")[0] in packages
            or name in _MODULES
            or any(f"{name}.{alias.name}" in _MODULES | _PARENTS for alias in origin.names)
        ):
            return True
    return False


def _is_client_module(name: str, packages: Set[str], module: Module) -> bool:
    if name.partition(".")[0] in packages or name in _MODULES:
        return True
    # ``import urllib`` is enough where another module has imported the rest.
    return name in _PARENTS and any(used in module.source for used in ("urllib.request", "http.client", "http_client"))


@dataclass(frozen=True)
class ClientWords(Words):
    """The words of client libraries, which count in files that import one: many more only speak of them.

    The words of the ``declared`` packages count wherever they stand.
    """

    declared: tuple[str, ...] = ()

    def count_in(self, outline: Outline) -> bool:
        if not super().count_in(outline):
            return False
        return any(word in outline.folded for word in self.declared) or _imports_a_client(outline)


def client_words(declared: Set[str]) -> ClientWords:
    """How to tell the files that import a client library, or have to do with one of the ``declared`` packages."""
    packages = tuple(sorted(map(str.lower, declared)))
    return ClientWords((*CLIENT_WORDS, *packages), declared=packages)


def _imports_a_client(outline: Outline) -> bool:
    """Whether a file imports a client library, by its text; where that may be an example, by its tree."""
    clients = [path for path in outline.imports if _may_be_client(path)]
    if not clients or not all(map(outline.may_be_example, clients)):
        return bool(clients)
    module = module_at(outline.path)
    return module is None or imports_a_client(module)


def _may_be_client(path: str) -> bool:
    """Whether an import of this dotted path may be one of a client library."""
    parts = path.split(".")
    beginnings = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
    return parts[0] in CLIENT_PACKAGES | CALLED_LIBRARIES or path in _PARENTS or not beginnings.isdisjoint(_MODULES)
