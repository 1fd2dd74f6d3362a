"""What a function does about an answer besides looking at its status."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.values.knowledge import alternatives, constant_text

if TYPE_CHECKING:
    from flake8_ocs_status.fate.exchange.record import Fate
    from flake8_ocs_status.fate.judging.callsites import CallSite

# Headers that say where or when to ask for the outcome.
OUTCOME_HEADERS = frozenset({"location", "operation-location", "azure-asyncoperation", "retry-after"})
# Attributes of a response that tell whether a redirect was followed to it.
REDIRECT_ATTRIBUTES = frozenset({"history", "is_redirect", "is_permanent_redirect", "has_redirect_location"})
READING = frozenset({"GET", "HEAD"})


def asks_for_outcome(site: CallSite, fate: Fate) -> bool:
    """Whether the code reads something else after this answer, or looks where it could."""
    reads = (other for other in site.others if other.sending_node is not site.sending_node and _reads(other))
    if any(id(other.sending_node) in fate.reached for other in reads):
        return True
    return any(
        isinstance(text.value, str) and text.value.lower() in OUTCOME_HEADERS and _is_in(text, site.function)
        for text in site.module.nodes(ast.Constant)
    )


def looks_for_redirects(site: CallSite) -> bool:
    """Whether the module reads from any response whether it was redirected; a helper may do that for all calls."""
    return any(attribute.attr in REDIRECT_ATTRIBUTES for attribute in site.module.nodes(ast.Attribute))


def _reads(site: CallSite) -> bool:
    methods = [constant_text(method) for send in site.sends for method in alternatives(send.method)]
    return any(method is None or method.upper() in READING for method in methods)


def _is_in(node: ast.Constant, function: ast.AST | None) -> bool:
    if function is None:
        return True
    assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    return function.lineno <= node.lineno <= (function.end_lineno or function.lineno)
