"""Time for a line in ever longer files, and memory over ever more files; both are to stay flat."""

from __future__ import annotations

import argparse
import ast
import gc
import textwrap
import time
import tracemalloc
import warnings
from collections.abc import Sequence
from pathlib import Path

from measuring import versions
from trees import default_sources, mixed

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.fix.options import read_options
from flake8_ocs_status.fix.runner import fixer_for
from flake8_ocs_status.settings import Settings

LENGTHS = (1_000, 5_000, 20_000)
FILE_COUNTS = (200, 400, 600, 800, 1_000)
LITERALS = (
    "import requests\n",
    """
    def check_#(response):
        if response.status_code == 404:
            return None
        if 200 <= response.status_code < 300:
            return response.json()
        raise ValueError(#)
    """,
)
CALLS = (
    """
    import requests

    session = requests.Session()
    """,
    """
    def streams_#(base, tenant, namespace):
        url = f"{base}/api/v1/Tenants/{tenant}/Namespaces/{namespace}/Streams"
        response = session.get(url)
        response.raise_for_status()
        return response.json()
    """,
)


def long_file(parts: tuple[str, str], lines: int) -> str:
    """A file that begins with the first part and repeats the second, each time with another number for ``#``."""
    start, block = map(textwrap.dedent, parts)
    return start + "".join(block.replace("#", str(number)) for number in range(lines // block.count("\n")))


def seconds_for_a_line(source: str) -> tuple[float, int]:
    """The CPU time of checking a file, parsing left out, by its lines; and the number of findings."""
    tree, lines = ast.parse(source), source.splitlines(keepends=True)
    start = time.process_time()
    findings = findings_of(tree, lines, "client.py", Settings())
    return (time.process_time() - start) / len(lines), len(findings)


def seconds_to_fix_a_line(source: str) -> tuple[float, int]:
    """The same for fixing a file, parsing included; and the number of findings that were fixed."""
    fixer = fixer_for(read_options(["--isolated"], ["."]), unsafe=False)
    start = time.process_time()
    result = fixer.fix("client.py", source.encode())
    return (time.process_time() - start) / source.count("\n"), result.fixed.total()


def show_lengths() -> None:
    """Print a table: the time for a line, as a multiple of that in the shortest file."""
    kinds = {
        "literals, checked": (LITERALS, seconds_for_a_line),
        "calls to OCS, checked": (CALLS, seconds_for_a_line),
        "literals, fixed": (LITERALS, seconds_to_fix_a_line),
    }
    for name, (parts, measure) in kinds.items():
        measure(long_file(parts, 200))
        figures = [min(measure(long_file(parts, lines)) for _ in range(3)) for lines in LENGTHS]
        for lines, (seconds, count) in zip(LENGTHS, figures, strict=True):
            print(f"{name}: {lines:>6,} lines, {count:>5,} findings: {seconds / figures[0][0]:.2f}")


def show_memory(contents: Sequence[bytes]) -> None:
    """Print a table: the memory in use after so many files, as a multiple of that after the first of them.

    Tables that are loaded once are loaded before; the caches of names, which have a limit, fill up meanwhile.
    """
    tracemalloc.start()
    seconds_for_a_line(long_file(CALLS, 200))
    first = 0
    for number, data in enumerate(contents, 1):
        source = data.decode("utf-8", "replace")
        findings_of(ast.parse(data), source.splitlines(keepends=True), f"file_{number}.py", Settings())
        if number in FILE_COUNTS:
            gc.collect()
            used, _ = tracemalloc.get_traced_memory()
            first = first or used
            print(f"memory after {number:>5,} files: {used / first:.2f}")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="*", type=Path, help="folders of source files (default: what Python has here)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print(versions("flake8-ocs-status"))
    show_lengths()
    show_memory(list(mixed(options.sources or default_sources(), max(FILE_COUNTS))))


if __name__ == "__main__":
    main()
