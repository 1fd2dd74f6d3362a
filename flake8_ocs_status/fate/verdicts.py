"""What the fates at a call site add up to: the questions that the handling rules ask.

Every question is answered with False where the answer is not certain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus

from flake8_ocs_status.fate.callsites import CallSite
from flake8_ocs_status.fate.record import Fate
from flake8_ocs_status.transport.retries import Repeats

PLAIN_SUCCESSES = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT)
PLAIN_ERROR = HTTPStatus.BAD_REQUEST


def success_fate(site: CallSite) -> Fate | None:
    """The fate of a plain success: of the first documented one that the code tells from an error, if it tells any.

    That the body of a 204 cannot be parsed tells nothing; such a fate counts only where there is no other.
    """
    error = site.fate(PLAIN_ERROR)
    documented = [status for status in PLAIN_SUCCESSES if status in site.statuses]
    candidates = [*documented, *(status for status in PLAIN_SUCCESSES if status not in documented)]
    fates = [site.fate(status) for status in candidates]
    if error is None or None in fates:
        return None
    parsed = [fate for fate in fates if fate is not None and not fate.empty_body_parsed]
    return next((fate for fate in parsed if not fate.same_as(error)), parsed[0] if parsed else fates[0])


def decides(site: CallSite, *statuses: int) -> bool:
    """Whether these statuses are decided in the function of this site: the response is not left to somebody else, and
    it was not decided before it got here."""
    if site.inner is not None and not _is_open(site.inner, *statuses):
        return False
    if len(site.path) > 1 and site.inner is None:
        return False
    fates = [site.fate(status) for status in statuses]
    return all(fate is not None and not fate.open for fate in fates)


def _is_open(site: CallSite, *statuses: int) -> bool:
    return any((fate := site.fate(status)) is not None and fate.open for status in statuses)


def is_never_looked_at(site: CallSite) -> bool:
    """Whether no path looks at the status, whatever it is."""
    statuses = (HTTPStatus.OK, PLAIN_ERROR, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)
    if not decides(site, *statuses) or not all(send.hooks_known for send in site.sends):
        return False
    return not any((fate := site.fate(status)) is None or fate.looked for status in statuses)


def is_taken_for_success(site: CallSite, status: int) -> bool:
    """Whether this status meets the fate of a plain success."""
    fate, success = site.fate(status), success_fate(site)
    if fate is None or success is None or not decides(site, status, success.status):
        return False
    if not all(send.hooks_known for send in site.sends):
        return False
    return fate.same_as(success) and not fate.reads_errors


def ends_like_any_error(site: CallSite, status: int) -> bool:
    """Whether this status meets the fate of a plain error."""
    fate, error = site.fate(status), site.fate(PLAIN_ERROR)
    if fate is None or error is None or not decides(site, status, PLAIN_ERROR):
        return False
    return fate.same_as(error) and all(send.hooks_known for send in site.sends)


def is_left_to_callers(site: CallSite, status: int, handles: Callable[[CallSite], bool]) -> bool:
    """Whether the function raises on this status and somebody who calls it may handle that."""
    fate = site.fate(status)
    if fate is None or not fate.raises:
        return False
    return site.called_out_of_sight or any(handles(caller) for caller in _all_callers(site))


def _all_callers(site: CallSite) -> list[CallSite]:
    found = list(site.callers)
    for caller in found:
        found.extend(further for further in caller.callers if further not in found)
    return found


def tells_apart(site: CallSite, status: int) -> bool:
    """Whether this status meets a fate of its own here, or one that we cannot tell."""
    fate, success, error = site.fate(status), success_fate(site), site.fate(PLAIN_ERROR)
    if fate is None or success is None or error is None or fate.open:
        return True
    return not fate.same_as(success) and not fate.same_as(error)


def parses_empty_body(site: CallSite) -> bool:
    """Whether the body of a 204 is parsed, and the exception that this raises goes uncaught."""
    fate = site.fate(HTTPStatus.NO_CONTENT)
    if fate is None or not fate.empty_body_parsed:
        return False
    return all(
        (answer := caller.fate(HTTPStatus.NO_CONTENT)) is not None and answer.empty_body_parsed
        for caller in _all_callers(site)
    )


def retries_status(site: CallSite, status: int) -> bool:
    """Whether the code leads back to the request because of this status, or may do so unseen."""
    fate, success = site.fate(status), success_fate(site)
    if fate is None or success is None:
        return True
    # Code that sends again after a success too goes through pages or polls; that repeats nothing that failed.
    return fate.sent_again and not fate.same_as(success)


def is_not_retried(site: CallSite, status: int) -> bool:
    """Whether nothing repeats a request that was answered with this status."""
    if site.repeats(status) in {Repeats.YES, Repeats.UNKNOWN}:
        return False
    if retries_status(site, status) or not decides(site, status):
        return False
    return not site.called_out_of_sight and not any(retries_status(caller, status) for caller in _all_callers(site))


def unretried_sites(sites: Sequence[CallSite], status: int) -> list[CallSite]:
    """The sites at which nothing repeats a request that was answered with this status."""
    # A second request written out after the first is itself the repeat.
    written_out = {path for site in sites if (fate := site.fate(status)) for path in fate.repeated_at}
    return [site for site in sites if site.path not in written_out and is_not_retried(site, status)]


def label_of(sites: Sequence[CallSite]) -> str:
    """The operation of a finding that several call sites share, and how many more there are."""
    more = len({site.sending_node for site in sites}) - 1
    return sites[0].judged_matches[0].label + (f" and {more} more" if more else "")
