"""Clients that are told what to do with every response: by hooks, and by adapters that give up.

requests 2.34 and niquests 3.21 hand each response to the hooks of the session and of the call, httpx 0.28 to those of
the client, aiohttp 3.14 to the function given as ``raise_for_status``; what a hook raises reaches whoever sent the
request. Verified by running them.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_ocs_status.positions.witnesses import text_of
from flake8_ocs_status.possible.kinds import Kind
from flake8_ocs_status.possible.mounts import mount_of, with_retries
from flake8_ocs_status.possible.paths import path_of
from flake8_ocs_status.possible.readings import Readings
from flake8_ocs_status.possible.states import State

_HOOKS = {"requests": "hooks", "niquests": "hooks", "httpx": "event_hooks"}
_RESPONSE = "response"
_ADDING = frozenset({"append", "extend", "insert", "register_hook"})
# What leaves the hooks as they are.
_ASKING = frozenset({"copy", "get", "items", "keys", "setdefault", "values"})
HOOK_ATTRIBUTES = frozenset(_HOOKS.values())


def with_hooks(readings: Readings, kind: Kind, call: ast.Call) -> Kind:
    """The client, or the response, of a call that hands over hooks, or a policy of retries."""
    name = _HOOKS.get(kind.response.name)
    for keyword in call.keywords:
        if keyword.arg == "raise_for_status" and kind.response.name == "aiohttp":
            return kind if isinstance(keyword.value, ast.Constant) else _hooked(readings, kind, keyword.value)
        if keyword.arg == "retries" and kind.response.name == "urllib3":
            return with_retries(readings.numbers, kind, keyword.value, call)
        if name is not None and keyword.arg == name:
            return _hooked(readings, kind, _of_responses(keyword.value))
    return kind


def note_hooks(readings: Readings, target: ast.expr, value: ast.expr, state: State) -> None:
    """``session.hooks["response"] = …``, ``client.event_hooks = …``: what was there before is there no more."""
    hooks = target
    given: ast.expr | None = value
    if isinstance(target, ast.Subscript):
        hooks = target.value
        if text_of(target.slice) != _RESPONSE:
            return
    else:
        given = _of_responses(value)
    note_removal(readings, hooks, state)
    _note(readings, hooks, given, state)


def note_call(readings: Readings, call: ast.Call, state: State) -> None:
    """``session.hooks["response"].append(…)``, ``session.mount(…)``."""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return
    if function.attr == "mount":
        path = path_of(readings.module, function.value)
        kind = state.kinds.get(path) if path is not None else None
        mount = mount_of(readings.numbers, call) if kind is not None and kind.is_client else None
        if path is not None and kind is not None:
            state.kinds[path] = replace(kind, mounts=(*kind.mounts, mount) if mount is not None else ())
    elif function.attr in _ADDING:
        hooks = function.value
        if isinstance(hooks, ast.Subscript) and text_of(hooks.slice) == _RESPONSE and len(call.args) == 1:
            _note(readings, hooks.value, call.args[0], state)
    elif function.attr not in _ASKING:
        note_removal(readings, function.value, state)


def note_removal(readings: Readings, hooks: ast.expr, state: State) -> None:
    """``session.hooks["response"].clear()``: whatever is done there, no hook can be relied on any more."""
    while isinstance(hooks, ast.Subscript):
        hooks = hooks.value
    path = _client_with(readings, hooks, state)
    if path is not None:
        state.kinds[path] = state.kinds[path].without_hooks


def _client_with(readings: Readings, hooks: ast.expr, state: State) -> str | None:
    """The path of the client whose hooks an expression is."""
    if not isinstance(hooks, ast.Attribute):
        return None
    path = path_of(readings.module, hooks.value)
    kind = state.kinds.get(path) if path is not None else None
    is_client = kind is not None and kind.is_client and _HOOKS.get(kind.response.name) == hooks.attr
    return path if is_client else None


def _note(readings: Readings, hooks: ast.expr, value: ast.expr | None, state: State) -> None:
    """More hooks: those that were there before have raised what they raise."""
    path = _client_with(readings, hooks, state)
    if path is not None:
        state.kinds[path] = _hooked(readings, state.kinds[path], value)


def _hooked(readings: Readings, kind: Kind, value: ast.expr | None) -> Kind:
    raised = readings.helpers.hook(readings.module, value) if value is not None else None
    return kind.raising(raised) if raised is not None else kind


def _of_responses(hooks: ast.expr) -> ast.expr | None:
    """The hooks for responses among hooks by event."""
    if isinstance(hooks, ast.Dict):
        for key, value in zip(hooks.keys, hooks.values, strict=True):
            if key is not None and text_of(key) == _RESPONSE:
                return value
    return None
