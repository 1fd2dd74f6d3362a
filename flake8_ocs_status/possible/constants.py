"""What a name of another module, or an attribute of a class, stands for when it is set once and for all."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_ocs_status.possible.definitions import Definitions
from flake8_ocs_status.possible.functions import Class
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.nodes import nodes_in
from flake8_ocs_status.program.outlines import outline_of
from flake8_ocs_status.program.project import module_at

Value = tuple[Module, ast.expr]

_OWNERS = frozenset({"self", "cls"})
_FURTHEST = 4
# Their members are no numbers, whatever they are given.
_PLAIN_ENUMERATIONS = frozenset({"enum.Enum", "enum.StrEnum", "enum.Flag"})
_INTEGERS = frozenset({"builtins.int", "enum.IntEnum", "enum.IntFlag"})
_FIXED = ("ClassVar", "Final")


def constant_in(definitions: Definitions, node: ast.expr, *, is_value: bool = False) -> Value | None:
    """The value of a constant that is not a plain name of this module, with the module where it stands.

    ``is_value`` tells that the node's ``value`` is asked for, so that it may be a member of an enumeration.
    """
    if isinstance(node, ast.Attribute):
        owned = _of_class(definitions, node, is_value)
        if owned is not None:
            return owned
    path = definitions.module.dotted(node)
    return _imported(definitions, path, is_value, _FURTHEST) if path is not None else None


def _imported(definitions: Definitions, path: str, is_value: bool, steps: int) -> Value | None:
    """What an import leads to in a module of the project; a constant is written in capitals there."""
    name = path.rpartition(".")[2]
    project = definitions.project
    if steps == 0 or project is None or not name.isupper():
        return None
    located = project.locate(path, project.path)
    if located is None or not 1 <= len(located[1]) <= 2:
        return None
    file, names = located
    outline = outline_of(file)
    if outline is None or any(part not in outline.source for part in names):
        return None
    other = module_at(file)
    if other is None:
        return None
    there = definitions.of(other)
    bindings = other.module_scope.bindings.get(names[0], [])
    if len(bindings) != 1:
        return None
    binding = bindings[0]
    if binding.path is not None:
        return _imported(there, ".".join([binding.path, *names[1:]]), is_value, steps - 1)
    if len(names) == 2:
        owner = Class(other, binding.node) if isinstance(binding.node, ast.ClassDef) else None
        return _member(there, owner, names[1], is_value) if owner is not None else None
    return (other, binding.value) if binding.value is not None else None


def _of_class(definitions: Definitions, node: ast.Attribute, is_value: bool) -> Value | None:
    if isinstance(node.value, ast.Name) and node.value.id in _OWNERS:
        owner = definitions.class_around(node)
        if owner is None or any(_assigned(heir, node.attr) for heir in definitions.heirs(owner.node)):
            return None
        return _member(definitions, owner, node.attr, is_value)
    named = definitions.named(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else None
    return _member(definitions, named, node.attr, is_value) if isinstance(named, Class) else None


def _member(definitions: Definitions, owner: Class, name: str, is_value: bool) -> Value | None:
    """What the body of a class, or of one of its ancestors, binds a name to."""
    if _is_set(definitions, name):
        return None
    bases: list[Class | str | None] = []
    found: Value | None = None
    for ancestor in definitions.lineage(owner):
        bases.append(ancestor)
        if found is not None or not isinstance(ancestor, Class):
            continue
        there = definitions.of(ancestor.module)
        assigned = _assigned(ancestor.node, name)
        if not assigned:
            continue
        # `CODES += (…)`, and what stands in an `if`, bind it too.
        is_only = len(ancestor.module.scope_of(ancestor.node).bindings.get(name, ())) == 1
        if not is_only or _is_set(there, name) or not _is_fixed(ancestor.node, assigned[0], bases):
            return None
        value = assigned[0].value
        if value is None:
            return None
        found = ancestor.module, value
    is_enumeration = not _PLAIN_ENUMERATIONS.isdisjoint(one for one in bases if isinstance(one, str))
    if is_enumeration and not is_value and _INTEGERS.isdisjoint(one for one in bases if isinstance(one, str)):
        return None
    return found


def _is_set(definitions: Definitions, name: str) -> bool:
    """Whether code of a module may set attributes of this name."""
    return bool(definitions.attribute_stores(name)) or "setattr" in definitions.module.source


def _is_fixed(owner: ast.ClassDef, assigned: ast.Assign | ast.AnnAssign, bases: Sequence[Class | str | None]) -> bool:
    """Whether no instance has a value of its own: what is annotated may be a field, with its default."""
    if isinstance(assigned, ast.Assign) or any(word in ast.unparse(assigned.annotation) for word in _FIXED):
        return True
    return not owner.decorator_list and all(isinstance(base, Class) for base in bases)


def _assigned(owner: ast.ClassDef, name: str) -> list[ast.Assign | ast.AnnAssign]:
    """Where the body of a class binds a name."""
    return [
        statement
        for statement in owner.body
        if (isinstance(statement, ast.Assign) and any(_is_name(target, name) for target in statement.targets))
        or (isinstance(statement, ast.AnnAssign) and _is_name(statement.target, name))
    ]


def _is_name(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def constants_of_own(definitions: Definitions, nodes: Sequence[ast.AST]) -> list[tuple[Class, str]]:
    """The attributes that classes of the module bind in their bodies, where code of these nodes asks ``self`` for
    them."""
    found = []
    for node in nodes:
        for inner in nodes_in(node):
            if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id in _OWNERS:
                owner = definitions.class_around(inner)
                if owner is not None and any(
                    isinstance(one, Class) and _assigned(one.node, inner.attr) for one in definitions.lineage(owner)
                ):
                    found.append((owner, inner.attr))
    return found
