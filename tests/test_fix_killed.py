"""Killed at any instant: every file is the old or the new one, and nothing is left behind for long."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import sysconfig
import time
from collections import Counter
from pathlib import Path

import pytest

from flake8_ocs_status.fix.files import is_left_over
from flake8_ocs_status.fix.options import read_options
from flake8_ocs_status.fix.walking import find_files

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
    pytest.mark.same_everywhere,
]

PROGRAM = str(Path(sysconfig.get_path("scripts")) / "ocs-fix")
FILES = 300
KILLS = 25
MODES = (0o644, 0o600, 0o755, 0o664)
OLD = b"import requests\n\nprint(requests.get(url, timeout=5).status_code == 404)\n"
NEW = (
    b"from http import HTTPStatus\n\nimport requests\n\n"
    b"print(requests.get(url, timeout=5).status_code == HTTPStatus.NOT_FOUND)\n"
)


class Tree:
    """Several hundred files, some reached by a link as well."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: dict[Path, int] = {}
        self.links: dict[Path, str] = {}
        for number in range(FILES):
            path = folder / f"p{number % 7}" / f"m{number:03}.py"
            path.parent.mkdir(exist_ok=True)
            self.paths[path] = number
            path.touch()
            path.chmod(MODES[number % len(MODES)])
            if number % 29 == 0:
                link = folder / f"link{number}.py"
                link.symlink_to(path)
                self.links[link] = str(path)
        self.reset()

    def reset(self) -> None:
        """Make every file the old one."""
        for path, number in self.paths.items():
            # The size differs, so that each file can be told from every other.
            path.write_bytes(OLD + b"#\n" * number)

    def new(self) -> int:
        """How many files are the new ones; fails where one is neither, or has lost its mode or its link."""
        states: Counter[bool] = Counter()
        for path, number in self.paths.items():
            data = path.read_bytes()
            tail = b"#\n" * number
            assert data in (OLD + tail, NEW + tail), path
            assert stat.S_IMODE(path.stat().st_mode) == MODES[number % len(MODES)]
            states[data == NEW + tail] += 1
        for link, target in self.links.items():
            assert link.readlink() == Path(target)
        return states[True]

    def written(self) -> int:
        """The same number by the sizes alone, to be asked while files change."""
        return sum(path.stat().st_size > len(OLD) + 2 * number for path, number in self.paths.items())

    def others(self) -> list[str]:
        """The names of all files that do not belong here."""
        known = {*self.paths, *self.links}
        return [path.name for path in self.folder.rglob("*") if path.is_file() and path not in known]


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([PROGRAM, "--isolated", *words], cwd=folder, stderr=subprocess.PIPE)


@pytest.mark.same_everywhere
def test_every_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    done = stopped = halfway = 0
    for kill in range(KILLS):
        if done > FILES // 2:
            # On a busy machine a run may get far before it is killed.
            tree.reset()
            done = 0
        running = start(tmp_path, "--jobs=2", "-q")
        # From none on, each run is killed a few files later than the one before it.
        wanted = done + kill % 5
        while running.poll() is None and tree.written() < wanted:
            time.sleep(0.002)
        running.kill()
        # The stream ends when the last process that holds it has ended: nobody is left at work.
        _, errors = running.communicate(timeout=300)
        assert errors == b""
        stopped += running.returncode == -signal.SIGKILL
        done = tree.new()
        halfway += 0 < done < FILES
        for name in tree.others():
            assert is_left_over(name)
            assert name.startswith(".")
            assert not name.endswith(".py")
    assert stopped > KILLS // 2
    assert halfway > KILLS // 2
    assert subprocess.run([PROGRAM, "--isolated", "-q"], cwd=tmp_path, check=False).returncode == 0
    assert tree.new() == FILES
    assert tree.others() == []


def test_what_a_killed_run_left_is_removed_by_the_next_that_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / "a.py").write_bytes(OLD)
    (tmp_path / f".a.py.{dead.pid}-0123abcd.ocs-fix").write_bytes(NEW)
    living = tmp_path / f".a.py.{os.getppid()}-0123abcd.ocs-fix"
    living.write_bytes(NEW)
    own = [tmp_path / name for name in (".a.py.ocs-fix", ".a.py.x-0123abcd.ocs-fix", "a.py.1-0123abcd.ocs-fix")]
    for path in own:
        path.touch()
    found = find_files(read_options(["--isolated"], []))
    assert [Path(path).name for path in found.left_over] == [f".a.py.{dead.pid}-0123abcd.ocs-fix"]
    for words in (["--check"], ["--diff"]):
        subprocess.run([PROGRAM, *words, "-q"], stdout=subprocess.DEVNULL, check=False)
        assert len(list(tmp_path.iterdir())) == 6
    subprocess.run([PROGRAM, "-q"], check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"a.py", living.name, *(path.name for path in own)}


# A run in which something happens at a certain file, wherever the machine is at the time.
DRIVER = """\
import os, signal, sys
from flake8_ocs_status.fix import runner
from flake8_ocs_status.fix.cli import main

# Whoever runs the tests may have these signals ignored, as nohup and shells do in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
original = runner.{function}

def changed(*arguments):
    if any(str(argument).endswith("m100.py") for argument in arguments):
        os.kill(os.getpid(), signal.{signal})
    return original(*arguments)

runner.{function} = changed
if __name__ == "__main__":
    sys.argv[1:] = ["--isolated", "--jobs=2", "."]
    sys.exit(main())
"""


def drive(folder: Path, function: str, number: signal.Signals) -> subprocess.CompletedProcess[str]:
    """Run over the tree in ``folder``, and send the process a signal where ``function`` is called for one file."""
    program = DRIVER.format(function=function, signal=number.name)
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_run_that_is_told_to_stop_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    done = drive(tmp_path, "Replacement", number)
    assert done.returncode == 128 + number
    assert "Traceback" not in done.stderr
    assert 0 < tree.new() < FILES
    assert tree.others() == []


def test_a_killed_worker_is_named_and_nothing_hangs(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    done = drive(tmp_path, "_fix", signal.SIGKILL)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert "p2/m100.py: left alone: a process of this run was killed; --jobs 1 needs less memory" in lines
    assert lines[-1].endswith(" errors")
    assert tree.new() == sum(line.startswith("fixed ") for line in lines)
