"""The table of exception classes against the libraries themselves."""

from __future__ import annotations

import asyncio
import warnings
from email.message import Message
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from unittest.mock import Mock

import pytest

from flake8_ocs_status.transport.callees import NUMBERS_OF_ERRORS
from flake8_ocs_status.transport.exceptions import BASES, ancestors, canonical

# niquests is never installed here: its own urllib3 would take the place of the one that requests is tested with.
KNOWN = sorted(path for path in BASES if find_spec(path.partition(".")[0]) is not None)


def class_at(path: str) -> type[BaseException]:
    module, _, name = path.rpartition(".")
    found = getattr(import_module(module), name)
    assert isinstance(found, type)
    assert issubclass(found, BaseException)
    return found


@pytest.mark.parametrize("path", KNOWN)
def test_a_class_has_just_the_known_ancestors_of_the_table(path: str) -> None:
    found = ancestors(path)
    assert found is not None
    real = set(class_at(path).__mro__)
    if asyncio.TimeoutError in real:
        # One class with the builtin since Python 3.11, which the table follows.
        real.update(TimeoutError.__mro__)
    listed = {class_at(other) for other in found}
    assert listed <= real
    assert {class_at(other) for other in KNOWN if class_at(other) in real} <= listed


@pytest.mark.parametrize(
    ("spelling", "path"),
    [
        ("requests.HTTPError", "requests.exceptions.HTTPError"),
        ("aiohttp.client_exceptions.ClientResponseError", "aiohttp.ClientResponseError"),
        ("urllib.request.HTTPError", "urllib.error.HTTPError"),
        ("json.decoder.JSONDecodeError", "json.JSONDecodeError"),
        ("adh_sample_library_preview.SdsError.SdsError", "adh_sample_library_preview.SdsError"),
        ("socket.timeout", "builtins.TimeoutError"),
    ],
)
def test_a_class_has_one_path(spelling: str, path: str) -> None:
    assert canonical(spelling) == path
    if find_spec(path.partition(".")[0]) is not None:
        assert class_at(spelling) is class_at(path)


def test_what_is_not_listed_has_no_known_ancestors() -> None:
    assert ancestors("requests.exceptions.NoSuchError") is None
    assert ancestors("requests.Session") is None
    assert ancestors("builtins.print") is None
    assert canonical("requests.Session") == "requests.Session"


@pytest.mark.parametrize("path", sorted(path for path in NUMBERS_OF_ERRORS if find_spec(path.partition(".")[0])))
def test_the_status_of_an_exception_is_a_number(path: str) -> None:
    made = {
        "urllib.error.HTTPError": lambda kind: kind("http://localhost/", 404, "Not Found", Message(), BytesIO()),
        "aiohttp.ClientResponseError": lambda kind: kind(Mock(), (), status=404),
    }
    error = made[path](class_at(path))
    for name in NUMBERS_OF_ERRORS[path]:
        with warnings.catch_warnings():
            # aiohttp means to drop one of the two names.
            warnings.simplefilter("ignore", DeprecationWarning)
            assert getattr(error, name) == 404, name
