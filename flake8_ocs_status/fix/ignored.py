"""What git ignores: the ``.gitignore`` files of a repository, its ``info/exclude``, and the user's own list.

Outside a repository a ``.gitignore`` means nothing, to git as to ripgrep and ruff. A file that git tracks although a
pattern covers it counts as ignored here, as it does for ruff and black: nobody asks git's index.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

GIT, PATTERNS = ".git", ".gitignore"
# In the expressions of pathspec 0.12 and 1.1.
FOLDER_GROUP = "ps_d"


@dataclass(frozen=True)
class Ignored:
    """The patterns that hold in one folder of a repository.

    ``folder`` is absolute, without symbolic links. ``above`` holds those of the folder above it; it is None in the top
    folder of a repository, and outside of any (where ``root`` is None too).
    """

    folder: str
    root: str | None
    above: Ignored | None = None

    @classmethod
    def at(cls, folder: str) -> Ignored:
        """The patterns that hold in ``folder``, which may be anywhere."""
        real = os.path.realpath(folder)
        root = _repository_of(real)
        if root is None:
            return cls(real, None)
        ignored = cls(root, root)
        for name in os.path.relpath(real, root).split(os.sep):
            ignored = ignored.below(name) if name != os.curdir else ignored
        return ignored

    def below(self, name: str) -> Ignored:
        """The patterns that hold in the folder ``name`` of this one; a repository inside a repository starts anew."""
        folder = os.path.join(self.folder, name)
        if os.path.lexists(os.path.join(folder, GIT)):
            return Ignored(folder, folder)
        return Ignored(folder, None) if self.root is None else Ignored(folder, self.root, self)

    @cached_property
    def is_ignored(self) -> bool:
        """Whether this folder itself, or one above it in the repository, is ignored."""
        if self.above is None:
            return False
        return self.above.is_ignored or self.above.ignores(os.path.basename(self.folder), is_folder=True)

    def ignores(self, name: str, *, is_folder: bool) -> bool:
        """Whether the entry ``name`` of this folder is ignored; the folder itself is taken not to be."""
        path = os.path.join(self.folder, name)
        level: Ignored | None = self
        while level is not None:
            # The nearest list that says anything decides, and in a list the last pattern.
            for spec in level._specs:
                relative = os.path.relpath(path, level.folder).replace(os.sep, "/")
                verdict = _verdict(spec, relative + "/" if is_folder else relative)
                if verdict is not None:
                    return verdict
            level = level.above
        return False

    @cached_property
    def _specs(self) -> list[GitIgnoreSpec]:
        """The lists that are read for this folder alone, the strongest first."""
        if self.root is None:
            return []
        files = [os.path.join(self.folder, PATTERNS)]
        if self.above is None:
            configuration = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
            files += [_exclude_file(self.folder), os.path.join(configuration, "git", "ignore")]
        return [spec for file in files if (spec := _spec_of(file)) is not None]


def _verdict(spec: GitIgnoreSpec, path: str) -> bool | None:
    """What the last pattern that matches an entry itself says of it; None where none matches.

    pathspec's own verdict takes ``!sub/`` to speak of everything in ``sub``, which to git it does not: a pattern in a
    weaker list may still ignore that.
    """
    for pattern in reversed(spec.patterns):
        if pattern.include is not None and (found := pattern.match_file(path)) is not None:
            expression = found.match.re
            # The group holds the slash behind a folder that a pattern matches, where it matches one.
            by_itself = FOLDER_GROUP not in expression.groupindex or any(
                match.start(FOLDER_GROUP) in (-1, len(path) - 1) for match in expression.finditer(path)
            )
            if by_itself:
                return bool(pattern.include)
    return None


def _repository_of(folder: str) -> str | None:
    while not os.path.lexists(os.path.join(folder, GIT)):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def _exclude_file(root: str) -> str:
    """``info/exclude`` of a repository; worktrees share that of the repository that they belong to."""
    git = os.path.join(root, GIT)
    # In a worktree or submodule `.git` is a file that names the folder, and `commondir` in there the shared one.
    pointer = _text(git)
    if pointer is not None:
        git = os.path.join(root, pointer.removeprefix("gitdir:").strip())
    common = _text(os.path.join(git, "commondir"))
    if common is not None:
        git = os.path.join(git, common.strip())
    return os.path.join(git, "info", "exclude")


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return None


def _spec_of(path: str) -> GitIgnoreSpec | None:
    text = _text(path)
    if text is None:
        return None
    # Imported here because most runs are given files, by pre-commit or an editor, and need no patterns.
    from pathspec import GitIgnoreSpec

    lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        # As in git, a pattern that makes no sense matches nothing, and the others count.
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
