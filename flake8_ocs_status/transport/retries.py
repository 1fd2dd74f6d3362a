"""Retry policies of transports: will this transport repeat a request that was answered with this status?

urllib3's ``Retry`` as read off urllib3 2.8 and 1.26 and verified through requests 2.34; httpx's ``HTTPTransport``
(0.28) repeats connection errors only; httpx-retries 0.6; aiohttp-retry 2.9. niquests 3.21 hands ``Session(retries=…)``
to the adapters of https and http, and repeats as requests does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
        "niquests.RetryConfiguration",
        "niquests.adapters.RetryConfiguration",
        "niquests.packages.urllib3.Retry",
        "niquests.packages.urllib3.util.Retry",
        "niquests.packages.urllib3.util.retry.Retry",
    }
)
ADAPTER_PATHS = frozenset(
    {"requests.adapters.HTTPAdapter", "requests.sessions.HTTPAdapter", "niquests.adapters.HTTPAdapter"}
)
RETRY_PARAMETERS = (
    "total", "connect", "read", "redirect", "status", "other", "allowed_methods", "status_forcelist", "backoff_factor",
)  # fmt: skip
# A subclass of Retry that defines one of these decides for itself; the second set only concerns how long it waits.
RETRY_DECISIONS = frozenset({"__init__", "__new__", "new", "is_retry", "increment", "is_exhausted", "from_int"})
RETRY_DELAYS = frozenset({"sleep", "get_backoff_time", "get_retry_after", "parse_retry_after", "sleep_for_retry"})

HTTPX_TRANSPORT_PATHS = frozenset({"httpx.HTTPTransport", "httpx.AsyncHTTPTransport"})
HTTPX_RETRY_TRANSPORT_PATHS = frozenset({"httpx_retries.RetryTransport", "httpx_retries.transport.RetryTransport"})
HTTPX_RETRY_PATHS = frozenset({"httpx_retries.Retry", "httpx_retries.retry.Retry"})
HTTPX_RETRY_PARAMETERS = ("total", "allowed_methods", "status_forcelist", "retry_on_exceptions", "backoff_factor")
HTTPX_RETRY_STATUSES = frozenset({429, 502, 503, 504})

# The options of aiohttp-retry by class: the names of the parameters in their order.
_AIOHTTP_FIRST = ("attempts", "start_timeout", "max_timeout", "factor", "statuses", "exceptions", "methods")
AIOHTTP_RETRY_OPTIONS: dict[str, tuple[str, ...]] = {
    "ExponentialRetry": (*_AIOHTTP_FIRST, "retry_all_server_errors", "evaluate_response_callback"),
    "JitterRetry": (*_AIOHTTP_FIRST, "random_interval_size", "retry_all_server_errors", "evaluate_response_callback"),
    "RetryOptions": (*_AIOHTTP_FIRST, "retry_all_server_errors", "evaluate_response_callback"),
    "RandomRetry": ("attempts", "statuses", "exceptions", "methods", "min_timeout", "max_timeout"),
    "ListRetry": ("timeouts", "statuses", "exceptions", "methods", "retry_all_server_errors"),
    "FibonacciRetry": ("attempts", "multiplier", "statuses", "exceptions", "methods", "max_timeout"),
}
AIOHTTP_RETRY_PATHS = frozenset(
    f"{module}.{name}" for module in ("aiohttp_retry", "aiohttp_retry.retry_options") for name in AIOHTTP_RETRY_OPTIONS
)
# Which parameters make it wait: with 0 in one of them it does not.
AIOHTTP_RETRY_WAITS = {
    "ExponentialRetry": ("start_timeout", "max_timeout", "factor"),
    "RetryOptions": ("start_timeout", "max_timeout", "factor"),
    "FibonacciRetry": ("multiplier", "max_timeout"),
    "JitterRetry": ("random_interval_size",),
}
AIOHTTP_RETRY_ATTEMPTS = 3
SERVER_ERRORS = frozenset(range(500, 600))

# What makes a policy, or a transport that holds one.
POLICY_PATHS = (
    RETRY_PATHS
    | ADAPTER_PATHS
    | HTTPX_TRANSPORT_PATHS
    | HTTPX_RETRY_PATHS
    | HTTPX_RETRY_TRANSPORT_PATHS
    | AIOHTTP_RETRY_PATHS
)

DEFAULT_TOTAL = 10
DEFAULT_METHODS = frozenset({"HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"})
# The class attributes that hold them: since urllib3 1.26, and before.
DEFAULT_METHOD_NAMES = frozenset({"DEFAULT_ALLOWED_METHODS", "DEFAULT_METHOD_WHITELIST"})
RETRY_AFTER_STATUSES = frozenset({413, 429, 503})


class Repeats(Enum):
    """Whether a transport repeats a request by itself."""

    YES = "yes"
    NO = "no"
    ONLY_WITH_RETRY_AFTER = "only when the server sends Retry-After"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Wording:
    """How the library calls what a message speaks of; ``remedy`` is for a policy that knows no statuses at all."""

    forcelist: str = "status_forcelist"
    methods: str = "allowed_methods"
    attempts: str = "total"
    remedy: str = ""


URLLIB3_WORDING = Wording()
NUMBER_WORDING = Wording(remedy="a number of retries is for failed connections; use Retry(status_forcelist=[…])")
HTTPX_WORDING = Wording(remedy="HTTPTransport(retries=…) repeats failed connections only")
CHECKED_WORDING = Wording(remedy="raise_for_status of the session raises before it looks at the status")
AIOHTTP_WORDING = Wording(forcelist="statuses", methods="methods", attempts="attempts")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The retry policy of a transport.

    ``attempts`` is how many repeats the effective limits leave for a bad status (None: no limit);
    ``forcelist`` holds the statuses; ``methods`` the methods as they are written, None for every method.
    ``retry_after`` are the statuses outside the forcelist that it repeats when the server sends Retry-After, and
    ``heeds_retry_after`` tells whether it waits as long as that header says.
    ``repeats_errors`` tells whether it repeats what the check of a status raises, whatever the method and the status.
    ``repeats_statuses`` is False for a transport that repeats failed connections only. ``waits`` tells whether it waits
    between two tries on its own account, None when that is not known. ``texts`` tells that the forcelist holds texts.
    ``known`` is False when what it repeats could not be worked out. ``doubts`` are the parts (fields of this class) of
    which that alone is so: what is sure without them still is.
    """

    attempts: int | None = DEFAULT_TOTAL
    forcelist: frozenset[int] = frozenset()
    methods: frozenset[str] | None = DEFAULT_METHODS
    retry_after: frozenset[int] = RETRY_AFTER_STATUSES
    heeds_retry_after: bool = True
    repeats_statuses: bool = True
    waits: bool | None = False
    texts: bool = False
    repeats_errors: bool | None = False
    known: bool = True
    doubts: frozenset[str] = frozenset()
    wording: Wording = URLLIB3_WORDING

    @property
    def is_meant(self) -> bool:
        """Whether anybody meant to retry: it repeats something, or names statuses to repeat."""
        return not self.known or "attempts" in self.doubts or self.attempts != 0 or bool(self.forcelist)

    @property
    def is_bounded(self) -> bool:
        """Whether it gives up at some time."""
        return self.attempts is not None or "attempts" in self.doubts

    def repeats(self, status: int, method: str | None) -> Repeats:
        """Whether this policy repeats ``status`` for ``method`` (None: one that is not known).

        What is not in the forcelist is repeated for no method, or at most when the server sends Retry-After.
        """
        if not self.known:
            return Repeats.UNKNOWN
        if not self.repeats_statuses or (self.attempts is not None and self.attempts <= 0):
            return Repeats.NO
        if self.methods is not None and method is not None and method.upper() not in self.methods:
            return Repeats.NO
        if status in self.forcelist:
            doubtful = self.methods is not None and method is None
            return Repeats.UNKNOWN if doubtful or self.doubts & {"attempts", "methods"} else Repeats.YES
        if "forcelist" in self.doubts:
            return Repeats.UNKNOWN
        return Repeats.ONLY_WITH_RETRY_AFTER if status in self.retry_after else Repeats.NO

    def lacks(self, status: int, method: str | None) -> bool:
        """Whether it would repeat ``status`` for ``method`` if only the status were in the forcelist."""
        added = replace(self, forcelist=self.forcelist | {status}, doubts=self.doubts - {"attempts"})
        is_for_statuses = self.known and not self.texts and not self.wording.remedy
        return is_for_statuses and status not in self.forcelist and added.repeats(status, method) is Repeats.YES

    def why_not(self, status: int, method: str | None) -> str:
        """What keeps this policy from repeating ``status`` for ``method``, and what to change, for a message."""
        words = self.wording
        if not self.repeats_statuses or (words.remedy and status not in self.forcelist):
            return words.remedy
        if self.attempts is not None and self.attempts <= 0:
            return f"{words.attempts} leaves no repeat"
        named = (method or "").upper()
        if self.methods is not None and method is not None and named not in self.methods:
            if named in map(str.upper, self.methods):
                return f"{words.methods} must be in capitals"
            return f"{words.methods} leaves out {named}"
        if self.texts:
            return f"{words.forcelist} must hold integers"
        return f"add {int(status)} to {words.forcelist}"


UNKNOWN_POLICY = RetryPolicy(known=False, waits=None)
NO_RETRY = RetryPolicy(attempts=0)
CONNECTIONS_ONLY = RetryPolicy(repeats_statuses=False, wording=HTTPX_WORDING)
