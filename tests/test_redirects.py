"""What the table of redirects says is what the libraries do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
import urllib3
from simulator import Answer, Simulator

from flake8_ocs_status.transport.redirects import REDIRECTS

PATH = "/api/v1/Tenants/t/Namespaces/n/Types/t"
SEND: dict[str, Callable[..., Any]] = {
    "requests": lambda url, **options: requests.post(url, json={}, timeout=5, **options),
    "httpx": lambda url, **options: httpx.post(url, json={}, timeout=5, **options),
    "urllib3": lambda url, **options: urllib3.PoolManager().request("POST", url, json={}, timeout=5, **options),
}


def follows(library: str, **options: bool) -> bool:
    """Whether a POST that is answered with 302 leads to another request."""
    with Simulator(default=Answer(200, {})) as ocs:
        ocs.script("POST", PATH, Answer(302, headers={"Location": "/there"}))
        SEND[library](ocs.base + PATH, **options)
        return any(request.path == "/there" for request in ocs.received)


@pytest.mark.parametrize("library", SEND)
def test_the_table_is_what_happens(library: str) -> None:
    redirects = REDIRECTS[library]
    assert follows(library) == redirects.default
    for chosen in (False, True):
        assert follows(library, **{redirects.keyword: chosen}) == chosen
