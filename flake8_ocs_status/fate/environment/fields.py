"""Classes whose constructor is written by a decorator or a base: dataclasses, named tuples, models."""

from __future__ import annotations

import ast
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
    lineage = home.lineage(node)
    found: dict[str, Field] = {}
    is_made = is_tuple = False
    for current in reversed(lineage):
        own = home.world.home_of(current)
        paths = own.bases(current)[1]
        decorators = {own.decorator_path(decorator) for decorator in current.decorator_list}
        is_made = is_made or not _DECORATORS.isdisjoint(decorators) or not _BASES.isdisjoint(paths)
        is_tuple = is_tuple or _NAMED_TUPLE in paths
        if not _OWN_WAYS.isdisjoint(own.module.scope_of(current).bindings):
            return None
        for statement in current.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                annotation = statement.annotation
                inner = annotation.value if isinstance(annotation, ast.Subscript) else annotation
                if own.module.dotted(inner) != "typing.ClassVar":
                    is_of_attrs = any(path.startswith("attr") for path in _DECORATORS.intersection(decorators))
                    found[statement.target.id] = _field(statement.target.id, statement.value, own, is_of_attrs)
    return Fields(tuple(found.values()), is_tuple) if is_made else None


def _field(name: str, value: ast.expr | None, home: Surroundings, is_of_attrs: bool) -> Field:
    """A name of a class body with its value; attrs takes it without the underscores that it begins with (25.4)."""
    parameter = name.lstrip("_") if is_of_attrs else name
    if not (isinstance(value, ast.Call) and home.module.dotted(value.func) in FIELDS):
        return Field(name, parameter, value, home)
    told = {keyword.arg: keyword.value.value for keyword in value.keywords if isinstance(keyword.value, ast.Constant)}
    alias = told.get("alias")
    is_positional = told.get("init") is not False and told.get("kw_only") is not True
    return Field(name, alias if isinstance(alias, str) else parameter, value, home, is_positional)
