"""What was asked for last, as far as there is room for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


class LastUsed(Generic[ValueT]):
    """What belongs to paths: as much of it as has ``room`` by the ``size`` of each, the last asked for always."""

    def __init__(self, room: int, size: Callable[[ValueT], int]) -> None:
        self._room = room
        self._size = size
        self._values: OrderedDict[str, ValueT] = OrderedDict()
        self._taken = 0

    def __contains__(self, path: str) -> bool:
        return path in self._values

    def __getitem__(self, path: str) -> ValueT:
        self._values.move_to_end(path)
        return self._values[path]

    def add(self, path: str, value: ValueT) -> ValueT:
        """Keep the value for a path that has none."""
        self._values[path] = value
        self._taken += self._size(value)
        while self._taken > self._room and len(self._values) > 1:
            _, dropped = self._values.popitem(last=False)
            self._taken -= self._size(dropped)
        return value

    def clear(self) -> None:
        """Keep nothing."""
        self._values.clear()
        self._taken = 0
