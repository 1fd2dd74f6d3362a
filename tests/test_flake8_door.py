"""flake8 with the plugin, from the command line, as its users run it."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from fixtures_harness import fixtures_in, read_lines, settings_of
from flake8_runs import run_flake8

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.settings import ClientCall, Settings

CLIENT = """\
import requests

response = requests.get("https://example.com", timeout=5)
missing = response.status_code == 404
"""
LITERAL = "client.py:4:35: OCS101 "

# A rule that is off by default, and flake8 with it, in the process that the script runs in.
WITH_OPT_IN_RULE = """
import sys
import flake8_ocs_status.check, flake8_ocs_status.plugin
from flake8.main.cli import main
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.rules import Rule, all_rules

def check(facts):
    yield Finding(1, 0, "OCS998", "opt-in")

rules = (*all_rules(), Rule("OCS998", "opt-in", "opt-in", check, on=False))
flake8_ocs_status.check.all_rules = flake8_ocs_status.plugin.all_rules = lambda: rules
sys.exit(main())
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "client.py").write_text(CLIENT)
    return tmp_path


def test_version_names_the_plugin() -> None:
    done = run_flake8("--version")
    assert f"flake8-ocs-status: {version('flake8-ocs-status')}" in done.stdout.replace("\n", " ")


def test_help_has_a_group_for_the_options() -> None:
    text = run_flake8("--help").stdout
    group = text.partition("\nflake8-ocs-status:\n")[2].partition("\n\n")[0]
    options = [line.split()[0] for line in group.splitlines() if line.startswith("  --")]
    names = ["constants", "bounds", "scope", "hosts", "client-calls", "handled-by", "python"]
    assert options == [f"--ocs-{name}" for name in names]
    assert "--ocs-" not in text.replace(group, "")


@pytest.mark.parametrize("arguments", [[], ["--select=OCS"], ["--select=OCS1"], ["--extend-select=OCS101"]])
def test_reports(project: Path, arguments: list[str]) -> None:
    done = run_flake8("--isolated", *arguments, "client.py", folder=project)
    assert done.stdout.startswith(LITERAL)
    assert len(done.stdout.splitlines()) == 1
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    "arguments", [["--select=OCS2"], ["--extend-ignore=OCS1"], ["--per-file-ignores=client.py:OCS101"]]
)
def test_stays_silent_when_told(project: Path, arguments: list[str]) -> None:
    done = run_flake8("--isolated", *arguments, "client.py", folder=project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("comment", "silent"),
    [("# noqa", True), ("# noqa: OCS101", True), ("# NOQA:OCS1", True), ("# noqa: OCS2,E501", False), ("# no", False)],
)
def test_noqa(project: Path, comment: str, silent: bool) -> None:
    (project / "client.py").write_text(f"{CLIENT.rstrip()}  {comment}\n")
    assert (run_flake8("--isolated", "client.py", folder=project).stdout == "") == silent


def test_many_files_in_two_processes(project: Path) -> None:
    for number in range(20):
        (project / f"client_{number:02}.py").write_text(CLIENT)
    one = run_flake8("--isolated", "--jobs=1", "--ocs-constants=requests.codes", folder=project)
    two = run_flake8("--isolated", "--jobs=2", "--ocs-constants=requests.codes", folder=project)
    assert one.stdout == two.stdout
    assert one.stdout.count("codes.not_found") == 21


def test_standard_input(project: Path) -> None:
    source = CLIENT.encode()
    done = run_flake8("--isolated", "-", folder=project, stdin=source)
    assert done.stdout.startswith(LITERAL.replace("client.py", "stdin"))
    arguments = ["--isolated", "--stdin-display-name=api/client.py", "-"]
    assert run_flake8(*arguments, folder=project, stdin=source).stdout.startswith(f"api/{LITERAL}")
    ignored = "--per-file-ignores=api/*:OCS101"
    assert run_flake8(ignored, *arguments, folder=project, stdin=source).stdout == ""


def test_opt_in_rules_wait_to_be_asked_for(project: Path) -> None:
    command = [sys.executable, "-c", WITH_OPT_IN_RULE, "--isolated", "--jobs=1", "client.py"]
    for arguments, codes in [
        ([], ["OCS101"]),
        (["--extend-select=OCS998"], ["OCS101", "OCS998"]),
        (["--select=OCS1"], ["OCS101"]),
        (["--select=OCS"], ["OCS101"]),
        (["--select=E,F,OCS", "--extend-select=OCS9"], ["OCS101", "OCS998"]),
        (["--select=OCS9"], ["OCS998"]),
        (["--select=OCS", "--extend-ignore=OCS1"], []),
        (["--extend-select=OCS998", "--extend-ignore=OCS998"], ["OCS101"]),
    ]:
        done = subprocess.run([*command, *arguments], cwd=project, capture_output=True, text=True, check=False)
        assert sorted(line.split()[1] for line in done.stdout.splitlines()) == codes, arguments
        assert done.stderr == ""


