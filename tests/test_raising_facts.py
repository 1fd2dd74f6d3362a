"""What turns a status into an exception before anybody can look at it: the facts that dead tests rest on."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import tenacity
import urllib3
from requests.adapters import HTTPAdapter
from simulator import Answer, Simulator
from urllib3.util import Retry

PATH = "/api/v1/Tenants/t/Namespaces/n/Streams/s"


@pytest.fixture
def busy() -> Iterator[str]:
    """A URL where every request is answered with 503."""
    with Simulator(default=Answer(503, {})) as simulator:
        yield simulator.base + PATH


def check(response: Any, *_: Any, **__: Any) -> None:
    response.raise_for_status()


def look(response: Any, *_: Any, **__: Any) -> None:
    assert response.status_code == 503


def with_hook(hook: Callable[..., None]) -> requests.Session:
    session = requests.Session()
    session.hooks["response"].append(hook)
    return session


def with_retry(**options: Any) -> requests.Session:
    session = requests.Session()
    retry = Retry(status_forcelist=[503], backoff_factor=0, **options)
    session.mount("http://", HTTPAdapter(max_retries=retry))
    return session


class TestHooks:
    def test_of_a_session(self, busy: str) -> None:
        with pytest.raises(requests.HTTPError):
            with_hook(check).get(busy, timeout=5)
        assert with_hook(look).get(busy, timeout=5).status_code == 503

    def test_of_a_call(self, busy: str) -> None:
        with pytest.raises(requests.HTTPError):
            requests.get(busy, hooks={"response": check}, timeout=5)
        with pytest.raises(requests.HTTPError):
            requests.get(busy, hooks={"response": [look, check]}, timeout=5)

    def test_of_httpx(self, busy: str) -> None:
        with httpx.Client(event_hooks={"response": [check]}) as client, pytest.raises(httpx.HTTPStatusError):
            client.get(busy)
        with httpx.Client(event_hooks={"response": [look]}) as client:
            assert client.get(busy).status_code == 503


class TestForcelists:
    @pytest.mark.parametrize("total", [0, 1, 3])
    def test_a_status_of_the_list_is_never_returned(self, busy: str, total: int) -> None:
        with pytest.raises(requests.exceptions.RetryError):
            with_retry(total=total).get(busy, timeout=5)

    def test_another_method_gets_it(self, busy: str) -> None:
        assert with_retry(total=1).post(busy, timeout=5).status_code == 503
        with pytest.raises(requests.exceptions.RetryError):
            with_retry(total=1, allowed_methods=None).post(busy, timeout=5)

    def test_unless_it_is_given_back(self, busy: str) -> None:
        assert with_retry(total=1, raise_on_status=False).get(busy, timeout=5).status_code == 503

    def test_of_a_pool(self, busy: str) -> None:
        retry = Retry(total=1, status_forcelist=[503])
        with pytest.raises(urllib3.exceptions.MaxRetryError):
            urllib3.PoolManager(retries=retry).request("GET", busy, timeout=5)
        with pytest.raises(urllib3.exceptions.MaxRetryError):
            urllib3.PoolManager().request("GET", busy, retries=retry, timeout=5)
        assert urllib3.PoolManager(retries=retry).request("GET", busy, retries=False, timeout=5).status == 503


def test_an_opener_raises_as_urlopen_does(busy: str) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(busy, timeout=5)
    assert caught.value.code == caught.value.status == caught.value.getcode() == 503
    caught.value.close()


class TestAiohttp:
    def test_a_function_as_option(self, busy: str) -> None:
        async def raises(response: aiohttp.ClientResponse) -> None:
            response.raise_for_status()

        async def ask() -> None:
            async with aiohttp.ClientSession(raise_for_status=raises) as session, session.get(busy):
                pass

        with pytest.raises(aiohttp.ClientResponseError):
            asyncio.run(ask())

    def test_what_is_no_json_raises_the_same_error_for_a_success(self) -> None:
        async def ask(url: str) -> None:
            async with aiohttp.ClientSession() as session, session.get(url) as response:
                await response.json()

        with Simulator(default=Answer(204)) as ocs, pytest.raises(aiohttp.ClientResponseError) as caught:
            asyncio.run(ask(ocs.base + PATH))
        assert caught.value.status == 204


@pytest.mark.parametrize("reraise", [False, True])
def test_tenacity_raises_for_a_result_that_it_repeats(busy: str, reraise: bool) -> None:
    @tenacity.retry(
        retry=tenacity.retry_if_exception_type(OSError) | tenacity.retry_if_result(lambda r: r.status_code == 503),
        stop=tenacity.stop_after_attempt(2),
        reraise=reraise,
    )
    def read() -> requests.Response:
        return requests.get(busy, timeout=5)

    with pytest.raises(tenacity.RetryError):
        read()
