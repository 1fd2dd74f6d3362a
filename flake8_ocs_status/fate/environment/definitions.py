"""What the functions and classes of a module are, read off their definitions alone."""

from __future__ import annotations

import ast
import re
from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_ocs_status.fate.exchange.derived import fed_by, names_in
from flake8_ocs_status.program.bases import EMPTY_BASES
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import COMPREHENSIONS, FUNCTIONS, FunctionNode, Scope
from flake8_ocs_status.transport.decorators import PLAIN_DECORATORS, PROPERTY_DECORATORS
from flake8_ocs_status.transport.exceptions import ancestors, canonical
from flake8_ocs_status.transport.wrappers import is_wrapper_library

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.world import World

MANAGER_DECORATORS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
# A loop over these is a loop of attempts, whatever the request makes of the counter.
ATTEMPT_NAME = re.compile(r"attempt|retr|^tr(y|ies)|backoff|delay", re.IGNORECASE)

# A loop over one of these counts its rounds, and so does one over what the others make of it.
COUNTERS = frozenset({"builtins.range", "itertools.count", "itertools.repeat"})
_KEEPING = frozenset({"builtins.reversed", "builtins.list", "builtins.tuple", "builtins.enumerate", "builtins.iter"})

Definition = ast.FunctionDef | ast.AsyncFunctionDef


