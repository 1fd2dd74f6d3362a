"""How a project sorts its imports: what it has told isort or ruff, read from the nearest configuration.

The options are those of ruff's ``lint.isort`` (0.17) and of isort (9.0); the two agree on their meaning and differ in
``-`` and ``_``. What the file to be changed shows by itself comes on top: see :mod:`flake8_ocs_status.fix.sections`.
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, LOCAL = (
    "future",
    "standard-library",
    "third-party",
    "first-party",
    "local-folder",
)
SECTIONS = (FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, LOCAL)
# isort's words for the same.
_SECTION_NAMES = {"stdlib": STANDARD, "thirdparty": THIRD_PARTY, "firstparty": FIRST_PARTY, "localfolder": LOCAL}
_KNOWN = {
    "extra-standard-library": STANDARD,
    "known-standard-library": STANDARD,
    "known-third-party": THIRD_PARTY,
    "known-first-party": FIRST_PARTY,
    "known-local-folder": LOCAL,
}
# Those of isort's profiles that say more than how lines are wrapped (isort 9.0, isort/profiles.py).
_PROFILES: Mapping[str, Mapping[str, object]] = {
    "google": {"force-single-line": True, "force-sort-within-sections": True, "lexicographical": True},
    "open_stack": {"force-single-line": True, "force-sort-within-sections": True, "lexicographical": True},
    "plone": {"force-single-line": True, "no-sections": True, "from-first": True, "lines-between-types": 1},
}
_MARKS = ("pyproject.toml", "setup.cfg", "setup.py", ".git")


@dataclass(frozen=True, slots=True)
class Sorting:
    """How imports are sorted. ``sections`` in their order; ``known``: patterns of modules and their section.

    ``roots`` are the folders that hold the project's own packages, ``package`` is the one that the file belongs to.
    ``lines_after`` is negative where the usual holds: two lines before a definition, else one.
    """

    roots: tuple[str, ...] = ()
    package: str = ""
    sections: tuple[str, ...] = SECTIONS
    known: tuple[tuple[str, str], ...] = ()
    default: str = THIRD_PARTY
    without_sections: bool = False
    no_lines_before: frozenset[str] = frozenset()
    single_line: bool = False
    forms_mixed: bool = False
    from_first: bool = False
    by_type: bool = True
    case_sensitive: bool = False
    by_length: bool = False
    combined_aliases: bool = False
    lines_between_forms: int = 0
    lines_after: int = -1
    top: frozenset[str] = frozenset()

    def section(self, module: str, level: int = 0) -> int:
        """The place of the section of an imported module among :attr:`sections`."""
        name = self._section_name(module, level)
        return self.sections.index(name) if name in self.sections else len(self.sections)

    def _section_name(self, module: str, level: int) -> str:
        package = module.partition(".")[0]
        if package == "__future__" and not level:
            return FUTURE
        if self.without_sections:
            return FIRST_PARTY
        if level:
            return LOCAL
        parts = module.split(".")
        for end in range(len(parts), 0, -1):
            part = ".".join(parts[:end])
            for pattern, section in self.known:
                if fnmatchcase(part, pattern):
                    return section
        if package in sys.stdlib_module_names:
            return STANDARD
        own = package == self.package or any(_is_in(root, package) for root in self.roots)
        return FIRST_PARTY if own else self.default


def sorting_for(path: str) -> Sorting:
    """How the project around the file at ``path`` sorts its imports; the tools' defaults where it does not say."""
    return _sorting_of_folder(os.path.dirname(os.path.abspath(path)))


@lru_cache(maxsize=1024)
def _sorting_of_folder(folder: str) -> Sorting:
    above = folder
    while os.path.isfile(os.path.join(above, "__init__.py")) and os.path.dirname(above) != above:
        above = os.path.dirname(above)
    package = os.path.relpath(folder, above).split(os.sep)[0] if above != folder else ""
    found = _nearest(folder)
    if found is not None:
        root, options, is_ruff = found
        return _sorting(root, package, options, is_ruff)
    root = _marked(folder) or above
    return Sorting(roots=(root, os.path.join(root, "src")), package=package)


def _marked(folder: str) -> str | None:
    """The nearest folder that looks like a project's root."""
    for current in _upwards(folder):
        if any(os.path.exists(os.path.join(current, mark)) for mark in _MARKS):
            return current
    return None


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        yield folder


def _nearest(folder: str) -> tuple[str, dict[str, Any], bool] | None:
    """The folder of the nearest configuration of either tool, its options, and whether it is ruff's."""
    for current in _upwards(folder):
        ruff, isort = _ruff_options(current), _isort_options(current)
        if ruff is not None and ("isort" in ruff or isort is None):
            return current, {**ruff, **ruff.get("isort", {})}, True
        if isort is not None:
            return current, isort, False
    return None


