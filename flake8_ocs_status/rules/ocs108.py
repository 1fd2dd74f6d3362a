"""# OCS108: raise_for_status without the call

## What it does

Reports a statement that names `raise_for_status` and does not call it, and a test that asks for nothing else of a
response: `if response.raise_for_status:`.

## Why is this bad

The line reads like a check and checks nothing: it looks a method up and drops it. Every 4xx and 5xx goes on as a
success.

## Example

```python
import requests


def read(url: str) -> dict:
    response = requests.get(url, timeout=10)
    response.raise_for_status
    return response.json()
```

## Use instead

```python
import requests


def read(url: str) -> dict:
    response = requests.get(url, timeout=10)
    response.raise_for_status()
    return response.json()
```

## Fix safety

The fix adds the parentheses. It is safe in that nobody can have meant the line as it stands; the program will raise
where it went on in silence. With an `await` in front it is unsafe: in httpx the method is no coroutine, and the `await`
has to go too. There is no fix for a test: called, the method gives None in requests and the response in httpx.

## Not reported

* The method as a value: passed as a callback, compared, assigned, returned.
* A mock that is set up: `response.raise_for_status.side_effect = error`.

## References

* [requests.Response.raise_for_status](https://requests.readthedocs.io/en/latest/api/#requests.Response.raise_for_status)
* [httpx.Response.raise_for_status](https://www.python-httpx.org/api/#response)
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import CallIt, Finding, Fix
from flake8_ocs_status.positions.uncalled import CHECK
from flake8_ocs_status.program.module import span_of
from flake8_ocs_status.rules.registry import Rule

UNCALLED = f"{CHECK} is named but not called, so nothing is checked; add the parentheses"
TESTED = f"{CHECK} is a method and always true, so nothing is checked; call it in a statement of its own"


def check_uncalled_check(facts: Facts) -> Iterator[Finding]:
    """Findings for every ``raise_for_status`` that stands alone without its parentheses, or is a test by itself."""
    for check in facts.uncalled_checks:
        attribute = check.attribute
        span = span_of(attribute)
        start = span.end_byte_column - len(attribute.attr)
        yield Finding(
            span.end_line,
            facts.module.character_column(span.end_line, start),
            RULE.code,
            TESTED if check.tested else UNCALLED,
            None if check.tested else Fix((CallIt(span),), safe=not check.awaited),
        )


RULE = Rule(
    code="OCS108",
    name="uncalled-raise-for-status",
    summary="`raise_for_status` is named and not called",
    check=check_uncalled_check,
    fixes="safe",
)
