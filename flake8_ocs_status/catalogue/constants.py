"""The named constants for a status, as frozen tables: which vocabulary has which name, and since when.

Nothing here asks the running interpreter: ``HTTPStatus(422).name`` depends on its version, and the analysed project may
run on an older one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flake8_ocs_status.catalogue.vocabularies import (
    HTTP_STATUS,
    HTTP_STATUS_AGE,
    HTTP_STATUS_START,
    NUMBERED_ONLY,
    REQUESTS_CODES,
    REQUESTS_MISNOMERS,
)

# Statuses in the IANA registry (HTTP Status Code Registry) that http.HTTPStatus has no member for: 104 is registered
# for resumable uploads, 306 is kept as unused.
REGISTERED_ONLY = frozenset({104, 306})
# Parents of the HTTP_404_NOT_FOUND style of constants.
NUMBERED_MODULES = ("starlette.status", "fastapi.status", "rest_framework.status")
# Vocabularies whose constants are plain integers: nothing can tell them from the number.
PLAIN_INTEGERS = frozenset({"requests.codes", *NUMBERED_MODULES})
# What each status is called by the standard library, in any version.
STANDARD_NAMES = HTTP_STATUS
_VOCABULARY_BY_PREFIX = {
    "http.HTTPStatus.": "http.HTTPStatus",
    "http.client.": "http.client",
    "requests.codes.": "requests.codes",
    "requests.status_codes.codes.": "requests.codes",
    "httpx.codes.": "httpx.codes",
    "httpx._status_codes.codes.": "httpx.codes",
    **{f"{module}.": module for module in NUMBERED_MODULES},
}
_STATUS_BY_NAME = {name: status for status, names in HTTP_STATUS.items() for name in names}
_STEM = re.compile(r"(?:HTTPS?_|STATUS_|CODE_|RESPONSE_|SC_)+")
_TAIL = re.compile(r"(?:_STATUS|_CODE|_RESPONSE)+$")
_NUMBERED = re.compile(r"([1-5]\d\d)(?:_.*)?")
_NUMBER_BEHIND = re.compile(r"_[1-5]\d\d$")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Constant:
    """A named constant: ``from <module> import <name>``, then ``<name>.<attribute>``."""

    module: str
    name: str
    attribute: str

    @property
    def text(self) -> str:
        """The expression, given the plain import: ``HTTPStatus.NOT_FOUND``."""
        return f"{self.name}.{self.attribute}"


def constant_for(status: int, vocabulary: str, python: tuple[int, int]) -> Constant | None:
    """The constant that names ``status`` in ``vocabulary``, on every Python from ``python`` on.

    ``vocabulary`` is one of :data:`flake8_ocs_status.settings.VOCABULARIES` or ``package.module:Name``, whose members
    are taken to be named as those of HTTPStatus: who can read its source asks that first. None where the vocabulary has
    no such name, has it only on a later Python, or has only a name that says something else.
    """
    module, colon, own = vocabulary.partition(":")
    if colon:
        attribute = _member(status, python)
        return None if attribute is None else Constant(module, own, attribute)
    package, _, name = vocabulary.rpartition(".")
    attribute = _library_name(status, vocabulary, python)
    return None if attribute is None else Constant(package, name, attribute)


def is_known_status(status: int) -> bool:
    """Whether ``status`` is in the IANA registry or has a member in some version of http.HTTPStatus."""
    return status in HTTP_STATUS or status in REGISTERED_ONLY


def status_of(path: str) -> int | None:
    """The status that a dotted path names: ``requests.codes.not_found`` is 404. None for any other path.

    The path is canonical: it starts at the package, not at an alias. ``.value`` of an enum's member is the member.
    """
    return _STATUS_BY_PATH.get(path)


def vocabulary_of(path: str) -> tuple[str, bool]:
    """The vocabulary of a path that :func:`status_of` knows, and whether the constant there is a plain integer.

    ``http.client`` is told apart, though its constants are the members of HTTPStatus.
    """
    name = path.removesuffix(".value").rpartition(".")[2]
    for prefix, vocabulary in _VOCABULARY_BY_PREFIX.items():
        if path.startswith(prefix):
            # httpx sets a plain integer under each name in small letters.
            return vocabulary, vocabulary in PLAIN_INTEGERS or (vocabulary == "httpx.codes" and name.islower())
    raise ValueError(f"{path} names no status")


def standard_status(name: str) -> int | None:
    """The status that a constant of this name is expected to be: 404 for ``NOT_FOUND``, ``HTTP_NOT_FOUND``,
    ``HttpNotFound``, ``STATUS_404``. None for a name that says no status."""
    text = _CAPITAL.sub("_", name.strip("_")).upper()
    text = _TAIL.sub("", _STEM.sub("", text, count=1) if _STEM.match(text) else text)
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None:
        number = int(numbered[1])
        return number if is_known_status(number) else None
    return _STATUS_BY_NAME.get(_NUMBER_BEHIND.sub("", text))


def _member(status: int, python: tuple[int, int]) -> str | None:
    """The name in http.HTTPStatus that exists from ``python`` on; the newest such name, which is the canonical one."""
    for name in HTTP_STATUS.get(status, ()):
        if HTTP_STATUS_AGE.get(name, HTTP_STATUS_START) <= python:
            return name
    return None


def _library_name(status: int, vocabulary: str, python: tuple[int, int]) -> str | None:
    if vocabulary == "http.HTTPStatus":
        return _member(status, python)
    if vocabulary == "requests.codes":
        return None if status in REQUESTS_MISNOMERS else next(iter(REQUESTS_CODES.get(status, ())), None)
    if status not in HTTP_STATUS:
        return None
    # The former name is the only one in httpx and Django REST framework, and the only one that every starlette has
    # (from 0.48 on it warns of its age there; the new one is an AttributeError before).
    former = HTTP_STATUS[status][-1]
    return former if vocabulary == "httpx.codes" else f"HTTP_{status}_{former}"


def _paths() -> dict[str, int]:
    """Every dotted path that names a status."""
    found: dict[str, int] = {}
    for status, names in HTTP_STATUS.items():
        for name in names:
            found[f"http.HTTPStatus.{name}"] = status
            found[f"http.HTTPStatus.{name}.value"] = status
            # http.client copies every member into its own globals.
            found[f"http.client.{name}"] = status
            found[f"http.client.{name}.value"] = status
            for module in NUMBERED_MODULES:
                found[f"{module}.HTTP_{status}_{name}"] = status
        for parent in ("httpx.codes", "httpx._status_codes.codes"):
            # httpx keeps the former names, and sets a plain integer under each name in small letters.
            found[f"{parent}.{names[-1]}"] = status
            found[f"{parent}.{names[-1]}.value"] = status
            found[f"{parent}.{names[-1].lower()}"] = status
    for module in NUMBERED_MODULES:
        found.update({f"{module}.{name}": status for name, status in NUMBERED_ONLY.items()})
    for status, aliases in REQUESTS_CODES.items():
        for alias in (*aliases, *map(str.upper, aliases)):
            found[f"requests.codes.{alias}"] = status
            found[f"requests.status_codes.codes.{alias}"] = status
    return found


_STATUS_BY_PATH = _paths()
