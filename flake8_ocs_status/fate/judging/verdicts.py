"""What the fates at a call site add up to: the questions that the handling rules ask.

Every question is answered with False where the answer is not certain.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from http import HTTPStatus

from flake8_ocs_status.fate.exchange.options import carries_plain_token, follows_redirects
from flake8_ocs_status.fate.exchange.record import Fate
from flake8_ocs_status.fate.judging.afterwards import asks_for_outcome, looks_for_redirects
from flake8_ocs_status.fate.judging.callsites import CallSite
from flake8_ocs_status.transport.retries import Repeats

PLAIN_SUCCESSES = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT)
DONE = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT)
PLAIN_ERROR = HTTPStatus.BAD_REQUEST
# What code does with this, which OCS never answers, it does with every client error that it has no word for.
UNNAMED_ERROR = HTTPStatus.IM_A_TEAPOT
# What was to be made is there: code that goes on as after a success has told it from other errors.
MAY_BE_SUCCESS = frozenset({HTTPStatus.CONFLICT})


class Judgement:
    """The answers for one call site."""

    def __init__(self, site: CallSite) -> None:
        self._site = site

    @cached_property
    def success(self) -> Fate | None:
        """The fate of a plain success: of the first documented one that the code tells from an error, if it tells any.

        That the body of a 204 cannot be parsed tells nothing; such a fate counts only where there is no other. Nor does
        one that ends in nothing but exceptions: the empty body of a 204 is not the text that is expected.
        """
        error = self._site.fate(PLAIN_ERROR)
        if error is None:
            return None
        documented = [status for status in PLAIN_SUCCESSES if status in self._site.statuses]
        fates: list[Fate] = []
        # A run for each status takes its time: no further than the first that will do.
        for status in [*documented, *(status for status in PLAIN_SUCCESSES if status not in documented)]:
            fate = self._site.fate(status)
            if fate is None:
                return None
            if not fate.empty_body_parsed and not fate.fails and not fate.same_as(error):
                return fate
            fates.append(fate)
        return next((fate for fate in fates if not fate.empty_body_parsed), fates[0])

    def decides(self, *statuses: int) -> bool:
        """Whether these statuses are decided in the function of this site: the response is not left to somebody else,
        and it was not decided before it got here, where a check would tell."""
        if not all((fate := self._site.fate(status)) is not None and not fate.open for status in statuses):
            return False
        site, is_unseen = self._site, False
        if site.is_told_by_callers:
            return False
        while (inner := site.inner) is not None and not (_is_open(inner, *statuses) or inner.is_told_by_callers):
            is_unseen = is_unseen or site.is_handed_over
            if site.is_judged_inside and (inner.knows_operation or not is_unseen):
                return False
            site = inner
        return True

    @cached_property
    def _callers(self) -> tuple[CallSite, ...]:
        return self._site.all_callers

    @property
    def _hooks_known(self) -> bool:
        return all(send.hooks_known for send in self._site.sends)

    @property
    def is_never_looked_at(self) -> bool:
        """Whether no path looks at the status, whatever it is."""
        # Where the status is looked at, the first of them tells: one that is asked about anyhow, and mostly ends early.
        statuses = (HTTPStatus.SERVICE_UNAVAILABLE, PLAIN_ERROR, HTTPStatus.NOT_FOUND, HTTPStatus.OK)
        if not self._hooks_known or not all(send.client_known for send in self._site.sends):
            return False
        if all(library.raises_unasked for library in self._site.libraries):
            return False
        if any((fate := self._site.fate(status)) is None or fate.looked for status in statuses):
            return False
        return self.decides(*statuses) and not any(
            (fate := sibling.fate(HTTPStatus.OK)) is None or fate.looked for sibling in self._site.siblings
        )

    def is_taken_for_success(self, status: int) -> bool:
        """Whether this status meets the fate of a plain success."""
        fate, success = self._site.fate(status), self.success
        if fate is None or success is None or not self.decides(status, success.status):
            return False
        if fate.reads_errors or any(
            (answer := caller.fate(status)) and answer.reads_errors for caller in self._callers
        ):
            return False
        return self._hooks_known and fate.same_as(success)

    @property
    def is_taken_for_done(self) -> bool:
        """Whether a 202 meets the fate of a request that is done, and nobody asks how it ends."""
        documented = [status for status in DONE if status in self._site.statuses] or [HTTPStatus.OK]
        fate, error = self._site.fate(HTTPStatus.ACCEPTED), self._site.fate(PLAIN_ERROR)
        done = [self._site.fate(status) for status in documented]
        if fate is None or error is None or not self._hooks_known or fate.reads_errors:
            return False
        if not self.decides(HTTPStatus.ACCEPTED, *documented) or (fate.looked and fate.same_as(error)):
            return False
        # That the body of a 204 cannot be parsed tells nothing of a 202.
        alike = [other.same_as(fate) for other in done if other is not None and not other.empty_body_parsed]
        return bool(alike) and all(alike) and not asks_for_outcome(self._site, fate)

    @property
    def takes_existing_for_new(self) -> bool:
        """Whether the library follows a redirect, and what it finds there meets the fate of what was made."""
        found, made = self._site.fate(HTTPStatus.OK), self._site.fate(HTTPStatus.CREATED)
        if found is None or made is None or not self._hooks_known or not found.same_as(made):
            return False
        if not all(map(follows_redirects, self._site.sends)) or looks_for_redirects(self._site):
            return False
        return self.decides(HTTPStatus.OK, HTTPStatus.CREATED)

    def is_second_try(self, status: int) -> bool:
        """Whether this request is sent because another one of the same function was answered with this status."""
        path = self._site.path
        others = (other for other in self._site.others if other is not self._site)
        return any(
            (fate := other.fate(status)) is not None
            and path in fate.sent_after
            and (error := other.fate(PLAIN_ERROR)) is not None
            and path not in error.sent_after
            for other in others
        )

    @property
    def carries_plain_token(self) -> bool:
        """Whether nothing on the way of the request renews its token."""
        return all(map(carries_plain_token, self._site.sends))

    def ends_like_any_error(self, status: int) -> bool:
        """Whether this status meets the fate of a plain error, or of one that the code has no word for."""
        fate = self._site.fate(status)
        if fate is None or not self._hooks_known or not self._is_lumped(fate):
            return False
        return self.decides(status, PLAIN_ERROR) or self._swallows(status)

    def _is_lumped(self, fate: Fate) -> bool:
        """Whether the code does just the same for a plain error, or for one that it has no word for."""
        errors = (self._site.fate(status) for status in (PLAIN_ERROR, UNNAMED_ERROR))
        return any(error is not None and fate.same_as(error) for error in errors)

    def _swallows(self, status: int) -> bool:
        """Whether the function that sends the request raises on this status, leaves it to its callers to tell it apart,
        and the exception ends here."""
        inner, fate = self._site.inner, self._site.fate(status)
        if inner is None or fate is None or fate.raises or fate.open:
            return False
        return Judgement(inner).is_left_to_callers(status)

    def expects(self, status: int) -> bool:
        """Whether this status meets a fate of its own, here or at somebody who calls this function."""
        sites = (self._site, *self._callers)
        pairs = ((site.fate(status), site.fate(PLAIN_ERROR)) for site in sites)
        return any(fate is not None and error is not None and not fate.same_as(error) for fate, error in pairs)

    def tells_apart(self, status: int) -> bool:
        """Whether this status meets a fate of its own here, or one that we cannot tell."""
        fate, success = self._site.fate(status), self.success
        if fate is None or success is None or fate.open:
            return True
        return (status in MAY_BE_SUCCESS or not fate.same_as(success)) and not self._is_lumped(fate)

    def is_left_to_callers(self, status: int) -> bool:
        """Whether the function raises on this status and somebody who calls it may tell it apart."""
        fate = self._site.fate(status)
        if fate is None or not fate.raises:
            return False
        # Of an exception that carries nothing of the answer nobody can tell where it came from.
        may_be_unseen = self._site.may_be_repeated_unseen or (self._site.called_out_of_sight and fate.checked)
        return self._any_caller(lambda caller: caller.tells_apart(status), may_be_unseen)

    @property
    def parses_empty_body(self) -> bool:
        """Whether the body of a 204 is parsed, and the exception that this raises goes uncaught."""
        status = HTTPStatus.NO_CONTENT
        if self._site.leaves_body:
            return False
        fate, inner = self._site.fate(status), self._site.inner
        if fate is None or fate.open or not fate.empty_body_parsed or self._site.is_told_by_callers:
            return False
        if inner is not None and self._site.is_judged_inside and _parses_nothing(inner):
            # That is said there.
            return False
        return all(map(_parses_nothing, self._callers))

    def retries(self, status: int) -> bool:
        """Whether the code leads back to the request because of this status, or may do so unseen."""
        fate = self._site.fate(status)
        if fate is None:
            return True
        if not fate.sent_again or self.success is None or not _goes_on_like(fate, self.success):
            return fate.sent_again
        # Code that sends again after a success too goes through pages, polls or begins anew; that repeats nothing that
        # failed, unless there is another way back.
        return not fate.repeats <= self.success.repeats

    def is_not_retried(self, status: int) -> bool:
        """Whether nothing repeats a request that was answered with this status."""
        is_ours = self.decides(status) or self._brings_the_client(status)
        return is_ours and self._is_unrepeated(status, self._site.repeats(status))

    def is_not_retried_by_default(self, status: int) -> bool:
        """The same, where what is out of sight may be put in the place of the client, or be given the answer."""
        fate = self._site.fate(status)
        is_ours = self.decides(status) or self._brings_the_client(status)
        if fate is not None and not fate.handed_on and not fate.sent_again:
            is_ours = is_ours or len(self._site.path) == 1
        return is_ours and self._is_unrepeated(status, self._site.repeats_by_default(status))

    def _is_unrepeated(self, status: int, repeats: Repeats) -> bool:
        if repeats in {Repeats.YES, Repeats.UNKNOWN}:
            return False
        if self.retries(status):
            return False
        return not self._any_caller(lambda caller: caller.retries(status), self._site.may_be_repeated_unseen)

    def _brings_the_client(self, status: int) -> bool:
        """Whether the function that sends does not know its transport, or how it sends, and this one does."""
        inner, fate = self._site.inner, self._site.fate(status)
        return (inner is None or inner.repeats(status) is Repeats.UNKNOWN) and fate is not None and not fate.open

    def _any_caller(self, handles: Callable[[Judgement], bool], may_be_unseen: bool) -> bool:
        """Whether somebody who calls this function handles what it raises, as far as callers are in sight."""
        return may_be_unseen or any(
            # Whoever is handed a lambda handles what comes of it.
            isinstance(caller.function, ast.Lambda) or handles(Judgement(caller))
            for caller in self._callers
        )


def _goes_on_like(fate: Fate, success: Fate) -> bool:
    """Whether what leads back to the request is what leads on after a success: the code does just the same, or it comes
    to the same request once more, written out later on, because of what else the answer says."""
    if fate.same_as(success):
        return True
    if success.sent_again or any(repeat.certain and not repeat.told_by_body for repeat in fate.repeats):
        return False
    return fate.repeats <= success.repeats and fate.reached <= success.reached


def _is_open(site: CallSite, *statuses: int) -> bool:
    return any((fate := site.fate(status)) is not None and fate.open for status in statuses)


def _parses_nothing(site: CallSite) -> bool:
    return (fate := site.fate(HTTPStatus.NO_CONTENT)) is not None and fate.empty_body_parsed


def unretried_sites(sites: Sequence[CallSite], status: int) -> list[CallSite]:
    """The sites at which nothing repeats a request that was answered with this status."""
    return [site for site in first_requests(sites, status) if Judgement(site).is_not_retried(status)]


def sites_with_idle_retries(sites: Sequence[CallSite], status: int) -> list[CallSite]:
    """The same, and those at which a client may be given, and nothing repeats what goes through the one that is made
    where none is."""
    return [site for site in first_requests(sites, status) if Judgement(site).is_not_retried_by_default(status)]


def first_requests(sites: Sequence[CallSite], status: int) -> list[CallSite]:
    """The sites but for those that are themselves the repeat of another one, written out after it."""
    requests = Counter(site.function for site in sites)
    several = [site for site in sites if requests[site.function] > 1]
    written_out = {
        path for site in several if (fate := site.fate(status)) for path in fate.repeated_at if path != site.path
    }
    return [site for site in sites if site.path not in written_out]
