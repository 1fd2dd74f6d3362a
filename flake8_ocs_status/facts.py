"""Everything that a rule may read about one file, each part worked out when it is first asked for."""

from __future__ import annotations

import ast
import gc
import os.path
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from flake8_ocs_status.catalogue.constants import PLAIN_INTEGERS, Constant, constant_for
from flake8_ocs_status.catalogue.project import lowest_python
from flake8_ocs_status.positions.constants import NamedStatus, may_name_statuses, named_statuses_of
from flake8_ocs_status.positions.definitions import StatusDefinition, status_definitions_of
from flake8_ocs_status.positions.demands import Demands
from flake8_ocs_status.positions.literals import StatusPosition, status_positions_of
from flake8_ocs_status.positions.lone_statuses import LoneStatus, lone_statuses_of
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.mismatches import MismatchedComparison, mismatched_comparisons_of
from flake8_ocs_status.positions.ranges import StatusRange, status_ranges_of
from flake8_ocs_status.positions.signs import has_signs
from flake8_ocs_status.positions.strangers import StrangePosition, has_strange_signs, strange_positions_of
from flake8_ocs_status.positions.uncalled import UncalledCheck, uncalled_checks_of
from flake8_ocs_status.positions.witnesses import Witnesses
from flake8_ocs_status.possible.dead import DeadTest, dead_tests_of, may_have_dead_tests
from flake8_ocs_status.program.evidence import may_call_ocs
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.own_vocabulary import OwnVocabulary, own_vocabulary
from flake8_ocs_status.settings import Settings
from flake8_ocs_status.transport.clients import CLIENT_WORDS

if TYPE_CHECKING:
    from flake8_ocs_status.fate.judging.callsites import CallSite
    from flake8_ocs_status.fate.judging.explained import Explanation
    from flake8_ocs_status.fate.judging.retries import Repetition
    from flake8_ocs_status.fate.judging.survey import Calls
    from flake8_ocs_status.fate.judging.verdicts import Judgement


