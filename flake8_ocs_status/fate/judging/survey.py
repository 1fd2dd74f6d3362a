"""The survey of a check: which requests the module sends, and who else in the project sends them through it."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from flake8_ocs_status.catalogue.operations import Match, Verdict
from flake8_ocs_status.fate.environment.class_changes import may_be_replaced
from flake8_ocs_status.fate.environment.client_users import ClientUsers
from flake8_ocs_status.fate.environment.entries import is_called_by_framework, is_command
from flake8_ocs_status.fate.environment.senders import Senders
from flake8_ocs_status.fate.environment.surroundings import Surroundings
from flake8_ocs_status.fate.environment.world import World
from flake8_ocs_status.fate.exchange.record import BudgetSpentError, CallPath, Fate
from flake8_ocs_status.fate.executor.beginnings import Beginning, last_to_send
from flake8_ocs_status.fate.executor.statements import Executor
from flake8_ocs_status.fate.judging.callsites import CallSite
from flake8_ocs_status.fate.judging.found import FoundSites
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.program.evidence import has_ocs_word, is_ocs_client, may_call_ocs
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode
from flake8_ocs_status.settings import Settings
from flake8_ocs_status.transport.clients import CLIENT_WORDS


class Calls:
    """The call sites of the module that is checked, and those in other modules that lead to one of its."""

    def __init__(self, module: Module, settings: Settings) -> None:
        self.world = World(module, settings, Executor)
        self._clients = ClientUsers(self.world, judge_all=settings.scope == "all")
        self.hosts = settings.hosts
        self._words = settings.words
        self._judge_all = settings.scope == "all"
        self.found = FoundSites()
        self._senders: dict[Surroundings, Senders] = {}
        # The functions that are executed through their decorators.
        self._seen_through: set[FunctionNode] = set()
        # The runs made so far with a request in focus: the fate, and whether it could be worked out.
        self._runs: dict[tuple[CallSite, bool], list[tuple[Fate, bool]]] = {}
        # Where the runs begin that have a request in focus.
        self._beginnings: dict[CallPath, Beginning | None] = {}
        # The statements after which nothing sends them that has not sent them before.
        self._last_to_send: dict[CallPath, frozenset[ast.stmt]] = {}
        self._surveyed: set[tuple[Surroundings, FunctionNode | None]] = set()
        self._names: dict[Surroundings, set[str]] = {}
        self._with_callers: set[tuple[Surroundings, bool]] = set()
        self._told_at: dict[ast.expr, ast.Call] = {}
        self._ocs_modules: dict[Surroundings, bool] = {}
        root = self.world.root
        if self._clients.may_send(root):
            self._survey(root, self.senders_of(root).functions(self._names_elsewhere(root)))

    def let_go(self) -> None:
        """Forget everything: the sites, the modules and what was worked out about them refer to each other."""
        self.world.let_go()
        vars(self).clear()

    @cached_property
    def sites(self) -> tuple[CallSite, ...]:
        """The call sites of the module that is checked, in the order of the source.

        What a test makes of code outside the tests decides nothing there, and is no client of its own.
        """
        root = self.world.root
        found = self.found.in_module(root)
        if root.is_test:
            found = [site for site in found if self._is_sent_by_tests(site)]
        return tuple(found)

    def _is_sent_by_tests(self, site: CallSite) -> bool:
        home = self.world.home_of_node(site.sending_node)
        return home is None or home.is_test

    def senders_of(self, home: Surroundings) -> Senders:
        """The functions of a module that may send."""
        if home not in self._senders:
            self._senders[home] = Senders(home)
        return self._senders[home]

    def is_ocs(self, site: CallSite, match: Match, may_authorize: bool) -> bool:
        """Whether a request with this match is judged by the handling and retry rules.

        Where the URL is not known, a module that has a part in it must plainly be a client of OCS, and the request may
        carry a token: OCS answers nobody without one, except for the two identity paths, which are known.
        """
        if self._judge_all:
            return True
        if match.verdict is Verdict.OTHER:
            return False
        if any(send.is_declared for send in site.sends):
            return True
        if match.verdict is Verdict.UNRESOLVED:
            return may_authorize and self._is_in_ocs_client(site)
        return match.anchored or self._is_in_ocs_client(site)

    def _is_in_ocs_client(self, site: CallSite) -> bool:
        homes = {site.home} | {home for call in site.path if (home := self.world.home_of_node(call)) is not None}
        return any(map(self._is_ocs_module, homes))

    def _is_ocs_module(self, home: Surroundings) -> bool:
        if home not in self._ocs_modules:
            self._ocs_modules[home] = is_ocs_client(home.module, self.hosts)
        return self._ocs_modules[home]

    def is_judged(self, home: Surroundings) -> bool:
        """Whether a module is judged when it is checked itself."""
        if self._judge_all or home is self.world.root:
            return True
        return may_call_ocs(home.module, CLIENT_WORDS, self._words)

    def run(self, site: CallSite, status: int, persistent: bool = False) -> Fate | None:
        """Execute the function of a site with its request answered by ``status``, each time if ``persistent``."""
        runs = self._runs.setdefault((site, persistent), [])
        for alike, is_known in runs:
            is_refused = is_known and not alike.told_apart and _are_refused(site, alike.status, status)
            if is_refused or alike.is_alike_for(status):
                return replace(alike, status=status) if is_known else None
        fate = Fate(status)
        executor = Executor(self.world, site.home, fate, site.path)
        executor.persistent = persistent
        executor.beginning = self._beginnings.get(site.path)
        executor.last_to_send = self._last_to_send.get(site.path, frozenset())
        try:
            self._execute(executor, site.home, site.function)
        except BudgetSpentError:
            if self.world.steps_left >= 0:
                runs.append((fate, False))
            return None
        except RecursionError:
            return None
        runs.append((fate, fate.answered))
        return fate if fate.answered else None

    def _execute(self, executor: Executor, home: Surroundings, function: FunctionNode | None) -> None:
        if function is None:
            executor.run_module(State())
        elif executor.beginning is not None:
            executor.run_function(function, State())
        elif function in self._seen_through and not isinstance(function, ast.Lambda):
            executor.run_decorated(function, home.initial_state(function))
        else:
            executor.run_function(function, home.initial_state(function))

    def _survey(self, home: Surroundings, functions: Iterable[FunctionNode | None]) -> None:
        """Find the requests that each of these functions sends."""
        self.found.note_home(home)
        pending = deque(functions)
        while pending:
            function = pending.popleft()
            if (home, function) in self._surveyed:
                continue
            self._surveyed.add((home, function))
            executor = Executor(self.world, home)
            try:
                if function is not None and home.layers(function):
                    self._seen_through.add(function)
                    self._execute(executor, home, function)
                    if not executor.sends:
                        # A decorator that could not be followed: then the function alone.
                        self._seen_through.discard(function)
                        executor = Executor(self.world, home)
                if function not in self._seen_through:
                    executor.keeps_beginnings = True
                    self._execute(executor, home, function)
            except (BudgetSpentError, RecursionError):
                continue
            if executor.keeps_beginnings:
                self._beginnings.update((path, executor.beginning_of(path)) for path in executor.sends)
                for path in executor.sends.keys() - executor.sent_later:
                    self._last_to_send[path] = last_to_send(path, home, function)
            pending.extend(self._told_of_client(home))
            for path, sends in executor.sends.items():
                if path not in self.found:
                    self.found.add(CallSite(self, home, function, path, sends))

    def _told_of_client(self, home: Surroundings) -> list[FunctionNode]:
        """The functions of this module that are given a client, as has been learned since they were looked at; those of
        other modules are to be looked at once more when they are asked about."""
        learned, self.world.given_clients = self.world.given_clients, []
        own = []
        for function in learned:
            its_home = self.world.home_of(function)
            if (its_home, function) in self._surveyed:
                self._surveyed.discard((its_home, function))
                if its_home is home:
                    own.append(function)
        return own

    def site_at(self, path: CallPath) -> CallSite | None:
        """The site of a request as the function around the first of these calls sends it."""
        if path not in self.found:
            home = self.world.home_of_node(path[0])
            if home is not None:
                self._survey(home, [home.module.enclosing_function(path[0])])
        return self.found.at(path)

    def callers_of(self, site: CallSite) -> list[CallSite]:
        """The sites from which this one's request is reached by one more call that sends by itself."""
        self._survey_importers(site.home, site.goes_to_ocs)
        # What lies between, such as a helper that is handed a function, sends nothing when it is looked at alone.
        return [
            other
            for other in self.found.leading_to(site.path)
            if len(other.path) == len(site.path) + 1 or other.inner is site
        ]

    def goes_further(self, site: CallSite) -> bool:
        """Whether the call that sends a request leads into code of the project where somebody brings a client of their
        own."""
        self._survey_importers(site.home)
        return self.found.leads_on(site.sending_node)

    def _survey_importers(self, home: Surroundings, is_ocs: bool = False) -> None:
        """Find the requests that the modules that import this one send through it; ``is_ocs`` says that this one tells
        which operation of OCS it is about."""
        if (home, is_ocs) not in self._with_callers:
            self._with_callers |= {(home, False), (home, is_ocs)}
            knows = is_ocs or has_ocs_word(self.world.root.module, self._words)
            for importer in self.world.importers(home):
                if importer.is_test and not home.is_test:
                    # What a test makes of an answer decides nothing for those who use the module.
                    continue
                if not knows and not self.is_judged(importer):
                    # Neither knows anything of OCS, nor does what they import.
                    continue
                self._survey(importer, self.senders_of(importer).functions(self._names_of(home)))

    def _survey_receivers(self, home: Surroundings) -> None:
        """Find the requests of the modules to which this one, or one that imports it, may hand a client, and those that
        an importer sends through what it is handed back."""
        if self.world.project is None:
            return
        handing = [home, *(importer for importer in self.world.importers(home) if not importer.is_test)]
        files = {one.file for one in handing[1:]}
        files |= {file for one in handing for file in self.world.project.imported_files(one.file)}
        for receiver in map(self.world.at, sorted(files)):
            if receiver is not None and self.is_judged(receiver) and self._clients.may_send(receiver):
                self._survey(receiver, self.senders_of(receiver).functions(self._names_elsewhere(receiver)))

    def _sites_through_client_of(self, home: Surroundings) -> list[CallSite]:
        """The call sites found so far that send through a client that this module makes."""
        return [site for site in self.found if self._goes_through_client_of(home, site)]

    @staticmethod
    def _goes_through_client_of(home: Surroundings, site: CallSite) -> bool:
        nodes = [*site.policy_nodes, *([] if site.transport_node is None else [site.transport_node])]
        return any(node in home.module.parents for node in nodes)

    @cached_property
    def sites_through(self) -> tuple[CallSite, ...]:
        """The call sites of the module that is checked, and those in other modules that leave the answer to them, or
        send through a client that it makes."""
        root = self.world.root
        found = dict.fromkeys(self.sites)
        if self.senders_of(root).makers:
            self._survey_importers(root)
            through = self._sites_through_client_of(root)
            if not any(site.knows_operation for site in through):
                # A client that is made for others.
                self._survey_receivers(root)
                through = self._sites_through_client_of(root)
            found.update(dict.fromkeys(through))
        pending = list(self.sites)
        while pending:
            site = pending.pop(0)
            further = [caller for caller in site.callers if caller not in found]
            found.update(dict.fromkeys(further))
            pending.extend(further)
        return tuple(found)

    def place_of(self, node: ast.expr, site: CallSite) -> tuple[ast.expr, ...]:
        """Where the module that is checked is to be changed for something that stands at ``node``: there, or nowhere
        when a check of another module tells it, or at the first call in this module when none does."""
        root = self.world.root
        if node in root.module.parents:
            return (node,)
        home = self.world.home_of_node(node)
        if site.home is not root or (home is not None and self.is_judged(home)):
            return ()
        return (self._told_at.setdefault(node, site.node),)

    def _names_of(self, home: Surroundings) -> set[str]:
        """The names of what may send in a module."""
        if home not in self._names:
            # Modules that import each other.
            self._names[home] = set()
            self._names[home] = self.senders_of(home).names(self._names_elsewhere(home))
        return self._names[home]

    def _names_elsewhere(self, home: Surroundings) -> set[str]:
        """The names of what may send in other modules, and may be used in this one."""
        sources = map(self.world.at, self._clients.sources(home))
        return set().union(*(self._names_of(source) for source in sources if source is not None))

    def is_handed_around(self, site: CallSite) -> bool:
        """Whether somebody whom we do not follow may handle what the function of a site raises or returns."""
        function = site.function
        if function is None:
            return False
        if isinstance(function, ast.Lambda):
            return True
        is_plain = site.home.is_plain(function) or site.home.is_property(function)
        if not is_plain and is_command(function, [site.home, *self.world.importers(site.home)]):
            return False
        if (function not in self._seen_through and not is_plain) or may_be_replaced(function, site.home):
            return True
        followed = {caller.path[0] for caller in site.callers}
        owner = site.home.class_of_function(function)
        homes = [site.home, *(home for home in self.world.importers(site.home) if not home.is_test)]
        return any(self.senders_of(home).hand_around(function, owner, followed, self.found.sending) for home in homes)

    def is_view(self, site: CallSite) -> bool:
        """Whether the function of a site is called by a web framework, once for each request, and by nobody else."""
        homes = [site.home, *self.world.importers(site.home)]
        return site.function is not None and is_called_by_framework(
            site.function, ((home, self.senders_of(home)) for home in homes)
        )


def _are_refused(site: CallSite, *statuses: int) -> bool:
    """Whether the library raises for each of these statuses by itself."""
    return all(
        library.raises_unasked and library.raises is not None and all(map(library.raises, statuses))
        for library in site.libraries
    )
