"""# OCS106: constant of another vocabulary

## What it does

Reports a named constant for a status that is not from the project's vocabulary (`ocs-constants`): `requests.codes.ok`
or `status.HTTP_200_OK` where the project uses `http.HTTPStatus`, `HTTPStatus.OK` where it uses `requests.codes`.

## Why is this bad

One status under three names cannot be searched for, and each vocabulary has its own gaps and its own behaviour: a
member of an enum shows as its name in a log where a plain integer shows as its number.

## Example

```python
import requests


def exists(url: str) -> bool:
    response = requests.get(url, timeout=10)
    return response.status_code != requests.codes.not_found
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

The fix puts the project's constant in the place of the other one, and takes away an import that nothing needs any more.
It is safe between constants that are both plain integers, between `http.client` and `http.HTTPStatus` (whose members it
repeats), and where a member of an `IntEnum` does what the integer does, as for OCS101. Elsewhere, where the text or the
type of the value can show, it is unsafe.

## Not reported

* Statuses for which the project's vocabulary has no name.
* What only that vocabulary has: `HTTPStatus.OK.phrase`, and members in a `Literal[…]`.
* `starlette.status` where the project uses `fastapi.status`, and the other way round: they are one module.
* The module that defines the project's own constants.
* Constants of the project's own beside its vocabulary: see OCS107.

## References

* [http.HTTPStatus](https://docs.python.org/3/library/http.html#http-status-codes)
* [Status codes of requests](https://requests.readthedocs.io/en/latest/api/#status-code-lookup)
* [Status codes of Starlette](https://www.starlette.io/status/)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding, Fix, NameStatus
from flake8_ocs_status.positions.constants import NamedStatus
from flake8_ocs_status.program.module import span_of
from flake8_ocs_status.rules.registry import Rule

# Two names of one module.
SAME = {"fastapi.status": "starlette.status"}
# The constants of these are one and the same object.
HTTP_STATUS = frozenset({"http.HTTPStatus", "http.client"})


def check_vocabulary(facts: Facts) -> Iterator[Finding]:
    """Findings for every constant that the project's vocabulary has under a name of its own."""
    if facts.defines_vocabulary:
        return
    wanted = SAME.get(facts.vocabulary, facts.vocabulary)
    for named in facts.named_statuses:
        constant = facts.constant_for(named.status)
        if constant is None or SAME.get(named.vocabulary, named.vocabulary) == wanted:
            continue
        line, column = facts.module.position(named.node)
        message = f"{_written(named.node)} is not of this project's constants; use {constant.text}"
        yield Finding(line, column, RULE.code, message, _fix(facts, named))


def _written(node: ast.Attribute | ast.Name) -> str:
    """A constant as people speak of it: with what it is looked up in."""
    text = ast.unparse(node)
    return ".".join(text.split(".")[-3:])


def _fix(facts: Facts, named: NamedStatus) -> Fix | None:
    into_integers = facts.names_are_integers
    if named.value is not None:
        if ":" in facts.settings.constants and not into_integers:
            # Whether its constants have a `.value` is not known.
            return None
        node = named.value if into_integers else named.node
        return Fix((NameStatus(span_of(node), named.status),), safe=True)
    same = {named.vocabulary, facts.vocabulary} <= HTTP_STATUS or (named.is_integer and into_integers)
    return Fix((NameStatus(span_of(named.node), named.status),), safe=same or named.safe)


RULE = Rule(
    code="OCS106",
    name="foreign-constant",
    summary="A status is named by a constant of another vocabulary than the project's",
    check=check_vocabulary,
    on=False,
    fixes="safe",
)
