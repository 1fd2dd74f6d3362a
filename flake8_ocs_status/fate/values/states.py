"""States of the executor, and the one way in which control flow splits and joins them.

A path is *live* once the request in focus has been sent. Paths before and after that are kept apart at every join, so
that what a loop did before the request does not blur what the code does with the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from flake8_ocs_status.fate.values import UNKNOWN, Adapter, Raised, Value
from flake8_ocs_status.fate.values.knowledge import join
from flake8_ocs_status.transport.retries import NO_RETRY

# The marks of objects that a run makes: of the project's classes, and clients.
MARKS = (".#made", ".#client")
# More exceptions than this are not kept apart by where they come from.
MOST_RAISED = 8
MOUNTED = (".mount https://", ".mount http://")


class State:
    """What is known at one point of the program.

    Keys are ``"depth:name"`` for local names and ``"@allocation.attribute"`` for attributes.
    """

    __slots__ = ("live", "values")

    def __init__(self, values: dict[str, Value] | None = None, live: bool = False) -> None:
        self.values: dict[str, Value] = {} if values is None else values
        self.live = live

    def copy(self) -> State:
        """An independent copy."""
        return State(self.values.copy(), self.live)

    def forget(self, prefix: str) -> None:
        """Drop every name that begins with this: those of a frame, or the attributes of an object."""
        for key in [key for key in self.values if key.startswith(prefix)]:
            del self.values[key]

    def forget_all(self, keys: Iterable[str]) -> None:
        """Drop these names, as far as they are bound."""
        values = self.values
        for key in keys:
            values.pop(key, None)

    def joined(self, other: State) -> State:
        """What holds on either of two paths. A name that only one of them binds keeps that value (reading it on the
        other path would fail); an attribute that only one of them sets is unknown."""
        theirs = other.values
        if self.values == theirs:
            return self
        result = self.values.copy()
        for key, value in theirs.items():
            mine = result.get(key)
            # Most are the same object, and comparing others by what they hold takes long.
            if mine is value:
                continue
            if mine is None:
                result[key] = self._beside(key, value) if key[0] == "@" else value
            elif mine != value:
                result[key] = join(mine, value)
        if len(result) > len(theirs):
            mine_alone = [key for key in self.values if key[0] == "@" and key not in theirs]
            result.update((key, other._beside(key, self.values[key])) for key in mine_alone)
            self._keep_objects(mine_alone, result)
        if len(result) > len(self.values):
            other._keep_objects([key for key in theirs if key not in self.values], result)
        return State(result, self.live)

    def _beside(self, key: str, value: Value) -> Value:
        """What an attribute is that another path sets and this one does not: unknown, but for what is mounted on a
        client for all of a scheme, in the place of an adapter that repeats nothing."""
        for scheme in MOUNTED:
            if key.endswith(scheme) and f"{key.removesuffix(scheme)}.#client" in self.values:
                return join(value, Adapter(NO_RETRY))
        return UNKNOWN

    def _keep_objects(self, keys: Iterable[str], result: dict[str, Value]) -> None:
        """Keep what is held by objects that are made on this path alone: on the other there is none of them. ``keys``
        are those that the other path does not have."""
        made = tuple(key[: key.index("#")] for key in keys if key.endswith(MARKS))
        if made:
            result.update((key, value) for key, value in self.values.items() if key.startswith(made))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.live == other.live and self.values == other.values

    __hash__ = None  # type: ignore[assignment]


class Paths:
    """At most two states at one point: the one before the request and the live one."""

    __slots__ = ("before", "live")

    def __init__(self, *states: State) -> None:
        self.before: State | None = None
        self.live: State | None = None
        for state in states:
            self.add(state)

    def add(self, state: State) -> None:
        """Let one more path arrive here."""
        if state.live:
            self.live = state if self.live is None else self.live.joined(state)
        else:
            self.before = state if self.before is None else self.before.joined(state)

    def add_all(self, states: Iterable[State]) -> None:
        """Let several more paths arrive here."""
        if type(states) is Paths:
            if states.before is not None:
                self.add(states.before)
            if states.live is not None:
                self.add(states.live)
            return
        for state in states:
            self.add(state)

    def __iter__(self) -> Iterator[State]:
        if self.before is not None:
            yield self.before
        if self.live is not None:
            yield self.live

    def __bool__(self) -> bool:
        return self.before is not None or self.live is not None


def joined_raises(raises: Sequence[tuple[Raised, State]]) -> Sequence[tuple[Raised, State]]:
    """Exceptions on their way, those that are alike on one path when there are many of them: each is handled, and
    cleaned up after, by itself."""
    if len(raises) <= MOST_RAISED:
        return raises
    alike: dict[Raised, Paths] = {}
    for raised, state in raises:
        alike.setdefault(raised, Paths()).add(state)
    return [(raised, state) for raised, paths in alike.items() for state in paths]


def raised_together(raises: Sequence[tuple[Raised, State]]) -> Iterator[tuple[Sequence[Raised], State]]:
    """The same for what is done whatever was raised: where there are many, all of them go through it together."""
    if len(raises) <= MOST_RAISED:
        yield from (((raised,), state) for raised, state in raises)
        return
    for live in (False, True):
        paths = Paths(*(state for _, state in raises if state.live is live))
        together = dict.fromkeys(raised for raised, state in raises if state.live is live)
        yield from ((tuple(together), state) for state in paths)


@dataclass(slots=True)
class Flow:
    """Where the paths through a piece of code come out."""

    next: Paths = field(default_factory=Paths)
    breaks: Paths = field(default_factory=Paths)
    continues: Paths = field(default_factory=Paths)
    returns: list[tuple[Value, State]] = field(default_factory=list)
    raises: list[tuple[Raised, State]] = field(default_factory=list)

    def absorb_exits(self, other: Flow) -> None:
        """Take over every way out of ``other`` but the normal one."""
        self.breaks.add_all(other.breaks)
        self.continues.add_all(other.continues)
        if other.returns:
            self.returns.extend(other.returns)
        if other.raises:
            self.raises.extend(other.raises)

    def forget(self, key: str) -> None:
        """Drop a name on every way out."""
        for paths in (self.next, self.breaks, self.continues):
            for state in paths:
                state.values.pop(key, None)
        for _, state in (*self.returns, *self.raises):
            state.values.pop(key, None)
