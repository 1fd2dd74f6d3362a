"""Files in, files out, written so that a kill at any instant leaves the old file or the new one, and no litter."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Iterator

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


class Replacement:
    """A file's new text, on the disk and ready to take the place of the old one in one step.

    Mode, owner and extended attributes of the old file stay, and so does a symbolic link to it. Where the system can
    (Linux), the new file has no name until :meth:`put` gives it the old one's: killed before that, the process leaves
    nothing behind. Elsewhere it lies hidden beside the old file.
    """

    def __init__(self, path: str, old: bytes, new: bytes) -> None:
        """Write ``new`` for the file at ``path``, whose bytes were ``old``.

        Raises FileError when the file is read-only, or there is no writing beside it.
        """
        self._target = os.path.realpath(path)
        self._old = old
        self._new = new
        folder, name = os.path.split(self._target)
        mark = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._temporary = os.path.join(folder, f".{name[:_LONGEST]}.{mark}.ocs-fix")
        self._handle: int | None = None
        self._has_name = False
        with self._cleanly():
            self._status = os.stat(self._target)
            if not stat.S_IMODE(self._status.st_mode) & 0o222 or not os.access(self._target, os.W_OK):
                raise FileError("read-only; not written")
            self._handle = _unnamed(folder)
            if self._handle is None:
                self._write_named()
            else:
                self._fill(self._handle)

    def put(self) -> None:
        """Replace the old file. Raises FileError, with that as it was, when it has changed or cannot be replaced."""
        with self._cleanly():
            if read_file(self._target) != self._old:
                raise FileError("changed by somebody else meanwhile; not written")
            if self._handle is not None:
                try:
                    # Only with a folder's handle does Python follow the link, and an absolute path does not use it.
                    source = f"{_HANDLES}/{self._handle}"
                    # Said before it is true, as an interrupt may come between.
                    self._has_name = True
                    os.link(source, self._temporary, src_dir_fd=self._handle, follow_symlinks=True)
                except OSError:
                    self._write_named()
            os.replace(self._temporary, self._target)
            self._has_name = False
            self.discard()

    def discard(self) -> None:
        """Leave nothing of it behind; the old file stays."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = None
        if self._has_name:
            with contextlib.suppress(OSError):
                os.unlink(self._temporary)
            self._has_name = False

    @contextlib.contextmanager
    def _cleanly(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.discard()
            raise FileError(f"cannot be written: {error.strerror or error}") from None
        except BaseException:
            self.discard()
            raise

    def _write_named(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._has_name = True
        handle = os.open(self._temporary, flags, 0o600)
        try:
            self._fill(handle)
        finally:
            os.close(handle)

    def _fill(self, handle: int) -> None:
        """Give an open file its bytes, and all else that the old one has; on the disk when it returns."""
        rest = memoryview(self._new)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if hasattr(os, "chown"):
            # Only a superuser may give a file away; for anybody else the owner is the same.
            with contextlib.suppress(OSError):
                os.chown(handle, self._status.st_uid, self._status.st_gid)
        os.chmod(handle if os.name != "nt" else self._temporary, stat.S_IMODE(self._status.st_mode))
        if hasattr(os, "listxattr"):
            # Access lists among them. Some belong to the system, and it sets those.
            with contextlib.suppress(OSError):
                for attribute in os.listxattr(self._target):
                    os.setxattr(handle, attribute, os.getxattr(self._target, attribute))
        os.fsync(handle)


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


def _unnamed(folder: str) -> int | None:
    """An open file in ``folder`` that has no name yet; None where the system has no such thing."""
    if not hasattr(os, "O_TMPFILE") or not os.path.isdir(_HANDLES):
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600)
    except OSError:
        # Not every file system can. What else is wrong shows when the file is made under its name.
        return None
