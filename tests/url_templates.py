"""Writing URL templates as text: ``{}`` is a hole."""

from __future__ import annotations

from flake8_ocs_status.catalogue.templates import HOLE, Part, Template


def template(text: str) -> Template:
    """``"{}/Streams/{}"`` as a template."""
    parts: list[Part] = []
    for index, piece in enumerate(text.split("{}")):
        if index:
            parts.append(HOLE)
        if piece:
            parts.append(piece)
    return tuple(parts)
