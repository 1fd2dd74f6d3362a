"""What every part of the executor shares: the state of a run, and the notes it makes on a path."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from flake8_ocs_status.fate.exchange.record import (
    BudgetSpentError,
    CallPath,
    End,
    Ending,
    Fate,
    Repeat,
    Send,
    comparable,
)
from flake8_ocs_status.fate.executor.instances import attributes_in, held_by, instances_in, made_key
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    About,
    Function,
    Known,
    Object,
    Prepared,
    Raised,
    Repeater,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, holds_response, join
from flake8_ocs_status.fate.values.states import Flow, Paths, State
from flake8_ocs_status.fate.values.truths import is_told_by_status, truth
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.surroundings import Surroundings
    from flake8_ocs_status.fate.environment.world import World

Answer = TypeVar("Answer")
Outcome = tuple[Value, State]
Outcomes = list[Outcome]
Keywords = dict[str | None, Value]

BUDGET = 20_000
MOST_OUTCOMES = 8
# Where the store keeps that a path went through a test on the headers or the body whose answer is not known.
BODY_TESTED = "#body tested"
# Where it keeps which way a path went at each such test; what joins both ways does not depend on it.
TOLD_BY_BODY = "#told "
# Where it keeps what happened since the answer came: a delay (None: there may have been one), a look at the headers, a
# change of something that the next request may be made of.
PAUSED = "#paused"
HEADERS_READ = "#headers read"
CHANGED = "#changed"
# Something that the code raises itself has been caught.
CAUGHT = "#caught"
# That there was nothing to parse, which somebody has caught.
NOTHING_PARSED = "#nothing parsed"
# A ``finally`` is on its way, which was entered after the answer came: it cleans up, whatever the answer was.
CLEANING_UP = "#cleaning up"
SINCE_THE_ANSWER = (PAUSED, HEADERS_READ, CHANGED, CAUGHT, NOTHING_PARSED, CLEANING_UP)
# Where it keeps that nothing has gone wrong since the answer came but what its status makes go wrong.
INTACT = "#intact"
ERROR_WORDS = ("error", "status", "fail", "warning", "partial", "reason", "exception", "fault")


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a call hands over, and the call itself."""

    arguments: tuple[Value, ...]
    keywords: Keywords
    node: ast.Call


@dataclass(frozen=True, slots=True)
class Frame:
    """One function that is being executed: ``home`` is its module, ``call`` the call that led into it."""

    node: FunctionNode | ast.Module | ast.ClassDef
    home: Surroundings
    depth: int
    call: ast.Call | None = None


def is_told_by_body(state: State) -> bool:
    """Whether a path is gone for some bodies (or headers) of the answer alone."""
    return any(key.startswith(TOLD_BY_BODY) and isinstance(value, Known) for key, value in state.values.items())


def lose_certainty(state: State) -> None:
    """Note that this path may be gone because something else goes wrong than the status says.

    What it has been told by the body must not blur what leads on where nothing does.
    """
    state.values.pop(INTACT, None)
    state.forget(TOLD_BY_BODY)


def asks_for_none(node: ast.AST) -> bool:
    """Whether a test asks whether something is None, which it is for no status, or for each."""
    return (
        isinstance(node, ast.Compare)
        and all(isinstance(kind, (ast.Is, ast.IsNot)) for kind in node.ops)
        and all(isinstance(other, ast.Constant) and other.value is None for other in node.comparators)
    )


