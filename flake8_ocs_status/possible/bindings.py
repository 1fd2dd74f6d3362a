"""What assignments, calls and checks say about the statuses from there on."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from flake8_ocs_status.positions.names import names_response
from flake8_ocs_status.possible.clients import note_hooks, with_hooks
from flake8_ocs_status.possible.handlers import awaited_response
from flake8_ocs_status.possible.helpers import Called
from flake8_ocs_status.possible.kinds import Kind, Raised
from flake8_ocs_status.possible.masks import EVERYTHING
from flake8_ocs_status.possible.paths import Effects, path_of
from flake8_ocs_status.possible.readings import CLASS_TESTS, Readings
from flake8_ocs_status.possible.senders import CHECKED, kind_of_call, raised_by_check
from flake8_ocs_status.possible.states import Exclusion, Held, Source, State
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in

CHECK = "raise_for_status"
# Under which names the responses of the libraries have their status; the last stands for a status itself.
STATUSES_OF_RESPONSE = ("status_code", "status", "code", "getcode()")
STATUS_ITSELF = ""
NO_RESPONSES = frozenset({"self", "cls"})
_TESTS = (ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Call)


def bind(readings: Readings, target: ast.expr, value: ast.expr, state: State) -> None:
    """``target = value``, ``with value as target``; the value has been evaluated."""
    path = path_of(readings.module, target)
    value = _bare(value)
    note_hooks(readings, target, value, state)
    known = State()
    paths = [path]
    if path is not None:
        learn(readings, path, value, state, known)
    elif isinstance(target, (ast.Tuple, ast.List)):
        paths = [path_of(readings.module, part) for part in target.elts]
        _learn_parts(readings, paths, value, state, known)
    forget_target(readings.module, target, state)
    state.symbols.update(known.symbols)
    state.kinds.update(known.kinds)
    state.tests.update(known.tests)
    state.possible.update(known.possible)
    for one in paths:
        if one is not None:
            readings.introduce(one, state)


def _learn_parts(readings: Readings, paths: list[str | None], value: ast.expr, state: State, known: State) -> None:
    """``status, body = response.status_code, response.json()``, or what a function returns together."""
    if isinstance(value, ast.Tuple):
        if len(value.elts) == len(paths):
            for path, part in zip(paths, value.elts, strict=True):
                if path is not None:
                    learn(readings, path, _bare(part), state, known)
    elif isinstance(value, ast.Call) and any(path is not None and readings.is_of_interest(path) for path in paths):
        called = _called(readings, value, state)
        if called is not None and len(called.summary.parts) == len(paths):
            for path, possible in zip(paths, called.summary.parts, strict=True):
                if path is not None:
                    _exclude_other(path, possible, value, known)


def _bare(value: ast.expr) -> ast.expr:
    while isinstance(value, (ast.Await, ast.NamedExpr)):
        value = value.target if isinstance(value, ast.NamedExpr) else value.value
    return value


def learn(readings: Readings, path: str, value: ast.expr, state: State, known: State) -> None:
    """Put into ``known`` what is true at ``path`` once it holds ``value``."""
    other = path_of(readings.module, value)
    status = readings.status_path(value)
    if status is not None:
        state.symbol(status, value)
    if other is not None or status is not None:
        known.take(state, other if other is not None else str(status), path)
    _learn_test(readings, path, value, state, known)
    if not isinstance(value, ast.Call):
        if other is not None:
            _learn_status(readings, path, value, state, known)
        return
    if _is_check(value) and isinstance(value.func, ast.Attribute):
        # httpx returns the response.
        checked = path_of(readings.module, value.func.value)
        receiver = _kind(readings, value.func.value, state)
        if receiver is not None and receiver.response.name == "httpx" and not receiver.is_client:
            if checked is not None:
                known.take(state, checked, path)
            known.kinds[path] = receiver
            exclude(path, value, Source.CHECK, raised_by_check(receiver.response), known)
            return
    _learn_fields(readings, path, value, state, known)
    called = _called(readings, value, state) if readings.is_of_interest(path) else None
    if called is not None:
        _learn_called(readings, path, value, called, state, known)
        kind = _kind(readings, value, state)
    else:
        kind = _kind_in_library(readings, value, state)
    if kind is not None:
        known.kinds[path] = kind
        _exclude_raised(path, STATUSES_OF_RESPONSE, value, kind, known)
    elif called is None:
        _learn_status(readings, path, value, state, known)


def _learn_fields(readings: Readings, path: str, call: ast.Call, state: State, known: State) -> None:
    """``answer = Answer(response.status_code, response.json())``."""
    fields = readings.helpers.fields(readings.module, call) if readings.is_of_interest(path) else {}
    for name, field in fields.items():
        inside = f"{path}.{name}"
        if field.tail:
            given = path_of(readings.module, _bare(field.argument))
            if given is not None and field.tail in STATUSES_OF_RESPONSE:
                state.symbol(f"{given}.{field.tail}", call)
            if given is not None:
                known.take(state, f"{given}.{field.tail}", inside)
        elif name in STATUSES_OF_RESPONSE or names_response(name):
            learn(readings, inside, _bare(field.argument), state, known)


def _learn_called(readings: Readings, path: str, call: ast.Call, called: Called, state: State, known: State) -> None:
    """What a function of the project returns."""
    argument = called.arguments.get(called.summary.parameter or "")
    if argument is not None:
        learn(readings, path, _bare(argument), state, known)
    _exclude_other(path, called.summary.returned, call, known)


def _exclude_other(path: str, possible: Mapping[str, int], call: ast.Call, state: State) -> None:
    for name, mask in possible.items():
        symbol = state.symbol(f"{path}.{name}" if name else path, call)
        wording = f"{_name_of(call)}()"
        state.exclude(symbol, Exclusion(Source.HELPER, call, EVERYTHING & ~mask, wording))


def _name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _called(readings: Readings, call: ast.Call, state: State) -> Called | None:
    """What is known of what a function of the project gives, or has checked."""
    return readings.helpers.called(readings.module, call, _receiver(readings, call, state))


def _receiver(readings: Readings, call: ast.Call, state: State) -> Kind | None:
    """What a method is called on."""
    if not isinstance(call.func, ast.Attribute):
        return None
    path = path_of(readings.module, call.func.value)
    if path is not None:
        return state.kinds.get(path)
    return _kind(readings, call.func.value, state) if isinstance(call.func.value, ast.Call) else None


def _kind(readings: Readings, value: ast.expr, state: State) -> Kind | None:
    path = path_of(readings.module, value)
    if path is not None:
        return state.kinds.get(path)
    if not isinstance(value, ast.Call):
        return None
    called = _called(readings, value, state)
    if called is None:
        return _kind_in_library(readings, value, state)
    argument = called.arguments.get(called.summary.parameter or "")
    return _kind(readings, argument, state) if argument is not None else called.summary.kind


def _kind_in_library(readings: Readings, call: ast.Call, state: State) -> Kind | None:
    kind = kind_of_call(readings.module, call, _receiver(readings, call, state))
    if kind is None:
        kind = readings.helpers.client_of_class(readings.module, call)
    return with_hooks(readings, kind, call) if kind is not None else None


def _learn_test(readings: Readings, path: str, value: ast.expr, state: State, known: State) -> None:
    """``is_missing = response.status_code == 404``."""
    if not isinstance(value, _TESTS) and not (isinstance(value, ast.Attribute) and value.attr in CLASS_TESTS):
        return
    found = readings.whole(value, state)
    if found is not None:
        known.tests[path] = Held(state.symbol(found[0], value), found[1], value)


def _learn_status(readings: Readings, path: str, value: ast.expr, state: State, known: State) -> None:
    """``status = urlopen(url).status``."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "getcode":
        response: ast.expr = value.func.value
    elif isinstance(value, ast.Attribute) and value.attr in STATUSES_OF_RESPONSE:
        response = value.value
    else:
        return
    response = _bare(response)
    kind = _kind(readings, response, state)
    if kind is not None:
        _exclude_raised(path, (STATUS_ITSELF,), value, kind, known)
    called = _called(readings, response, state) if isinstance(response, ast.Call) else None
    name = value.attr if isinstance(value, ast.Attribute) else "getcode()"
    if called is not None and isinstance(response, ast.Call) and name in called.summary.returned:
        _exclude_other(path, {STATUS_ITSELF: called.summary.returned[name]}, response, known)


