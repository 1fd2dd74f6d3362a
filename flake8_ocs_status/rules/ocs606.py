"""# OCS606: request that may have been applied repeated

## What it does

Reports a retry that repeats a POST or PATCH to OCS after 500, 502 or 504.

## Why is this bad

After these answers nobody knows whether the request was carried out: the gateway gave up waiting, or the server failed
half way. Sent again, a POST may store the same events twice, or end in a 409 that hides that all went well. A 503 was
not carried out, and can be repeated.

## Example

```python
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(total=5, status_forcelist=[500, 502, 503, 504], allowed_methods=None, backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def create(base, tenant, namespace, asset):
    response = session.post(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Assets", json=asset)
    response.raise_for_status()
    return response.json()
```

## Use instead

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(total=5, status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], allowed_methods=None, backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def create(base, tenant, namespace, asset):
    response = session.post(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Assets", json=asset)
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: whether a request may be sent twice depends on what it does.

## Not reported

A retry that is not certain to repeat these statuses. Whether an operation that is sent as POST only reads, as bulk
reads do, is not looked at: list such calls with `# noqa`.

## References

* [RFC 9110, idempotent methods](https://www.rfc-editor.org/rfc/rfc9110#name-idempotent-methods)
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import by_place_and_status, label_of, listed
from flake8_ocs_status.rules.registry import Rule


def check_applied_twice(facts: Facts) -> Iterator[Finding]:
    """Retries of requests that may have been applied, each once."""
    found = by_place_and_status(facts, lambda repetition: repetition.applied_twice())
    for place, (sites, repeated) in found.items():
        message = f"{label_of(sites)} is sent again after {listed(repeated)}, when it may have been applied"
        yield Finding(*facts.module.position(place), "OCS606", message)


RULE = Rule(
    code="OCS606",
    name="applied-twice",
    summary="A retry repeats a POST or PATCH that may have been applied",
    check=check_applied_twice,
    on=False,
)
