"""The statuses that OCS answers with, as its status page lists them, and what a client does about each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """One status. ``name`` is the phrase; ``meaning`` and ``advice`` are one line each, without a full stop."""

    number: int
    name: str
    meaning: str
    advice: str


# The reference's page "HTTP status codes" has these and no others; what a client should do is read from RFC 9110, from
# RFC 4918 for 207, and from how the operations' own pages use them.
_STATUSES = (
    Status(200, "OK", "the request did what it asked for", "use the body"),
    Status(201, "Created", "the request made a new resource", "use the body, which is the resource as it was stored"),
    Status(
        202,
        "Accepted",
        "the request waits in a queue and nothing has been done yet",
        "ask again later whether it is done before relying on it",
    ),
    Status(204, "No Content", "the request succeeded and the answer has no body", "do not parse the body"),
    Status(
        207,
        "Multi-Status",
        "some items of the request succeeded and others may have failed",
        "read the per-item errors in the body and deal with each failed item",
    ),
    Status(
        302,
        "Found",
        "the resource is at the address in Location; as the answer to a create, it exists already",
        "do not follow it blindly: compare what exists with what was to be created",
    ),
    Status(400, "Bad Request", "the request is malformed or invalid", "correct the request; repeating it cannot help"),
    Status(
        401,
        "Unauthorized",
        "the token is missing, expired or not valid",
        "fetch a new token and send the request once more",
    ),
    Status(
        403,
        "Forbidden",
        "the identity behind the token lacks the role or access right",
        "report it; an administrator has to grant the right",
    ),
    Status(
        404,
        "Not Found",
        "there is no such resource, or it is hidden from this identity",
        "treat it as absent, or check the ids in the path",
    ),
    Status(
        405,
        "Method Not Allowed",
        "the resource does not offer this method, for example because it is read-only",
        "use a method that the resource documents",
    ),
    Status(
        408,
        "Request Timeout",
        "the server gave up waiting for the request",
        "send it again after a delay, with less data if it happens again",
    ),
    Status(
        409,
        "Conflict",
        "the request contradicts the present state, for example because the id is taken",
        "read the resource and decide between using, changing and renaming it",
    ),
    Status(
        412,
        "Precondition Failed",
        "a precondition such as If-Match does not hold: somebody else changed the resource",
        "read the resource again, redo the change on it and send that with the new ETag",
    ),
    Status(
        500,
        "Internal Server Error",
        "the server failed on the request",
        "report it with the operation id of the answer",
    ),
    Status(
        503,
        "Service Unavailable",
        "the server cannot handle the request for the moment",
        "send it again after a growing delay, or after the time in Retry-After",
    ),
)

STATUSES: dict[int, Status] = {status.number: status for status in _STATUSES}
