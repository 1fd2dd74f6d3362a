"""# OCS204: body of a 204 parsed

## What it does

Reports a call to an OCS operation that can answer 204 No Content where the code then parses the body.

## Why is this bad

A 204 has no body. `response.json()` raises a `JSONDecodeError` on it, so that a request that succeeded ends as a
failure, long after the server has done what it was asked for.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def delete_stream(base, tenant, namespace, stream):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams/{stream}"
    response = session.delete(url)
    response.raise_for_status()
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


def delete_stream(base, tenant, namespace, stream):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams/{stream}"
    response = session.delete(url)
    response.raise_for_status()
    if response.status_code == HTTPStatus.NO_CONTENT:
        return None
    return response.json()
```

## Fix safety

There is no fix: what to return for a 204 is the author's decision.

## Not reported

A body that is looked at first (`if response.content:`) and an exception that is caught are not reported, unless the
request, which has succeeded, is sent again because of it.

## References

* "HTTP status codes", in the OCS documentation
* 204 No Content in [RFC 9110, section 15.3.5](https://www.rfc-editor.org/rfc/rfc9110#section-15.3.5)
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import named
from flake8_ocs_status.rules.registry import Rule

STATUS = HTTPStatus.NO_CONTENT


def check_empty_body(facts: Facts) -> Iterator[Finding]:
    """Calls at which the body of a 204 is parsed."""
    for site, judgement in facts.judged_calls:
        if STATUS in site.statuses and judgement.parses_empty_body:
            message = (
                f"{named(STATUS)} from {site.label_for(STATUS)} has no body, and parsing it raises; check for 204 first"
            )
            yield Finding(*facts.module.position(site.node), "OCS204", message)


RULE = Rule(
    code="OCS204",
    name="empty-body-parsed",
    summary="The operation can answer 204 and its body is parsed",
    check=check_empty_body,
)
