"""The documentation says what the code does."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fixing import fixed
from fixtures_harness import ROOT
from flake8.options.manager import OptionManager
from rule_pages import code_blocks, page_text, sections

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.fix import cli, session
from flake8_ocs_status.fix.arguments import EPILOG, parser, read_arguments
from flake8_ocs_status.fix.fixer import Left, Result
from flake8_ocs_status.fix.machine import Record
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.report import Totals
from flake8_ocs_status.plugin import Plugin
from flake8_ocs_status.rules import Rule, all_rules
from flake8_ocs_status.settings import BOUNDS, HANDLED_BY, SCOPES, VOCABULARIES, Settings

GENERATOR = ROOT / "docs" / "generate.py"
ON = {rule.code for rule in all_rules() if rule.on}
each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)


def family(code: str) -> str:
    """Literals, retries or handling: examples may break rules of another family without distracting the reader."""
    return {"OCS1": "literals", "OCS6": "retries"}.get(code[:4], "handling")


def codes_in(source: str, rule: Rule) -> list[str]:
    lines = source.splitlines(keepends=True)
    return [finding.code for finding in findings_of(ast.parse(source), lines, "t.py", Settings(), ON | {rule.code})]


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, GENERATOR, "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_check_notices_stale_missing_and_left_over_pages(tmp_path: Path) -> None:
    copy = tmp_path / "docs" / "generate.py"
    copy.parent.mkdir()
    copy.write_bytes(GENERATOR.read_bytes())
    (tmp_path / "README.md").write_text("before\n<!-- rules:begin -->\nold\n<!-- rules:end -->\nafter\n")
    left_over = tmp_path / "docs" / "rules" / "OCS999.md"
    left_over.parent.mkdir()
    left_over.write_text("gone")
    command = [sys.executable, str(copy)]
    first = subprocess.run([*command, "--check"], capture_output=True, text=True, check=False)
    assert first.returncode == 1
    assert "docs/rules/README.md: out of date" in first.stdout
    assert "docs/rules/OCS999.md: belongs to no rule" in first.stdout
    assert "README.md: out of date\n" in first.stdout
    assert left_over.exists()
    subprocess.run(command, capture_output=True, check=True)
    assert not left_over.exists()
    readme = (tmp_path / "README.md").read_text()
    assert readme.startswith("before\n<!-- rules:begin -->\n| code |")
    assert readme.endswith("<!-- rules:end -->\nafter\n")
    assert subprocess.run([*command, "--check"], capture_output=True, check=False).returncode == 0


@each_rule
def test_example_breaks_its_rule(rule: Rule) -> None:
    examples = code_blocks(sections(page_text(rule))["Example"])
    assert examples
    for example in examples:
        found = codes_in(example, rule)
        assert {code for code in found if family(code) == family(rule.code)} == {rule.code}, example


@each_rule
def test_use_instead_breaks_no_rule(rule: Rule) -> None:
    blocks = code_blocks(sections(page_text(rule))["Use instead"])
    assert blocks
    for block in blocks:
        assert codes_in(block, rule) == [], block


@pytest.mark.parametrize("rule", [rule for rule in all_rules() if rule.fixes], ids=lambda rule: rule.code)
def test_the_fixer_turns_the_example_into_what_to_use_instead(rule: Rule) -> None:
    parts = sections(page_text(rule))
    for bad, good in zip(code_blocks(parts["Example"]), code_blocks(parts["Use instead"]), strict=True):
        after = fixed(Path("t.py"), bad.encode(), [rule.code], unsafe=rule.fixes == "unsafe")
        assert after.decode() == good


def test_configuration_names_every_option_and_its_choices() -> None:
    manager = OptionManager(version="0", plugin_versions="", parents=[], formatter_names=[])
    Plugin.add_options(manager)
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    described = dict(zip(*[iter(re.split(r"^### `(.+)`$", text, flags=re.MULTILINE)[1:])] * 2, strict=True))
    assert described.keys() == {str(option.long_option_name).removeprefix("--") for option in manager.options}
    for option in manager.options:
        section = described[str(option.long_option_name).removeprefix("--")]
        default = option.option_kwargs["default"]
        assert default is None or f"`{default}` (default)" in section
    for name in VOCABULARIES:
        assert f"| `{name}`" in described["ocs-constants"]
    for option_name, choices in {"ocs-bounds": BOUNDS, "ocs-scope": SCOPES, "ocs-handled-by": HANDLED_BY}.items():
        for choice in choices:
            assert f"* `{choice}`" in described[option_name]


def test_the_page_of_the_fixer_names_every_option_and_exit_code() -> None:
    text = (ROOT / "docs" / "ocs-fix.md").read_text(encoding="utf-8")
    rows = {tuple(re.findall(r"`([^`]+)`", row)) for row in re.findall(r"^\| (`-[^|]+) \|", text, flags=re.MULTILINE)}
    described = {words for row in rows for words in row}
    expected = set()
    for action in parser()._actions:
        if any(name.startswith("--ocs-") for name in action.option_strings):
            # The page of the configuration has these.
            continue
        value = action.metavar or ("{" + ",".join(action.choices) + "}" if action.choices else "")
        expected |= {f"{name} {value}" if action.nargs != 0 else name for name in action.option_strings}
    assert described == expected
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE)}
    assert codes == {session.CLEAN, session.CHANGED, session.ERROR, cli.INTERRUPTED}
    assert codes == {int(code) for code in re.findall(r"^  (\d+) ", EPILOG, flags=re.MULTILINE)}


def test_the_page_of_the_fixer_names_every_field_of_its_json() -> None:
    text = (ROOT / "docs" / "ocs-fix.md").read_text(encoding="utf-8").partition("## JSON\n")[2].partition("\n## ")[0]
    record = Record(written=False)
    result = Result("a.py", b"a", b"b", left=[Left(1, 1, "OCS101", "reason", "message")])
    record.add(result)
    record.add_problem("b.py", FileError("reason"))
    whole = json.loads(record.text(Totals()))
    first, second = whole["files"]
    rows = dict(re.findall(r"^\| `(\S+)` \| (.+) \|$", text, flags=re.MULTILINE))
    assert rows.keys() == whole.keys() | {f"files[].{name}" for name in first}
    for name, inside in (
        ("files[].left", first["left"][0]),
        ("files[].error", second["error"]),
        ("summary", whole["summary"]),
    ):
        assert inside.keys() <= set(re.findall(r"`(\w+)`", rows[name]))


def test_the_commands_on_the_page_of_the_fixer_can_be_given() -> None:
    text = (ROOT / "docs" / "ocs-fix.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ ocs-fix (.+?) *(?:#.*)?$", text, flags=re.MULTILINE)
    assert commands
    for command in commands:
        words = command.split()
        if words[0] != session.EXPLAIN:
            assert read_arguments(words).paths


@pytest.mark.parametrize("page", ["README.md", "docs/configuration.md", "docs/editors.md", "docs/ocs-fix.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_the_example_of_the_readme_is_real(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    source = readme.partition("```python\n")[2].partition("```")[0]
    shown = readme.partition("```console\n")[2].partition("```")[0]
    (tmp_path / "assets.py").write_text(source, encoding="utf-8")
    printed = ""
    for name, *options in (["flake8", "--select=OCS"], ["ocs-fix"]):
        command = [str(Path(sys.executable).with_name(name)), *options, "assets.py"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
        printed += "\n".join([f"$ {' '.join([name, *options, 'assets.py'])}", done.stdout + done.stderr])
    assert printed == shown
