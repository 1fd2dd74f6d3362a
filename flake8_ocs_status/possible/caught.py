"""Exceptions that carry a status: which statuses the libraries do not raise them for.

That holds where nothing in the ``try`` but a library can have raised what is caught: code of the project, and other
packages, raise such exceptions for an answer of 200, too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Sequence, Set

from flake8_ocs_status.positions.witnesses import last_name
from flake8_ocs_status.possible.bindings import exclude
from flake8_ocs_status.possible.kinds import Raised
from flake8_ocs_status.possible.masks import where
from flake8_ocs_status.possible.paths import HARMLESS_METHODS, path_of, running_nodes
from flake8_ocs_status.possible.readings import Readings
from flake8_ocs_status.possible.senders import client_of
from flake8_ocs_status.possible.states import Source, State
from flake8_ocs_status.transport.callees import words
from flake8_ocs_status.transport.clients import LIBRARIES, Library, function_sender, method_sender
from flake8_ocs_status.transport.exceptions import BASES, ancestors, canonical

_ERRORS = {library.error: library for library in reversed(LIBRARIES) if library.error}
# The errors of which the libraries themselves raise special cases, for whatever status.
_WITH_SPECIAL_CASES = frozenset(base for bases in BASES.values() for base in bases if base in _ERRORS)
# What a response can be asked for, and a client of the project's own as well.
_OF_RESPONSES = words("json text read content close aclose aread release raise_for_status get getheader items getcode")
_STANDARD = sys.stdlib_module_names | {"builtins"}


def learn_caught(readings: Readings, handler: ast.ExceptHandler, body: Sequence[ast.stmt], state: State) -> None:
    """Rule out the statuses for which what is caught has not been raised."""
    if handler.name is None or handler.type is None:
        return
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    paths = [canonical(path) if (path := readings.module.dotted(kind)) is not None else "" for kind in kinds]
    if not all(path in BASES for path in paths):
        return
    libraries = [library for error, library in _ERRORS.items() if not _caught_with(error).isdisjoint(paths)]
    if not libraries or not all(_raises_alone(readings, library, body, state) for library in libraries):
        return
    for library in libraries:
        assert library.raises is not None
        is_exact = library.error in paths and len(paths) == 1 and library.error not in _WITH_SPECIAL_CASES
        excluded = where(_all_but(library)) if is_exact else where(_is_success)
        raised = Raised(excluded, last_name(kinds[0]) or "")
        names = tuple(library.error_status) + (("getcode()",) if library.error_is_response else ())
        if library.error_has_response:
            names = tuple(f"response.{name}" for name in library.status)
        exclude(handler.name, handler, Source.CAUGHT, raised, state, names)


def _caught_with(error: str) -> frozenset[str]:
    return ancestors(error) or frozenset()


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _all_but(library: Library) -> Callable[[int], bool]:
    raises = library.raises
    assert raises is not None
    return lambda status: not raises(min(status, 599))


def _raises_alone(readings: Readings, library: Library, body: Sequence[ast.stmt], state: State) -> bool:
    """Whether nothing but this library can raise its errors here."""
    clients = {path for path, kind in state.kinds.items() if kind.is_client and kind.owner is None}
    clients |= set(_opened(readings, body))
    for node in running_nodes(body):
        if isinstance(node, ast.Raise) and node.exc is not None:
            if not _is_other(readings, node.exc):
                return False
        elif isinstance(node, ast.Call) and not _is_known(readings, library, node, clients):
            return False
    return True


def _opened(readings: Readings, body: Sequence[ast.stmt]) -> Iterator[str]:
    """The paths of the clients that are made on the way."""
    for node in running_nodes(body):
        target: ast.expr | None = None
        value: ast.expr | None = None
        if isinstance(node, ast.withitem):
            target, value = node.optional_vars, node.context_expr
        elif isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
        path = readings.module.dotted(value.func) if isinstance(value, ast.Call) else None
        name = path_of(readings.module, target) if target is not None else None
        if path is not None and name is not None and client_of(path) is not None:
            yield name


def _is_other(readings: Readings, raised: ast.expr) -> bool:
    """Whether an exception is of a class of Python's own."""
    path = readings.module.dotted(raised.func if isinstance(raised, ast.Call) else raised)
    return path is not None and path.startswith("builtins.")


def _is_known(readings: Readings, library: Library, call: ast.Call, clients: Set[str]) -> bool:
    function = call.func
    path = readings.module.dotted(function)
    if path is not None:
        if canonical(path) in BASES:
            return False
        return path.partition(".")[0] in _STANDARD or function_sender(path) is not None or client_of(path) is not None
    if not isinstance(function, ast.Attribute):
        return False
    if function.attr == "json" and library.error in _caught_with(library.json_error or ""):
        # What is no JSON raises the same error, with the status of a success.
        return False
    if path_of(readings.module, function.value) in clients:
        return method_sender(library, function.attr) is not None
    if function.attr in _OF_RESPONSES and not readings.is_response(function.value):
        return False
    return function.attr in HARMLESS_METHODS
