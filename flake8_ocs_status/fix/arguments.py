"""The command line of ``ocs-fix``: its own options, and those that it hands to flake8."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from flake8_ocs_status.fix.options import COLOUR, CONFIGURATION, FILES, FINDINGS, SHARED, OptionError, forwarded_options
from flake8_ocs_status.fix.walking import STDIN
from flake8_ocs_status.plugin import Plugin

DESCRIPTION = """\
Fix what flake8 reports with the codes OCS…: name HTTP statuses, correct tests that cannot be true, call what is only
mentioned. Files are written in place; everything that is not fixed keeps its bytes."""
USAGE = """\
%(prog)s [options] [PATH ...]
       %(prog)s [options] [--stdin-filename PATH] -
       %(prog)s explain CODE ... | --all"""
EPILOG = """\
exit codes:
  0   nothing to change, or all changes written
  1   with --check or --diff, something would change; with
      --exit-non-zero-on-fix, something was changed
  2   an error: a bad option, or a file that cannot be read, parsed or
      written; the other files are fixed all the same
  130 interrupted

A diff, JSON and the text of stdin go to stdout, everything else to stderr.
For a file or folder called explain, write ./explain."""
END_OF_OPTIONS = "--"
TEXT, JSON = "text", "json"


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the user asked for; ``words`` go to flake8's parser."""

    paths: tuple[str, ...]
    words: tuple[str, ...]
    diff: bool
    check: bool
    unsafe: bool
    exit_non_zero_on_fix: bool
    show_settings: bool
    output_format: str
    statistics: bool
    quiet: bool
    verbose: bool
    jobs: int | None

    @property
    def writes(self) -> bool:
        """Whether files are changed at all."""
        return not (self.diff or self.check)

    @property
    def is_json(self) -> bool:
        """Whether stdout is for a program."""
        return self.output_format == JSON


METAVARS = {"--per-file-ignores": "PATTERN:CODES", "--stdin-display-name": "PATH"}
KINDS_OF_VALUES = {"patterns": "PATTERNS", "errors": "CODES"}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        raise OptionError(message)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help of at most 100 columns, with room for the names of the options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=min(100, shutil.get_terminal_size().columns) - 2)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        # The table of exit codes keeps its lines, prose is filled.
        if "\n  " in text:
            return super()._fill_text(text, width, indent)
        return argparse.HelpFormatter._fill_text(self, text, width, indent)


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
    # Not every argparse leaves alone what follows this mark when options and paths are mixed.
    end = words.index(END_OF_OPTIONS) if END_OF_OPTIONS in words else len(words)
    found = parser().parse_intermixed_args(list(words[:end]))
    paths = (*found.paths, *words[end + 1 :])
    if STDIN in paths and len(paths) > 1:
        raise OptionError("- (stdin) cannot be mixed with paths")
    for path in paths:
        if not path or "\0" in path:
            raise OptionError("a path is empty" if not path else "a path has a null character in it")
    if found.output_format == JSON:
        if found.diff:
            raise OptionError("--output-format json and --diff both want stdout; choose one")
        if STDIN in paths and not found.check:
            raise OptionError("--output-format json and the text of stdin both want stdout; add --check")
    return Arguments(
        paths=paths,
        words=tuple(found.words or ()),
        diff=found.diff,
        check=found.check,
        unsafe=found.unsafe_fixes,
        exit_non_zero_on_fix=found.exit_non_zero_on_fix,
        show_settings=found.show_settings,
        output_format=found.output_format,
        statistics=found.statistics,
        quiet=found.quiet,
        verbose=found.verbose,
        jobs=found.jobs,
    )


def parser() -> argparse.ArgumentParser:
    """The parser of the command line, without ``explain``."""
    parser = _Parser(
        prog="ocs-fix",
        usage=USAGE,
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
        add_help=False,
        formatter_class=_Formatter,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and folders to fix; the current folder by default; - reads stdin and writes stdout",
    )
    todo = parser.add_argument_group("what to do")
    todo.add_argument("--check", action="store_true", help="write nothing; exit 1 if something would change")
    todo.add_argument(
        "--diff", action="store_true", help="write nothing; show what would change; exit 1 if anything would"
    )
    todo.add_argument("--unsafe-fixes", action="store_true", help="apply also fixes that may change behaviour")
    todo.add_argument("--exit-non-zero-on-fix", action="store_true", help="exit 1 if something was changed")
    todo.add_argument(
        "-j", "--jobs", type=_jobs, metavar="N", help="processes to use, or auto: as many as pay (Default: auto)"
    )
    todo.add_argument("--show-settings", action="store_true", help="show what would be done with which settings; stop")
    todo.add_argument("-h", "--help", action="help", help="show this help and stop")
    todo.add_argument(
        "--version", action="version", version=f"%(prog)s {Plugin.version}", help="show the version; stop"
    )

    output = parser.add_argument_group("output")
    loudness = output.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    loudness.add_argument("-v", "--verbose", action="store_true", help="say why findings and files are left alone")
    output.add_argument("--statistics", action="store_true", help="show for each code what was fixed and what not")
    output.add_argument(
        "--output-format",
        choices=(TEXT, JSON),
        default=TEXT,
        help="json: what was fixed and what not, on stdout, for a program (Default: %(default)s)",
    )

    files = parser.add_argument_group("files", "What git ignores is passed over in folders; flake8's options hold.")
    findings = parser.add_argument_group("findings, as in flake8")
    own = parser.add_argument_group("statuses, as in flake8")
    group = parser.add_argument_group("configuration, as in flake8")
    group.add_argument("--config", action=_Forward, metavar="FILE", dest="words", help="the one file to read")
    group.add_argument("--append-config", action=_Forward, metavar="FILE", dest="words", help="one more file to read")
    group.add_argument("--isolated", action=_Forward, nargs=0, dest="words", help="read no configuration file")
    assert {action.option_strings[-1] for action in group._group_actions} == set(CONFIGURATION)
    targets = {**dict.fromkeys(FILES, files), **dict.fromkeys(FINDINGS, findings), **dict.fromkeys(COLOUR, output)}
    for option in forwarded_options():
        names, given = option.to_argparse()
        name = names[-1]
        # The help texts hold defaults as %(default)s; flake8's parser would fill them in.
        text = SHARED.get(name, str(given.get("help", ""))) % {"default": given.get("default", "")}
        if name == "--stdin-display-name":
            names = ["--stdin-filename", *names]
        metavar = given.get("metavar")
        if given.get("choices"):
            metavar = "{" + ",".join(given["choices"]) + "}"
        targets.get(name, own).add_argument(
            *names,
            action=_Forward,
            dest="words",
            nargs=0 if given.get("action") == "store_true" else None,
            metavar=METAVARS.get(name) or KINDS_OF_VALUES.get(metavar or "", metavar),
            help=text.replace("%", "%%"),
        )
    return parser


def _jobs(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is neither auto nor a number of processes")
    return int(text)
