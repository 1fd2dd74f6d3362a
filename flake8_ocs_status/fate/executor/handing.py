"""Functions that call, or wait for, what they are given: asyncio, threads, pools of workers."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.fate.environment.handed import THREADS
from flake8_ocs_status.fate.executor.run import Keywords, Outcomes
from flake8_ocs_status.fate.executor.tasks import Tasks, task_of, tasks_of
from flake8_ocs_status.fate.values import (
    UNKNOWN,
    Function,
    Future,
    Items,
    Method,
    Object,
    Partial,
    Raised,
    Several,
    Symbol,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.elements import element_of
from flake8_ocs_status.fate.values.knowledge import about, holds_response
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.transport.clients import Library, function_sender, method_sender

# These give what they are given, or what it is waited for.
PASSING_ON = frozenset(
    {
        "contextlib.closing",
        "contextlib.aclosing",
        "contextlib.nullcontext",
        "asyncio.shield",
        "asgiref.sync.sync_to_async",
    }
)
# These wait for a coroutine, and give what it gives.
RUNNING = frozenset({"asyncio.run"})
# A function that this makes waits for the coroutine of the one that it is given.
TO_SYNC = "asgiref.sync.async_to_sync"
# These call the function that they are given in a thread, and wait for what it returns or raises (anyio 4.16, asgiref
# 3.13, starlette 1.10); the second ones take keywords of their own.
IN_THREAD = frozenset(
    {"asyncio.to_thread", "starlette.concurrency.run_in_threadpool", "fastapi.concurrency.run_in_threadpool"}
)
IN_THREAD_WITHOUT_KEYWORDS = frozenset({"anyio.to_thread.run_sync"})
THREAD_OPTIONS = frozenset({"target", "args", "name", "daemon"})
WAITING = frozenset({"asyncio.wait_for", "async_timeout.timeout"})
# What their arguments raise comes out somewhere else, or nowhere.
TASKS = frozenset({"asyncio.create_task", "asyncio.ensure_future", "asyncio.run_coroutine_threadsafe"})
LATER = TASKS | {"asyncio.wait", "asyncio.as_completed"}
TASK_METHODS = frozenset({"create_task", "ensure_future"})
LATER_METHODS = TASK_METHODS | {"start_soon"}
RUN_METHODS = frozenset({"run_until_complete", "run"})


class Handing(Tasks):
    """Adds calls of functions that are handed to other functions."""

    def is_put_off(self, function: Value, node: ast.Call) -> bool:
        """Whether what the arguments of this call raise does not come out of the call."""
        if isinstance(function, Symbol):
            if function.path == "asyncio.gather":
                # They are among the results.
                return keeps_exceptions(node) is not False
            return function.path in LATER
        return isinstance(function, Method) and function.name in LATER_METHODS

    def waits_for_all(self, function: Value, node: ast.Call) -> bool:
        """Whether a call only waits for all that a collection holds: ``asyncio.gather(*requests)``."""
        return (
            isinstance(function, Symbol)
            and function.path == "asyncio.gather"
            and len(node.args) == 1
            and isinstance(node.args[0], ast.Starred)
            and keeps_exceptions(node) is not None
        )

    def results_of_all(self, node: ast.Call, state: State) -> Outcomes:
        """The results of ``asyncio.gather(*requests)``."""
        starred = node.args[0]
        assert isinstance(starred, ast.Starred)
        keeps = keeps_exceptions(node)
        outer, self.raised = self.raised, [] if keeps else self.raised
        outcomes: Outcomes = []
        for collection, after in self.gone_through(starred.value, state):
            if keeps:
                outcomes.append((self.with_exceptions(collection), after))
            else:
                outcomes.extend(self.all_waited_for(collection, after))
        if keeps:
            raised, self.raised = self.raised, outer
            outcomes.extend(self.lost(raised))
        return outcomes

    def lost(self, raised: list[tuple[Raised, State]]) -> Outcomes:
        """The outcomes where something has been raised that comes out somewhere else."""
        for _, after in raised:
            if self.fate is not None and after.live:
                self.fate.looked = self.fate.open = self.fate.handed_on = True
        return [(Unknown(about(error)) if about(error) else UNKNOWN, after) for error, after in raised]

    def called_for_each(self, function: Value, iterables: Sequence[Value], node: ast.Call, state: State) -> Outcomes:
        """What ``map(function, *iterables)`` gives; what the function raises comes out where somebody looks."""
        outer, self.raised = self.raised, []
        outcomes: Outcomes = [(Items(()), state.copy())]
        try:
            for value, after in self.apply(function, tuple(map(element_of, iterables)), {}, node, state):
                outcomes.append((self.gathered([value], certain=False), after))
        finally:
            raised, self.raised = self.raised, outer
        if self.fate is not None and any(after.live for _, after in raised):
            self.fate.looked = self.fate.open = self.fate.handed_on = True
        return outcomes

    def passed_on(
        self, path: str, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes | None:
        """The outcomes of calling the function at a dotted path, None when it does not call what it is given."""
        if path in THREADS and not arguments:
            return self.started(keywords, node, state)
        first = arguments[0] if arguments else None
        if first is None:
            return None
        if path in PASSING_ON:
            return [(first, state)]
        if path in RUNNING:
            return self.waited_for(first, state)
        if path == TO_SYNC:
            return [(Partial(Symbol(f"{path}.call"), (first,), ()), state)]
        if path == f"{TO_SYNC}.call":
            return self.apply(first, arguments[1:], keywords, node, state)
        if path in TASKS:
            return [(task_of(first), state)]
        if path == "asyncio.as_completed" and isinstance(first, (Items, Several)):
            return [(first, state)]
        if path == "asyncio.wait" and isinstance(first, (Items, Several)):
            done = tasks_of(first)
            left: Value = Items(())
            if len(arguments) > 1 or keywords:
                done = left = Several(element_of(done))
            return [(Items((done, left)), state)]
        if path in WAITING:
            self.may_raise(Raised("builtins.TimeoutError"), state)
            return [(first, state)]
        if path == "asyncio.gather" and None not in keywords:
            keeps = keeps_exceptions(node)
            if keeps:
                return [(self.with_exceptions(Items(arguments)), state)]
            return None if keeps is None else self.all_waited_for(Items(arguments), state)
        if path == "builtins.map" and len(arguments) > 1 and self.can_be_called(first) and None not in keywords:
            return self.called_for_each(first, arguments[1:], node, state)
        if path in IN_THREAD:
            return self.apply(first, arguments[1:], keywords, node, state)
        if path in IN_THREAD_WITHOUT_KEYWORDS:
            return self.apply(first, arguments[1:], {}, node, state)
        return None

    def started(self, keywords: Keywords, node: ast.Call, state: State) -> Outcomes | None:
        """The outcomes of ``Thread(target=function, args=(…))``: what the function raises or returns is lost.

        None where the function, or what it is given, is not in sight.
        """
        target, given = keywords.get("target", UNKNOWN), keywords.get("args", Items(()))
        if not self.can_be_called(target) or not isinstance(given, Items) or not keywords.keys() <= THREAD_OPTIONS:
            return None
        outer, self.raised = self.raised, []
        try:
            ended = [after for _, after in self.apply(target, given.values, {}, node, state)]
        finally:
            raised, self.raised = self.raised, outer
        return [(UNKNOWN, after) for after in (*ended, *(after for _, after in raised))]

    def passed_on_by_method(
        self, name: str, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes | None:
        """The same for a method of something that is not in sight: an event loop, a pool of threads."""
        if name == "run_in_executor" and len(arguments) > 1:
            return self.apply(arguments[1], arguments[2:], {}, node, state)
        if name == "run_until_complete" and len(arguments) == 1 and not keywords:
            return self.waited_for(arguments[0], state)
        if name in RUN_METHODS and len(arguments) == 1 and isinstance(arguments[0], Future):
            return self.waited_for(arguments[0], state)
        if name in TASK_METHODS and arguments:
            return [(task_of(arguments[0]), state)]
        if name == "map" and len(arguments) > 1 and self.can_be_called(arguments[0]) and None not in keywords:
            return self.called_for_each(arguments[0], arguments[1:], node, state)
        if name == "submit" and arguments and self.can_be_called(arguments[0]) and None not in keywords:
            for value in (*arguments[1:], *keywords.values()):
                if holds_response(value):
                    self.flow_out(value, node, state)
            # Called when its result is asked for: that is where it raises.
            return [(Partial(arguments[0], arguments[1:], tuple(keywords.items()), node), state)]
        return None

    def can_be_called(self, value: Value) -> bool:
        """Whether this is certainly a function that can be executed."""
        if isinstance(value, Partial):
            return self.can_be_called(value.function)
        if isinstance(value, Symbol):
            return function_sender(value.path) is not None
        if isinstance(value, Method) and isinstance(value.receiver, Object):
            kind = value.receiver.kind
            return isinstance(kind, Library) and method_sender(kind, value.name) is not None
        return isinstance(value, Function)


def keeps_exceptions(node: ast.Call) -> bool | None:
    """Whether exceptions are among the results of ``asyncio.gather``; None where that is not written out."""
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    said = next((keyword.value for keyword in node.keywords if keyword.arg == "return_exceptions"), None)
    if said is None:
        return False
    return bool(said.value) if isinstance(said, ast.Constant) else None
