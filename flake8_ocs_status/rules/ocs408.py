"""# OCS408: timed out operation not retried

## What it does

Reports a call to OCS that nothing repeats when it is answered with 408 Operation timed out: no loop leads back to it,
and neither its transport nor a wrapper retries 408. It is reported where the retry is made, or the session, else at the
call.

## Why is this bad

408 says that the server got tired of waiting for the request: the network was slow for a moment. The same request will
most likely pass.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

TEMPORARY = [HTTPStatus.SERVICE_UNAVAILABLE]
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=Retry(status_forcelist=TEMPORARY, backoff_factor=1)))


def streams(base, tenant, namespace):
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams")
    response.raise_for_status()
    return response.json()
```

## Use instead

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

TEMPORARY = [HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.SERVICE_UNAVAILABLE]
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=Retry(status_forcelist=TEMPORARY, backoff_factor=1)))


def streams(base, tenant, namespace):
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams")
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: how often and how long to wait is the author's decision.

## Not reported

The same calls as for OCS503: those whose session, transport, decorator or caller is not in sight.

## References

* "HTTP status codes", in the OCS documentation
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import by_place, label_of, named
from flake8_ocs_status.rules.registry import Rule

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite

STATUS = HTTPStatus.REQUEST_TIMEOUT


def check_timed_out(facts: Facts) -> Iterator[Finding]:
    """Policies, transports and calls at which nothing repeats a 408, each once."""
    for node, sites in by_place(facts.unretried_calls(STATUS), partial(places_of, facts)).items():
        message = f"{named(STATUS)} from {label_of(sites)} is not retried; send it again"
        yield Finding(*facts.module.position(node), "OCS408", message)


def places_of(facts: Facts, site: CallSite) -> list[ast.expr]:
    """Where to put the retry: where one is made already, else where the transport is chosen or the request is sent."""
    nodes = site.policy_nodes or (site.transport_node or site.sending_node,)
    return [place for node in nodes for place in facts.place_of(node, site)]


RULE = Rule(
    code="OCS408",
    name="timeout-not-retried",
    summary="Nothing retries a 408 Operation timed out",
    check=check_timed_out,
    on=False,
)
