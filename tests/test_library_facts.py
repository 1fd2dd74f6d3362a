"""What the HTTP libraries really do with a status, by running them: the facts that the rules rely on.

Each failure names the installed version. Where versions differ, the test says from which version on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import httpx
import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter
from simulator import Answer, Simulator, error_body
from urllib3.util import Retry

PATH = "/api/v1/Tenants/t/Namespaces/n/Streams/s"
REQUESTS = f"requests {version('requests')}, urllib3 {version('urllib3')}"
HTTPX = f"httpx {version('httpx')}"


@pytest.fixture
def ocs() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


def requests_answer(ocs: Simulator, status: int, body: Any = None, **options: Any) -> requests.Response:
    ocs.script("GET", PATH, Answer(status, body))
    return requests.get(ocs.base + PATH, timeout=5, **options)


def httpx_answer(ocs: Simulator, status: int, body: Any = None) -> httpx.Response:
    ocs.script("GET", PATH, Answer(status, body))
    return httpx.get(ocs.base + PATH)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 207, 304, 400, 401, 403, 404, 405, 408, 409, 412, 500, 503])
class TestChecks:
    """The checks that the libraries offer, on each status."""

    def test_requests(self, ocs: Simulator, status: int) -> None:
        response = requests_answer(ocs, status)
        assert response.ok is bool(response) is (status < 400), REQUESTS
        if status < 400:
            assert response.raise_for_status() is None, REQUESTS  # type: ignore[func-returns-value]
        else:
            with pytest.raises(requests.HTTPError) as caught:
                response.raise_for_status()
            assert caught.value.response is response, REQUESTS

    def test_httpx(self, ocs: Simulator, status: int) -> None:
        response = httpx_answer(ocs, status)
        assert response, f"{HTTPX}: a response is always true"
        assert response.is_success is (200 <= status < 300), HTTPX
        assert response.is_error is (status >= 400), HTTPX
        assert not hasattr(response, "ok"), HTTPX
        if 200 <= status < 300:
            assert response.raise_for_status() is response, HTTPX
        else:
            with pytest.raises(httpx.HTTPStatusError) as caught:
                response.raise_for_status()
            assert caught.value.response is response, HTTPX


def test_requests_errors_are_oserrors() -> None:
    assert requests.HTTPError.__mro__[1:4] == (requests.RequestException, OSError, Exception), REQUESTS
    assert issubclass(requests.ConnectionError, requests.RequestException), REQUESTS
    assert issubclass(requests.exceptions.RetryError, requests.RequestException), REQUESTS
    assert not issubclass(requests.exceptions.RetryError, requests.HTTPError), REQUESTS


@pytest.mark.parametrize(
    "response", [requests.Response(), httpx.Response(200), urllib3.HTTPResponse()], ids=lambda one: type(one).__module__
)
def test_no_response_has_items(response: Any) -> None:
    with pytest.raises(TypeError):
        response["Id"]


def test_httpx_errors_are_of_two_families() -> None:
    assert issubclass(httpx.HTTPStatusError, httpx.HTTPError), HTTPX
    assert issubclass(httpx.TransportError, httpx.RequestError), HTTPX
    assert not issubclass(httpx.HTTPStatusError, httpx.RequestError), HTTPX
    assert not issubclass(httpx.HTTPError, OSError), HTTPX


class TestParsingNothing:
    """``json()`` on an empty 204."""

    def test_requests(self, ocs: Simulator) -> None:
        response = requests_answer(ocs, 204)
        assert response.content == b"", REQUESTS
        with pytest.raises(requests.exceptions.JSONDecodeError) as caught:
            response.json()
        assert isinstance(caught.value, json.JSONDecodeError), REQUESTS
        assert isinstance(caught.value, requests.RequestException), REQUESTS
        assert isinstance(caught.value, ValueError), REQUESTS
        assert not isinstance(caught.value, requests.HTTPError), REQUESTS

    def test_httpx(self, ocs: Simulator) -> None:
        response = httpx_answer(ocs, 204)
        assert response.content == b"", HTTPX
        with pytest.raises(json.JSONDecodeError) as caught:
            response.json()
        assert not isinstance(caught.value, httpx.HTTPError), HTTPX

    @pytest.mark.parametrize("get", [requests.get, httpx.get])
    def test_a_207_parses(self, ocs: Simulator, get: Callable[[str], Any]) -> None:
        ocs.script("GET", PATH, Answer(207, error_body("partial", children=1)))
        assert len(get(ocs.base + PATH).json()["ChildErrors"]) == 1


class TestRedirects:
    """302 with Location, as OCS answers the creation of what exists."""

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
    def test_requests_turns_every_method_into_get(self, ocs: Simulator, method: str) -> None:
        ocs.script(method, PATH, Answer(302, headers={"Location": "/there"}))
        ocs.script("GET", "/there", Answer(200, {"Id": "s"}))
        response = requests.request(method, ocs.base + PATH, json={"Id": "s"}, timeout=5)
        assert response.status_code == 200, REQUESTS
        assert [hop.status_code for hop in response.history] == [302], REQUESTS
        assert [(one.method, one.body[:1]) for one in ocs.received] == [(method, b"{"), ("GET", b"")], REQUESTS

    def test_requests_head_is_not_followed(self, ocs: Simulator) -> None:
        ocs.script("HEAD", PATH, Answer(302, headers={"Location": "/there"}))
        assert requests.head(ocs.base + PATH, timeout=5).status_code == 302, REQUESTS

    def test_requests_follows_only_if_allowed(self, ocs: Simulator) -> None:
        ocs.script("POST", PATH, Answer(302, headers={"Location": "/there"}))
        assert requests.post(ocs.base + PATH, allow_redirects=False, timeout=5).status_code == 302, REQUESTS
        assert len(ocs.received) == 1, REQUESTS

    @pytest.mark.parametrize("status", [*range(200, 205), *range(300, 309), 400, 412, 503])
    @pytest.mark.parametrize("headers", [{"Location": "/there"}, {}])
    def test_what_requests_says_of_a_redirection(self, ocs: Simulator, status: int, headers: dict[str, str]) -> None:
        ocs.script("GET", PATH, Answer(status, headers=headers))
        response = requests.get(ocs.base + PATH, allow_redirects=False, timeout=5)
        assert response.is_redirect is (bool(headers) and status in {301, 302, 303, 307, 308}), REQUESTS
        assert response.is_permanent_redirect is (bool(headers) and status in {301, 308}), REQUESTS

    def test_httpx_does_not_follow(self, ocs: Simulator) -> None:
        ocs.script("GET", PATH, Answer(302, headers={"Location": "/there"}))
        response = httpx.get(ocs.base + PATH)
        assert (response.status_code, response.is_redirect, len(ocs.received)) == (302, True, 1), HTTPX

    def test_httpx_follows_if_told(self, ocs: Simulator) -> None:
        ocs.script("POST", PATH, Answer(302, headers={"Location": "/there"}))
        ocs.script("GET", "/there", Answer(200))
        response = httpx.post(ocs.base + PATH, follow_redirects=True)
        assert (response.status_code, [one.method for one in ocs.received]) == (200, ["POST", "GET"]), HTTPX


def sent_by_requests(ocs: Simulator, method: str, retries: Retry | int, *, header: bool) -> tuple[int, str]:
    """How often ``method`` is sent when a 503 stays, and how it ends: the status, or the name of the exception."""
    ocs.script(method, PATH, Answer(503, headers={"Retry-After": "0"} if header else {}))
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=retries))
        try:
            end = str(session.request(method, ocs.base + PATH, timeout=5).status_code)
        except requests.RequestException as error:
            end = type(error).__name__
    return len(ocs.received), end


def policy(**options: Any) -> Retry:
    return Retry(2, backoff_factor=0.01, **options)


ONCE = (1, "503")
GIVEN_UP = (3, "RetryError")
# Retry-After repeats a 503 without any forcelist, but only while urllib3's total is left, so that the last answer is
# handed back where the forcelist would have raised. With total=None the header alone repeats nothing.
HANDED_BACK = (3, "503")
RETRIES = [
    # retries, method, without Retry-After, with Retry-After
    (policy(status_forcelist=[503]), "GET", GIVEN_UP, GIVEN_UP),
    (policy(status_forcelist=[503]), "PUT", GIVEN_UP, GIVEN_UP),
    (policy(status_forcelist=[503]), "DELETE", GIVEN_UP, GIVEN_UP),
    (policy(status_forcelist=[503]), "POST", ONCE, ONCE),
    (policy(status_forcelist=[503]), "PATCH", ONCE, ONCE),
    (policy(status_forcelist=[503], allowed_methods=["POST"]), "POST", GIVEN_UP, GIVEN_UP),
    (policy(status_forcelist=[503], allowed_methods=["post"]), "POST", ONCE, ONCE),
    (policy(status_forcelist=[503], allowed_methods=["POST"]), "GET", ONCE, ONCE),
    (policy(status_forcelist=[503], allowed_methods=None), "POST", GIVEN_UP, GIVEN_UP),
    (policy(status_forcelist=[503], allowed_methods=False), "PATCH", GIVEN_UP, GIVEN_UP),
    (policy(status_forcelist=[503], raise_on_status=False), "GET", HANDED_BACK, HANDED_BACK),
    (policy(status_forcelist=[500, 502]), "GET", ONCE, HANDED_BACK),
    (policy(status_forcelist=["503"]), "GET", ONCE, HANDED_BACK),
    (policy(), "GET", ONCE, HANDED_BACK),
    (policy(), "POST", ONCE, ONCE),
    (policy(allowed_methods=None), "POST", ONCE, HANDED_BACK),
    (policy(respect_retry_after_header=False), "GET", ONCE, ONCE),
    (policy(status_forcelist=[503], status=0), "GET", (1, "RetryError"), (1, "RetryError")),
    (Retry(0, status=2, status_forcelist=[503]), "GET", (1, "RetryError"), (1, "RetryError")),
    (Retry(None, status=2, status_forcelist=[503], backoff_factor=0.01), "GET", GIVEN_UP, GIVEN_UP),
    (Retry(None, status=2), "GET", ONCE, ONCE),
    (2, "GET", ONCE, HANDED_BACK),
    (2, "POST", ONCE, ONCE),
    (0, "GET", ONCE, ONCE),
]


@pytest.mark.parametrize(("retries", "method", "without", "with_header"), RETRIES)
def test_mounted_retry(
    ocs: Simulator, retries: Retry | int, method: str, without: tuple[int, str], with_header: tuple[int, str]
) -> None:
    assert sent_by_requests(ocs, method, retries, header=False) == without, REQUESTS
    with Simulator() as fresh:
        assert sent_by_requests(fresh, method, retries, header=True) == with_header, REQUESTS


def test_retry_defaults() -> None:
    assert Retry().status_forcelist == frozenset(), REQUESTS
    assert Retry().backoff_factor == 0, REQUESTS
    assert Retry().allowed_methods == {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}, REQUESTS
    assert sorted(Retry.RETRY_AFTER_STATUS_CODES) == [413, 429, 503], REQUESTS


def test_an_adapter_serves_its_prefix_only(ocs: Simulator) -> None:
    ocs.script("GET", PATH, Answer(503))
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=policy(status_forcelist=[503])))
        session.mount("http://localhost", HTTPAdapter(max_retries=policy(status_forcelist=[503])))
        assert session.get(ocs.base + PATH, timeout=5).status_code == 503, REQUESTS
    assert len(ocs.received) == 1, REQUESTS


def test_the_first_repeat_does_not_wait(ocs: Simulator) -> None:
    ocs.script("GET", PATH, Answer(503), Answer(503), Answer(200))
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(2, backoff_factor=0.1, status_forcelist=[503])))
        assert session.get(ocs.base + PATH, timeout=5).status_code == 200, REQUESTS
    first, second, third = (one.at for one in ocs.received)
    assert second - first < 0.1 <= third - second, REQUESTS


def test_retry_after_is_waited_for(ocs: Simulator) -> None:
    ocs.script("GET", PATH, Answer(503, headers={"Retry-After": "1"}), Answer(200))
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=policy(status_forcelist=[503])))
        assert session.get(ocs.base + PATH, timeout=5).status_code == 200, REQUESTS
    first, second = (one.at for one in ocs.received)
    assert second - first >= 0.9, REQUESTS


def test_plain_requests_never_repeats(ocs: Simulator) -> None:
    ocs.script("GET", PATH, Answer(503, headers={"Retry-After": "0"}))
    assert requests.get(ocs.base + PATH, timeout=5).status_code == 503
    assert len(ocs.received) == 1, REQUESTS


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}])
def test_httpx_transport_retries_no_status(ocs: Simulator, headers: dict[str, str]) -> None:
    ocs.script("GET", PATH, Answer(503, headers=headers))
    with httpx.Client(transport=httpx.HTTPTransport(retries=3)) as client:
        assert client.get(ocs.base + PATH).status_code == 503, HTTPX
    assert len(ocs.received) == 1, HTTPX


def test_httpx_transport_retries_connections() -> None:
    with Simulator() as gone:
        base = gone.base
    begin = time.monotonic()
    with httpx.Client(transport=httpx.HTTPTransport(retries=2)) as client, pytest.raises(httpx.ConnectError):
        client.get(base + PATH)
    # The repeats wait 0 and 0.5 seconds.
    assert time.monotonic() - begin >= 0.5, HTTPX


def test_a_hook_sees_the_response_before_the_caller(ocs: Simulator) -> None:
    def check(response: requests.Response, *args: Any, **options: Any) -> None:
        response.raise_for_status()

    with pytest.raises(requests.HTTPError):
        requests_answer(ocs, 412, hooks={"response": check})


def test_a_hook_may_send_again(ocs: Simulator) -> None:
    def again(response: requests.Response, *args: Any, **options: Any) -> Any:
        if response.status_code != 503:
            return response
        return response.connection.send(response.request, **options)

    ocs.script("POST", PATH, Answer(503), Answer(201))
    with requests.Session() as session:
        session.hooks["response"].append(again)
        assert session.post(ocs.base + PATH, json={"Id": "s"}, timeout=5).status_code == 201, REQUESTS
    assert [(one.method, one.body) for one in ocs.received] == [("POST", b'{"Id": "s"}')] * 2, REQUESTS


def test_an_httpx_hook_may_raise(ocs: Simulator) -> None:
    def check(response: httpx.Response) -> None:
        response.raise_for_status()

    ocs.script("GET", PATH, Answer(412))
    with httpx.Client(event_hooks={"response": [check]}) as client, pytest.raises(httpx.HTTPStatusError):
        client.get(ocs.base + PATH)
