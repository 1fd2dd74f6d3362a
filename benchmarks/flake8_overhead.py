"""What the plugin adds to flake8's CPU time over a mixed tree, beside flake8-bugbear and one bare ``ast.walk``."""

from __future__ import annotations

import argparse
import ast
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from measuring import cpu_seconds, in_turns, ratio, versions
from trees import default_sources, mixed, size_of, write_tree

NONE, PLUGIN, PEER = "none", "flake8-ocs-status", "flake8-bugbear"
RUNNER = Path(__file__).with_name("flake8_with.py")


def flake8_seconds(plugins: str, tree: Path, jobs: str) -> float:
    """The CPU time of flake8 over a tree with some plugins."""
    command: list[str | Path] = [sys.executable, RUNNER, plugins, "--isolated", "--exit-zero", "--jobs", jobs, tree]
    return cpu_seconds(command, tree.parent)


def walking_seconds(contents: Sequence[bytes]) -> float:
    """The CPU time of walking every tree once, parsing left out."""
    total = 0.0
    for data in contents:
        tree = ast.parse(data)
        start = time.process_time()
        for _ in ast.walk(tree):
            pass
        total += time.process_time() - start
    return total


def main() -> None:
    """Build the tree, take the figures in turns, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="*", type=Path, help="folders of source files (default: what Python has here)")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--jobs", default="1", help="as for flake8 (default: %(default)s, which disturbs least)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    contents = list(mixed(options.sources or default_sources(), options.files))
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        write_tree(tree, contents)
        measures: dict[str, Callable[[], float]] = {
            plugins: partial(flake8_seconds, plugins, tree, options.jobs) for plugins in (NONE, PLUGIN, PEER)
        }
        measures["one ast.walk"] = partial(walking_seconds, contents)
        figures = in_turns(measures, options.runs)
    print(versions("flake8", PLUGIN, PEER))
    print(f"{size_of(contents)}; the least of {options.runs} turns; flake8 alone is 100 %")
    for plugins in (PLUGIN, PEER):
        print(f"with {plugins}: {100 * ratio(figures[plugins], figures[NONE]):.1f} %")
    print(f"one ast.walk: {100 * ratio(figures['one ast.walk'], figures[NONE]):.1f} %")


if __name__ == "__main__":
    main()
