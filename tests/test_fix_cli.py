"""The door: what is written, what is said, and with which exit code."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from fix_helpers import simple_rule as simple_rule

from flake8_ocs_status.fix import runner
from flake8_ocs_status.fix.arguments import parser
from flake8_ocs_status.fix.cli import main
from flake8_ocs_status.plugin import Plugin

pytestmark = pytest.mark.usefixtures("simple_rule", "folder")

SOURCE = "import os\n\n\ndef f(status):\n    return status == 404\n"
FIXED = "import os\nfrom http import HTTPStatus\n\n\ndef f(status):\n    return status == HTTPStatus.NOT_FOUND\n"
DIFF = """\
--- a.py
+++ a.py
@@ -1,5 +1,6 @@
 import os
+from http import HTTPStatus
{blank}
{blank}
 def f(status):
-    return status == 404
+    return status == HTTPStatus.NOT_FOUND
""".format(blank=" ")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, text: str = SOURCE) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_files_are_written_in_place(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("a.py")
    put("b.py", "x = 1\n")
    assert main([]) == 0
    assert path.read_text() == FIXED
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "fixed a.py (1 finding)\nFixed 1 finding in 1 file\n"
    assert main([]) == 0
    assert capsys.readouterr().err == "Nothing to fix in 2 files\n"


def test_a_diff_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("a.py")
    assert main(["--diff", "."]) == 1
    assert path.read_text() == SOURCE
    out, err = capsys.readouterr()
    assert out == DIFF
    assert err == "Would fix 1 finding in 1 file\n"
    assert main(["--diff", str(path.resolve())]) == 1
    assert capsys.readouterr().out == DIFF


def test_a_diff_has_colours_where_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.py")
    main(["--diff", "--color=always"])
    assert "\033[32m+from http import HTTPStatus\033[m\n" in capsys.readouterr().out


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_patch_takes_a_diff(end: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = put("a.py", SOURCE.replace("\n", end).rstrip())
    main(["--diff"])
    diff = capfdbinary.readouterr().out
    assert b"\\ No newline at end of file\n" in diff or end == "\r"
    if end != "\r":
        subprocess.run(["patch", "--binary", "-s", "-p0"], input=diff, check=True)
        assert path.read_bytes() == FIXED.replace("\n", end).rstrip().encode()


def test_a_check_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("a.py")
    assert main(["--check", "a.py"]) == 1
    assert path.read_text() == SOURCE
    assert capsys.readouterr().err == "would fix a.py (1 finding)\nWould fix 1 finding in 1 file\n"
    put("a.py", FIXED)
    assert main(["--check", "a.py"]) == 0
    assert main(["a.py", "--diff", "a.py"]) == 0


def test_quiet_and_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.py", "status == 299\nstatus >= 404\n")
    assert main(["-q"]) == 0
    assert capsys.readouterr() == ("", "")
    text = "import os\nstatus == 404\nstatus == 299\n"
    for words, line in ((["--check"], 3), ([], 4)):
        put("a.py", text)
        main(["-v", *words])
        expected = f"a.py:{line}:11: OCS101 left alone: http.HTTPStatus has no name for 299 on Python 3.10\n"
        assert expected in capsys.readouterr().err


def test_unsafe_fixes_are_made_on_request_alone(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("a.py", "from http import HTTPStatus\n\nstatus >= 404\n")
    assert main(["--select=OCS102"]) == 0
    assert "404" in path.read_text()
    assert capsys.readouterr().err == "Nothing to fix in 1 file; 1 more with --unsafe-fixes\n"
    assert main(["--select=OCS102", "--unsafe-fixes"]) == 0
    assert path.read_text().endswith("status >= HTTPStatus.NOT_FOUND\n")


def test_statistics(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.py", "status == 404\nstatus == 299\nstatus is 503\nr.raise_for_status\n")
    main(["--statistics"])
    assert capsys.readouterr().err == (
        "fixed a.py (3 findings)\n"
        "code      fixed  not fixed\n"
        "OCS101        1          1\n"
        "OCS103        1          0\n"
        "OCS108        1          0\n"
        "all           3          1\n"
        "\n"
        "not fixed because\n"
        "OCS101        1  http.HTTPStatus has no name for 299 on Python 3.10\n"
        "Fixed 3 findings in 1 file; 1 left alone: http.HTTPStatus has no name for 299 on Python 3.10\n"
    )


def test_errors_are_named_and_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.py", "status ==\n")
    good = put("b.py")
    assert main(["a.py", "b.py", "missing.py"]) == 2
    assert good.read_text() == FIXED
    err = capsys.readouterr().err.splitlines()
    assert err[0].startswith("a.py:1:")
    assert "syntax error" in err[0]
    assert "missing.py: No such file or directory" in err
    assert err[-1] == "Fixed 1 finding in 1 file; 2 errors"
    assert main(["--check", "a.py", "b.py"]) == 2


def test_a_syntax_error_is_named_where_nothing_speaks_of_http(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.py", "x = (\n")
    assert main(["a.py"]) == 2
    assert capsys.readouterr().err.startswith("a.py:1:5: syntax error: ")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--nonsense"], "ocs-fix: unrecognized arguments: --nonsense"),
        (["--select=OCS999"], "ocs-fix: OCS999 in --select is no rule of flake8-ocs-status"),
        (["--extend-ignore=OCS7"], "ocs-fix: OCS7 in --extend-ignore is no rule of flake8-ocs-status"),
        (["--select=ocs101"], "ocs-fix: ocs101 in --select is no code; those are capitals, then digits"),
        (["--jobs=many"], "ocs-fix: argument -j/--jobs: 'many' is neither auto nor a number of processes"),
        (["--config=missing.cfg"], "ocs-fix: The specified config file does not exist: missing.cfg"),
        (["--ocs-python=2.7"], "ocs-fix: argument --ocs-python: '2.7' is not a Python version such as 3.11"),
        (["--per-file-ignores=x"], "ocs-fix: Expected `per-file-ignores` to be a mapping"),
        (["-", "a.py"], "ocs-fix: - (stdin) cannot be mixed with paths"),
        (["-q", "-v"], "ocs-fix: argument -v/--verbose: not allowed with argument -q/--quiet"),
        (["", "a.py"], "ocs-fix: a path is empty"),
        (["a\0b"], "ocs-fix: a path has a null character in it"),
        (["--output-format=xml"], "ocs-fix: argument --output-format: invalid choice: 'xml'"),
        (["--output-format=json", "--diff"], "ocs-fix: --output-format json and --diff both want stdout"),
        (["--output-format=json", "-"], "ocs-fix: --output-format json and the text of stdin both want stdout"),
        (["--jobs=0"], "ocs-fix: argument -j/--jobs: '0' is neither auto nor a number of processes"),
        (["--color=pink"], "ocs-fix: argument --color: invalid choice: 'pink'"),
        (["--diff=x"], "ocs-fix: argument --diff: ignored explicit argument 'x'"),
        (["--stdin-filename"], "ocs-fix: argument --stdin-filename/--stdin-display-name: expected one argument"),
        (["explain"], "ocs-fix: explain takes codes, such as OCS207, or --all"),
        (["explain", "--all", "OCS101"], "ocs-fix: explain takes codes, such as OCS207, or --all"),
        (["explain", "OCS999"], "ocs-fix: OCS999 is no rule of flake8-ocs-status"),
        (["explain", "418"], "ocs-fix: 418 is no status of OCS"),
        (["explain", "--nonsense"], "ocs-fix: explain: unrecognized arguments: --nonsense"),
        (["--ocs-scope=none"], "ocs-fix: argument --ocs-scope: invalid choice: 'none'"),
    ],
)
def test_a_bad_option_is_one_line(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(says)
    assert err.count("\n") == 1


def test_configuration_is_read_as_flake8_does(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("a.py")
    put(".flake8", "[flake8]\nextend-ignore = OCS101\n")
    assert main([]) == 0
    assert path.read_text() == SOURCE
    assert main(["--isolated", "--check"]) == 1
    put("other.cfg", "[flake8]\nocs-constants = requests.codes\n")
    assert main(["--config=other.cfg"]) == 0
    assert "codes.not_found" in path.read_text()
    for line in (
        "ignore = !",
        "per-file-ignores = x",
        "ocs-scope = none",
        "max-line-length = x",
        "jobs = x",
        "[flake8]",
    ):
        put(".flake8", f"[flake8]\n{line}\n")
        capsys.readouterr()
        assert main([]) == 2, line
        assert capsys.readouterr().err.count("\n") == 1


def test_files_are_found_as_flake8_finds_them() -> None:
    names = ["pkg/a.py", "pkg/b.txt", ".git/c.py", "build/d.py", "e.pyi"]
    paths = {name: put(name) for name in names}
    assert main(["--exclude=build,.git"]) == 0
    assert {name for name, path in paths.items() if path.read_text() == FIXED} == {"pkg/a.py"}
    assert main(["pkg/b.txt"]) == 0
    assert paths["pkg/b.txt"].read_text() == FIXED
    assert main(["--filename=*.pyi"]) == 0
    assert paths["e.pyi"].read_text() == FIXED


@pytest.mark.parametrize(
    ("text", "words", "fixed"),
    [
        ("status == 404  # noqa\n", [], 0),
        ("status == 404  # noqa: OCS101\n", [], 0),
        ("status == 404  # NOQA:E501,OCS1\n", [], 0),
        ("status == 404  # noqa: E501\n", [], 1),
        ("status == 404  # noqa\n", ["--disable-noqa"], 1),
        ("# flake8: noqa\nstatus == 404\n", [], 0),
        ("x = (status ==\n  404,\n  y)  # noqa\n", [], 1),
        ("x = '''\n  ''', status == 404  # noqa\n", [], 0),
        ("status == 404; x = '''\n# noqa\n'''\n", [], 0),
        ("status == 404\n", ["--per-file-ignores=a.py:OCS1"], 0),
        ("status == 404\n", ["--per-file-ignores=b.py:OCS1"], 1),
        ("status == 404\n", ["--select=E"], 0),
        ("status == 404\n", ["--select=OCS1"], 1),
        ("status == 404\n", ["--ignore=OCS101"], 0),
        ("status == 404\n", ["--ignore=OCS", "--select=OCS101"], 1),
        ("status == 404\n", ["--exclude=a.py"], 0),
    ],
)
def test_what_flake8_does_not_show_is_not_fixed(text: str, words: list[str], fixed: int) -> None:
    path = put("a.py", text)
    assert main(["--check", *words]) == fixed
    assert path.read_text() == text


def test_stdin_to_stdout(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    old = b"\xef\xbb\xbf" + SOURCE.replace("\n", "\r\n").encode()
    new = b"\xef\xbb\xbf" + FIXED.replace("\n", "\r\n").encode()
    for words, out, code in (
        (["-"], new, 0),
        (["-", "--stdin-display-name=x/a.py", "--per-file-ignores=x/*:OCS1"], old, 0),
        (["-", "--stdin-display-name=x/a.py", "--exclude=x/a.py"], old, 0),
        (["-", "--check"], b"", 1),
    ):
        stdin(monkeypatch, old)
        assert main([*words, "-q"]) == code
        assert capsysbinary.readouterr() == (out, b"")
    stdin(monkeypatch, old)
    assert main(["-", "--diff", "--stdin-display-name=x/a.py"]) == 1
    out, err = capsysbinary.readouterr()
    assert out.startswith(b"--- x/a.py\n+++ x/a.py\n")
    assert err == b"Would fix 1 finding in 1 file\n"


def test_stdin_comes_back_after_an_error(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    stdin(monkeypatch, b"status ==\r\n\xff")
    assert main(["-", "--stdin-display-name=x.py"]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b"status ==\r\n\xff"
    assert err.startswith(b"x.py:")


@pytest.mark.parametrize("jobs", ["1", "2", "auto"])
def test_any_number_of_processes_says_the_same(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(30):
        put(f"m{number:02}.py", SOURCE if number % 3 else "status ==\n")
    assert main(["--jobs", jobs]) == 2
    err = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0].split(" (")[0].removeprefix("fixed ") for line in err[:-1]] == [
        f"m{number:02}.py" for number in range(30)
    ]
    assert err[-1] == "Fixed 20 findings in 20 files; 10 errors"
    assert Path("m01.py").read_text() == FIXED


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for option in ("--diff", "--check", "--unsafe-fixes", "--jobs", "--extend-select", "--ocs-constants", "--isolated"):
        assert option in text


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("ocs-fix 0.")


def test_an_interrupt_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    path = put("a.py")
    monkeypatch.setattr(runner, "Replacement", interrupted)
    assert main([]) == 130
    assert capsys.readouterr().err == "ocs-fix: interrupted\n"
    assert path.read_text() == SOURCE


def test_a_rule_that_fails_is_named_with_its_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flake8_ocs_status.fix import fixer

    def fail(*_: object) -> None:
        raise ZeroDivisionError("by\nzero")

    put("a.py")
    monkeypatch.setattr(fixer, "findings_in", fail)
    assert main([]) == 2
    err = capsys.readouterr().err
    assert err.startswith("a.py: internal error, left alone: ZeroDivisionError: by zero\n")


def test_libcst_is_loaded_only_where_something_changes() -> None:
    put("a.py", "import requests\nrequests.get(x).json()\n")
    program = (
        "import sys; from flake8_ocs_status.fix.cli import main; code = main(['a.py', '-q', '--isolated']);"
        "sys.exit(code or 'libcst' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_path_may_look_like_an_option() -> None:
    paths = [put("-a.py"), put("--diff")]
    assert main(["-q", "--", "-a.py", "--diff"]) == 0
    assert [path.read_text() for path in paths] == [FIXED, FIXED]
    with pytest.raises(SystemExit):
        main(["--version", "--", "--check"])


def test_stdin_has_a_file_name(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for words, out in (
        (["-", "--stdin-filename=x/a.py"], FIXED),
        (["--stdin-filename", "x/a.py", "--per-file-ignores=x/*:OCS1", "-"], SOURCE),
        (["-", "--stdin-filename=x/a.py", "--exclude=x/*"], SOURCE),
        (["-", "--stdin-filename=x/a.py", "--exit-non-zero-on-fix"], FIXED),
    ):
        stdin(monkeypatch, SOURCE.encode())
        assert main([*words, "-q"]) == ("--exit-non-zero-on-fix" in words)
        assert capsysbinary.readouterr() == (out.encode(), b"")


def test_a_change_can_fail_a_run() -> None:
    put("a.py")
    assert main(["--exit-non-zero-on-fix"]) == 1
    assert main(["--exit-non-zero-on-fix"]) == 0
    put("a.py", "status ==\n")
    put("b.py")
    assert main(["--exit-non-zero-on-fix"]) == 2


def test_the_summary_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.py", "status is 404\nstatus >= 404\nstatus is 299\nstatus is 298\nstatus is 299\n")
    main(["--select=OCS102,OCS103"])
    why = "http.HTTPStatus has no name for"
    assert capsys.readouterr().err.splitlines()[-1] == (
        "Fixed 1 finding in 1 file; 1 more with --unsafe-fixes; "
        f"3 left alone: 2 {why} 299 on Python 3.10, 1 {why} 298 on Python 3.10"
    )
    put("a.py", "status == 299, 298, 297\n")
    main([])
    assert capsys.readouterr().err.endswith(", 1 for other reasons (see --verbose)\n")


def test_what_is_passed_over_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().err == "No Python files to fix\n"
    put("a.py")
    put("b/c.py")
    assert main(["--exclude=a.py,b"]) == 0
    assert capsys.readouterr().err == "No Python files to fix (2 excluded)\n"
    main(["--exclude=b", "--check", "-v"])
    assert "b: passed over: excluded\n" in capsys.readouterr().err


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.py", "import os\nstatus is 404\nstatus is 299\nstatus >= 404\n")
    select = "--select=OCS102,OCS103"
    put("b.py", "status ==\n")
    put("c.py", "x = 1\n")
    assert main(["--output-format=json", select, "--check", "a.py", "b.py", "c.py", "d.py"]) == 2
    record = json.loads(capsys.readouterr().out)
    assert record == {
        "version": Plugin.version,
        "written": False,
        "files": [
            {
                "path": "a.py",
                "changed": True,
                "fixed": {"OCS103": 1},
                "left": [
                    {
                        "code": "OCS103",
                        "row": 3,
                        "column": 1,
                        "message": "message",
                        "reason": "http.HTTPStatus has no name for 299 on Python 3.10",
                        "fix": None,
                    },
                    {
                        "code": "OCS102",
                        "row": 4,
                        "column": 1,
                        "message": "message",
                        "reason": "needs --unsafe-fixes",
                        "fix": "unsafe",
                    },
                ],
                "error": None,
            },
            {
                "path": "b.py",
                "changed": False,
                "fixed": {},
                "left": [],
                "error": {"row": 1, "column": 10, "message": "syntax error: invalid syntax"},
            },
            {
                "path": "d.py",
                "changed": False,
                "fixed": {},
                "left": [],
                "error": {"row": None, "column": None, "message": "No such file or directory"},
            },
        ],
        "summary": {"files": 4, "changed": 1, "fixed": 1, "unsafe": 1, "left": 1, "errors": 2},
    }
    assert main(["--output-format=json", select, "a.py", "-q"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    written = json.loads(out)
    assert written["written"]
    # The line of the file as it lies there now.
    assert [left["row"] for left in written["files"][0]["left"]] == [4, 5]
    assert main(["--output-format=json", "c.py", "-q"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == []


def test_show_settings(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("src/a.py")
    put("b.py")
    put("pyproject.toml", "[project]\nrequires-python = '>=3.12'\n")
    put(
        "tox.ini", "[flake8]\nextend-ignore = OCS103\nexclude = b.py\nper-file-ignores =\n  a.py:OCS108,E1\n  b.py:E2\n"
    )
    assert main(["--show-settings", "--ocs-scope=all", "-v"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    own = [line for line in out.splitlines() if line.startswith("ocs-")]
    assert {line.partition(" = ")[0] for line in own} == {
        option for action in parser()._actions for name in action.option_strings if (option := name[2:])[:4] == "ocs-"
    }
    assert {"ocs-scope = all", "ocs-handled-by = branch", "ocs-python = 3.12 (of the project of src/a.py)"} <= set(own)
    assert "".join(f"{line}\n" for line in out.splitlines() if line not in own) == (
        "configuration = tox.ini\n"
        "select =\n"
        "extend-select =\n"
        "ignore =\n"
        "extend-ignore = OCS103\n"
        "per-file-ignores = a.py:OCS108,E1 b.py:E2\n"
        "disable-noqa = false\n"
        "exclude = b.py\n"
        "extend-exclude =\n"
        "filename = *.py\n"
        "unsafe-fixes = false\n"
        "fixed = OCS101\n"
        "fixed with --unsafe-fixes = OCS102\n"
        "files = 1\n"
        "passed over, excluded = 1\n"
        "file = src/a.py\n"
        "passed over = b.py (excluded)\n"
    )
    assert path.read_text() == SOURCE
    put("other.cfg", "")
    main(["--show-settings", "--append-config=other.cfg", "--ocs-python=3.11", "--exclude=*.py"])
    out = capsys.readouterr().out
    assert out.startswith("configuration = tox.ini, other.cfg\n")
    assert "ocs-python = 3.11\n" in out
    assert "files = 0\n" in out
    main(["--show-settings", "--isolated"])
    assert capsys.readouterr().out.startswith("configuration = none\n")
