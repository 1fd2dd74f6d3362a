"""Call sites: the requests that a module sends, the operation each goes to, and the fate of every status there."""

from __future__ import annotations

import ast
from functools import cached_property

from flake8_ocs_status.catalogue.operations import Match, Verdict, match_operation
from flake8_ocs_status.fate.operators import template_of
from flake8_ocs_status.fate.record import BudgetSpentError, CallPath, Fate, Send
from flake8_ocs_status.fate.statements import Executor
from flake8_ocs_status.fate.states import State
from flake8_ocs_status.fate.surroundings import Surroundings
from flake8_ocs_status.fate.transports import repeats_status
from flake8_ocs_status.fate.values import Adapter, Known, Table, Text, Value, alternatives, constant_text
from flake8_ocs_status.program.evidence import is_ocs_client
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FUNCTIONS, FunctionNode
from flake8_ocs_status.transport.clients import LIBRARIES, VERBS
from flake8_ocs_status.transport.retries import Repeats

SENDING_NAMES = VERBS | {"request", "stream"}
CLIENT_MODULES = frozenset(library.name for library in LIBRARIES)
CONDITIONAL_HEADERS = frozenset({"if-match", "if-none-match"})
MOST_DEPTH = 5
# A use of one of these names is far likelier a collection's method than a client's.
COLLECTION_METHODS = frozenset({*dir(dict), *dir(list), *dir(set), *dir(str)})


class CallSite:
    """One request as one function sends it, directly or through functions of the module.

    ``path`` are the calls that lead from that function to the request.
    """

    def __init__(self, calls: Calls, function: FunctionNode | None, path: CallPath, sends: list[Send]) -> None:
        self._calls = calls
        self.function = function
        self.path = path
        self.sends = sends
        self._fates: dict[int, Fate | None] = {}

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
        found: dict[Match, None] = {}
        for send in self.sends:
            for method in alternatives(send.method):
                for url in alternatives(send.url):
                    found[match_operation(constant_text(method), template_of(url))] = None
        return tuple(found)

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """The same, where what the function is given for a URL is told by its callers."""
        found: dict[Match, None] = {}
        for match in self.own_matches:
            if match.verdict is Verdict.UNRESOLVED and self.callers:
                found.update(dict.fromkeys(told for caller in self.callers for told in caller.matches))
            else:
                found[match] = None
        return tuple(found)

    @cached_property
    def judged_matches(self) -> tuple[Match, ...]:
        """The matches for which this is a call to OCS; empty when it is none."""
        may_authorize = any(send.may_authorize for send in self.sends)
        return tuple(match for match in self.matches if self._calls.is_ocs(match, may_authorize))

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
        return all(any(map(_has_condition, alternatives(send.headers))) for send in self.sends)

    def fate(self, status: int) -> Fate | None:
        """What the function does when the answer has this status; None when that could not be worked out."""
        if status not in self._fates:
            # A plain integer: an enum member would be another object and another type to the code that is executed.
            self._fates[status] = self._calls.run(self.function, self.path, int(status))
        return self._fates[status]

    @cached_property
    def inner(self) -> CallSite | None:
        """The same request seen from the function that this one calls to send it."""
        return self._calls.by_path.get(self.path[1:]) if len(self.path) > 1 else None

    @cached_property
    def callers(self) -> tuple[CallSite, ...]:
        """The same request seen from the functions of this module that call this one."""
        return tuple(self._calls.callers.get(self.path, ()))

    @cached_property
    def siblings(self) -> tuple[CallSite, ...]:
        """The same request as the same call sends it elsewhere: after a new token, written out a second time."""
        return tuple(
            site
            for site in self._calls.sites
            if site is not self and site.node is self.node and site.function is self.function and self._sends_as(site)
        )

    def _sends_as(self, other: CallSite) -> bool:
        mine = {(send.method, send.url) for send in self.sends if isinstance(send.url, (Known, Text))}
        return any((send.method, send.url) in mine for send in other.sends)

    @cached_property
    def called_out_of_sight(self) -> bool:
        """Whether the function is handed around, wrapped, or called where its exceptions may be handled unseen."""
        return self.function is not None and self._calls.is_handed_around(self)

    def repeats(self, status: int) -> Repeats:
        """Whether the transport repeats the request by itself."""
        return repeats_status(self.sends, status)

    @property
    def policy_nodes(self) -> tuple[ast.Call, ...]:
        """The calls that create retry policies for this request, where they are in sight; none where no retry is
        meant."""
        found: dict[ast.Call, None] = {}
        for send in self.sends:
            for _, adapter in send.adapters:
                for one in alternatives(adapter):
                    if isinstance(one, Adapter) and one.policy.is_meant and one.origin is not None:
                        found[one.origin] = None
        return tuple(sorted(found, key=lambda node: (node.lineno, node.col_offset)))

    @property
    def transport_node(self) -> ast.Call | None:
        """The call that creates the client that the request goes through, where that is in sight."""
        clients = {send.session.allocation for send in self.sends if send.session is not None}
        if len(clients) == 1 and all(send.session is not None for send in self.sends):
            return self._calls.surroundings.allocations.get(clients.pop())
        return None


