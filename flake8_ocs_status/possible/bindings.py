"""What assignments and calls of ``raise_for_status`` say about the statuses from there on."""

from __future__ import annotations

import ast

from flake8_ocs_status.possible.masks import where
from flake8_ocs_status.possible.paths import Effects, path_of
from flake8_ocs_status.possible.readings import Readings
from flake8_ocs_status.possible.senders import CHECKED, Kind, Raised, kind_of_call, raised_by_check
from flake8_ocs_status.possible.states import Exclusion, Source, State
from flake8_ocs_status.program.module import Module

CHECK = "raise_for_status"
# Under which names the responses of the libraries have their status.
_STATUSES_OF_RESPONSE = ("status_code", "status", "code", "getcode()")
_NO_RESPONSES = frozenset({"self", "cls"})


def bind(readings: Readings, target: ast.expr, value: ast.expr, state: State) -> None:
    """``target = value``, ``with value as target``; the value has been evaluated."""
    module = readings.module
    while isinstance(value, (ast.Await, ast.NamedExpr)):
        value = value.target if isinstance(value, ast.NamedExpr) else value.value
    path, other = path_of(module, target), path_of(module, value)
    known = State()
    if path is not None and other is not None:
        if readings.status_path(value) is not None:
            state.symbol(other, value)
        known.take(state, other, path)
    kind = _kind(readings, value, state)
    forget_target(module, target, state)
    if path is None:
        return
    state.symbols.update(known.symbols)
    state.kinds.update(known.kinds)
    if kind is not None:
        state.kinds[path] = kind
        if kind.raised is not None:
            _exclude(path, _STATUSES_OF_RESPONSE, value, Source.TRANSPORT, kind.raised, state)
    elif other is None:
        _bind_status(readings, path, value, state)


def _kind(readings: Readings, value: ast.expr, state: State) -> Kind | None:
    if not isinstance(value, ast.Call):
        return None
    receiver = path_of(readings.module, value.func.value) if isinstance(value.func, ast.Attribute) else None
    return kind_of_call(readings.module, value, state.kinds.get(receiver) if receiver is not None else None)


def _bind_status(readings: Readings, path: str, value: ast.expr, state: State) -> None:
    """``status = urlopen(url).status``."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "getcode":
        response: ast.expr = value.func.value
    elif isinstance(value, ast.Attribute) and value.attr in _STATUSES_OF_RESPONSE:
        response = value.value
    else:
        return
    kind = _kind(readings, response, state)
    if kind is not None and kind.raised is not None:
        _exclude(path, ("",), value, Source.TRANSPORT, kind.raised, state)


def check_response(readings: Readings, call: ast.Call, state: State) -> None:
    """``response.raise_for_status()``: from there on, errors are no longer possible."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != CHECK or call.args or call.keywords:
        return
    path = path_of(readings.module, function.value)
    if path is not None and path.lstrip("~") not in _NO_RESPONSES:
        response = readings.response(path, state)
        state.kinds.setdefault(path, CHECKED)
        _exclude(path, _STATUSES_OF_RESPONSE, call, Source.CHECK, raised_by_check(response), state)


def _exclude(path: str, names: tuple[str, ...], node: ast.AST, source: Source, raised: Raised, state: State) -> None:
    exclusion = Exclusion(source, node, where(raised.test), raised.wording)
    for name in names:
        state.exclude(state.symbol(f"{path}.{name}" if name else path, node), exclusion)


def forget_target(module: Module, target: ast.expr, state: State) -> None:
    """Something new is stored in a target."""
    effects = Effects()
    for node in ast.walk(target):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            effects.add_target(module, node)
    effects.apply(state)
