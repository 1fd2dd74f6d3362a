"""Values that are constants, texts and collections, or that are not known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.templates import Template

if TYPE_CHECKING:
    from flake8_ocs_status.fate.values import Value

LARGEST_COLLECTION = 200


class About(IntEnum):
    """How much of the answer a value gives away, from nothing to all of it."""

    NOTHING = 0
    BODY = 1
    """Computed from the body or the headers."""
    DECISION = 2
    """A verdict on the status, such as ``r.ok``: it tells some statuses apart."""
    STATUS = 3
    """The status itself, or a text that holds it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything. ``keys`` are the names under which it was dug out of a body."""

    about: About = About.NOTHING
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content(Unknown):
    """The body of an answer as it came, a text or bytes: anything but None."""


UNKNOWN = Unknown()
CONTENT = Content(About.BODY)
ABOUT_STATUS = Unknown(About.STATUS)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A constant: None, a bool, a number, a text."""

    value: object
    about: About = About.NOTHING

    def _key(self) -> tuple[object, ...]:
        # True == 1 in Python, but they are two answers.
        return type(self.value), self.value, self.about

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


NONE = Known(None)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of which some parts are known: what a URL is built as.

    ``told_by_holes`` is how much the parts that are not known give away of the answer, None where that is as much as
    the text as a whole does.
    """

    parts: Template
    about: About = About.NOTHING
    told_by_holes: About | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or set whose elements are all listed; ``told``: how much their number gives away of the answer.

    ``place`` is where a list is made that something is put into later: all names of it are names of one list.
    """

    values: tuple[Value, ...]
    told: About = About.NOTHING
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a text is split into, of which the first and the last ones are known; ``between`` is any other one."""

    first: tuple[Value, ...]
    between: Value
    last: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """A collection of which it is known what its elements are like, and not how many there are.

    ``certain`` tells that there is one at least, ``told`` how much their number gives away of the answer.
    """

    element: Value
    certain: bool = False
    told: About = About.NOTHING
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A ``range`` with known bounds."""

    start: int
    stop: int
    step: int

    @property
    def range(self) -> range:
        """The range itself."""
        return range(self.start, self.stop, self.step)


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping whose entries are listed; ``complete`` is False when there may be more.

    ``makes`` is what it calls for a key that it lacks: the argument of ``defaultdict``.
    """

    entries: tuple[tuple[Value, Value], ...]
    complete: bool = True
    place: str | None = None
    makes: Value | None = None
