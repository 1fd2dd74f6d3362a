"""# OCS503: unavailable service not retried

## What it does

Reports a call to OCS that nothing repeats when it is answered with 503 Service Unavailable: no loop leads back to it,
and its transport does not retry 503 for this method. It is reported once: at the session if one is created in the
module and has no retry at all, else at the call that sends the request.

## Why is this bad

OCS documents 503 as a temporary state, during maintenance or under load, and asks to try again later. A client that
does not is down whenever the service is busy for a moment.

## Example

```python
import requests


def streams(base, tenant, namespace):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    response = requests.get(url)
    response.raise_for_status()
    return response.json()
```

## Use instead

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], allowed_methods=None, backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def streams(base, tenant, namespace):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    response = session.get(url)
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: how often and how long to wait is the author's decision.

## Not reported

A session that comes from elsewhere, a transport of another class than the libraries' own, a decorator that is not
known, and a function that is handed to other code may all retry; then nothing is reported. A retry that is there but
cannot repeat a 503 is OCS601's.

## References

* "HTTP status codes", in the OCS documentation
* [`urllib3.util.Retry`](https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html#urllib3.util.Retry)
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
from flake8_ocs_status.transport.retries import Repeats

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite

STATUS = HTTPStatus.SERVICE_UNAVAILABLE


def check_unavailable(facts: Facts) -> Iterator[Finding]:
    """Transports and calls at which nothing repeats a 503, each once."""
    for node, sites in by_place(facts.unretried_calls(STATUS), partial(places_of, facts)).items():
        told = all(site.repeats(STATUS) is Repeats.ONLY_WITH_RETRY_AFTER for site in sites)
        sometimes = " without Retry-After" if told else ""
        message = f"{named(STATUS)} from {label_of(sites)} is not retried{sometimes}; send it again after a delay"
        yield Finding(*facts.module.position(node), "OCS503", message)


def places_of(facts: Facts, site: CallSite) -> tuple[ast.expr, ...]:
    """Where to put a retry: where the transport is chosen, else where the request is sent; nowhere if one is there."""
    if site.policy_nodes or (site.callers and all(caller.policy_nodes for caller in site.callers)):
        return ()
    return facts.place_of(site.transport_node or site.sending_node, site)


RULE = Rule(
    code="OCS503",
    name="unavailable-not-retried",
    summary="Nothing retries a 503 Service Unavailable",
    check=check_unavailable,
)
