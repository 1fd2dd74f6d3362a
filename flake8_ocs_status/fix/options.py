"""flake8's options, read by flake8: the same command line words, the same configuration files, the same decisions."""

from __future__ import annotations

import argparse
import configparser
import os
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint
from typing import NoReturn

import flake8
from flake8.defaults import VALID_CODE_PREFIX
from flake8.exceptions import ExecutionError
from flake8.main.options import register_default_options, stage1_arg_parser
from flake8.options import aggregator, config
from flake8.options.manager import Option, OptionManager
from flake8.plugins.finder import Checkers, LoadedPlugin, Plugin, Plugins
from flake8.utils import parse_files_to_codes_mapping

from flake8_ocs_status import plugin
from flake8_ocs_status.rules import all_rules

# Where flake8 looks for its configuration, in this order.
CANDIDATES = ("setup.cfg", "tox.ini", ".flake8")
CONFIGURATION = ("--config", "--append-config", "--isolated")
# Those of flake8's own options that say which files and which findings are meant, with what they mean here.
FILES = {
    "--exclude": "files and folders to leave out, named or found (Default: %(default)s)",
    "--extend-exclude": "more of them, beside those of --exclude",
    "--filename": "what a file in a folder must be called (Default: %(default)s)",
    "--stdin-display-name": "the file that stdin is: its settings hold, and messages name it",
}
FINDINGS = {
    "--select": "codes to fix; a prefix such as OCS1 stands for all of its codes (Default: every rule that is on)",
    "--extend-select": "more of them, opt-in rules too, beside those of --select",
    "--ignore": "codes to leave alone (Default: none of OCS)",
    "--extend-ignore": "more of them, beside those of --ignore",
    "--per-file-ignores": "codes to leave alone in some files, such as tests/*:OCS101",
    "--disable-noqa": "fix lines that have a # noqa comment too",
}
COLOUR = {"--color": "colours; auto: on a terminal, and as NO_COLOR and FORCE_COLOR say (Default: %(default)s)"}
SHARED = {**FILES, **FINDINGS, **COLOUR}


class OptionError(Exception):
    """An option, or a line of a configuration file, that cannot be used; the text is one line."""


def forwarded_options() -> list[Option]:
    """The options that the command line takes over from flake8 and from the plugin, with their help."""
    return [
        option
        for option in _manager().options
        if option.long_option_name in SHARED or str(option.long_option_name).startswith("--ocs-")
    ]


def read_options(words: Sequence[str], paths: Sequence[str]) -> argparse.Namespace:
    """Let flake8 read its configuration and ``words``, command line words of its own.

    Raises OptionError for whatever flake8 rejects, and for a code of this project's kind that no rule has.
    """
    early, rest = stage1_arg_parser().parse_known_args(list(words))
    try:
        files, folder = config.load_config(early.config, early.append_config, isolated=early.isolated)
        options = aggregator.aggregate_options(_manager(), files, folder, [*rest, "--", *paths])
        # flake8 looks at this one late, when the first file is done.
        parse_files_to_codes_mapping(options.per_file_ignores)
    except (ExecutionError, ValueError) as error:
        # A list of codes that has no code in it is a ValueError; flake8 explains both over several lines.
        raise OptionError(" ".join(str(error).split())) from None
    except (OSError, UnicodeError) as error:
        name = getattr(error, "filename", None)
        text = getattr(error, "strerror", None) or error
        raise OptionError(f"configuration: {name}: {text}" if name else f"configuration: {text}") from None
    except configparser.Error as error:
        raise OptionError(f"configuration: {' '.join(str(error).split())}") from None
    known = [rule.code for rule in all_rules()]
    for part in ("select", "extend_select", "ignore", "extend_ignore"):
        for code in getattr(options, part) or ():
            if not VALID_CODE_PREFIX.match(code):
                raise OptionError(f"{code} in --{part.replace('_', '-')} is no code; those are capitals, then digits")
            if code.startswith("OCS") and not any(rule.startswith(code) for rule in known):
                raise OptionError(f"{code} in --{part.replace('_', '-')} is no rule of {plugin.Plugin.name}")
    plugin.hide_opt_in_rules(options)
    return options


def configuration_files(words: Sequence[str]) -> list[str]:
    """The configuration files that :func:`read_options` reads for the same words, in their order."""
    early, _ = stage1_arg_parser().parse_known_args(list(words))
    if early.isolated:
        return []
    files = [early.config]
    if early.config is None:
        # flake8 tells the folder, and takes the first file there that has a section of its own.
        _, folder = config.load_config(None, [])
        files = [path for name in CANDIDATES if _has_section(path := os.path.join(folder, name))][:1]
    return [os.path.relpath(path) for path in (*files, *early.append_config)]


def _has_section(path: str) -> bool:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="UTF-8")
    except (UnicodeDecodeError, configparser.ParsingError):
        return False
    return not parser.keys().isdisjoint({"flake8", "flake8:local-plugins"})


def _manager() -> OptionManager:
    """flake8's option manager with this plugin alone: options of other plugins change nothing here."""
    entry = Plugin(
        plugin.Plugin.name,
        plugin.Plugin.version,
        EntryPoint("OCS", f"{plugin.__name__}:Plugin", "flake8.extension"),
    )
    loaded = LoadedPlugin(entry, plugin.Plugin, {"tree": True, "lines": True, "filename": True})
    manager = OptionManager(
        version=flake8.__version__,
        plugin_versions=f"{plugin.Plugin.name}: {plugin.Plugin.version}",
        parents=[stage1_arg_parser()],
        formatter_names=["default"],
    )
    manager.parser.error = _fail
    register_default_options(manager)
    manager.register_plugins(Plugins(Checkers([loaded], [], []), {}, []))
    return manager


def _fail(message: str) -> NoReturn:
    raise OptionError(message)


def codes_with_fixes() -> Iterable[str]:
    """The codes of the rules that offer fixes."""
    return (rule.code for rule in all_rules() if rule.fixes is not None)
