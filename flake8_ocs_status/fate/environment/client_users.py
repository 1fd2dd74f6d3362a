"""Which modules of a project have to do with an HTTP client: those that import one, and those that are given one."""

from __future__ import annotations

from functools import cached_property

from flake8_ocs_status.fate.environment.surroundings import Surroundings
from flake8_ocs_status.fate.environment.world import World
from flake8_ocs_status.program.reach import Reach, reach_of
from flake8_ocs_status.program.words import Words
from flake8_ocs_status.transport.clients import client_words, imports_a_client

# What a function that is given a client does with it; ``.get(`` alone may be a mapping's.
_SENT_THROUGH = Words(
    (".request(", ".send(", ".post(", ".put(", ".patch(", ".delete(", "session.get(", "client.get(", "http.get(")
)


class ClientUsers:
    """The modules of a project that may send requests, told by their words and imports."""

    def __init__(self, world: World, *, judge_all: bool) -> None:
        self._world = world
        self._judge_all = judge_all
        self._users: dict[Surroundings, list[str]] = {}
        self._sources: dict[Surroundings, list[str]] = {}

    @cached_property
    def _reach(self) -> Reach | None:
        """Where in the project clients are imported; None where there is no project."""
        words = client_words(self._world.declared.packages)
        return None if self._world.project is None else reach_of(self._world.project, words)

    def may_send(self, home: Surroundings) -> bool:
        """Whether a module knows a client: itself, by its imports or, unless all is judged, by its importers."""
        if imports_a_client(home.module, self._world.declared.packages) or self.users(home):
            return True
        # A client may be handed to it.
        if self._judge_all or self._reach is None:
            return False
        return self._reach.is_imported(home.file) or self._reach.is_wired(home.file)

    def sources(self, home: Surroundings) -> list[str]:
        """The files of the project from which something that sends may come to a module: those that it imports, and
        those of its importers where nothing else does."""
        if home not in self._sources:
            files = self.users(home)
            if not files and not imports_a_client(home.module):
                # What sends is handed to this module by those who import it.
                importers = [importer for importer in self._world.importers(home) if not importer.is_test]
                files = sorted({file for importer in importers for file in self.users(importer)})
            self._sources[home] = list(dict.fromkeys([*files, *self._users_of_given(home)]))
        return self._sources[home]

    def users(self, home: Surroundings) -> list[str]:
        """The files of the project that a module imports and that, or what they import, have to do with a client."""
        if home not in self._users:
            self._users[home] = list(filter(self._has_to_do_with_client, self._imported(home)))
        return self._users[home]

    def _users_of_given(self, home: Surroundings) -> list[str]:
        """The files of the project that a module imports and that may send through a client that they are given."""
        project = self._world.project
        return [] if project is None else list(filter(reach_of(project, _SENT_THROUGH).has_word, self._imported(home)))

    def _imported(self, home: Surroundings) -> tuple[str, ...]:
        project = self._world.project
        return () if project is None else project.imported_files(home.file)

    def _has_to_do_with_client(self, file: str) -> bool:
        return self._reach is not None and (self._reach.has_word(file) or self._reach.any_import(file))
