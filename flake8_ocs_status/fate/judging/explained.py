"""What the analysis makes of each request of a module, for people: why something was reported, or was not."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from flake8_ocs_status.catalogue.operations import Verdict
from flake8_ocs_status.catalogue.statuses import STATUSES
from flake8_ocs_status.fate.exchange.record import Ending, Fate
from flake8_ocs_status.fate.judging.callsites import CallSite
from flake8_ocs_status.fate.judging.survey import Calls
from flake8_ocs_status.fate.judging.verdicts import Judgement
from flake8_ocs_status.transport.retries import Repeats

# Any call may be answered with these, whatever its operation documents.
ALWAYS = (200, 400, 401, 404, 503)
_VERDICTS = {
    Verdict.OPERATION: "documented",
    Verdict.PATH: "the path is documented, the method is not",
    Verdict.ROOT: "under a root of OCS, not documented",
    Verdict.UNRESOLVED: "the URL cannot be worked out",
    Verdict.OTHER: "no URL of OCS",
}
_ENDINGS = {
    Ending.RETURNS: "returns",
    Ending.RAISES: "raises",
    Ending.EXITS: "exits",
    Ending.SENT_AGAIN: "sends again",
    Ending.NEXT_ITEM: "goes on with the next item",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Statuses that meet the same fate: what happens, and the places where that is decided and where it ends.

    A place is ``file:line``, of the checked module the line alone.
    """

    statuses: tuple[int, ...]
    fate: str
    decided_at: tuple[str, ...]
    ended_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one request: where it stands, what it is to OCS, and the fates of the statuses.

    ``path`` are the places of the calls that lead to the request, the one that sends it last. ``judged`` tells whether
    the handling and retry rules look at it, ``notes`` what else decides whether they report it.
    """

    line: int
    column: int
    operations: tuple[str, ...]
    judged: bool
    path: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[Row, ...]


def explanations_of(calls: Calls) -> list[Explanation]:
    """An explanation for each call site of the module that is checked, in the order of the source."""
    return [_Explainer(calls, site).explain() for site in calls.sites]


class _Explainer:
    def __init__(self, calls: Calls, site: CallSite) -> None:
        self._calls = calls
        self._site = site

    def explain(self) -> Explanation:
        site = self._site
        line, column = site.home.module.position(site.node)
        operations = dict.fromkeys(f"{match.label} ({_VERDICTS[match.verdict]})" for match in site.matches)
        return Explanation(
            line,
            column,
            tuple(operations),
            bool(site.judged_matches),
            tuple(self._place(call) for call in site.path),
            tuple(self._notes()),
            tuple(self._rows()),
        )

    def _notes(self) -> Iterable[str]:
        site, judgement = self._site, Judgement(self._site)
        if site.is_of_vendor:
            yield "the vendor's sample library sends it, and raises SdsError for what is no success"
        repeats = site.repeats(503)
        if repeats is Repeats.UNKNOWN:
            yield "the transport comes from out of sight, and may repeat a 503"
        elif repeats is not Repeats.NO:
            when = "" if repeats is Repeats.YES else ", but only when the server sends Retry-After"
            yield f"the transport repeats a 503{when}"
        if site.called_out_of_sight:
            yield "the function is handed around, and somebody out of sight may handle what it raises"
        if not judgement.decides(200, 400):
            if site.inner is not None and site.is_judged_inside and not _leaves_open(site.inner):
                yield f"decided where the request is sent, at {self._place(site.inner.node)}"
            else:
                yield "left to the callers: the response or the status itself leaves the function"
        if site.callers:
            yield f"called at {', '.join(self._place(caller.node) for caller in site.callers)}"

    def _rows(self) -> Iterable[Row]:
        known: list[tuple[Fate, list[int]]] = []
        unknown: list[int] = []
        for status in sorted({*self._site.statuses, *ALWAYS} & STATUSES.keys()):
            fate = self._site.fate(status)
            if fate is None:
                unknown.append(status)
                continue
            alike = next((statuses for other, statuses in known if fate.same_as(other)), None)
            if alike is None:
                known.append((fate, [status]))
            else:
                alike.append(status)
        for fate, statuses in known:
            yield Row(tuple(statuses), _words(fate), self._places(fate.decided_at), self._places(fate.ended_at))
        if unknown:
            yield Row(tuple(unknown), "cannot be worked out", (), ())

    def _places(self, nodes: Iterable[ast.AST]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self._place, sorted(nodes, key=_line_of))))

    def _place(self, node: ast.AST) -> str:
        home = self._calls.world.home_of_node(node)
        line = str(_line_of(node))
        return line if home is None or home is self._calls.world.root else f"{home.module.path}:{line}"


def _line_of(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def _leaves_open(site: CallSite) -> bool:
    fate = site.fate(200)
    return fate is not None and fate.open


def _words(fate: Fate) -> str:
    words = [_ENDINGS[ending] for ending in Ending if any(end.ending is ending for end in fate.ends)]
    text = " or ".join(words) or "goes on"
    if fate.empty_body_parsed:
        text += ", parsing a body that is not there"
    if not fate.looked:
        text += ", the status is never looked at"
    return text
