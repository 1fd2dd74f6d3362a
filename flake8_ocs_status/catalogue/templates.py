"""A text that is known in parts: what the analysis knows of a URL.

A template is a tuple of parts. A part is a piece of literal text, or :data:`HOLE`: text of any length that nobody
knows, which may be empty and may hold slashes, a scheme, a host.
"""

from __future__ import annotations

import enum
from typing import Final


class Hole(enum.Enum):
    """The type of :data:`HOLE`, its only member."""

    HOLE = "{…}"

    def __repr__(self) -> str:
        return "HOLE"


HOLE: Final = Hole.HOLE
Part = str | Hole
Template = tuple[Part, ...]


def text_of(template: Template) -> str:
    """The template for people to read, a hole as ``{…}``."""
    return "".join(part if isinstance(part, str) else part.value for part in template)
