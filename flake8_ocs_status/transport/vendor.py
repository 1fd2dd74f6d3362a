"""The clients of the vendor's sample libraries: which request each method of theirs sends, and what becomes of it.

The table beside this module was recorded by running the releases that it names (see ``docs/vendor_table.py``). All of
them raise ``SdsError`` for an answer outside 2xx, whatever method was called. For 207 the releases of
adh_sample_library_preview from 0.9.13 on raise it, too; those before mean to, and raise TypeError on the way. From then
on the exception has the status as ``StatusCode``, and the response as ``Response``; before, and in what was published
under the other names, there is only a text, ``value``, in which it stands. In the exception's ``str()`` the status
stands after two blanks and before a colon, in all of them. The session below is a plain one of requests, and repeats
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from flake8_ocs_status.catalogue.templates import HOLE, Template
from flake8_ocs_status.program.vendor import CLIENT_NAMES, exported
from flake8_ocs_status.transport.library import Library

ERROR = "adh_sample_library_preview.SdsError"
# Makes a client from a file of settings, and gives it with the namespace that stands there.
FROM_SETTINGS = "fromAppsettings"
EDGE = "http://localhost:5590"
# What parsing an empty body raises.
JSON_ERROR = "requests.exceptions.JSONDecodeError"
_HOLES = ("{}", "{version}")


@dataclass(frozen=True, slots=True)
class VendorCall:
    """What a method sends: its HTTP method, and the URL below that of the client, None where the releases differ.

    ``after_url`` tells that the URL is what the first argument says, and the path stands behind it. ``parses`` tells
    whether the body of a 204 is parsed, None where the releases differ.
    """

    method: str
    path: Template | None
    after_url: bool
    parses: bool | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class VendorLibrary(Library):
    """A client, or a part of one (``client.Streams``).

    ``parts`` are the parts of a client, ``calls`` the methods of a part. ``origin`` is where a part sends to, whatever
    its client is given: the Edge Data Store, which is on the spot and no part of OCS; None for OCS.
    """

    parts: Mapping[str, VendorLibrary] = field(default_factory=lambda: MappingProxyType({}))
    calls: Mapping[str, VendorCall] = field(default_factory=lambda: MappingProxyType({}))
    origin: str | None = None


def vendor_client(path: str) -> VendorLibrary | None:
    """The client that the class at this dotted path makes, or that its ``fromAppsettings`` gives."""
    name = (exported(path) or "").removesuffix(f".{FROM_SETTINGS}")
    return _clients()[name] if name in CLIENT_NAMES else None


@cache
def vendor_methods() -> frozenset[str]:
    """The names of all methods that send a request."""
    return frozenset(name for part in _parts().values() for name in part.calls)


@cache
def _clients() -> Mapping[str, VendorLibrary]:
    parts = _parts()
    edge = {name: _library(f"EDSClient.{name}", calls=part.calls, origin=EDGE) for name, part in parts.items()}
    return {name: _library(name, parts=edge if name == "EDSClient" else parts) for name in CLIENT_NAMES}


@cache
def _parts() -> Mapping[str, VendorLibrary]:
    """The parts of a client, read when a client is first met."""
    # Most runs meet none.
    import json

    content = json.loads(files(__package__).joinpath("vendor.json").read_text(encoding="utf-8"))
    return {
        part: _library(part, calls={name: _call(*facts) for name, facts in methods.items()})
        for part, methods in content["parts"].items()
    }


def _call(method: str, path: str | None, parses: bool | None) -> VendorCall:
    if path is None:
        return VendorCall(method, None, after_url=False, parses=parses)
    tail = path.removeprefix("{url}")
    pieces: list[str | None] = [tail]
    for hole in _HOLES:
        pieces = [part for piece in pieces for part in _split(piece, hole)]
    template = tuple(HOLE if piece is None else piece for piece in pieces if piece != "")
    return VendorCall(method, template, after_url=tail != path, parses=parses)


def _split(piece: str | None, hole: str) -> list[str | None]:
    if piece is None:
        return [None]
    found: list[str | None] = []
    for text in piece.split(hole):
        found.extend([None, text] if found else [text])
    return found


def _is_refused(status: int) -> bool:
    return not 200 <= status < 300


def _library(
    name: str,
    parts: Mapping[str, VendorLibrary] | None = None,
    calls: Mapping[str, VendorCall] | None = None,
    origin: str | None = None,
) -> VendorLibrary:
    return VendorLibrary(
        name=f"sample library, {name}",
        modules=frozenset(),
        functions=frozenset(),
        clients=frozenset(),
        methods=frozenset(calls or ()),
        responses=frozenset(),
        raises=_is_refused,
        raises_unasked=True,
        error=ERROR,
        error_text=lambda status: ("", f"  {status}:"),
        error_status=frozenset({"StatusCode"}),
        transport_error="requests.exceptions.RequestException",
        parts=parts or {},
        calls=calls or {},
        origin=origin,
    )


# What a client sends with. Somebody may do so by hand.
BASE = _library("base client")
