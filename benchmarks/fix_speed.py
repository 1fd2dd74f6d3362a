"""``ocs-fix`` beside django-upgrade, and beside the same rewrite as a plain codemod of libcst."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from measuring import cpu_seconds, in_turns, ratio, versions
from trees import default_sources, mixed, size_of, write_tree

FILES, LONGEST, EVERY = 430, 400, 4
# Two lines that one of the tools rewrites each, put at the end of some of the files.
PLANTED = textwrap.dedent(
    """

    def planted(request, response):
        if response.status_code == 404:
            return request.META["HTTP_ACCEPT_LANGUAGE"]
        return None
    """
)
CODEMOD_FOLDER = Path(__file__).parent


def planted(contents: Sequence[bytes]) -> list[bytes]:
    """The same files, with something to do for both tools in every fourth."""
    return [
        data.rstrip() + b"\n" + PLANTED.encode() if number % EVERY == 0 else data
        for number, data in enumerate(contents)
    ]


def on_fresh_tree(contents: Sequence[bytes], command: Callable[[Path, list[Path]], list[str | Path]]) -> float:
    """The CPU time of a command that rewrites a tree, which is written anew for it."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write_tree(Path(folder) / "tree", contents)
        shutil.copy(CODEMOD_FOLDER / "plain_codemod.py", folder)
        seconds = cpu_seconds(command(Path(folder) / "tree", paths), Path(folder), allowed=(0, 1))
        changed = sum(path.read_bytes() != data for path, data in zip(paths, contents, strict=True))
        if changed < len(contents) // EVERY:
            raise SystemExit(f"only {changed} of {len(contents)} files were changed")
    return seconds


def ocs_fix(tree: Path, paths: list[Path]) -> list[str | Path]:
    """One process, as django-upgrade has."""
    code = "import sys; from flake8_ocs_status.fix.cli import main; sys.exit(main())"
    return [sys.executable, "-c", code, "--isolated", "--jobs", "1", "--quiet", tree]


def django_upgrade(tree: Path, paths: list[Path]) -> list[str | Path]:
    """It takes files only; the version is the first on which ``request.META`` has a successor, or any later one."""
    return [sys.executable, "-m", "django_upgrade", "--target-version", "4.2", *paths]


def plain_codemod(tree: Path, paths: list[Path]) -> list[str | Path]:
    """One process as well, without its progress bar."""
    options = ["--jobs", "1", "--no-format", "--hide-progress"]
    return [sys.executable, "-m", "libcst.tool", "codemod", "-x", "plain_codemod.NameStatus", *options, tree]


def main() -> None:
    """Build the tree, take the figures in turns, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="*", type=Path, help="folders of source files (default: what Python has here)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--sample",
        type=int,
        default=10,
        help="give the codemod every n-th file only; its time, less that of an empty run, counts n times"
        " (default: %(default)s)",
    )
    options = parser.parse_args()
    contents = planted(list(mixed(options.sources or default_sources(), FILES, LONGEST)))
    sample = contents[:: options.sample]
    measures = {
        "ocs-fix": partial(on_fresh_tree, contents, ocs_fix),
        "django-upgrade": partial(on_fresh_tree, contents, django_upgrade),
        "codemod, sample": partial(on_fresh_tree, sample, plain_codemod),
        "codemod, start": partial(on_fresh_tree, [], plain_codemod),
    }
    figures = in_turns(measures, options.runs)
    pairs = zip(figures["codemod, sample"], figures["codemod, start"], strict=True)
    scale = len(contents) / len(sample)
    codemod = [start + (seconds - start) * scale for seconds, start in pairs]
    print(versions("flake8-ocs-status", "django-upgrade", "libcst"))
    print(f"{size_of(contents)}, every fourth with something to rewrite; the least of {options.runs} turns")
    print(f"ocs-fix / django-upgrade: {ratio(figures['ocs-fix'], figures['django-upgrade']):.2f}")
    print(f"plain codemod / ocs-fix: {ratio(codemod, figures['ocs-fix']):.0f}")


if __name__ == "__main__":
    main()
