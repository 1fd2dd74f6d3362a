"""Call sites: a request as a function sends it, the operation that it goes to, and the fate of every status there."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.operations import Match, Verdict, match_operation
from flake8_ocs_status.catalogue.templates import HOLE, Template
from flake8_ocs_status.catalogue.undocumented import shortened
from flake8_ocs_status.fate.environment.entries import is_of_scheduler
from flake8_ocs_status.fate.environment.surroundings import Surroundings
from flake8_ocs_status.fate.exchange.conditions import (
    has_no_condition,
    may_compare_etags,
    may_have_positional_headers,
)
from flake8_ocs_status.fate.exchange.record import CallPath, Fate, Send
from flake8_ocs_status.fate.exchange.transports import lacking_policy, reason_of, repeats_status, transport_answers
from flake8_ocs_status.fate.executor.vendor import leaves_body, vendor_base
from flake8_ocs_status.fate.values import NONE, UNKNOWN, Adapter, Known, Text
from flake8_ocs_status.fate.values.knowledge import alternatives, constant_text, is_from_outside
from flake8_ocs_status.fate.values.texts import template_of
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode
from flake8_ocs_status.transport.library import Library
from flake8_ocs_status.transport.retries import Repeats, RetryPolicy
from flake8_ocs_status.transport.vendor import VendorLibrary

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.survey import Calls

# All of OCS lies below one of these.
_CONTAINERS = ("/tenants/", "/namespaces/", "/communities/")


class CallSite:
    """One request as one function sends it, directly or through functions of the project.

    ``home`` is the module of that function; ``path`` are the calls that lead from it to the request.
    """

    def __init__(
        self, calls: Calls, home: Surroundings, function: FunctionNode | None, path: CallPath, sends: list[Send]
    ) -> None:
        self._calls = calls
        self.home = home
        self.function = function
        self.path = path
        self.sends = sends
        self._fates: dict[int, Fate | None] = {}
        self._lasting_fates: dict[int, Fate | None] = {}

    @property
    def node(self) -> ast.Call:
        """The call to point at: the one in the function itself."""
        return self.path[0]

    @property
    def sending_node(self) -> ast.Call:
        """The call that sends the request."""
        return self.path[-1]

    @cached_property
    def own_matches(self) -> tuple[Match, ...]:
        """What each URL that the request may go to is to OCS, as far as this call site tells."""
        return tuple(dict.fromkeys(match for send in self.sends for match in self._matches_of(send)))

    @property
    def goes_to_ocs(self) -> bool:
        """Whether this call site alone tells that the request goes to an operation of OCS."""
        return any(match.verdict is Verdict.OPERATION and match.anchored for match in self.own_matches)

    def _matches_of(self, send: Send) -> Iterator[Match]:
        # Nothing is sent to None: it stands for an address until there is one.
        urls = [url for url in alternatives(send.url) if url != NONE] or [UNKNOWN]
        for method in alternatives(send.method):
            for url in urls:
                yield match_operation(constant_text(method), _with_rest(template_of(url)), self._calls.hosts)

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """The same, where what the function is given for a method or a URL is told by its callers."""
        found: dict[Match, None] = {}
        for match in self.own_matches:
            if self.callers and (match.verdict is Verdict.UNRESOLVED or not self._method_known or self._may_go_on):
                found.update(dict.fromkeys(told for caller in self.callers for told in caller.matches))
            else:
                found[match] = None
        return tuple(found)

    @property
    def knows_operation(self) -> bool:
        """Whether method and URL are known without those who call."""
        unresolved = any(match.verdict is Verdict.UNRESOLVED for match in self.own_matches)
        return not unresolved and self._method_known

    @property
    def _method_known(self) -> bool:
        return all(constant_text(method) for send in self.sends for method in alternatives(send.method))

    @property
    def _may_go_on(self) -> bool:
        """Whether what the URL ends with may be the rest of a path, not a segment alone:
        ``f"{base}/Namespaces/{namespace}{path}"``, ``f"{base}/{path}"``."""
        return any(template_of(url)[-1:] == (HOLE,) for send in self.sends for url in alternatives(send.url))

    @cached_property
    def judged_matches(self) -> tuple[Match, ...]:
        """The matches for which this is a call to OCS; empty when it is none."""
        may_authorize = any(send.may_authorize for send in self.sends)
        return tuple(match for match in self.matches if self._calls.is_ocs(self, match, may_authorize))

    @cached_property
    def statuses(self) -> frozenset[int]:
        """The statuses that the operation documents: those of any operation that the request may go to."""
        return frozenset(status for match in self.judged_matches for status in match.statuses)

    @property
    def label(self) -> str:
        """The request for people: ``POST …/Bulk/Assets``."""
        return _label(self.judged_matches[0])

    def label_for(self, status: int) -> str:
        """The request for people, as the operation that documents this status, if any does."""
        return next((_label(match) for match in self.judged_matches if status in match.statuses), self.label)

    @cached_property
    def asks_conditionally(self) -> bool:
        """Whether the request certainly sends If-Match or If-None-Match."""
        return all(may_compare_etags(send.headers) for send in self.sends)

    @cached_property
    def is_unconditional(self) -> bool:
        """Whether the request certainly sends no condition at all."""
        if may_have_positional_headers(self.sending_node):
            return False
        if any(send.session is not None for send in self.sends) and self.home.puts_conditions_on_clients:
            return False
        return all(has_no_condition(send.headers) for send in self.sends)

    def fate(self, status: int) -> Fate | None:
        """What the function does when the answer has this status; None when that could not be worked out."""
        if status not in self._fates:
            # A plain integer: an enum member would be another object and another type to the code that is executed.
            self._fates[status] = self._calls.run(self, int(status))
        return self._fates[status]

    def lasting_fate(self, status: int) -> Fate | None:
        """The same when each further request is answered with this status as well."""
        if status not in self._lasting_fates:
            self._lasting_fates[status] = self._calls.run(self, int(status), persistent=True)
        return self._lasting_fates[status]

    @cached_property
    def inner(self) -> CallSite | None:
        """The same request seen from the next function on its way that sends it by itself.

        One that sends only what, or through what, its callers bring sends nothing when it is looked at alone.
        """
        further_in = (self._calls.site_at(self.path[step:]) for step in range(1, len(self.path)))
        return next((site for site in further_in if site is not None), None)

    @cached_property
    def callers(self) -> tuple[CallSite, ...]:
        """The same request seen from the functions that call this one: of this module, and of those that import it."""
        return tuple(self._calls.callers_of(self))

    @property
    def others(self) -> list[CallSite]:
        """All requests that the same function sends, this one too."""
        return self._calls.found.in_function(self.home, self.function)

    @property
    def module(self) -> Module:
        """The module that the call site is in."""
        return self.home.module

    @cached_property
    def siblings(self) -> tuple[CallSite, ...]:
        """The same request as the same call sends it elsewhere: after a new token, written out a second time."""
        return tuple(
            site for site in self.others if site is not self and site.node is self.node and self._sends_as(site)
        )

    def _sends_as(self, other: CallSite) -> bool:
        mine = {(send.method, send.url) for send in self.sends if isinstance(send.url, (Known, Text))}
        return any((send.method, send.url) in mine for send in other.sends)

    @cached_property
    def called_out_of_sight(self) -> bool:
        """Whether the function is handed around, wrapped, or called where its exceptions may be handled unseen."""
        return self._calls.is_handed_around(self)

    @property
    def may_be_repeated_unseen(self) -> bool:
        """Whether somebody whom we do not follow may call the function again when it fails: a scheduler does, no web
        framework does."""
        return (self.called_out_of_sight and not self._calls.is_view(self)) or is_of_scheduler(self.function, self.home)

    @property
    def is_judged_inside(self) -> bool:
        """Whether the function that sends for this one is in a module that is judged when that is checked."""
        return self.inner is not None and self._calls.is_judged(self.inner.home)

    @property
    def is_handed_over(self) -> bool:
        """Whether this calls a function of a module that is not imported here: no check of that one knows of it."""
        inner = self.inner
        if inner is None or inner.home is self.home:
            return False
        return self.home not in self._calls.world.importers(inner.home)

    def repeats(self, status: int) -> Repeats:
        """Whether the transport repeats the request by itself."""
        return repeats_status(self.sends, status)

    @cached_property
    def sends_by_default(self) -> list[Send]:
        """The request as it is sent through clients in sight, taken for the only ones: whoever makes a session where
        none is given has chosen its policy, whatever others give."""
        return [replace(send, client_known=True) for send in self.sends if send.own_transport_known]

    def repeats_by_default(self, status: int) -> Repeats:
        """Whether the transports in sight repeat the request by themselves, whatever those out of sight do."""
        sends = self.sends_by_default
        return repeats_status(sends, status) if sends else Repeats.UNKNOWN

    @cached_property
    def all_callers(self) -> tuple[CallSite, ...]:
        """The same request seen from everybody who calls this function, and who calls those."""
        found = dict.fromkeys(self.callers)
        pending = deque(found)
        while pending:
            further = [caller for caller in pending.popleft().callers if caller not in found]
            found.update(dict.fromkeys(further))
            pending.extend(further)
        return tuple(found)

    @cached_property
    def is_told_by_callers(self) -> bool:
        """Whether somebody who calls this function brings a client that may look at each answer: nothing is known of
        one that is given, and everything at the call that gives it."""
        if not any(is_from_outside(send.session) for send in self.sends):
            return False
        brought = (send for caller in self.all_callers for send in caller.sends)
        return any(send.has_hooks or not send.hooks_known for send in brought) or self._calls.goes_further(self)

    @property
    def policy_nodes(self) -> tuple[ast.expr, ...]:
        """The expressions that create retry policies for this request, where they are in sight; none where no retry is
        meant."""
        found: dict[ast.expr, None] = {}
        for send in self.sends_by_default or self.sends:
            found.update((wrapper.origin, None) for wrapper in send.wrappers)
            picked = [answer for answer in transport_answers(send) if answer.origin and answer.policy.is_meant]
            found.update((answer.origin, None) for answer in picked if answer.origin is not None)
            if picked:
                continue
            # None of those that are mounted applies, though one of them is meant to.
            for _, adapter in send.adapters:
                for one in alternatives(adapter):
                    if isinstance(one, Adapter) and one.policy.is_meant and one.origin is not None:
                        found[one.origin] = None
        return tuple(sorted(found, key=lambda node: (node.lineno, node.col_offset)))

    def reason(self, origin: ast.expr, status: int) -> tuple[Repeats, str]:
        """Whether the retry policy that ``origin`` makes repeats the request on this status, and why it does not."""
        for site in (self, *self.all_callers):
            fate = site.fate(status)
            if fate is not None and origin in fate.refused:
                return Repeats.NO, fate.refused[origin]
        if any(wrapper.origin is origin for send in self.sends for wrapper in send.wrappers):
            return Repeats.NO, "what it repeats does not come of it"
        return reason_of(self.sends_by_default or self.sends, origin, status)

    def lacking_policy(self, origin: ast.expr, status: int) -> RetryPolicy | None:
        """The policy that ``origin`` makes, where it would repeat this status if only its forcelist had it."""
        return lacking_policy(self.sends_by_default or self.sends, origin, status)

    def _goes_elsewhere(self, send: Send) -> bool:
        """Whether a request certainly goes to another service than OCS."""
        return all(match.verdict is Verdict.OTHER for match in self._matches_of(send))

    @property
    def libraries(self) -> frozenset[Library]:
        """The libraries that may send the request."""
        return frozenset(send.library for send in self.sends)

    @property
    def is_of_vendor(self) -> bool:
        """Whether the vendor's own library sends the request, whose paths and headers nobody here can change."""
        return any(isinstance(library, VendorLibrary) for library in self.libraries)

    @property
    def leaves_body(self) -> bool:
        """Whether a library sends the request that does not parse what is answered, and gives nobody a response."""
        return all(leaves_body(send.library, send.node) for send in self.sends)

    @property
    def transport_node(self) -> ast.expr | None:
        """The call that creates the client that the request goes through, where that is in sight; for a class that is a
        client of the vendor's itself, the base that makes it one.

        None for what a class of the project sends in the place of its client: it stands there once, for all of them.
        """
        if _is_call_of_super(self.sending_node):
            return None
        sessions = {send.session for send in self.sends}
        if len(sessions) > 1:
            # One of them may be for another service, such as one on the same machine.
            sessions = {send.session for send in self.sends if not self._goes_elsewhere(send)}
        session = sessions.pop() if len(sessions) == 1 else None
        if session is None:
            return None
        return self._calls.world.allocation_of(session) or vendor_base(self.home, self.sending_node, session)


def _is_call_of_super(node: ast.Call) -> bool:
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    return isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name) and receiver.func.id == "super"


def _with_rest(url: Template) -> Template:
    """A URL in which what is glued to the name of a namespace stands below it: hardly anything else does.

    Behind the name of a stream, it may as well be a query.
    """
    before = url[-3] if url[-2:] == (HOLE, HOLE) and len(url) > 2 else None
    if isinstance(before, str) and before.lower().endswith(_CONTAINERS):
        return (*url[:-1], "/", HOLE)
    return url


def _label(match: Match) -> str:
    method, _, path = match.label.partition(" ")
    if match.verdict is Verdict.UNRESOLVED and not any(map(str.isalpha, path)):
        return f"this {method} request" if method.isalpha() else "this request"
    return shortened(match.label)
