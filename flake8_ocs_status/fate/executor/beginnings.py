"""Where the runs of one function begin: what comes before a request is the same for all its statuses.

Until the request in focus is sent, a run does the same whatever it is answered with, and whichever request is in focus.
So that part is executed once, when the requests of the function are looked for; a run with a request in focus begins at
the statement, of those that are no part of another one, that first sends it.

And what comes after it matters only where it has been sent: paths that go round it are followed no further than the
last statement that may send it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from flake8_ocs_status.fate.environment.surroundings import Surroundings
from flake8_ocs_status.fate.exchange.record import CallPath
from flake8_ocs_status.fate.executor.loops import Loops
from flake8_ocs_status.fate.values.states import Flow, Paths, State
from flake8_ocs_status.program.scopes import FUNCTIONS, FunctionNode


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known before a statement, and how many steps it took to get there.

    ``rests`` are the statements left of the block that it is in, of the block around that one, and so on.
    """

    rests: tuple[Sequence[ast.stmt], ...]
    state: State
    steps: int
    made: frozenset[str]
    has_made: bool
    has_places: bool
    may_wait_first: bool


class Beginnings(Loops):
    """Adds where a run begins.

    With ``keeps_beginnings`` the run notes where one may begin that has a request in focus; with ``beginning`` it
    begins there. After each of ``last_to_send`` nothing sends the request in focus that has not sent it before.
    """

    keeps_beginnings = False
    beginning: Beginning | None = None
    last_to_send: frozenset[ast.stmt] = frozenset()

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        # Where a run may begin: before a statement of the function itself, or of a branch in there.
        self._before_statement: dict[CallPath, Beginning] = {}
        self._in_branch: dict[CallPath, Beginning] = {}
        # What is left around the branches of a statement that is no part of a loop, by the identities of their blocks.
        self._around: dict[int, tuple[Sequence[ast.stmt], ...]] = {}
        # The requests that are sent by another statement than the one that their first call stands in.
        self.sent_later: set[CallPath] = set()
        # The statement of the function under study that is being executed.
        self.current: ast.stmt | None = None

    def beginning_of(self, path: CallPath) -> Beginning | None:
        """Where a run may begin that has this request in focus; None where there is nothing to be spared."""
        outer = self._before_statement.get(path)
        return outer if path in self.sent_later else self._in_branch.get(path, outer)

    def outermost(self, body: Sequence[ast.stmt], state: State) -> Flow:
        """Execute the statements of the function under study."""
        start = self.beginning
        if start is None:
            return self.noting(body, [state], ()) if self.keeps_beginnings else self.block(body, [state])
        self.steps, self.made = start.steps, set(start.made)
        self.has_made, self.has_places = start.has_made, start.has_places
        self.may_wait_first = start.may_wait_first
        result, current = Flow(), Paths(start.state.copy())
        for rest in start.rests:
            flow = self.block(rest, list(current))
            result.absorb_exits(flow)
            current = flow.next
            if not current:
                break
        result.next = current
        return result

    def noting(self, body: Sequence[ast.stmt], states: Sequence[State], around: tuple[Sequence[ast.stmt], ...]) -> Flow:
        """Execute the statements of a block, and note where a run may begin; ``around`` is what is left of the blocks
        around this one."""
        found = self._in_branch if around else self._before_statement
        result, current = Flow(), Paths(*states)
        for index, statement in enumerate(body):
            known = len(self.sends)
            here = self.begin_here((body[index:], *around), current) if index or around else None
            if isinstance(statement, ast.If):
                rests = (body[index + 1 :], *around)
                self._around |= {id(statement.body): rests, id(statement.orelse): rests}
            flow = self.block([statement], list(current))
            result.absorb_exits(flow)
            if here is not None:
                for path in list(self.sends)[known:]:
                    found.setdefault(path, here)
            current = flow.next
            if not current:
                break
        result.next = current
        return result

    def branch_block(self, body: Sequence[ast.stmt], states: Sequence[State]) -> Flow:
        """Execute one of the two blocks of a conditional statement."""
        around = self._around.get(id(body))
        return self.block(body, states) if around is None else self.noting(body, states, around)

    def begin_here(self, rests: tuple[Sequence[ast.stmt], ...], paths: Paths) -> Beginning | None:
        """What is known before a statement."""
        if paths.before is None:
            return None
        return Beginning(
            rests,
            paths.before.copy(),
            self.steps,
            frozenset(self.made),
            self.has_made,
            self.has_places,
            self.may_wait_first,
        )

    def note_sent(self, path: CallPath) -> None:
        if self.current is not None and self.current not in statements_around(path[0], self.frames[0].home):
            self.sent_later.add(path)


def statements_around(call: ast.Call, home: Surroundings) -> list[ast.stmt]:
    """The statements of one function that a call stands in, from the inside out; none where it stands for something
    that Python does by itself."""
    parents = home.module.parents
    # Reading a property stands where its name does.
    current: ast.AST | None = call if call in parents else call.func
    found = []
    while current is not None and not isinstance(current, FUNCTIONS):
        if isinstance(current, ast.stmt):
            found.append(current)
        current = parents.get(current)
    return found


def last_to_send(path: CallPath, home: Surroundings, function: FunctionNode | None) -> frozenset[ast.stmt]:
    """The statements after which a request is not sent any more by a path that has not sent it before: those that the
    first call on its way stands in, but for what a loop may execute once more."""
    found = statements_around(path[0], home)
    if not found or home.module.enclosing_function(found[-1]) is not function:
        return frozenset()
    loops = [index for index, one in enumerate(found) if isinstance(one, (ast.For, ast.AsyncFor, ast.While))]
    return frozenset(found[loops[-1] if loops else 0 :])
