"""# OCS605: Retry-After ignored

## What it does

Reports a retry of a 503 Service Unavailable from OCS that does not look at the header `Retry-After`: a loop that reads
no header, a wrapper that waits by its own rule, `Retry(respect_retry_after_header=False)`.

## Why is this bad

The service knows best when it will be back. Who asks earlier asks in vain and adds to the load; who asks later waits
for nothing.

## Example

```python
import time
from http import HTTPStatus

import requests


def streams(base, tenant, namespace):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    for attempt in range(6):
        response = requests.get(url)
        if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            break
        time.sleep(2**attempt)
    response.raise_for_status()
    return response.json()
```

## Use instead

```python
import time
from http import HTTPStatus

import requests


def streams(base, tenant, namespace):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    for attempt in range(6):
        response = requests.get(url)
        if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            break
        time.sleep(float(response.headers.get("Retry-After", 2**attempt)))
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: the header may hold a number of seconds or a date, and how long is too long is the author's decision.

## Not reported

Code that calls anything that is not in sight between two tries, and waiting strategies that compute the delay from what
was raised or returned.

## References

* [RFC 9110, Retry-After](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import by_way, label_of
from flake8_ocs_status.rules.registry import Rule


def check_retry_after(facts: Facts) -> Iterator[Finding]:
    """Retries that do not look at Retry-After, each once."""
    for node, sites in by_way(facts, lambda repetition: repetition.ignoring_retry_after()).items():
        message = f"the retry of a 503 from {label_of(sites)} ignores Retry-After; wait as long as it says"
        yield Finding(*facts.module.position(node), "OCS605", message)


RULE = Rule(
    code="OCS605",
    name="retry-after-ignored",
    summary="A retry of a 503 ignores Retry-After",
    check=check_retry_after,
    on=False,
)
