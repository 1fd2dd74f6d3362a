"""Run flake8 as if only some of the installed plugins were there: ``flake8_with.py PLUGIN,… [OPTION…] PATH…``."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator

from flake8.main.cli import main

OWN = {"flake8", "pyflakes", "pycodestyle"}


def distributions_but(others: set[str]) -> Iterator[importlib.metadata.Distribution]:
    """The installed distributions without the plugins that nobody named."""
    for found in all_distributions():
        is_plugin = any(entry.group.startswith("flake8.") for entry in found.entry_points)
        if not is_plugin or found.metadata["name"].lower() in OWN | others:
            yield found


all_distributions = importlib.metadata.distributions

if __name__ == "__main__":
    plugins = set(sys.argv[1].split(","))
    # flake8 finds its plugins by this function.
    importlib.metadata.distributions = lambda: distributions_but(plugins)  # type: ignore[assignment]
    sys.exit(main(sys.argv[2:]))
