"""HTTP client libraries: what sends a request, and what a response says about its status.

Read off requests 2.34, httpx 0.28, niquests 3.21, aiohttp 3.14, urllib3 2.8 and CPython 3.11 and verified by running
them; see the tests of the library facts. The sessions of requests-toolbelt 1.0, requests-oauthlib 2.0, authlib 1.9
and requests-futures 1.1 are subclasses of those of requests and httpx; the last gives futures. The client of
aiohttp-retry 2.9 has the methods of aiohttp's session, and sends through one.
"""

from __future__ import annotations

from dataclasses import replace

from flake8_ocs_status.transport.library import VERBS, Library

_THROUGH_REQUEST_AND_SEND = {**dict.fromkeys(VERBS, ("request", "send")), "request": ("send",), "stream": ("send",)}


def _requests_error_text(status: int) -> tuple[str, str]:
    return f"{status} {'Client' if status < 500 else 'Server'} Error: ", " for url: "


_HTTPX_KINDS = {1: "Informational response", 3: "Redirect response", 4: "Client error", 5: "Server error"}


def _httpx_error_text(status: int) -> tuple[str, str]:
    return f"{_HTTPX_KINDS.get(status // 100, 'Client error')} '{status} ", "' for url "


def _is_error(status: int) -> bool:
    return 400 <= status < 600


def _is_no_success(status: int) -> bool:
    return not 200 <= status < 300