def _ruff_options(folder: str) -> dict[str, Any] | None:
    """ruff's own settings in a folder, None where there are none; those of ``lint`` are with the others."""
    found: Any = None
    for name in (".ruff.toml", "ruff.toml"):
        if found is None:
            found = _toml(os.path.join(folder, name))
    if found is None:
        found = _table(_toml(os.path.join(folder, "pyproject.toml")), "tool", "ruff")
    if not isinstance(found, dict):
        return None
    lint = found.get("lint")
    return {**found, **lint} if isinstance(lint, dict) else found


def _isort_options(folder: str) -> dict[str, Any] | None:
    options: dict[str, Any] | None = None
    for name, sections in (
        (".isort.cfg", ("settings", "isort")),
        ("setup.cfg", ("isort", "tool:isort")),
        ("tox.ini", ("isort",)),
    ):
        options = options or _ini(os.path.join(folder, name), sections)
    if options is None:
        table = _table(_toml(os.path.join(folder, "pyproject.toml")), "tool", "isort")
        if not isinstance(table, dict):
            return None
        options = table
    dashed = {key.replace("_", "-"): value for key, value in options.items()}
    return {**_PROFILES.get(str(dashed.get("profile", "")), {}), **dashed}


def _toml(path: str) -> Any:
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except (OSError, ValueError):
        # ValueError: both a TOML error and a wrong encoding are.
        return None


def _table(content: Any, *keys: str) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _ini(path: str, sections: Sequence[str]) -> dict[str, Any] | None:
    parser = configparser.RawConfigParser()
    try:
        if not parser.read(path, encoding="utf-8"):
            return None
    except (configparser.Error, UnicodeError):
        return None
    for section in sections:
        if parser.has_section(section):
            return dict(parser.items(section))
    return None


def _sorting(root: str, package: str, options: Mapping[str, Any], is_ruff: bool) -> Sorting:
    source = _words(options.get("src" if is_ruff else "src-paths")) or [".", "src"]
    order = [_section_name(name) for name in _words(options.get("section-order" if is_ruff else "sections"))]
    lexical = _is_true(options.get("lexicographical"))
    return Sorting(
        roots=tuple(os.path.normpath(os.path.join(root, folder)) for folder in source),
        package=package,
        sections=tuple(dict.fromkeys([*order, *(name for name in SECTIONS if name not in order)])),
        known=tuple(_known(options)),
        default=_section_name(str(options.get("default-section", THIRD_PARTY))),
        without_sections=_is_true(options.get("no-sections")),
        no_lines_before=frozenset(_section_name(name) for name in _words(options.get("no-lines-before"))),
        single_line=_is_true(options.get("force-single-line")),
        forms_mixed=_is_true(options.get("force-sort-within-sections")),
        from_first=_is_true(options.get("from-first")),
        by_type=_is_true(options.get("order-by-type", True)) and not lexical,
        case_sensitive=_is_true(options.get("case-sensitive")),
        by_length=_is_true(options.get("length-sort")),
        combined_aliases=_is_true(options.get("combine-as-imports")),
        lines_between_forms=_number(options.get("lines-between-types"), 0),
        lines_after=_number(options.get("lines-after-imports"), -1),
        top=frozenset(_words(options.get("force-to-top"))),
    )


def _known(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Patterns of modules with their sections, those of the project's own sections too."""
    for option, value in options.items():
        if option in _KNOWN:
            section = _KNOWN[option]
        elif option.startswith("known-"):
            # isort: known_django = django, with DJANGO among the sections.
            section = _section_name(option.removeprefix("known-"))
        else:
            continue
        for pattern in _words(value):
            yield pattern, section
    own = options.get("sections")
    if isinstance(own, dict):
        for name, patterns in own.items():
            for pattern in _words(patterns):
                yield pattern, _section_name(name)


def _section_name(text: str) -> str:
    name = text.strip().lower().replace("_", "-")
    return _SECTION_NAMES.get(name.replace("-", ""), name)


def _words(value: Any) -> list[str]:
    """A list in TOML, or its items as isort's other files write them: with commas or on lines of their own."""
    if isinstance(value, str):
        return value.replace(",", " ").split()
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else []


def _is_true(value: Any) -> bool:
    return value is True or str(value).strip().lower() in ("true", "1", "yes", "on")


def _number(value: Any, default: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


@lru_cache(maxsize=4096)
def _is_in(folder: str, package: str) -> bool:
    base = os.path.join(folder, package)
    return os.path.isdir(base) or os.path.isfile(base + ".py")
