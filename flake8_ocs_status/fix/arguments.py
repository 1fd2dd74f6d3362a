"""The command line of ``ocs-fix``: its own options, and those that it hands to flake8."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from flake8_ocs_status.fix.options import CONFIGURATION, OptionError, forwarded_options
from flake8_ocs_status.plugin import Plugin

DESCRIPTION = """\
Fix what flake8 reports with the codes OCS…: name HTTP statuses, correct tests that cannot be true, call what is only
mentioned. Files are written in place; everything that is not fixed keeps its bytes."""
EPILOG = """\
exit codes: 0 nothing to change, or all changes written; 1 with --check or --diff, something would change; 2 an error
(a bad option, a file that cannot be read, parsed or written); the other files are fixed all the same."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the user asked for; ``words`` go to flake8's parser."""

    paths: tuple[str, ...]
    words: tuple[str, ...]
    diff: bool
    check: bool
    unsafe: bool
    statistics: bool
    quiet: bool
    verbose: bool
    jobs: int | None

    @property
    def writes(self) -> bool:
        """Whether files are changed at all."""
        return not (self.diff or self.check)


STDIN = "-"
METAVARS = {"--per-file-ignores": "PATTERN:CODES", "--stdin-display-name": "PATH"}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        raise OptionError(message)


class _Forward(argparse.Action):
    """Keep an option as flake8's parser will want it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        word = self.option_strings[-1]
        namespace.words = [*(namespace.words or ()), word if self.nargs == 0 else f"{word}={values}"]


def read_arguments(words: Sequence[str]) -> Arguments:
    """Parse a command line. Raises OptionError; ``--help`` and ``--version`` end the program as usual."""
    found = _parser().parse_intermixed_args(list(words))
    if STDIN in found.paths and len(found.paths) > 1:
        raise OptionError("- (stdin) cannot be mixed with paths")
    return Arguments(
        paths=tuple(found.paths),
        words=tuple(found.words or ()),
        diff=found.diff,
        check=found.check,
        unsafe=found.unsafe_fixes,
        statistics=found.statistics,
        quiet=found.quiet,
        verbose=found.verbose,
        jobs=found.jobs,
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="ocs-fix",
        usage="%(prog)s [options] [PATH ...]",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and folders to fix; the current folder by default; - reads stdin and writes stdout",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {Plugin.version}")
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change as a diff")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something would change")
    parser.add_argument("--unsafe-fixes", action="store_true", help="apply also fixes that may change behaviour")
    parser.add_argument("--statistics", action="store_true", help="show for each code what was fixed and what not")
    parser.add_argument(
        "-j", "--jobs", type=_jobs, metavar="N", help="processes to use, or auto: as many as pay (default)"
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    loudness.add_argument("-v", "--verbose", action="store_true", help="say why each remaining finding is left alone")

    group = parser.add_argument_group("configuration, as in flake8")
    group.add_argument("--config", action=_Forward, metavar="FILE", dest="words", help="the one file to read")
    group.add_argument("--append-config", action=_Forward, metavar="FILE", dest="words", help="one more file to read")
    group.add_argument("--isolated", action=_Forward, nargs=0, dest="words", help="read no configuration file")
    assert {action.option_strings[-1] for action in group._group_actions} == set(CONFIGURATION)
    shared = parser.add_argument_group("files and findings, as in flake8")
    own = parser.add_argument_group(Plugin.name)
    for option in forwarded_options():
        names, given = option.to_argparse()
        # flake8's help texts hold its defaults already, as %(default)s; its parser fills them in.
        text = str(given.get("help", "")) % {"default": given.get("default", "")}
        metavar = given.get("metavar")
        if given.get("choices"):
            metavar = "{" + ",".join(given["choices"]) + "}"
        target = own if names[-1].startswith("--ocs-") else shared
        target.add_argument(
            *names,
            action=_Forward,
            dest="words",
            nargs=0 if given.get("action") == "store_true" else None,
            metavar=metavar or METAVARS.get(names[-1]),
            help=text.replace("%", "%%"),
        )
    return parser


def _jobs(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is neither auto nor a number of processes")
    return int(text)
