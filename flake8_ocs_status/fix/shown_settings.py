"""What would be done, and under which settings: ``--show-settings``."""

from __future__ import annotations

import argparse
import os
from collections import Counter

from flake8.utils import parse_files_to_codes_mapping

from flake8_ocs_status.catalogue.project import lowest_python
from flake8_ocs_status.fix.arguments import Arguments
from flake8_ocs_status.fix.options import configuration_files, forwarded_options
from flake8_ocs_status.fix.silence import Silence
from flake8_ocs_status.fix.walking import Found
from flake8_ocs_status.rules import all_rules

CODES = ("select", "extend_select", "ignore", "extend_ignore")
FILES = ("exclude", "extend_exclude", "filename")


def settings_text(arguments: Arguments, options: argparse.Namespace, found: Found) -> str:
    """The settings as lines ``name = value``, the names those of the options, and the files that are meant."""
    first = found.files[0] if found.files else os.path.join(os.curdir, "x.py")
    python = options.ocs_python or lowest_python(first)
    origin = "" if options.ocs_python else f" (of the project of {first if found.files else os.curdir})"
    fixes = {rule.code: rule.fixes for rule in all_rules()}
    codes = sorted(Silence(options).codes(first))
    fixed = [code for code in codes if arguments.unsafe or fixes[code] == "safe"]
    names = [str(option.long_option_name).removeprefix("--") for option in forwarded_options()]
    own = {name: _value(getattr(options, name.replace("-", "_"))) for name in names if name.startswith("ocs-")}
    own["ocs-python"] = f"{python[0]}.{python[1]}{origin}"
    # What nobody asked for is ignored by an entry of its own here; flake8 hides it by default.
    opt_in = {rule.code for rule in all_rules() if not rule.on}
    options.extend_ignore = [code for code in options.extend_ignore or () if code not in opt_in]
    reasons = Counter(why for _, why in found.skipped)
    lines = [
        ("configuration", ", ".join(configuration_files(arguments.words)) or "none"),
        *own.items(),
        *((name.replace("_", "-"), _list(getattr(options, name))) for name in CODES),
        ("per-file-ignores", _ignores(options)),
        ("disable-noqa", str(bool(options.disable_noqa)).lower()),
        *((name.replace("_", "-"), _list(getattr(options, name))) for name in FILES),
        ("unsafe-fixes", str(arguments.unsafe).lower()),
        ("fixed", _list(fixed)),
        ("fixed with --unsafe-fixes", _list([code for code in codes if code not in fixed])),
        ("files", str(len(found.files))),
        *((f"passed over, {why}", str(number)) for why, number in sorted(reasons.items())),
    ]
    text = "".join(f"{name} = {value}".rstrip() + "\n" for name, value in lines)
    if arguments.verbose:
        text += "".join(f"file = {path}\n" for path in found.files)
        text += "".join(f"passed over = {path} ({why})\n" for path, why in found.skipped)
    return text


def _value(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, (tuple, list, set, frozenset)) else str(value)


def _list(values: list[str] | tuple[str, ...] | None) -> str:
    # Paths below the folder of the configuration have become absolute.
    return ",".join(os.path.relpath(value) if os.path.isabs(value) else value for value in values or ())


def _ignores(options: argparse.Namespace) -> str:
    pairs = parse_files_to_codes_mapping(options.per_file_ignores or "")
    return " ".join(f"{pattern}:{','.join(codes)}" for pattern, codes in pairs)
