"""# OCS405: method that the path does not offer

## What it does

Reports a call whose path is a documented path of OCS and whose method is none of those that the reference documents
for it.

## Why is this bad

The server answers such a request with 405 Method Not Allowed, whatever its body: the call can never succeed. Mostly
it is a slip (`PATCH` where the API takes a `PUT`), or the path of the collection where that of one item is meant.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(status_forcelist=[HTTPStatus.SERVICE_UNAVAILABLE], allowed_methods=None, backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def replace_stream(base, tenant, namespace, stream):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
    response = session.put(url, json=stream)
    response.raise_for_status()
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


def replace_stream(base, tenant, namespace, stream):
    url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams/{stream['Id']}"
    response = session.put(url, json=stream)
    response.raise_for_status()
```

## Fix safety

There is no fix: whether the method or the path is wrong, only the author knows.

## Not reported

* A path that is not documented at all (see OCS404), or under another API version only.
* A call of the vendor's sample library: its paths are the vendor's.
* A method or a path that is not known for certain: a variable that may stand for more than one segment, a host that
  may be another one, one of several URLs.
* `POST` on an item that takes a `PUT`, and the other way round: most collections offer both.
* `HEAD` and `OPTIONS`, which the reference names for few operations.
* Code that tests for 405, for it asks just this.

## References

* "HTTP status codes", in the OCS documentation
* 405 Method Not Allowed in [RFC 9110, section 15.5.6](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6)
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.messages import named, told_first
from flake8_ocs_status.rules.registry import Rule

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite

STATUS = HTTPStatus.METHOD_NOT_ALLOWED


def check_method(facts: Facts) -> Iterator[Finding]:
    """Calls whose path offers other methods than theirs."""
    for site, judgement in facts.judged_calls:
        if told_first(site, is_refused) and not (site.is_of_vendor or judgement.expects(STATUS)):
            match = site.own_matches[0]
            message = f"{match.label} is not offered and answered {named(STATUS)}; use {_listed(match.instead)}"
            yield Finding(*facts.module.position(site.node), "OCS405", message)


def is_refused(site: CallSite) -> bool:
    """Whether every operation that this call site may mean is refused, as far as its own method and URL tell."""
    return bool(site.own_matches) and all(match.instead for match in site.own_matches)


def _listed(methods: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(methods[:-1]), methods[-1])))


RULE = Rule(
    code="OCS405",
    name="method-not-offered",
    summary="The path is documented and does not offer the method",
    check=check_method,
)
