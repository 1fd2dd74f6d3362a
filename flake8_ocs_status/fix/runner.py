"""Many files: one after the other or in several processes, the results always in the order of the files."""

from __future__ import annotations

import argparse
import gc
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flake8_ocs_status.fix.files import read_file, write_file
from flake8_ocs_status.fix.fixer import Fixer, Result
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.silence import Silence
from flake8_ocs_status.settings import settings_from

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

# Below this many files a process costs more than it saves.
FILES_PER_PROCESS = 40
CHUNK = 8
WRITERS = 8
MOST_WAITING = 32

_fixer: Fixer | None = None


def fixer_for(options: argparse.Namespace, *, unsafe: bool) -> Fixer:
    """The fixer for flake8's parsed options."""
    return Fixer(settings_from(options), Silence(options), unsafe=unsafe)


def results(files: Sequence[str], options: argparse.Namespace, *, unsafe: bool, jobs: int | None) -> Iterator[Result]:
    """Fix files in memory; one result for each, in their order. ``jobs`` None chooses what pays."""
    count = _processes(len(files)) if jobs is None else min(jobs, len(files))
    if count <= 1:
        fixer = fixer_for(options, unsafe=unsafe)
        return (_fix(fixer, path) for path in files)
    # Most runs need no second process, and this takes its time to import.
    import multiprocessing

    # Started here and not at the first result: by then there may be threads, which do not go well with a fork.
    pool = multiprocessing.Pool(count, _start, (options, unsafe))
    return _results_of(pool, files, min(CHUNK, max(1, len(files) // count)))


def _results_of(pool: Pool, files: Sequence[str], chunk: int) -> Iterator[Result]:
    with pool:
        yield from pool.imap(_fix_here, files, chunk)


def written(fixed: Iterable[Result]) -> Iterator[Result]:
    """Write what has changed, and pass the results on in their order, each when it is on the disk.

    Waiting for the disk takes longer than all the rest, so several files wait at a time.
    """
    waiting: deque[tuple[Result, Future[None] | None]] = deque()
    executor = ThreadPoolExecutor(WRITERS)
    try:
        for result in fixed:
            task = executor.submit(write_file, result.path, result.old, result.new) if result.changed else None
            waiting.append((result, task))
            while waiting and (len(waiting) > MOST_WAITING or waiting[0][1] is None or waiting[0][1].done()):
                yield _written(*waiting.popleft())
        while waiting:
            yield _written(*waiting.popleft())
    finally:
        executor.shutdown(cancel_futures=True)


def _written(result: Result, task: Future[None] | None) -> Result:
    try:
        if task is not None:
            task.result()
    except FileError as problem:
        return Result(result.path, problem=problem)
    return result


def _processes(files: int) -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, files // FILES_PER_PROCESS)


def _start(options: argparse.Namespace, unsafe: bool) -> None:
    global _fixer
    # The parent process hears the interrupt and ends its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _fixer = fixer_for(options, unsafe=unsafe)


def _fix_here(path: str) -> Result:
    assert _fixer is not None
    return _fix(_fixer, path)


def _fix(fixer: Fixer, path: str) -> Result:
    try:
        data = read_file(path)
    except FileError as problem:
        return Result(path, problem=problem)
    if data is None:
        return Result(path)
    with _garbage_kept():
        result = fixer.fix(path, data)
    if not result.changed:
        # Nobody looks at the bytes of an unchanged file, and they need not travel between processes.
        result.old = result.new = b""
    return result


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Look for garbage between the files only: a file's trees go without that when it is done, all at once.

    The search runs after every few hundred nodes, finds nothing, and takes an eighth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
