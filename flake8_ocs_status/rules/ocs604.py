"""# OCS604: permanent failure repeated

## What it does

Reports a retry under a call to OCS that also repeats 400, 401, 403, 404 or 405, or a 412 without reading the resource
again: a handler for any `HTTPError` or `RequestException` around the loop, tenacity or backoff on the same, a
`status_forcelist` that lists them.

## Why is this bad

These answers say that the request is wrong, or that it is not allowed. The same request gets the same answer, only
later: the caller waits for the whole backoff to be told of a typo. With a 401 the account may be locked.

## Example

```python
import time

import requests


def streams(base, tenant, namespace):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    for attempt in range(5):
        try:
            response = requests.get(url)
            response.raise_for_status()
            return response.json()
        except requests.RequestException:
            time.sleep(2**attempt)
    raise TimeoutError(url)
```

## Use instead

```python
import time
from http import HTTPStatus

import requests


def streams(base, tenant, namespace):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    for attempt in range(5):
        response = requests.get(url)
        if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            response.raise_for_status()
            return response.json()
        time.sleep(2**attempt)
    raise TimeoutError(url)
```

## Fix safety

There is no fix: which errors are worth another try is the author's decision.

## Not reported

A 401 or 412 after which anything is called that may fetch a new token or read again. A loop that repeats nothing but
404: it waits for something to appear. A loop that goes on after a good answer too, a loop over hosts or whatever else
makes the next request another one, be it a function that a wrapper calls between the tries, and the wait for a server
to start: a request of which nothing but the status is looked at, or to a path such as `/health`.

## References

* "HTTP status codes", in the OCS documentation
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import by_place_and_status, label_of, listed
from flake8_ocs_status.rules.registry import Rule


def check_permanent_failures(facts: Facts) -> Iterator[Finding]:
    """Retries that repeat what no repetition mends, each once."""
    found = by_place_and_status(facts, lambda repetition: repetition.permanent_failures())
    for place, (sites, repeated) in found.items():
        message = f"{listed(repeated)} from {label_of(sites)} is repeated in vain; repeat only what can pass"
        yield Finding(*facts.module.position(place), "OCS604", message)


RULE = Rule(
    code="OCS604",
    name="permanent-failure-repeated",
    summary="A retry repeats 400, 401, 403, 404, 405 or 412",
    check=check_permanent_failures,
)
