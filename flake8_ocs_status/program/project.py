"""The project around a file: which file an import leads to, and which files import this one.

Files are only ever read, within the project's root, and never imported. What cannot be read or parsed is not there.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import warnings
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from itertools import islice
from typing import Any, TypeVar

from flake8_ocs_status.program.last_used import LastUsed
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.outlines import forget_outlines, outline_of

# Any of these stands in the folder that is a project's root.
ROOT_MARKS = (".git", ".hg", "pyproject.toml", "setup.py", "setup.cfg")
# Folders with code of others, or with none.
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages", "venv", "env", "build", "dist"})
MOST_FILES = 3_000
_TEST_NAMES = frozenset({"test.py", "tests.py"})
_TESTS = re.compile(r"(?:^|[\\/])tests?$", re.IGNORECASE)
# Modules are kept for the files that are checked after this one, as many as have this many characters together.
KEPT_SOURCE = 2_000_000

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Project:
    """The project that a file belongs to."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root = _root_of(os.path.dirname(path))

    def locate(self, dotted: str, importer: str) -> tuple[str, tuple[str, ...]] | None:
        """The file that a dotted path leads to, with what of the path is left; None when it leads out of the project.

        ``importer`` is the file that imports it, which matters for relative paths. Of ``package.Client`` it is the
        package's ``__init__.py`` that is found, with ``Client`` left, where that file may bind this name.
        """
        key = self.root, os.path.dirname(importer), dotted
        if key not in _LOCATED:
            _LOCATED[key] = self._locate(dotted, importer)
        return _LOCATED[key]

    def _locate(self, dotted: str, importer: str) -> tuple[str, tuple[str, ...]] | None:
        level = len(dotted) - len(dotted.lstrip("."))
        parts = tuple(part for part in dotted.split(".") if part)
        if level:
            folder = os.path.dirname(importer)
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._descend(folder, parts, relative=True)
        if not parts or parts[0] in sys.stdlib_module_names:
            return None
        for folder in self._beginnings(parts[0], os.path.dirname(importer)):
            found = self._descend(folder, parts)
            if found is not None:
                return found
        return None

    def _beginnings(self, package: str, folder: str) -> tuple[str, ...]:
        """The folders in which an absolute import of this package by a file in ``folder`` may begin."""
        key = self.root, folder, package
        if key not in _BEGINNINGS:
            starts = ((start, os.path.join(start, package)) for start in self._search_path(folder))
            _BEGINNINGS[key] = tuple(start for start, path in starts if _is_folder(path) or _is_file(f"{path}.py"))
        return _BEGINNINGS[key]

    @staticmethod
    def submodule(package: str, name: str) -> str | None:
        """The file of the module of this name in the package with this ``__init__.py``."""
        start = os.path.join(os.path.dirname(package), name)
        return next((path for path in (os.path.join(start, "__init__.py"), f"{start}.py") if _is_file(path)), None)

    def _descend(
        self, folder: str, parts: tuple[str, ...], relative: bool = False
    ) -> tuple[str, tuple[str, ...]] | None:
        """Follow a dotted path from a folder, as far as files go."""
        if not self._holds(folder):
            return None
        found: tuple[str, tuple[str, ...]] | None = None
        initializer = os.path.join(folder, "__init__.py")
        if relative and _is_file(initializer):
            found = initializer, parts
        for index, part in enumerate(parts):
            rest = parts[index + 1 :]
            package = f"{folder}{os.sep}{part}"
            initializer = f"{package}{os.sep}__init__.py"
            if _is_file(initializer):
                step: tuple[str, tuple[str, ...]] = initializer, rest
            elif _is_file(f"{package}.py"):
                step = f"{package}.py", rest
            elif _is_folder(package):
                # A namespace package: it has no file of its own.
                folder = package
                continue
            else:
                break
            if not rest and found is not None and self._may_bind(found[0], part):
                # from package import Client, where the package's own code binds this name.
                break
            found = step
            folder = package
            if step[0].endswith(f"{part}.py"):
                break
        return found if found is not None and self._holds(found[0]) else None

    @staticmethod
    def _may_bind(initializer: str, name: str) -> bool:
        outline = outline_of(initializer)
        return outline is not None and name in outline.imported_names

    def _holds(self, path: str) -> bool:
        """Whether a file or folder lies in the project, links followed."""
        real = _real(path)
        return real == self._real_root or real.startswith(os.path.join(self._real_root, ""))

    @cached_property
    def _real_root(self) -> str:
        return _real(self.root)

    def _search_path(self, folder: str) -> list[str]:
        """The folders in which an absolute import of a file in ``folder`` may begin, nearest first."""
        found = []
        while self._holds(folder):
            if not _is_file(os.path.join(folder, "__init__.py")):
                found.append(folder)
            parent = os.path.dirname(folder)
            if parent == folder:
                break
            folder = parent
        source = os.path.join(self.root, "src")
        return found if source in found else [*found, source]

    def imported_files(self, path: str) -> tuple[str, ...]:
        """The files of the project that a file imports, by its text."""
        key = self.root, path
        if key not in _IMPORTED:
            outline = outline_of(path)
            folder = os.path.dirname(path)
            found: dict[str, None] = {}
            for dotted in () if outline is None else outline.imports:
                if self._leads_out(dotted, folder):
                    continue
                located = self._module_of(dotted, path) or self.locate(dotted, path)
                if located is not None and located[0] != path:
                    found[located[0]] = None
            _IMPORTED[key] = tuple(found)
        return _IMPORTED[key]

    def _leads_out(self, dotted: str, folder: str) -> bool:
        """Whether an absolute import by a file in ``folder`` does not even begin in the project."""
        package, _, _ = dotted.partition(".")
        return bool(package) and (package in sys.stdlib_module_names or not self._beginnings(package, folder))

    def _module_of(self, dotted: str, importer: str) -> tuple[str, tuple[str, ...]] | None:
        """Where the names of one module lead, so that each module is looked for once; None for those of a package."""
        parent, _, _ = dotted.rpartition(".")
        if not parent.strip("."):
            return None
        located = self.locate(parent, importer)
        if located is None or located[1] or os.path.basename(located[0]) == "__init__.py":
            return None
        return located

    def importers_of(self, path: str) -> list[str]:
        """The files of the project that import this one, directly or through a package that does, in stable order."""
        direct = self._importing(path)
        packages = [file for file in direct if os.path.basename(file) == "__init__.py"]
        found = {*direct, *(importer for package in packages for importer in self._importing(package))}
        return sorted(found - {path})

    def _importing(self, path: str) -> tuple[str, ...]:
        if self.root not in _IMPORTERS:
            importers: dict[str, list[str]] = {}
            for file in self.files:
                for imported in self.imported_files(file):
                    importers.setdefault(imported, []).append(file)
            _IMPORTERS[self.root] = importers
        return tuple(_IMPORTERS[self.root].get(path, ()))

    @property
    def files(self) -> tuple[str, ...]:
        """The Python files of the project, in stable order."""
        return _files_under(self.root)


