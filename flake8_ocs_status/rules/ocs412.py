"""# OCS412: failed precondition lumped with other errors

## What it does

Reports a call that OCS can answer with 412 Precondition Failed (its operation documents it, or the call sends
`If-Match` or `If-None-Match`) where the code does the same for 412 as for any error, or even as for a success.

## Why is this bad

412 means that somebody else changed the resource since it was read. That is no failure of the request: reading the
resource again and applying the change once more is what helps. A client that lumps 412 with every other error gives
up, or overwrites the other change with the next attempt.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def replace_asset(base, tenant, namespace, asset, etag):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Assets/{asset['Id']}"
    response = session.put(url, json=asset, headers={"If-Match": etag})
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

There is no fix: how to merge two changes is the author's decision.

## Not reported

With `ocs-handled-by = raise` an exception that carries the response or its status is enough, since whoever catches it
can tell 412 apart. Without that option a caller in the same module that does so is seen and accepted. A function that
hands the raw response or the status to its caller has decided nothing.

The vendor's sample library sends neither `If-Match` nor `If-None-Match`. Its calls are judged where the operation
documents 412 without documenting such a header.

## References

* "HTTP status codes", in the OCS documentation
* 412 Precondition Failed in [RFC 9110, section 15.5.13](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.13)
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.errors import lumped_as
from flake8_ocs_status.rules.messages import named
from flake8_ocs_status.rules.registry import Rule

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite
    from flake8_ocs_status.fate.judging.verdicts import Judgement

STATUS = HTTPStatus.PRECONDITION_FAILED


def check_precondition(facts: Facts) -> Iterator[Finding]:
    """Calls at which 412 meets the fate of any error, or of a success."""
    for site, judgement in facts.judged_calls:
        if STATUS not in site.statuses and not site.asks_conditionally:
            continue
        if site.is_of_vendor and not comes_unasked(site):
            continue
        if judgement.is_second_try(STATUS):
            # Sent because another one was answered with 412: that is what telling it apart is for.
            continue
        fault = fault_at(site, judgement, facts.settings.handled_by == "raise")
        if fault is not None:
            message = f"{named(STATUS)} from {site.label_for(STATUS)} {fault}; test for it and reload the resource"
            yield Finding(*facts.module.position(site.node), "OCS412", message)


def comes_unasked(site: CallSite) -> bool:
    """Whether an operation that a request may go to answers 412 to a request without If-Match or If-None-Match, too, as
    far as the reference tells: it documents the status, and neither of the headers."""
    operations = (operation for match in site.judged_matches for operation in match.operations)
    return any(STATUS in one.statuses and not (one.if_match or one.if_none_match) for one in operations)


def fault_at(site: CallSite, judgement: Judgement, raising_handles: bool) -> str | None:
    """What the code at a call site does wrong with 412, in words; None when nothing is."""
    fault = lumped_as(site, judgement, STATUS, raising_handles=raising_handles)
    if fault is None and not judgement.ends_like_any_error(STATUS) and judgement.is_taken_for_success(STATUS):
        return "is taken for success"
    return fault


RULE = Rule(
    code="OCS412",
    name="precondition-lumped",
    summary="412 Precondition Failed has the fate of success or of any error",
    check=check_precondition,
)
