"""Whether a library follows a redirect by itself.

Verified by running requests 2.34, niquests 3.21, httpx 0.28, urllib3 2.8 and aiohttp 3.14 against a loopback server.
All but urllib3 turn the POST that was answered with 302 into a GET without a body.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Redirects:
    """What a library does with a redirect: the keyword that chooses, and what it does where nothing is said."""

    keyword: str
    default: bool


REDIRECTS = {
    "requests": Redirects("allow_redirects", True),
    "niquests": Redirects("allow_redirects", True),
    "aiohttp": Redirects("allow_redirects", True),
    "aiohttp_retry": Redirects("allow_redirects", True),
    "httpx": Redirects("follow_redirects", False),
    "urllib3": Redirects("redirect", True),
}
