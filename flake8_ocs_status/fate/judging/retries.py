"""How a request is repeated: the ways that lead back to it, and what they do in between.

Every question is answered with False where the answer is not certain.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from flake8_ocs_status.fate.exchange.record import Ending, Fate, Repeat
from flake8_ocs_status.fate.exchange.transports import TransportAnswer, transport_answers
from flake8_ocs_status.fate.judging.callsites import CallSite
from flake8_ocs_status.fate.judging.verdicts import Judgement
from flake8_ocs_status.fate.values.knowledge import alternatives, constant_text
from flake8_ocs_status.fate.values.texts import template_of
from flake8_ocs_status.transport.retries import Repeats

UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
# What no repetition mends; a 401 and a 412 only without a new token, without reading again.
PERMANENT = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.PRECONDITION_FAILED,
)
MENDED_ON_THE_WAY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PRECONDITION_FAILED})
# Where servers tell whether they are up.
PROBE = re.compile(r"/(health|healthz|healthcheck|ready|readyz|readiness|live|livez|liveness|ping|status)/?$", re.I)
# After one of these nobody knows whether the request was carried out.
MAY_HAVE_BEEN_APPLIED = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
READING = frozenset({"GET", "HEAD", "OPTIONS"})
APPLIED_TWICE = frozenset({"POST", "PATCH"})


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a request is repeated, and the place to point at: a policy, or the call in a loop."""

    place: ast.expr
    waits: bool | None
    bounded: bool | None
    heeds_retry_after: bool | None
    may_change: bool = False
    told_by_body: bool = False


