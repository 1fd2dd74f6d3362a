"""# OCS104: test on the status that decides nothing

## What it does

Reports a test on the status that is always true, or never, where it stands: its parts contradict each other, earlier
tests have left nothing for it, or something before it has turned the statuses that it asks for into an exception:

* `raise_for_status()`, `urlopen()`, a client with `raise_for_status=True`;
* a hook of the session or client that raises, or a `Retry` that gives up on a status of its `status_forcelist`;
* a function or method of the project, in this module or another, that raises for them: a wrapper around the request, a
  check that is handed the response, a session of the project's own.

A status that is compared with nothing decides the test as well, or adds nothing to it: `== 200 or 206`.

What is caught is looked at, too: an `HTTPError` of `urlopen()` never has the code 200. So is an operand that adds
nothing to the others: the second one of `r.ok or r.status_code == 204`.

## Why is this bad

The code behind it never runs, so the case that it was written for is not handled: the missing resource is not "nothing
there" but an exception, the 503 is not retried. With `!= 200 or != 201` it is the other way round: every answer is
taken for an error.

## Example

```python
from http import HTTPStatus

import requests


def read(url: str) -> dict | None:
    response = requests.get(url, timeout=10)
    response.raise_for_status()
    if response.status_code == HTTPStatus.NOT_FOUND:
        return None
    return response.json()
```

## Use instead

```python
from http import HTTPStatus

import requests


def read(url: str) -> dict | None:
    response = requests.get(url, timeout=10)
    if response.status_code == HTTPStatus.NOT_FOUND:
        return None
    response.raise_for_status()
    return response.json()
```

## Fix safety

There is no fix: what the test was meant to ask is for its author to say.

## Not reported

* What is asserted (`assert`, `assertTrue(…)`) or only shown (a log, an f-string): it is said on purpose.
* The last branch of `if …: elif the opposite:`, or of a `match`, which names the rest for the reader, unless something
  else waits behind it that is more than a complaint.
* One end of a class of statuses: `status >= 200 and status < 300` where an earlier branch has taken what is below.
* `if response and …` with a library whose responses are always true: it asks whether there is one.
* The status of what is caught where something else than a library may have raised it.
* What depends on a method that another class overrides, on a decorator that is not in sight, or on a client that is
  made in several places.
* A status that somebody may have changed in between: bound anew, or an attribute of `self` after a call.
* A comparison with a constant that may differ: one that an instance or a subclass has of its own, one that is bound
  twice, or one of another module that is not written in capitals.

## References

* [requests.Response.raise_for_status](https://requests.readthedocs.io/en/latest/api/#requests.Response.raise_for_status)
* [urllib.request.urlopen](https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen)
* [aiohttp.ClientSession](https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.ClientSession)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from flake8_ocs_status.facts import Facts
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.positions.lone_statuses import LoneStatus
from flake8_ocs_status.possible.dead import DeadTest
from flake8_ocs_status.possible.readings import CLASS_TESTS
from flake8_ocs_status.possible.states import Source
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.rules.registry import Rule

LONGEST_MESSAGE = 110
# A test or a list of statuses that is longer than this is not repeated in a message.
LONGEST_TEST = 36
_MOST_LISTED = 4
_STATUSES = range(100, 600)
_SUCCESS = range(200, 300)
_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ALL_BUT = "all but "
_DROP = "drop it"
# What to do with a test that comes too late, by what came before it.
_REMEDIES = {
    Source.TEST: "move it up, or drop it",
    Source.CHECK: "test before that",
    Source.TRANSPORT: "catch that",
    Source.HELPER: "handle it there",
    Source.CAUGHT: _DROP,
}


def check_dead_test(facts: Facts) -> Iterator[Finding]:
    """Findings for every test on a status that decides nothing."""
    for dead in facts.dead_tests:
        place = dead.parts.operands[0] if dead.parts is not None else dead.node
        column = facts.module.character_column(place.lineno, place.col_offset)
        yield Finding(place.lineno, column, RULE.code, _message(dead))
    for lone in facts.lone_statuses:
        line, column = facts.module.position(lone.node)
        yield Finding(line, column, RULE.code, _message_of_lone(lone))


def _message_of_lone(lone: LoneStatus) -> str:
    outcome = "so this is always true" if lone.decides else "and adds nothing"
    meant = lone.meant
    remedy = f"write `{meant}`" if meant is not None and len(meant) <= LONGEST_TEST else "compare it, or drop it"
    return f"{_quoted(ast.unparse(lone.node))} is compared with nothing, {outcome}; {remedy}"


def _message(dead: DeadTest) -> str:
    outcome = "always" if dead.outcome else "never"
    if dead.parts is not None:
        word = " and " if dead.parts.is_and else " or "
        wording = _quoted(word.join(map(_wording, dead.parts.operands)))
        return f"{wording} is {outcome} true{_advice(dead, dead.parts.operands)}"
    test = f"{_quoted(_wording(dead.node))} is {outcome} true"
    if dead.is_response:
        return f"{test}: such a response is true whatever its status; test the status"
    if not dead.exclusions:
        return f"{test}: its parts contradict each other; turn one round"
    message = f"{test}: {_reason(dead)}"
    complete = f"{message}; {_remedy(dead)}"
    return complete if len(complete) <= LONGEST_MESSAGE else message


def _wording(node: ast.expr | ast.pattern) -> str:
    """A test without the status that it tests."""
    text = ast.unparse(node)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.left, (ast.Name, ast.Attribute)):
        return text.removeprefix(f"{ast.unparse(node.left)} ")
    return f"case {text}" if isinstance(node, ast.pattern) else text


def _quoted(text: str) -> str:
    return f"`{text}`" if len(text) <= LONGEST_TEST else "this test"


def _advice(dead: DeadTest, operands: Sequence[ast.expr]) -> str:
    parts = [part for part in operands if isinstance(part, ast.Compare) and len(part.ops) == 1]
    alike = len(parts) == len(operands) and len({ast.unparse(part.left) for part in parts}) == 1
    operators = {type(part.ops[0]) for part in parts} if alike else set()
    statuses = ", ".join(ast.unparse(part.comparators[0]) for part in parts)
    if operators == {ast.NotEq}:
        return f"; write `not in ({statuses})`"
    if operators == {ast.Eq}:
        return f"; write `in ({statuses})`"
    if operators and operators.issubset(_ORDERS):
        return f"; write `{'and' if dead.outcome else 'or'}`"
    if not dead.outcome and any(_is_response_itself(part) for part in operands):
        return ": a response is false for >= 400; write `is not None`"
    if dead.outcome:
        return ": its parts leave nothing out; write `and`"
    return ": its parts contradict each other; drop one"


def _is_response_itself(part: ast.expr) -> bool:
    """Whether a part of a test asks for the truth of a response."""
    if isinstance(part, ast.BoolOp):
        return any(map(_is_response_itself, part.values))
    if (
        isinstance(part, ast.Call)
        and len(part.args) == 1
        and isinstance(part.func, ast.Name)
        and part.func.id == "bool"
    ):
        part = part.args[0]
    return isinstance(part, (ast.Name, ast.NamedExpr)) or (
        isinstance(part, ast.Attribute) and part.attr not in CLASS_TESTS
    )


def _remedy(dead: DeadTest) -> str:
    if dead.outcome or dead.is_operand:
        return _DROP
    sources = {one.source for one in dead.exclusions}
    return _REMEDIES[sources.pop()] if len(sources) == 1 else _DROP


def _reason(dead: DeadTest) -> str:
    exclusions = dead.exclusions
    lines = sorted({getattr(one.node, "lineno", 0) for one in exclusions})
    if len(exclusions) == 1 and exclusions[0].source is not Source.TEST:
        one = exclusions[0]
        if one.source is Source.CAUGHT:
            return f"{one.wording} is never raised for {_described(one.excluded)}"
        if one.source is Source.HELPER:
            described = _described(one.excluded)
            passed = described.removeprefix(_ALL_BUT)
            word = "no" if passed == described else "only"
            return f"{one.wording} in line {lines[0]} lets {word} {passed} through"
        return f"{one.wording} in line {lines[0]} has raised for {_described(one.excluded)}"
    nothing = f"left nothing {'else' if dead.outcome else 'for it'}"
    if len(exclusions) == 1 and dead.whole is not None and _is_inside(exclusions[0].node, dead.whole):
        before = exclusions[0].node
        wording = _quoted(_wording(before)) if isinstance(before, (ast.expr, ast.pattern)) else "this test"
        return f"{wording.replace('this', 'the')} before it {nothing}"
    where = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(map(str, lines[:-1]))} and {lines[-1]}"
    return f"the test{'s' if len(lines) > 1 else ''} in {where} {nothing}"


def _is_inside(node: ast.AST, whole: ast.AST) -> bool:
    return any(inner is node for inner in nodes_in(whole))


def _described(statuses: int) -> str:
    """A set of statuses in few words."""
    found = [status for status in _STATUSES if statuses >> status & 1]
    missing = [status for status in _STATUSES if not statuses >> status & 1]
    if len(found) <= _MOST_LISTED:
        return ", ".join(map(str, found))
    if len(missing) <= _MOST_LISTED:
        return f"{_ALL_BUT}{', '.join(map(str, missing))}"
    if found == list(range(found[0], _STATUSES.stop)):
        return f">= {found[0]}"
    if found == list(range(_STATUSES.start, found[-1] + 1)):
        return f"<= {found[-1]}"
    if found == list(_SUCCESS):
        return "2xx"
    if missing == list(_SUCCESS):
        return f"{_ALL_BUT}2xx"
    return "such status"


RULE = Rule(
    code="OCS104",
    name="dead-status-test",
    summary="A test on the status is always true, or never, where it stands",
    check=check_dead_test,
)
