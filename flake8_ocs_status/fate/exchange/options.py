"""Options of a request that change what comes back: who authorizes it, and whether redirects are followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.values import NONE, UNKNOWN, Items, Known, Value
from flake8_ocs_status.transport.redirects import REDIRECTS

if TYPE_CHECKING:
    from flake8_ocs_status.fate.exchange.record import Send

Options = tuple[tuple[str, Value], ...]
# Keywords of a call and of a client, and attributes of a client.
NAMES = ("auth", *dict.fromkeys(redirects.keyword for redirects in REDIRECTS.values()))


def options_of(keywords: Mapping[str | None, Value], client: Mapping[str, Value]) -> Options:
    """The options of a call: its own, else those of the client that it goes through."""
    found: dict[str, Value] = {}
    for name in NAMES:
        if name in keywords:
            found[name] = keywords[name]
        elif None in keywords:
            found[name] = UNKNOWN
        elif name in client:
            found[name] = client[name]
    return tuple(found.items())


def follows_redirects(send: Send) -> bool:
    """Whether the library certainly follows a redirect of this request."""
    redirects = REDIRECTS.get(send.library.name)
    if redirects is None or not send.transport_known:
        return False
    chosen = dict(send.options).get(redirects.keyword, Known(redirects.default))
    return isinstance(chosen, Known) and bool(chosen.value)


def carries_plain_token(send: Send) -> bool:
    """Whether the request certainly sends what it is given for a token, and nothing on its way fetches a new one."""
    if not (send.transport_known and send.hooks_known and send.client_known):
        return False
    authorization = dict(send.options).get("auth", NONE)
    # A pair is a user and a password.
    return authorization == NONE or isinstance(authorization, Items)