class Definitions(ABC):
    """The definitions of one module."""

    def __init__(self, world: World, module: Module) -> None:
        self.world = world
        self.module = module
        self._captured: set[tuple[int, str]] | None = None
        self._overridden: dict[tuple[ast.ClassDef, str], bool] = {}
        self._feeding: dict[tuple[ast.AST, tuple[ast.Call, ...]], bool] = {}
        self._fed: dict[tuple[ast.AST, str], set[str]] = {}
        self._local_keys: dict[tuple[FunctionNode, int], tuple[str, ...]] = {}

    def scope_around(self, node: ast.AST) -> Scope:
        """The scope in which a definition binds its name."""
        return self.module.scope_of(self.module.parents[node])

    def is_captured(self, name: str, scope: Scope) -> bool:
        """Whether a function nested in the one that owns this name uses it."""
        if self._captured is None:
            self._captured = set()
            for node in self.module.nodes(ast.Name):
                here = self.module.scope_of(node)
                while isinstance(here.node, COMPREHENSIONS) and here.parent is not None:
                    here = here.parent
                owner = here.owner_of(node.id)
                if owner is not None and owner is not here:
                    self._captured.add((id(owner), node.id))
        owner = scope.owner_of(name)
        return owner is not None and (id(owner), name) in self._captured

    def local_keys(self, node: FunctionNode, depth: int) -> tuple[str, ...]:
        """Where the store of a run keeps the local names of a function that runs this deep."""
        key = node, depth
        if key not in self._local_keys:
            self._local_keys[key] = tuple(f"{depth}:{name}" for name in self._local_names.get(node, ()))
        return self._local_keys[key]

    @cached_property
    def _local_names(self) -> dict[ast.AST, set[str]]:
        """The names that each function binds, those of its comprehensions included."""
        found: dict[ast.AST, set[str]] = {}
        for scope in self.module.scopes:
            owner = scope
            while isinstance(owner.node, COMPREHENSIONS) and owner.parent is not None:
                owner = owner.parent
            found.setdefault(owner.node, set()).update(scope.bindings)
        return found

    def is_plain(self, node: Definition) -> bool:
        """Whether calling the name of this function calls this function, and nothing around it."""
        return all(self._decorator(decorator) in PLAIN_DECORATORS for decorator in node.decorator_list)

    def is_followed(self, node: Definition) -> bool:
        """Whether calling the name of this function can be followed: through the decorators of libraries that repeat a
        call, and through functions of this module."""
        return all(
            (path := self._decorator(decorator)) in PLAIN_DECORATORS
            or (path is not None and is_wrapper_library(path))
            or self.is_own_decorator(decorator.func if isinstance(decorator, ast.Call) else decorator)
            for decorator in node.decorator_list
        )

    @abstractmethod
    def is_own_decorator(self, name: ast.expr) -> bool:
        """Whether a decorator is, or is made by, a function of the project."""

    def is_property(self, node: FunctionNode) -> bool:
        """Whether reading this attribute calls this function."""
        return not isinstance(node, ast.Lambda) and any(
            self._decorator(decorator) in PROPERTY_DECORATORS for decorator in node.decorator_list
        )

    def decorator_path(self, decorator: ast.expr) -> str | None:
        """The dotted path of a decorator, or of what makes it."""
        return self._decorator(decorator)

    def _decorator(self, decorator: ast.expr) -> str | None:
        return self.module.dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)

    def can_be_inlined(self, node: FunctionNode) -> bool:
        """Whether a call runs this body to its end: not a generator, not behind an unknown decorator, and not left to
        somebody who overrides it."""
        if isinstance(node, ast.Lambda):
            return True
        if _is_left_to_others(node):
            return False
        return (self.is_followed(node) or self.is_property(node)) and node not in self._generators

    def is_generator(self, node: FunctionNode) -> bool:
        """Whether a call of this function gives what it yields, one after the other."""
        if isinstance(node, ast.Lambda) or node not in self._generators or not self.is_followed(node):
            return False
        return node not in self._asking

    def is_manager(self, node: FunctionNode) -> bool:
        """Whether a call of this function is a context: its body is executed around a block."""
        return (
            not isinstance(node, ast.Lambda)
            and node in self._generators
            and any(self._decorator(decorator) in MANAGER_DECORATORS for decorator in node.decorator_list)
        )

    @cached_property
    def _asking(self) -> frozenset[FunctionNode | None]:
        """The generators that are told something by whoever asks them for a value."""
        yields = [node for node in self.module.nodes(ast.Yield) if not isinstance(self.module.parents[node], ast.Expr)]
        return frozenset(map(self.module.enclosing_function, yields))

    @cached_property
    def _generators(self) -> frozenset[FunctionNode | None]:
        yields = [*self.module.nodes(ast.Yield), *self.module.nodes(ast.YieldFrom)]
        return frozenset(map(self.module.enclosing_function, yields))

    def may_vary(self, loop: ast.For | ast.AsyncFor) -> bool:
        """Whether the rounds of a loop may be about different things: it goes through something that is neither numbers
        nor attempts, and does something with it."""
        names = names_in(loop.target)
        if any(map(ATTEMPT_NAME.search, names)):
            return False
        if self._counts(loop.iter):
            return False
        if isinstance(loop.iter, (ast.Tuple, ast.List)) and all(map(_is_number, loop.iter.elts)):
            return False
        return any(names & names_in(statement) for statement in loop.body)

    def _counts(self, iterable: ast.expr) -> bool:
        """Whether this gives numbers, one after the other: ``range(4)``, ``reversed(range(4))``."""
        while isinstance(iterable, ast.Call) and self.module.dotted(iterable.func) in _KEEPING and iterable.args:
            iterable = iterable.args[0]
        return isinstance(iterable, ast.Call) and self.module.dotted(iterable.func) in COUNTERS

    def feeds_requests(self, loop: ast.For | ast.AsyncFor, calls: tuple[ast.Call, ...] | None) -> bool:
        """Whether each round of a loop sends another request: the loop's variable finds its way into the call."""
        names = names_in(loop.target)
        if calls is None or any(map(ATTEMPT_NAME.search, names)):
            return False
        key = loop, calls
        if key not in self._feeding:
            self._feeding[key] = self._feeds(loop, calls, names)
        return self._feeding[key]

    def _feeds(self, loop: ast.For | ast.AsyncFor, calls: tuple[ast.Call, ...], names: set[str]) -> bool:
        inside = [call for call in calls if self._is_inside(call, loop)]
        if not inside:
            return False
        fed = fed_by(names, loop)
        return any(names_in(call) & fed for call in inside)

    def fed_by(self, name: ast.Name) -> set[str]:
        """The names to which the loop around a name assigns what is computed from it; none for a count of attempts."""
        if ATTEMPT_NAME.search(name.id):
            return set()
        loop = self.module.parents.get(name)
        while loop is not None and not isinstance(loop, (ast.For, ast.AsyncFor, ast.While)):
            if isinstance(loop, FUNCTIONS):
                return set()
            loop = self.module.parents.get(loop)
        if loop is None:
            return set()
        key = loop, name.id
        if key not in self._fed:
            self._fed[key] = fed_by({name.id}, loop, frozenset({"self", "cls"}))
        return self._fed[key]

    def _is_inside(self, node: ast.AST, outer: ast.AST) -> bool:
        current: ast.AST | None = node
        while current is not None and current is not outer:
            current = self.module.parents.get(current)
        return current is outer

    def may_run_again(self, node: ast.AST) -> bool:
        """Whether a loop or a comprehension is around a node, inside its function."""
        current = self.module.parents.get(node)
        while current is not None and not isinstance(current, FUNCTIONS):
            if isinstance(current, (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)):
                return True
            current = self.module.parents.get(current)
        return False

    def mangled(self, name: str, node: ast.AST) -> str:
        """A private name as Python stores it: with the name of the class around the code that uses it."""
        if not name.startswith("__") or name.endswith("__"):
            return name
        current: ast.AST | None = node
        while current is not None and not isinstance(current, ast.ClassDef):
            current = self.module.parents.get(current)
        return name if current is None else f"_{current.name.lstrip('_')}{name}"

    def is_left_open(self, node: FunctionNode) -> bool:
        """Whether a method is there for others to be written in its place."""
        if isinstance(node, ast.Lambda):
            return False
        return any(map(_is_abstract, node.decorator_list)) or _is_left_out(node.body[-1]) or _is_left_to_others(node)

    def class_of_function(self, node: FunctionNode) -> ast.ClassDef | None:
        """The class whose body defines this function."""
        parent = self.module.parents.get(node)
        while isinstance(parent, (ast.If, ast.Try)):
            parent = self.module.parents.get(parent)
        return parent if isinstance(parent, ast.ClassDef) else None

    @abstractmethod
    def class_named(self, node: ast.expr) -> ast.ClassDef | None:
        """The class of the project that an expression names, None when it names none."""

    def bases(self, node: ast.ClassDef) -> tuple[list[ast.ClassDef], list[str | None]]:
        """The bases of a class of this module that are classes of the project, and the dotted paths of the others
        (None: unknown)."""
        own: list[ast.ClassDef] = []
        other: list[str | None] = []
        for base in node.bases:
            found = self.class_named(base)
            if found is not None and found is not node:
                own.append(found)
            else:
                other.append(self.module.dotted(base))
        return own, other

    def lineage(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        """A class and its ancestors in the project, nearest first."""
        result: list[ast.ClassDef] = []
        pending = [node]
        while pending:
            current = pending.pop(0)
            if current not in result:
                result.append(current)
                pending = [*self.world.home_of(current).bases(current)[0], *pending]
        return result

    def is_overridden(self, node: ast.ClassDef, name: str) -> bool:
        """Whether a subclass in this module defines this name anew."""
        key = node, name
        if key not in self._overridden:
            self._overridden[key] = any(
                other is not node and name in self.module.scope_of(other).bindings and node in self.lineage(other)
                for other in self.module.nodes(ast.ClassDef)
            )
        return self._overridden[key]

    def ancestry(self, node: ast.ClassDef) -> frozenset[object] | None:
        """Everything that ``except`` may name to catch an exception of this class; None when a base is not known."""
        found: set[object] = set()
        for current in self.lineage(node):
            found.add(current)
            for path in self.world.home_of(current).bases(current)[1]:
                known = None if path is None else ancestors(path)
                if known is None:
                    return None
                found |= known
                found.add(canonical(path or ""))
        return frozenset(found)

    def makes_instances(self, node: ast.ClassDef) -> bool:
        """Whether code of the project decides what calling this class gives."""
        return any(
            "__new__" in home.module.scope_of(current).bindings
            or any(keyword.arg == "metaclass" and home.class_named(keyword.value) for keyword in current.keywords)
            for current in self.lineage(node)
            for home in (self.world.home_of(current),)
        )

    def is_made_silently(self, node: ast.ClassDef) -> bool:
        """Whether no code at all runs when an instance of this class is made without arguments."""
        return not any(
            current.decorator_list
            or current.keywords
            or "__init__" in home.module.scope_of(current).bindings
            or not EMPTY_BASES.issuperset(home.bases(current)[1])
            for current in self.lineage(node)
            for home in (self.world.home_of(current),)
        )

    def is_exception(self, node: ast.ClassDef) -> bool:
        """Whether instances of this class are exceptions."""
        if any(node.name.endswith(ending) for ending in ("Error", "Exception")):
            return True
        known = self.ancestry(node)
        return known is not None and "builtins.BaseException" in known

    def _is_class_method(self, node: FunctionNode) -> bool:
        return not isinstance(node, ast.Lambda) and "builtins.classmethod" in map(self._decorator, node.decorator_list)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def _is_left_to_others(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a body does nothing but ``raise NotImplementedError``: whoever is called in its stead is not known."""
    body = [one for one in node.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    raised = body[0].exc if len(body) == 1 and isinstance(body[0], ast.Raise) else None
    error = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(error, ast.Name) and error.id == "NotImplementedError"


def _is_abstract(decorator: ast.expr) -> bool:
    return getattr(decorator, "attr", getattr(decorator, "id", "")).startswith("abstract")


def _is_left_out(statement: ast.stmt) -> bool:
    """Whether this is ``...``."""
    match statement:
        case ast.Expr(ast.Constant(value)):
            return value is ...
        case _:
            return False
