"""# OCS404: path that the reference does not know

## What it does

Reports a call whose URL lies under a documented root of OCS (`/api/v1/Tenants/…/Namespaces/…`) and matches the path of
no documented operation.

## Why is this bad

A slip in a URL is found by nobody but the server, which answers 404 Not Found, just as for a resource that is not
there. Code that takes 404 for "absent" then goes on as if nothing were stored.

The rule is off by default because the reference has gaps: the vendor's own libraries use paths that it does not
document, such as `…/Streams/{streamId}/Data/Transform`. Turn it on to read through the findings once, or in a project
that keeps to what is documented.

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
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Stream")
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


def streams(base, tenant, namespace):
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams")
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: a path that resembles this one need not be the one that is meant.

## Not reported

* A path that is documented under another API version.
* A URL of which so much is unknown that it may be a documented one.
* A call of the vendor's sample library: its paths are the vendor's.
* A path below `/api/v1/Tenants/…` outside a namespace, where neither the host nor another call of the module is
  plainly one of OCS: many services have such paths.

## References

* "HTTP status codes" and the API reference, in the OCS documentation
* 404 Not Found in [RFC 9110, section 15.5.5](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5)
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.operations import Verdict
from flake8_ocs_status.catalogue.undocumented import is_plainly_ocs, meant_for, shortened
from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import named, told_first
from flake8_ocs_status.rules.registry import Rule

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite

STATUS = HTTPStatus.NOT_FOUND


def check_path(facts: Facts) -> Iterator[Finding]:
    """Calls under a root of OCS whose path is not documented."""
    for site in facts.calls:
        if site.is_of_vendor or not told_first(site, is_undocumented):
            continue
        label = site.own_matches[0].label
        if is_plainly_ocs(label, facts.settings.hosts) or any(map(is_documented, facts.calls)):
            meant = meant_for(label)
            advice = "check its path" if meant is None else f"is {meant} meant?"
            message = f"{shortened(label)} is not in the API reference and may be answered {named(STATUS)}; {advice}"
            yield Finding(*facts.module.position(site.node), "OCS404", message)


def is_undocumented(site: CallSite) -> bool:
    """Whether every URL that this call site may mean is under a root of OCS and not documented."""
    matches = site.own_matches
    return bool(matches) and all(match.verdict is Verdict.ROOT and match.anchored for match in matches)


def is_documented(site: CallSite) -> bool:
    """Whether a call certainly goes to a documented operation."""
    return any(match.verdict is Verdict.OPERATION and match.anchored for match in site.own_matches)


RULE = Rule(
    code="OCS404",
    name="undocumented-path",
    summary="The path lies under a root of OCS and is not documented",
    check=check_path,
    on=False,
)
