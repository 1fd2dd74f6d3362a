"""# OCS409: conflict on a create lumped with other errors

## What it does

Reports a call that makes a resource, whose operation documents 409 Conflict, where the code does the same for 409 as
for any error.

## Why is this bad

409 on a create means that the id is taken, perhaps by this client's own first try whose answer got lost. The resource
is there; whether to use it, to change it or to take another id is a decision, and "failed" is none of the three.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], allowed_methods=None, backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def create_enumeration(base, tenant, namespace, enumeration):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Enumerations"
    response = session.post(url, json=enumeration)
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


class TakenError(Exception):
    pass


def create_enumeration(base, tenant, namespace, enumeration):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Enumerations"
    response = session.post(url, json=enumeration)
    if response.status_code == HTTPStatus.CONFLICT:
        raise TakenError(enumeration["Id"])
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: what to do with a resource that is there already is the author's decision.

## Not reported

* Code that takes 409 for a success: to such code the resource is there, whoever made it.
* A caller in the same module that tells 409 apart, and a function that hands the raw response or the status to its
  caller.
* A 409 on a request that makes nothing, such as a `DELETE`, a `PATCH` or the `…/execute` of a rule.

## References

* "HTTP status codes", in the OCS documentation
* 409 Conflict in [RFC 9110, section 15.5.10](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.10)
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.operations import Operation
from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.errors import lumped_as
from flake8_ocs_status.rules.messages import named
from flake8_ocs_status.rules.registry import Rule

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite

STATUS = HTTPStatus.CONFLICT
# The last segments of paths to which a POST makes nothing, among those that document 409.
ACTIONS = frozenset({"execute", "stored"})


def check_conflict(facts: Facts) -> Iterator[Finding]:
    """Creates at which 409 meets the fate of any error."""
    for site, judgement in facts.judged_calls:
        if STATUS not in site.statuses or not creates(site):
            continue
        fault = lumped_as(site, judgement, STATUS)
        if fault is not None:
            label = site.label_for(STATUS)
            message = f"{named(STATUS)} from {label} {fault}; tell it apart and look at what is there"
            yield Finding(*facts.module.position(site.node), "OCS409", message)


def creates(site: CallSite) -> bool:
    """Whether each documented operation that the request may go to makes a resource."""
    operations = [operation for match in site.judged_matches for operation in match.operations]
    return bool(operations) and all(map(is_create, operations))


def is_create(operation: Operation) -> bool:
    """Whether an operation makes a resource: a POST, or a PUT under an id that the client chooses."""
    last = operation.segments[-1].lower()
    if operation.method == "PUT":
        return last.startswith("{") or HTTPStatus.CREATED in operation.statuses
    return operation.method == "POST" and last not in ACTIONS


RULE = Rule(
    code="OCS409",
    name="conflict-lumped",
    summary="409 Conflict on a create has the fate of any error",
    check=check_conflict,
    on=False,
)
