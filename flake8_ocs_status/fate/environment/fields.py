"""Classes whose constructor is written by a decorator or a base: dataclasses, named tuples, models."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_ocs_status.fate.environment.definitions import Definitions
    from flake8_ocs_status.fate.environment.surroundings import Surroundings

# What makes a class one whose constructor takes its annotated names in order.
_DECORATORS = frozenset(
    {
        "dataclasses.dataclass",
        "pydantic.dataclasses.dataclass",
        "attr.s",
        "attr.attrs",
        "attr.dataclass",
        "attr.define",
        "attr.frozen",
        "attr.mutable",
        "attrs.define",
        "attrs.frozen",
        "attrs.mutable",
    }
)
# What says more about one of these names than its default, and the class of attrs that makes a default.
FIELDS = frozenset({"dataclasses.field", "attr.field", "attr.ib", "attr.attrib", "attrs.field", "pydantic.Field"})
FACTORIES = frozenset({"attr.Factory", "attrs.Factory"})
# The decorators of attrs that take no annotation for a field unless they are told to.
_OLD_DECORATORS = frozenset({"attr.s", "attr.attrs"})
# The fields of a dataclass below this are given by keyword.
_FROM_HERE_BY_KEYWORD = "dataclasses.KW_ONLY"
_NAMED_TUPLE = "typing.NamedTuple"
_BASES = frozenset({_NAMED_TUPLE, "pydantic.BaseModel", "msgspec.Struct"})
_OWN_WAYS = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__", "model_post_init"})


@dataclass(frozen=True, slots=True)
class Field:
    """A name that the constructor takes, and stores what it is given under another one or the same; ``home`` is the
    module that ``default`` stands in."""

    name: str
    parameter: str
    default: ast.expr | None
    home: Surroundings
    is_positional: bool = True


@dataclass(frozen=True, slots=True)
class Fields:
    """What a constructor that nobody wrote takes, in order; ``is_tuple`` where the instance is a tuple of them."""

    fields: tuple[Field, ...]
    is_tuple: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what it takes by its place."""
        return tuple(field.name for field in self.fields if field.is_positional)


def fields_of(node: ast.ClassDef, home: Definitions) -> Fields | None:
    """What the constructor of a class takes where it stores just that; None for a class that is made in another way."""
    found: dict[str, Field] = {}
    is_made = is_tuple = False
    for current in reversed(home.lineage(node)):
        own = home.world.home_of(current)
        paths = own.bases(current)[1]
        decorator = next((one for one in current.decorator_list if own.decorator_path(one) in _DECORATORS), None)
        is_made = is_made or decorator is not None or not _BASES.isdisjoint(paths)
        is_tuple = is_tuple or _NAMED_TUPLE in paths
        if not _OWN_WAYS.isdisjoint(own.module.scope_of(current).bindings):
            return None
        is_of_attrs = decorator is not None and (own.decorator_path(decorator) or "").startswith("attr")
        for field in _own_fields(current, decorator, own, is_of_attrs):
            if _is_field(field.default, own) and _told(field.default).get("converter") is not None:
                # What it gives is stored, not what the constructor is given.
                return None
            if is_of_attrs:
                # What a class tells anew comes last; elsewhere it keeps its place.
                found.pop(field.name, None)
            found[field.name] = field
    return Fields(tuple(found.values()), is_tuple) if is_made else None


def _own_fields(
    node: ast.ClassDef, decorator: ast.expr | None, home: Surroundings, is_of_attrs: bool
) -> Iterator[Field]:
    """What the body of a class tells, in order (attrs 26.1, verified by running it)."""
    told = _told(decorator)
    is_positional = told.get("kw_only") is not True
    # Beside a field without an annotation attrs takes fields alone, and its first decorators do so unless told.
    takes_fields_alone = is_of_attrs and (
        (
            decorator is not None
            and home.decorator_path(decorator) in _OLD_DECORATORS
            and told.get("auto_attribs") is not True
        )
        or any(isinstance(statement, ast.Assign) and _is_field(statement.value, home) for statement in node.body)
    )
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign):
            target: ast.expr = statement.target
            annotation = statement.annotation
            path = home.module.dotted(annotation.value if isinstance(annotation, ast.Subscript) else annotation)
            if path == _FROM_HERE_BY_KEYWORD:
                is_positional = False
            if path in {_FROM_HERE_BY_KEYWORD, "typing.ClassVar"}:
                continue
        elif isinstance(statement, ast.Assign) and is_of_attrs and len(statement.targets) == 1:
            target = statement.targets[0]
        else:
            continue
        if not isinstance(target, ast.Name):
            continue
        if _is_field(statement.value, home) or (isinstance(statement, ast.AnnAssign) and not takes_fields_alone):
            yield _field(home.mangled(target.id, target), statement.value, home, is_of_attrs, is_positional)


def _is_field(value: ast.expr | None, home: Surroundings) -> bool:
    return isinstance(value, ast.Call) and home.module.dotted(value.func) in FIELDS


def _told(call: ast.expr | None) -> dict[str | None, object]:
    """The keywords of a call, with the constants that are given for them; anything else stands for itself."""
    if not isinstance(call, ast.Call):
        return {}
    values = ((keyword.arg, keyword.value) for keyword in call.keywords)
    return {name: value.value if isinstance(value, ast.Constant) else value for name, value in values}


def _field(name: str, value: ast.expr | None, home: Surroundings, is_of_attrs: bool, is_positional: bool) -> Field:
    """A name of a class body with its value; attrs takes it without the underscores that it begins with (26.1)."""
    parameter = name.lstrip("_") if is_of_attrs else name
    if not _is_field(value, home):
        return Field(name, parameter, value, home, is_positional)
    told = _told(value)
    alias = told.get("alias")
    is_positional = is_positional and told.get("init") is not False and told.get("kw_only") is not True
    return Field(name, alias if isinstance(alias, str) else parameter, value, home, is_positional)
