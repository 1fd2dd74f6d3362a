"""Exception classes by canonical path, their aliases and their bases, for telling which handler catches what.

Read off requests 2.34, httpx 0.28, urllib3 2.8 and CPython 3.11.
"""

from __future__ import annotations

import builtins
from functools import cache

REQUESTS = "requests.exceptions"

_ALIASES = {
    "builtins.IOError": "builtins.OSError",
    "builtins.EnvironmentError": "builtins.OSError",
    "builtins.WindowsError": "builtins.OSError",
    "json.decoder.JSONDecodeError": "json.JSONDecodeError",
    "asyncio.TimeoutError": "builtins.TimeoutError",
    "socket.timeout": "builtins.TimeoutError",
    "socket.error": "builtins.OSError",
}
_BASES: dict[str, tuple[str, ...]] = {
    "json.JSONDecodeError": ("builtins.ValueError",),
    f"{REQUESTS}.RequestException": ("builtins.OSError",),
    f"{REQUESTS}.InvalidJSONError": (f"{REQUESTS}.RequestException",),
    f"{REQUESTS}.JSONDecodeError": (f"{REQUESTS}.InvalidJSONError", "json.JSONDecodeError"),
    f"{REQUESTS}.HTTPError": (f"{REQUESTS}.RequestException",),
    f"{REQUESTS}.ConnectionError": (f"{REQUESTS}.RequestException",),
    f"{REQUESTS}.ProxyError": (f"{REQUESTS}.ConnectionError",),
    f"{REQUESTS}.SSLError": (f"{REQUESTS}.ConnectionError",),
    f"{REQUESTS}.Timeout": (f"{REQUESTS}.RequestException",),
    f"{REQUESTS}.ConnectTimeout": (f"{REQUESTS}.ConnectionError", f"{REQUESTS}.Timeout"),
    f"{REQUESTS}.ReadTimeout": (f"{REQUESTS}.Timeout",),
    f"{REQUESTS}.URLRequired": (f"{REQUESTS}.RequestException",),
    f"{REQUESTS}.TooManyRedirects": (f"{REQUESTS}.RequestException",),
    f"{REQUESTS}.MissingSchema": (f"{REQUESTS}.RequestException", "builtins.ValueError"),
    f"{REQUESTS}.InvalidSchema": (f"{REQUESTS}.RequestException", "builtins.ValueError"),
    f"{REQUESTS}.InvalidURL": (f"{REQUESTS}.RequestException", "builtins.ValueError"),
    f"{REQUESTS}.InvalidHeader": (f"{REQUESTS}.RequestException", "builtins.ValueError"),
    f"{REQUESTS}.ChunkedEncodingError": (f"{REQUESTS}.RequestException",),
    f"{REQUESTS}.ContentDecodingError": (f"{REQUESTS}.RequestException",),
    f"{REQUESTS}.StreamConsumedError": (f"{REQUESTS}.RequestException", "builtins.TypeError"),
    f"{REQUESTS}.RetryError": (f"{REQUESTS}.RequestException",),
    f"{REQUESTS}.UnrewindableBodyError": (f"{REQUESTS}.RequestException",),
    "httpx.HTTPError": ("builtins.Exception",),
    "httpx.RequestError": ("httpx.HTTPError",),
    "httpx.TransportError": ("httpx.RequestError",),
    "httpx.TimeoutException": ("httpx.TransportError",),
    "httpx.ConnectTimeout": ("httpx.TimeoutException",),
    "httpx.ReadTimeout": ("httpx.TimeoutException",),
    "httpx.WriteTimeout": ("httpx.TimeoutException",),
    "httpx.PoolTimeout": ("httpx.TimeoutException",),
    "httpx.NetworkError": ("httpx.TransportError",),
    "httpx.ConnectError": ("httpx.NetworkError",),
    "httpx.ReadError": ("httpx.NetworkError",),
    "httpx.WriteError": ("httpx.NetworkError",),
    "httpx.CloseError": ("httpx.NetworkError",),
    "httpx.ProtocolError": ("httpx.TransportError",),
    "httpx.LocalProtocolError": ("httpx.ProtocolError",),
    "httpx.RemoteProtocolError": ("httpx.ProtocolError",),
    "httpx.ProxyError": ("httpx.TransportError",),
    "httpx.UnsupportedProtocol": ("httpx.TransportError",),
    "httpx.DecodingError": ("httpx.RequestError",),
    "httpx.TooManyRedirects": ("httpx.RequestError",),
    "httpx.HTTPStatusError": ("httpx.HTTPError",),
    "httpx.InvalidURL": ("builtins.Exception",),
    "urllib3.exceptions.HTTPError": ("builtins.Exception",),
}


def canonical(path: str) -> str:
    """The path that stands for an exception class here: ``requests.HTTPError`` is ``requests.exceptions.HTTPError``."""
    if path.startswith("requests.") and path.count(".") == 1:
        moved = f"{REQUESTS}.{path.removeprefix('requests.')}"
        if moved in _BASES:
            return moved
    return _ALIASES.get(path, path)


@cache
def ancestors(path: str) -> frozenset[str] | None:
    """All classes that catch an exception of this class, itself included; None for a class that is not known."""
    path = canonical(path)
    if path.startswith("builtins."):
        found = getattr(builtins, path.removeprefix("builtins."), None)
        if isinstance(found, type) and issubclass(found, BaseException):
            return frozenset(f"builtins.{base.__name__}" for base in found.__mro__ if base is not object)
        return None
    bases = _BASES.get(path)
    if bases is None:
        return None
    result = {path}
    for base in bases:
        result |= ancestors(base) or frozenset()
    return frozenset(result)
