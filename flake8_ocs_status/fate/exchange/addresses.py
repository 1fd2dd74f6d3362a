"""URLs that a client puts together: a base and what is sent below it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flake8_ocs_status.catalogue.templates import HOLE
from flake8_ocs_status.fate.values import UNKNOWN, Choice, Known, Text, Value
from flake8_ocs_status.fate.values.knowledge import about
from flake8_ocs_status.fate.values.texts import concatenate, is_text, template_of, text_of

URL_CLASSES = frozenset({"httpx.URL", "yarl.URL"})
# Paths that lead nowhere on this machine: people make URLs of them (CPython 3.10 to 3.13).
PATH_CLASSES = frozenset({"pathlib.PurePosixPath", "pathlib.PurePath"})
# Methods of a URL that change nothing but its query, and those that make it a text.
_OF_QUERIES = frozenset(
    {
        "with_query",
        "update_query",
        "extend_query",
        "copy_merge_params",
        "copy_set_param",
        "copy_add_param",
        "human_repr",
        "as_posix",
    }
)

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


def address_of(arguments: Sequence[Value], keywords: Mapping[str | None, Value]) -> Value:
    """What ``httpx.URL(…)`` or ``yarl.URL(…)`` gives: the URL as a text, whatever is known of it."""
    if not arguments:
        return concatenate([UNKNOWN, keywords["path"]]) if "path" in keywords else UNKNOWN
    first = arguments[0]
    return first if is_text(first) or isinstance(first, Choice) else Text((HOLE,), about(first))


def joined_path(parts: Sequence[Value]) -> Value:
    """``posixpath.join(*parts)``: one that begins with a slash starts anew."""
    result: Value = Known("")
    for part in parts:
        begin, end = _start(part), _end(result)
        if begin.startswith("/"):
            result = part
        else:
            slash = Known("" if end.endswith("/") or not template_of(result) else "/")
            result = concatenate([result, slash, part])
    return result


def path_of(parts: Sequence[Value]) -> Value:
    """``PurePosixPath(*parts)``: the slash at the end is dropped."""
    path = joined_path(parts)
    pieces, end = template_of(path), _end(path)
    return text_of((*pieces[:-1], end.rstrip("/"))) if end.rstrip("/") != end and end != "/" else path


def address_method(
    address: Value, name: str, arguments: Sequence[Value], keywords: Mapping[str | None, Value]
) -> Value | None:
    """A method that ``httpx.URL`` (httpx 0.28) or ``yarl.URL`` (yarl 1.25) has and a text has not, None for others."""
    if name in _OF_QUERIES:
        return address
    if name == "join" and len(arguments) == 1 and is_text(arguments[0]):
        return below(address, arguments[0], joins=True)
    if name == "joinpath" and arguments:
        return concatenate([address, *(part for argument in arguments for part in (Known("/"), argument))])
    path = keywords.get("path") if name == "copy_with" else arguments[0] if name == "with_path" and arguments else None
    return None if path is None else concatenate([_origin(address), path])
