"""The call sites that a survey has found so far, under all that is asked of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from flake8_ocs_status.fate.environment.surroundings import Surroundings
from flake8_ocs_status.fate.exchange.record import CallPath
from flake8_ocs_status.fate.judging.callsites import CallSite
from flake8_ocs_status.program.scopes import FunctionNode


class FoundSites:
    """Call sites by their modules, functions and paths, so that each is found without a look at all others."""

    def __init__(self) -> None:
        self._by_home: dict[Surroundings, list[CallSite]] = {}
        self._unsorted: set[Surroundings] = set()
        self._by_function: dict[tuple[Surroundings, FunctionNode | None], list[CallSite]] = {}
        self._by_path: dict[CallPath, CallSite] = {}
        self._by_way: dict[CallPath, list[CallSite]] = {}
        self._on_the_way: set[ast.Call] = set()
        self._sending: set[ast.Call] = set()

    def note_home(self, home: Surroundings) -> None:
        """Note that a module is being looked at: their order is that of the survey."""
        self._by_home.setdefault(home, [])

    def add(self, site: CallSite) -> None:
        """Keep one more site."""
        path = site.path
        self._by_path[path] = site
        self._by_home.setdefault(site.home, []).append(site)
        self._unsorted.add(site.home)
        self._by_function.setdefault((site.home, site.function), []).append(site)
        for step in range(1, len(path)):
            self._by_way.setdefault(path[step:], []).append(site)
        self._on_the_way.update(path[:-1])
        self._sending.add(path[-1])

    def __iter__(self) -> Iterator[CallSite]:
        for home in list(self._by_home):
            yield from self.in_module(home)

    def __contains__(self, path: CallPath) -> bool:
        return path in self._by_path

    def at(self, path: CallPath) -> CallSite | None:
        """The site of a request on this way; None when none is known."""
        return self._by_path.get(path)

    def in_module(self, home: Surroundings) -> list[CallSite]:
        """The sites of a module, in the order of the source."""
        sites = self._by_home.get(home, [])
        if home in self._unsorted:
            self._unsorted.discard(home)
            sites = self._by_home[home] = sorted(sites, key=_place)
        return sites

    def in_function(self, home: Surroundings, function: FunctionNode | None) -> list[CallSite]:
        """The sites of a function, None for the module's own statements."""
        return sorted(self._by_function.get((home, function), []), key=_place)

    def leading_to(self, path: CallPath) -> list[CallSite]:
        """The sites from which a request is reached by calls that come before these, in the order in which their
        modules were surveyed, then in that of the source."""
        order = {home: index for index, home in enumerate(self._by_home)}
        return sorted(self._by_way.get(path, []), key=lambda site: (order[site.home], _place(site)))

    def leads_on(self, call: ast.Call) -> bool:
        """Whether a call is on the way to a request that another one sends."""
        return call in self._on_the_way

    @property
    def sending(self) -> Set[ast.Call]:
        """The calls that send the requests."""
        return self._sending


def _place(site: CallSite) -> list[tuple[int, int]]:
    return [(call.lineno, call.col_offset) for call in site.path]