class Run(ABC):
    """One abstract run: of one function, with one request in focus or none."""

    def __init__(
        self, world: World, home: Surroundings, fate: Fate | None = None, focus: CallPath | None = None
    ) -> None:
        """``home`` is the module in which the run begins; without ``fate`` and ``focus`` no answer is followed."""
        self.world = world
        self._home = home
        self.fate = fate
        self.focus = focus
        self.frames: list[Frame] = []
        self.raised: list[tuple[Raised, State]] = []
        self.collectors: list[dict[Raised, Paths]] = []
        # The requests that were seen last, under the calls that lead to them.
        self.sent: dict[CallPath, Send] = {}
        self.steps = 0
        # What repeats the code that is being executed, from the outside in.
        self.wrappers: list[Repeater] = []
        # The call that stands for whoever calls the function under study through its decorators.
        self.root_call: ast.Call | None = None
        # The assignments to attributes that were executed.
        self.stored: set[ast.AST] = set()
        # The objects of the project's classes that were made, and that nobody else has; and whether there were any.
        self.made: set[str] = set()
        self.has_made = False
        # Whether there may be a delay on the way to the request, which somebody who begins anew meets once more.
        self.may_wait_first = False
        # Whether the request is answered with the same status each time that it is sent again.
        self.persistent = False

    @property
    def surroundings(self) -> Surroundings:
        """The module around the code that is being executed."""
        return self.frames[-1].home if self.frames else self._home

    @property
    def module(self) -> Module:
        """The module whose code is being executed."""
        return self.surroundings.module

    def ask(self, question: Callable[..., Answer], *about: object) -> Answer:
        """What this function says when it is given these arguments and the status of the response in focus, or None
        when no request is in focus. Nothing else tells what the status is: a run goes the same way for each status to
        which all that it asked is answered alike."""
        if self.fate is None:
            return question(*about, None)
        answer = question(*about, self.fate.status)
        self.fate.asked[question, about] = answer
        return answer

    def truth_of(self, value: Value) -> bool | None:
        """``bool(value)`` when it is certain."""
        return self.ask(truth, value) if is_told_by_status(value) else truth(value, None)

    def allocation(self, node: ast.Call) -> str:
        """The name of what this call creates: a function that is called twice makes two objects."""
        return self.surroundings.allocation(node, self.way())

    def way(self) -> str:
        """The calls that lead to the code that is being executed, as a part of names."""
        return "".join(f" {call.lineno}:{call.col_offset}" for frame in self.frames if (call := frame.call) is not None)

    def step(self) -> None:
        """Count one step. Raises BudgetSpentError when there were too many."""
        self.steps += 1
        self.world.steps_left -= 1
        if self.steps > BUDGET or self.world.steps_left < 0:
            raise BudgetSpentError

    def reach(self, node: ast.AST, state: State) -> None:
        """Note that a live path executes this statement or call."""
        if state.live and self.fate is not None:
            self.fate.reached.add(id(node))

    def look(self, value: Value, node: ast.AST, state: State) -> None:
        """Note that a live path is decided by this value, at this node."""
        if not state.live or self.fate is None:
            return
        level = about(value)
        if level >= About.DECISION:
            self.fate.looked = True
            self.fate.decided_at.add(node)
            self.fate.told_apart = self.fate.told_apart or not asks_for_none(node)
        elif level == About.BODY and isinstance(value, Unknown):
            self.note_keys(value.keys, state)

    def note_keys(self, keys: Iterable[str], state: State) -> None:
        """Note that a live path digs these names out of the body."""
        if state.live and self.fate is not None:
            errors = any(word in key.lower() for key in keys for word in ERROR_WORDS)
            self.fate.reads_errors = self.fate.reads_errors or errors

    def flow_out(self, value: Value, node: ast.AST, state: State) -> None:
        """Note that a value leaves our sight on a live path: stored, handed to unknown code, yielded."""
        self.let_instances_go((value,), node, state)
        if not state.live or self.fate is None:
            return
        level = about(value)
        if holds_response(value) or level >= About.DECISION:
            self.fate.told_apart = True
        if holds_response(value) or level == About.STATUS:
            self.fate.looked = self.fate.open = self.fate.handed_on = True
            self.fate.decided_at.add(node)
        elif level == About.DECISION:
            self.fate.looked = True
            self.fate.decided_at.add(node)
            self.fate.escapes.add((id(node), comparable(value)))
        elif isinstance(value, Known) and level == About.NOTHING:
            # A constant that the status has picked gives away no less.
            self.fate.escapes.add((id(node), comparable(value)))

    def let_go(self, instance: Object, node: ast.AST, state: State) -> None:
        """Note that an object leaves our sight, with all that it holds."""
        attributes = attributes_in(instance, state)
        state.values.pop(made_key(instance), None)
        self.made.discard(instance.allocation)
        for _, value in attributes:
            self.flow_out(value, node, state)

    def let_instances_go(self, values: Iterable[Value], node: ast.AST, state: State) -> None:
        """Note that these values are lost; of those that are no objects somebody else takes care."""
        if self.has_made:
            for value in values:
                for instance in instances_in(value):
                    self.let_go(instance, node, state)

    def taken_along(self, values: Iterable[Value], state: State) -> list[Value]:
        """What an exception carries that is given these values: what the objects among them hold, too."""
        values = list(values)
        carried = [held for value in values for held in held_by(value, state)]
        for instance in [one for value in carried for one in instances_in(value)]:
            state.values.pop(made_key(instance), None)
            self.made.discard(instance.allocation)
        return carried

    def leave_at(self, node: ast.AST, state: State) -> None:
        """Note that a live path leaves the function under study, or comes back to the request, at this node."""
        if state.live and self.fate is not None:
            self.fate.ended_at.add(node)

    def end(self, ending: Ending, detail: object = None) -> None:
        """Note how a live path ends."""
        if self.fate is not None:
            self.fate.ends.add(End(ending, detail))

    def note_repeat(self, state: State, begins_anew: bool = False) -> None:
        """Note that a live path leads back to the request, by code that is written out: by a function that begins anew
        and leads there, or directly."""
        assert self.fate is not None
        pause = state.values.get(PAUSED)
        waits = False if pause is None else pause == Known(True) or None
        if begins_anew and self.may_wait_first:
            waits = waits or None
        # What has succeeded is sent again because its empty body could not be parsed.
        self.fate.empty_body_parsed = self.fate.empty_body_parsed or NOTHING_PARSED in state.values
        heeds = True if HEADERS_READ in state.values else None if CHANGED in state.values else False
        self.fate.repeats.add(
            Repeat(
                None,
                waits,
                heeds,
                certain=INTACT in state.values,
                may_change=CHANGED in state.values,
                after_error=CAUGHT in state.values,
                told_by_body=is_told_by_body(state),
            )
        )

    def throw(self, raised: Raised, state: State) -> None:
        """Let this path go on as an exception."""
        self.raised.append((raised, state))

    def may_raise(self, raised: Raised, state: State) -> None:
        """Let an enclosing ``try`` know that its handlers may be entered from here."""
        if self.collectors:
            self.collectors[-1].setdefault(raised, Paths()).add(state.copy())

    def settled(self, outcomes: Outcomes) -> Outcomes:
        """Join outcomes when there are too many of them."""
        if len(outcomes) <= MOST_OUTCOMES:
            return outcomes
        by_phase: dict[bool, Outcome] = {}
        for value, state in outcomes:
            known = by_phase.get(state.live)
            by_phase[state.live] = (value, state) if known is None else (join(known[0], value), known[1].joined(state))
        return list(by_phase.values())

    # What the parts of the executor need of each other

    @abstractmethod
    def note_sent(self, path: CallPath) -> None:
        """Note that a request is sent by the statement that is being executed."""

    @abstractmethod
    def evaluate(self, node: ast.expr, state: State) -> Outcomes:
        """All outcomes of an expression. The given state may be changed and is the first outcome's."""

    @abstractmethod
    def evaluate_all(self, nodes: Sequence[ast.expr], state: State) -> list[tuple[tuple[Value, ...], State]]:
        """The outcomes of several expressions evaluated one after the other."""

    @abstractmethod
    def bind_target(self, target: ast.expr, value: Value, state: State) -> None:
        """Assign to any target."""

    @abstractmethod
    def call_function(self, function: Function, node: ast.expr, state: State) -> Outcomes:
        """The outcomes of calling a function of the project without arguments (a property)."""

    @abstractmethod
    def attribute_of_prepared(self, request: Prepared, name: str, state: State) -> Value:
        """An attribute of a request that is not sent yet."""

    @abstractmethod
    def apply(
        self, function: Value, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        """The outcomes of calling one value."""

    @abstractmethod
    def call_unknown(
        self, arguments: Sequence[Value], keywords: Keywords, node: ast.Call, state: State, receiver: Value = UNKNOWN
    ) -> Outcomes:
        """Code that is not in sight: it may raise, and everything handed to it flows out."""

    @abstractmethod
    def run_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef, state: State) -> Outcomes:
        """Execute a function's body; the outcomes are what it returns."""

    @abstractmethod
    def block(self, body: Sequence[ast.stmt], states: Sequence[State]) -> Flow:
        """Execute statements one after the other."""
