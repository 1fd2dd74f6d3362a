"""# OCS428: change without a precondition

## What it does

Reports a `PUT`, `PATCH` or `DELETE` of a resource that supports ETags (its operation documents `If-Match` or 412) where
the request certainly sends no `If-Match`.

## Why is this bad

Between the moment at which a client reads a resource and the moment at which it writes, somebody else may have changed
it. Without a precondition the last writer wins, and the other change is lost without a word. HTTP has the status 428
Precondition Required for servers that insist; OCS does not insist, so it is for the client to ask.

The rule is off by default: where one client alone writes, there is nothing to lose.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


class AssetChangedError(Exception):
    pass


def replace_asset(base, tenant, namespace, asset):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Assets/{asset['Id']}"
    response = session.put(url, json=asset)
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise AssetChangedError(asset["Id"])
    response.raise_for_status()
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


class AssetChangedError(Exception):
    pass


def replace_asset(base, tenant, namespace, asset, etag):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Assets/{asset['Id']}"
    response = session.put(url, json=asset, headers={"If-Match": etag})
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise AssetChangedError(asset["Id"])
    response.raise_for_status()
```

## Fix safety

There is no fix: the ETag has to come from where the resource was read.

## Not reported

* Headers that are not known: those that a function is given, or that code out of sight makes.
* A client on which the module puts a conditional header once for all requests.
* `POST`, which makes new resources.

## References

* "HTTP status codes", in the OCS documentation
* [RFC 6585, section 3](https://www.rfc-editor.org/rfc/rfc6585#section-3), which has 428 and the lost update
* [If-Match, RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1)
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.operations import Operation, Verdict
from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import told_first
from flake8_ocs_status.rules.registry import Rule

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite

CHANGING = frozenset({"PUT", "PATCH", "DELETE"})


def check_condition(facts: Facts) -> Iterator[Finding]:
    """Calls that change a resource with an ETag and send no condition."""
    for site in facts.calls:
        if told_first(site, overwrites):
            label = site.own_matches[0].label
            message = f"{label} is unconditional and the last writer silently wins; send If-Match with the ETag"
            yield Finding(*facts.module.position(site.node), "OCS428", message)


def overwrites(site: CallSite) -> bool:
    """Whether a call certainly changes a resource that supports ETags, and certainly sends no condition."""
    matches = site.own_matches
    if not matches or any(match.verdict is not Verdict.OPERATION for match in matches):
        return False
    return all(takes_condition(one) for match in matches for one in match.operations) and site.is_unconditional


def takes_condition(operation: Operation) -> bool:
    """Whether an operation changes a resource and documents what becomes of a condition."""
    documented = operation.if_match or HTTPStatus.PRECONDITION_FAILED in operation.statuses
    return operation.method in CHANGING and documented


RULE = Rule(
    code="OCS428",
    name="unconditional-change",
    summary="A resource that supports ETags is changed without If-Match",
    check=check_condition,
    on=False,
)
