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
_HOST = re.compile(r"(\*\.)?[a-z\d_]([a-z\d_-]*[a-z\d_])?(\.[a-z\d_]([a-z\d_-]*[a-z\d_])?)*")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
# What a parameter for the URL, or for the path behind a base, is called.
URL_PARAMETERS = ("url", "uri", "path", "endpoint")
RESPONSE_LIBRARIES = ("requests", "httpx")
_NAME = r"[^\W\d]\w*"
_CLIENT_CALL = re.compile(rf"({_NAME}(?:\.{_NAME})+)\(([^()]*)\)(?:\s+(returns|raises)(?:\s+(\w+))?)?")
_PARAMETER = re.compile(rf"({_NAME})(?:\s*=\s*(\w+))?")
_PYTHON_VERSION = re.compile(r"3\.(\d{1,2})")


@dataclass(frozen=True, slots=True)
class ClientCall:
    """A function or method out of sight that sends a request, as the configuration declares it.

    ``path``: the dotted path by which code imports it. ``parameters``: their names, in order, without ``self``.
    ``method``: the HTTP method where no argument says it, else None. ``library``: whose responses it gives back.
    ``raises``: it raises on an error status, and gives back the body.
    """

    path: str
    parameters: tuple[str, ...]
    method: str | None
    library: str = "requests"
    raises: bool = False

    @property
    def owner(self) -> str:
        """The path of the class or module that has it."""
        return self.path.rpartition(".")[0]

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path.rpartition(".")[2]

    @property
    def package(self) -> str:
        """The outermost package that it is imported from."""
        return self.path.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run.

    ``constants``: the vocabulary that names statuses, one of :data:`VOCABULARIES` or ``package.module:Name``.
    ``scope``: which calls the handling and retry rules judge, ``"detect"`` or ``"all"``.
    ``hosts``: further hosts of OCS, a leading ``*.`` standing for one or more labels.
    ``client_calls``: functions out of sight that send a request to OCS.
    ``handled_by``: what counts as handling a 412, ``"branch"`` or ``"raise"``.
    ``python``: the lowest Python that the analysed project runs on, None to read it from the project's
    ``requires-python``.
    ``bounds``: how the bounds of a range of statuses are written, ``"none"`` (no rule) or ``"enum"`` (as names).
    """

    constants: str = "http.HTTPStatus"
    scope: str = "detect"
    hosts: tuple[str, ...] = ()
    client_calls: tuple[ClientCall, ...] = ()
    handled_by: str = "branch"
    python: tuple[int, int] | None = None
    bounds: str = "none"

    @property
    def words(self) -> tuple[str, ...]:
        """Words, in small letters, of which a module that calls OCS may have no other than one of these."""
        packages = (call.package.lower() for call in self.client_calls)
        return (*(host.removeprefix("*") for host in self.hosts), *packages)


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


def hosts(text: str) -> tuple[str, ...]:
    """Turn ``"ocs.example.com, *.example.org"`` into its hosts; raises argparse.ArgumentTypeError for anything else."""
    found = tuple(re.split(r"[\s,]+", text.lower().strip(", \t\n")))
    for host in found:
        if _HOST.fullmatch(host) is None:
            raise argparse.ArgumentTypeError(f"{host!r} is not a host such as ocs.example.com or *.example.com")
    return found


def client_calls(text: str) -> tuple[ClientCall, ...]:
    """Read the value of ``--ocs-client-calls``; raises argparse.ArgumentTypeError for what is no declaration."""
    entries = (entry.strip() for entry in re.split(r"[,\n](?![^(]*\))", text))
    return tuple(_client_call(entry) for entry in entries if entry)


def _client_call(entry: str) -> ClientCall:
    """One declaration: ``corp.http.send(method, url)``, ``corp.http.Client.post(url) raises``."""
    found = _CLIENT_CALL.fullmatch(entry)
    if found is None:
        raise argparse.ArgumentTypeError(f"{entry!r} is not of the form package.Client.send(method, url)")
    path, listed, does, library = found.groups()
    parameters: list[str] = []
    method = path.rpartition(".")[2].upper()
    for parameter in filter(None, map(str.strip, listed.split(","))):
        parts = _PARAMETER.fullmatch(parameter)
        if parts is None or (parts[2] is not None and parts[1] != "method"):
            raise argparse.ArgumentTypeError(f"{parameter!r} in {entry!r} is neither a name nor method=GET")
        parameters.append(parts[1])
        if parts[2] is not None:
            method = parts[2].upper()
            if method not in _METHODS:
                raise argparse.ArgumentTypeError(f"{parts[2]!r} in {entry!r} is no HTTP method")
    if not any(name in URL_PARAMETERS for name in parameters):
        raise argparse.ArgumentTypeError(f"{entry!r} has none of the parameters {', '.join(URL_PARAMETERS)}")
    if method not in _METHODS and "method" not in parameters:
        raise argparse.ArgumentTypeError(f"{entry!r} tells no HTTP method; add a parameter method, or method=GET")
    if library is not None and library not in RESPONSE_LIBRARIES:
        raise argparse.ArgumentTypeError(f"{library!r} in {entry!r} is neither of {', '.join(RESPONSE_LIBRARIES)}")
    return ClientCall(
        path, tuple(parameters), method if method in _METHODS else None, library or "requests", does == "raises"
    )


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
        "--ocs-hosts",
        metavar="HOSTS",
        type=hosts,
        default=None,
        parse_from_config=True,
        help="Further hosts of OCS, such as those of a private installation, separated by commas: ocs.example.com,"
        " *.example.org",
    )
    manager.add_option(
        "--ocs-client-calls",
        metavar="CALLS",
        type=client_calls,
        default=None,
        parse_from_config=True,
        help="Functions out of sight that send requests to OCS, such as those of an installed library, separated by"
        " commas: corp.Client.send(method, url), corp.Client.post(url) raises",
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
        hosts=options.ocs_hosts or (),
        client_calls=options.ocs_client_calls or (),
        handled_by=options.ocs_handled_by,
        python=options.ocs_python,
        bounds=options.ocs_bounds,
    )
