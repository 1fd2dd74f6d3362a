"""Many files: one after the other or in several processes, the results always in the order of the files."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

from flake8_ocs_status.facts import garbage_kept
from flake8_ocs_status.fix.files import Replacement, read_file
from flake8_ocs_status.fix.fixer import Fixer, Result
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.silence import Silence
from flake8_ocs_status.settings import settings_from

# Below this many files a process costs more than it saves.
FILES_PER_PROCESS = 40
CHUNK = 8
# A process that waits for work is wasted; results that wait for the disk take memory.
CHUNKS_AHEAD = 4
# Windows waits for no more than 63 handles, and nobody has more use for them.
MOST_PROCESSES = 60
KILLED = "left alone: a process of this run was killed; --jobs 1 needs less memory"
WRITERS = 8
MOST_WAITING = 32

_fixer: Fixer | None = None


def fixer_for(options: argparse.Namespace, *, unsafe: bool) -> Fixer:
    """The fixer for flake8's parsed options."""
    return Fixer(settings_from(options), Silence(options), unsafe=unsafe)


def results(files: Sequence[str], options: argparse.Namespace, *, unsafe: bool, jobs: int | None) -> Iterator[Result]:
    """Fix files in memory; one result for each, in their order. ``jobs`` None chooses what pays."""
    count = _processes(len(files)) if jobs is None else min(jobs, len(files), MOST_PROCESSES)
    if count <= 1:
        fixer = fixer_for(options, unsafe=unsafe)
        return (_fix(fixer, path) for path in files)
    # Most runs need no second process, and this takes its time to import.
    from concurrent.futures import ProcessPoolExecutor

    size = min(CHUNK, max(1, len(files) // count))
    chunks = deque(files[start : start + size] for start in range(0, len(files), size))
    executor = ProcessPoolExecutor(count, initializer=_start, initargs=(options, unsafe))
    work = _Work(executor, chunks)
    # Started here and not at the first result: by then there may be threads, which do not go well with a fork.
    for _ in range(count * CHUNKS_AHEAD):
        work.submit()
    return work.results()


class _Work:
    """Chunks of files on their way through processes, a few at a time, so that results do not pile up."""

    def __init__(self, executor: Executor, chunks: deque[Sequence[str]]) -> None:
        self._executor = executor
        self._chunks = chunks
        self._running: deque[tuple[Sequence[str], Future[list[Result]] | None]] = deque()

    def submit(self) -> None:
        """Send off the next chunk, if there is one."""
        if self._chunks:
            chunk = self._chunks.popleft()
            try:
                self._running.append((chunk, self._executor.submit(_fix_here, chunk)))
            except BrokenExecutor:
                self._running.append((chunk, None))

    def results(self) -> Iterator[Result]:
        """The results in the order of the files. When a process is killed, the files not done yet are named."""
        try:
            while self._running:
                chunk, future = self._running.popleft()
                try:
                    done = None if future is None else future.result()
                except BrokenExecutor:
                    done = None
                self.submit()
                yield from done or [Result(path, problem=FileError(KILLED)) for path in chunk]
            self._executor.shutdown()
        finally:
            self._executor.shutdown(wait=False, cancel_futures=True)


def written(fixed: Iterable[Result]) -> Iterator[Result]:
    """Write what has changed, and pass the results on in their order, each when it is on the disk.

    Waiting for the disk takes longer than all the rest, so several files wait at a time. They are put in their places
    here, one after the other: between its name and its place a file is for an instant what a kill leaves behind.
    """
    waiting: deque[tuple[Result, Future[Replacement] | None]] = deque()
    executor = ThreadPoolExecutor(WRITERS)
    try:
        for result in fixed:
            task = executor.submit(Replacement, result.path, result.old, result.new) if result.changed else None
            waiting.append((result, task))
            while waiting and (len(waiting) > MOST_WAITING or waiting[0][1] is None or waiting[0][1].done()):
                yield _written(*waiting.popleft())
        while waiting:
            yield _written(*waiting.popleft())
    finally:
        executor.shutdown(cancel_futures=True)
        for _, task in waiting:
            if task is not None and not task.cancelled() and task.exception() is None:
                task.result().discard()


def _written(result: Result, task: Future[Replacement] | None) -> Result:
    try:
        if task is not None:
            task.result().put()
    except FileError as problem:
        return Result(result.path, problem=problem)
    return result


def _processes(files: int) -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, files // FILES_PER_PROCESS)


def _start(options: argparse.Namespace, unsafe: bool) -> None:
    global _fixer
    # The parent process hears of these and ends its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _fixer = fixer_for(options, unsafe=unsafe)


def _end_with_parent() -> None:
    """Where the parent process is killed nobody ends its children, and they would wait for work for ever."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _fix_here(paths: Sequence[str]) -> list[Result]:
    assert _fixer is not None
    return [_fix(_fixer, path) for path in paths]


def _fix(fixer: Fixer, path: str) -> Result:
    try:
        data = read_file(path)
    except FileError as problem:
        return Result(path, problem=problem)
    with garbage_kept():
        result = fixer.fix(path, data)
    if not result.changed:
        # Nobody looks at the bytes of an unchanged file, and they need not travel between processes.
        result.old = result.new = b""
    return result
