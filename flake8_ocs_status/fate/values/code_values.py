"""Values that are parts of a program: modules, classes, functions, and what they raise, put off or enter."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.values.plain_values import About
from flake8_ocs_status.transport.library import Library

if TYPE_CHECKING:
    from flake8_ocs_status.fate.values import Value


@dataclass(frozen=True, slots=True)
class Symbol:
    """What an import or a builtin gives, by its dotted path."""

    path: str


@dataclass(frozen=True, slots=True)
class ProjectModule:
    """Another module of the project, by its file."""

    file: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function, method or lambda of the project; ``bound`` is what ``self`` is, if it is bound.

    ``beneath`` counts the decorators, from the outermost, that have been dealt with; ``is_handed_in`` tells that it was
    handed to one of them, whose call of it is no call of its own. ``captured`` are the names of the functions around it
    that have come to their end.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    bound: Value | None = None
    beneath: int = 0
    is_handed_in: bool = False
    captured: tuple[tuple[ast.AST, tuple[tuple[str, Value], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the project."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Super:
    """``super()`` inside a method of ``node``."""

    bound: Value
    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Method:
    """An attribute of a value that is about to be called."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class Partial:
    """``functools.partial(function, *arguments, **keywords)``; ``call`` is the call that hands it to a pool of workers,
    where its result comes from a future."""

    function: Value
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str | None, Value], ...]
    call: ast.Call | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception: its class by canonical path, by its node when it is one of the project's, None when unknown.

    ``library`` is set when it holds the response in focus; ``empty_body`` when it comes of parsing an empty body.
    ``origin`` is the statement that raised it: two of them are two messages. ``arguments`` and ``keywords`` are what it
    was made with, None where that is not in sight.
    """

    kind: str | ast.ClassDef | None
    about: About = About.NOTHING
    library: Library | None = None
    empty_body: bool = False
    origin: ast.Raise | None = None
    arguments: tuple[Value, ...] | None = None
    keywords: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Future:
    """What a task or a coroutine comes to: a result, or, where it ``fails``, an exception, which comes out where
    somebody waits for it."""

    result: Value
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Suppressor:
    """A context manager that swallows exceptions of these classes."""

    kinds: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ContextStack:
    """``contextlib.ExitStack()``; what it has entered lives in the store under ``allocation``."""

    allocation: str


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """``asyncio.TaskGroup()``; which tasks have failed lives in the store under ``allocation``."""

    allocation: str
