"""The files that are meant: those that flake8 finds, without what git ignores."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flake8.discover_files import expand_paths

from flake8_ocs_status.fix.ignored import Ignored
from flake8_ocs_status.fix.options import read_options
from flake8_ocs_status.fix.walking import Found, find_files

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="compares with git")
FOLDERS = ("", "a", "b", "sub", "a/sub", "a/b", "sub/build", "build", "build/a")
ATOMS = ("a", "b", "sub", "*.py", "x.py", "y.py", "build", "*", "[ab]", "?.py", "s*", "x.*")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    return tmp_path


def put(name: str, text: str = "") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def found(*words: str) -> Found:
    options = [word for word in words if word.startswith("--")]
    return find_files(read_options(["--isolated", *options], [word for word in words if not word.startswith("--")]))


def files(*words: str) -> list[str]:
    return found(*words).files


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["."],
        ["pkg", "b.txt"],
        ["pkg/a.py", "pkg"],
        ["--filename=*.txt,*.pyi"],
        ["--exclude=pkg/sub"],
        ["--extend-exclude=a.py", "pkg"],
        ["--exclude=pkg", "pkg", "pkg/a.py"],
        ["missing.py", "missing"],
    ],
)
def test_flake8_finds_the_same_files(words: list[str], folder: Path) -> None:
    for name in ("a.py", "b.txt", "pkg/a.py", "pkg/sub/c.py", "pkg/sub/d.pyi", ".tox/e.py", "pkg/x.py/inner.py"):
        put(name)
    options = read_options(
        ["--isolated", *(word for word in words if word.startswith("--"))],
        [word for word in words if not word.startswith("--")],
    )
    expected = expand_paths(
        paths=options.filenames or ["."],
        stdin_display_name="stdin",
        filename_patterns=options.filename,
        exclude=[*options.exclude, *options.extend_exclude],
    )
    assert files(*words) == sorted({os.path.normpath(path) for path in expected})


SUB = ["sub/deep/ignored.py", "sub/deep/keep.py", "sub/ignored.py", "sub/keep.py"]
IGNORING: list[tuple[dict[str, str], list[str]]] = [
    ({".gitignore": "ignored.py\n"}, ["keep.py", "sub/deep/keep.py", "sub/keep.py"]),
    ({".gitignore": "/ignored.py\n"}, ["keep.py", *SUB]),
    ({".gitignore": "sub/\n!sub/keep.py\n"}, ["ignored.py", "keep.py"]),
    ({".gitignore": "*\n!*/\n!keep.py\n"}, ["keep.py", "sub/deep/keep.py", "sub/keep.py"]),
    ({".gitignore": "*.py\n", "sub/.gitignore": "!keep.py\n"}, ["sub/deep/keep.py", "sub/keep.py"]),
    ({"sub/.gitignore": "ignored.py\n"}, ["ignored.py", "keep.py", "sub/deep/keep.py", "sub/keep.py"]),
    ({".git/info/exclude": "sub\n"}, ["ignored.py", "keep.py"]),
    (
        {".git/info/exclude": "*.py\n", ".gitignore": "!sub/\n!keep.py\n"},
        ["keep.py", "sub/deep/keep.py", "sub/keep.py"],
    ),
    ({".config/git/ignore": "deep\nignored.py\n"}, ["keep.py", "sub/keep.py"]),
    ({".gitignore": "# sub\n\n!\nfoo\\\nsub/deep/**\r\nignored.py \n"}, ["keep.py", "sub/keep.py"]),
    ({".gitignore": "sub\n", "sub/.git/HEAD": ""}, ["ignored.py", "keep.py"]),
    (
        {".gitignore": "ignored.py\n", "sub/.git": "gitdir: elsewhere"},
        ["keep.py", *SUB],
    ),
]


def make_tree() -> None:
    for where in (".", "sub", "sub/deep"):
        for name in ("keep.py", "ignored.py"):
            put(f"{where}/{name}")


@pytest.mark.parametrize(("patterns", "expected"), IGNORING)
def test_what_git_ignores_is_passed_over(patterns: dict[str, str], expected: list[str], folder: Path) -> None:
    make_tree()
    put(".git/HEAD")
    for name, text in patterns.items():
        put(name, text)
    assert files() == expected


def test_a_file_that_is_named_is_fixed_though_git_ignores_it(folder: Path) -> None:
    make_tree()
    put(".git/HEAD")
    put(".gitignore", "sub\nignored.py\n")
    assert files("ignored.py", "sub/keep.py") == ["ignored.py", "sub/keep.py"]
    inside = found("sub", "sub/deep")
    assert inside.files == []
    assert inside.skipped == [("sub", "ignored by git"), ("sub/deep", "ignored by git")]
    assert found("--exclude=ignored.py", "ignored.py").skipped == [("ignored.py", "excluded")]


def test_the_lists_above_a_folder_hold_in_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_tree()
    put(".git/HEAD")
    put(".gitignore", "/sub/deep/ignored.py\nkeep.py\n!/sub/keep.py\n")
    expected = ["ignored.py", "keep.py"]
    assert files("sub") == [f"sub/{name}" for name in expected]
    monkeypatch.chdir("sub")
    assert files() == expected


def test_outside_a_repository_nothing_is_ignored(folder: Path) -> None:
    make_tree()
    put(".gitignore", "sub\n")
    if Ignored.at(os.curdir).root is not None:
        pytest.skip("the temporary folder lies in a repository")
    assert len(files()) == 6


@needs_git
def test_a_worktree_has_the_exclude_file_of_its_repository(folder: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=b"]
    subprocess.run([*git, "init", "-q", "main"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True, cwd="main")
    subprocess.run([*git, "worktree", "add", "-q", "../tree"], check=True, cwd="main")
    put("main/.git/info/exclude", "ignored.py\n")
    put("tree/ignored.py")
    put("tree/keep.py")
    assert files("tree") == ["tree/keep.py"]


def random_pattern(choose: random.Random) -> str:
    pattern = "/".join(choose.choice(ATOMS) for _ in range(choose.choice([1, 1, 1, 2, 2, 3])))
    if choose.random() < 0.25:
        pattern = f"/{pattern}"
    if choose.random() < 0.3:
        pattern += "/"
    return f"!{pattern}" if choose.random() < 0.35 else pattern


def random_lists(choose: random.Random) -> dict[str, str]:
    names = [".gitignore", ".git/info/exclude"]
    names += [f"{where}/.gitignore" for where in ("a", "sub", "a/sub", "build") if choose.random() < 0.4]
    return {name: "\n".join(random_pattern(choose) for _ in range(choose.randint(1, 4))) + "\n" for name in names}


@needs_git
@pytest.mark.parametrize("seed", range(8))
def test_git_ignores_the_same_files(seed: int, folder: Path) -> None:
    choose = random.Random(seed)
    subprocess.run(["git", "init", "-q"], check=True)
    for where in FOLDERS:
        for name in ("x.py", "y.py"):
            put(f"{where or '.'}/{name}")
    for _ in range(5):
        lists = random_lists(choose)
        for name, text in lists.items():
            put(name, text)
        listed = subprocess.run(
            ["git", "ls-files", "--others", "--exclude-standard", "*.py"], capture_output=True, text=True, check=True
        )
        assert files() == sorted(listed.stdout.split()), lists
        for name in lists:
            Path(name).unlink()


def test_virtual_environments_are_not_the_project(folder: Path) -> None:
    put("env/pyvenv.cfg")
    put("env/lib/a.py")
    put("b.py")
    assert found().files == ["b.py"]
    assert found().skipped == [("env", "a virtual environment")]
    assert files("env") == ["env/lib/a.py"]


def test_links_lead_to_files_of_the_project_alone(folder: Path) -> None:
    put("elsewhere/a.py")
    put("project/sub/b.py")
    links: list[tuple[str, Callable[[], str]]] = [
        ("project/out.py", lambda: str(Path("elsewhere/a.py").resolve())),
        ("project/in.py", lambda: "sub/b.py"),
        ("project/gone.py", lambda: "nothing.py"),
        ("project/round.py", lambda: "round.py"),
        ("project/up", lambda: ".."),
        ("project/folder.py", lambda: "sub"),
    ]
    for name, target in links:
        Path(name).symlink_to(target())
    inside = found("project")
    assert inside.files == ["project/in.py"]
    assert sorted(inside.skipped) == [
        ("project/gone.py", "a link that leads to no file"),
        ("project/out.py", "a link that leads outside"),
        ("project/round.py", "a link that leads to no file"),
    ]
    assert files("project/out.py") == ["project/out.py"]
    put(".git/HEAD")
    assert files("project") == ["project/in.py", "project/out.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_only_files_are_read(folder: Path) -> None:
    put("a.py")
    os.mkfifo("pipe.py")
    Path("link.py").symlink_to("pipe.py")
    assert found().files == ["a.py"]
