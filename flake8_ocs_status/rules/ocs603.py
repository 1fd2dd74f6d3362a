"""# OCS603: endless retry

## What it does

Reports a retry that sends a request to OCS for as long as the answer is 503 Service Unavailable: a `while True` that
only a good answer ends, tenacity without `stop`, backoff without `max_tries` and `max_time`, `retry` without `tries`,
`Retry(total=None)` with no limit on `status`.

## Why is this bad

When the service is down for an hour, so is everything that waits for this call, and nobody is told. A job that gives
up after some minutes can be seen, reported and started again.

## Example

```python
import time
from http import HTTPStatus

import requests


def streams(base, tenant, namespace):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    while True:
        response = requests.get(url)
        if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            response.raise_for_status()
            return response.json()
        time.sleep(10)
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
        time.sleep(2**attempt)
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: when to give up is the author's decision.

## Not reported

A loop with any other way out, known or not: a counter, a clock, an event, a call that is not in sight. A loop that goes
on after a good answer too is a service that polls, and no retry. Recursion ends by itself.

## References

* [`stop` in tenacity](https://tenacity.readthedocs.io/en/latest/api.html#stop-functions)
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import by_way, label_of
from flake8_ocs_status.rules.registry import Rule


def check_end(facts: Facts) -> Iterator[Finding]:
    """Retries that repeat an unavailable service for ever, each once."""
    for node, sites in by_way(facts, lambda repetition: repetition.without_end()).items():
        message = f"a 503 from {label_of(sites)} is repeated for ever; give up after some tries, or some time"
        yield Finding(*facts.module.position(node), "OCS603", message)


RULE = Rule(
    code="OCS603",
    name="endless-retry",
    summary="A retry repeats a 503 for ever",
    check=check_end,
)
