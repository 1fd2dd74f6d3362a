"""Where the text of the constant is certain to show, the number stays, whatever is asked for."""

from __future__ import annotations

import pytest
from fix_helpers import fixed, fixed_text, reasons
from fix_helpers import simple_rule as simple_rule

pytestmark = pytest.mark.usefixtures("simple_rule")

YAML = "import yaml\n\nyaml.safe_dump(x)\n"


@pytest.mark.parametrize(
    ("source", "shows"),
    [
        ("assert repr(Error(404)) == y\n", "repr()"),
        ("x = repr(Error(status=404))\n", "repr()"),
        ("x = repr([Error((404, y))])\n", "repr()"),
        ("x = f'{Error(404)!r}'\n", "!r"),
        ("x = ascii(404)\n", "ascii()"),
        ("import pprint\n\nx = pprint.pformat({'status': 404})\n", "pformat()"),
        (YAML + "x = {'status': 404}\n", "YAML"),
        (YAML + "x = {'status': [404]}\n", "YAML"),
        ("from ruamel.yaml import YAML\n\nYAML().dump({'status': 404}, x)\n", "YAML"),
    ],
)
def test_a_text_that_is_certain_to_show_stays(source: str, shows: str) -> None:
    assert fixed_text(source, unsafe=True) == source
    assert reasons(source, unsafe=True) == [f"the text of the constant would show in {shows}"]
    plain = fixed(source, "--ocs-constants", "starlette.status")
    assert b"status.HTTP_404_NOT_FOUND" in plain.new


@pytest.mark.parametrize(
    "source",
    [
        "x = repr(status == 404)\n",
        "x = repr(f(404).json())\n",
        "x = repr(x[404])\n",
        "x = repr(lambda: 404)\n",
        "x = mine.repr(404)\n",
        "def repr(x): pass\n\n\nx = repr(404)\n",
        "x = str(Error(404))\n",
        "x = f'{Error(x)!r}', 404\n",
        "import json\n\njson.dump({'status': 404}, x)\n",
        "import yaml\n\nx = {'status': 404}, yaml.safe_load(x)\n",
        "import yaml\n\nyaml.safe_dump(x)\nf(status=404)\n",
    ],
)
def test_what_may_show_is_the_rules_to_judge(source: str) -> None:
    assert "404" not in fixed_text(source, unsafe=True)
