"""Files are written whole or not at all, and stay what they are."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from fix_helpers import simple_rule as simple_rule

from flake8_ocs_status.fix.cli import main
from flake8_ocs_status.fix.files import Replacement
from flake8_ocs_status.fix.problems import FileError

pytestmark = pytest.mark.usefixtures("simple_rule")

SOURCE = b"import os\nstatus == 404\n"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "client.py"
    path.write_bytes(SOURCE)
    return path


@pytest.mark.parametrize("call", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file(
    client: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(os, call, fail)
    assert main([]) == (2 if isinstance(error, OSError) else 130)
    assert client.read_bytes() == SOURCE
    assert [path.name for path in client.parent.iterdir()] == ["client.py"]
    if isinstance(error, OSError):
        assert "client.py: cannot be written: No space left on device\n" in capsys.readouterr().err


def test_the_new_file_is_whole_before_it_takes_the_place(client: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    replace = os.replace

    def look(source: str, target: str) -> None:
        seen.append((Path(source).read_bytes(), Path(target).read_bytes(), os.path.dirname(source)))
        replace(source, target)

    monkeypatch.setattr(os, "replace", look)
    Replacement("client.py", SOURCE, b"new").put()
    assert seen == [(b"new", SOURCE, str(client.parent))]


def test_the_mode_stays(client: Path) -> None:
    client.chmod(0o751)
    assert main([]) == 0
    assert stat.S_IMODE(client.stat().st_mode) == 0o751
    assert b"HTTPStatus" in client.read_bytes()


def test_a_link_stays_a_link_and_its_file_is_fixed_once(client: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (client.parent / "sub").mkdir()
    real = client.rename(client.parent / "sub" / "real.py")
    client.symlink_to(real)
    assert main([]) == 0
    assert client.is_symlink()
    assert b"HTTPStatus" in real.read_bytes()
    assert "Fixed 1 finding in 1 file" in capsys.readouterr().err


def test_links_that_lead_nowhere_are_passed_over(client: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (client.parent / "round.py").symlink_to("round.py")
    (client.parent / "gone.py").symlink_to("nothing.py")
    assert main([]) == 0
    capsys.readouterr()
    assert main(["gone.py", "round.py"]) == 2
    assert capsys.readouterr().err == (
        "gone.py: No such file or directory\n"
        "round.py: Too many levels of symbolic links\n"
        "Nothing to fix in 2 files; 2 errors\n"
    )


def test_a_read_only_file_is_named(client: Path, capsys: pytest.CaptureFixture[str]) -> None:
    client.chmod(0o444)
    assert main([]) == 2
    assert client.read_bytes() == SOURCE
    assert capsys.readouterr().err == "client.py: read-only; not written\nNothing to fix in 1 file; 1 error\n"


def test_a_folder_that_may_not_be_listed_is_named(
    client: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (client.parent / "closed").mkdir()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if os.path.basename(path) == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert main([]) == 2
    assert b"HTTPStatus" in client.read_bytes()
    assert "closed: Permission denied\n" in capsys.readouterr().err
    assert main(["--exclude=closed"]) == 0


def test_a_file_that_changed_meanwhile_is_not_written(client: Path) -> None:
    with pytest.raises(FileError, match="changed by somebody else"):
        Replacement(str(client), b"what was read", b"new").put()
    assert client.read_bytes() == SOURCE


def test_a_folder_named_like_a_file_is_entered(client: Path) -> None:
    (client.parent / "package.py").mkdir()
    inner = client.rename(client.parent / "package.py" / "inner.py")
    assert main([]) == 0
    assert b"HTTPStatus" in inner.read_bytes()
