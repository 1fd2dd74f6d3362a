"""The messages of OCS104: why a test decides nothing, and what to do about it."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.rules.ocs104 import LONGEST_MESSAGE
from flake8_ocs_status.settings import Settings

START = "import requests\nimport urllib.request\n\ndef fetch(url):\n    r = requests.get(url)\n"
LONG = "r.status_code == requests.codes.unprocessable_entity"


def message_for(body: str, start: str = START) -> str:
    """The one message about a function that begins by sending a request."""
    source = start + indent(body, "    ")
    (finding,) = findings_of(ast.parse(source), source.splitlines(keepends=True), "", Settings(), {"OCS104"})
    return finding.message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "r.raise_for_status()\nif r.status_code == 404: return\n",
            "`== 404` is never true: raise_for_status() in line 6 has raised for >= 400; test before that",
        ),
        (
            "r.raise_for_status()\nif r.ok: return\n",
            "`r.ok` is always true: raise_for_status() in line 6 has raised for >= 400; drop it",
        ),
        (
            "with urllib.request.urlopen(url) as answer:\n  if answer.status == 404: return\n",
            "`== 404` is never true: urlopen() in line 6 has raised for all but 2xx; catch that",
        ),
        (
            "if r.status_code >= 400: return\nelif r.status_code == 404: raise KeyError\n",
            "`== 404` is never true: the test in line 6 left nothing for it; move it up, or drop it",
        ),
        (
            "if r.status_code != 200: return\nif r.status_code == 200: return 1\n",
            "`== 200` is always true: the test in line 6 left nothing else; drop it",
        ),
        (
            "if r.ok or r.status_code == 204: return\n",
            "`== 204` is never true: `r.ok` before it left nothing for it; drop it",
        ),
        (
            "if r.status_code != 200 or (r.status_code == 200 and url): return\n",
            "`== 200` is always true: `!= 200` before it left nothing else; drop it",
        ),
        (
            "if r.status_code != 200 or r.status_code != 201: return\n",
            "`!= 200 or != 201` is always true; write `not in (200, 201)`",
        ),
        (
            "if r.status_code == 200 and r.status_code == 201: return\n",
            "`== 200 and == 201` is never true; write `in (200, 201)`",
        ),
        ("if r.status_code < 200 and r.status_code > 299: return\n", "`< 200 and > 299` is never true; write `or`"),
        (
            "if not r.ok and r.status_code == 200: return\n",
            "`not r.ok and == 200` is never true: its parts contradict each other; drop one",
        ),
        (
            "if r and r.status_code == 404: return\n",
            "`r and == 404` is never true: a response is false for >= 400; write `is not None`",
        ),
        (
            "if 200 > r.status_code > 299: return\n",
            "`200 > r.status_code > 299` is never true: its parts contradict each other; turn one round",
        ),
        (
            "try:\n  urllib.request.urlopen(url)\nexcept urllib.request.HTTPError as e:\n  if e.code == 200: return\n",
            "`== 200` is never true: HTTPError is never raised for 2xx; drop it",
        ),
    ],
)
def test_message_says_why_and_what_to_do(body: str, message: str) -> None:
    assert message_for(body) == message


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        ("r.status_code >= 400", "fetch() in line 7 lets no >= 400 through; handle it there"),
        ("not 200 <= r.status_code < 300", "fetch() in line 7 lets only 2xx through; handle it there"),
        ("r.status_code not in (200, 201)", "fetch() in line 7 lets only 200, 201 through; handle it there"),
    ],
)
def test_message_tells_what_a_function_lets_through(check: str, reason: str) -> None:
    fetch = f"{START}    if {check}: raise OSError\n    return r\n"
    source = f"{fetch}def use(url):\n    r = fetch(url)\n    if r.status_code == 404: return\n"
    (finding,) = findings_of(ast.parse(source), source.splitlines(keepends=True), "", Settings(), {"OCS104"})
    assert finding.message == f"`== 404` is never true: {reason}".replace("line 7", "line 9")


def test_message_is_never_too_long() -> None:
    message = message_for(f"r.raise_for_status()\nif {LONG}: return\n")
    assert message == "this test is never true: raise_for_status() in line 6 has raised for >= 400; test before that"
    many = " or ".join(f"r.status_code == {status}" for status in range(400, 420))
    message = message_for(f"if {many}: return\nif r.status_code == 404: return\n")
    assert message == "`== 404` is never true: the test in line 6 left nothing for it; move it up, or drop it"
    ways = "".join(f"if r.status_code == {status}: return\n" for status in (400, 401, 403, 404))
    message = message_for(f"{ways}if r.status_code in (400, 401, 403, 404): return\n")
    assert message == "`in (400, 401, 403, 404)` is never true: the tests in lines 6, 7, 8 and 9 left nothing for it"
    assert len(message) <= LONGEST_MESSAGE
