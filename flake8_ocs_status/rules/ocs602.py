"""# OCS602: retry without delay

## What it does

Reports a retry that repeats a 503 Service Unavailable from OCS at once: a loop that does not wait, `Retry` with the
default `backoff_factor=0` or with a single repeat, tenacity without `wait`, `backoff.constant` with `interval=0`,
`RetryTransport()` of httpx-retries as it comes.

## Why is this bad

A service that is busy is asked again within milliseconds, and all attempts are spent before it had time to recover. A
thousand clients that do so keep it down. urllib3 never waits before its first repeat, so that `total=1` never waits.

## Example

```python
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=Retry(total=5, status_forcelist=[503])))


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

retry = Retry(total=5, status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def streams(base, tenant, namespace):
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams")
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: how long to wait is the author's decision.

## Not reported

Code that calls anything that is not in sight on its way back to the request: that may take its time. A delay of which
the length is not known counts as one.

## References

* [`urllib3.util.Retry`](https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html#urllib3.util.Retry)
* [`wait` in tenacity](https://tenacity.readthedocs.io/en/latest/api.html#wait-functions)
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import by_way, label_of
from flake8_ocs_status.rules.registry import Rule


def check_delay(facts: Facts) -> Iterator[Finding]:
    """Retries that repeat an unavailable service at once, each once."""
    for node, sites in by_way(facts, lambda repetition: repetition.without_delay()).items():
        message = f"a 503 from {label_of(sites)} is repeated at once; wait between the tries"
        yield Finding(*facts.module.position(node), "OCS602", message)


RULE = Rule(
    code="OCS602",
    name="retry-without-delay",
    summary="A retry repeats a 503 with no delay at all",
    check=check_delay,
)
