"""The constants that a module defines for itself and that are called as a status is called."""

from __future__ import annotations

import ast
import os.path
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flake8_ocs_status.catalogue.constants import is_known_status, standard_status, status_of
from flake8_ocs_status.positions.names import words_of
from flake8_ocs_status.positions.witnesses import integer_of
from flake8_ocs_status.program.module import Module

# Other protocols count in the same way and mean something else by it.
_OTHER_PROTOCOLS = frozenset(
    {"close", "coap", "exit", "ftp", "grpc", "icap", "return", "rtsp", "sip", "smtp", "websocket", "ws"}
)
_CONSTANT_NAME = re.compile(r"_*[A-Z]\w*")
# A name that says itself that it is about HTTP.
_HTTP_NAME = re.compile(r"(^|_)HTTPS?(_|$)|(^|_)STATUS(_|$)", re.IGNORECASE)
_NUMBER_IN_NAME = re.compile(r"(?<!\d)[1-5]\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class StatusDefinition:
    """A constant that is called as ``named`` is called and holds ``number``, both the same in most."""

    target: ast.Name
    named: int
    number: int


def status_definitions_of(module: Module) -> tuple[StatusDefinition, ...]:
    """The constants at the top of a module and of its classes that repeat a standard one or contradict their name.

    A number that contradicts is believed to be a status only where the name, a number in it, or the constants beside it
    speak of HTTP: there are many things called ``NOT_FOUND`` and ``ACCEPTED``.
    """
    place = os.path.splitext(os.path.basename(module.path))[0]
    found = list(_in_body(module, module.tree.body, place))
    for definition in module.nodes(ast.ClassDef):
        found += _in_body(module, definition.body, definition.name, in_class=True)
    return tuple(sorted(found, key=lambda one: (one.target.lineno, one.target.col_offset)))


def _in_body(
    module: Module, body: Iterable[ast.stmt], place: str, *, in_class: bool = False
) -> Iterator[StatusDefinition]:
    if not _OTHER_PROTOCOLS.isdisjoint(words_of(place)):
        return
    definitions = []
    for target, value in _constants(body):
        named = standard_status(target.id)
        if named is None or not (in_class or _CONSTANT_NAME.fullmatch(target.id)):
            continue
        if _OTHER_PROTOCOLS.isdisjoint(words_of(target.id)):
            definitions.append((target, value, named))
    beside_statuses = any(_number(value) == named for _, value, named in definitions)
    for target, value, named in definitions:
        number = _number(value)
        if number == named:
            yield StatusDefinition(target, named, number)
        elif number is not None:
            if _speaks_of_http(target.id, number, beside_statuses=beside_statuses):
                yield StatusDefinition(target, named, number)
        else:
            path = module.dotted(value)
            status = status_of(path) if path is not None else None
            # Another name for the standard constant is no repetition of it.
            if status is not None and status != named:
                yield StatusDefinition(target, named, status)


def _constants(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.Name, ast.expr]]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            yield statement.target, statement.value


def _number(value: ast.expr) -> int | None:
    """The number of a constant, or of a member of an enum that holds its phrase too."""
    return integer_of(value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value)


def _speaks_of_http(name: str, number: int, *, beside_statuses: bool) -> bool:
    """Whether a constant is one for a status, though its number is not what the name says."""
    if _NUMBER_IN_NAME.search(name):
        return True
    if "timeout" in name.lower():
        # 300 seconds.
        return False
    if _HTTP_NAME.search(name):
        return number >= 100
    return beside_statuses and is_known_status(number)
