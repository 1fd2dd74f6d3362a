"""Pieces of messages that several rules share."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.statuses import STATUSES

if TYPE_CHECKING:
    from flake8_ocs_status.fate.callsites import CallSite


def named(status: int) -> str:
    """A status of OCS as messages name it: ``207 Multi-Status``."""
    return f"{int(status)} {STATUSES[status].name}"


def label_of(sites: Sequence[CallSite]) -> str:
    """The operation of a finding that several call sites share, and how many more there are."""
    more = len({site.node for site in sites}) - 1
    return sites[0].label + (f" and {more} more" if more else "")


def told_first(site: CallSite, holds: Callable[[CallSite], bool]) -> bool:
    """Whether something about a request holds at this call site, and not yet at the function that it calls to send the
    request: this is where a person would change it."""
    return holds(site) and not (site.inner is not None and holds(site.inner))


def by_place(
    sites: Iterable[CallSite], places_of: Callable[[CallSite], Iterable[ast.Call]]
) -> dict[ast.Call, list[CallSite]]:
    """Call sites that share a place at which something is to be reported once, under that place."""
    found: dict[ast.Call, list[CallSite]] = {}
    for site in sites:
        for place in places_of(site):
            found.setdefault(place, []).append(site)
    return found
