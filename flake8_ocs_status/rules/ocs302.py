"""# OCS302: existing resource followed silently

## What it does

Reports a create that OCS can answer with 302 Found, "it already exists", where the library follows the redirect and
the code does the same for what it finds there as for what it has made.

## Why is this bad

requests, aiohttp and urllib follow a 302 by default, and a `POST` becomes a `GET` without a body on the way. The answer
is then a plain 200 with the resource that was there before, made by somebody else and perhaps with other properties. To
the code it looks as if its own had been stored.

The rule is off by default: code that only wants the resource to be there gets what it wants.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], allowed_methods=None, backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def create_type(base, tenant, namespace, sds_type):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Types/{sds_type['Id']}"
    response = session.post(url, json=sds_type)
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


class ExistsError(Exception):
    pass


def create_type(base, tenant, namespace, sds_type):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Types/{sds_type['Id']}"
    response = session.post(url, json=sds_type, allow_redirects=False)
    if response.status_code == HTTPStatus.FOUND:
        raise ExistsError(sds_type["Id"])
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: what to do with a resource that is there already is the author's decision.

## Not reported

* Code that tells 200 from 201, or looks at `response.history`: it sees that nothing was made.
* A client that does not follow redirects, as httpx does not unless it is told to.
* A function that hands the raw response or the status to its caller.

## References

* "HTTP status codes", in the OCS documentation
* [Redirection and history](https://requests.readthedocs.io/en/latest/user/quickstart/#redirection-and-history) of
  requests; [redirects](https://www.python-httpx.org/quickstart/#redirection-and-history) of httpx
* 302 Found in [RFC 9110, section 15.4.3](https://www.rfc-editor.org/rfc/rfc9110#section-15.4.3)
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import named
from flake8_ocs_status.rules.registry import Rule
from flake8_ocs_status.transport.redirects import REDIRECTS

STATUS = HTTPStatus.FOUND


def check_redirect(facts: Facts) -> Iterator[Finding]:
    """Creates at which the redirect to what exists is followed, and nobody tells it from a new resource."""
    for site, judgement in facts.judged_calls:
        if STATUS in site.statuses and judgement.takes_existing_for_new:
            keyword = REDIRECTS[site.sends[0].library.name].keyword
            message = (
                f"{named(STATUS)} (it exists) from {site.label_for(STATUS)} is followed;"
                f" pass {keyword}=False and test for it"
            )
            yield Finding(*facts.module.position(site.node), "OCS302", message)


RULE = Rule(
    code="OCS302",
    name="existing-followed",
    summary="The redirect to a resource that exists already is followed silently",
    check=check_redirect,
    on=False,
)
