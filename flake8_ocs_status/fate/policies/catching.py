"""Which handler catches which exception."""

from __future__ import annotations

import ast
from collections.abc import Callable
from enum import Enum

from flake8_ocs_status.fate.values import Choice, Class, Items, Raised, Symbol, Value
from flake8_ocs_status.transport.exceptions import ancestors, canonical


class Catch(Enum):
    """Whether a handler takes an exception."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


def catches(handled: Value, raised: Raised, ancestry: Callable[[ast.ClassDef], frozenset[object] | None]) -> Catch:
    """Whether ``except handled`` takes ``raised``.

    ``ancestry`` gives the ancestors of a class of this module: class nodes and canonical paths, None when a base is
    not known.
    """
    if isinstance(handled, Items):
        verdicts = {catches(item, raised, ancestry) for item in handled.values}
        if Catch.YES in verdicts:
            return Catch.YES
        return Catch.MAYBE if Catch.MAYBE in verdicts else Catch.NO
    if isinstance(handled, Choice):
        verdicts = {catches(item, raised, ancestry) for item in handled.values}
        return verdicts.pop() if len(verdicts) == 1 else Catch.MAYBE
    if isinstance(handled, Symbol):
        wanted: object = canonical(handled.path)
    elif isinstance(handled, Class):
        wanted = handled.node
    else:
        return Catch.MAYBE
    if wanted == "builtins.BaseException":
        return Catch.YES
    if raised.kind is None:
        # Nobody raises SystemExit or KeyboardInterrupt by surprise.
        return Catch.YES if wanted == "builtins.Exception" else Catch.MAYBE
    known: frozenset[object] | None
    if isinstance(raised.kind, str):
        known = ancestors(raised.kind)
        kind: object = canonical(raised.kind)
    else:
        known, kind = ancestry(raised.kind), raised.kind
    if wanted == kind:
        return Catch.YES
    if known is None:
        return Catch.YES if wanted == "builtins.Exception" else Catch.MAYBE
    if wanted in known:
        return Catch.YES
    if isinstance(wanted, str) and ancestors(wanted) is None:
        # A class that we do not know may be a base of what is raised only if it is no descendant of it.
        return Catch.MAYBE if isinstance(raised.kind, str) and not raised.kind.startswith("builtins.") else Catch.NO
    return Catch.NO
