"""The question that the rules about errors share: is this status lumped with the others?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite
    from flake8_ocs_status.fate.judging.verdicts import Judgement


def lumped_as(site: CallSite, judgement: Judgement, status: int, *, raising_handles: bool = False) -> str | None:
    """What the code at a call site does with an error status that it does not tell from any other, in words; None where
    it tells it apart, or somebody may.

    ``raising_handles``: an exception that carries the response is enough.
    """
    if not judgement.ends_like_any_error(status):
        return None
    fate = site.fate(status)
    if fate is None or (raising_handles and fate.checked) or judgement.is_left_to_callers(status):
        return None
    return "ends like any error" if fate.looked else "is not looked at"
