"""Statuses that no registry has and that clients meet all the same: what servers, proxies and gateways in front of any
application answer with, and what people write on purpose where no status belongs.

Statuses that one application alone has made up (419, 420, 456) are not here: only its own documentation explains them.
"""

from __future__ import annotations

# Who answers with what, from the documentation of each.
_SERVERS: dict[str, frozenset[int]] = {
    # src/http/ngx_http_request.h: closed without an answer, and problems with certificates and headers.
    "nginx": frozenset({444, 494, 495, 496, 497, 498, 499}),
    # developers.cloudflare.com, "Troubleshooting Cloudflare 5XX errors".
    "Cloudflare": frozenset({520, 521, 522, 523, 524, 525, 526, 527, 530}),
    # docs.aws.amazon.com, "Troubleshoot your Application Load Balancers".
    "AWS Elastic Load Balancing": frozenset({460, 463, 464, 561}),
    # learn.microsoft.com, "HTTP status codes in IIS": login timeout, retry with, parental controls.
    "Internet Information Services": frozenset({440, 449, 450}),
    # httpd and cPanel: bandwidth limit; several services and gateways: overloaded, and timeouts that a client library
    # reports as a status (tornado.httpclient answers 599 where no answer came).
    "others": frozenset({509, 529, 598, 599}),
}
FROM_SERVERS = frozenset().union(*_SERVERS.values())

# Written where people want a number that no server answers with; some sites refuse robots with 999.
OUT_OF_RANGE_ON_PURPOSE = frozenset({600, 999})

# Close codes of WebSocket (RFC 6455, section 7.4): the protocol's own, and those of libraries and applications.
CLOSE_CODES = (range(1000, 1016), range(3000, 5000))


def is_met_in_practice(number: int) -> bool:
    """Whether an unregistered number has a meaning that many clients know."""
    return number in FROM_SERVERS or number in OUT_OF_RANGE_ON_PURPOSE


def is_close_code(number: int) -> bool:
    """Whether WebSocket can close a connection with this number."""
    return any(number in numbers for numbers in CLOSE_CODES)
