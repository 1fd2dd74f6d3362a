"""# OCS107: constant that repeats a standard one

## What it does

Reports a constant of the project's own that repeats what a standard one says (`HTTP_NOT_FOUND = 404`), or that
contradicts its name (`HTTP_NOT_FOUND = 403`).

## Why is this bad

Every reader knows `HTTPStatus.NOT_FOUND` and need not look it up; a constant of one's own has to be looked up, because
now and then it holds another number than its name says. Such a slip is hidden behind a name that everybody trusts.

## Example

```python
import requests

HTTP_NOT_FOUND = 403


def exists(url: str) -> bool:
    response = requests.get(url, timeout=10)
    return response.status_code != HTTP_NOT_FOUND
```

## Use instead

```python
from http import HTTPStatus

import requests


def exists(url: str) -> bool:
    response = requests.get(url, timeout=10)
    return response.status_code != HTTPStatus.NOT_FOUND
```

## Fix safety

There is no fix: the constant may be used in other modules, and of a name and a number that contradict each other only
the author knows which is meant.

## Not reported

* Constants with a meaning of their own, whatever their number: `RETRYABLE = 503`, `PAGE_EXPIRED = 419`.
* Another name for a standard constant: `NOT_FOUND = HTTPStatus.NOT_FOUND`.
* A name of a status with a number that is something else, where nothing speaks of HTTP: `NOT_FOUND = 127`,
  `ACCEPTED = 1`, `REQUEST_TIMEOUT = 300`; and the codes of other protocols.
* The module that defines the project's own vocabulary (`ocs-constants = package.module:Name`).
* Variables of a function.

## References

* [http.HTTPStatus](https://docs.python.org/3/library/http.html#http-status-codes)
* [HTTP Status Code Registry](https://www.iana.org/assignments/http-status-codes/)
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.catalogue.constants import STANDARD_NAMES
from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.positions.definitions import StatusDefinition
from flake8_ocs_status.rules.registry import Rule


def check_repeated_constant(facts: Facts) -> Iterator[Finding]:
    """Findings for every constant that says what a standard one says, or something else than its name."""
    if facts.defines_vocabulary:
        return
    for definition in facts.status_definitions:
        message = _message(facts, definition)
        if message is not None:
            line, column = facts.module.position(definition.target)
            yield Finding(line, column, RULE.code, message)


def _message(facts: Facts, definition: StatusDefinition) -> str | None:
    name, named, number = definition.target.id, definition.named, definition.number
    constant = facts.constant_for(named)
    if named == number:
        return None if constant is None else f"{name} repeats {constant.text}; use that"
    expected = constant.text if constant is not None else STANDARD_NAMES.get(named, ("",))[0]
    other = facts.constant_for(number)
    says = f"{number}, which is {other.text}" if other is not None else str(number)
    return f"{name} contradicts its name: it holds {says}; {expected} is {named}"


RULE = Rule(
    code="OCS107",
    name="repeated-constant",
    summary="A constant of the project's own repeats a standard one or contradicts its name",
    check=check_repeated_constant,
    on=False,
)
