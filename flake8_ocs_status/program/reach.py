"""Which files of a project have one of some words in them, import one that does, or are imported by one.

Told by the files' texts, so that files which have no part in what the words stand for need not be parsed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property

from flake8_ocs_status.program.outlines import content_of, is_outlined, outline_of
from flake8_ocs_status.program.project import MOST_FILES, Project, forgotten_with_projects, is_test_file
from flake8_ocs_status.program.words import Words

FURTHEST_IMPORT = 3
# Where more files than this have the words, most files import one, and it is quicker to follow the imports.
_FEW = 20
_INITIALIZER = f"{os.sep}__init__.py"

_REACHES: dict[tuple[str, Words], Reach] = forgotten_with_projects({})


def reach_of(project: Project, words: Words) -> Reach:
    """What can be said of the files of a project by some words."""
    key = project.root, words
    if key not in _REACHES:
        _REACHES[key] = Reach(project, words)
    return _REACHES[key]


class Reach:
    """The files of a project that have one of some words in them, and those from which they are few imports away."""

    def __init__(self, project: Project, words: Words) -> None:
        self._project = project
        self._words = words
        self._worded: dict[str, bool] = {}
        # The hashes of what the files hold that count as having none.
        self._wordless: dict[str, int] = {}
        self._importing: dict[tuple[str, int], bool] = {}
        self._hints: dict[int, _Hints] = {}

    def has_word(self, path: str) -> bool:
        """Whether one of the words stands in a file."""
        if path not in self._worded:
            self._worded[path] = self._looked_through(path)
        return self._worded[path]

    def is_without_word(self, path: str, source: str) -> bool:
        """Whether it is known that a source, which may be what a file holds, counts as having none of the words."""
        return path in self._wordless and self._wordless[path] == _hash_of(source)

    def _looked_through(self, path: str) -> bool:
        if not is_outlined(path):
            # Most files have none, and need not be decoded and kept.
            content = content_of(path)
            if content is None:
                return False
            if not self._words.may_stand_in(content.lower()):
                self._wordless[path] = hash(content)
                return False
        outline = outline_of(path)
        if outline is None:
            return False
        found = self._words.count_in(outline)
        if not found:
            self._wordless[path] = _hash_of(outline.source)
        return found

    @cached_property
    def is_empty(self) -> bool:
        """Whether for certain no file of the project has one of the words."""
        return self._is_whole and not self._with_word

    @property
    def is_known_empty(self) -> bool:
        """The same as far as it is known: to tell it, all files of the project have to be looked through, once."""
        return "is_empty" in vars(self) and self.is_empty

    @property
    def _is_whole(self) -> bool:
        return len(self._project.files) < MOST_FILES

    @cached_property
    def _with_word(self) -> list[str]:
        return [file for file in self._project.files if self.has_word(file)]

    def any_import(self, path: str, steps: int = FURTHEST_IMPORT) -> bool:
        """Whether a file that this one imports, by so many steps, has one of the words in it."""
        key = path, steps
        if key not in self._importing:
            # Files that import each other.
            self._importing[key] = False
            self._importing[key] = self._may_import(path, steps) and any(
                self.has_word(imported) or (steps > 1 and self.any_import(imported, steps - 1))
                for imported in self._project.imported_files(path)
            )
        return self._importing[key]

    def _may_import(self, path: str, steps: int) -> bool:
        """Whether a file names one that has a word or imports one, which costs less to tell than what it imports."""
        if not self._is_whole or len(self._with_word) > _FEW:
            return True
        outline = outline_of(path)
        return outline is None or self._hints_within(steps - 1).stand_in(path, outline.source.encode())

    def _hints_within(self, steps: int) -> _Hints:
        """How to tell a file that imports one from which a file with a word is at most so many imports away."""
        if steps not in self._hints:
            self._hints[steps] = _Hints([file for level in self._levels[: steps + 1] for file in level])
        return self._hints[steps]

    @cached_property
    def _levels(self) -> list[list[str]]:
        """The files with a word, those that import one, those that import one of those, …"""
        levels = [self._with_word]
        while len(levels) < FURTHEST_IMPORT and levels[-1]:
            known = set(levels[-1])
            files: Iterable[str] = self._project.files
            if len(known) <= _FEW:
                hints = _Hints(levels[-1])
                files = (file for file in files if hints.stand_in(file, content_of(file) or b""))
            levels.append([file for file in files if not known.isdisjoint(self._project.imported_files(file))])
        return levels

    def is_imported(self, path: str) -> bool:
        """Whether a file of the project with one of the words in it imports this one, by few steps.

        What tests do with a file that is none of theirs does not count, here and below.
        """
        return path in (self._imported if is_test_file(path) else self._imported_outside_tests)

    def is_wired(self, path: str) -> bool:
        """Whether a file that imports one with one of the words, by few steps, imports this one, too: such as one that
        gives a client to what sends, and an address to the client."""
        return path in (self._wired if is_test_file(path) else self._wired_outside_tests)

    @cached_property
    def _imported(self) -> frozenset[str]:
        return self._imported_by(self._with_word)

    @cached_property
    def _imported_outside_tests(self) -> frozenset[str]:
        return self._imported_by(_but_for_tests(self._with_word))

    @cached_property
    def _wired(self) -> frozenset[str]:
        return self._imported_by(self._importing_word)

    @cached_property
    def _wired_outside_tests(self) -> frozenset[str]:
        return self._imported_by(_but_for_tests(self._importing_word))

    @property
    def _importing_word(self) -> list[str]:
        return [file for level in self._levels[1:] for file in level]

    def _imported_by(self, files: list[str]) -> frozenset[str]:
        front = files
        reached: set[str] = set()
        for _ in range(FURTHEST_IMPORT):
            front = [found for file in front for found in self._project.imported_files(file) if found not in reached]
            reached.update(front)
        return frozenset(reached)


def _but_for_tests(files: list[str]) -> list[str]:
    return [file for file in files if not is_test_file(file)]


def _hash_of(source: str) -> int:
    """The hash of what a file holds that has this source, in the encoding that nearly all files are in."""
    return hash(source.encode("utf-8", "surrogatepass"))


class _Hints:
    """What stands in every file that imports one of some files: the name of its module or package.

    A module of a package need not name it: ``from . import Client``.
    """

    def __init__(self, files: list[str]) -> None:
        folders = [file.removesuffix(_INITIALIZER) for file in files if file.endswith(_INITIALIZER)]
        modules = [file.removesuffix(".py") for file in files if not file.endswith(_INITIALIZER)]
        self._folders = tuple({f"{folder}{os.sep}": None for folder in folders})
        self._names = tuple({os.path.basename(path).encode(): None for path in (*folders, *modules)})

    def stand_in(self, path: str, content: bytes) -> bool:
        """Whether a file with this content may import one of the files."""
        return any(name in content for name in self._names) or (path.startswith(self._folders) and b"from ." in content)
