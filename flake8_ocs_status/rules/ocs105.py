"""# OCS105: number that is no registered status

## What it does

Reports a number that stands where an HTTP status belongs and is in no registry of statuses: `status_code == 2000`,
`status_code in (200, 299)`, `abort(419)`.

## Why is this bad

Mostly a slip of the finger: no server ever answers 2000, so the branch is dead and the case that was meant is not
handled. Where the number is meant, because one service has made it up, no reader can look it up: only a name can say
whose it is and what it means.

## Example

```python
from http import HTTPStatus

import requests


def is_gone(url: str) -> bool:
    response = requests.get(url, timeout=10)
    return response.status_code in (HTTPStatus.NOT_FOUND, 4010)
```

## Use instead

```python
from http import HTTPStatus

import requests


def is_gone(url: str) -> bool:
    response = requests.get(url, timeout=10)
    return response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
```

or, for a number that is meant, a constant: `PAGE_EXPIRED = 419`.

## Fix safety

There is no fix: which status was meant, only the author knows.

## Not reported

* What servers, proxies and gateways in front of any application answer with, and many clients know: 499 of nginx, 520
  to 527 of Cloudflare, 460 of a load balancer, 509, 529, 598, 599.
* 0 and negative numbers, which stand for "no status yet", and 600 and 999, which are out of range on purpose.
* Numbers that a comment or a text in the same function speaks of, and numbers that a test serves and then expects.
* The definition of a named constant, `PAGE_EXPIRED = 419`.
* Codes of another protocol or of the application: close codes of WebSocket, exit codes, a `code` that holds other
  numbers too, numbers above 599 that are read from a body (`body["status_code"] == 2001`).

## References

* [HTTP Status Code Registry](https://www.iana.org/assignments/http-status-codes/)
* [Status codes, RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-15)
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules.registry import Rule


def check_unregistered_status(facts: Facts) -> Iterator[Finding]:
    """Findings for every number that is used as a status and is none."""
    for position in facts.strange_positions:
        line, column = facts.module.position(position.node)
        message = f"{position.number} is no registered HTTP status; correct it, or name it by a constant of your own"
        yield Finding(line, column, RULE.code, message)


RULE = Rule(
    code="OCS105",
    name="unregistered-status",
    summary="A number stands where a status belongs and is no registered status",
    check=check_unregistered_status,
)
