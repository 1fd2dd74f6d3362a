"""What the attributes of a new object are, where its class says so: a dataclass, a named tuple, an ``__init__``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flake8_ocs_status.positions.witnesses import text_of
from flake8_ocs_status.possible.definitions import Definitions, method_in
from flake8_ocs_status.possible.functions import Class, Definition, arguments_of
from flake8_ocs_status.program.nodes import nodes_in

_DATACLASSES = frozenset({"dataclasses.dataclass", "attr.define", "attr.frozen", "attrs.define", "attrs.frozen"})
_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})
_MAKERS = frozenset({"collections.namedtuple"})
# What a class may do with what it is given before it keeps it.
_CHANGING = ("__post_init__", "__attrs_post_init__", "__new__", "__setattr__", "__getattribute__")


class Field(NamedTuple):
    """What an attribute is given: an argument of the call, or its attribute ``tail``."""

    argument: ast.expr
    tail: str = ""


def fields_of(definitions: Definitions, call: ast.Call) -> dict[str, Field]:
    """The attributes of the object that a call makes, as far as its class is known."""
    if any(isinstance(one, ast.Starred) for one in call.args) or any(word.arg is None for word in call.keywords):
        return {}
    if not isinstance(call.func, (ast.Name, ast.Attribute)):
        return {}
    owner = definitions.named(call.func)
    if not isinstance(owner, Class):
        return _handed(call, _names_of_tuple(definitions, call.func))
    there = definitions.of(owner.module)
    if any(method_in(owner.node, name) is not None for name in _CHANGING):
        return {}
    maker = method_in(owner.node, "__init__")
    if maker is not None:
        return dict(_kept(there, owner, maker, call))
    names = tuple(_declared(owner.node))
    bases = [owner.module.dotted(base) for base in owner.node.bases]
    if len(bases) == 1 and bases[0] in _TUPLES:
        return _handed(call, names)
    decorators = owner.node.decorator_list
    made = [owner.module.dotted(one.func if isinstance(one, ast.Call) else one) for one in decorators]
    return _handed(call, names) if not bases and len(made) == 1 and made[0] in _DATACLASSES else {}


def _handed(call: ast.Call, names: Sequence[str]) -> dict[str, Field]:
    found = {name: Field(value) for name, value in zip(names, call.args, strict=False)}
    found.update({word.arg: Field(word.value) for word in call.keywords if word.arg in names and word.arg is not None})
    return found


def _declared(owner: ast.ClassDef) -> Iterator[str]:
    """The fields of a class, in the order in which they are given."""
    for statement in owner.body:
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and "ClassVar" not in ast.unparse(statement.annotation)
            and not (isinstance(statement.value, ast.Call) and any(map(_is_left_out, statement.value.keywords)))
        ):
            yield statement.target.id


def _is_left_out(keyword: ast.keyword) -> bool:
    """``field(init=False)``"""
    return keyword.arg == "init"


def _names_of_tuple(definitions: Definitions, maker: ast.expr) -> tuple[str, ...]:
    """The fields that ``Answer = namedtuple("Answer", "status body")`` declares."""
    if not isinstance(maker, ast.Name):
        return ()
    bindings = definitions.module.scope_of(maker).lookup(maker.id)
    made = bindings[0].value if len(bindings) == 1 else None
    if not isinstance(made, ast.Call) or definitions.module.dotted(made.func) not in _MAKERS or len(made.args) != 2:
        return ()
    names = made.args[1]
    if isinstance(names, (ast.List, ast.Tuple)):
        return tuple(text_of(name) or "" for name in names.elts)
    return tuple((text_of(names) or "").replace(",", " ").split())


def _kept(
    definitions: Definitions, owner: Class, maker: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call
) -> Iterator[tuple[str, Field]]:
    """What ``__init__`` stores of its arguments, whatever else happens."""
    arguments = arguments_of(Definition(owner.module, maker, is_bound=True), call)
    bound = [node.id for node in nodes_in(maker) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
    for statement in maker.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        tail = ""
        if isinstance(value, ast.Attribute):
            tail, value = value.attr, value.value
        if not isinstance(value, ast.Name) or value.id not in arguments or value.id in bound:
            continue
        for target in targets:
            if isinstance(target, ast.Attribute) and _is_own(target):
                stores = [one for one in definitions.stores(owner, target.attr) if _is_own(one)]
                if len(stores) == 1:
                    yield target.attr, Field(arguments[value.id], tail)


def _is_own(attribute: ast.Attribute) -> bool:
    return isinstance(attribute.value, ast.Name) and attribute.value.id == "self"
