"""Reading path segments along the tree of documented paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from flake8_ocs_status.catalogue.paths import VERSION, Catalogue, Node, fits
from flake8_ocs_status.catalogue.urls import GAP

Segments = tuple[str, ...]
# Where a reading ends, and whether it is certain: a hole that stands for a literal or for several segments is a guess.
Reading = tuple[Node, bool]

# What follows /api/<version>/ in OCS and is rare enough elsewhere to tell OCS.
_ROOTS = frozenset({"tenants", "communities", "communityinvitations", "identityproviders", "omf", "serviceblog"})
# Segments that every other API has too.
_COMMON = frozenset({"api", "identity"})


def is_version(segment: str) -> bool:
    """Whether a segment may be an API version."""
    return GAP in segment or VERSION.fullmatch(segment) is not None


def root_of(segments: Segments) -> int | None:
    """Where ``/api/<version>/Tenants``, another such root or an identity path begins; None where there is none."""
    for index, segment in enumerate(segments):
        following = segments[index + 1 : index + 3]
        if segment == "api" and following and is_version(following[0]) and _is_root(segments[index + 2 :]):
            return index
        if segment == "api" + GAP and _is_root(following):
            return index
        if segment == "identity" and following in (("connect", "token"), (".well-known", "openid-configuration")):
            return index
    return None


def names_namespace(segments: Segments) -> bool:
    """Whether ``/Tenants/<any>/Namespaces`` stands there literally."""
    return any(
        one == "tenants" and other.partition(GAP)[0] == "namespaces"
        for one, other in zip(segments, segments[2:], strict=False)
    )


def _is_root(segments: Segments) -> bool:
    first = segments[0].partition(GAP)[0] if segments else ""
    return first in _ROOTS or segments[:2] == ("search", "communities")


def has_evidence(segments: Segments, known: Catalogue) -> bool:
    """Whether any segment is a literal that is OCS's own, so that a reading rests on more than holes."""
    return any(
        literal in known.parents and literal not in _COMMON for segment in segments for literal in (segment.strip(GAP),)
    )


def starts(segments: Segments, known: Catalogue) -> Iterator[tuple[Node, Segments]]:
    """The places in the tree, with the segments left to read, where a path whose beginning is unknown may go on.

    The holes in front stand for any number of segments, each but the first for at least one.
    """
    for index, segment in enumerate(segments):
        literal, gap, rest = segment.partition(GAP)
        left = segments[index:]
        if not literal and rest in known.parents:
            literal, left = rest, (rest, *segments[index + 1 :])
        if literal in known.parents:
            for node in known.parents[literal]:
                if node.depth >= index - 1:
                    yield node, left
            return
        if not gap:
            if VERSION.fullmatch(segment) is not None:
                yield known.root.literals["api"], left
            return


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads segments to those nodes that are ``wanted``.

    A literal segment is read as the literal, else as a parameter; a hole as a parameter, else as any literal; a hole
    at the end, where no parameter follows, as any number of segments. With ``deep`` a hole in the middle may be several
    segments too, but not the one that stands for a namespace. Behind a guess, literals are literals: ``{…}/Data`` is no
    asset that is called "Data".
    """

    wanted: Callable[[Node], bool]
    deep: bool = False
    guessing: bool = False

    def read(self, node: Node, segments: Segments) -> list[Reading]:
        """Where reading ``segments`` from ``node`` on may end; empty where it cannot."""
        if not segments:
            return [(node, not self.guessing)] if self.wanted(node) else []
        segment, rest = segments[0], segments[1:]
        if GAP not in segment:
            return self._read_literal(node, segment, rest)
        if segment.strip(GAP):
            return self._read_partial(node, segment, rest)
        return self._read_hole(node, rest)

    def _guess(self) -> Reader:
        return self if self.guessing else replace(self, guessing=True)

    def _read_literal(self, node: Node, segment: str, rest: Segments) -> list[Reading]:
        child = node.literals.get(segment)
        found = self.read(child, rest) if child is not None else []
        if not found and not self.guessing and node.parameter is not None and node.parameter.admits(segment):
            found = self.read(node.parameter, rest)
        return found

    def _read_hole(self, node: Node, rest: Segments) -> list[Reading]:
        if node.parameter is not None:
            found = self.read(node.parameter, rest)
            if found:
                return found
        elif not rest:
            return [(below, False) for below in node.descendants() if self.wanted(below)]
        guess = self._guess()
        found = [reading for child in node.literals.values() for reading in guess.read(child, rest)]
        if not found and self.deep and rest and node.literal != "namespaces":
            only_once = replace(guess, deep=False)
            found = [reading for below in node.descendants() for reading in only_once.read(below, rest)]
        return found

    def _read_partial(self, node: Node, segment: str, rest: Segments) -> list[Reading]:
        """Read a segment of text and holes: ``asset-{…}``, ``Assets{…}`` (a query, or more segments), ``{…}s``."""
        prefix, _, tail = segment.partition(GAP)
        child = node.literals.get(prefix)
        found: list[Reading] = []
        if child is not None and not rest:
            found = self.read(child, rest)
        if not found and node.parameter is not None and node.parameter.admits(segment):
            found = self.read(node.parameter, rest)
        guess = self._guess()
        if not found and child is not None and not tail.strip(GAP):
            found = guess.read(child, (GAP, *rest))
        if not found:
            fitting = [other for literal, other in node.literals.items() if fits(segment, literal)]
            found = [reading for other in fitting for reading in guess.read(other, rest)]
        return found
