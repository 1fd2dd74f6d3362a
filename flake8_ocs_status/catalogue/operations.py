"""Which documented operation does a request go to, as far as its URL is known?"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from flake8_ocs_status.catalogue.paths import Catalogue, Node, Operation, catalogue
from flake8_ocs_status.catalogue.reading import (
    Reader,
    Reading,
    Segments,
    has_evidence,
    is_version,
    names_namespace,
    root_of,
    starts,
)
from flake8_ocs_status.catalogue.refusals import METHODS, is_refused
from flake8_ocs_status.catalogue.templates import HOLE, Template, text_of
from flake8_ocs_status.catalogue.urls import GAP, Host, Url, url_of

__all__ = ["HOLE", "Match", "Operation", "Template", "Verdict", "catalogue", "match_operation"]


class Verdict(enum.Enum):
    """What a URL template is to OCS.

    ``OPERATION``: the method and the path are documented. ``PATH``: the path is documented, the method is not offered
    on it, or is unknown. ``ROOT``: under a documented root of OCS, but no documented path. ``UNRESOLVED``: too much of
    it is unknown to say. ``OTHER``: another host or path.
    """

    OPERATION = enum.auto()
    PATH = enum.auto()
    ROOT = enum.auto()
    UNRESOLVED = enum.auto()
    OTHER = enum.auto()


@dataclass(frozen=True, slots=True)
class Match:
    """What is known of a request.

    ``operations`` are the candidates, the likeliest first; with verdict ``PATH`` and a known method, what the path
    offers instead. ``anchored``: the template itself has the host or the root of OCS; otherwise only the end of a path
    agreed, and a caller wants a second witness. ``statuses``: those that every candidate path documents, under one or
    another API version; empty where there is no candidate for the method. ``other_version``: the path is documented,
    for this method if it offers it at all, under another API version only. ``instead``: the methods that the path
    offers where the request's own is certainly none of them. ``label``: the request for people, ``POST …/Bulk/Assets``.
    """

    verdict: Verdict
    label: str
    operations: tuple[Operation, ...] = ()
    statuses: frozenset[int] = frozenset()
    anchored: bool = False
    other_version: bool = False
    instead: tuple[str, ...] = ()


@lru_cache(maxsize=2048)
def match_operation(method: str | None, template: Template, hosts: tuple[str, ...] = ()) -> Match:
    """The operation that ``method`` on the URL ``template`` goes to.

    ``method`` is None where it is unknown. Letters' case is ignored in both; a query and a fragment are cut off. The
    URL may be absolute, or relative to a base that is unknown. ``hosts`` are further hosts of OCS, in small letters.
    """
    known = catalogue()
    method = None if method is None else method.upper()
    url = url_of(template, (*known.hosts, *hosts))
    fallback = _joined(method, text_of(template))
    if url.host is Host.FOREIGN:
        return Match(Verdict.OTHER, fallback)
    return _Matcher(known, method, url, fallback).match()


def _joined(method: str | None, path: str) -> str:
    return path if method is None else f"{method} {path}"


class _Matcher:
    """The matching of one request; the attributes are what its steps share."""

    def __init__(self, known: Catalogue, method: str | None, url: Url, fallback: str) -> None:
        root = root_of(url.segments)
        self._known = known
        self._method = method
        self._fallback = fallback
        self._segments: Segments = url.segments[root:] if root is not None else url.segments
        self._open_start = url.open_start and root is None
        self._anchored = url.host is Host.OCS or root is not None or names_namespace(url.segments)
        self._begins = list(starts(self._segments, known)) if self._open_start else [(known.root, self._segments)]

    def match(self) -> Match:
        if not any(segment.strip(GAP) for segment in self._segments):
            is_open = self._open_start or bool(self._segments)
            return self._without_path(Verdict.UNRESOLVED if is_open else Verdict.OTHER)
        if not has_evidence(self._segments, self._known):
            # Holes and /api/v1 alone fit every path, which tells nothing.
            is_open = bool(self._begins) and GAP in self._segments[-1]
            return self._without_path(Verdict.UNRESOLVED if is_open else self._verdict_without_path())
        if self._method is not None:
            found = self._read(self._offers)
            if found:
                return self._matched(Verdict.OPERATION, found)
        found = self._read(_has_operations)
        certain = [reading for reading in found if reading[1]]
        if certain and not self._may_go_on():
            return self._matched(Verdict.PATH, certain)
        if not found and self._method is not None:
            found = self._read(self._offers, deep=True)
            if found:
                return self._matched(Verdict.OPERATION, found)
        if found or self._read(_has_operations, deep=True):
            return self._without_path(Verdict.UNRESOLVED)
        return self._without_path(self._verdict_without_path())

    def _offers(self, node: Node) -> bool:
        return any(operation.method == self._method for operation in node.operations)

    def _may_go_on(self) -> bool:
        """Whether a hole glued to the last literal (``…/Streams{…}``) may be more path, on which the method is offered.

        Where the method is unknown or offered on the literal, the hole is taken for a query.
        """
        literal, gap, _ = self._segments[-1].partition(GAP)
        return self._method is not None and bool(gap) and literal in self._known.parents

    def _read(self, wanted: Callable[[Node], bool], *, deep: bool = False) -> list[Reading]:
        """All readings, likeliest first, each node once; only the certain ones if there are any."""
        reader = Reader(wanted, deep)
        found: dict[Node, bool] = {}
        for begin, segments in self._begins:
            for node, certain in reader.read(begin, segments):
                found[node] = certain or found.get(node, False)
        ordered = sorted(found.items(), key=_likelihood)
        return [reading for reading in ordered if reading[1]] or ordered

    def _verdict_without_path(self) -> Verdict:
        """What a URL is that no documented path fits."""
        literals = [segment for segment in self._segments if GAP not in segment]
        if literals[:1] == ["api"]:
            after = self._segments[self._segments.index("api") + 1 :]
            return Verdict.ROOT if after and is_version(after[0]) else Verdict.OTHER
        if names_namespace(self._segments):
            return Verdict.ROOT
        known_in_part = self._open_start and bool(self._begins) and has_evidence(self._segments, self._known)
        return Verdict.UNRESOLVED if known_in_part else Verdict.OTHER

    def _is_refused(self, found: list[Reading], operations: tuple[Operation, ...]) -> bool:
        """Whether the request certainly goes to a path that ``found`` reads, and none of them offers the method."""
        ends = {node.operations[0].segments[node.depth - 1] for node, _ in found}
        offered = {operation.method for operation in operations}
        return is_refused(self._method, self._segments, offered, as_parameter=any(end.startswith("{") for end in ends))

    def _without_path(self, verdict: Verdict) -> Match:
        return Match(verdict, self._fallback, anchored=self._anchored)

    def _matched(self, verdict: Verdict, found: list[Reading]) -> Match:
        """The match on the nodes ``found``."""
        offered = self._method if verdict is Verdict.OPERATION else None
        groups = [
            [operation for operation in node.operations if offered in (None, operation.method)] for node, _ in found
        ]
        version = _version_in(self._segments)
        other_version = False
        if version is not None:
            exact = [[operation for operation in group if operation.version in (None, version)] for group in groups]
            other_version = not any(exact)
            groups = groups if other_version else [group for group in exact if group]
        operations = tuple(operation for group in groups for operation in group)
        missing = verdict is Verdict.PATH and self._method is not None
        refused = missing and not other_version and self._anchored and self._is_refused(found, operations)
        return Match(
            verdict,
            _joined(self._method, _label(operations, aligned_at_end=self._open_start)),
            operations,
            frozenset() if missing else _relied_on(groups),
            self._anchored,
            other_version,
            _methods_of(operations) if refused else (),
        )


def _methods_of(operations: tuple[Operation, ...]) -> tuple[str, ...]:
    return tuple(sorted({operation.method for operation in operations}, key=METHODS.index))


def _has_operations(node: Node) -> bool:
    return bool(node.operations)


def _likelihood(reading: Reading) -> tuple[bool, int, int]:
    """The order of candidates: what lies in a namespace first, then the shorter path, then as the reference has it."""
    operation = reading[0].operations[0]
    in_namespace = len(operation.segments) - len(_tail_of(operation.path)) == 6
    return not in_namespace, reading[0].depth, operation.position


def _version_in(segments: Segments) -> str | None:
    """The API version that is literally there."""
    for segment in segments:
        if GAP not in segment and segment != "api":
            return segment if is_version(segment) else None
    return None


def _relied_on(groups: list[list[Operation]]) -> frozenset[int]:
    """The statuses that each path documents for each of its methods, in some version."""
    statuses: list[frozenset[int]] = []
    for group in groups:
        for method in {operation.method for operation in group}:
            of_method = [operation.statuses for operation in group if operation.method == method]
            statuses.append(frozenset().union(*of_method))
    return frozenset.intersection(*statuses) if statuses else frozenset()


@cache
def _tail_of(path: str) -> tuple[str, ...]:
    """The segments that name an operation for people: those behind the namespace, else the tenant, else all."""
    segments = tuple(path.split("/")[1:])
    if segments[2:3] not in (("Tenants",), ("tenants",)):
        return segments
    if len(segments) > 6 and segments[4].lower() == "namespaces":
        return segments[6:]
    return segments[4:] if len(segments) > 4 else segments[2:]


def _label(operations: tuple[Operation, ...], *, aligned_at_end: bool) -> str:
    """The path of the candidates for people: what they share, ``{…}`` where they differ."""
    tails = [_tail_of(operation.path) for operation in operations]
    shared = min(map(len, tails))
    longer = any(len(tail) > shared for tail in tails)
    is_whole = tails[0] == operations[0].segments and not (longer and aligned_at_end)
    if aligned_at_end:
        tails = [tail[len(tail) - shared :] for tail in tails]
    merged = [_merged(column) for column in zip(*tails, strict=False)]
    if longer and not aligned_at_end:
        while merged and merged[-1] == HOLE.value:
            merged.pop()
        merged.append("…")
    return ("/" if is_whole else "…/") + "/".join(merged)


def _merged(column: tuple[str, ...]) -> str:
    first = column[0]
    same = all(other.lower() == first.lower() or other[0] == first[0] == "{" for other in column)
    return first if same else HOLE.value
