"""What aiohttp really does with a status, by running it. Each failure names the installed version."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from importlib.metadata import version
from typing import Any

import pytest
from simulator import Answer, Simulator, error_body

aiohttp: Any = pytest.importorskip("aiohttp")

PATH = "/api/v1/Tenants/t/Namespaces/n/Streams/s"
AIOHTTP = f"aiohttp {version('aiohttp')}"

STATUSES = [200, 201, 202, 204, 207, 304, 400, 401, 403, 404, 405, 408, 409, 412, 500, 503]
each_status = pytest.mark.parametrize("status", STATUSES)


@pytest.fixture
def ocs() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


def with_aiohttp(
    ocs: Simulator,
    status: int,
    use: Callable[[Any], Awaitable[Any]],
    session_options: dict[str, Any] | None = None,
    **options: Any,
) -> Any:
    """What ``use`` makes of the response of aiohttp to this status."""

    async def run() -> Any:
        async with (
            aiohttp.ClientSession(**(session_options or {})) as session,
            session.get(ocs.base + PATH, **options) as response,
        ):
            return await use(response)

    ocs.script("GET", PATH, Answer(status, error_body("partial", children=1)))
    return asyncio.run(run())


@each_status
def test_checks(ocs: Simulator, status: int) -> None:
    async def use(response: Any) -> None:
        assert response, f"{AIOHTTP}: a response is always true"
        assert response.status == status, AIOHTTP
        assert not hasattr(response, "status_code"), AIOHTTP
        assert response.ok is (status < 400), AIOHTTP
        if status < 400:
            assert response.raise_for_status() is None, AIOHTTP
            return
        with pytest.raises(aiohttp.ClientResponseError) as caught:
            response.raise_for_status()
        assert caught.value.status == status, AIOHTTP
        assert str(caught.value).startswith(f"{status}, message="), AIOHTTP
        assert ", url=" in str(caught.value), AIOHTTP
        assert not hasattr(caught.value, "response"), AIOHTTP

    with_aiohttp(ocs, status, use)


@each_status
def test_a_session_may_check_each_answer(ocs: Simulator, status: int) -> None:
    async def use(response: Any) -> Any:
        return response.status

    options = {"raise_for_status": True}
    if status < 400:
        assert with_aiohttp(ocs, status, use, options) == status, AIOHTTP
        return
    with pytest.raises(aiohttp.ClientResponseError) as caught:
        with_aiohttp(ocs, status, use, options)
    assert caught.value.status == status, AIOHTTP
    assert with_aiohttp(ocs, status, use, options, raise_for_status=False) == status, AIOHTTP
    with pytest.raises(aiohttp.ClientResponseError):
        with_aiohttp(ocs, status, use, raise_for_status=True)


def test_a_function_may_check_each_answer(ocs: Simulator) -> None:
    async def check(response: Any) -> None:
        if response.status == 412:
            raise LookupError

    async def use(response: Any) -> Any:
        return response.status

    assert with_aiohttp(ocs, 500, use, {"raise_for_status": check}) == 500, AIOHTTP
    with pytest.raises(LookupError):
        with_aiohttp(ocs, 412, use, {"raise_for_status": check})
    with pytest.raises(LookupError):
        with_aiohttp(ocs, 412, use, raise_for_status=check)


def test_parsing_nothing(ocs: Simulator) -> None:
    async def use(response: Any) -> None:
        assert await response.read() == b"", AIOHTTP
        assert await response.text() == "", AIOHTTP
        assert await response.json(content_type=None) is None, AIOHTTP
        with pytest.raises(aiohttp.ContentTypeError) as caught:
            await response.json()
        assert isinstance(caught.value, aiohttp.ClientResponseError), AIOHTTP
        assert not isinstance(caught.value, ValueError), AIOHTTP

    with_aiohttp(ocs, 204, use)


def test_a_base_url_is_joined(ocs: Simulator) -> None:
    ocs.script("GET", PATH, Answer(200))

    async def run(base: str, url: str) -> Any:
        async with aiohttp.ClientSession(base, headers={"Authorization": "Bearer t"}) as session:
            response = await session.get(url)
            response.release()
            return response.status

    directory, _, name = PATH.rpartition("/")
    assert asyncio.run(run(ocs.base, PATH)) == 200, AIOHTTP
    assert asyncio.run(run(f"{ocs.base}{directory}/", name)) == 200, AIOHTTP
    assert asyncio.run(run(f"{ocs.base}/elsewhere/", PATH)) == 200, AIOHTTP
    assert {one.headers["Authorization"] for one in ocs.received} == {"Bearer t"}, AIOHTTP


def test_the_function_sends_like_the_session(ocs: Simulator) -> None:
    async def run() -> Any:
        async with aiohttp.request("PUT", ocs.base + PATH, json={}) as response:
            return response.status

    ocs.script("PUT", PATH, Answer(412))
    assert asyncio.run(run()) == 412, AIOHTTP


@pytest.mark.parametrize(("allowed", "status"), [(True, 200), (False, 302)])
def test_redirects_are_followed(ocs: Simulator, allowed: bool, status: int) -> None:
    async def run() -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.post(ocs.base + PATH, allow_redirects=allowed) as response,
        ):
            return response.status

    ocs.script("POST", PATH, Answer(302, headers={"Location": "/there"}))
    ocs.script("GET", "/there", Answer(200))
    assert asyncio.run(run()) == status, AIOHTTP


@pytest.mark.parametrize("header", [{}, {"Retry-After": "0"}])
def test_no_status_is_repeated(ocs: Simulator, header: dict[str, str]) -> None:
    async def run() -> Any:
        async with aiohttp.ClientSession() as session, session.get(ocs.base + PATH) as response:
            return response.status

    ocs.script("GET", PATH, Answer(503, headers=header))
    assert (asyncio.run(run()), len(ocs.received)) == (503, 1), AIOHTTP