class Calls:
    """All call sites of one module."""

    def __init__(self, module: Module, judge_all: bool) -> None:
        self.module = module
        self.surroundings = Surroundings(module)
        self._judge_all = judge_all
        self.sites: list[CallSite] = []
        self.by_path: dict[CallPath, CallSite] = {}
        if imports_a_client(module):
            self._survey()

    def is_ocs(self, match: Match, may_authorize: bool) -> bool:
        """Whether a request with this match is judged by the handling and retry rules.

        Where the URL is not known, the module must plainly be a client of OCS, and the request may carry a token: OCS
        answers nobody without one, except for the two identity paths, which are known.
        """
        if self._judge_all:
            return True
        if match.verdict is Verdict.OTHER:
            return False
        if match.verdict is Verdict.UNRESOLVED:
            return may_authorize and self._is_ocs_module
        return match.anchored or self._is_ocs_module

    @cached_property
    def _is_ocs_module(self) -> bool:
        return is_ocs_client(self.module)

    def run(self, function: FunctionNode | None, path: CallPath, status: int) -> Fate | None:
        """Execute a function with the request at ``path`` answered by ``status``."""
        fate = Fate(status)
        executor = Executor(self.surroundings, fate, path)
        try:
            self._execute(executor, function)
        except (BudgetSpentError, RecursionError):
            return None
        return fate if fate.answered else None

    def _execute(self, executor: Executor, function: FunctionNode | None) -> None:
        if function is None:
            executor.run_module(State())
        else:
            executor.run_function(function, self.surroundings.initial_state(function))

    def _survey(self) -> None:
        """Find the requests that each function sends."""
        for function in self._roots():
            executor = Executor(self.surroundings, None, None)
            try:
                self._execute(executor, function)
            except (BudgetSpentError, RecursionError):
                continue
            for path, sends in executor.sends.items():
                site = CallSite(self, function, path, sends)
                self.sites.append(site)
                self.by_path[path] = site
        self.sites.sort(key=lambda site: [(call.lineno, call.col_offset) for call in site.path])

    def _roots(self) -> list[FunctionNode | None]:
        """The functions from which a request may be reached, None for the module's own statements."""
        roots: dict[FunctionNode | None, None] = {}
        names: set[str] = set()
        for call in self.module.nodes(ast.Call):
            function = call.func
            name = function.attr if isinstance(function, ast.Attribute) else None
            if name in SENDING_NAMES or (isinstance(function, ast.Name) and self._sends_by_name(function)):
                self._add_root(self.module.enclosing_function(call), roots, names)
        for attribute in self.module.nodes(ast.Attribute):
            if attribute.attr in SENDING_NAMES:
                # requests.post itself, for instance in a functools.partial.
                names.update(self._other_names(self._outermost_call(attribute)))
        uses = self._uses_by_name
        done: set[str] = set()
        for _ in range(MOST_DEPTH):
            fresh = names - done
            done |= names
            for name in sorted(fresh):
                for use in uses.get(name, []):
                    names.update(self._other_names(use))
                    self._add_root(self.module.enclosing_function(use), roots, names)
        order = sorted((root for root in roots if root is not None), key=lambda node: (node.lineno, node.col_offset))
        return [*order, *([None] if None in roots else [])]

    def _sends_by_name(self, name: ast.Name) -> bool:
        path = self.module.dotted(name)
        return path is not None and path.rpartition(".")[2] in SENDING_NAMES

    def _add_root(self, function: FunctionNode | None, roots: dict[FunctionNode | None, None], names: set[str]) -> None:
        roots[function] = None
        if isinstance(function, ast.Lambda):
            # The function around it may hand the lambda to another one that calls it.
            self._add_root(self.module.enclosing_function(self.module.parents[function]), roots, names)
        elif function is not None:
            names.add(function.name)
            owner = self.surroundings.class_of_function(function)
            if owner is not None and function.name == "__init__":
                names.add(owner.name)

    def _outermost_call(self, node: ast.AST) -> ast.AST:
        """The outermost call that a value is an argument of; the value itself when it is none."""
        parent = self.module.parents.get(node)
        while isinstance(parent, ast.keyword) or (isinstance(parent, ast.Call) and parent.func is not node):
            node, parent = parent, self.module.parents.get(parent)
        return node

    def _other_names(self, use: ast.AST) -> list[str]:
        """The names and attributes that this use of a name is assigned to: ``self.get = self.__get_by_token``."""
        statement = self.module.parents.get(use)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is not use:
            return []
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return [
            target.id if isinstance(target, ast.Name) else target.attr
            for target in targets
            if isinstance(target, (ast.Name, ast.Attribute))
        ]

    @cached_property
    def _uses_by_name(self) -> dict[str, list[ast.AST]]:
        """Where each name is used as a name or an attribute."""
        uses: dict[str, list[ast.AST]] = {}
        for name in self.module.nodes(ast.Name):
            uses.setdefault(name.id, []).append(name)
        for attribute in self.module.nodes(ast.Attribute):
            uses.setdefault(attribute.attr, []).append(attribute)
        return uses

    @cached_property
    def callers(self) -> dict[CallPath, list[CallSite]]:
        """The sites from which the request at each path is reached by one more call."""
        found: dict[CallPath, list[CallSite]] = {}
        for site in self.sites:
            found.setdefault(site.path[1:], []).append(site)
        return found

    @cached_property
    def _sending_nodes(self) -> frozenset[ast.Call]:
        return frozenset(site.sending_node for site in self.sites)

    def is_handed_around(self, site: CallSite) -> bool:
        """Whether somebody whom we do not follow may handle what the function of a site raises or returns."""
        function = site.function
        if isinstance(function, ast.Lambda):
            return True
        assert function is not None
        if not (self.surroundings.is_plain(function) or self.surroundings.is_property(function)):
            return True
        followed = {caller.path[0] for caller in site.callers}
        for use in self._uses_by_name.get(function.name, []):
            if isinstance(getattr(use, "ctx", None), ast.Store):
                continue
            call = self.module.parents.get(use)
            if self._other_names(use):
                # Calls by that name are followed like any other.
                continue
            if not (isinstance(call, ast.Call) and call.func is use):
                if not isinstance(call, ast.Attribute) and self._may_name(use, function):
                    return True
            elif call not in followed and self._may_name(use, function) and self._is_guarded(call):
                return True
        return False

    def _may_name(self, use: ast.AST, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a name or an attribute of the function's name may be this function."""
        is_method = self.surroundings.class_of_function(function) is not None
        if isinstance(use, ast.Name):
            return not is_method
        assert isinstance(use, ast.Attribute)
        if not is_method or self.module.parents.get(use) in self._sending_nodes:
            return False
        own = isinstance(use.value, ast.Name) and use.value.id in {"self", "cls"}
        return own or function.name not in COLLECTION_METHODS

    def _is_guarded(self, node: ast.AST) -> bool:
        """Whether a call stands in a loop or in a ``try`` that has handlers."""
        current: ast.AST | None = node
        while current is not None and not isinstance(current, FUNCTIONS):
            parent = self.module.parents.get(current)
            if isinstance(parent, (ast.While, ast.For, ast.AsyncFor)):
                return True
            if isinstance(parent, ast.Try) and parent.handlers and current in parent.body:
                return True
            current = parent
        return False


def imports_a_client(module: Module) -> bool:
    """Whether a module imports an HTTP client library whose calls are followed."""
    for node in module.nodes(ast.Import):
        if any(alias.name.partition(".")[0] in CLIENT_MODULES for alias in node.names):
            return True
    return any(
        node.level == 0 and (node.module or "").partition(".")[0] in CLIENT_MODULES
        for node in module.nodes(ast.ImportFrom)
    )


def _label(match: Match) -> str:
    method, _, path = match.label.partition(" ")
    if match.verdict is Verdict.UNRESOLVED and not any(map(str.isalpha, path)):
        return f"this {method} request"
    return match.label


def _has_condition(headers: Value) -> bool:
    return isinstance(headers, Table) and any(
        (constant_text(key) or "").lower() in CONDITIONAL_HEADERS for key, _ in headers.entries
    )
