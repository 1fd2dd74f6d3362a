"""Exception classes by canonical path, their aliases and their bases, for telling which handler catches what.

Read off requests 2.34, httpx 0.28, aiohttp 3.14, urllib3 2.8, niquests 3.21 and CPython 3.11, and held against those of
them that are installed by a test.
"""

from __future__ import annotations

import builtins
from functools import cache

_ALIASES = {
    "builtins.IOError": "builtins.OSError",
    "builtins.EnvironmentError": "builtins.OSError",
    "builtins.WindowsError": "builtins.OSError",
    "json.decoder.JSONDecodeError": "json.JSONDecodeError",
    "asyncio.TimeoutError": "builtins.TimeoutError",
    "socket.timeout": "builtins.TimeoutError",
    "socket.error": "builtins.OSError",
}
# Where else the classes of a module can be had.
_MOVED = {
    "requests": "requests.exceptions",
    "niquests": "niquests.exceptions",
    "aiohttp.client_exceptions": "aiohttp",
    "aiohttp.client": "aiohttp",
    "urllib.request": "urllib.error",
    "six.moves.urllib.error": "urllib.error",
    "six.moves.http_client": "http.client",
    "requests.packages.urllib3.exceptions": "urllib3.exceptions",
    # One class under two names, from the last releases of the second on; nobody has both before that.
    "adh_sample_library_preview.SdsError": "adh_sample_library_preview",
    "ocs_sample_library_preview": "adh_sample_library_preview",
    "ocs_sample_library_preview.SdsError": "adh_sample_library_preview",
}

# Each base is a class of the same module unless it has a dot. niquests took the classes of requests over.
_OF_REQUESTS = {
    "RequestException": "builtins.OSError",
    "InvalidJSONError": "RequestException",
    "JSONDecodeError": "InvalidJSONError json.JSONDecodeError",
    "HTTPError": "RequestException",
    "ConnectionError": "RequestException",
    "ProxyError": "ConnectionError",
    "SSLError": "ConnectionError",
    "Timeout": "RequestException",
    "ConnectTimeout": "ConnectionError Timeout",
    "ReadTimeout": "Timeout",
    "URLRequired": "RequestException",
    "TooManyRedirects": "RequestException",
    "MissingSchema": "RequestException builtins.ValueError",
    "InvalidSchema": "RequestException builtins.ValueError",
    "InvalidURL": "RequestException builtins.ValueError",
    "InvalidProxyURL": "InvalidURL",
    "InvalidHeader": "RequestException builtins.ValueError",
    "ChunkedEncodingError": "RequestException",
    "ContentDecodingError": "RequestException urllib3.exceptions.HTTPError",
    "StreamConsumedError": "RequestException builtins.TypeError",
    "RetryError": "RequestException",
    "UnrewindableBodyError": "RequestException",
}
_FAMILIES: dict[str, dict[str, str]] = {
    "json": {"JSONDecodeError": "builtins.ValueError"},
    "requests.exceptions": _OF_REQUESTS,
    "niquests.exceptions": {**_OF_REQUESTS, "MultiplexingError": "RequestException"},
    "httpx": {
        "HTTPError": "builtins.Exception",
        "RequestError": "HTTPError",
        "TransportError": "RequestError",
        "TimeoutException": "TransportError",
        "ConnectTimeout": "TimeoutException",
        "ReadTimeout": "TimeoutException",
        "WriteTimeout": "TimeoutException",
        "PoolTimeout": "TimeoutException",
        "NetworkError": "TransportError",
        "ConnectError": "NetworkError",
        "ReadError": "NetworkError",
        "WriteError": "NetworkError",
        "CloseError": "NetworkError",
        "ProtocolError": "TransportError",
        "LocalProtocolError": "ProtocolError",
        "RemoteProtocolError": "ProtocolError",
        "ProxyError": "TransportError",
        "UnsupportedProtocol": "TransportError",
        "DecodingError": "RequestError",
        "TooManyRedirects": "RequestError",
        "HTTPStatusError": "HTTPError",
        "InvalidURL": "builtins.Exception",
    },
    "aiohttp": {
        "ClientError": "builtins.Exception",
        "ClientResponseError": "ClientError",
        "ContentTypeError": "ClientResponseError",
        "ClientHttpProxyError": "ClientResponseError",
        "TooManyRedirects": "ClientResponseError",
        "WSServerHandshakeError": "ClientResponseError",
        "ClientConnectionError": "ClientError",
        "ClientOSError": "ClientConnectionError builtins.OSError",
        "ClientConnectorError": "ClientOSError",
        "ClientProxyConnectionError": "ClientConnectorError",
        "ClientSSLError": "ClientConnectorError",
        "ClientConnectorSSLError": "ClientSSLError builtins.OSError",
        "ClientConnectorCertificateError": "ClientSSLError builtins.OSError builtins.ValueError",
        "ServerConnectionError": "ClientConnectionError",
        "ServerDisconnectedError": "ServerConnectionError",
        "ServerFingerprintMismatch": "ServerConnectionError",
        "ServerTimeoutError": "ServerConnectionError builtins.TimeoutError",
        "ClientPayloadError": "ClientError",
        "InvalidURL": "ClientError builtins.ValueError",
    },
    "urllib3.exceptions": {
        "HTTPError": "builtins.Exception",
        "PoolError": "HTTPError",
        "RequestError": "PoolError",
        "SSLError": "HTTPError",
        "ProxyError": "HTTPError",
        "DecodeError": "HTTPError",
        "ProtocolError": "HTTPError",
        "MaxRetryError": "RequestError",
        "TimeoutError": "HTTPError",
        "ReadTimeoutError": "TimeoutError RequestError",
        "ConnectTimeoutError": "TimeoutError",
        "NewConnectionError": "ConnectTimeoutError",
        "LocationValueError": "builtins.ValueError HTTPError",
        "ResponseError": "HTTPError",
        "IncompleteRead": "HTTPError http.client.IncompleteRead",
    },
    "urllib.error": {
        "URLError": "builtins.OSError",
        "HTTPError": "URLError",
        "ContentTooShortError": "URLError",
    },
    "adh_sample_library_preview": {"SdsError": "builtins.Exception"},
    "http.client": {
        "HTTPException": "builtins.Exception",
        "NotConnected": "HTTPException",
        "InvalidURL": "HTTPException",
        "IncompleteRead": "HTTPException",
        "ImproperConnectionState": "HTTPException",
        "CannotSendRequest": "ImproperConnectionState",
        "ResponseNotReady": "ImproperConnectionState",
        "BadStatusLine": "HTTPException",
        "RemoteDisconnected": "builtins.ConnectionResetError BadStatusLine",
    },
}
BASES: dict[str, tuple[str, ...]] = {
    f"{module}.{name}": tuple(base if "." in base else f"{module}.{base}" for base in bases.split())
    for module, family in _FAMILIES.items()
    for name, bases in family.items()
}


def canonical(path: str) -> str:
    """The path that stands for an exception class here: ``requests.HTTPError`` is ``requests.exceptions.HTTPError``."""
    module, _, name = path.rpartition(".")
    moved = f"{_MOVED.get(module, module)}.{name}"
    if moved in BASES:
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
    bases = BASES.get(path)
    if bases is None:
        return None
    result = {path}
    for base in bases:
        result |= ancestors(base) or frozenset()
    return frozenset(result)
