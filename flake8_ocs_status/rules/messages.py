"""Pieces of messages that several rules share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.statuses import STATUSES

if TYPE_CHECKING:
    from flake8_ocs_status.fate.callsites import CallSite


def named(status: int) -> str:
    """A status of OCS as messages name it: ``207 Multi-Status``."""
    return f"{int(status)} {STATUSES[status].name}"


def label_of(sites: Sequence[CallSite]) -> str:
    """The operation of a finding that several call sites share, and how many more there are."""
    more = len({site.sending_node for site in sites}) - 1
    return sites[0].label + (f" and {more} more" if more else "")
