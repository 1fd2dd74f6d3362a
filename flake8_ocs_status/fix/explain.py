"""``ocs-fix explain``: the page of a rule or of a status, or what is made of the requests in a file."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from flake8_ocs_status.catalogue.statuses import STATUSES
from flake8_ocs_status.facts import facts_of
from flake8_ocs_status.fix.fates import page_of_calls
from flake8_ocs_status.fix.files import read_file
from flake8_ocs_status.fix.options import OptionError, read_options
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.source import source_of
from flake8_ocs_status.fix.terminal import has_colours, write_out
from flake8_ocs_status.plugin import Plugin
from flake8_ocs_status.rules import all_rules
from flake8_ocs_status.rules.pages import page_of, page_of_status
from flake8_ocs_status.settings import settings_from

NUMBER = re.compile(r"\d{3}", re.ASCII)
_PLACE = re.compile(r"(?P<path>.*\.pyi?)(?::(?P<line>\d{1,9})(?::\d*)?)?", re.ASCII | re.DOTALL)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        raise OptionError(f"explain: {message}")


def explain(words: Sequence[str]) -> int:
    """Show the pages that the command line names; the exit code. Raises OptionError for a code that no rule has."""
    parser = _Parser(
        prog="ocs-fix explain",
        description="Show what a rule reports, why, and what to write instead; what a status of OCS says; or what is"
        " made of each request in a file, and why it is reported or not.",
    )
    parser.add_argument(
        "codes",
        nargs="*",
        metavar="CODE or FILE[:LINE]",
        help="a code such as OCS207, a status such as 207, or a place such as client.py:42",
    )
    parser.add_argument("--all", action="store_true", help="every rule")
    found = parser.parse_args(list(words))
    if found.all == bool(found.codes):
        raise OptionError("explain takes codes, such as OCS207, or --all; for a folder of this name write ./explain")
    places = [word for word in found.codes if _PLACE.fullmatch(word)]
    if places:
        if len(places) < len(found.codes):
            raise OptionError("explain takes codes or files, not both at once")
        write_out("\n".join(map(_calls, places)).encode())
        return 0
    pages = [page_of(rule) for rule in all_rules()] if found.all else [_page(code) for code in found.codes]
    _show("\n".join(pages))
    return 0


def _calls(place: str) -> str:
    """What is made of the requests at ``FILE[:LINE]``. Raises OptionError for a file that cannot be read or parsed."""
    found = _PLACE.fullmatch(place)
    assert found is not None
    path, line = found["path"], found["line"]
    settings = settings_from(read_options([], [path]))
    try:
        source = source_of(read_file(path))
        facts = facts_of(source.parse(), source.own_lines, path, settings)
    except FileError as error:
        raise OptionError(error.at(path)) from None
    return page_of_calls(facts, path, None if line is None else int(line))


def _page(code: str) -> str:
    wanted = f"OCS{code}" if NUMBER.fullmatch(code) else code.upper()
    for rule in all_rules():
        if rule.code == wanted:
            return page_of(rule)
    status = STATUSES.get(int(code)) if NUMBER.fullmatch(code) else None
    if status is None:
        what = "status of OCS" if NUMBER.fullmatch(code) else f"rule of {Plugin.name}"
        raise OptionError(f"{code} is no {what}")
    return page_of_status(status)


def _show(text: str) -> None:
    """Markdown as it is in a pipe, and laid out on a terminal where rich is installed."""
    if not has_colours(sys.stdout, "auto"):
        write_out(text.encode())
        return
    try:
        from rich.console import Console
        from rich.markdown import Markdown
    except ImportError:
        write_out(text.encode())
        return
    console = Console(force_terminal=True)
    with console.capture() as capture:
        console.print(Markdown(text), width=min(console.width, 100))
    write_out(capture.get().encode())
