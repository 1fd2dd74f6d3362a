"""URLs that a client puts together: a base and what is sent below it."""

from __future__ import annotations

import re

from flake8_ocs_status.fate.operators import concatenate, template_of, text_of
from flake8_ocs_status.fate.values import UNKNOWN, Known, Value

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://[^/?#]+(?=[/?#])", re.IGNORECASE)


def below(base: Value, url: Value, *, joins: bool) -> Value:
    """The URL that a client with this base sends to; ``joins`` is for those that do it as a browser follows a link."""
    start = _start(url)
    if _ABSOLUTE.match(start):
        return url
    if not joins:
        return concatenate(
            [base, url] if start.startswith("/") or _end(base).endswith("/") else [base, Known("/"), url]
        )
    if start.startswith("/"):
        return concatenate([_origin(base), url])
    return concatenate([_folder(base), url])


def _start(value: Value) -> str:
    first = next(iter(template_of(value)), "")
    return first if isinstance(first, str) else ""


def _end(value: Value) -> str:
    last = next(iter(reversed(template_of(value))), "")
    return last if isinstance(last, str) else ""


def _origin(base: Value) -> Value:
    """Scheme and host of a base."""
    start = _start(base)
    found = _ORIGIN.match(start)
    if found is not None:
        return Known(found[0])
    return base if _ABSOLUTE.match(start) and isinstance(base, Known) else UNKNOWN


def _folder(base: Value) -> Value:
    """A base up to its last slash."""
    parts = template_of(base)
    end = _end(base)
    if not end:
        return concatenate([UNKNOWN, Known("/")])
    if len(parts) == 1 and _ABSOLUTE.match(end) and end.count("/") == 2:
        return Known(f"{end}/")
    folder, slash, _ = end.rpartition("/")
    return text_of((*parts[:-1], folder + slash)) if slash else concatenate([UNKNOWN, Known("/")])