class Repetition:
    """How one call site repeats its request."""

    def __init__(self, site: CallSite) -> None:
        self.site = site
        self._judgement = Judgement(site)

    def ways(self, status: int) -> list[Way]:
        """The ways that certainly repeat the request on this status; empty where any of them is not certain."""
        found = [_way_of_transport(answer) for answer in self._transports(status)]
        fate = self.site.fate(status)
        if fate is None:
            return []
        if fate.sent_again and self._is_because_of(fate):
            for repeat in fate.repeats:
                if repeat.origin is not None and not repeat.certain:
                    return []
                if repeat.certain and (repeat.origin is not None or self._is_written_here(status)):
                    found.append(self._way_of(repeat, status))
        return list(dict.fromkeys(found))

    def _transports(self, status: int) -> Iterator[TransportAnswer]:
        """What transports say that certainly repeat the request, where nobody else's client is put in their place."""
        if self.site.repeats_by_default(status) is Repeats.YES:
            for send in self.site.sends_by_default:
                for answer in transport_answers(send):
                    if answer.origin is not None and answer.repeats(status) is Repeats.YES:
                        yield answer

    def _is_because_of(self, fate: Fate) -> bool:
        """Whether it is the status that leads back, and not a loop that goes on whatever was answered."""
        success = self._judgement.success
        if success is None or fate.same_as(success):
            return False
        # What it raises itself because of the body is an error, too.
        repeats = [repeat for repeat in success.repeats if repeat.certain and not repeat.after_error]
        if not repeats:
            return True
        # Whoever reads again waits for something. Whoever writes again because of what a good answer says has been
        # refused, and an error that is caught, or has code of its own, is repeated for its own sake.
        if not self._methods <= APPLIED_TWICE or not all(repeat.told_by_body for repeat in repeats):
            return False
        return not fate.reached <= success.reached or all(repeat.after_error for repeat in fate.repeats)

    @cached_property
    def _methods(self) -> frozenset[str | None]:
        """The methods that the request may be sent with, None for one that is not known."""
        methods = {constant_text(method) for send in self.site.sends for method in alternatives(send.method)}
        return frozenset(method and method.upper() for method in methods)

    def _is_written_here(self, status: int) -> bool:
        """Whether the loop is in the function of this site, and not in one that it calls."""
        inner = self.site.inner
        if inner is None:
            # What this function calls can only be followed from here: it is handed what sends.
            return True
        fate = inner.fate(status)
        return fate is not None and not any(repeat.origin is None for repeat in fate.repeats)

    def _way_of(self, repeat: Repeat, status: int) -> Way:
        if repeat.origin is not None:
            return Way(
                repeat.origin,
                repeat.waits,
                repeat.bounded,
                repeat.heeds_retry_after,
                repeat.may_change,
                repeat.told_by_body,
            )
        bounded = False if self._never_ends(status) else None
        return Way(
            self.site.node, repeat.waits, bounded, repeat.heeds_retry_after, repeat.may_change, repeat.told_by_body
        )

    def _never_ends(self, status: int) -> bool:
        """Whether the function sends the request for ever, as long as it is answered with this status."""
        fate = self.site.lasting_fate(status)
        if fate is None or fate.opaque or not fate.sent_again:
            return False
        return all(end.ending is Ending.SENT_AGAIN for end in fate.ends)

    @cached_property
    def is_repeated(self) -> bool:
        """Whether anything repeats the request when the service is unavailable, or when it is wrong."""
        return bool(self.ways(UNAVAILABLE) or self.ways(PERMANENT[0]))

    def without_delay(self) -> list[Way]:
        """The ways that repeat an unavailable service at once, if no way waits."""
        ways = self.ways(UNAVAILABLE)
        return ways if all(way.waits is False for way in ways) else []

    def without_end(self) -> list[Way]:
        """The ways that repeat an unavailable service for ever."""
        return [way for way in self.ways(UNAVAILABLE) if way.bounded is False]

    def ignoring_retry_after(self) -> list[Way]:
        """The ways that repeat an unavailable service without a look at how long it asks to wait."""
        return [way for way in self.ways(UNAVAILABLE) if way.heeds_retry_after is False]

    def permanent_failures(self) -> dict[ast.expr, list[int]]:
        """The statuses that are repeated in vain, under the place that repeats them."""
        if not self.is_repeated or self._waits_for_a_start:
            return {}
        found: dict[ast.expr, list[int]] = {}
        for status in PERMANENT:
            fate = self.site.fate(status)
            if fate is None or fate.open:
                # Something out of sight may tell it apart, such as a search for its number in a text.
                continue
            for way in self.ways(status):
                # What the body says may pass, such as a login that is still awaited.
                if not way.told_by_body and not (way.may_change and status in MENDED_ON_THE_WAY):
                    found.setdefault(way.place, []).append(int(status))
        # Whoever repeats nothing but a 404 waits for something to appear.
        return {
            place: statuses
            for place, statuses in found.items()
            if self._is_policy(place) or statuses != [HTTPStatus.NOT_FOUND]
        }

    @property
    def _waits_for_a_start(self) -> bool:
        """Whether the request asks whether a server is up: whatever it answers until then will pass.

        Nothing but the status is asked of the answer, or the path is called after that.
        """
        success = self._judgement.success
        if self._methods <= READING and success is not None and not success.used and not success.open:
            return True
        urls = (template_of(url) for send in self.site.sends for url in alternatives(send.url))
        return any(url and isinstance(url[-1], str) and PROBE.search(url[-1]) for url in urls)

    def _is_policy(self, place: ast.expr) -> bool:
        return place is not self.site.node

    def applied_twice(self) -> dict[ast.expr, list[int]]:
        """The statuses after which a request that changes something is repeated, though it may have been applied."""
        if not self._methods <= APPLIED_TWICE:
            return {}
        found: dict[ast.expr, list[int]] = {}
        for status in MAY_HAVE_BEEN_APPLIED:
            for way in self.ways(status):
                found.setdefault(way.place, []).append(int(status))
        return found


def _way_of_transport(answer: TransportAnswer) -> Way:
    assert answer.origin is not None
    policy = answer.policy
    return Way(answer.origin, policy.waits, policy.is_bounded, policy.heeds_retry_after)
