"""Retry policies of transports: will this transport repeat a request that was answered with this status?

urllib3's ``Retry`` as read off urllib3 2.8 and 1.26 and verified through requests 2.34; httpx's ``HTTPTransport``
(0.28) repeats connection errors only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

RETRY_PATHS = frozenset(
    {
        "urllib3.Retry",
        "urllib3.util.Retry",
        "urllib3.util.retry.Retry",
        "requests.adapters.Retry",
        "requests.packages.urllib3.Retry",
        "requests.packages.urllib3.util.Retry",
        "requests.packages.urllib3.util.retry.Retry",
    }
)
ADAPTER_PATHS = frozenset({"requests.adapters.HTTPAdapter", "requests.sessions.HTTPAdapter"})
RETRY_PARAMETERS = ("total", "connect", "read", "redirect", "status", "other", "allowed_methods", "status_forcelist")
HTTPX_TRANSPORT_PATHS = frozenset({"httpx.HTTPTransport", "httpx.AsyncHTTPTransport"})
POLICY_PATHS = RETRY_PATHS | ADAPTER_PATHS | HTTPX_TRANSPORT_PATHS

DEFAULT_TOTAL = 10
DEFAULT_METHODS = frozenset({"HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"})
RETRY_AFTER_STATUSES = frozenset({413, 429, 503})


class Repeats(Enum):
    """Whether a transport repeats a request by itself."""

    YES = "yes"
    NO = "no"
    ONLY_WITH_RETRY_AFTER = "only when the server sends Retry-After"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """An urllib3 ``Retry``.

    ``attempts`` is how many repeats the effective limits leave for a bad status (None: no limit);
    ``forcelist`` holds the statuses; ``methods`` the upper-case methods, None for every method.
    ``repeats_statuses`` is False for a transport that repeats failed connections only. ``known`` is False when any
    part could not be worked out.
    """

    attempts: int | None = DEFAULT_TOTAL
    forcelist: frozenset[int] = frozenset()
    methods: frozenset[str] | None = DEFAULT_METHODS
    respects_retry_after: bool = True
    repeats_statuses: bool = True
    known: bool = True

    @property
    def is_meant(self) -> bool:
        """Whether anybody meant to retry: it repeats something, or names statuses to repeat."""
        return not self.known or self.attempts != 0 or bool(self.forcelist)

    def repeats(self, status: int, method: str | None) -> Repeats:
        """Whether this policy repeats ``status`` for ``method`` (None: any method)."""
        if not self.known:
            return Repeats.UNKNOWN
        if not self.repeats_statuses or (self.attempts is not None and self.attempts <= 0):
            return Repeats.NO
        if self.methods is not None:
            if method is None:
                return Repeats.UNKNOWN
            if method.upper() not in self.methods:
                return Repeats.NO
        if status in self.forcelist:
            return Repeats.YES
        if self.respects_retry_after and status in RETRY_AFTER_STATUSES:
            return Repeats.ONLY_WITH_RETRY_AFTER
        return Repeats.NO


UNKNOWN_POLICY = RetryPolicy(known=False)
NO_RETRY = RetryPolicy(attempts=0)
CONNECTIONS_ONLY = RetryPolicy(repeats_statuses=False)
