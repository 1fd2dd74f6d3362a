"""What aiohttp-retry, and the middlewares of aiohttp, really do with a status, by running them.

Each failure names the installed version.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from unittest import mock

import aiohttp
import pytest
from aiohttp_retry import (
    ExponentialRetry,
    FibonacciRetry,
    JitterRetry,
    ListRetry,
    RandomRetry,
    RetryClient,
    RetryOptionsBase,
)
from simulator import Answer, Simulator

PATH = "/api/v1/Tenants/t/Namespaces/n/Types"
INSTALLED = f"aiohttp-retry {version('aiohttp-retry')}, aiohttp {version('aiohttp')}"
SUCCESS = Answer(200)


@pytest.fixture
def ocs() -> Iterator[Simulator]:
    with Simulator(default=SUCCESS) as simulator:
        yield simulator


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    """The pauses between two tries, which take no time."""
    noted: list[float] = []

    async def asleep(seconds: float, result: object = None) -> object:
        noted.append(seconds)
        return result

    with mock.patch.object(asyncio, "sleep", asleep):
        yield noted


Send = Callable[[str], Awaitable[aiohttp.ClientResponse]]


def tries(ocs: Simulator, send: Send, status: int, method: str = "GET", told: bool = False) -> int:
    """How often a request is sent that is answered with this status for ever."""
    # Without a body: aiohttp-retry drops the answers that it repeats, and a connection with one is not let go.
    answer = Answer(status, headers={"Retry-After": "23"} if told else {})
    ocs.script(method, PATH, *[answer] * 20)
    before = len(ocs.received)

    async def run() -> None:
        with suppress(aiohttp.ClientResponseError):
            await send(ocs.base + PATH)

    asyncio.run(run())
    return len(ocs.received) - before


def through(options: RetryOptionsBase | None = None, method: str = "GET", checks: bool = False) -> Send:
    """Send one request through a client with these options."""

    async def send(url: str) -> aiohttp.ClientResponse:
        async with RetryClient(retry_options=options, raise_for_status=checks) as session:
            return await session.request(method, url)

    return send


@pytest.mark.usefixtures("pauses")
class TestWhatIsRepeated:
    @pytest.mark.parametrize(("status", "expected"), [(500, 3), (503, 3), (429, 1), (404, 1), (408, 1)])
    @pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
    def test_every_server_error_of_every_method(self, ocs: Simulator, method: str, status: int, expected: int) -> None:
        assert tries(ocs, through(method=method), status, method) == expected, INSTALLED

    @pytest.mark.parametrize(("status", "expected"), [(503, 4), (429, 4), (404, 1)])
    def test_the_statuses_come_on_top(self, ocs: Simulator, status: int, expected: int) -> None:
        assert tries(ocs, through(ExponentialRetry(attempts=4, statuses={429})), status) == expected, INSTALLED

    @pytest.mark.parametrize(("status", "expected"), [(503, 1), (429, 4)])
    def test_server_errors_may_be_left_out(self, ocs: Simulator, status: int, expected: int) -> None:
        options = ExponentialRetry(attempts=4, statuses={429}, retry_all_server_errors=False)
        assert tries(ocs, through(options), status) == expected, INSTALLED

    @pytest.mark.parametrize(("method", "expected"), [("GET", 3), ("POST", 1)])
    def test_methods_in_any_case(self, ocs: Simulator, method: str, expected: int) -> None:
        assert tries(ocs, through(ExponentialRetry(methods={"get"}), method), 503, method) == expected, INSTALLED

    @pytest.mark.parametrize(
        ("options", "expected"),
        [(ListRetry([1, 2]), 2), (RandomRetry(2), 2), (FibonacciRetry(2), 2), (JitterRetry(2), 2)],
    )
    def test_attempts_count_all_calls(self, ocs: Simulator, options: RetryOptionsBase, expected: int) -> None:
        assert tries(ocs, through(options), 503) == expected, INSTALLED

    def test_a_call_may_have_its_own(self, ocs: Simulator) -> None:
        async def send(url: str) -> aiohttp.ClientResponse:
            async with RetryClient() as session:
                return await session.get(url, retry_options=ExponentialRetry(attempts=5))

        assert tries(ocs, send, 503) == 5, INSTALLED

    def test_a_check_of_its_own_comes_last(self, ocs: Simulator) -> None:
        assert tries(ocs, through(checks=True), 503) == 3, INSTALLED

    @pytest.mark.parametrize(("exceptions", "expected"), [(set(), 1), ({TimeoutError}, 1), ({aiohttp.ClientError}, 3)])
    @pytest.mark.parametrize("status", [404, 503])
    def test_a_session_that_checks_comes_first(
        self, ocs: Simulator, status: int, exceptions: set[type[Exception]], expected: int
    ) -> None:
        async def send(url: str) -> aiohttp.ClientResponse:
            async with aiohttp.ClientSession(raise_for_status=True) as inner:
                client = RetryClient(inner, retry_options=ExponentialRetry(exceptions=exceptions, methods={"PUT"}))
                return await client.get(url)

        assert tries(ocs, send, status) == expected, f"{INSTALLED}: neither the status nor the method is looked at"


class TestWaiting:
    @pytest.mark.parametrize(
        ("options", "waits"),
        [
            (ExponentialRetry(), True),
            (ExponentialRetry(start_timeout=0), False),
            (ExponentialRetry(max_timeout=0), False),
            (ExponentialRetry(factor=0), False),
            (JitterRetry(start_timeout=0), True),
            (RandomRetry(max_timeout=0), True),
            (RandomRetry(min_timeout=0, max_timeout=0), False),
            (FibonacciRetry(), True),
            (FibonacciRetry(multiplier=0), False),
            (FibonacciRetry(max_timeout=0), False),
            (ListRetry([5, 0, 0]), False),
            (ListRetry([0, 5, 0]), True),
        ],
    )
    def test_whether_it_waits(
        self, ocs: Simulator, pauses: list[float], options: RetryOptionsBase, waits: bool
    ) -> None:
        tries(ocs, through(options), 503)
        assert any(pauses) == waits, INSTALLED

    def test_retry_after_is_not_looked_at(self, ocs: Simulator, pauses: list[float]) -> None:
        tries(ocs, through(), 503, told=True)
        assert 23 not in pauses, INSTALLED


async def again(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """A middleware that sends a request three times at most."""
    for _ in range(2):
        response = await handler(request)
        if response.status != 503:
            return response
    return await handler(request)


class TestMiddlewares:
    @pytest.mark.parametrize("checks", [False, True])
    def test_a_session_may_have_some(self, ocs: Simulator, checks: bool) -> None:
        async def send(url: str) -> aiohttp.ClientResponse:
            async with aiohttp.ClientSession(middlewares=(again,), raise_for_status=checks) as session:
                return await session.get(url)

        assert tries(ocs, send, 503) == 3, f"{INSTALLED}: the status is checked after them"
        assert tries(ocs, send, 404) == 1, INSTALLED

    def test_those_of_a_call_are_used_instead(self, ocs: Simulator) -> None:
        async def send(url: str) -> aiohttp.ClientResponse:
            async with aiohttp.ClientSession(middlewares=(again,)) as session:
                return await session.get(url, middlewares=())

        assert tries(ocs, send, 503) == 1, INSTALLED

    def test_the_first_is_the_outermost(self, ocs: Simulator) -> None:
        async def once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
            response = await handler(request)
            response.status = 200
            return response

        async def send(url: str) -> aiohttp.ClientResponse:
            async with aiohttp.ClientSession(middlewares=(again, once)) as session:
                return await session.get(url)

        assert tries(ocs, send, 503) == 1, INSTALLED
