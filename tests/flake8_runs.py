"""Run flake8 with the plugin in processes of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from fixtures_harness import Fixture, Place

# "OCS" alone would leave out the rules that are off by default.
EVERY_RULE = "--select=OCS0,OCS1,OCS2,OCS3,OCS4,OCS5,OCS6"
FORMAT = "--format=%(path)s:%(row)d:%(col)d:%(code)s"

# What whoever lints has no use for, and would wait for.
HEAVY = ("aiohttp", "httpx", "libcst", "requests", "urllib3")
WATCHED = f"""\
import sys
from flake8.main.cli import main
main()
loaded = sorted({{*{HEAVY}}} & {{*sys.modules}})
if loaded:
    print("loaded:", *loaded, file=sys.stderr)
"""


def run_flake8(
    *arguments: str | Path, folder: Path | None = None, stdin: bytes | None = None, watched: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m flake8`` in ``folder``; output is decoded as UTF-8.

    Without a folder it runs in that of the tests, where the package that is imported is the installed one. A run that
    is ``watched`` names in the errors what its first process has loaded without need.
    """
    program = ["-c", WATCHED] if watched else ["-m", "flake8"]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", *program, *map(str, arguments)],
        cwd=folder or Path(__file__).parent,
        input=stdin if stdin is not None else b"",
        capture_output=True,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def flake8_places(
    files: Iterable[tuple[Fixture, Path]], *arguments: str, watched: bool = False
) -> dict[Fixture, set[Place]]:
    """What flake8 reports about each fixture (or its copy), for the fixture's own rules and options.

    One run for each set of options, however many fixtures share it; raises AssertionError where it says anything else.
    """
    runs: dict[tuple[str, ...], dict[str, Fixture]] = {}
    found: dict[Fixture, set[Place]] = {}
    for fixture, path in files:
        runs.setdefault(fixture.options, {})[str(path)] = fixture
        found[fixture] = set()
    for options, fixtures in runs.items():
        done = run_flake8("--isolated", EVERY_RULE, FORMAT, *arguments, *options, *fixtures, watched=watched)
        assert not done.stderr, done.stderr
        for line in done.stdout.splitlines():
            name, row, column, code = line.rsplit(":", 3)
            fixture = fixtures[name]
            if code in fixture.codes:
                found[fixture].add((int(row), int(column) - 1, code))
    return found
