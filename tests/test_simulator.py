"""The simulator answers as scripted, remembers the requests, and leaves nothing running."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.parse

import pytest
from simulator import Answer, Received, Simulator, error_body


def send(base: str, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=5)
    try:
        connection.request(method, path, body, {"If-Match": "7"})
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()
    finally:
        connection.close()


def test_a_script_is_played_and_its_last_answer_repeats() -> None:
    with Simulator() as ocs:
        ocs.script("GET", "/a", Answer(503, headers={"Retry-After": "0"}), Answer(503), Answer(200, {"Id": 1}))
        answers = [send(ocs.base, "GET", "/a?count=1") for _ in range(4)]
    assert [status for status, _, _ in answers] == [503, 503, 200, 200]
    assert ["Retry-After" in headers for _, headers, _ in answers] == [True, False, False, False]
    assert json.loads(answers[3][2]) == {"Id": 1}


def test_methods_and_paths_have_their_own_scripts() -> None:
    with Simulator(default=Answer(404)) as ocs:
        ocs.script("put", "/a", Answer(412, error_body("changed")))
        assert send(ocs.base, "PUT", "/a")[0] == 412
        assert send(ocs.base, "GET", "/a")[0] == 404
        assert send(ocs.base, "PUT", "/b")[0] == 404


def test_what_is_not_scripted_is_an_error() -> None:
    with Simulator() as ocs:
        status, _, body = send(ocs.base, "GET", "/a")
    assert status == 501
    assert json.loads(body)["Reason"] == "nothing is scripted here"


def test_a_207_has_the_errors_of_the_items() -> None:
    with Simulator(default=Answer(207, error_body("partial", children=2))) as ocs:
        status, _, body = send(ocs.base, "POST", "/bulk")
    assert status == 207
    assert [error["Reason"] for error in json.loads(body)["ChildErrors"]] == ["item 0 failed", "item 1 failed"]


@pytest.mark.parametrize(("method", "status"), [("DELETE", 204), ("GET", 304), ("HEAD", 200)])
def test_answers_without_a_body(method: str, status: int) -> None:
    with Simulator(default=Answer(status, {"never": "sent"})) as ocs:
        answered, headers, body = send(ocs.base, method, "/a")
    assert (answered, body) == (status, b"")
    assert ("Content-Length" in headers) == (status == 200)


def test_requests_are_remembered() -> None:
    with Simulator(default=Answer(200)) as ocs:
        send(ocs.base, "PUT", "/a?x=1", b"[1]")
        send(ocs.base, "GET", "/b")
        put, get = ocs.received
    assert isinstance(put, Received)
    assert (put.method, put.path, put.body, put.headers["If-Match"]) == ("PUT", "/a?x=1", b"[1]", "7")
    assert (get.method, get.path, get.body) == ("GET", "/b", b"")
    assert put.at < get.at


def test_nothing_is_left_running() -> None:
    before = threading.active_count()
    with Simulator(default=Answer(200)) as ocs:
        base = ocs.base
        send(base, "GET", "/a")
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        send(base, "GET", "/a")


def test_an_empty_script_is_refused() -> None:
    with Simulator() as ocs, pytest.raises(ValueError, match="at least one answer"):
        ocs.script("GET", "/a")