def is_test_file(path: str) -> bool:
    """Whether a file is one of tests, by its name or that of its folder."""
    folder, name = os.path.split(path)
    if name.startswith(("test_", "conftest")) or name.endswith(("_test.py", "_tests.py")):
        return True
    return name in _TEST_NAMES or _TESTS.search(folder) is not None


def project_of(path: str) -> Project | None:
    """The project around a file; None for a text that is no file's, such as what stands in no folder."""
    if not path.endswith(".py"):
        return None
    absolute = os.path.abspath(path)
    return Project(absolute) if _is_folder(os.path.dirname(absolute)) else None


@cache
def _root_of(folder: str) -> str:
    current = folder
    while True:
        if any(os.path.exists(os.path.join(current, mark)) for mark in ROOT_MARKS):
            return current
        parent = os.path.dirname(current)
        if parent == current:
            break
        current = parent
    # No project says where it begins: the packages that the file lies in, or the file's own folder.
    while _is_file(os.path.join(folder, "__init__.py")):
        folder = os.path.dirname(folder)
    return folder


def _walk(root: str) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith("."))
        yield from (os.path.join(folder, name) for name in sorted(files) if name.endswith(".py"))


@cache
def _files_under(root: str) -> tuple[str, ...]:
    return tuple(islice(_walk(root), MOST_FILES))


@lru_cache(maxsize=20_000)
def _real(path: str) -> str:
    return os.path.realpath(path)


@lru_cache(maxsize=50_000)
def _is_file(path: str) -> bool:
    return os.path.isfile(path)


@lru_cache(maxsize=50_000)
def _is_folder(path: str) -> bool:
    return os.path.isdir(path)


_IMPORTED: dict[tuple[str, str], tuple[str, ...]] = {}
_LOCATED: dict[tuple[str, str, str], tuple[str, tuple[str, ...]] | None] = {}
_BEGINNINGS: dict[tuple[str, str, str], tuple[str, ...]] = {}
_IMPORTERS: dict[str, dict[str, list[str]]] = {}
_MODULES: LastUsed[Module | None] = LastUsed(KEPT_SOURCE, lambda module: 0 if module is None else len(module.source))
_CACHES: list[dict[Any, Any] | LastUsed[Any]] = [_LOCATED, _IMPORTED, _IMPORTERS, _BEGINNINGS, _MODULES]


def module_at(path: str) -> Module | None:
    """The parsed module in a file; None when it cannot be read or parsed. Each is parsed once while it is kept."""
    return _MODULES[path] if path in _MODULES else _MODULES.add(path, _parsed(path))


def _parsed(path: str) -> Module | None:
    outline = outline_of(path)
    if outline is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(outline.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return Module(tree, outline.source.splitlines(keepends=True), path)


def forgotten_with_projects(cached: dict[KeyT, ValueT]) -> dict[KeyT, ValueT]:
    """The same, to be emptied by :func:`forget_projects`, too."""
    _CACHES.append(cached)
    return cached


def forget_projects() -> None:
    """Read everything anew from here on: for processes that outlive the contents of the files."""
    forget_outlines()
    for cached in _CACHES:
        cached.clear()
    for function in (_root_of, _files_under, _real, _is_file, _is_folder):
        function.cache_clear()
