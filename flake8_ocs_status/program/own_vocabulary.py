"""A vocabulary of the project's own, ``package.module:Name``: which constants it has, read from its source.

The source is parsed, never imported. It is looked for around the file in question, up to the root of its project.
"""

from __future__ import annotations

import ast
import os.path
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flake8_ocs_status.catalogue.constants import STANDARD_NAMES, standard_status, status_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import Binding
from flake8_ocs_status.settings import VOCABULARIES

# What lies at the root of a project.
_ROOT_MARKS = ("pyproject.toml", "setup.cfg", "setup.py", "tox.ini", ".flake8", ".git", ".hg")
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
    return _vocabulary_around(os.path.dirname(os.path.abspath(path)), module, name)


@lru_cache(maxsize=1024)
def _vocabulary_around(folder: str, module: str, name: str) -> OwnVocabulary | None:
    for place in _folders_above(folder):
        for root in (place, os.path.join(place, "src")):
            found = _Source.of(root, module)
            if found is not None:
                return found.vocabulary(name)
            below = _Source.of(root, f"{module}.{name}")
            if below is not None:
                return below.module_vocabulary()
    return None


def _folders_above(folder: str) -> Iterator[str]:
    """The folders from ``folder`` up to its project's root, or to that of its packages where nothing marks the root."""
    above = [folder]
    while os.path.dirname(above[-1]) != above[-1]:
        above.append(os.path.dirname(above[-1]))
    for number, place in enumerate(above):
        if any(os.path.exists(os.path.join(place, mark)) for mark in _ROOT_MARKS):
            return iter(above[: number + 1])
    outside = next(number for number, place in enumerate(above) if not _is_package(place))
    return iter(above[: outside + 1])


def _is_package(folder: str) -> bool:
    return os.path.dirname(folder) != folder and os.path.exists(os.path.join(folder, "__init__.py"))


class _Source:
    """One parsed module of the project."""

    def __init__(self, root: str, path: str, module: Module, name: str) -> None:
        self._root = root
        self._module = module
        # Relative imports start at the package.
        self._package = name if os.path.basename(path) == "__init__.py" else name.rpartition(".")[0]

    @classmethod
    def of(cls, root: str, name: str) -> _Source | None:
        """The module of a dotted name below ``root``, None where there is none that can be parsed."""
        stem = os.path.join(root, *name.split("."))
        for path in (f"{stem}.py", os.path.join(stem, "__init__.py")):
            try:
                with tokenize.open(path) as file:
                    lines = file.readlines()
                tree = ast.parse("".join(lines))
            except (OSError, SyntaxError, ValueError, RecursionError):
                # ValueError: null bytes, and bytes that are no text.
                continue
            return cls(root, path, Module(tree, lines, path), name)
        return None

    def vocabulary(self, name: str, hops: int = _MOST_HOPS) -> OwnVocabulary | None:
        """What a name of this module is."""
        scope = self._module.module_scope
        bindings = scope.bindings.get(name, [])
        if not bindings:
            # A star, or a function that is asked for what is missing, may bring it.
            unknown = scope.star_imports or "__getattr__" in scope.bindings
            return None if unknown else self._submodule(name) or OwnVocabulary({})
        if len(bindings) != 1:
            return None
        binding = bindings[0]
        if isinstance(binding.node, ast.ClassDef):
            return self._class_vocabulary(binding.node)
        path = self._origin(binding)
        if path is None:
            return None
        if path in VOCABULARIES:
            return OwnVocabulary({}, same_as=path)
        module, _, imported = self._absolute(path).rpartition(".")
        source = _Source.of(self._root, module) if module and hops else None
        return source.vocabulary(imported, hops - 1) if source is not None else None

    def _submodule(self, name: str) -> OwnVocabulary | None:
        source = _Source.of(self._root, f"{self._package}.{name}")
        return source.module_vocabulary() if source is not None else None

    def _origin(self, binding: Binding) -> str | None:
        """Where an imported name comes from, or a name that is given to one."""
        if binding.path is not None:
            return binding.path
        return self._module.dotted(binding.value) if binding.value is not None else None

    def _absolute(self, path: str) -> str:
        """A path without its leading dots."""
        level = len(path) - len(path.lstrip("."))
        if not level:
            return path
        package = self._package.split(".")
        return ".".join([*package[: len(package) - level + 1], path.lstrip(".")])

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
