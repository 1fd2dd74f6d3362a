"""Which functions of a module may send a request: found by names alone, so that only these need be executed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Set
from functools import cached_property

from flake8_ocs_status.fate.environment.handed import COLLECTION_METHODS, THREADS
from flake8_ocs_status.fate.environment.surroundings import Surroundings
from flake8_ocs_status.program.scopes import FUNCTIONS, FunctionNode
from flake8_ocs_status.transport.clients import client_library, function_sender, sending_names
from flake8_ocs_status.transport.retries import POLICY_PATHS
from flake8_ocs_status.transport.wrappers import is_wrapper_library

MOST_DEPTH = 5
# Stands behind the name of a class among the names of what may send: its instances do, when they are called.
CALLED = "()"


class Senders:
    """The functions of one module that may send a request."""

    def __init__(self, home: Surroundings) -> None:
        self._home = home
        self._module = home.module
        self._sending_names = sending_names(home.module) | home.world.declared.names

    def functions(self, names_elsewhere: Iterable[str]) -> list[FunctionNode | None]:
        """The functions from which a request may be reached, None for the module's own statements.

        ``names_elsewhere`` are the names of functions and classes in other modules that may send one.
        """
        roots, _ = self._spread(names_elsewhere)
        order = sorted((root for root in roots if root is not None), key=lambda node: (node.lineno, node.col_offset))
        return [*order, *([None] if None in roots else [])]

    def names(self, names_elsewhere: Iterable[str]) -> set[str]:
        """The names of the functions and classes of this module that may send a request."""
        return self._spread(names_elsewhere)[1]

    def _spread(self, names_elsewhere: Iterable[str]) -> tuple[dict[FunctionNode | None, None], set[str]]:
        roots: dict[FunctionNode | None, None] = {}
        names: set[str] = set()
        for call in self._module.nodes(ast.Call):
            function = call.func
            name = function.attr if isinstance(function, ast.Attribute) else None
            if (
                name in self._sending_names
                or (isinstance(function, ast.Name) and self._sends_by_name(function))
                or (isinstance(function, ast.Call) and getattr(function.func, "id", None) == "getattr")
            ):
                self._add_root(self._module.enclosing_function(call), roots, names)
            elif call in self.makers:
                names.update(self.other_names(call))
                self._add_root(self._module.enclosing_function(call), roots, names)
        for attribute in self._module.nodes(ast.Attribute):
            if attribute.attr in self._sending_names and self._is_handed_over(attribute):
                # requests.post itself, for instance in a functools.partial.
                names.update(self.other_names(self._outermost_call(attribute)))
                self._add_root(self._module.enclosing_function(attribute), roots, names)
        done: set[str] = set()
        elsewhere = set(names_elsewhere)
        for _ in range(MOST_DEPTH):
            fresh = (names | elsewhere) - done
            done |= fresh
            for name in sorted(fresh):
                if name.endswith(CALLED):
                    names.update(self._names_of_instances(name.removesuffix(CALLED)))
                for use in self.uses_by_name.get(name, []):
                    names.update(self.other_names(use))
                    names.update(self._names_in_class(use))
                    self._add_root(self._module.enclosing_function(use), roots, names)
        return roots, names

    def _names_of_instances(self, kind: str) -> list[str]:
        """The names and attributes that instances of a class are assigned to, by whoever makes them; its subclasses."""
        names: list[str] = []
        for use in self.uses_by_name.get(kind, []):
            parent = self._module.parents.get(use)
            if isinstance(parent, ast.Call) and parent.func is use:
                names.extend(self.other_names(parent))
            elif isinstance(parent, ast.ClassDef) and use in parent.bases:
                names.append(f"{parent.name}{CALLED}")
        return names

    def _names_in_class(self, use: ast.AST) -> list[str]:
        """The attributes that a class makes in its body by calling what this use names: its descriptors."""
        call = self._module.parents.get(use)
        statement = self._module.parents.get(call) if isinstance(call, ast.Call) and call.func is use else None
        is_in_class = statement is not None and isinstance(self._module.parents.get(statement), ast.ClassDef)
        return self.other_names(call) if is_in_class and call is not None else []

    @cached_property
    def makers(self) -> frozenset[ast.Call]:
        """The calls of this module that make a client, or a retry policy for one."""
        return frozenset(
            call
            for call in self._module.nodes(ast.Call)
            if (path := self._module.dotted(call.func)) is not None
            and (client_library(path) is not None or path in POLICY_PATHS or self._is_kept_wrapper(call, path))
        )

    def _is_kept_wrapper(self, call: ast.Call, path: str) -> bool:
        """Whether a call makes what repeats a function, and it is kept under a name for others to decorate with."""
        return is_wrapper_library(path) and isinstance(self._module.parents.get(call), (ast.Assign, ast.AnnAssign))

    def _sends_by_name(self, name: ast.Name) -> bool:
        path = self._module.dotted(name)
        return path is not None and (
            function_sender(path) is not None or path.rpartition(".")[2] in self._home.world.declared.names
        )

    def _is_handed_over(self, node: ast.Attribute) -> bool:
        """Whether this is a function as a value: an argument, or something that is assigned."""
        call = self._module.parents.get(node)
        return not (isinstance(call, ast.Call) and call.func is node) and isinstance(node.ctx, ast.Load)

    def _add_root(self, function: FunctionNode | None, roots: dict[FunctionNode | None, None], names: set[str]) -> None:
        roots[function] = None
        if isinstance(function, ast.Lambda):
            # The function around it may hand the lambda to another one that calls it.
            self._add_root(self._module.enclosing_function(self._module.parents[function]), roots, names)
        elif function is not None:
            names.add(function.name)
            owner = self._home.class_of_function(function)
            if owner is not None and function.name in {"__init__", "__get__"}:
                names.add(owner.name)
            if owner is not None and function.name == "__call__":
                names.add(f"{owner.name}{CALLED}")

    def _outermost_call(self, node: ast.AST) -> ast.AST:
        """The outermost call that a value is an argument of; the value itself when it is none."""
        parent = self._module.parents.get(node)
        while isinstance(parent, ast.keyword) or (isinstance(parent, ast.Call) and parent.func is not node):
            node, parent = parent, self._module.parents.get(parent)
        return node

    def other_names(self, use: ast.AST) -> list[str]:
        """The names and attributes that this use of a name is assigned to: ``self.get = self.__get_by_token``."""
        statement = self._module.parents.get(use)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is not use:
            return []
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return [
            target.id if isinstance(target, ast.Name) else target.attr
            for target in targets
            if isinstance(target, (ast.Name, ast.Attribute))
        ]

    @cached_property
    def uses_by_name(self) -> dict[str, list[ast.AST]]:
        """Where each name is used as a name or an attribute."""
        uses: dict[str, list[ast.AST]] = {}
        for name in self._module.nodes(ast.Name):
            uses.setdefault(name.id, []).append(name)
        for attribute in self._module.nodes(ast.Attribute):
            uses.setdefault(attribute.attr, []).append(attribute)
        return uses

    def hand_around(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        owner: ast.ClassDef | None,
        followed: set[ast.Call],
        sending: Set[ast.Call],
    ) -> bool:
        """Whether this module does something with a function that is not followed: it is no longer a plain call, or a
        call whose exceptions may be handled unseen.

        ``owner`` is the class that defines the function, ``followed`` are the calls that are known to lead to it,
        ``sending`` those that send a request themselves.
        """
        for use in self.uses_by_name.get(function.name, []):
            if isinstance(getattr(use, "ctx", None), ast.Store) or self.other_names(use):
                # Calls by a name that it is assigned to are followed like any other.
                continue
            call = self._module.parents.get(use)
            if not self._may_name(use, function, owner, sending):
                continue
            if not (isinstance(call, ast.Call) and call.func is use):
                if isinstance(call, ast.keyword) and self._starts_thread(call):
                    # What it raises ends there.
                    continue
                # Handed to a helper that is followed to where it calls it, or not.
                if call not in followed and not isinstance(call, ast.Attribute):
                    return True
            elif call not in followed and self._is_guarded(call):
                return True
        return False

    def _starts_thread(self, target: ast.keyword) -> bool:
        """Whether this is what a thread or a process of its own does: nobody handles what comes of it."""
        call = self._module.parents.get(target)
        return target.arg == "target" and isinstance(call, ast.Call) and self._module.dotted(call.func) in THREADS

    def _may_name(
        self,
        use: ast.AST,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        owner: ast.ClassDef | None,
        sending: Set[ast.Call],
    ) -> bool:
        """Whether a name or an attribute of the function's name may be this function."""
        if isinstance(use, ast.Name):
            # Functions of one name in different functions are different ones.
            bound_here = function not in self._module.parents or any(
                binding.node is function for binding in self._module.scope_of(use).lookup(use.id)
            )
            return owner is None and bound_here
        assert isinstance(use, ast.Attribute)
        if owner is None or self._module.parents.get(use) in sending:
            return False
        own = isinstance(use.value, ast.Name) and use.value.id in {"self", "cls"}
        return own or function.name not in COLLECTION_METHODS

    def _is_guarded(self, node: ast.AST) -> bool:
        """Whether a call stands in a loop or in a ``try`` that has handlers."""
        current: ast.AST | None = node
        while current is not None and not isinstance(current, FUNCTIONS):
            parent = self._module.parents.get(current)
            # What a loop goes through is called once.
            if isinstance(parent, ast.While) or (
                isinstance(parent, (ast.For, ast.AsyncFor)) and current is not parent.iter
            ):
                return True
            if isinstance(parent, ast.Try) and parent.handlers and current in parent.body:
                return True
            current = parent
        return False
