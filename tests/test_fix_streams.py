"""stdout, stderr and stdin: colours, terminals, pipes that close."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from flake8_ocs_status.fix.progress import NO_RICH, with_progress
from flake8_ocs_status.fix.terminal import has_colours

PROGRAM = str(Path(sysconfig.get_path("scripts")) / "ocs-fix")
SOURCE = "import requests\nprint(requests.get(url, timeout=5).status_code == 404)\n"
posix = pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")


class Terminal(io.StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "variables", "terminal", "pipe"),
    [
        ("auto", {}, True, False),
        ("auto", {"NO_COLOR": "1"}, False, False),
        ("auto", {"NO_COLOR": ""}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, True, True),
        ("auto", {"FORCE_COLOR": ""}, True, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ("auto", {"TERM": "dumb"}, False, False),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ("always", {"NO_COLOR": "1"}, True, True),
        ("never", {"FORCE_COLOR": "1"}, False, False),
    ],
)
def test_colours(
    choice: str, variables: dict[str, str], terminal: bool, pipe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert has_colours(Terminal(), choice) is terminal
    assert has_colours(io.StringIO(), choice) is pipe
    assert has_colours(None, "auto") is (variables.get("FORCE_COLOR") == "1" and "NO_COLOR" not in variables)


def test_progress_is_for_terminals_with_much_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    items = list(range(60))
    for stream, wanted, number, shows in (
        (Terminal(), True, 60, True),
        (Terminal(), False, 60, False),
        (Terminal(), True, 10, False),
        (io.StringIO(), True, 60, False),
    ):
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(with_progress(items[:number], number, wanted=wanted)) == items[:number]
        assert ("Fixing" in stream.getvalue()) is shows


def test_without_rich_there_is_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    assert list(with_progress(range(60), 60, wanted=True)) == list(range(60))
    assert stream.getvalue() == f"{NO_RICH}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(200):
        (tmp_path / f"m{number:03}.py").write_text(SOURCE)
    return tmp_path


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PROGRAM": f"{PROGRAM} --isolated", "PROGRAM_ALONE": PROGRAM}
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@posix
@pytest.mark.parametrize(
    ("command", "error", "code"),
    [
        ("$PROGRAM --diff -q >&-", "ocs-fix: stdout is closed\n", "2"),
        ("$PROGRAM --diff -q m000.py >/dev/full", "ocs-fix: stdout: No space left on device\n", "2"),
        ("$PROGRAM -q m000.py --output-format=json >/dev/full", "ocs-fix: stdout: No space left on device\n", "2"),
        ("$PROGRAM_ALONE explain --all >/dev/full", "ocs-fix: stdout: No space left on device\n", "2"),
        ("$PROGRAM --help >/dev/full", "ocs-fix: stdout: No space left on device\n", "2"),
        ("$PROGRAM - <&-", "ocs-fix: stdin is closed\n", "2"),
        ("$PROGRAM m000.py 2>&-", "", "0"),
        ("$PROGRAM m000.py 2>/dev/full", "", "0"),
        ("$PROGRAM --check m000.py 2>&-", "", "1"),
    ],
)
def test_streams_that_cannot_be_used(command: str, error: str, code: str, folder: Path) -> None:
    if "/dev/full" in command and not os.path.exists("/dev/full"):
        pytest.skip("has no /dev/full")
    done = shell(f"{command}; echo $? >code", folder)
    assert (done.stdout, done.stderr) == ("", error)
    assert (folder / "code").read_text().strip() == code


@posix
def test_a_reader_that_leaves_is_no_error(folder: Path) -> None:
    done = shell("($PROGRAM --diff -q; echo $? >code) | head -1", folder)
    assert (done.stdout, done.stderr) == ("--- m000.py\n", "")
    assert (folder / "code").read_text() == "1\n"
    done = shell("($PROGRAM_ALONE explain --all; echo $? >code) | head -1", folder)
    assert (done.stdout, done.stderr) == ("# OCS000: status never looked at\n", "")


@posix
def test_files_are_fixed_where_nobody_listens(folder: Path) -> None:
    done = shell("($PROGRAM -j1 2>&1; echo $? >code) | head -1", folder)
    assert done.stdout == "fixed m000.py (1 finding)\n"
    assert (folder / "code").read_text() == "0\n"
    assert all("HTTPStatus" in path.read_text() for path in folder.glob("*.py"))


@posix
def test_a_name_that_is_no_text_is_no_obstacle(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"a\xff.py")
    try:
        with open(path, "w") as file:
            file.write(SOURCE)
    except OSError:
        pytest.skip("the file system has names of text alone")
    for words, code in (["--diff"], 1), (["--check", "-q", "--output-format=json"], 1), ([], 0):
        done = subprocess.run([PROGRAM, *words], cwd=tmp_path, capture_output=True, check=False)
        assert (done.returncode, b"Traceback" in done.stderr) == (code, False)
        assert b"--- a\xff.py\n+++ a\xff.py\n" in done.stdout or words != ["--diff"]
