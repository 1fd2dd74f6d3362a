"""# OCS000: status never looked at

## What it does

Reports a call to OCS whose answer is used, or taken for done, without anybody looking at the status: no test on
`status_code`, no `raise_for_status()`, no `.ok`.

## Why is this bad

None of the HTTP libraries raises for an error status by itself. A 401, a 403 or a 500 is then parsed as if it were
data, or goes unnoticed altogether.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def streams(base, tenant, namespace):
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams")
    return response.json()
```

## Use instead

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def streams(base, tenant, namespace):
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams")
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: what is to happen on an error is the author's decision.

## Not reported

A function that hands the response or its status to its caller, or to code that is not in sight, has decided nothing
and is not reported. Nor is a client whose response hooks are not in sight, since they may check every answer, nor an
aiohttp session that somebody else has made, which may raise for each error. `urllib.request` raises by itself. A status
that is only logged does not count as looked at.

## References

* "HTTP status codes", in the OCS documentation
* `Response.raise_for_status` of [requests](https://requests.readthedocs.io/en/latest/api/#requests.Response.raise_for_status)
  and [httpx](https://www.python-httpx.org/quickstart/#exceptions), `raise_for_status` of
  [aiohttp](https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.ClientSession)
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.registry import Rule


def check_status_ignored(facts: Facts) -> Iterator[Finding]:
    """Calls whose status nobody looks at."""
    for site, judgement in facts.judged_calls:
        if judgement.is_never_looked_at:
            label = site.label
            message = f"status of {label} is never looked at; test it, or call raise_for_status()"
            yield Finding(*facts.module.position(site.node), "OCS000", message)


RULE = Rule(
    code="OCS000",
    name="status-ignored",
    summary="The answer of a call to OCS is used and nobody looks at its status",
    check=check_status_ignored,
)
