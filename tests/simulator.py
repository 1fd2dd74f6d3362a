"""A loopback server that plays OCS: HTTP on 127.0.0.1, answers as scripted, a memory of the requests."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


@dataclass(frozen=True)
class Answer:
    """One answer. ``body`` is sent as JSON unless it is bytes; None, and a 204 or 304, send no body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        if self.body is None or self.status in BODILESS:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Received:
    """One request as it came in. ``path`` has the query; ``at`` is monotonic time in seconds."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


def error_body(reason: str, children: int = 0) -> dict[str, Any]:
    """An error in the shape of OCS, with this many per-item errors."""
    body: dict[str, Any] = {"OperationId": "0d2a", "Error": "An error occurred", "Reason": reason}
    if children:
        body["ChildErrors"] = [error_body(f"item {number} failed") for number in range(children)]
    return body


class _Server(ThreadingHTTPServer):
    """A server that stops at once when it is told to, where `serve_forever` looks for that from time to time only."""

    # Closing waits for the threads of running requests, so that no test leaves one behind.
    daemon_threads = False
    stopped = False

    def serve_until_stopped(self) -> None:
        while not self.stopped:
            self.handle_request()

    def stop(self) -> None:
        self.stopped = True
        # It waits for a connection; this one it does not answer.
        socket.create_connection((str(self.server_address[0]), self.server_port)).close()

    def verify_request(self, request: object, client_address: object) -> bool:
        return not self.stopped


class Simulator:
    """The server, running within a ``with`` block.

    Requests are answered by the script for their method and path (without query), else by ``default``. The last answer
    of a script repeats for ever.
    """

    def __init__(self, default: Answer | None = None) -> None:
        self._default = default or Answer(HTTPStatus.NOT_IMPLEMENTED, error_body("nothing is scripted here"))
        self._scripts: dict[tuple[str, str], list[Answer]] = {}
        self._received: list[Received] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_until_stopped)

    def __enter__(self) -> Simulator:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join()
        self._server.server_close()

    @property
    def base(self) -> str:
        """The URL of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def received(self) -> list[Received]:
        """The requests so far, oldest first."""
        with self._lock:
            return list(self._received)

    def script(self, method: str, path: str, *answers: Answer) -> None:
        """Answer requests for ``method`` on ``path`` with ``answers``, one after the other."""
        if not answers:
            raise ValueError("a script needs at least one answer")
        with self._lock:
            self._scripts[method.upper(), path] = list(answers)

    def answer(self, request: Received) -> Answer:
        """Remember ``request`` and take the answer to it off its script."""
        with self._lock:
            self._received.append(request)
            script = self._scripts.get((request.method, request.path.partition("?")[0]))
            if script is None:
                return self._default
            return script.pop(0) if len(script) > 1 else script[0]


def _handler(simulator: Simulator) -> type[BaseHTTPRequestHandler]:
    """The handler class of one simulator."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            at = time.monotonic()
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = simulator.answer(Received(self.command, self.path, dict(self.headers), body, at))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            # One request for each connection: nothing stays open that a test would have to close.
            self.send_header("Connection", "close")
            if answer.status not in BODILESS:
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.content)

        do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = _handle  # noqa: N815

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Keep the test's output clean."""

    return Handler