def check_response(readings: Readings, call: ast.Call, state: State) -> None:
    """``response.raise_for_status()``: from there on, errors are no longer possible."""
    if not _is_check(call) or not isinstance(call.func, ast.Attribute):
        return
    path = path_of(readings.module, call.func.value)
    if path is not None and path.lstrip("~") not in NO_RESPONSES:
        response = readings.response(path, state)
        if response is None:
            response = awaited_response(readings.module, call)
        state.kinds.setdefault(path, CHECKED)
        exclude(path, call, Source.CHECK, raised_by_check(response), state)


def _is_check(call: ast.Call) -> bool:
    function = call.func
    return isinstance(function, ast.Attribute) and function.attr == CHECK and not call.args and not call.keywords


def check_arguments(readings: Readings, call: ast.Call, state: State) -> None:
    """What a function of the project has seen to in what it was handed, when it comes back."""
    handed = [*call.args, *(keyword.value for keyword in call.keywords)]
    paths = [path_of(readings.module, argument) for argument in handed]
    called = _called(readings, call, state) if any(path and readings.is_of_interest(path) for path in paths) else None
    if called is None:
        return
    for name, possible in called.summary.checked.items():
        argument = called.arguments.get(name)
        path = path_of(readings.module, argument) if argument is not None else None
        if path is not None:
            _exclude_other(path, possible, call, state)


def _exclude_raised(path: str, names: tuple[str, ...], node: ast.AST, kind: Kind, state: State) -> None:
    if kind.is_client:
        return
    for raised in kind.raised:
        source = Source.HELPER if raised.by_helper else Source.TRANSPORT
        exclude(path, node, source, raised, state, names)


def exclude(
    path: str,
    node: ast.AST,
    source: Source,
    raised: Raised,
    state: State,
    names: tuple[str, ...] = STATUSES_OF_RESPONSE,
) -> None:
    """Rule out what has been raised."""
    exclusion = Exclusion(source, node, raised.excluded, raised.wording)
    for name in names:
        state.exclude(state.symbol(f"{path}.{name}" if name else path, node), exclusion)


def forget_target(module: Module, target: ast.expr, state: State) -> None:
    """Something new is stored in a target."""
    effects = Effects()
    for node in nodes_in(target):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            effects.add_target(module, node)
    effects.apply(state)
