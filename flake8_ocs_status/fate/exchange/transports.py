"""Whether the transport under a request repeats it: the adapters mounted on its session, and where they apply."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flake8_ocs_status.fate.exchange.record import Send
from flake8_ocs_status.fate.values import Adapter, Value
from flake8_ocs_status.fate.values.knowledge import alternatives, constant_text
from flake8_ocs_status.fate.values.texts import template_of
from flake8_ocs_status.transport.clients import REQUESTS
from flake8_ocs_status.transport.retries import NO_RETRY, UNKNOWN_POLICY, Repeats, RetryPolicy

# A session of requests has an adapter of its own for each of these (requests 2.34).
_OWN_PREFIXES = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class TransportAnswer:
    """What the transport does with one request: the policy that it picks, and the call that made the policy."""

    policy: RetryPolicy
    method: str | None
    origin: ast.Call | None = None

    def repeats(self, status: int) -> Repeats:
        """Whether it repeats the request on this status."""
        return self.policy.repeats(status, self.method)


def transport_answers(send: Send) -> Iterator[TransportAnswer]:
    """What the transport does with a request, for each method and URL that it may have, and each adapter that may be
    the one that is picked."""
    for method in alternatives(send.method):
        name = constant_text(method)
        if not send.transport_known:
            yield TransportAnswer(UNKNOWN_POLICY, name)
        elif not send.adapters:
            yield TransportAnswer(NO_RETRY, name)
        else:
            for url in alternatives(send.url):
                for adapter in _adapters_for(send, url):
                    if adapter is None:
                        yield TransportAnswer(NO_RETRY, name)
                    else:
                        yield TransportAnswer(adapter.policy, name, adapter.origin)


def repeats_status(sends: Sequence[Send], status: int) -> Repeats:
    """Whether each of these requests is repeated on this status; the least sure answer counts.

    Through which of two sessions a request goes, one that repeats and one that does not, something decides that is not
    known; what it is may be the very thing that decides whether OCS is asked at all.
    """
    by_session: dict[object, set[Repeats]] = {}
    for send in sends:
        by_session.setdefault(send.session, set()).add(_repeats(send, status))
    answers = set().union(*by_session.values())
    if {Repeats.YES} in by_session.values() and any(Repeats.YES not in found for found in by_session.values()):
        return Repeats.UNKNOWN
    for answer in (Repeats.UNKNOWN, Repeats.NO, Repeats.ONLY_WITH_RETRY_AFTER):
        if answer in answers:
            return answer
    return Repeats.YES


def _repeats(send: Send, status: int) -> Repeats:
    answers = {answer.repeats(status) for answer in transport_answers(send)}
    if answers == {Repeats.NO, Repeats.ONLY_WITH_RETRY_AFTER}:
        return Repeats.ONLY_WITH_RETRY_AFTER
    return answers.pop() if len(answers) == 1 else Repeats.UNKNOWN


def reason_of(sends: Sequence[Send], origin: ast.expr, status: int) -> tuple[Repeats, str]:
    """Whether the policy that ``origin`` makes repeats these requests on this status, and why it does not always."""
    for send in sends:
        for answer in transport_answers(send):
            if answer.origin is origin and answer.repeats(status) is not Repeats.YES:
                return answer.repeats(status), answer.policy.why_not(status, answer.method)
    prefixes = {
        prefix
        for send in sends
        for prefix, adapter in send.adapters
        if any(isinstance(one, Adapter) and one.origin is origin for one in alternatives(adapter))
    }
    outdone = sorted(prefix for prefix in prefixes if any(_is_outdone(send, prefix) for send in sends))
    if outdone:
        return Repeats.NO, f"mounted for {outdone[0]!r} it is never picked; mount it for https://"
    return Repeats.NO, f"it is mounted for {' and '.join(sorted(prefixes))} alone"


def lacking_policy(sends: Sequence[Send], origin: ast.expr, status: int) -> RetryPolicy | None:
    """The policy that ``origin`` makes, where nothing but a missing status keeps it from repeating these requests."""
    for send in sends:
        for answer in transport_answers(send):
            if answer.origin is origin and answer.repeats(status) is not Repeats.YES:
                return answer.policy if answer.policy.lacks(status, answer.method) else None
    return None


def _adapters_for(send: Send, url: Value) -> list[Adapter | None]:
    """The adapters that requests may pick for a URL: the longest mounted prefix wins (requests 2.34); None stands for
    the one that it has itself."""
    start = next(iter(template_of(url)), None)
    known_start = start.lower() if isinstance(start, str) else ""
    found: list[Adapter | None] = []
    # A prefix that is not known may be longer than any other.
    for prefix, adapter in sorted(send.adapters, key=lambda item: (item[0] != "?", -len(item[0]))):
        applies = None if prefix == "?" else not _is_outdone(send, prefix) and _applies(prefix.lower(), known_start)
        if applies is not False:
            for one in alternatives(adapter):
                found.append(one if isinstance(one, Adapter) else Adapter(UNKNOWN_POLICY))
        if applies:
            return found
    return [*found, None]


def _is_outdone(send: Send, prefix: str) -> bool:
    """Whether a session of requests never picks what is mounted for a prefix: one of those that it has itself covers
    the same URLs, and is longer, or was there first where they differ in the case of their letters (requests 2.34)."""
    if send.library is not REQUESTS or send.session is None or prefix in _OWN_PREFIXES:
        return False
    return any(own.startswith(prefix.lower()) for own in _OWN_PREFIXES)


def _applies(prefix: str, start: str) -> bool | None:
    """Whether a mounted prefix covers a URL of which this much is known."""
    if start.startswith(prefix):
        return True
    if prefix.startswith(start):
        # The rest of the URL is not known. OCS answers on https alone, so that a mount for all of https covers it.
        return True if prefix == "https://" else None
    return False
