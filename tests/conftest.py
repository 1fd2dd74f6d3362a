"""What holds for every test."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _nothing_but_the_loopback() -> Iterator[None]:
    """The libraries read proxies and certificates from the environment. The simulator needs neither, and to load all
    certificates anew for each client, as httpx does, takes longer than all else that the client does; a folder without
    any is at once read."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NO_PROXY", "127.0.0.1")
        patched.delenv("SSL_CERT_FILE", raising=False)
        patched.setenv("SSL_CERT_DIR", str(Path(__file__).parent))
        yield


def pytest_collection_finish() -> None:
    """What is loaded, and the thousands of tests, stay to the end: the garbage collector need not go through them
    each time that it looks for what a test has left."""
    gc.collect()
    gc.freeze()
