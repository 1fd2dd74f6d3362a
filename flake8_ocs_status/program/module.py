"""One Python module as the analysis sees it: source, shared tree, and an index built in a single walk."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from flake8_ocs_status.findings import Span
from flake8_ocs_status.program.scopes import FUNCTIONS, FunctionNode, Scope, ScopeBuilder

NodeT = TypeVar("NodeT", bound=ast.AST)

# The first character comes before what must not stand before it, so that the search leaps from digit to digit.
_NUMBER = re.compile(r"[0-9](?:(?<![\w.].)\w\w|(?<=[\"'].)[\"'])")


class Module:
    """A parsed module.

    The tree belongs to whoever parsed it (flake8 shares it between plugins) and is never changed. Nothing is walked
    before the first question that needs it.
    """

    def __init__(self, tree: ast.Module, lines: list[str], path: str = "<unknown>") -> None:
        """``lines`` keep their line ends; ``path`` is only ever shown or used to find the project around it."""
        self.tree = tree
        self.lines = lines
        self.path = path
        # What was asked for before.
        self._scopes: dict[ast.AST, Scope] = {}
        self._paths: dict[ast.AST, str | None] = {}
        # The same, for who asks what an expression stands for.
        self.value_paths: dict[ast.AST, str | None] = {}

    @cached_property
    def _walked(self) -> ScopeBuilder:
        return ScopeBuilder(self.tree)

    @cached_property
    def source(self) -> str:
        """The whole source."""
        return "".join(self.lines)

    @cached_property
    def folded(self) -> str:
        """The whole source in small letters, for a quick look at which words stand in it."""
        return self.source.lower()

    @cached_property
    def numbers(self) -> list[int]:
        """Where in the source what may be a number of three characters or more begins, or a digit is all of a text, in
        code, texts and comments."""
        return [found.start() for found in _NUMBER.finditer(self.source)]

    @property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Each node's parent, for every node but the module itself."""
        return self._walked.parents

    @property
    def module_scope(self) -> Scope:
        """The scope of the module's global names."""
        return self._walked.module_scope

    @property
    def scopes(self) -> Iterable[Scope]:
        """Every scope of the module."""
        return self._walked.scopes.values()

    @property
    def integers(self) -> list[ast.Constant]:
        """All integer literals, in no particular order; booleans are none."""
        return self._walked.integers

    def nodes(self, kind: type[NodeT]) -> list[NodeT]:
        """All nodes of exactly this type, in no particular order."""
        return self._walked.by_type.get(kind, [])  # type: ignore[return-value]

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which the names of an expression are looked up, or the scope that a definition opens."""
        known = self._scopes.get(node)
        if known is None:
            known = self._scopes[node] = self._find_scope(node)
        return known

    def _find_scope(self, node: ast.AST) -> Scope:
        walked = self._walked
        current: ast.AST | None = node
        while current is not None:
            found = walked.scopes.get(current) or walked.evaluated_in.get(current)
            if found is not None:
                return found
            current = walked.parents.get(current)
        return walked.module_scope

    def enclosing_function(self, node: ast.AST) -> FunctionNode | None:
        """The innermost function (or lambda) whose body holds ``node``."""
        scope: Scope | None = self.scope_of(node)
        while scope is not None:
            if isinstance(scope.node, FUNCTIONS):
                return scope.node
            scope = scope.parent
        return None

    def dotted(self, node: ast.AST) -> str | None:
        """The canonical dotted path of a name or attribute chain that an import (or a builtin) gives, else None.

        ``requests.codes.ok`` after ``import requests``; ``http.HTTPStatus`` for ``S`` after
        ``from http import HTTPStatus as S``; ``builtins.str`` for an unbound ``str``. A name that is also bound by
        anything else where it is looked up has no path: what it is depends on the run. Relative imports keep their
        leading dots.
        """
        if node in self._paths:
            return self._paths[node]
        path = self._paths[node] = self._find_path(node)
        return path

    def _find_path(self, node: ast.AST) -> str | None:
        tail: list[str] = []
        while isinstance(node, ast.Attribute):
            tail.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        path = self.scope_of(node).import_path(node.id)
        if path is None:
            return None
        return ".".join([path, *reversed(tail)])

    def character_column(self, line: int, byte_column: int) -> int:
        """Turn a UTF-8 byte column of :mod:`ast` into a count of characters."""
        if 0 < line <= len(self.lines):
            text = self.lines[line - 1]
            if not text.isascii():
                return len(text.encode("utf-8", "surrogatepass")[:byte_column].decode("utf-8", "replace"))
        return byte_column

    def position(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """``(line, column)`` of a node's start, the column in characters from 0."""
        return node.lineno, self.character_column(node.lineno, node.col_offset)


def span_of(node: ast.expr | ast.stmt) -> Span:
    """The span of a node of a parsed tree."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
