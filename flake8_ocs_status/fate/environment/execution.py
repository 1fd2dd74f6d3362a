"""What is asked of the executor about the code around a call.

The executor stands above, as it needs all of this itself: whoever makes the world of a check hands it in.
"""

from __future__ import annotations

import ast
from typing import Protocol

from flake8_ocs_status.fate.values import Value
from flake8_ocs_status.fate.values.states import Flow, State
from flake8_ocs_status.program.scopes import FunctionNode


class Execution(Protocol):
    """One execution of code of a module, in which the answer to no request is followed.

    ``watched`` is a class or a function, and ``handed`` the arguments of its calls, up to ``last_watched``. ``stored``
    are the assignments to attributes that were executed. ``has_places``: collections were made that may grow.
    """

    watched: ast.ClassDef | FunctionNode | None
    last_watched: ast.Call | None
    handed: list[tuple[dict[str, Value], State]]
    stored: set[ast.AST]
    has_places: bool

    def run_module(self, state: State) -> Flow:
        """Execute the module's own statements."""

    def run_function(self, node: FunctionNode, state: State, instance: Value | None = None) -> Flow:
        """Execute a function, with parameters that nobody in sight passes."""

    def evaluate(self, node: ast.expr, state: State) -> list[tuple[Value, State]]:
        """All outcomes of an expression."""
