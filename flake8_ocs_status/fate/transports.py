"""Whether the transport under a request repeats it: the adapters mounted on its session, and where they apply."""

from __future__ import annotations

from collections.abc import Sequence

from flake8_ocs_status.fate.operators import template_of
from flake8_ocs_status.fate.record import Send
from flake8_ocs_status.fate.values import Adapter, Value, alternatives, constant_text
from flake8_ocs_status.transport.retries import Repeats


def repeats_status(sends: Sequence[Send], status: int) -> Repeats:
    """Whether each of these requests is repeated on this status; the least sure answer counts."""
    answers = {_repeats(send, status) for send in sends}
    for answer in (Repeats.UNKNOWN, Repeats.NO, Repeats.ONLY_WITH_RETRY_AFTER):
        if answer in answers:
            return answer
    return Repeats.YES


def _repeats(send: Send, status: int) -> Repeats:
    if not send.transport_known:
        return Repeats.UNKNOWN
    if send.session is None or not send.adapters:
        return Repeats.NO
    answers = {
        _repeated_at(send, url, method, status)
        for url in alternatives(send.url)
        for method in alternatives(send.method)
    }
    return answers.pop() if len(answers) == 1 else Repeats.UNKNOWN


def _repeated_at(send: Send, url: Value, method: Value, status: int) -> Repeats:
    """What the adapter does that requests picks for a URL: the longest mounted prefix wins (requests 2.34)."""
    start = next(iter(template_of(url)), None)
    known_start = start.lower() if isinstance(start, str) else ""
    adapters = sorted(send.adapters, key=lambda item: -len(item[0]))
    for prefix, adapter in adapters:
        if prefix == "?":
            return Repeats.UNKNOWN
        applies = _applies(prefix.lower(), known_start)
        if applies is False:
            continue
        if applies is None:
            return Repeats.UNKNOWN
        if not isinstance(adapter, Adapter):
            return Repeats.UNKNOWN
        return adapter.policy.repeats(status, constant_text(method))
    return Repeats.NO


def _applies(prefix: str, start: str) -> bool | None:
    """Whether a mounted prefix covers a URL of which this much is known."""
    if start.startswith(prefix):
        return True
    if prefix.startswith(start):
        # The rest of the URL is not known. OCS answers on https alone, so that a mount for all of https covers it.
        return True if prefix == "https://" else None
    return False
