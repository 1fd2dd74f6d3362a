"""# OCS102: class of statuses written as numbers

## What it does

Reports a test that asks for a whole class of statuses by its numbers: `>= 400`, `200 <= s < 300`, `s // 100 == 2`,
`s in range(200, 300)`, `str(s)[0] == "2"`; and a range that a library is given as its list of statuses, such as
`status_forcelist=range(500, 600)`.

## Why is this bad

The reader has to work out which class is meant, and whether the ends belong to it (`> 400` leaves 400 out). Libraries
have a name for it. And a test for 2xx takes 207 Multi-Status, a partial failure, for success: a test that says what it
means makes that visible.

## Example

```python
import requests


def is_stored(url: str) -> bool:
    response = requests.get(url, timeout=10)
    return response.status_code < 400
```

## Use instead

```python
from http import HTTPStatus

import requests


def is_stored(url: str) -> bool:
    response = requests.get(url, timeout=10)
    return response.status_code < HTTPStatus.BAD_REQUEST
```

or, in words of the library in use, `response.ok` (requests, aiohttp) and `response.is_success` (httpx).

## Fix safety

The fix names the number where it is the first status of a class and the test begins or ends just there. It is unsafe,
although it changes nothing that the program does: often a word of the library says it better.

With `ocs-bounds = enum` every number of a test that has a name gets it, the bounds of `range(200, 300)` too; those
without one (299, 399, 599, 600) stay.

## Not reported

* Checks that a number is a status at all, such as `100 <= code <= 599`.
* Bounds within a class (`< 404`).

## References

* [Status codes, RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-15)
* [requests.Response.ok](https://requests.readthedocs.io/en/latest/api/#requests.Response.ok)
* [httpx.Response](https://www.python-httpx.org/api/#response)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_ocs_status.catalogue.constants import Constant
from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding, Fix, NameStatus
from flake8_ocs_status.positions.digits import CLASSES
from flake8_ocs_status.positions.ranges import NumberLiteral, StatusRange
from flake8_ocs_status.program.module import span_of
from flake8_ocs_status.rules.registry import Rule

# Beyond this length the expression of the response is left out of a message.
LONGEST_RESPONSE = 24

# What a response of the library calls a class of statuses (httpx 0.28; requests 2.34 and aiohttp 3.14: `ok` is < 400).
NAMES: dict[str, dict[frozenset[int], str]] = {
    "httpx": {
        frozenset({1}): ".is_informational",
        frozenset({2}): ".is_success",
        frozenset({3}): ".is_redirect",
        frozenset({4}): ".is_client_error",
        frozenset({5}): ".is_server_error",
        frozenset({4, 5}): ".is_error",
    },
    "requests": {frozenset({1, 2, 3}): ".ok"},
    "aiohttp": {frozenset({1, 2, 3}): ".ok"},
}
# A longer message does without its example.
LONGEST_MESSAGE = 110
# Where a response of the library has its status.
STATUS_NAMES = {"httpx": "status_code", "requests": "status_code", "aiohttp": "status"}


def check_status_class(facts: Facts) -> Iterator[Finding]:
    """Findings for every test that writes a class of statuses in numbers."""
    for test in facts.status_ranges:
        line, column = facts.module.position(test.node)
        verb = "lists" if test.subject is test.node else "tests for"
        message = f"`{test.wording}` {verb} a class of statuses by its numbers; use {_suggestion(facts, test)}"
        if len(message) > LONGEST_MESSAGE:
            message = message.partition(" such as ")[0]
        yield Finding(line, column, RULE.code, message, _fix(facts, test))


def _suggestion(facts: Facts, test: StatusRange) -> str:
    wanted = _wanted_names(facts, test)
    if wanted:
        return " and ".join(constant.text for _, constant in wanted)
    name = _library_name(facts, test)
    if name is not None:
        return name
    constants = [facts.constant_for(literal.value) for literal in test.bounds]
    named = [constant.text for constant in constants if constant is not None]
    if named and len(named) == len(test.bounds):
        return " and ".join(named)
    if test.classes:
        firsts = [facts.constant_for(100 * number) for number in sorted(test.classes)[:1]]
        named = [constant.text for constant in firsts if constant is not None]
    return f"named bounds such as {named[0]}" if named else "named bounds"


def _library_name(facts: Facts, test: StatusRange) -> str | None:
    """The attribute of the response that says the same, where the status is read from a response of one library."""
    library = facts.response_library
    if library is None or test.classes is None or not isinstance(test.subject, ast.Attribute):
        return None
    response = ast.unparse(test.subject.value)
    if test.subject.attr != STATUS_NAMES[library] or response in {"self", "cls"}:
        # An object of the project's own, which has no such attribute.
        return None
    if len(response) > LONGEST_RESPONSE:
        response = "response"
    names = NAMES[library]
    name = names.get(test.classes)
    if name is not None:
        return f"`{response}{name}`"
    opposite = names.get(frozenset(CLASSES) - test.classes)
    return f"`not {response}{opposite}`" if opposite is not None else None


def _wanted_names(facts: Facts, test: StatusRange) -> list[tuple[NumberLiteral, Constant]]:
    """The numbers of a test that the project wants named, each with its constant; none where it has no such rule."""
    if facts.settings.bounds != "enum":
        return []
    constants = [(number, facts.constant_for(number.value)) for number in test.numbers]
    return [(number, constant) for number, constant in constants if constant is not None]


def _fix(facts: Facts, test: StatusRange) -> Fix | None:
    wanted = _wanted_names(facts, test)
    if wanted:
        return Fix(tuple(NameStatus(span_of(number.node), number.value) for number, _ in wanted), safe=False)
    steps = []
    for literal in test.bounds:
        if facts.constant_for(literal.value) is None:
            return None
        steps.append(NameStatus(span_of(literal.node), literal.value))
    return Fix(tuple(steps), safe=False) if steps else None


RULE = Rule(
    code="OCS102",
    name="status-class-by-number",
    summary="A class of statuses is tested by its numbers",
    check=check_status_class,
    fixes="unsafe",
)
