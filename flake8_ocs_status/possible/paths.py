"""Paths: expressions that give the same value until somebody changes it, and what calls may change."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from flake8_ocs_status.possible.states import SHARED, State
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import children_of
from flake8_ocs_status.program.scopes import FUNCTIONS
from flake8_ocs_status.transport.callees import words

_GETCODE = "getcode"
_OWNERS = frozenset({"self", "cls"})

# Methods that leave the response they are called on, and all else in sight, as it is.
HARMLESS_METHODS = words(
    """
    json text read content decode encode close aclose aread release raise_for_status iter_content iter_lines getheader
    get items keys values lower upper strip split startswith endswith format join append extend add
    debug info warning warn error exception critical log getcode sleep monotonic time
    """
)
_HARMLESS_BUILTINS = frozenset(
    f"builtins.{name}"
    for name in words("""
    print len str repr int float bool isinstance issubclass hasattr getattr type dict list tuple set frozenset range
    sorted min max sum abs round enumerate zip format any all callable id hash super
    """)
)


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)


def path_of(module: Module, node: ast.AST) -> str | None:
    """The path that an expression is, None when it may give another value each time."""
    known = module.value_paths
    if node not in known:
        known[node] = _find_path(module, node)
    return known[node]


def _find_path(module: Module, node: ast.AST) -> str | None:
    tail: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            tail.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            tail.append(f"[{node.slice.value!r}]".replace(".", "·"))
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == _GETCODE:
            tail.append(f"{_GETCODE}()")
            node = node.func.value
        elif isinstance(node, ast.NamedExpr):
            node = node.target
        else:
            break
    if not isinstance(node, ast.Name):
        return None
    start = node.id
    if is_shared(module, node) or (node.id in _OWNERS and tail):
        start = SHARED + start
    return ".".join([start, *reversed(tail)])


def is_shared(module: Module, name: ast.Name) -> bool:
    """Whether code outside the function can bind a name."""
    scope = module.scope_of(name)
    owner = scope.owner_of(name.id)
    if owner is None or name.id in scope.elsewhere:
        return True
    while scope is not owner and scope.parent is not None and not isinstance(scope.node, FUNCTIONS):
        # Comprehensions see the names of their function.
        scope = scope.parent
    if scope is not owner:
        return True
    # A function that declares it may be called at any time.
    is_global = owner is module.module_scope
    declarations: Sequence[ast.Global | ast.Nonlocal] = module.nodes(ast.Global if is_global else ast.Nonlocal)
    return any(
        name.id in declaration.names and (is_global or module.scope_of(declaration).owner_of(name.id) is owner)
        for declaration in declarations
    )


LeavesAlone = Callable[[ast.Call, str], bool]


def _never(call: ast.Call, handed: str) -> bool:
    return False


@dataclass(slots=True)
class Effects:
    """What a piece of code may change.

    ``bound`` are names it binds, ``inside`` paths of objects that it may change, ``attributes`` names it sets on
    objects. ``shared``: it runs code elsewhere.
    """

    bound: set[str] = field(default_factory=set)
    inside: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    shared: bool = False

    def apply(self, state: State) -> None:
        """Forget what they make uncertain."""
        for path in self.bound:
            state.forget(path)
        for path in self.inside:
            if path not in state.kinds:
                # The response of a library stays what it is, whoever is handed it.
                state.forget_inside(path)
        for name in self.attributes:
            state.forget_attribute(name)
        if self.shared:
            state.forget_shared()

    def add_call(self, module: Module, call: ast.Call, leaves_alone: LeavesAlone = _never) -> None:
        """What calling may change; ``leaves_alone`` tells that of what is handed to a function."""
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr in HARMLESS_METHODS:
            return
        dotted = module.dotted(function)
        if dotted in _HARMLESS_BUILTINS:
            return
        self.shared = True
        handed = [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(function, ast.Attribute) and dotted is None:
            handed.append(function.value)
        for argument in handed:
            path = path_of(module, argument.value if isinstance(argument, ast.Starred) else argument)
            if path is not None and not leaves_alone(call, path):
                self.inside.add(path)

    def add_target(self, module: Module, target: ast.AST) -> None:
        """What storing into a name, attribute or item changes."""
        path = path_of(module, target)
        if path is not None:
            self.bound.add(path)
        if isinstance(target, ast.Attribute):
            self.attributes.add(target.attr)
        elif isinstance(target, ast.Subscript):
            if isinstance(target.slice, ast.Constant):
                self.attributes.add(f"[{target.slice.value!r}]".replace(".", "·"))
            else:
                container = path_of(module, target.value)
                if container is not None:
                    self.inside.add(container)


def effects_of(module: Module, nodes: Sequence[ast.AST], leaves_alone: LeavesAlone = _never) -> Effects:
    """All that these statements may change, in whatever order they run."""
    found = Effects()
    for node in nodes:
        for inner in running_nodes([node]):
            if isinstance(inner, ast.Call):
                found.add_call(module, inner, leaves_alone)
            elif isinstance(inner, (ast.Name, ast.Attribute, ast.Subscript)):
                if not isinstance(inner.ctx, ast.Load):
                    found.add_target(module, inner)
            elif isinstance(inner, (ast.Yield, ast.YieldFrom, ast.Await)):
                found.shared = True
            else:
                found.bound.update(names_bound_by(inner))
    return found


def names_bound_by(node: ast.AST) -> Iterator[str]:
    """The names that a node other than ``ast.Name`` binds."""
    if isinstance(node, _NAMED):
        if node.name:
            yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield (alias.asname or alias.name).partition(".")[0]


def running_nodes(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes that run when these do: not the bodies of functions that they define."""
    waiting = list(nodes)
    while waiting:
        current = waiting.pop()
        yield current
        if not isinstance(current, FUNCTIONS):
            waiting.extend(children_of(current))
