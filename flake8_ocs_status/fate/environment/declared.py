"""Functions out of sight that the configuration declares to send requests."""

from __future__ import annotations

from collections.abc import Sequence

from flake8_ocs_status.settings import ClientCall


class Declared:
    """The declarations of one run, by what they are asked for."""

    def __init__(self, calls: Sequence[ClientCall]) -> None:
        self._by_path = {call.path: call for call in calls}
        self._owners = frozenset(call.owner for call in calls)
        self.names = frozenset(call.name for call in calls)
        self.packages = frozenset(call.package for call in calls)

    def call_at(self, path: str) -> ClientCall | None:
        """What is declared of the function at this dotted path."""
        return self._by_path.get(path)

    def is_owner(self, path: str) -> bool:
        """Whether this is a class that has such methods. An instance goes by the path of its class."""
        return path in self._owners
