"""Fixtures: Python files that say on each line what flake8 must report there.

A fixture is ``fixtures/**/NAME.py``. Its markers are comments:

* ``# expect: OCS101@20`` on the line that flake8 reports, the column in characters from 0; several are separated by
  commas. ``# expect[-1]: …`` speaks of the line before (for lines that cannot carry a comment).
* ``# ok: reason`` marks a near miss. A line without ``# expect`` must be silent, marked or not.

Comment lines at the top of the file set the stage:

* ``# option: ocs-handled-by=raise`` sets an option (one for each line).
* ``# select: OCS2,OCS503`` limits the rules to these prefixes; without it, all rules that are on. A full code also
  turns an opt-in rule on.
* ``# extend-select: OCS401`` adds opt-in rules.
* ``# async: yes``: the file can be rewritten for ``httpx.AsyncClient``.
* ``# fix: unsafe``: the golden file shows what the unsafe fixes do, too.
* ``# skip: alias, crlf`` leaves out rewrites that would take the subject of the fixture away.

``NAME.fixed.py`` beside it is what ``ocs-fix`` makes of the fixture. Other files of a folder are there for the fixtures
to import.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flake8.options.manager import OptionManager

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.findings import Finding
from flake8_ocs_status.plugin import Plugin
from flake8_ocs_status.rules import all_rules
from flake8_ocs_status.settings import Settings, settings_from

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"

EXPECT = re.compile(r"#\s*expect(?:\[(?P<offset>[+-]\d+)\])?:(?P<places>[^#]*)")
PLACE = re.compile(r"(?P<code>OCS\d{3})@(?P<column>\d+)")
OK = re.compile(r"#\s*ok: *(?P<reason>\S?)")
HEADER = re.compile(r"#\s*(?P<key>option|select|extend-select|async|fix|skip):\s*(?P<value>.*?)\s*$")
LOOSE_MARKER = re.compile(r"#\s*expect|OCS\d{3}@")

Place = tuple[int, int, str]
"""Line from 1, column in characters from 0, code."""


class FixtureError(Exception):
    """A fixture that does not follow the format; the text names file and line."""


@dataclass(frozen=True)
class Marker:
    """One ``# expect`` comment: where it stands and what it expects on which line."""

    comment_line: int
    comment_column: int
    text: str
    line: int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Fixture:
    """One fixture file."""

    path: Path
    root: Path = FIXTURES

    @property
    def name(self) -> str:
        """The path below the folder of all fixtures, for people."""
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def lines(self) -> list[str]:
        """The lines as flake8 hands them to plugins: decoded, without BOM, line ends made ``\\n``."""
        return read_lines(self.path)

    @cached_property
    def comments(self) -> list[tuple[int, int, str]]:
        """``(line, column, text)`` of each comment."""
        tokens = tokenize.generate_tokens(io.StringIO("".join(self.lines)).readline)
        return [(*token.start, token.string) for token in tokens if token.type == tokenize.COMMENT]

    @cached_property
    def markers(self) -> list[Marker]:
        """The ``# expect`` comments, in order; raises FixtureError for a malformed one."""
        found = []
        for line, column, text in self.comments:
            match = EXPECT.search(text)
            if match is None:
                if LOOSE_MARKER.search(text):
                    raise FixtureError(f"{self.name}:{line}: not a marker: {text}")
                continue
            target = line + int(match["offset"] or 0)
            places = []
            for part in match["places"].split(","):
                place = PLACE.fullmatch(part.strip())
                if place is None:
                    raise FixtureError(f"{self.name}:{line}: not of the form OCS101@20: {part.strip()!r}")
                places.append((target, int(place["column"]), place["code"]))
            found.append(Marker(line, column + match.start(), match[0], target, tuple(places)))
        return found

    @property
    def marked(self) -> set[Place]:
        """What the markers say."""
        return {place for marker in self.markers for place in marker.places}

    @property
    def expected(self) -> set[Place]:
        """What the markers expect of the rules that exist."""
        codes = {rule.code for rule in all_rules()}
        return {place for place in self.marked if place[2] in codes}

    @property
    def near_misses(self) -> list[int]:
        """The lines marked ``# ok: reason``; raises FixtureError where the reason is missing."""
        found = []
        for line, _, text in self.comments:
            match = OK.search(text)
            if match is not None:
                if not match["reason"]:
                    raise FixtureError(f"{self.name}:{line}: `# ok:` without a reason")
                found.append(line)
        return found

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        """``(key, value)`` of each header line: the comments above the first line of code."""
        found = []
        for line in self.lines:
            if line.strip() and not line.startswith("#"):
                break
            match = HEADER.match(line)
            if match is not None:
                found.append((match["key"], match["value"]))
        return found

    def header(self, key: str) -> list[str]:
        """The comma-separated values of a header."""
        return [part.strip() for name, value in self.headers if name == key for part in value.split(",")]

    @property
    def options(self) -> tuple[str, ...]:
        """The ``# option:`` headers as arguments for the command line."""
        return tuple(f"--{value}" for key, value in self.headers if key == "option")

    @cached_property
    def settings(self) -> Settings:
        """The settings that the ``# option:`` headers ask for."""
        return settings_of(self.options)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of the rules that this fixture is about; raises FixtureError when a header names no rule."""
        select, extended = self.header("select"), self.header("extend-select")
        codes = set()
        used: set[str] = set()
        for rule in all_rules():
            prefixes = [prefix for prefix in select if rule.code.startswith(prefix)]
            more = [prefix for prefix in extended if rule.code.startswith(prefix)]
            used.update(prefixes, more)
            if more or rule.code in prefixes or (rule.on and (prefixes or not select)):
                codes.add(rule.code)
        unknown = {*select, *extended} - used
        if unknown:
            raise FixtureError(f"{self.name}: no rule is called {', '.join(sorted(unknown))}")
        return frozenset(codes)

    @property
    def unsafe(self) -> bool:
        """Whether the golden file is made with the unsafe fixes."""
        return "unsafe" in self.header("fix")

    @property
    def golden(self) -> Path | None:
        """The file that holds what ``ocs-fix`` makes of this fixture."""
        path = self.path.with_suffix(".fixed.py")
        return path if path.exists() else None

    def findings(self) -> list[Finding]:
        """What the rules of this fixture report."""
        return findings_in(self.path, self.settings, self.codes)


def fixtures_in(folder: Path = FIXTURES) -> list[Fixture]:
    """Every fixture below ``folder``, sorted by path."""
    paths = (path for path in folder.rglob("*.py") if not path.name.endswith(".fixed.py"))
    return [Fixture(path, folder) for path in sorted(paths)]


def read_lines(path: Path) -> list[str]:
    """Read a file as flake8 does."""
    with tokenize.open(path) as file:
        return file.readlines()


def findings_in(path: Path, settings: Settings, codes: frozenset[str] | None = None) -> list[Finding]:
    """What the rules report about a file, through the path that flake8 and ``ocs-fix`` share."""
    lines = read_lines(path)
    return findings_of(ast.parse("".join(lines)), lines, str(path), settings, codes)


def settings_of(arguments: tuple[str, ...]) -> Settings:
    """The settings that flake8 would make of command-line arguments."""
    manager = OptionManager(version="0", plugin_versions="", parents=[], formatter_names=[])
    Plugin.add_options(manager)
    return settings_from(manager.parse_args(list(arguments)))


def places_of(findings: list[Finding]) -> set[Place]:
    """Where findings are, without their text."""
    return {(finding.line, finding.column, finding.code) for finding in findings}


def differences(fixture: Fixture, findings: Iterable[Finding]) -> str:
    """A report of what was expected and did not come, and of what came unexpected; empty when all is as marked."""
    expected, found = fixture.expected, {(f.line, f.column, f.code): f for f in findings}
    report = []
    for line, column, code in sorted(expected - found.keys()):
        report.append((line, f"missed alarm: expected {code}@{column}"))
    for place in sorted(found.keys() - expected):
        finding = found[place]
        report.append((finding.line, f"false alarm: got {finding.code}@{finding.column} {finding.message}"))
    text = []
    for line, problem in sorted(report):
        source = fixture.lines[line - 1].rstrip() if line <= len(fixture.lines) else ""
        text.append(f"{fixture.path}:{line}: {problem}\n    {source}")
    return "\n".join(text)
