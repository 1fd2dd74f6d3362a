"""# OCS401: expired token lumped with other errors

## What it does

Reports a call whose operation documents 401 Unauthorized where the code does the same for 401 as for any error, so that
no new token is fetched. Where all calls through one function do so, that function's request is reported, once.

## Why is this bad

Tokens expire. A client that runs longer than its token meets a 401, and what helps is a new
token and the same request once more. To a client that lumps 401 with other errors an expired token is a failure, and
stays one until somebody starts it again.

The rule is off by default: a script that is done within a minute needs none of this, and a client that looks at the
token's age before each request rarely meets a 401.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def streams(base, tenant, namespace, token):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    response = session.get(url, headers={"Authorization": f"Bearer {token}"})
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


def streams(base, tenant, namespace, fetch_token):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    response = session.get(url, headers={"Authorization": f"Bearer {fetch_token()}"})
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response = session.get(url, headers={"Authorization": f"Bearer {fetch_token()}"})
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: where the token comes from, only the author knows.

## Not reported

* A request that is authorized by an object (`auth=`, of the call or of the client) or passes through a hook: these may
  fetch a new token by themselves.
* The second try, which is sent because the first was answered with 401.
* Code that sends the request again after any error; whether that can help is another question (OCS604).
* The request for the token itself.
* A caller in the same module that tells 401 apart, and a function that hands the raw response or the status to its
  caller.

## References

* "HTTP status codes" and "Authentication", in the OCS documentation
* 401 Unauthorized in [RFC 9110, section 15.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.errors import lumped_as
from flake8_ocs_status.rules.messages import by_place, label_of, named
from flake8_ocs_status.rules.registry import Rule

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite
    from flake8_ocs_status.fate.judging.verdicts import Judgement

STATUS = HTTPStatus.UNAUTHORIZED


def check_unauthorized(facts: Facts) -> Iterator[Finding]:
    """Requests at which 401 meets the fate of any error at all who send them, else the calls where it does."""
    judgements = {site: judgement for site, judgement in facts.judged_calls_through if needs_token(site)}
    own = {site for site, _ in facts.judged_calls}
    for sites in by_place(judgements, lambda site: (site.sending_node,)).values():
        faults = {site: fault for site in sites if (fault := fault_at(site, judgements[site])) is not None}
        if any(judgements[site].expects(STATUS) for site in sites):
            places: dict[ast.expr, list[CallSite]] = {site.node: [site] for site in faults if site in own}
        else:
            places = by_place(faults, lambda site: facts.place_of(site.sending_node, site))
        for node, group in places.items():
            message = f"{named(STATUS)} from {label_of(group)} {faults[group[0]]}; fetch a new token and send it again"
            yield Finding(*facts.module.position(node), "OCS401", message)


def needs_token(site: CallSite) -> bool:
    """Whether a call documents 401 for want of a good token: the two identity operations need none."""
    documented = [match for match in site.judged_matches if STATUS in match.statuses]
    return any(operation.version is not None for match in documented for operation in match.operations)


def fault_at(site: CallSite, judgement: Judgement) -> str | None:
    """What the code at a call site does wrong with 401, in words; None when nothing is."""
    fault = lumped_as(site, judgement, STATUS)
    if fault is None or not judgement.carries_plain_token:
        return None
    fate = site.fate(STATUS)
    return None if fate is None or fate.sent_again or judgement.is_second_try(STATUS) else fault


RULE = Rule(
    code="OCS401",
    name="token-not-renewed",
    summary="401 Unauthorized has the fate of any error: no new token is fetched",
    check=check_unauthorized,
    on=False,
)
