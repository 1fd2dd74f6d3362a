"""Edits of bytes: what is to stand where, and nothing else."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass

from flake8_ocs_status.findings import Span
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.source import Source


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text ``old`` at ``span`` by ``new``; an empty span inserts. A newline in ``new`` stands for the
    line end that the file uses there."""

    span: Span
    old: str
    new: str


def insertion(line: int, byte_column: int, text: str) -> Edit:
    """An edit that puts ``text`` at a position and removes nothing."""
    return Edit(Span(line, byte_column, line, byte_column), "", text)


def replacement(source: Source, span: Span, old: str, new: str) -> Edit:
    """An edit of one token, with a space wherever it would otherwise grow together with its neighbour.

    ``404if x`` and ``x==y`` are valid; ``OKif x`` and ``xin y`` are something else.
    """
    before = source.lines[span.line - 1].encode("utf-8")[: span.byte_column].decode("utf-8")
    after = source.lines[span.end_line - 1].encode("utf-8")[span.end_byte_column :].decode("utf-8")
    if before and _is_word(before[-1]) and _is_word(new[0]):
        new = f" {new}"
    if after and _is_word(new[-1]) and (_is_word(after[0]) or after[0] in "'\""):
        new = f"{new} "
    return Edit(span, old, new)


def apply_edits(source: Source, edits: Iterable[Edit]) -> bytes:
    """The file's bytes after all edits.

    Insertions at one position keep their order. Raises FileError, with nothing done, when the text at a span is not
    what the edit says, when two edits overlap, or when the encoding has no letters for what is inserted.
    """
    source.check_round_trip()
    data = source.data
    pieces: list[bytes] = []
    done = 0
    placed = [(source.offset(e.span.line, e.span.byte_column), e) for e in edits]
    for start, edit in sorted(placed, key=lambda pair: pair[0]):
        end = source.offset(edit.span.end_line, edit.span.end_byte_column)
        new = edit.new.replace("\n", source.line_end(edit.span.line)) if "\n" in edit.new else edit.new
        if start < done:
            raise FileError("two edits overlap", edit.span.line, edit.span.byte_column + 1)
        if data[start:end] != edit.old.encode(source.encoding):
            raise FileError(f"expected {edit.old!r} here", edit.span.line, edit.span.byte_column + 1)
        try:
            pieces += [data[done:start], new.encode(source.encoding)]
        except UnicodeEncodeError:
            raise FileError(f"{source.encoding} cannot encode {edit.new!r}", edit.span.line) from None
        done = end
    pieces.append(data[done:])
    return b"".join(pieces)


class Taken:
    """Stretches of a file that edits have taken, none of which overlaps another."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def has_room_for(self, edits: Iterable[Edit]) -> bool:
        """Whether no edit shares a byte, or an insertion's place, with one that is there."""
        return not any(self._overlaps(edit.span) for edit in edits)

    def take(self, edits: Iterable[Edit]) -> None:
        """Keep the places of some edits."""
        for edit in edits:
            insort(self._spans, edit.span)

    def _overlaps(self, span: Span) -> bool:
        place = bisect_left(self._spans, span)
        return any(_share(span, other) for other in self._spans[max(0, place - 1) : place + 1])


def _share(span: Span, other: Span) -> bool:
    return span == other or (
        (span.line, span.byte_column) < (other.end_line, other.end_byte_column)
        and (other.line, other.byte_column) < (span.end_line, span.end_byte_column)
    )


def _is_word(character: str) -> bool:
    return character == "_" or character.isalnum()
