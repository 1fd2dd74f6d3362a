"""Files in, files out, written so that a kill at any instant leaves the old file or the new one, and no litter."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat

from flake8_ocs_status.fix.problems import FileError

# A file that is being written: hidden, no source to any tool, and with the process that will put it in its place.
_BEING_WRITTEN = re.compile(r"\..+\.(\d+)-[0-9a-f]{8}\.ocs-fix")
_LONGEST = 40
_HANDLES = "/proc/self/fd"


def read_file(path: str) -> bytes:
    """A file's bytes; raises FileError where it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            # Reading a named pipe would wait for ever.
            raise FileError("not a regular file")
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise FileError(error.strerror or str(error)) from None
    except ValueError as error:
        raise FileError(str(error)) from None


def write_file(path: str, old: bytes, new: bytes) -> None:
    """Put ``new`` in the place of ``old``, in one step that cannot be seen half done.

    Mode, owner and extended attributes stay, a symbolic link stays one. Raises FileError, with the file as it was, when
    it is read-only, has changed since it was read, or cannot be written.
    """
    target = os.path.realpath(path)
    temporary = None
    try:
        status = os.stat(target)
        if not stat.S_IMODE(status.st_mode) & 0o222 or not os.access(target, os.W_OK):
            raise FileError("read-only; not written")
        if read_file(target) != old:
            raise FileError("changed by somebody else meanwhile; not written")
        folder, name = os.path.split(target)
        temporary = os.path.join(folder, f".{name[:_LONGEST]}.{os.getpid()}-{secrets.token_hex(4)}.ocs-fix")
        if not _write_unnamed(temporary, new, target, status):
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with open(handle, "wb") as file:
                _fill(file.fileno(), temporary, new, target, status)
        os.replace(temporary, target)
        temporary = None
    except OSError as error:
        raise FileError(f"cannot be written: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def is_left_over(name: str) -> bool:
    """Whether a file of this name was being written by a run that has been killed."""
    found = _BEING_WRITTEN.fullmatch(name)
    if found is None or os.name == "nt":
        # There, asking whether a process lives would end it.
        return False
    process = int(found[1])
    if process == os.getpid():
        # In containers each run has the same number. This one has not begun to write while it looks for files.
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _write_unnamed(temporary: str, data: bytes, target: str, status: os.stat_result) -> bool:
    """Write a file that gets its name when it is whole; False, with nothing done, where the system has no such thing.

    Linux removes it by itself with the process, so that a kill leaves nothing behind. The name lasts for the one step
    between this and the replacement.
    """
    if not hasattr(os, "O_TMPFILE") or not os.path.isdir(_HANDLES):
        return False
    try:
        handle = os.open(os.path.dirname(temporary), os.O_TMPFILE | os.O_WRONLY, 0o600)
    except OSError:
        # Not every file system can. What else is wrong shows when the file is made under its name.
        return False
    with open(handle, "wb") as file:
        _fill(handle, temporary, data, target, status)
        try:
            # Only with a folder's handle does Python follow the link, and an absolute path does not use it.
            os.link(f"{_HANDLES}/{file.fileno()}", temporary, src_dir_fd=handle, follow_symlinks=True)
        except OSError:
            return False
    return True


def _fill(handle: int, temporary: str, data: bytes, target: str, status: os.stat_result) -> None:
    """Give an open file its bytes, and all else that ``target`` has; on the disk when it returns."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    if hasattr(os, "chown"):
        # Only a superuser may give a file away; for anybody else the owner is the same.
        with contextlib.suppress(OSError):
            os.chown(handle, status.st_uid, status.st_gid)
    os.chmod(handle if os.name != "nt" else temporary, stat.S_IMODE(status.st_mode))
    if hasattr(os, "listxattr"):
        # Access lists among them. Some belong to the system, and it sets those.
        with contextlib.suppress(OSError):
            for attribute in os.listxattr(target):
                os.setxattr(handle, attribute, os.getxattr(target, attribute))
    os.fsync(handle)
