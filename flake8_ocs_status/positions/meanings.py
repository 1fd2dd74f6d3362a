"""What an expression means: whether its value is an HTTP status, and what says so.

Each question is answered by a *witness*, a short text for people (``"the name status_code"``), or None. The work is
bounded: a question about a name that is being answered already, or that lies too many names away, is answered by None.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from flake8_ocs_status.catalogue.constants import status_of
from flake8_ocs_status.positions.annotations import annotated_as_status
from flake8_ocs_status.positions.elsewhere import comes_from_elsewhere, is_field_of_body
from flake8_ocs_status.positions.errors import ends_process, has_number, is_error
from flake8_ocs_status.positions.flows import Flows
from flake8_ocs_status.positions.names import Reading, names_response, reading_of, words_of
from flake8_ocs_status.positions.results import Results
from flake8_ocs_status.positions.signatures import Signatures
from flake8_ocs_status.positions.witnesses import Witnesses, integer_of, last_name, text_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import Binding
from flake8_ocs_status.transport.callees import (
    PACKAGES_WITH_NUMBER,
    REQUEST_FUNCTIONS,
    REQUEST_VERBS,
)

DISTANCE = 4
# How the witness begins of a name that says nothing.
_BY_COMPANY = "what "
MOST_BINDINGS = 8

# Methods whose result is a status, and functions that keep one what it is.
_STATUS_METHODS = frozenset({"getcode"})
_KEEPING_FUNCTIONS = frozenset({"builtins.int", "http.HTTPStatus"})
_GETTERS = frozenset({"get", "pop", "setdefault", "getattr"})
# Attributes that hold a status when the object is a response or an HTTP error.
_RESPONSE_ATTRIBUTES = frozenset({"status", "code"})


class Meanings:
    """The meaning of expressions in one module."""

    def __init__(self, module: Module, witnesses: Witnesses) -> None:
        self._module = module
        self._witnesses = witnesses
        self._asked: set[tuple[str, ast.AST]] = set()
        self.signatures = Signatures(module)
        self.results = Results(module, self.signatures, self.status)
        self.flows = Flows(module, self.signatures, self.status, self.read)

    @property
    def is_idle(self) -> bool:
        """Whether no question is open."""
        return not self._asked

    @contextmanager
    def asking(self, question: str, node: ast.AST) -> Iterator[bool]:
        """Enter a question; gives False when it is being asked already or is too far away."""
        key = (question, node)
        if key in self._asked or len(self._asked) >= DISTANCE:
            yield False
            return
        self._asked.add(key)
        try:
            yield True
        finally:
            self._asked.discard(key)

    # A status

    def status(self, node: ast.AST) -> str | None:
        """The witness that ``node`` is a status, or None."""
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Await):
            return self.status(node.value)
        if isinstance(node, ast.NamedExpr):
            return self.status(node.value) or self.status(node.target)
        if isinstance(node, ast.BoolOp):
            return next(filter(None, map(self.status, node.values)), None)
        if isinstance(node, ast.IfExp):
            return self.status(node.body) or self.status(node.orelse)
        return None

    def status_by_itself(self, node: ast.AST) -> str | None:
        """The same, where more than the numbers that it is compared with tells: what is compared may be anything."""
        witness = self.status(node)
        return None if witness is None or witness.startswith(_BY_COMPANY) else witness

    def read(self, name: str) -> str | None:
        """The witness that a name, wherever it stands, is a status."""
        reading = reading_of(name)
        if reading is Reading.CERTAIN or (reading is Reading.PERHAPS and self._witnesses.supports(name)):
            return f"the name {name}"
        if reading is Reading.NOTHING and self._witnesses.compare(name):
            return f"{_BY_COMPANY}{name} is compared with"
        return None

    def _read_at(self, key: str, node: ast.expr) -> str | None:
        """The same for the name under which something stands: a field of a body is the application's."""
        if reading_of(key) is Reading.PERHAPS and is_field_of_body(self._module, node):
            return None
        return self.read(key)

    def _attribute(self, node: ast.Attribute) -> str | None:
        path = self._module.dotted(node)
        if path is not None and status_of(path) is not None:
            return f"the constant {path}"
        if node.attr in {"value", "return_value"}:
            inner = node.value
            # One step only: a chain of thousands of attributes is still a chain.
            repeats = isinstance(inner, ast.Attribute) and inner.attr == node.attr
            return None if repeats else self.status(inner)
        if node.attr in _RESPONSE_ATTRIBUTES and self.is_response(node.value):
            return "an attribute of a response"
        if node.attr == "code" and ends_process(self._module, node.value):
            return None
        return self.read(node.attr) or ("getcode()" if node.attr in _STATUS_METHODS else None)

    def _name(self, node: ast.Name) -> str | None:
        path = self._module.dotted(node)
        if path is not None and not path.startswith("builtins."):
            return f"the constant {path}" if status_of(path) is not None else None
        if reading_of(node.id) is Reading.PERHAPS and self._comes_from_elsewhere(node):
            return None
        return self.read(node.id) or self._by_bindings(node)

    def _comes_from_elsewhere(self, node: ast.Name) -> bool:
        """Whether each value of a name tells that it is something else."""
        bindings = self._bindings(node)
        return bool(bindings) and all(
            binding.value is not None and comes_from_elsewhere(self._module, binding.value) for binding in bindings
        )

    def _by_bindings(self, node: ast.Name) -> str | None:
        bindings = self._module.scope_of(node).lookup(node.id)
        # A name that says it is something else is believed, unless its one value is a status.
        if len(bindings) > (1 if reading_of(node.id) is Reading.OTHER else MOST_BINDINGS):
            return None
        for binding in self.flows.nearest(node, bindings):
            with self.asking("value", binding.node) as open_question:
                witness = self._bound(binding) if open_question else None
            if witness:
                return witness
        return None

    def _bound(self, binding: Binding) -> str | None:
        """The witness that a binding gives its name a status."""
        node, parents = binding.node, self._module.parents
        parent = parents.get(node)
        if isinstance(node, ast.arg):
            return annotated_as_status(self._module, node.annotation) or self.flows.passed_in(node)
        if isinstance(parent, ast.AnnAssign) and (declared := annotated_as_status(self._module, parent.annotation)):
            return declared
        if binding.value is not None:
            return self.status(binding.value)
        if isinstance(parent, (ast.Tuple, ast.List)) and isinstance(node, ast.Name):
            statement = parents.get(parent)
            if isinstance(statement, ast.Assign) and parent in statement.targets:
                return self.member(statement.value, parent.elts.index(node), len(parent.elts))
        if isinstance(node, ast.MatchAs):
            return self.flows.captured(node)
        return self.flows.gone_through(node) if isinstance(node, ast.Name) else None

    def member(self, value: ast.expr, index: int, size: int) -> str | None:
        """The witness that the member at ``index`` is a status when ``value`` is taken apart into ``size`` members."""
        if isinstance(value, ast.Await):
            value = value.value
        if isinstance(value, (ast.Tuple, ast.List)):
            return self.status(value.elts[index]) if len(value.elts) == size else None
        return self.results.member_of_call(value, index, size) if isinstance(value, ast.Call) else None

    def _subscript(self, node: ast.Subscript) -> str | None:
        key = text_of(node.slice)
        if key is not None:
            return self._read_at(key, node) or self.flows.item(node.value, key)
        if not isinstance(node.slice, (ast.Constant, ast.UnaryOp)):
            return None
        return self.statuses(node.value) or self._member_at(node.value, integer_of(node.slice))

    def _member_at(self, node: ast.expr, index: int | None) -> str | None:
        """The witness that a status stands at ``index`` of what a function of this module gave."""
        if index is None or index < 0:
            return None
        if isinstance(node, ast.Name):
            bindings = self._bindings(node)
            value = bindings[0].value if len(bindings) == 1 else None
        else:
            value = node
        if isinstance(value, ast.Await):
            value = value.value
        return self.results.member_of_call(value, index, None) if isinstance(value, ast.Call) else None

    def _call(self, node: ast.Call) -> str | None:
        function = node.func
        name = last_name(function)
        if isinstance(function, ast.Attribute) and function.attr in _STATUS_METHODS:
            return f"{function.attr}()"
        if name in _GETTERS:
            keys = node.args[1:2] if isinstance(function, ast.Name) else node.args[:1]
            key = text_of(keys[0]) if keys else None
            return self._read_at(key, node) if key is not None else None
        if self._module.dotted(function) in _KEEPING_FUNCTIONS and len(node.args) == 1:
            return self.status(node.args[0])
        if name is not None and reading_of(name) is Reading.CERTAIN:
            return f"the name {name}"
        if name is not None and words_of(name)[-1:] == ("status",) and isinstance(function, ast.Attribute):
            # `view.get_status()`
            return self.read(name)
        with self.asking("result", node) as open_question:
            return (self.results.of_call(node) or self.flows.picked(node)) if open_question else None

    # A number for certain

    def is_number(self, node: ast.AST) -> bool:
        """Whether ``node`` is a status that is an integer for certain, as the libraries give it.

        Objects of other making may have a ``status_code`` that is a text, so the response must be known or be called
        one, and nothing in the module may give the same name a text.
        """
        if isinstance(node, ast.Attribute):
            if node.attr == "status_code":
                return self.is_response(node.value) and node.attr not in self._witnesses.texts
            if node.attr in {"status", "status_int"} and self._is_sent(node.value):
                return node.attr not in self._witnesses.texts
            return has_number(self._module, node) or (node.attr == "code" and self._is_opened(node.value))
        if isinstance(node, ast.Call):
            return isinstance(node.func, ast.Attribute) and node.func.attr in _STATUS_METHODS and not node.args
        if isinstance(node, ast.Name):
            bindings = self._bindings(node)
            if len(bindings) != 1 or bindings[0].value is None:
                return False
            with self.asking("number", bindings[0].node) as open_question:
                return open_question and self.is_number(bindings[0].value)
        if isinstance(node, ast.NamedExpr):
            return self.is_number(node.value)
        return False

    def _is_opened(self, node: ast.AST) -> bool:
        """Whether ``node`` is what the standard library gave, which has its status under two names."""
        if isinstance(node, ast.Call):
            return self._module.dotted(node.func) == "urllib.request.urlopen" or last_name(node.func) == "getresponse"
        values = map(self._given_by, self._bindings(node)) if isinstance(node, ast.Name) else ()
        return any(isinstance(value, ast.Call) and self._is_opened(value) for value in values)

    def _is_sent(self, node: ast.AST) -> bool:
        """Whether ``node`` is what a request gave, of a library whose ``status`` is a number.

        The test clients of Werkzeug and WebTest have a text there, ``"404 NOT FOUND"``.
        """
        if isinstance(node, ast.Await):
            return self._is_sent(node.value)
        if isinstance(node, ast.Call):
            return self._sends(node) and (
                self._module.dotted(node.func) in REQUEST_FUNCTIONS
                or last_name(node.func) == "getresponse"
                or not self._witnesses.packages.isdisjoint(PACKAGES_WITH_NUMBER)
            )
        return isinstance(node, ast.Name) and any(map(self._binds_sent, self._bindings(node)))

    def _binds_sent(self, binding: Binding) -> bool:
        value = self._given_by(binding)
        if value is None:
            return False
        with self.asking("sent", binding.node) as open_question:
            return open_question and self._is_sent(value)

    # Several statuses

    def statuses(self, node: ast.AST) -> str | None:
        """The witness that ``node`` is a collection of statuses, or None."""
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self.status(node.elt)
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return next(filter(None, map(self.status, node.elts)), None)
        if isinstance(node, ast.Call) and self._module.dotted(node.func) in {
            "builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple", "builtins.sorted"
        }:  # fmt: skip
            return self.statuses(node.args[0]) if len(node.args) == 1 else None
        name = last_name(node)
        if name is not None and reading_of(name) >= Reading.PERHAPS:
            return self.read(name)
        if isinstance(node, ast.Name):
            for binding in self._module.scope_of(node).lookup(node.id)[:8]:
                if binding.value is not None:
                    with self.asking("values", binding.node) as open_question:
                        witness = self.statuses(binding.value) if open_question else None
                    if witness:
                        return witness
        return None

    # A response

    def is_response(self, node: ast.AST) -> bool:
        """Whether ``node`` is the response of a request, or an exception that carries its status."""
        if isinstance(node, ast.Await):
            return self.is_response(node.value)
        if isinstance(node, ast.NamedExpr):
            return self.is_response(node.value)
        if isinstance(node, ast.Call):
            return self._sends(node)
        name = last_name(node)
        if name is not None and names_response(name):
            return self._witnesses.speaks_http or len(name) > 3
        if isinstance(node, ast.Attribute):
            return node.attr in {"value", "exception", "return_value"} and is_error(self._module, node.value)
        if isinstance(node, ast.Name):
            return is_error(self._module, node) or any(map(self._binds_response, self._bindings(node)))
        return False

    def _bindings(self, node: ast.Name) -> list[Binding]:
        return self._module.scope_of(node).lookup(node.id)[:8]

    def _binds_response(self, binding: Binding) -> bool:
        value = self._given_by(binding)
        if value is None:
            return False
        with self.asking("response", binding.node) as open_question:
            return open_question and self.is_response(value)

    def _given_by(self, binding: Binding) -> ast.expr | None:
        """The value of an assignment, or what a ``with`` opens."""
        parent = self._module.parents.get(binding.node)
        if binding.value is None and isinstance(parent, ast.withitem) and parent.optional_vars is binding.node:
            return parent.context_expr
        return binding.value

    def _sends(self, call: ast.Call) -> bool:
        path = self._module.dotted(call.func)
        if path in REQUEST_FUNCTIONS:
            return True
        function = call.func
        if not isinstance(function, ast.Attribute):
            return False
        if function.attr == "getresponse":
            return True
        if function.attr not in REQUEST_VERBS or not self._witnesses.speaks_http:
            return False
        owner = last_name(function.value)
        return owner is not None and any(
            word in owner.lower() for word in ("client", "session", "http", "connection", "pool", "app")
        )
