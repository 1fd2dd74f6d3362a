"""One run of ``ocs-fix``: what is read, written and said, and the exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import BinaryIO

from flake8_ocs_status.fix.arguments import STDIN, Arguments, read_arguments
from flake8_ocs_status.fix.files import files_to_fix
from flake8_ocs_status.fix.fixer import Result
from flake8_ocs_status.fix.options import OptionError, read_options
from flake8_ocs_status.fix.progress import with_progress
from flake8_ocs_status.fix.report import Totals, diff_of, lines_left, shown
from flake8_ocs_status.fix.runner import fixer_for, results, written

CLEAN, WOULD_CHANGE, ERROR = 0, 1, 2


def run(words: Sequence[str]) -> int:
    """Do what the command line says; the exit code."""
    try:
        arguments = read_arguments(words)
        options = read_options(arguments.words, arguments.paths)
    except OptionError as problem:
        say(f"ocs-fix: {problem}")
        return ERROR
    if list(arguments.paths) == [STDIN]:
        return _fix_stdin(arguments, options)
    return _fix_files(arguments, options)


def say(text: str) -> None:
    """One message on stderr."""
    print(text, file=sys.stderr)


def _fix_files(arguments: Arguments, options: argparse.Namespace) -> int:
    files, closed = files_to_fix(options)
    totals = Totals()
    colour = _colour(options)
    for path, problem in closed:
        totals.problems += 1
        say(problem.at(shown(path)))
    fixing = results(files, options, unsafe=arguments.unsafe, jobs=arguments.jobs)
    if arguments.writes:
        fixing = written(fixing)
    for result in with_progress(fixing, len(files), wanted=not arguments.quiet and not arguments.diff):
        totals.add(result)
        _tell(result, arguments)
        if arguments.diff and result.changed:
            _write_out(diff_of(result, colour=colour))
    return _finish(totals, arguments)


def _fix_stdin(arguments: Arguments, options: argparse.Namespace) -> int:
    data = sys.stdin.buffer.read()
    name = options.stdin_display_name
    files, _ = files_to_fix(options)
    result = Result(name, data, data)
    if files:
        result = fixer_for(options, unsafe=arguments.unsafe).fix(name, data)
    totals = Totals()
    totals.add(result)
    if arguments.diff and result.changed:
        _write_out(diff_of(result, colour=_colour(options)))
    elif arguments.writes:
        # The text comes back whatever happened: an editor puts what it reads in the place of what it sent.
        _write_out(result.new)
    _tell(result, arguments)
    return _finish(totals, arguments)


def _tell(result: Result, arguments: Arguments) -> None:
    if result.problem is not None:
        say(result.problem.at(shown(result.path)))
        return
    if arguments.quiet:
        return
    if result.changed:
        count = result.fixed.total()
        did = "fixed" if arguments.writes else "would fix"
        if not arguments.diff:
            say(f"{did} {shown(result.path)} ({count} finding{'' if count == 1 else 's'})")
    if arguments.verbose:
        for line in lines_left(result, written=arguments.writes):
            say(line)


def _finish(totals: Totals, arguments: Arguments) -> int:
    if arguments.statistics:
        table = totals.statistics()
        if table:
            print(table, end="", file=sys.stderr)
    if not arguments.quiet:
        say(totals.summary(written=arguments.writes))
    if totals.problems:
        return ERROR
    return WOULD_CHANGE if totals.changed and not arguments.writes else CLEAN


def _write_out(data: bytes) -> None:
    stream: BinaryIO = sys.stdout.buffer
    stream.write(data)
    stream.flush()


def _colour(options: argparse.Namespace) -> bool:
    if options.color == "auto":
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR")
    return bool(options.color == "always")
