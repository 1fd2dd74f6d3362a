"""Pieces of messages that several rules share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_ocs_status.fate.callsites import CallSite


def label_of(sites: Sequence[CallSite]) -> str:
    """The operation of a finding that several call sites share, and how many more there are."""
    more = len({site.sending_node for site in sites}) - 1
    return sites[0].label + (f" and {more} more" if more else "")
