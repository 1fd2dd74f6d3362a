"""Every option, once. flake8 and ``ocs-fix`` read the same ones, from the same places."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass

from flake8.options.manager import OptionManager

LOWEST_PYTHON = (3, 10)
VOCABULARIES = (
    "http.HTTPStatus",
    "requests.codes",
    "httpx.codes",
    "starlette.status",
    "fastapi.status",
    "rest_framework.status",
)
SCOPES = ("detect", "all")
HANDLED_BY = ("branch", "raise")
BOUNDS = ("none", "enum")
_OWN_VOCABULARY = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_PYTHON_VERSION = re.compile(r"3\.(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run.

    ``constants``: the vocabulary that names statuses, one of :data:`VOCABULARIES` or ``package.module:Name``.
    ``scope``: which calls the handling and retry rules judge, ``"detect"`` or ``"all"``.
    ``handled_by``: what counts as handling a 412, ``"branch"`` or ``"raise"``.
    ``python``: the lowest Python that the analysed project runs on, None to read it from the project's
    ``requires-python``.
    ``bounds``: how the bounds of a range of statuses are written, ``"none"`` (no rule) or ``"enum"`` (as names).
    """

    constants: str = "http.HTTPStatus"
    scope: str = "detect"
    handled_by: str = "branch"
    python: tuple[int, int] | None = None
    bounds: str = "none"


def vocabulary(text: str) -> str:
    """Check the value of ``--ocs-constants``; raises argparse.ArgumentTypeError with the choices."""
    if text in VOCABULARIES or _OWN_VOCABULARY.fullmatch(text):
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is neither one of {', '.join(VOCABULARIES)} nor package.module:Name")


def python_version(text: str) -> tuple[int, int]:
    """Turn ``"3.11"`` into ``(3, 11)``; raises argparse.ArgumentTypeError for anything else."""
    found = _PYTHON_VERSION.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a Python version such as 3.11")
    return 3, int(found[1])


def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """A check for the value of an option with few values.

    argparse's own ``choices`` are not held against what comes from a configuration file.
    """

    def choice(text: str) -> str:
        if text in choices:
            return text
        raise argparse.ArgumentTypeError(f"invalid choice: {text!r} (choose from {', '.join(choices)})")

    return choice


def add_options(manager: OptionManager) -> None:
    """Register the options; flake8 shows them in a group of their own and reads them from its configuration."""
    manager.add_option(
        "--ocs-constants",
        metavar="VOCABULARY",
        type=vocabulary,
        default="http.HTTPStatus",
        parse_from_config=True,
        help=f"Constants that name a status: {', '.join(VOCABULARIES)}, or package.module:Name of your own"
        " (Default: %(default)s)",
    )
    manager.add_option(
        "--ocs-bounds",
        metavar="{none,enum}",
        type=one_of(BOUNDS),
        default="none",
        parse_from_config=True,
        help="Bounds of a range of statuses: no rule, or always a name where there is one (Default: %(default)s)",
    )
    manager.add_option(
        "--ocs-scope",
        metavar="{detect,all}",
        type=one_of(SCOPES),
        default="detect",
        parse_from_config=True,
        help="Calls that the handling and retry rules judge: those that are found to go to OCS, or all"
        " (Default: %(default)s)",
    )
    manager.add_option(
        "--ocs-handled-by",
        metavar="{branch,raise}",
        type=one_of(HANDLED_BY),
        default="branch",
        parse_from_config=True,
        help="What handles a 412: only a test that tells it apart, or also an exception that carries the response"
        " (Default: %(default)s)",
    )
    manager.add_option(
        "--ocs-python",
        metavar="VERSION",
        type=python_version,
        default=None,
        parse_from_config=True,
        help="Lowest Python that the code runs on; it decides which constants exist"
        " (Default: requires-python of the nearest pyproject.toml)",
    )


def settings_from(options: argparse.Namespace) -> Settings:
    """The settings in flake8's parsed options."""
    return Settings(
        constants=options.ocs_constants,
        scope=options.ocs_scope,
        handled_by=options.ocs_handled_by,
        python=options.ocs_python,
        bounds=options.ocs_bounds,
    )
