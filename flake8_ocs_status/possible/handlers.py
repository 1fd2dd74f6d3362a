"""What the handlers around a check say about the response that is checked: whose error they wait for.

``except httpx.HTTPStatusError`` around ``response.raise_for_status()`` waits for what a response of httpx raises, which
is more than others raise: for whatever is no success (httpx 0.28).
"""

from __future__ import annotations

import ast

from flake8_ocs_status.possible.kinds import Response
from flake8_ocs_status.possible.senders import response_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FUNCTIONS
from flake8_ocs_status.transport.clients import HTTPX, NIQUESTS, REQUESTS
from flake8_ocs_status.transport.exceptions import canonical

# The errors that a response of one library alone raises; that of aiohttp comes from its sessions, too.
_LIBRARIES = {library.error: library.name for library in (NIQUESTS, REQUESTS, HTTPX)}


def awaited_response(module: Module, call: ast.Call) -> Response | None:
    """The kind of response whose error the handlers around a call wait for, None where they name none, or several."""
    found: set[str] = set()
    node: ast.AST = call
    parent = module.parents.get(node)
    while parent is not None and not isinstance(parent, FUNCTIONS):
        if isinstance(parent, ast.Try) and node in parent.body:
            found.update(name for handler in parent.handlers for name in _awaited(module, handler))
        node, parent = parent, module.parents.get(parent)
    return response_of(found.pop()) if len(found) == 1 else None


def _awaited(module: Module, handler: ast.ExceptHandler) -> list[str]:
    """The libraries whose error a handler names."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    paths = [module.dotted(kind) for kind in kinds if kind is not None]
    return [_LIBRARIES[path] for path in map(canonical, filter(None, paths)) if path in _LIBRARIES]