class Facts:
    """The facts about one file under one set of settings."""

    def __init__(self, module: Module, settings: Settings) -> None:
        self.module = module
        self.settings = settings
        self._unretried: dict[int, list[CallSite]] = {}

    @cached_property
    def python(self) -> tuple[int, int]:
        """The lowest Python that the file's project runs on."""
        return self.settings.python or lowest_python(self.module.path)

    @cached_property
    def _own_vocabulary(self) -> OwnVocabulary | None:
        module, colon, name = self.settings.constants.partition(":")
        return own_vocabulary(self.module.path, module, name) if colon else None

    @property
    def vocabulary(self) -> str:
        """The vocabulary whose constants name statuses, under its first name where a project has renamed one."""
        own = self._own_vocabulary
        return own.same_as if own is not None and own.same_as is not None else self.settings.constants

    @property
    def names_are_integers(self) -> bool:
        """Whether the constants of the vocabulary are plain integers, which nothing can tell from the numbers."""
        own = self._own_vocabulary
        return self.vocabulary in PLAIN_INTEGERS or (own is not None and own.is_plain)

    def constant_for(self, status: int) -> Constant | None:
        """The constant that names a status in the project's vocabulary on its lowest Python, None where it has none.

        The members of a vocabulary of one's own decide where they can be read.
        """
        constants = self.settings.constants
        own = self._own_vocabulary
        if own is None:
            return constant_for(status, constants, self.python)
        module, _, name = constants.partition(":")
        if own.same_as is not None:
            renamed = constant_for(status, own.same_as, self.python)
            attribute = None if renamed is None else renamed.attribute
        else:
            attribute = own.name_of(status)
        return None if attribute is None else Constant(module, name, attribute)

    @property
    def defines_vocabulary(self) -> bool:
        """Whether this file is the one that defines the project's own constants."""
        module, colon, _ = self.settings.constants.partition(":")
        path = os.path.abspath(self.module.path).removesuffix(".py").removesuffix(f"{os.sep}__init__")
        return bool(colon) and f"{os.sep}{path}".endswith(os.sep + module.replace(".", os.sep))

    @cached_property
    def _survey(self) -> Calls | None:
        judge_all = self.settings.scope == "all"
        if not judge_all and not may_call_ocs(self.module, CLIENT_WORDS, self.settings.words):
            return None
        # The executor takes a while to load, and most files have no call to OCS.
        from flake8_ocs_status.fate.judging.survey import Calls

        return Calls(self.module, self.settings)

    @cached_property
    def calls(self) -> tuple[CallSite, ...]:
        """The calls to OCS, in the order of the source."""
        return () if self._survey is None else tuple(site for site in self._survey.sites if site.judged_matches)

    @property
    def explanations(self) -> list[Explanation]:
        """What the analysis makes of each request of the module, whether it goes to OCS or not."""
        from flake8_ocs_status.fate.judging.explained import explanations_of
        from flake8_ocs_status.fate.judging.survey import Calls

        return explanations_of(self._survey or Calls(self.module, self.settings))

    @cached_property
    def judged_calls(self) -> tuple[tuple[CallSite, Judgement], ...]:
        """The calls to OCS, each with what the fates there add up to."""
        if not self.calls:
            return ()
        from flake8_ocs_status.fate.judging.verdicts import Judgement

        return tuple((site, Judgement(site)) for site in self.calls)

    @cached_property
    def _calls_through(self) -> list[CallSite]:
        """The calls to OCS of this module, and those of other modules that go through it."""
        return [] if self._survey is None else [site for site in self._survey.sites_through if site.judged_matches]

    @cached_property
    def judged_calls_through(self) -> tuple[tuple[CallSite, Judgement], ...]:
        """The same for the calls of this module and those of other modules that go through one of its functions."""
        if not self.calls:
            return ()
        from flake8_ocs_status.fate.judging.verdicts import Judgement

        return tuple((site, Judgement(site)) for site in self._calls_through)

    def unretried_calls(self, status: int) -> list[CallSite]:
        """The calls to OCS at which nothing repeats a request that was answered with this status: those of this module,
        and those of other modules that go through it."""
        if self._survey is None:
            return []
        from flake8_ocs_status.fate.judging.verdicts import unretried_sites

        if status not in self._unretried:
            self._unretried[status] = unretried_sites(self._calls_through, status)
        return self._unretried[status]

    def calls_with_idle_retries(self, status: int) -> list[CallSite]:
        """The same calls, and those that go through a client that the project makes where nobody gives another one."""
        if self._survey is None:
            return []
        from flake8_ocs_status.fate.judging.verdicts import sites_with_idle_retries

        return sites_with_idle_retries(self._calls_through, status)

    def place_of(self, node: ast.expr, site: CallSite) -> tuple[ast.expr, ...]:
        """Where this module is to be changed for something that stands at ``node``: there, or nowhere when another
        module will be told. What no check of another module tells is told at the call."""
        assert self._survey is not None
        return self._survey.place_of(node, site)

    def forcelist_at(self, policy: ast.expr, parameter: str) -> ast.List | ast.Tuple | ast.Set | None:
        """The statuses of a retry policy that this module makes, where they are written out for it alone."""
        from flake8_ocs_status.fate.policies.forcelists import forcelist_at

        return forcelist_at(self.module, policy, parameter)

    @cached_property
    def repetitions(self) -> tuple[Repetition, ...]:
        """How each call to OCS is repeated."""
        if self._survey is None:
            return ()
        from flake8_ocs_status.fate.judging.retries import Repetition
        from flake8_ocs_status.fate.judging.verdicts import first_requests

        return tuple(map(Repetition, first_requests(self._calls_through, HTTPStatus.SERVICE_UNAVAILABLE)))

    @cached_property
    def _witnesses(self) -> Witnesses:
        return Witnesses(self.module)

    @cached_property
    def _meanings(self) -> Meanings:
        return Meanings(self.module, self._witnesses)

    @cached_property
    def _demands(self) -> Demands:
        return Demands(self.module, self._witnesses, self._meanings)

    @cached_property
    def _has_signs(self) -> bool:
        return has_signs(self.module)

    @cached_property
    def status_positions(self) -> tuple[StatusPosition, ...]:
        """The integers that mean a status, in the order of the source."""
        if not self._has_signs:
            return ()
        return status_positions_of(self.module, self._demands)

    @cached_property
    def strange_positions(self) -> tuple[StrangePosition, ...]:
        """The integers that stand where a status belongs and are no registered status, in the order of the source."""
        if not self._has_signs and not has_strange_signs(self.module):
            return ()
        return strange_positions_of(self.module, self._demands, self._meanings)

    @cached_property
    def named_statuses(self) -> tuple[NamedStatus, ...]:
        """The constants that stand for a status, in the order of the source."""
        return named_statuses_of(self.module, self._demands) if may_name_statuses(self.module) else ()

    @cached_property
    def status_definitions(self) -> tuple[StatusDefinition, ...]:
        """The constants that repeat a standard one or contradict their name, in the order of the source."""
        return status_definitions_of(self.module)

    @cached_property
    def status_ranges(self) -> tuple[StatusRange, ...]:
        """The tests that ask for a class of statuses by numbers."""
        return status_ranges_of(self.module, self._meanings) if self._has_signs else ()

    @property
    def response_library(self) -> str | None:
        """The client library that the file imports, None when it imports none or several."""
        return self._witnesses.library

    @cached_property
    def mismatched_comparisons(self) -> tuple[MismatchedComparison, ...]:
        """The comparisons of a status that cannot come out as they are meant."""
        return mismatched_comparisons_of(self.module, self._meanings) if self._has_signs else ()

    @cached_property
    def dead_tests(self) -> tuple[DeadTest, ...]:
        """The tests on a status that come out one way only where they stand."""
        may_have = self._has_signs or may_have_dead_tests(self.module)
        return dead_tests_of(self.module, self._meanings) if may_have else ()

    @cached_property
    def lone_statuses(self) -> tuple[LoneStatus, ...]:
        """The statuses that stand alone among the operands of a test on the status, in the order of the source."""
        may_have = self._has_signs or may_have_dead_tests(self.module)
        return lone_statuses_of(self.module, self._meanings) if may_have else ()

    @cached_property
    def uncalled_checks(self) -> tuple[UncalledCheck, ...]:
        """The statements and tests that name ``raise_for_status`` and do not call it."""
        return uncalled_checks_of(self.module, self._meanings.is_response)

    def let_go(self) -> None:
        """Forget everything, when nothing will be asked any more.

        What answers questions about meanings refers to itself in circles, which hold the tree until the garbage
        collector comes by. Over many files that costs as much as the analysis; without the circles a tree goes at once.
        """
        known = vars(self)
        if known.get("_survey") is not None:
            known["_survey"].let_go()
        for part in ("_meanings", "_demands"):
            if part in known:
                vars(known[part]).clear()
        known.clear()


def facts_of(tree: ast.Module, lines: list[str], path: str, settings: Settings) -> Facts:
    """The facts about a parsed file. ``lines`` keep their line ends."""
    return Facts(Module(tree, lines, path), settings)


@contextmanager
def facts_for_now(tree: ast.Module, lines: list[str], path: str, settings: Settings) -> Iterator[Facts]:
    """The same, forgotten when the block ends."""
    facts = facts_of(tree, lines, path, settings)
    with garbage_kept():
        try:
            yield facts
        finally:
            facts.let_go()


@contextmanager
def garbage_kept() -> Iterator[None]:
    """Keep the garbage collector from looking through what is made here: it is dropped here, too, all at once.

    The search runs after every few hundred nodes, finds nothing, and takes an eighth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
