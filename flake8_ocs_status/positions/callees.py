"""What the name of a callee that nobody knows says about its arguments."""

from __future__ import annotations

import ast

from flake8_ocs_status.catalogue.constants import is_known_status
from flake8_ocs_status.positions.names import Reading, reading_of, reading_of_callee, words_of
from flake8_ocs_status.positions.places import Demand, Way
from flake8_ocs_status.positions.uses import Uses
from flake8_ocs_status.positions.witnesses import Witnesses, integer_of, last_name
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.transport.callees import ERROR_CALLEE_WORDS, GENERAL_ERRORS, RESPONSE_CALLEE_WORDS, words

# Callees that do with a status what they do with a text, or make one of it.
_CONVERSIONS = frozenset(
    {"int", "str", "repr", "float", "bool", "bytes", "len", "range", "isinstance", "print", "format"}
)
# These wait for a response or work on one; a number tells them how long, or how much.
_WAITING_VERBS = frozenset(
    {
        "wait",
        "read",
        "get",
        "fetch",
        "recv",
        "receive",
        "iter",
        "stream",
        "parse",
        "await",
        "handle",
        "process",
        "limit",
    }
)
_HTTP_ERRORS = frozenset({"error", "errors", "exception", "exceptions"})
_TALKERS = frozenset({"log", "logger", "logging", "parser", "console", "warnings"})
ASSERTING_VERBS = frozenset(
    {
        "assert",
        "check",
        "expect",
        "verify",
        "ensure",
        "has",
        "should",
        "is",
        "set",
        "with",
        "expected",
        "validate",
        "wait",
    }
)
# What a keyword says of the statuses that are passed by it.
_WANTED = words(
    """
    accept accepted allow allowed bad expect expected good ignore ignored ok success valid want wanted
    """
)
EQUALITIES = frozenset({"ae", "eq", "equal", "equals", "compare", "same"})


class Callees:
    """The demands of callees that are known by nothing but their names."""

    def __init__(self, module: Module, witnesses: Witnesses, uses: Uses) -> None:
        self._module = module
        self._witnesses = witnesses
        self._uses = uses

    def by_name(self, call: ast.Call, name: str, node: ast.AST, position: int) -> Demand | None:
        """What ``name`` asks of the argument ``node`` at ``position``."""
        if name in _CONVERSIONS or not self._witnesses.speaks_http or self._is_log(call.func):
            return None
        if not self._uses.passes_only_statuses(name, position):
            return None
        reading = reading_of_callee(name)
        parts = words_of(name)
        asserts = bool(parts) and parts[0] in ASSERTING_VERBS
        if reading is Reading.OTHER or not parts or parts[0] in _WAITING_VERBS:
            return None
        if reading is Reading.CERTAIN:
            # An assertion compares what it is given; what others do with it is not known.
            return Demand(f"the argument of {name}()", safe=asserts)
        if (
            not RESPONSE_CALLEE_WORDS.isdisjoint(parts)
            or (reading is Reading.PERHAPS and asserts)
            or (not ERROR_CALLEE_WORDS.isdisjoint(parts) and self._uses.passes_telling_statuses(name, position))
            or ("http" in parts and not _HTTP_ERRORS.isdisjoint(parts))
            or ("http" in parts and self._uses.passes_telling_statuses(name, position))
            or self._is_raised_with(call, node, parts)
        ):
            return Demand(f"the argument of {name}()", safe=False)
        return None

    def by_keyword(self, call: ast.Call, keyword: str, way: Way) -> Demand | None:
        """``ExpectedStatusCodes(ok_in=[200])``: what a callee that is about statuses is told to want."""
        name = last_name(call.func)
        if name is None or _WANTED.isdisjoint(words_of(keyword)) or reading_of(keyword) is Reading.OTHER:
            return None
        if reading_of_callee(name) is not Reading.CERTAIN or not self._witnesses.speaks_http:
            return None
        values = map(integer_of, way.steps[-1][0].elts) if way.steps else ()
        if not all(value is None or is_known_status(value) for value in values):
            return None
        return Demand(f"the argument of {name}()", safe=False)

    def _is_log(self, function: ast.expr) -> bool:
        """``log.error("…", 404)`` and ``parser.error("…", 404)`` take texts, and values for them."""
        owner = last_name(function.value) if isinstance(function, ast.Attribute) else None
        return owner is not None and not _TALKERS.isdisjoint(words_of(owner))

    def _is_raised_with(self, call: ast.Call, node: ast.AST, parts: tuple[str, ...]) -> bool:
        """``raise ApiError(400, "…")``, ``json_message("…", 500)``: one number with a text is a status there."""
        if not isinstance(node, ast.Constant) or node.value not in GENERAL_ERRORS:
            return False
        if sum(isinstance(argument, ast.Constant) and type(argument.value) is int for argument in call.args) != 1:
            return False
        if isinstance(self._module.parents.get(call), ast.Raise):
            return self._module.dotted(call.func) is None or not self._is_builtin(call.func)
        return "json" in parts and len(call.args) > 1

    def _is_builtin(self, function: ast.expr) -> bool:
        return (self._module.dotted(function) or "").startswith("builtins.")
