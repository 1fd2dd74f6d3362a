"""A vocabulary of the project's own, ``package.module:Name``: which constants it has, read from its source.

The source is parsed, never imported, and looked for where the file in question would import it from in its project.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flake8_ocs_status.catalogue.constants import STANDARD_NAMES, standard_status, status_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.project import Project, module_at, project_of
from flake8_ocs_status.settings import VOCABULARIES

# A name may be imported from where it is imported from …, this often.
_MOST_HOPS = 5
_INTEGER_ENUMS = frozenset({"IntEnum", "IntFlag"})
_OTHER_ENUMS = frozenset({"Enum", "Flag", "StrEnum"})
# In a module that holds other constants too, only these names are taken for statuses.
_STATUS_NAME = re.compile(r"(^|_)(HTTP|STATUS)(_|$)|(^|_)[1-5]\d\d(_|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnVocabulary:
    """What the constants of one's own are.

    ``members``: each name and its status, in the order of the source; none where they do not compare as integers.
    ``same_as``: the vocabulary that the name is only another name of, in which case ``members`` is empty.
    ``is_plain``: the constants are plain integers, so that nothing can tell them from the numbers.
    """

    members: Mapping[str, int]
    same_as: str | None = None
    is_plain: bool = False

    def name_of(self, status: int) -> str | None:
        """The member for a status; one that is called as the standard calls it comes first."""
        names = [name for name, number in self.members.items() if number == status]
        for standard in STANDARD_NAMES.get(status, ()):
            for name in names:
                if name.upper() in (standard, f"HTTP_{status}_{standard}", f"HTTP_{standard}"):
                    return name
        # A member that is called as another status is called says something else.
        return next((name for name in names if standard_status(name) in (None, status)), None)


def own_vocabulary(path: str, module: str, name: str) -> OwnVocabulary | None:
    """What ``module:name`` is, as the file at ``path`` would import it.

    None where its source is not found in the file's project, cannot be parsed, or makes the constants in another way
    than by writing them down.
    """
    project = project_of(path)
    return _vocabulary(project, f"{module}.{name}", project.path, _MOST_HOPS) if project is not None else None


def _vocabulary(project: Project, dotted: str, importer: str, hops: int) -> OwnVocabulary | None:
    """What a dotted path is in a file of the project that imports it."""
    located = project.locate(dotted, importer)
    module = module_at(located[0]) if located is not None else None
    if located is None or module is None:
        return None
    source = _Source(project, module)
    if not located[1]:
        return source.module_vocabulary()
    return source.vocabulary(located[1][0], hops) if len(located[1]) == 1 else None


class _Source:
    """One parsed module of the project."""

    def __init__(self, project: Project, module: Module) -> None:
        self._project = project
        self._module = module

    def vocabulary(self, name: str, hops: int) -> OwnVocabulary | None:
        """What a name of this module is."""
        scope = self._module.module_scope
        bindings = scope.bindings.get(name, [])
        if not bindings:
            # A star, or a function that is asked for what is missing, may bring it.
            return None if scope.star_imports or "__getattr__" in scope.bindings else OwnVocabulary({})
        if len(bindings) != 1:
            return None
        binding = bindings[0]
        if isinstance(binding.node, ast.ClassDef):
            return self._class_vocabulary(binding.node)
        path = binding.path
        if path is None and binding.value is not None:
            path = self._module.dotted(binding.value)
        if path in VOCABULARIES:
            return OwnVocabulary({}, same_as=path)
        return _vocabulary(self._project, path, self._module.path, hops - 1) if path is not None and hops else None

    def module_vocabulary(self) -> OwnVocabulary:
        """The constants of the module itself."""
        members, is_plain = self._members(self._module.tree.body, of_enum=False)
        kept = {
            name: number
            for name, number in members.items()
            if standard_status(name) == number or _STATUS_NAME.search(name)
        }
        return OwnVocabulary(kept, is_plain=is_plain)

    def _class_vocabulary(self, definition: ast.ClassDef) -> OwnVocabulary | None:
        definitions = self._with_bases(definition)
        if definitions is None:
            return None
        bases = {_last_name(base) for one in definitions for base in one.bases}
        if bases & _OTHER_ENUMS and not (bases & _INTEGER_ENUMS or "int" in bases):
            # Their members equal no integer.
            return OwnVocabulary({})
        members: dict[str, int] = {}
        of_enum = bool(bases & (_INTEGER_ENUMS | _OTHER_ENUMS))
        all_plain = not of_enum
        for one in reversed(definitions):
            own, is_plain = self._members(one.body, of_enum=of_enum)
            members.update(own)
            all_plain = all_plain and is_plain
        return OwnVocabulary(members, is_plain=all_plain)

    def _with_bases(self, definition: ast.ClassDef) -> list[ast.ClassDef] | None:
        """A class and those of this module that it is derived from, None where a base is not known."""
        found = [definition]
        for one in found:
            for base in one.bases:
                name = _last_name(base)
                if name in _INTEGER_ENUMS | _OTHER_ENUMS | {"int", "object", "ReprEnum"}:
                    continue
                bindings = self._module.module_scope.bindings.get(name or "", [])
                if len(bindings) != 1 or not isinstance(bindings[0].node, ast.ClassDef) or bindings[0].node in found:
                    return None
                found.append(bindings[0].node)
        return found

    def _members(self, body: Iterable[ast.stmt], *, of_enum: bool) -> tuple[dict[str, int], bool]:
        """The names that a body gives a status, and whether all of them are plain integers."""
        found: dict[str, int] = {}
        is_plain = True
        for statement in body:
            targets: list[ast.expr] = []
            if isinstance(statement, ast.Assign):
                targets = statement.targets
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                targets = [statement.target]
            value = getattr(statement, "value", None)
            for target in targets:
                if isinstance(target, ast.Name) and not target.id.startswith("_") and isinstance(value, ast.expr):
                    number = self._number(value, of_enum=of_enum)
                    found.pop(target.id, None)
                    if number is not None:
                        found[target.id] = number
                        is_plain = is_plain and isinstance(value, ast.Constant)
        return found, is_plain

    def _number(self, value: ast.expr, *, of_enum: bool) -> int | None:
        """The status that a name is given: a number, one with its phrase, or a constant of another vocabulary."""
        if of_enum and isinstance(value, ast.Tuple) and value.elts:
            # What `__new__` of such an enum takes for its value comes first, as in http.HTTPStatus itself.
            value = value.elts[0]
        if isinstance(value, ast.Constant):
            return value.value if type(value.value) is int else None
        path = self._module.dotted(value)
        return status_of(path) if path is not None else None


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None
