"""# OCS202: accepted taken for done

## What it does

Reports a call to an OCS operation that can answer 202 Accepted where the code does the same for 202 as for 200, 201 or
204: as if the work were done.

## Why is this bad

202 means that the request waits in a queue. Nothing has been done yet, and it may still fail. Code that goes on to read
what it has just written finds the old state, and one that reports success may be wrong a minute later.

The rule is off by default: several operations (`POST …/omf`, `POST …/signups`) answer 202 to every request, and to many
clients "it is on its way" is enough.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], allowed_methods=None, backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def accept(base, invitation_id, body):
    response = session.put(f"{base}/api/v1-preview/communityinvitations/{invitation_id}", json=body)
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


def accept(base, invitation_id, body):
    response = session.put(f"{base}/api/v1-preview/communityinvitations/{invitation_id}", json=body)
    response.raise_for_status()
    if response.status_code == HTTPStatus.ACCEPTED:
        return None
    return response.json()
```

## Fix safety

There is no fix: whether to wait, to ask again or to tell the user is the author's decision.

## Not reported

* Code that asks for the outcome: it sends a `GET` after the answer, or reads its `Location` or `Retry-After`.
* A function that hands the raw response or the status to its caller.
* Code to which 202 is an error.

## References

* "HTTP status codes", in the OCS documentation
* 202 Accepted in [RFC 9110, section 15.3.3](https://www.rfc-editor.org/rfc/rfc9110#section-15.3.3)
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import named
from flake8_ocs_status.rules.registry import Rule

STATUS = HTTPStatus.ACCEPTED


def check_accepted(facts: Facts) -> Iterator[Finding]:
    """Calls at which 202 meets the fate of a request that is done."""
    for site, judgement in facts.judged_calls:
        if STATUS in site.statuses and judgement.is_taken_for_done:
            label = site.label_for(STATUS)
            message = f"{named(STATUS)} from {label} is taken for done; it is queued, so ask later whether it is"
            yield Finding(*facts.module.position(site.node), "OCS202", message)


RULE = Rule(
    code="OCS202",
    name="accepted-taken-for-done",
    summary="202 Accepted (queued) has the same fate as done",
    check=check_accepted,
    on=False,
)
