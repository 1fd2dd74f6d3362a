"""# OCS101: magic status number

## What it does

Reports an integer that is a known HTTP status, written as a number where a status is meant: compared with a status,
assigned to one, passed as one, or collected with others.

## Why is this bad

`412` says nothing to a reader who does not know the table by heart, and a slip of the finger (`421`, `402`) is
another valid status that no test may ever meet. A named constant says what is meant, and its misspelling fails.

## Example

```python
import requests


def exists(url: str) -> bool:
    response = requests.get(url, timeout=10)
    return response.status_code != 404
```

## Use instead

```python
from http import HTTPStatus

import requests


def exists(url: str) -> bool:
    response = requests.get(url, timeout=10)
    return response.status_code != HTTPStatus.NOT_FOUND
```

The constants are the project's choice: see the option `ocs-constants`.

## Fix safety

The fix puts the constant in the place of the number. It is safe where a member of an `IntEnum` does what the integer
does: in comparisons, containment tests, `match`, arguments of callees that are known, and on status attributes. It is
unsafe where the text of the value can show: an argument of an unknown function may end in a message or a file, and
`str()` of a member is its name before Python 3.11. Where the chosen constants are plain integers
(`requests.codes`, `starlette.status`, `rest_framework.status`, integers of your own) every fix is safe. Where the text
of a member of an enum is certain to show, in `repr()` and in dictionaries of a module that writes YAML, the number
stays.

## Not reported

* The definition of a named constant, `NOT_FOUND = 404`, and members of an enum.
* Numbers without a constant in the chosen vocabulary, such as 499 or 520.
* Ranges and classes of statuses (`>= 400`): see OCS102. Statuses compared with a text or by identity: see OCS103.
* Numbers under a name that might be anything (`code`, `status`) where nothing else in the module speaks of HTTP, or
  where the same name also holds numbers that are no statuses.

## References

* [HTTP Status Code Registry](https://www.iana.org/assignments/http-status-codes/)
* [http.HTTPStatus](https://docs.python.org/3/library/http.html#http-status-codes)
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding, Fix, NameStatus
from flake8_ocs_status.program.module import span_of
from flake8_ocs_status.rules.registry import Rule


def check_magic_status(facts: Facts) -> Iterator[Finding]:
    """Findings for every status that is written as a number and has a name."""
    for position in facts.status_positions:
        constant = facts.constant_for(position.status)
        if constant is None:
            continue
        line, column = facts.module.position(position.node)
        yield Finding(
            line,
            column,
            RULE.code,
            f"{position.status} is a magic status number; use {constant.text}",
            Fix(
                (NameStatus(span_of(position.node), position.status),),
                safe=position.safe or facts.names_are_integers,
            ),
        )


RULE = Rule(
    code="OCS101",
    name="magic-status-number",
    summary="An HTTP status is written as a number",
    check=check_magic_status,
    fixes="safe",
)
