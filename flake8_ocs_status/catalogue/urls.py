"""Taking a URL template apart: is its host one of OCS, and which path segments does it have?"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from flake8_ocs_status.catalogue.templates import Template

# A hole, once the template is one text. No URL holds this character.
GAP = "\0"

_AUTHORITY = re.compile(r"([^/:]*):/+([^/]*)")
_SCHEME = re.compile(r"https?|.*\0.*")
_PORT = re.compile(r":(\d+|\d*\0)$")
# Text that is a whole host, so that a hole behind it is the path: localhost, an address, or a dot and a last label.
_WHOLE_HOST = re.compile(r"localhost|[\d.]+|\[.*\]|.*\.[a-z]{2,}")
# The first segment of a URL without a scheme that can only be a host: "localhost", "x:5590", "{…}.example.com".
_BARE_HOST = re.compile(r"localhost|127\.[\d.]+|[^:]+:\d+|\0[\w.-]*\.[a-z]{2,}(:\d+)?")
# The rest of a query whose question mark is in a hole: "{…}&count=1".
_QUERY_TAIL = re.compile(r"([^\0]*\0).*[&=]")


class Host(enum.Enum):
    """Where a URL goes."""

    OCS = enum.auto()
    UNKNOWN = enum.auto()
    FOREIGN = enum.auto()


@dataclass(frozen=True, slots=True)
class Url:
    """A URL template taken apart.

    ``segments`` are the path's segments in small letters, without empty ones, :data:`GAP` for each hole. ``open_start``
    tells that unknown segments may stand in front of them.
    """

    host: Host
    segments: tuple[str, ...]
    open_start: bool


def url_of(template: Template, hosts: tuple[str, ...]) -> Url:
    """Take ``template`` apart; ``hosts`` are the hosts of OCS, a leading ``*.`` standing for one or more labels."""
    text = _without_query(template)
    found = _AUTHORITY.match(text)
    if found is not None:
        if _SCHEME.fullmatch(found[1]) is None:
            return Url(Host.FOREIGN, (), open_start=False)
        host = _host_of(found[2], hosts)
        segments = _segments(text[found.end() :])
        open_path = found[2].endswith(GAP) or (bool(segments) and segments[0].startswith(GAP))
        return Url(host, segments, open_start=open_path or host is Host.UNKNOWN)
    segments = _segments(text)
    first = segments[0] if segments and not text.startswith("/") else ""
    if _is_ocs(first, hosts) or _BARE_HOST.fullmatch(first) is not None:
        host = _host_of(first, hosts)
        return Url(host, segments[1:], open_start=host is Host.UNKNOWN)
    return Url(Host.UNKNOWN, segments, open_start=True)


def _without_query(template: Template) -> str:
    """One text in small letters, a gap for each run of holes, up to the first ``?`` or ``#``."""
    pieces: list[str] = []
    for part in template:
        if not isinstance(part, str):
            if pieces[-1:] != [GAP]:
                pieces.append(GAP)
            continue
        path = re.split(r"[?#]", part, maxsplit=1)[0]
        if path:
            pieces.append(path.lower())
        if len(path) < len(part):
            break
    return "".join(pieces)


def _segments(path: str) -> tuple[str, ...]:
    segments = []
    for segment in filter(None, path.split("/")):
        tail = _QUERY_TAIL.match(segment)
        if tail is not None:
            segments.append(tail[1])
            break
        segments.append(segment)
    return tuple(segments)


def _is_ocs(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host.endswith(known[1:]) if known.startswith("*.") else host == known for known in hosts)


def _host_of(authority: str, hosts: tuple[str, ...]) -> Host:
    """Whose host an authority (``user@host:port``, perhaps with gaps) names."""
    host = authority.rpartition("@")[2]
    bare = _PORT.sub("", host)
    has_port = bare != host
    if _is_ocs(bare, hosts):
        return Host.OCS
    if GAP not in bare:
        return Host.FOREIGN
    if bare.endswith(GAP) and not has_port:
        # The hole may go on with the host, or be the path.
        head = bare[:-1]
        if not head:
            return Host.UNKNOWN
        inner = _host_of(head, hosts)
        if inner is Host.FOREIGN and _WHOLE_HOST.fullmatch(head) is None:
            return Host.UNKNOWN
        return inner
    tail = bare.rpartition(GAP)[2]
    return Host.UNKNOWN if any(known.lstrip("*").endswith(tail) for known in hosts) else Host.FOREIGN
