"""One file's bytes, and the way from the coordinates of :mod:`ast` to them.

Python reads source with every line end turned into a newline and every encoding turned into UTF-8. The file keeps
what it has, so each position is taken back to the byte where it stands in the file.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain

from flake8_ocs_status.fix.problems import FileError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Source:
    """A decoded file. ``data`` is all of it; ``text`` has no byte order mark and keeps the line ends."""

    data: bytes
    text: str
    encoding: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines as Python's parser and flake8 see them: each line end is one newline."""
        return io.StringIO(self.text, newline=None).readlines()

    @cached_property
    def own_lines(self) -> list[str]:
        """The same lines with the line ends that the file has."""
        return io.StringIO(self.text, newline="").readlines()

    @cached_property
    def _line_starts(self) -> list[int]:
        start = len(self.data) - len(self.text.encode(self.encoding))
        starts = [start]
        for line in self.own_lines:
            start += len(line.encode(self.encoding))
            starts.append(start)
        return starts

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line.encode("utf-8")) for line in self.lines)]

    def distance(self, first: int, line: int) -> int:
        """How many UTF-8 bytes lie between the starts of two of :attr:`lines`."""
        return self._starts[line - 1] - self._starts[first - 1]

    def offset(self, line: int, byte_column: int) -> int:
        """Where in ``data`` the position (line from 1, column in UTF-8 bytes) stands.

        The line after the last one, column 0, is the end of the file.
        """
        start = self._line_starts[line - 1]
        if byte_column == 0 or self.encoding == "utf-8":
            return start + byte_column
        before = self.lines[line - 1].encode("utf-8")[:byte_column].decode("utf-8")
        return start + len(before.encode(self.encoding))

    def line_end(self, line: int) -> str:
        """The line end to use for text put at ``line``: its own, else that of the nearest line before, else after."""
        own_lines = self.own_lines
        for number in chain(range(min(line, len(own_lines)) - 1, -1, -1), range(line, len(own_lines))):
            for end in ("\r\n", "\n", "\r"):
                if own_lines[number].endswith(end):
                    return end
        return "\n"

    def length(self, line: int) -> int:
        """The UTF-8 bytes of a line without its line end."""
        return len(self.lines[line - 1].rstrip("\n").encode("utf-8"))

    def check_round_trip(self) -> None:
        """Raise FileError where decoding and encoding again changes the bytes: such a file cannot be edited."""
        mark = BYTE_ORDER_MARK if self.data.startswith(BYTE_ORDER_MARK) else b""
        if mark + self.text.encode(self.encoding) != self.data:
            raise FileError(f"text in {self.encoding} that does not encode back to the same bytes")

    def parse(self) -> ast.Module:
        """The tree; raises FileError where Python cannot parse the file."""
        with warnings.catch_warnings():
            # Python warns of `404if` and of unknown escapes; neither is this tool's to report.
            warnings.simplefilter("ignore")
            try:
                return ast.parse("".join(self.lines))
            except SyntaxError as error:
                raise FileError(f"syntax error: {error.msg}", error.lineno or 1, error.offset or 1) from None
            except ValueError as error:
                raise FileError(f"not Python source: {error}") from None
            except (RecursionError, MemoryError, OverflowError):
                raise FileError("nested too deeply to parse") from None


def source_of(data: bytes) -> Source:
    """Decode a file as Python would; raises FileError for a wrong encoding declaration or bytes that do not fit."""
    # tokenize ends a line at a newline alone, Python at a carriage return too.
    head = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(head).readline)
    except SyntaxError as error:
        raise FileError(str(error.msg), 1, 1) from None
    has_mark = encoding == "utf-8-sig"
    if has_mark:
        encoding = "utf-8"
    content = data[len(BYTE_ORDER_MARK) :] if has_mark else data
    try:
        return Source(data, content.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise FileError(f"not {encoding}: byte 0x{content[error.start]:02x}", line, column) from None
    except (LookupError, UnicodeError) as error:
        raise FileError(f"cannot decode it: {error}", 1, 1) from None
