"""What runs the project from outside: the pre-commit hooks, the demonstration, and the commands of the README."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from fixtures_harness import ROOT

HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
CLIENT = """\
import requests

response = requests.get("https://example.com", timeout=5)
missing = response.status_code == 404
"""
FIXED = CLIENT.replace("import requests", "from http import HTTPStatus\n\nimport requests").replace(
    "404", "HTTPStatus.NOT_FOUND"
)


def hook_command(hook: str) -> list[str]:
    """The command that pre-commit runs for a hook, before the files; the program taken from this environment."""
    description = HOOKS.partition(f"- id: {hook}\n")[2].partition("- id:")[0]
    fields = dict(re.findall(r"^  (\w+): (.+)$", description, flags=re.MULTILINE))
    assert fields["language"] == "python"
    assert fields["types"] == "[python]"
    program, *arguments = shlex.split(fields["entry"])
    return [str(Path(sysconfig.get_path("scripts")) / program), *arguments, *fields.get("args", "[]")[1:-1].split()]


@pytest.fixture
def client(tmp_path: Path) -> Path:
    path = tmp_path / "client.py"
    path.write_text(CLIENT)
    return path


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def test_every_hook_is_tested() -> None:
    assert re.findall(r"^- id: (\S+)$", HOOKS, flags=re.MULTILINE) == ["flake8-ocs-status", "ocs-fix"]


def test_the_linting_hook(client: Path) -> None:
    client.write_text(f"import os\n{CLIENT}")
    done = run([*hook_command("flake8-ocs-status"), "client.py"], client.parent)
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["OCS101"]
    assert (done.returncode, done.stderr) == (1, "")


def test_the_fixing_hook(client: Path) -> None:
    done = run([*hook_command("ocs-fix"), "client.py"], client.parent)
    assert client.read_text() == FIXED
    # pre-commit fails a hook that changed a file, whatever it returns; 2 would be an error of the fixer.
    assert done.returncode in (0, 1)
    assert run([*hook_command("ocs-fix"), "client.py"], client.parent).returncode == 0
    assert run([*hook_command("flake8-ocs-status"), "client.py"], client.parent).returncode == 0


def test_the_demonstration(client: Path) -> None:
    done = run([sys.executable, str(ROOT / "docs" / "demo.py"), str(client.parent)], client.parent)
    assert "client.py:4:35: OCS101" in done.stdout
    assert "+missing = response.status_code == HTTPStatus.NOT_FOUND" in done.stdout
    assert client.read_text() == CLIENT
    assert done.returncode == 0


def test_the_readme_and_the_checks_run_the_same_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in [
        "python3.11 -m venv .venv",
        ".venv/bin/pip install -e '.[test]'",
        ".venv/bin/python -m pytest -n auto",
    ]:
        assert re.search(rf"^\s*{re.escape(command)}$", readme, flags=re.MULTILINE)
        assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
