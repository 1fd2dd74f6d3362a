"""One run of ``ocs-fix``: what is read, written and said, and the exit code."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence

from flake8_ocs_status.fix.arguments import Arguments, read_arguments
from flake8_ocs_status.fix.diffs import diff_of
from flake8_ocs_status.fix.fixer import Result
from flake8_ocs_status.fix.machine import Record
from flake8_ocs_status.fix.options import OptionError, read_options
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.progress import with_progress
from flake8_ocs_status.fix.report import Totals, count, lines_left, shown
from flake8_ocs_status.fix.runner import fixer_for, results, written
from flake8_ocs_status.fix.terminal import BOLD, RED, has_colours, painted, read_in, say, write_out
from flake8_ocs_status.fix.walking import STDIN, Found, find_files

CLEAN, CHANGED, ERROR = 0, 1, 2
EXPLAIN = "explain"


def run(words: Sequence[str]) -> int:
    """Do what the command line says; the exit code. Raises StreamError and BrokenPipeError for stdin and stdout."""
    try:
        if words and words[0] == EXPLAIN:
            # The pages and their looks are for this alone.
            from flake8_ocs_status.fix.explain import explain

            return explain(words[1:])
        arguments = read_arguments(words)
        options = read_options(arguments.words, arguments.paths)
    except OptionError as problem:
        say(f"ocs-fix: {problem}")
        return ERROR
    colour = options.color
    # flake8's own code is to look at no stream: stdout may be closed.
    options.color = "never"
    if arguments.show_settings:
        from flake8_ocs_status.fix.shown_settings import settings_text

        write_out(settings_text(arguments, options, find_files(options)).encode())
        return CLEAN
    return _Session(arguments, options, colour).run()


class _Session:
    """One run under one set of options."""

    def __init__(self, arguments: Arguments, options: argparse.Namespace, colour: str) -> None:
        self._arguments = arguments
        self._options = options
        self._totals = Totals()
        self._record = Record(written=arguments.writes)
        self._colours_out = has_colours(sys.stdout, colour)
        self._colours_err = has_colours(sys.stderr, colour)

    def run(self) -> int:
        """Fix what is to be fixed, and say so."""
        found = find_files(self._options)
        if list(self._arguments.paths) == [STDIN]:
            self._fix_stdin(found)
        else:
            self._fix_files(found)
        return self._finish()

    def _fix_files(self, found: Found) -> None:
        arguments = self._arguments
        for path, problem in found.closed:
            self._totals.problems += 1
            self._record.add_problem(path, problem)
            self._say_problem(path, problem)
        self._totals.skipped.update(why for _, why in found.skipped)
        if arguments.verbose:
            for path, why in found.skipped:
                say(f"{shown(path)}: passed over: {why}")
        if arguments.writes:
            for path in found.left_over:
                # Another run may be faster.
                with contextlib.suppress(OSError):
                    os.unlink(path)
        fixing = results(found.files, self._options, unsafe=arguments.unsafe, jobs=arguments.jobs)
        if arguments.writes:
            fixing = written(fixing)
        wanted = not (arguments.quiet or arguments.diff)
        for result in with_progress(fixing, len(found.files), wanted=wanted):
            self._take(result)
            if arguments.diff and result.changed:
                write_out(diff_of(result, colour=self._colours_out))

    def _fix_stdin(self, found: Found) -> None:
        data = read_in()
        name = self._options.stdin_display_name
        result = Result(name, data, data)
        if found.files:
            result = fixer_for(self._options, unsafe=self._arguments.unsafe).fix(name, data)
        if self._arguments.diff:
            write_out(diff_of(result, colour=self._colours_out))
        elif self._arguments.writes:
            # The text comes back whatever happened: an editor puts what it reads in the place of what it sent.
            write_out(result.new)
        self._take(result)

    def _take(self, result: Result) -> None:
        """Count one file, and say what became of it."""
        arguments = self._arguments
        self._totals.add(result)
        if arguments.is_json:
            self._record.add(result)
        if result.problem is not None:
            self._say_problem(result.path, result.problem)
            return
        if arguments.quiet:
            return
        if result.changed and not arguments.diff:
            did = "fixed" if arguments.writes else "would fix"
            name = self._bold(shown(result.path))
            say(f"{did} {name} ({count(result.fixed.total(), 'finding')})")
        if arguments.verbose:
            for line in lines_left(result, written=arguments.writes):
                say(line)

    def _finish(self) -> int:
        arguments, totals = self._arguments, self._totals
        if arguments.is_json:
            write_out(self._record.text(totals).encode())
        if arguments.statistics:
            table = totals.statistics()
            if table:
                say(table.rstrip("\n"))
        if not arguments.quiet:
            say(self._bold(totals.summary(written=arguments.writes)))
        if totals.problems:
            return ERROR
        return CHANGED if totals.changed and (arguments.exit_non_zero_on_fix or not arguments.writes) else CLEAN

    def _say_problem(self, path: str, problem: FileError) -> None:
        text = problem.at(shown(path))
        say(painted(text, RED) if self._colours_err else text)

    def _bold(self, text: str) -> str:
        return painted(text, BOLD) if self._colours_err else text