def test_a_hidden_rule_costs_nothing(project: Path) -> None:
    failing = WITH_OPT_IN_RULE.replace('yield Finding(1, 0, "OCS998", "opt-in")', 'raise ValueError("it ran")')
    command = [sys.executable, "-c", failing, "--isolated", "--jobs=1", "client.py"]
    for arguments, ran in [([], False), (["--select=OCS"], False), (["--extend-select=OCS998"], True)]:
        done = subprocess.run([*command, *arguments], cwd=project, capture_output=True, text=True, check=False)
        assert ("it ran" in done.stderr) == ran, arguments


@pytest.mark.parametrize(
    ("argument", "codes"),
    [
        ("--jobs=1", {"OCS000", "OCS503"}),
        ("--select=OCS", {"OCS000", "OCS503"}),
        ("--select=OCS4", {"OCS404", "OCS408"}),
        ("--select=OCS404", {"OCS404"}),
        ("--extend-select=OCS404", {"OCS000", "OCS404", "OCS503"}),
        ("--extend-select=OCS409", {"OCS000", "OCS503"}),
    ],
)
def test_an_opt_in_rule_of_ours_waits_to_be_asked_for(tmp_path: Path, argument: str, codes: set[str]) -> None:
    (tmp_path / "client.py").write_text(
        "import requests\n\nrequests.get('https://dat-b.osisoft.com/api/v1/Tenants/t/Roless').json()\n"
    )
    done = run_flake8("--isolated", argument, "client.py", folder=tmp_path)
    assert {line.split()[1] for line in done.stdout.splitlines()} == codes


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
@pytest.mark.parametrize("option", ["ocs-constants", "ocs_constants"])
def test_reads_the_configuration(project: Path, name: str, option: str) -> None:
    (project / name).write_text(f"[flake8]\n{option} = requests.codes\n")
    assert "codes.not_found" in run_flake8("client.py", folder=project).stdout
    overridden = run_flake8("--ocs-constants=httpx.codes", "client.py", folder=project)
    assert "codes.NOT_FOUND" in overridden.stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("ocs-constants", "HTTPStatus"),
        ("ocs-scope", "some"),
        ("ocs-hosts", "https://x"),
        ("ocs-handled-by", "luck"),
        ("ocs-python", "2.7"),
    ],
)
def test_a_bad_value_is_a_usage_error(project: Path, option: str, value: str) -> None:
    from_command_line = run_flake8("--isolated", f"--{option}={value}", "client.py", folder=project)
    (project / ".flake8").write_text(f"[flake8]\n{option} = {value}\n")
    for done in (from_command_line, run_flake8("client.py", folder=project)):
        assert (done.returncode, done.stdout) == (2, "")
        last_line = done.stderr.splitlines()[-1]
        assert last_line.startswith(f"flake8: error: argument --{option}: ")
        assert f"'{value}'" in last_line


def test_options_become_settings() -> None:
    assert settings_of(()) == Settings()
    arguments = ("--ocs-constants=a.b:C", "--ocs-scope=all", "--ocs-handled-by=raise", "--ocs-python=3.12")
    assert settings_of(arguments) == Settings("a.b:C", "all", handled_by="raise", python=(3, 12))
    declared = ("--ocs-hosts=a.example.com,*.example.org", "--ocs-client-calls=corp.send(method, url)")
    assert settings_of(declared) == Settings(
        hosts=("a.example.com", "*.example.org"),
        client_calls=(ClientCall("corp.send", ("method", "url"), None),),
    )


def test_what_is_loaded_is_out_of_the_collector_s_sight(project: Path) -> None:
    script = (
        "import gc, sys\nfrom flake8.main.cli import main\nbefore = gc.get_freeze_count()\n"
        "main(sys.argv[1:])\nfirst = gc.get_freeze_count()\nmain(sys.argv[1:])\n"
        "print(first - before > 10_000, gc.get_freeze_count() <= first, file=sys.stderr)"
    )
    arguments = [sys.executable, "-c", script, "--isolated", "--exit-zero", str(project)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stderr.split() == ["True", "True"]


# That ours loads neither libcst nor a library of HTTP is seen where all fixtures are gone through in one process.
def test_what_a_check_loads_is_told(project: Path) -> None:
    (project / "heavy.py").write_text(
        "import httpx\n\nclass Check:\n    name = version = 'heavy'\n    def __init__(self, tree): pass\n"
        "    def run(self): return iter(())\n"
    )
    (project / ".flake8").write_text("[flake8:local-plugins]\nextension =\n    XYZ = heavy:Check\npaths = .\n")
    assert run_flake8("client.py", folder=project, watched=True).stderr == "loaded: httpx\n"
    assert run_flake8("--isolated", "client.py", folder=project, watched=True).stderr == ""


def everything_in(tree: ast.Module) -> tuple[str, list[tuple[int, list[str]]]]:
    """The tree with its positions, and each node's identity and attributes, those that are no fields too."""
    return ast.dump(tree, include_attributes=True), [(id(node), sorted(vars(node))) for node in ast.walk(tree)]


@pytest.mark.same_everywhere
def test_never_changes_the_shared_tree() -> None:
    for fixture in fixtures_in():
        lines = read_lines(fixture.path)
        tree = ast.parse("".join(lines))
        before, lines_before = everything_in(tree), list(lines)
        findings_of(tree, lines, str(fixture.path), fixture.settings)
        assert everything_in(tree) == before, fixture.name
        assert lines == lines_before, fixture.name
