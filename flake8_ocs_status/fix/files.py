"""Files in, files out: finding them as flake8 does, and writing them so that a kill leaves the old one or the new."""

from __future__ import annotations

import argparse
import contextlib
import errno
import logging
import os
import stat
import tempfile
from collections.abc import Sequence

from flake8.discover_files import expand_paths
from flake8.utils import matches_filename

from flake8_ocs_status.fix.problems import FileError

STDIN = "-"
LOG = logging.getLogger(__name__)


def files_to_fix(options: argparse.Namespace) -> tuple[list[str], list[tuple[str, FileError]]]:
    """The files that flake8 would check, sorted, each file once; and the folders that cannot be read.

    A symbolic link counts as the file that it leads to; one that leads nowhere or in a circle is left out where it
    was found in a folder.
    """
    paths: Sequence[str] = options.filenames or ["."]
    exclude = [*options.exclude, *options.extend_exclude]
    found = expand_paths(
        paths=paths,
        stdin_display_name=options.stdin_display_name,
        filename_patterns=options.filename,
        exclude=exclude,
    )
    files: dict[str, str] = {}
    for path in sorted(found):
        if os.path.islink(path) and not os.path.exists(path) and path not in paths:
            continue
        shown = path if path == STDIN or os.path.isabs(path) else os.path.normpath(path)
        files.setdefault(os.path.realpath(path), shown)
    return list(files.values()), _closed_folders(paths, exclude)


def _closed_folders(paths: Sequence[str], exclude: Sequence[str]) -> list[tuple[str, FileError]]:
    """The folders below ``paths`` that may not be listed; flake8 passes over them in silence."""
    closed: list[tuple[str, FileError]] = []

    def note(error: OSError) -> None:
        closed.append((os.path.normpath(str(error.filename)), FileError(error.strerror or "cannot be read")))

    for path in paths:
        if path != STDIN and os.path.isdir(path) and not _is_excluded(path, exclude):
            for folder, below, _ in os.walk(path, onerror=note):
                below[:] = [name for name in below if not _is_excluded(os.path.join(folder, name), exclude)]
    return closed


def _is_excluded(path: str, exclude: Sequence[str]) -> bool:
    return matches_filename(path, patterns=exclude, log_message="%(path)s %(whether)s", logger=LOG)


def read_file(path: str) -> bytes | None:
    """A file's bytes, None for a circle of symbolic links; raises FileError where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
        raise FileError(error.strerror or str(error)) from None


def write_file(path: str, old: bytes, new: bytes) -> None:
    """Put ``new`` in the place of ``old``, in one step that cannot be seen half done.

    The mode stays, a symbolic link stays one. Raises FileError, with the file as it was, when it is read-only, has
    changed since it was read, or cannot be written.
    """
    target = os.path.realpath(path)
    temporary = None
    try:
        status = os.stat(target)
        if not stat.S_IMODE(status.st_mode) & 0o222 or not os.access(target, os.W_OK):
            raise FileError("read-only; not written")
        if read_file(target) != old:
            raise FileError("changed by somebody else meanwhile; not written")
        handle, temporary = tempfile.mkstemp(
            prefix=f".{os.path.basename(target)}.", suffix=".ocs-fix", dir=os.path.dirname(target)
        )
        with open(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.chmod(temporary, stat.S_IMODE(status.st_mode))
            if hasattr(os, "chown"):
                # Only a superuser may give a file away; for anybody else the owner is the same.
                with contextlib.suppress(OSError):
                    os.chown(temporary, status.st_uid, status.st_gid)
            os.fsync(file.fileno())
        os.replace(temporary, target)
        temporary = None
    except OSError as error:
        raise FileError(f"cannot be written: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