REQUESTS = Library(
    name="requests",
    modules=frozenset({"requests", "requests.api"}),
    functions=VERBS | {"request"},
    clients=frozenset(
        {
            "requests.Session",
            "requests.sessions.Session",
            "requests.session",
            "requests.sessions.session",
            "requests_toolbelt.sessions.BaseUrlSession",
            "requests_oauthlib.OAuth1Session",
            "requests_oauthlib.OAuth2Session",
            "authlib.integrations.requests_client.OAuth1Session",
            "authlib.integrations.requests_client.OAuth2Session",
        }
    ),
    methods=VERBS | {"request", "send"},
    overridden_by=_THROUGH_REQUEST_AND_SEND,
    base_first=frozenset({"requests_toolbelt.sessions.BaseUrlSession"}),
    joins=True,
    requests=frozenset({"requests.Request", "requests.models.Request"}),
    responses=frozenset({"requests.Response", "requests.models.Response"}),
    tests={"ok": lambda status: status < 400},
    truth=lambda status: status < 400,
    body={"text": "", "content": b""},
    reading={"iter_lines": None, "iter_content": None},
    json_error="requests.exceptions.JSONDecodeError",
    raises=_is_error,
    error="requests.exceptions.HTTPError",
    error_text=_requests_error_text,
    error_has_response=True,
    transport_error="requests.exceptions.RequestException",
)
REQUESTS_FUTURES = replace(
    REQUESTS,
    name="requests_futures",
    modules=frozenset(),
    functions=frozenset(),
    clients=frozenset({"requests_futures.sessions.FuturesSession"}),
    base_first=frozenset(),
    requests=frozenset(),
    responses=frozenset(),
    gives_future=True,
)
NIQUESTS = replace(
    REQUESTS,
    name="niquests",
    modules=frozenset({"niquests", "niquests.api", "niquests.async_api"}),
    functions=frozenset({*REQUESTS.functions, *(f"a{name}" for name in REQUESTS.functions)}),
    clients=frozenset(
        {
            "niquests.Session",
            "niquests.sessions.Session",
            "niquests.AsyncSession",
            "niquests.async_session.AsyncSession",
        }
    ),
    base_first=frozenset(),
    joins=False,
    requests=frozenset({"niquests.Request", "niquests.models.Request"}),
    responses=frozenset({"niquests.Response", "niquests.AsyncResponse", "niquests.models.Response"}),
    json_error="niquests.exceptions.JSONDecodeError",
    error="niquests.exceptions.HTTPError",
    transport_error="niquests.exceptions.RequestException",
)
HTTPX = Library(
    name="httpx",
    modules=frozenset({"httpx"}),
    functions=VERBS | {"request", "stream"},
    clients=frozenset(
        {
            "httpx.Client",
            "httpx.AsyncClient",
            "authlib.integrations.httpx_client.OAuth1Client",
            "authlib.integrations.httpx_client.OAuth2Client",
            "authlib.integrations.httpx_client.AsyncOAuth1Client",
            "authlib.integrations.httpx_client.AsyncOAuth2Client",
        }
    ),
    methods=VERBS | {"request", "stream", "send"},
    overridden_by=_THROUGH_REQUEST_AND_SEND,
    requests=frozenset({"httpx.Request"}),
    responses=frozenset({"httpx.Response"}),
    tests={
        "is_informational": lambda status: 100 <= status < 200,
        "is_success": lambda status: 200 <= status < 300,
        "is_redirect": lambda status: 300 <= status < 400,
        "is_client_error": lambda status: 400 <= status < 500,
        "is_server_error": lambda status: 500 <= status < 600,
        "is_error": _is_error,
    },
    reason="reason_phrase",
    body={"text": "", "content": b""},
    reading={
        "read": b"",
        "aread": b"",
        **dict.fromkeys(("iter_lines", "iter_bytes", "iter_text", "iter_raw")),
        **dict.fromkeys(("aiter_lines", "aiter_bytes", "aiter_text", "aiter_raw")),
    },
    json_error="json.JSONDecodeError",
    raises=_is_no_success,
    raise_returns_response=True,
    error="httpx.HTTPStatusError",
    error_text=_httpx_error_text,
    error_has_response=True,
    transport_error="httpx.TransportError",
)
AIOHTTP = Library(
    name="aiohttp",
    modules=frozenset({"aiohttp", "aiohttp.client"}),
    functions=frozenset({"request"}),
    clients=frozenset({"aiohttp.ClientSession", "aiohttp.client.ClientSession"}),
    methods=VERBS | {"request"},
    overridden_by=dict.fromkeys(VERBS | {"request"}, ("_request",)),
    base_first=frozenset({"aiohttp.ClientSession", "aiohttp.client.ClientSession"}),
    joins=True,
    responses=frozenset({"aiohttp.ClientResponse", "aiohttp.client_reqrep.ClientResponse"}),
    status=frozenset({"status"}),
    tests={"ok": lambda status: status < 400},
    reading={"text": "", "read": b""},
    json_error="aiohttp.ContentTypeError",
    json_asks_for_type=True,
    checks_on_demand=True,
    raises=_is_error,
    error="aiohttp.ClientResponseError",
    error_text=lambda status: (f"{status}, message=", ", url="),
    error_status=frozenset({"status", "code"}),
    transport_error="aiohttp.ClientError",
)
AIOHTTP_RETRY = replace(
    AIOHTTP,
    name="aiohttp_retry",
    modules=frozenset(),
    functions=frozenset(),
    clients=frozenset({"aiohttp_retry.RetryClient", "aiohttp_retry.client.RetryClient"}),
    overridden_by={},
    base_first=frozenset(),
    responses=frozenset(),
)
_POOLS = {"HTTPConnectionPool": "http", "HTTPSConnectionPool": "https"}
URLLIB3 = Library(
    name="urllib3",
    modules=frozenset({"urllib3"}),
    functions=frozenset({"request"}),
    clients=frozenset(
        {
            "urllib3.PoolManager",
            "urllib3.poolmanager.PoolManager",
            "urllib3.ProxyManager",
            "urllib3.poolmanager.ProxyManager",
            "urllib3.proxy_from_url",
            *(f"{module}.{name}" for module in ("urllib3", "urllib3.connectionpool") for name in _POOLS),
        }
    ),
    methods=frozenset({"request", "request_encode_url", "request_encode_body", "urlopen"}),
    overridden_by=dict.fromkeys(("request", "request_encode_url", "request_encode_body"), ("urlopen",)),
    hosts={
        f"{module}.{name}": scheme
        for module in ("urllib3", "urllib3.connectionpool")
        for name, scheme in _POOLS.items()
    },
    responses=frozenset({"urllib3.HTTPResponse", "urllib3.BaseHTTPResponse", "urllib3.response.HTTPResponse"}),
    status=frozenset({"status"}),
    body={"data": b""},
    reading={"read": b"", "read_chunked": None, "stream": None, "readinto": None},
    json_error="json.JSONDecodeError",
    transport_error="urllib3.exceptions.HTTPError",
)
_FILE_METHODS = dict.fromkeys(("readline", "readlines", "readinto", "read1", "peek", "__iter__"))
URLLIB = Library(
    name="urllib.request",
    modules=frozenset({"urllib.request", "six.moves.urllib.request"}),
    functions=frozenset({"urlopen"}),
    clients=frozenset({"urllib.request.build_opener", "six.moves.urllib.request.build_opener"}),
    methods=frozenset({"open"}),
    requests=frozenset({"urllib.request.Request", "six.moves.urllib.request.Request"}),
    method_follows_data=True,
    responses=frozenset({"urllib.response.addinfourl"}),
    status=frozenset({"status", "code"}),
    status_methods=frozenset({"getcode"}),
    reading={"read": b"", **_FILE_METHODS},
    raises=_is_no_success,
    raises_unasked=True,
    error="urllib.error.HTTPError",
    error_text=lambda status: (f"HTTP Error {status}: ", ""),
    error_status=frozenset({"status", "code"}),
    error_is_response=True,
    transport_error="urllib.error.URLError",
)
_CONNECTIONS = {"HTTPConnection": "http", "HTTPSConnection": "https"}
HTTP_CLIENT = Library(
    name="http.client",
    modules=frozenset(),
    functions=frozenset(),
    clients=frozenset(
        f"{module}.{name}" for module in ("http.client", "six.moves.http_client") for name in _CONNECTIONS
    ),
    methods=frozenset({"request", "putrequest"}),
    overridden_by={"request": ("putrequest",)},
    hosts={
        f"{module}.{name}": scheme
        for module in ("http.client", "six.moves.http_client")
        for name, scheme in _CONNECTIONS.items()
    },
    headers_index=3,
    answers_later=True,
    responses=frozenset({"http.client.HTTPResponse"}),
    status=frozenset({"status", "code"}),
    status_methods=frozenset({"getcode"}),
    reading={"read": b"", **_FILE_METHODS},
    transport_error="builtins.OSError",
)
LIBRARIES = (REQUESTS, REQUESTS_FUTURES, NIQUESTS, HTTPX, AIOHTTP, AIOHTTP_RETRY, URLLIB3, URLLIB, HTTP_CLIENT)
