"""What urllib3, urllib.request and http.client really do with a status, by running them.

Each failure names the installed version.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
import urllib3
from simulator import Answer, Simulator, error_body

PATH = "/api/v1/Tenants/t/Namespaces/n/Streams/s"
URLLIB3 = f"urllib3 {version('urllib3')}"

STATUSES = [200, 201, 202, 204, 207, 304, 400, 401, 403, 404, 405, 408, 409, 412, 500, 503]
each_status = pytest.mark.parametrize("status", STATUSES)


@pytest.fixture
def ocs() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


class TestUrllib3:
    @each_status
    def test_nothing_is_raised(self, ocs: Simulator, status: int) -> None:
        ocs.script("GET", PATH, Answer(status, error_body("partial")))
        with urllib3.PoolManager() as pool:
            response = pool.request("GET", ocs.base + PATH)
            assert response, f"{URLLIB3}: a response is always true"
            assert response.status == status, URLLIB3
            assert not hasattr(response, "status_code"), URLLIB3
            assert not hasattr(response, "raise_for_status"), URLLIB3

    def test_parsing_nothing(self, ocs: Simulator) -> None:
        ocs.script("GET", PATH, Answer(204))
        with urllib3.PoolManager() as pool:
            response = pool.request("GET", ocs.base + PATH)
            assert response.data == b"", URLLIB3
            with pytest.raises(json.JSONDecodeError):
                response.json()

    @pytest.mark.parametrize(("method", "after"), [("GET", 4), ("PUT", 4), ("POST", 1), ("PATCH", 1)])
    def test_it_repeats_a_503_when_told_when(self, ocs: Simulator, method: str, after: int) -> None:
        with urllib3.PoolManager() as pool:
            ocs.script(method, PATH, Answer(503))
            assert pool.request(method, ocs.base + PATH).status == 503, URLLIB3
            assert len(ocs.received) == 1, URLLIB3
            ocs.script(method, PATH, Answer(503, headers={"Retry-After": "0"}))
            assert pool.request(method, ocs.base + PATH).status == 503, URLLIB3
            assert len(ocs.received) == 1 + after, URLLIB3
            ocs.script(method, PATH, Answer(503, headers={"Retry-After": "0"}))
            pool.request(method, ocs.base + PATH, retries=False)
            assert len(ocs.received) == 2 + after, URLLIB3

    def test_the_retries_of_a_call_win(self, ocs: Simulator) -> None:
        listed = urllib3.Retry(2, status_forcelist=[503], backoff_factor=0.01)
        ocs.script("GET", PATH, Answer(503), Answer(200))
        with urllib3.PoolManager(retries=listed) as pool:
            assert pool.request("GET", ocs.base + PATH).status == 200, URLLIB3
            ocs.script("GET", PATH, Answer(503), Answer(200))
            assert pool.request("GET", ocs.base + PATH, retries=0).status == 503, URLLIB3
        ocs.script("GET", PATH, Answer(503), Answer(200))
        assert urllib3.request("GET", ocs.base + PATH, retries=listed).status == 200, URLLIB3

    def test_a_spent_forcelist_raises(self, ocs: Simulator) -> None:
        ocs.script("GET", PATH, Answer(503))
        with pytest.raises(urllib3.exceptions.MaxRetryError):
            urllib3.request("GET", ocs.base + PATH, retries=urllib3.Retry(1, status_forcelist=[503]))

    def test_a_pool_knows_its_host(self, ocs: Simulator) -> None:
        ocs.script("DELETE", PATH, Answer(204))
        host, _, port = ocs.base.removeprefix("http://").partition(":")
        with urllib3.HTTPConnectionPool(host, port=int(port)) as pool:
            assert pool.request("DELETE", PATH).status == 204, URLLIB3

    def test_redirects_are_followed(self, ocs: Simulator) -> None:
        ocs.script("POST", PATH, Answer(302, headers={"Location": "/there"}))
        ocs.script("GET", "/there", Answer(200))
        # 302 turns POST into GET since urllib3 2.0.
        ocs.script("POST", "/there", Answer(200))
        with urllib3.PoolManager() as pool:
            assert pool.request("POST", ocs.base + PATH).status == 200, URLLIB3
            assert pool.request("POST", ocs.base + PATH, redirect=False).status == 302, URLLIB3


class TestUrllib:
    @each_status
    def test_everything_but_success_is_raised(self, ocs: Simulator, status: int) -> None:
        ocs.script("GET", PATH, Answer(status, error_body("partial")))
        opener = urllib.request.build_opener()
        for send in (urllib.request.urlopen, opener.open):
            if 200 <= status < 300:
                with send(ocs.base + PATH) as response:
                    assert response.status == response.code == response.getcode() == status
                    assert response
                continue
            with pytest.raises(urllib.error.HTTPError) as caught:
                send(ocs.base + PATH)
            with caught.value as error:
                assert error.code == error.status == error.getcode() == status
                assert str(error).startswith(f"HTTP Error {status}: ")
                assert isinstance(error, urllib.error.URLError)
                assert isinstance(error, OSError)
                assert error.read() == Answer(status, error_body("partial")).content

    def test_a_redirect_without_location_is_raised(self, ocs: Simulator) -> None:
        ocs.script("GET", PATH, Answer(302), Answer(302, headers={"Location": "/there"}))
        ocs.script("GET", "/there", Answer(200))
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(ocs.base + PATH)
        caught.value.close()
        with urllib.request.urlopen(ocs.base + PATH) as response:
            assert response.status == 200

    def test_the_method_follows_from_the_data(self, ocs: Simulator) -> None:
        for method in ("GET", "POST", "PUT", "DELETE"):
            ocs.script(method, PATH, Answer(200))
        url = ocs.base + PATH
        urllib.request.urlopen(url).close()
        urllib.request.urlopen(url, b"{}").close()
        urllib.request.urlopen(url, data=None).close()
        urllib.request.urlopen(urllib.request.Request(url, b"{}")).close()
        urllib.request.urlopen(urllib.request.Request(url), data=b"{}").close()
        urllib.request.urlopen(urllib.request.Request(url, data=b"{}", method="PUT")).close()
        request = urllib.request.Request(url)
        request.method = "PUT"
        request.add_header("If-Match", "7")
        urllib.request.urlopen(request).close()
        request.get_method = lambda: "DELETE"  # type: ignore[method-assign]
        urllib.request.urlopen(request).close()
        assert [one.method for one in ocs.received] == ["GET", "POST", "GET", "POST", "POST", "PUT", "PUT", "DELETE"]
        assert [one.headers["If-Match"] for one in ocs.received[-2:]] == ["7", "7"]

    def test_nothing_to_parse(self, ocs: Simulator) -> None:
        ocs.script("GET", PATH, Answer(204))
        with urllib.request.urlopen(ocs.base + PATH) as response, pytest.raises(json.JSONDecodeError):
            json.load(response)

    def test_no_status_is_repeated(self, ocs: Simulator) -> None:
        ocs.script("GET", PATH, Answer(503, headers={"Retry-After": "0"}))
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(ocs.base + PATH)
        caught.value.close()
        assert len(ocs.received) == 1

    def test_an_opener_may_be_told_not_to_raise(self, ocs: Simulator) -> None:
        class Lenient(urllib.request.HTTPErrorProcessor):
            def http_response(self, request: urllib.request.Request, response: Any) -> Any:
                return response

        ocs.script("GET", PATH, Answer(412))
        with urllib.request.build_opener(Lenient()).open(ocs.base + PATH) as response:
            assert response.status == 412


class TestHttpClient:
    @each_status
    def test_nothing_is_raised(self, ocs: Simulator, status: int) -> None:
        ocs.script("PUT", PATH, Answer(status, error_body("partial")))
        connection = http.client.HTTPConnection(ocs.base.removeprefix("http://"))
        connection.request("PUT", PATH, "{}", {"If-Match": "7"})
        response: Any = connection.getresponse()
        assert response
        assert response.status == response.code == response.getcode() == status
        assert response.read() == (b"" if status in {204, 304} else Answer(status, error_body("partial")).content)
        connection.close()
        assert ocs.received[0].headers["If-Match"] == "7"

    def test_a_redirect_is_not_followed(self, ocs: Simulator) -> None:
        ocs.script("GET", PATH, Answer(302, headers={"Location": "/there"}))
        host, _, port = ocs.base.removeprefix("http://").partition(":")
        connection = http.client.HTTPConnection(host, int(port))
        connection.request("GET", PATH)
        response = connection.getresponse()
        assert response.status == 302
        response.read()
        connection.close()
        assert len(ocs.received) == 1
