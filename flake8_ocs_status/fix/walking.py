"""Which files are meant: found as flake8 finds them, without what git ignores and what no project wrote."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flake8.utils import fnmatch, matches_filename

from flake8_ocs_status.fix.files import is_left_over
from flake8_ocs_status.fix.ignored import Ignored
from flake8_ocs_status.fix.problems import FileError

STDIN = "-"
# flake8's name for stdin where none is given; no pattern is held against it.
NAMELESS = "stdin"
EXCLUDED, IGNORED = "excluded", "ignored by git"
OUTSIDE, NOWHERE, ENVIRONMENT = "a link that leads outside", "a link that leads to no file", "a virtual environment"
ENVIRONMENT_MARK = "pyvenv.cfg"
LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Found:
    """What the paths of a command line come to.

    ``files``: the files to fix, sorted, each once. ``skipped``: files and folders that are passed over, and why.
    ``closed``: folders that cannot be listed. ``left_over``: files that a killed run has left behind.
    """

    files: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    closed: list[tuple[str, FileError]] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)


def find_files(options: argparse.Namespace) -> Found:
    """Look for the files that flake8 would check under ``options``.

    ``exclude`` holds for everything, ``filename`` for what is found in a folder. So does what git ignores: a file that
    is named is fixed. A symbolic link counts as the file that it leads to; in a folder, one that leads out of the
    project is passed over, because nobody asked for that file.
    """
    walk = _Walk(options)
    for path in options.filenames or [os.curdir]:
        walk.take(path)
    found = walk.found
    files: dict[str, str] = {}
    for path in sorted(found.files):
        shown = path if path == STDIN or os.path.isabs(path) else os.path.normpath(path)
        files.setdefault(os.path.realpath(path), shown)
    found.files = list(files.values())
    found.skipped = [(os.path.normpath(path), why) for path, why in found.skipped]
    return found


class _Walk:
    """One look at all paths."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._exclude: Sequence[str] = [*options.exclude, *options.extend_exclude]
        self._patterns: Sequence[str] = options.filename
        self._stdin_name: str = options.stdin_display_name
        self.found = Found()

    def take(self, path: str) -> None:
        """Add what one path of the command line stands for."""
        named = self._stdin_name if path == STDIN else path
        if named != NAMELESS and self._is_excluded(named):
            self.found.skipped.append((named, EXCLUDED))
        elif path == STDIN or not os.path.isdir(path):
            self.found.files.append(path)
        else:
            self._enter(path, Ignored.at(path))

    def _enter(self, top: str, ignored: Ignored) -> None:
        if ignored.is_ignored:
            self.found.skipped.append((top, IGNORED))
            return
        inside = ignored.root or ignored.folder
        folders = [(top, ignored)]
        while folders:
            folder, ignored = folders.pop()
            for entry in self._entries(folder):
                why = self._passed_over(entry, ignored, inside)
                if why is not None:
                    if why:
                        self.found.skipped.append((entry.path, why))
                elif entry.is_dir(follow_symlinks=False):
                    if os.path.lexists(os.path.join(entry.path, ENVIRONMENT_MARK)):
                        self.found.skipped.append((entry.path, ENVIRONMENT))
                    else:
                        folders.append((entry.path, ignored.below(entry.name)))
                else:
                    self.found.files.append(entry.path)

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                yield from entries
        except OSError as error:
            problem = FileError(error.strerror or "cannot be read")
            self.found.closed.append((os.path.normpath(folder), problem))

    def _passed_over(self, entry: os.DirEntry[str], ignored: Ignored, inside: str) -> str | None:
        """Why an entry is not fixed or entered, None where it is; empty where that needs no words."""
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder:
            if is_left_over(entry.name):
                self.found.left_over.append(entry.path)
                return ""
            if not (fnmatch(entry.path, self._patterns) and (entry.is_file(follow_symlinks=False) or _is_link(entry))):
                return ""
        if self._is_excluded(entry.path):
            return EXCLUDED
        if ignored.ignores(entry.name, is_folder=is_folder):
            return IGNORED
        return _strayed(entry, inside) if entry.is_symlink() else None

    def _is_excluded(self, path: str) -> bool:
        return matches_filename(path, patterns=self._exclude, log_message="%(path)s %(whether)s", logger=LOG)


def _is_link(entry: os.DirEntry[str]) -> bool:
    """Whether it is a link, and not one to a folder: what those lead to is found where it is, or not meant."""
    return entry.is_symlink() and not os.path.isdir(entry.path)


def _strayed(link: os.DirEntry[str], inside: str) -> str | None:
    """Why a symbolic link is not followed; None where it leads to a file in the folder ``inside``."""
    target = os.path.realpath(link.path)
    if not os.path.isfile(target):
        return NOWHERE
    with contextlib.suppress(ValueError):
        # Another drive has nothing in common, and says so by an error.
        if os.path.commonpath([target, inside]) == inside:
            return None
    return OUTSIDE
