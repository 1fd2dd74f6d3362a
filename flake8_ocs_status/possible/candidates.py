"""Which functions may have a test on a status that is decided where it stands, told without walking through them.

A test is decided by what has been ruled out before: by another test, a check, the call that gave the response, a
function that was handed it, or the exception that was caught. Where none of them is in sight of a test, by the names
that stand for its response and its status, there is nothing to look for.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from flake8_ocs_status.positions.names import Reading, names_response, reading_of, words_of
from flake8_ocs_status.positions.witnesses import integer_of, last_name
from flake8_ocs_status.possible.definitions import OWNERS
from flake8_ocs_status.possible.readings import CLASS_TESTS
from flake8_ocs_status.possible.uses import GETCODE, OUTSIDE, Test, Uses, shows_status, values_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.program.scopes import Binding, FunctionNode
from flake8_ocs_status.transport.clients import SENDING_NAMES, function_sender

# Not a range, which looks for what is no number one by one.
_STATUSES = frozenset(range(100, 600))
_ALWAYS_TRUE = ("httpx", "aiohttp")
_STATUS_ATTRIBUTES = frozenset({"status_code", "status", "code"})
_WRITTEN = (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.Name, ast.Attribute)
_CLIENT_WORDS = frozenset({"client", "session", "http", "api", "requests", "pool", "connection", "conn"})
# How a function of the project is called that gives a response.
_SENDING_WORDS = frozenset({"request", "requests", "fetch", "response", "responses", "resp", "http"})


def candidates(module: Module, asks: Callable[[ast.Compare], bool]) -> list[FunctionNode | None]:
    """The functions in which a test may be decided, those in assertions left aside; None for the module itself.

    ``asks`` tells whether a comparison asks for the numbers of a status. It is asked last, as it takes longer.
    """
    tests: list[Test] = [
        comparison
        for comparison in module.nodes(ast.Compare)
        if _may_test_status(module, comparison) and not isinstance(module.parents.get(comparison), ast.Assert)
    ]
    if any(f".{name}" in module.source for name in CLASS_TESTS):
        tests += [attribute for attribute in module.nodes(ast.Attribute) if attribute.attr in CLASS_TESTS]
    certain = [node for node in module.nodes(ast.Match) if _may_match_status(module, node)]
    found = dict.fromkeys(map(module.enclosing_function, [*certain, *_tests_of_responses(module)]))
    uses = Uses(module)
    for test in tests:
        function = module.enclosing_function(test)
        if function in found or not uses.may_decide(test, function):
            continue
        if not isinstance(test, ast.Compare) or asks(test):
            found[function] = None
    return list(found)


def _may_test_status(module: Module, comparison: ast.Compare) -> bool:
    """Whether an operand may be a status, and another a number, going by their looks."""
    if all(map(_is_no_number, comparison.comparators)):
        return False
    operands = [comparison.left, *comparison.comparators]
    names = [_name_of(module, operand) for operand in operands]
    asking = [name is not None and (reading_of(name) >= Reading.PERHAPS or name == GETCODE) for name in names]
    if any(asking):
        others = [operand for operand, is_asking in zip(operands, asking, strict=True) if not is_asking]
        return not others or any(_may_be_number(module, operand) for operand in others)
    return any(
        isinstance(operand, ast.Name) and (reading_of(operand.id) != Reading.OTHER or _is_given_status(module, operand))
        for operand in operands
    ) and any(map(_has_status, operands))


def _is_given_status(module: Module, name: ast.Name) -> bool:
    """Whether a name that says it is something else is given a status."""
    given = [value for one in module.scope_of(name).lookup(name.id) for value in values_of(module, one)]
    return any(reading_of(last_name(value) or "") >= Reading.PERHAPS for value in given)


def _name_of(module: Module, operand: ast.expr) -> str | None:
    """What the value in an operand is called."""
    if type(operand) is ast.Constant:
        return None
    if isinstance(operand, ast.Call) and len(operand.args) == 1 and shows_status(module, operand):
        operand = operand.args[0]
    if isinstance(operand, ast.BinOp):
        operand = operand.left
    return last_name(operand)


def _may_be_number(module: Module, operand: ast.expr) -> bool:
    """Whether an operand may stand for numbers, or is the text of one."""
    if isinstance(operand, ast.Constant):
        return not isinstance(operand.value, str) or operand.value.isdecimal()
    if isinstance(operand, (ast.Tuple, ast.List, ast.Set)):
        return any(_may_be_number(module, member) for member in operand.elts)
    if isinstance(operand, ast.Name) and not operand.id.isupper():
        bindings = module.scope_of(operand).lookup(operand.id)
        return any(one.path is not None or isinstance(one.value, (*_WRITTEN, ast.Call)) for one in bindings)
    if isinstance(operand, ast.Attribute):
        # HTTPStatus.OK.value, requests.codes.ok, self.codes: what asks for a status is none of them.
        return operand.attr not in _STATUS_ATTRIBUTES
    return isinstance(operand, (ast.Name, ast.Call, ast.Dict))


def _is_no_number(operand: ast.expr) -> bool:
    """Whether an operand is a text that stands for no number, or several."""
    if isinstance(operand, (ast.Tuple, ast.List, ast.Set)):
        return all(map(_is_no_number, operand.elts))
    return type(operand) is ast.Constant and isinstance(operand.value, str) and not operand.value.isdecimal()


def _has_status(operand: ast.expr) -> bool:
    if isinstance(operand, (ast.Tuple, ast.List, ast.Set)):
        return any(integer_of(member) in _STATUSES for member in operand.elts)
    return integer_of(operand) in _STATUSES


def _may_match_status(module: Module, node: ast.Match) -> bool:
    name = _name_of(module, node.subject)
    if name is not None and (reading_of(name) >= Reading.PERHAPS or name == GETCODE):
        return True
    for case in node.cases:
        for pattern in nodes_in(case.pattern):
            if isinstance(pattern, ast.MatchClass) and not _STATUS_ATTRIBUTES.isdisjoint(pattern.kwd_attrs):
                return True
            is_value = isinstance(pattern, ast.MatchValue) and isinstance(node.subject, ast.Name)
            if is_value and isinstance(pattern, ast.MatchValue) and _has_status(pattern.value):
                return True
    return False


def _tests_of_responses(module: Module) -> Iterator[ast.If | ast.While | ast.IfExp]:
    """``if response`` and ``if not response``, in modules of libraries where that tests nothing."""
    if not any(library in module.source for library in _ALWAYS_TRUE):
        return
    nodes: list[ast.If | ast.While | ast.IfExp] = [*module.nodes(ast.If), *module.nodes(ast.While)]
    for node in [*nodes, *module.nodes(ast.IfExp)]:
        test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
        if isinstance(test, ast.Name) and _is_sent(module, test):
            yield node


def _is_sent(module: Module, name: ast.Name) -> bool:
    """Whether a name may stand for the response of such a library: by what it is annotated with, or given."""
    for binding in module.scope_of(name).lookup(name.id):
        annotation = binding.node.annotation if isinstance(binding.node, ast.arg) else None
        if annotation is not None and (last_name(annotation) or "").endswith("Response"):
            return True
        for value in values_of(module, binding):
            call = value.value if isinstance(value, ast.Await) else value
            if isinstance(call, ast.Call) and (names_response(name.id) or _may_send(module, call.func)):
                return True
    return False


def _may_send(module: Module, function: ast.expr) -> bool:
    """Whether a function may send a request and give the response, going by what it is called."""
    path = module.dotted(function)
    if path is not None and path.partition(".")[0] in OUTSIDE:
        return function_sender(path) is not None
    name = last_name(function) or ""
    if isinstance(function, ast.Attribute) and name in SENDING_NAMES and not isinstance(function.value, ast.Call):
        # Most things that have a `get` send nothing.
        client = last_name(function.value) or ""
        if isinstance(function.value, ast.Name) and client not in OWNERS:
            return any(_is_client(module, one) for one in module.scope_of(function).lookup(client))
        return client in OWNERS or not _CLIENT_WORDS.isdisjoint(words_of(client))
    return not _SENDING_WORDS.isdisjoint((name, *words_of(name)))


def _is_client(module: Module, binding: Binding) -> bool:
    """Whether a name may be bound to what sends requests."""
    if isinstance(binding.node, ast.arg):
        return binding.node.annotation is not None and not _CLIENT_WORDS.isdisjoint(
            words_of(last_name(binding.node.annotation) or "")
        )
    return any(
        not _CLIENT_WORDS.isdisjoint(words_of(last_name(value) or ""))
        for value in values_of(module, binding)
        if isinstance(value, (ast.Call, ast.Await))
    )
