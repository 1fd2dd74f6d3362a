"""What is known at one point of a function about the statuses in it, and how two paths join.

A *path* is an expression that gives the same value until somebody changes it: ``status``, ``r.status_code``,
``self.last.status``. Paths that hold the same value share a *symbol*, the node that brought it in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple

from flake8_ocs_status.possible.kinds import Kind
from flake8_ocs_status.possible.masks import EVERYTHING, Split

# Begins the path of what code elsewhere can reach: attributes of `self`, globals, names of the function around.
SHARED = "~"


class Source(Enum):
    """What ruled statuses out: a test, ``raise_for_status()``, the request itself, a function of the project, or
    the exception that has been caught."""

    TEST = "test"
    CHECK = "check"
    TRANSPORT = "transport"
    HELPER = "helper"
    CAUGHT = "caught"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A place from which on some statuses are no longer possible; ``wording`` names it for people.

    ``partial``: only some of the paths come by it, and something else speaks for the others.
    """

    source: Source
    node: ast.AST
    excluded: int
    wording: str = ""
    partial: bool = False

    def beside(self, twin: Exclusion | None, possible: int) -> Exclusion:
        """What remains of it where another path joins, which comes by the same place (``twin``) or does not."""
        excluded = self.excluded & ~possible & (twin.excluded if twin is not None else EVERYTHING)
        return replace(self, excluded=excluded, partial=self.partial or twin is None or twin.partial)


@dataclass(frozen=True, slots=True)
class Possible:
    """The values that a status may still have, and what ruled out the others."""

    mask: int = EVERYTHING
    exclusions: tuple[Exclusion, ...] = ()

    def without(self, exclusion: Exclusion) -> Possible:
        """What remains once ``exclusion`` has spoken."""
        if not self.mask & exclusion.excluded:
            return self
        return Possible(self.mask & ~exclusion.excluded, (*self.exclusions, exclusion))

    def joined(self, other: Possible) -> Possible:
        """What is possible on either of two paths."""
        if self == other:
            return self
        mask = self.mask | other.mask
        if mask == EVERYTHING:
            return UNKNOWN
        mine, others = ({one.node: one for one in possible.exclusions} for possible in (self, other))
        exclusions = []
        for node, one in {**others, **mine}.items():
            twin = others.get(node) if node in mine else None
            if one.excluded & ~mask:
                exclusions.append(one if one is twin and not one.excluded & mask else one.beside(twin, mask))
        return Possible(mask, tuple(one for one in exclusions if one.excluded))


UNKNOWN = Possible()


class Held(NamedTuple):
    """The outcome of a test, kept for later: ``node`` is the test."""

    symbol: ast.AST
    split: Split
    node: ast.AST


@dataclass(slots=True)
class State:
    """One point of the program. A path or symbol that is in no table may be anything.

    ``tests`` are the paths that hold the outcome of a test: on which symbol, and how it splits the values. ``lasting``
    are paths that code elsewhere does not bind anew, though it could.
    """

    symbols: dict[str, ast.AST] = field(default_factory=dict)
    possible: dict[ast.AST, Possible] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    tests: dict[str, Held] = field(default_factory=dict)
    lasting: frozenset[str] = frozenset()

    def copy(self) -> State:
        """An independent copy."""
        return State(self.symbols.copy(), self.possible.copy(), self.kinds.copy(), self.tests.copy(), self.lasting)

    def symbol(self, path: str, node: ast.AST) -> ast.AST:
        """The symbol of a path; ``node`` becomes it where the path is met for the first time."""
        return self.symbols.setdefault(path, node)

    def at(self, symbol: ast.AST) -> Possible:
        """What is possible for a symbol."""
        return self.possible.get(symbol, UNKNOWN)

    def exclude(self, symbol: ast.AST, exclusion: Exclusion) -> None:
        """Rule statuses out."""
        self.possible[symbol] = self.at(symbol).without(exclusion)

    def take(self, other: State, path: str, name: str) -> None:
        """Know under ``name`` what the other state knows of ``path``."""
        for known, symbol in other.symbols.items():
            if is_part(known, path):
                self.symbols[name + known[len(path) :]] = symbol
        if path in other.kinds:
            self.kinds[name] = other.kinds[path]
        if path in other.tests:
            self.tests[name] = other.tests[path]

    def forget(self, path: str) -> None:
        """Somebody binds ``path`` anew."""
        self._drop(lambda known: is_part(known, path))

    def forget_inside(self, path: str) -> None:
        """Somebody may change what ``path`` holds; what it is stays the same."""
        self._drop(lambda known: known != path and is_part(known, path))

    def forget_attribute(self, name: str) -> None:
        """Somebody sets an attribute, or an item, of this name on an object that may have other paths."""
        self._drop(lambda known: name in parts_of(known))

    def forget_shared(self) -> None:
        """Code elsewhere runs."""
        lasting = {path: self.kinds[path] for path in self.lasting if path in self.kinds}
        self._drop(lambda known: known.startswith(SHARED))
        self.kinds.update(lasting)

    def _drop(self, goes: Callable[[str], bool]) -> None:
        for path in [path for path in self.symbols if goes(path)]:
            del self.symbols[path]
        for path in [path for path in self.kinds if goes(path)]:
            del self.kinds[path]
        for path in [path for path in self.tests if goes(path)]:
            del self.tests[path]


def is_part(path: str, whole: str) -> bool:
    """Whether ``path`` is ``whole`` or something inside it."""
    return path.startswith(whole) and path[len(whole) : len(whole) + 1] in ("", ".")


def parts_of(path: str) -> list[str]:
    """The names after the first in a path."""
    return path.split(".")[1:]


def joined(*states: State | None) -> State | None:
    """What holds wherever any of these paths comes from; None when none of them gets here."""
    result: State | None = None
    for state in states:
        if state is None or result is state:
            continue
        result = state if result is None else _joined(result, state)
    return result


def _joined(one: State, other: State) -> State:
    symbols = {path: symbol for path, symbol in one.symbols.items() if other.symbols.get(path) is symbol}
    tests = {path: held for path, held in one.tests.items() if other.tests.get(path) == held}
    used = {*symbols.values(), *(held.symbol for held in tests.values())}
    possible = {symbol: one.at(symbol).joined(other.at(symbol)) for symbol in used}
    kinds = {path: kind for path, kind in one.kinds.items() if other.kinds.get(path) == kind}
    for path in one.lasting:
        if (path in one.kinds) is not (path in other.kinds):
            # What is made in one place is that, or not yet there.
            kinds[path] = one.kinds[path] if path in one.kinds else other.kinds[path]
    return State(symbols, possible, kinds, tests, one.lasting)
