"""# OCS207: partial failure taken for success

## What it does

Reports a call to an OCS operation that can answer 207 Multi-Status where the code does the same for 207 as for a full
success.

## Why is this bad

207 means that some items of a bulk request failed. It lies in the 2xx range, so `raise_for_status()`, `.ok`,
`.is_success` and `200 <= status < 300` all let it pass, and the failed items are lost without a word. Which ones they
are stands in the body, under `ChildErrors`.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], allowed_methods=None, backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def create_assets(base, tenant, namespace, assets):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Bulk/Assets"
    response = session.post(url, json=assets)
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


def create_assets(base, tenant, namespace, assets):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Bulk/Assets"
    response = session.post(url, json=assets)
    response.raise_for_status()
    if response.status_code == HTTPStatus.MULTI_STATUS:
        raise RuntimeError(response.json()["ChildErrors"])
    return response.json()
```

## Fix safety

There is no fix: what to do with the items that failed is the author's decision.

## Not reported

Code that searches the body for the errors (`body.get("ChildErrors")`) tells partial from full as well. A function that
hands the raw response or the status to its caller has decided nothing.

Some bulk reads answer 207 on every success. What matters is that the code tells partial from full: a test that accepts
207 and nothing else is not reported.

## References

* "HTTP status codes", in the OCS documentation
* 207 Multi-Status in [RFC 4918, section 11.1](https://www.rfc-editor.org/rfc/rfc4918#section-11.1)
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import named
from flake8_ocs_status.rules.registry import Rule

STATUS = HTTPStatus.MULTI_STATUS


def check_partial_success(facts: Facts) -> Iterator[Finding]:
    """Calls at which 207 meets the fate of a full success."""
    for site, judgement in facts.judged_calls:
        if STATUS in site.statuses and judgement.is_taken_for_success(STATUS):
            message = (
                f"{named(STATUS)} from {site.label_for(STATUS)} is taken for full success;"
                " check for it and read the per-item errors"
            )
            yield Finding(*facts.module.position(site.node), "OCS207", message)


RULE = Rule(
    code="OCS207",
    name="partial-success-ignored",
    summary="207 Multi-Status has the same fate as full success",
    check=check_partial_success,
)
