"""# OCS103: comparison of a status that cannot be true

## What it does

Reports a status that is compared with a text (`"404"`, `"Not Found"`), by identity (`is 404`), or by `==` with a whole
tuple, list or set.

## Why is this bad

The status of a response is an integer. It never equals a text or a collection, so the branch is dead, and with `!=`
it is always taken. `is` asks for the same object: CPython keeps one object for each small integer, so `is 200` is
true by luck and `is 404` never.

## Example

```python
from http import HTTPStatus

import requests


def exists(url: str) -> bool:
    response = requests.get(url, timeout=10)
    if response.status_code == "404":
        return False
    response.raise_for_status()
    return response.status_code == HTTPStatus.OK
```

## Use instead

```python
from http import HTTPStatus

import requests


def exists(url: str) -> bool:
    response = requests.get(url, timeout=10)
    if response.status_code == HTTPStatus.NOT_FOUND:
        return False
    response.raise_for_status()
    return response.status_code == HTTPStatus.OK
```

## Fix safety

The fix is safe where there is one thing to mean: `"404"` and `"Not Found"` become the constant, `is` becomes `==`, and
`== (200, 201)` becomes `in` with the constants. It changes what the program does, for the dead branch comes to life.
`"OK"` may be meant for any success, so its fix is unsafe.

## Not reported

* A status that may be a text: one of an object that is not known for a response, or one that the same module sets to
  a text.
* Other texts (`"active"`), for they hint at another kind of status.

## References

* [Identity comparisons](https://docs.python.org/3/reference/expressions.html#is-not)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding, Fix, NameStatus, ReplaceOperator, Step
from flake8_ocs_status.positions.mismatches import Mismatch, MismatchedComparison
from flake8_ocs_status.program.module import span_of
from flake8_ocs_status.rules.registry import Rule

OPERATORS: dict[tuple[Mismatch, type[ast.cmpop]], str] = {
    (Mismatch.IDENTITY, ast.Is): "==",
    (Mismatch.IDENTITY, ast.IsNot): "!=",
    (Mismatch.COLLECTION, ast.Eq): "in",
    (Mismatch.COLLECTION, ast.NotEq): "not in",
}


def check_mismatched_comparison(facts: Facts) -> Iterator[Finding]:
    """Findings for every comparison of a status with what it never equals."""
    for mismatch in facts.mismatched_comparisons:
        line, column = facts.module.position(mismatch.operand)
        yield Finding(line, column, RULE.code, _message(facts, mismatch), _fix(facts, mismatch))


def _message(facts: Facts, mismatch: MismatchedComparison) -> str:
    operator = mismatch.comparison.ops[mismatch.operator]
    outcome = "always" if isinstance(operator, (ast.NotEq, ast.NotIn, ast.IsNot)) else "never"
    if mismatch.kind is Mismatch.COLLECTION:
        wanted = OPERATORS[mismatch.kind, type(operator)]
        return f"one status compared with a whole collection is {outcome} true; use `{wanted}`"
    if mismatch.kind is Mismatch.IDENTITY:
        written = "is not" if isinstance(operator, ast.IsNot) else "is"
        wanted = OPERATORS[mismatch.kind, type(operator)]
        return f"`{written}` compares objects, not statuses, and is true by luck or never; use `{wanted}`"
    [literal] = mismatch.literals
    constant = facts.constant_for(literal.status)
    name = constant.text if constant is not None else str(literal.status)
    if isinstance(operator, (ast.In, ast.NotIn)):
        return f"a status is an integer and never the text {literal.node.value!r}; use {name}"
    return f"a status is an integer, so comparing it with the text {literal.node.value!r} is {outcome} true; use {name}"


def _fix(facts: Facts, mismatch: MismatchedComparison) -> Fix | None:
    if mismatch.kind is Mismatch.COLLECTION and not mismatch.certain:
        return None
    steps: list[Step] = []
    for literal in mismatch.literals:
        if facts.constant_for(literal.status) is not None:
            steps.append(NameStatus(span_of(literal.node), literal.status))
        elif mismatch.kind in (Mismatch.TEXT, Mismatch.PHRASE):
            return None
    operator = OPERATORS.get((mismatch.kind, type(mismatch.comparison.ops[mismatch.operator])))
    if operator is not None:
        steps.append(ReplaceOperator(span_of(mismatch.comparison), mismatch.operator, operator))
    return Fix(tuple(steps), safe=mismatch.certain)


RULE = Rule(
    code="OCS103",
    name="impossible-status-comparison",
    summary="A status is compared with what it can never equal",
    check=check_mismatched_comparison,
    fixes="safe",
)
