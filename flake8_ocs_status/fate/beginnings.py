"""Where the runs of one function begin: what comes before a request is the same for all its statuses.

Until the request in focus is sent, a run does the same whatever it is answered with, and whichever request is in focus.
So that part is executed once, when the requests of the function are looked for; a run with a request in focus begins at
the statement, of those that are no part of another one, that first sends it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from flake8_ocs_status.fate.loops import Loops
from flake8_ocs_status.fate.record import CallPath
from flake8_ocs_status.fate.states import Flow, Paths, State


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known before one of a function's statements, and how many steps it took to get there."""

    index: int
    state: State
    steps: int
    made: frozenset[str]
    has_made: bool
    has_places: bool


class Beginnings(Loops):
    """Adds where a run begins.

    With ``keeps_beginnings`` the run notes in ``beginnings`` where one may begin that has a request in focus; with
    ``beginning`` it begins there.
    """

    keeps_beginnings = False
    beginning: Beginning | None = None

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.beginnings: dict[CallPath, Beginning] = {}

    def outermost(self, body: Sequence[ast.stmt], state: State) -> Flow:
        """Execute the statements of the function under study."""
        start = self.beginning
        if start is not None:
            self.steps, self.made = start.steps, set(start.made)
            self.has_made, self.has_places = start.has_made, start.has_places
            return self.block(body[start.index :], [start.state.copy()])
        if not self.keeps_beginnings:
            return self.block(body, [state])
        result, current = Flow(), Paths(state)
        for index, statement in enumerate(body):
            known = len(self.sends)
            here = self.begin_here(index, current)
            flow = self.block([statement], list(current))
            result.absorb_exits(flow)
            if here is not None and len(self.sends) > known:
                self.beginnings.update(dict.fromkeys(list(self.sends)[known:], here))
            current = flow.next
            if not current:
                break
        result.next = current
        return result

    def begin_here(self, index: int, paths: Paths) -> Beginning | None:
        """What is known before a statement; None for the first one, where there is nothing to be spared."""
        if not index or paths.before is None:
            return None
        return Beginning(index, paths.before.copy(), self.steps, frozenset(self.made), self.has_made, self.has_places)
