"""# OCS601: retry that cannot fire for 503

## What it does

Reports a retry policy under a call to OCS that cannot repeat a 503 Service Unavailable there: its `status_forcelist`
lacks 503 or holds texts, the method is not among the allowed ones, no repeat is left, it repeats failed connections
only, or it is mounted for another scheme or host, or for a prefix that the session never picks. Likewise a wrapper
around the call (tenacity, backoff, stamina, retrying, retry) that repeats exceptions where none is raised, or others
than the one that is.

## Why is this bad

Somebody cared about retries, and there are none. `Retry(total=3)` has an empty `status_forcelist`, and
`HTTPAdapter(max_retries=3)` is the same: they repeat a 503 only where the server happens to send `Retry-After`.
urllib3 leaves out POST and PATCH unless `allowed_methods` says otherwise. `httpx.HTTPTransport(retries=3)` repeats
failed connections and no status at all. tenacity repeats what raises, and a response with 503 is no exception.

## Example

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(total=3, status_forcelist=[HTTPStatus.BAD_GATEWAY], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def streams(base, tenant, namespace):
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams")
    response.raise_for_status()
    return response.json()
```

## Use instead

```python
from http import HTTPStatus

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry = Retry(total=3, status_forcelist=[HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE], backoff_factor=1)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry))


def streams(base, tenant, namespace):
    response = session.get(f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams")
    response.raise_for_status()
    return response.json()
```

## Fix safety

The fix adds 503 to a `status_forcelist` (`statuses` in aiohttp-retry) that is written out and lacks nothing else: the
policy allows the method, leaves a repeat, waits, and gives up. It is unsafe, for it changes what is sent. There is no
fix for the other reasons: whether a POST may be sent twice, and how long to wait, is the author's decision.

## Not reported

A policy of which any part is not known is not reported, and neither is a call that a loop leads back to, or a function
whose callers retry.

## References

* [`urllib3.util.Retry`](https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html#urllib3.util.Retry)
* [Transports of httpx](https://www.python-httpx.org/advanced/transports/)
* [tenacity](https://tenacity.readthedocs.io/en/latest/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import AddStatus, Finding, Fix
from flake8_ocs_status.program.module import span_of
from flake8_ocs_status.rules.messages import label_of
from flake8_ocs_status.rules.registry import Rule
from flake8_ocs_status.transport.retries import Repeats

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite

STATUS = HTTPStatus.SERVICE_UNAVAILABLE
UNSURE = frozenset({Repeats.YES, Repeats.UNKNOWN})


def check_ineffective_retry(facts: Facts) -> Iterator[Finding]:
    """Retry policies that cannot repeat a 503 of the calls they are meant for, each once."""
    found: dict[ast.expr, list[tuple[CallSite, ast.expr]]] = {}
    for site in facts.calls_with_idle_retries(STATUS):
        for origin in policies_of(site):
            for place in facts.place_of(origin, site):
                found.setdefault(place, []).append((site, origin))
    for place, pairs in found.items():
        # Each of them may have a reason of its own; the first one's has to do.
        site, origin = pairs[0]
        sites = [site for site, _ in pairs]
        repeats, reason = site.reason(origin, STATUS)
        sometimes = " without Retry-After" if repeats is Repeats.ONLY_WITH_RETRY_AFTER else ""
        message = f"this retry repeats no 503 from {label_of(sites)}{sometimes}: {reason}"
        fix = fix_of(facts, site, origin) if place is origin else None
        yield Finding(*facts.module.position(place), "OCS601", message, fix)


def fix_of(facts: Facts, site: CallSite, origin: ast.expr) -> Fix | None:
    """What adds 503 to the forcelist, where that is all it takes, and where it leaves a retry that waits and ends."""
    policy = site.lacking_policy(origin, STATUS)
    if policy is None or policy.waits is False or not policy.is_bounded:
        return None
    forcelist = facts.forcelist_at(origin, policy.wording.forcelist)
    return None if forcelist is None else Fix((AddStatus(span_of(forcelist), STATUS),), safe=False)


def policies_of(site: CallSite) -> list[ast.expr]:
    """The retry policies that are meant for a request: those under it, and those around whoever calls its function."""
    around = (site, *site.all_callers)
    fates = [fate for one in around if (fate := one.fate(STATUS)) is not None]
    # Nobody knows whether these fire.
    uncertain = {repeat.origin for fate in fates for repeat in fate.repeats}
    # Of a caller that gives a session of its own nobody may know whether that repeats.
    known = [one for one in around if one is site or one.repeats_by_default(STATUS) not in UNSURE]
    nodes = [node for one in known for node in one.policy_nodes if node not in uncertain]
    return list(dict.fromkeys(nodes))


RULE = Rule(
    code="OCS601",
    name="ineffective-retry",
    summary="A retry is there but cannot fire for 503",
    check=check_ineffective_retry,
    fixes="unsafe",
)
