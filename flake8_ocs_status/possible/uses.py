"""What a function does with a status, or a response, before a test on it: whether that may decide the test.

Told by the names that stand for the response and for its status, without walking through the function.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from flake8_ocs_status.catalogue.constants import status_of
from flake8_ocs_status.positions.witnesses import integer_of, last_name
from flake8_ocs_status.possible.bindings import CHECK
from flake8_ocs_status.possible.definitions import OWNERS
from flake8_ocs_status.possible.paths import HARMLESS_METHODS
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.program.scopes import FUNCTIONS, Binding, FunctionNode
from flake8_ocs_status.transport.clients import CLIENT_PACKAGES, SENDING_NAMES, function_sender

GETCODE = "getcode"
OUTSIDE = sys.stdlib_module_names | {"builtins"} | CLIENT_PACKAGES
# Not a range, which looks for what is no number one by one.
_ERRORS = frozenset(range(400, 600))
_LONGEST_CHAIN = 6
# Functions whose result shows the status that they are given.
_SHOWING = frozenset({"int", "str", "HTTPStatus"})
# Functions that rule nothing out.
_IDLE = frozenset({"print", "len", "repr", "isinstance", "hasattr", "getattr", "type", "id", "dict", "list", "tuple"})
_OPENING = "urlopen"
_RAISING_OPTIONS = frozenset({"hooks", "raise_for_status", "retries"})
# What stands in a module whose clients may raise by themselves.
_RAISING_WORDS = ("hook", "mount", CHECK, "retr", "opener", "session)", "session,", "client)", "client,")
_SENDING = SENDING_NAMES | {"open"}

Test = ast.Compare | ast.Attribute


def shows_status(module: Module, call: ast.Call) -> bool:
    """Whether a call gives the status that it is given in another shape."""
    return (module.dotted(call.func) or last_name(call.func) or "").rpartition(".")[2] in _SHOWING


def values_of(module: Module, binding: Binding) -> Iterator[ast.expr]:
    """What a name may be given by one binding, or a part of it."""
    if binding.value is not None:
        yield binding.value
        return
    parent = module.parents.get(binding.node)
    if isinstance(parent, (ast.Tuple, ast.List)):
        parent = module.parents.get(parent)
    if isinstance(parent, ast.withitem):
        yield parent.context_expr
    elif isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and parent.value is not None:
        yield parent.value


class Uses:
    """Looks at what becomes of the status, or response, that a test is about."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._names: dict[FunctionNode | None, dict[str, list[ast.Name]]] = {}
        self._named: dict[tuple[FunctionNode | None, str], list[ast.Name]] = {}

    def may_decide(self, test: Test, function: FunctionNode | None) -> bool:
        """Whether something may have decided a test."""
        if isinstance(test, ast.Compare) and (len(test.ops) > 1 or any(map(_is_open, [test.left, *test.comparators]))):
            return True
        if self._is_kept(test):
            return True
        roots = {name for operand in _operands(test) for name in [_root(operand)] if name is not None}
        # A constant that is imported is what it is.
        roots = {name for name in roots if self._module.dotted(name) is None}
        if not OWNERS.isdisjoint(name.id for name in roots):
            return True
        waiting = list(roots)
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name.id in seen:
                continue
            if len(seen) == _LONGEST_CHAIN or self._is_used(name, test, function, waiting):
                return True
            seen.add(name.id)
            for binding in self._module.scope_of(name).lookup(name.id):
                if self._may_rule_out(binding, test, waiting):
                    return True
        return False

    def _is_kept(self, test: ast.AST) -> bool:
        """Whether the outcome of a test is kept for later."""
        node = self._module.parents.get(test)
        while isinstance(node, (ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.List, ast.Tuple, ast.Call)):
            node = self._module.parents.get(node)
        return isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr))

    # What the function does with it

    def _is_used(self, name: ast.Name, test: Test, function: FunctionNode | None, waiting: list[ast.Name]) -> bool:
        """Whether a use of a name may rule statuses out; other names for the same are added to those that wait."""
        is_repeated = self._is_repeated(test)
        place = test.lineno, test.col_offset
        return any(
            self._rules_out(other, test, waiting)
            for other in self._named_in(function, name.id)
            if (isinstance(other.ctx, ast.Load) or isinstance(self._module.parents.get(other), ast.NamedExpr))
            and (is_repeated or (other.lineno, other.col_offset) < place)
        )

    def _is_repeated(self, node: ast.AST) -> bool:
        """Whether a loop leads from what stands behind a node to it."""
        parent: ast.AST | None = node
        while parent is not None and not isinstance(parent, FUNCTIONS):
            if isinstance(parent, (ast.For, ast.AsyncFor, ast.While)):
                return True
            parent = self._module.parents.get(parent)
        return False

    def _named_in(self, function: FunctionNode | None, name: str) -> list[ast.Name]:
        """The places in a function itself, not in one that it defines, that name something."""
        key = function, name
        if key not in self._named:
            places = self._names_below(function).get(name, ())
            self._named[key] = [node for node in places if self._module.enclosing_function(node) is function]
        return self._named[key]

    def _names_below(self, function: FunctionNode | None) -> dict[str, list[ast.Name]]:
        """The names in a function, or in the whole module, by what they say."""
        if function not in self._names:
            found: defaultdict[str, list[ast.Name]] = defaultdict(list)
            within = self._module.nodes(ast.Name) if function is None else nodes_in(function)
            for node in within:
                if isinstance(node, ast.Name):
                    found[node.id].append(node)
            self._names[function] = found
        return self._names[function]

    def _rules_out(self, name: ast.Name, test: Test, waiting: list[ast.Name]) -> bool:
        node: ast.AST = name
        parents = self._module.parents
        parent = parents.get(node)
        if isinstance(parent, ast.NamedExpr) and parent.target is name:
            node, parent = parent, parents.get(parent)
        while True:
            if isinstance(parent, ast.Attribute):
                if parent.attr == CHECK or parent.attr == "startswith":
                    return True
            elif isinstance(parent, ast.Call) and parent.func is node:
                if last_name(node) != GETCODE:
                    return False
            elif isinstance(parent, ast.Call) and not shows_status(self._module, parent):
                return self._may_look(parent) or last_name(parent.func) == "bool"
            elif not isinstance(parent, (ast.Subscript, ast.FormattedValue, ast.JoinedStr, ast.Call, ast.BinOp)):
                break
            node, parent = parent, parents.get(parent)
        if isinstance(parent, ast.keyword):
            call = parents.get(parent)
            return isinstance(call, ast.Call) and self._may_look(call)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            waiting += [target for target in targets if isinstance(target, ast.Name)]
            return any(not isinstance(target, ast.Name) for target in targets)
        if isinstance(parent, ast.withitem):
            waiting += [parent.optional_vars] if isinstance(parent.optional_vars, ast.Name) else []
            return False
        is_condition = isinstance(parent, (ast.If, ast.While, ast.IfExp)) and parent.test is node
        is_other = isinstance(parent, ast.Compare) and parent is not test
        return is_condition or is_other or isinstance(parent, (ast.UnaryOp, ast.BoolOp, ast.Tuple, ast.Match))

    def _may_look(self, call: ast.Call) -> bool:
        """Whether a function that is handed a response, or a status, may look at it, and come back."""
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr in HARMLESS_METHODS:
            return False
        path = self._module.dotted(function)
        if path is not None and (path.partition(".")[0] in OUTSIDE or last_name(function) in _IDLE):
            return False
        parent: ast.AST | None = call
        while isinstance(parent, (ast.expr, ast.keyword)):
            parent = self._module.parents.get(parent)
        return not isinstance(parent, (ast.Return, ast.Raise))

    # Where it comes from

    def _may_rule_out(self, binding: Binding, test: Test, waiting: list[ast.Name]) -> bool:
        """Whether what a name is bound to comes without some of its statuses."""
        if isinstance(binding.node, ast.ExceptHandler):
            return not self._asks_for_errors(test)
        return any(self._comes_without(value, waiting) for value in values_of(self._module, binding))

    def _comes_without(self, value: ast.expr, waiting: list[ast.Name]) -> bool:
        while isinstance(value, (ast.Await, ast.NamedExpr)):
            value = value.value
        if isinstance(value, ast.IfExp):
            return self._comes_without(value.body, waiting) or self._comes_without(value.orelse, waiting)
        if isinstance(value, (ast.Tuple, ast.BoolOp)):
            return True
        while isinstance(value, (ast.Attribute, ast.Subscript)):
            value = value.value
            while isinstance(value, (ast.Await, ast.NamedExpr)):
                value = value.value
        if isinstance(value, ast.Name):
            waiting.append(value)
        return isinstance(value, ast.Call) and self._may_raise(value, waiting)

    def _may_raise(self, call: ast.Call, waiting: list[ast.Name]) -> bool:
        """Whether what a call gives may come without some statuses, because it raises for them."""
        function = call.func
        path = self._module.dotted(function)
        if path is not None:
            if function_sender(path) is not None:
                names = {keyword.arg for keyword in call.keywords}
                return path.endswith(_OPENING) or not names.isdisjoint(_RAISING_OPTIONS)
            return path.partition(".")[0] not in OUTSIDE
        if isinstance(function, ast.Name):
            if function.id in _SHOWING:
                return any(self._comes_without(argument, waiting) for argument in call.args)
            bindings = self._module.scope_of(function).lookup(function.id)
            return any(isinstance(one.node, (*FUNCTIONS, ast.ClassDef)) or one.value is not None for one in bindings)
        if not isinstance(function, ast.Attribute):
            return False
        if function.attr == GETCODE:
            return self._comes_without(function.value, waiting)
        if function.attr not in _SENDING or self._has_raising_words:
            return function.attr != "getresponse"
        client = function.value
        if isinstance(client, ast.Name) and client.id not in OWNERS:
            # A client of the project's own making may do anything.
            return any(
                self._comes_without(value, [])
                for binding in self._module.scope_of(client).lookup(client.id)
                for value in values_of(self._module, binding)
            )
        return not self._is_of_plain_class(client)

    @cached_property
    def _has_raising_words(self) -> bool:
        return any(word in self._module.folded for word in _RAISING_WORDS)

    def _is_of_plain_class(self, client: ast.expr) -> bool:
        """Whether a client is kept by a class that has nothing from others."""
        if not (isinstance(client, ast.Attribute) and isinstance(client.value, ast.Name)):
            return False
        node: ast.AST | None = client
        while node is not None and not isinstance(node, ast.ClassDef):
            node = self._module.parents.get(node)
        return isinstance(node, ast.ClassDef) and not node.bases and not node.keywords

    def _asks_for_errors(self, test: Test) -> bool:
        """Whether a test asks for single errors alone, for which an error may always have been raised."""
        if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
            return False
        other = test.comparators[0]
        members = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]
        return all(self._number(member) in _ERRORS for member in members)

    def _number(self, node: ast.expr) -> int | None:
        number = integer_of(node)
        if number is not None:
            return number
        if isinstance(node, ast.Attribute) and node.attr == "value":
            node = node.value
        path = self._module.dotted(node)
        return status_of(path) if path is not None else None


def _operands(test: Test) -> list[ast.expr]:
    return [test.value] if isinstance(test, ast.Attribute) else [test.left, *test.comparators]


def _root(operand: ast.expr) -> ast.Name | None:
    """The name that an operand begins with."""
    node: ast.AST = operand
    while True:
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        elif isinstance(node, ast.Call):
            is_method = isinstance(node.func, ast.Attribute)
            node = node.func if is_method or not node.args else node.args[0]
        elif isinstance(node, ast.BinOp):
            node = node.left
        elif isinstance(node, ast.NamedExpr):
            node = node.target
        else:
            return node if isinstance(node, ast.Name) else None


def _is_open(operand: ast.expr) -> bool:
    """Whether an operand is more than one value, or calls something whose answer may be limited."""
    return isinstance(operand, (ast.IfExp, ast.BoolOp, ast.Await))
