"""What can go wrong with one file, and why one fix is not made."""

from __future__ import annotations


class FileError(Exception):
    """A file that cannot be fixed: it is left as it is, and named.

    ``line`` and ``column`` count from 1; both are 0 where the problem is the file's as a whole.
    """

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason, line, column)
        self.reason = reason
        self.line = line
        self.column = column

    def at(self, path: str) -> str:
        """The problem as one line: ``path:line:column: reason``."""
        place = f"{path}:{self.line}:{self.column}" if self.line else path
        return f"{place}: {self.reason}"


class RefusedError(Exception):
    """One fix that is not made, while the others in its file are; the text says why."""

    @property
    def reason(self) -> str:
        """Why, in a few words."""
        return str(self.args[0])
