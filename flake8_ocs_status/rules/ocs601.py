"""# OCS601: retry that cannot fire for 503

## What it does

Reports a retry policy under a call to OCS that cannot repeat a 503 Service Unavailable there: its `status_forcelist`
lacks 503 or holds texts, the method is not among the allowed ones, no repeat is left, it repeats failed connections
only, or it is mounted for another scheme or host.

## Why is this bad

Somebody cared about retries, and there are none. `Retry(total=3)` has an empty `status_forcelist`, and
`HTTPAdapter(max_retries=3)` is the same: they repeat a 503 only where the server happens to send `Retry-After`.
urllib3 leaves out POST and PATCH unless `allowed_methods` says otherwise. `httpx.HTTPTransport(retries=3)` repeats
failed connections and no status at all.

## Example

```python
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=Retry(total=3, backoff_factor=1)))


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

retry = Retry(total=3, status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def streams(base, tenant, namespace):
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams")
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: which methods may be sent twice is the author's decision.

## Not reported

A policy of which any part is not known is not reported, and neither is a call that a loop leads back to. Only urllib3's
`Retry` on a requests session and httpx's own transports are known so far.

## References

* [`urllib3.util.Retry`](https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html#urllib3.util.Retry)
* [Transports of httpx](https://www.python-httpx.org/advanced/transports/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import by_place, label_of
from flake8_ocs_status.rules.registry import Rule

if TYPE_CHECKING:
    from flake8_ocs_status.fate.callsites import CallSite

STATUS = HTTPStatus.SERVICE_UNAVAILABLE


def check_ineffective_retry(facts: Facts) -> Iterator[Finding]:
    """Retry policies that cannot repeat a 503 of the calls they are meant for, each once."""
    for node, sites in by_place(facts.unretried_calls(STATUS), partial(places_of, facts)).items():
        message = f"this retry never repeats a 503 from {label_of(sites)}; check its statuses, methods and mount"
        yield Finding(*facts.module.position(node), "OCS601", message)


def places_of(facts: Facts, site: CallSite) -> list[ast.Call]:
    """Where the retry policies for a call are made, as far as this module is to be changed."""
    return [place for node in site.policy_nodes for place in facts.place_of(node, site)]


RULE = Rule(
    code="OCS601",
    name="ineffective-retry",
    summary="A retry is there but cannot fire for 503",
    check=check_ineffective_retry,
)
