"""What is cut out of texts of which some parts are known: slices, and what they are split into.

A text is cut with a character in the place of each part that is not known; whatever lies between that and the nearer
end is the same for every text that this one may be.
"""

from __future__ import annotations

from collections.abc import Sequence

from flake8_ocs_status.catalogue.templates import HOLE
from flake8_ocs_status.fate.values import Items, Known, Pieces, Text, Value
from flake8_ocs_status.fate.values.knowledge import unknown_from
from flake8_ocs_status.fate.values.texts import is_text, template_of, text_of, told_by_holes

# Nobody writes this one, which is left to private use.
MARK = "\ue000"


def marked(text: Known | Text) -> str:
    """A text with a mark for each hole."""
    return "".join(part if isinstance(part, str) else MARK for part in template_of(text))


def cut(piece: str, source: Known | Text) -> Value:
    """A piece of a marked text as the text that it is."""
    if MARK not in piece:
        return Known(piece, source.about)
    first, *others = piece.split(MARK)
    parts: list[object] = [first] if first else []
    for part in others:
        parts.extend((HOLE, part) if part else (HOLE,))
    return text_of(tuple(parts), source.about, told_by_holes(source))  # type: ignore[arg-type]


def slice_of(text: Known | Text, bounds: slice) -> Value | None:
    """``text[start:stop:step]``; None where it depends on the parts that are not known."""
    whole = marked(text)
    if MARK in whole:
        if bounds.step not in {None, 1}:
            return None
        for bound in (bounds.start, bounds.stop):
            if bound is not None and MARK in (whole[:bound] if bound >= 0 else whole[bound:]):
                return None
    return cut(whole[bounds], text)


def character_at(text: Value, index: int) -> Value | None:
    """``text[index]``; None for what is no text, and where this is not known."""
    if not isinstance(text, (Known, Text)) or not is_text(text):
        return None
    whole = marked(text)
    nearer = whole[: index + 1] if index >= 0 else whole[index:]
    is_inside = -len(whole) <= index < len(whole)
    return Known(whole[index], text.about) if is_inside and MARK not in nearer else None


def split(text: Known | Text, name: str, arguments: Sequence[Value]) -> Value | None:
    """``text.split(…)``, ``text.rsplit(…)``, ``text.partition(…)``, ``text.rpartition(…)``, ``text.splitlines()``; None
    where nothing is known of what this gives."""
    given = [one.value if isinstance(one, Known) else ... for one in arguments]
    separator, most = [*given, *(None, -1)[len(given) :]][:2]
    if len(given) > 2 or not (separator is None or isinstance(separator, str)) or not isinstance(most, int):
        return None
    whole = marked(text)
    if name in {"partition", "rpartition"}:
        return _parted(text, whole, name, separator) if separator else None
    if separator == "":
        return None
    pieces = whole.splitlines() if name == "splitlines" else getattr(whole, name)(separator, most)
    values = tuple(cut(piece, text) for piece in pieces)
    holes = [index for index, piece in enumerate(pieces) if MARK in piece]
    # What is split no further than to the piece with a hole has just this number of pieces.
    stops_there = separator is not None and 0 <= most == len(pieces) - 1 and holes == [most if name == "split" else 0]
    if not holes or stops_there:
        return Items(values)
    first = values[: holes[0]] if most < 0 or name == "split" else ()
    last = values[holes[-1] + 1 :] if most < 0 or name == "rsplit" else ()
    return Pieces(first, unknown_from(text), last)


def _parted(text: Known | Text, whole: str, name: str, separator: str) -> Value | None:
    parts = whole.partition(separator) if name == "partition" else whole.rpartition(separator)
    before = parts[0] if name == "partition" else parts[2]
    if MARK in before or (MARK in whole and not parts[1]):
        return None
    return Items(tuple(cut(part, text) for part in parts))
