"""Pieces of messages that several rules share."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.statuses import STATUSES

if TYPE_CHECKING:
    from flake8_ocs_status.facts import Facts
    from flake8_ocs_status.fate.judging.callsites import CallSite
    from flake8_ocs_status.fate.judging.retries import Repetition, Way


def named(status: int) -> str:
    """A status of OCS as messages name it: ``207 Multi-Status``."""
    return f"{int(status)} {STATUSES[status].name}"


def label_of(sites: Sequence[CallSite]) -> str:
    """The operation of a finding that several call sites share, and how many more calls there are.

    Whoever calls a function that calls the operation calls it only through that one.
    """
    told = set(sites)
    calls = [site for site in sites if site.inner not in told]
    more = len({site.node for site in calls}) - 1
    return calls[0].label + (f" and {more} more" if more else "")


def told_first(site: CallSite, holds: Callable[[CallSite], bool]) -> bool:
    """Whether something about a request holds at this call site, and not yet at the function that it calls to send the
    request: this is where a person would change it."""
    return holds(site) and not (site.inner is not None and holds(site.inner))


def by_place(
    sites: Iterable[CallSite], places_of: Callable[[CallSite], Iterable[ast.expr]]
) -> dict[ast.expr, list[CallSite]]:
    """Call sites that share a place at which something is to be reported once, under that place."""
    found: dict[ast.expr, list[CallSite]] = {}
    for site in sites:
        for place in places_of(site):
            found.setdefault(place, []).append(site)
    return found


def by_way(facts: Facts, ways_of: Callable[[Repetition], Iterable[Way]]) -> dict[ast.expr, list[CallSite]]:
    """Call sites by the places where this module repeats their requests in one of these ways."""
    found: dict[ast.expr, list[CallSite]] = {}
    for repetition in facts.repetitions:
        for way in ways_of(repetition):
            for place in facts.place_of(way.place, repetition.site):
                found.setdefault(place, []).append(repetition.site)
    return found


def by_place_and_status(
    facts: Facts, statuses_of: Callable[[Repetition], Mapping[ast.expr, Iterable[int]]]
) -> dict[ast.expr, tuple[list[CallSite], set[int]]]:
    """Call sites by the places where this module repeats their requests on some statuses, with those statuses."""
    found: dict[ast.expr, tuple[list[CallSite], set[int]]] = {}
    for repetition in facts.repetitions:
        for node, statuses in statuses_of(repetition).items():
            for place in facts.place_of(node, repetition.site):
                sites, repeated = found.setdefault(place, ([], set()))
                sites.append(repetition.site)
                repeated.update(statuses)
    return found


def listed(statuses: Iterable[int]) -> str:
    """Statuses in a sentence: ``400, 401 and 403``."""
    numbers = list(map(str, sorted(statuses)))
    return numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
