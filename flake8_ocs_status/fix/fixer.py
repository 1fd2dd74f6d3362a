"""One file: ask the rules, carry out their fixes, look again, until nothing is left to do."""

from __future__ import annotations

import ast
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from flake8_ocs_status.check import findings_in
from flake8_ocs_status.facts import Facts, facts_for_now
from flake8_ocs_status.findings import AddStatus, Finding, NameStatus, Replacing, Span, Step
from flake8_ocs_status.fix.additions import edits_for_addition
from flake8_ocs_status.fix.bindings import Bindings
from flake8_ocs_status.fix.edits import Edit, Taken, apply_edits
from flake8_ocs_status.fix.imports import Placement, place_import
from flake8_ocs_status.fix.problems import FileError, RefusedError
from flake8_ocs_status.fix.showing import Showing
from flake8_ocs_status.fix.silence import Silence
from flake8_ocs_status.fix.source import Source, source_of
from flake8_ocs_status.fix.unused import without_unused
from flake8_ocs_status.fix.verify import DISPLAYS, Change, check_same_meaning
from flake8_ocs_status.program.module import span_of
from flake8_ocs_status.settings import Settings

# Each round removes findings, and a fix seldom uncovers another.
MOST_ROUNDS = 10
UNSAFE = "needs --unsafe-fixes"
BY_HAND = "has no automatic fix"


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that is still there, and why. ``column`` counts from 1; ``message`` is what flake8 says of it."""

    line: int
    column: int
    code: str
    reason: str
    message: str


@dataclass(slots=True)
class Result:
    """What became of one file. ``new`` is ``old`` where nothing changes or where there is a ``problem``."""

    path: str
    old: bytes = b""
    new: bytes = b""
    fixed: Counter[str] = field(default_factory=Counter)
    left: list[Left] = field(default_factory=list)
    problem: FileError | None = None

    @property
    def changed(self) -> bool:
        """Whether the file is to be written."""
        return self.new != self.old


class Fixer:
    """Fixes files under one set of options."""

    def __init__(self, settings: Settings, silence: Silence, *, unsafe: bool) -> None:
        self._settings = settings
        self._silence = silence
        self._unsafe = unsafe

    def fix(self, path: str, data: bytes) -> Result:
        """Work out the fixed bytes of a file; nothing is written. A problem is in the result, never raised."""
        result = Result(path, data, data)
        known: _Parsed | None = None
        codes = self._silence.codes(path)
        if not codes:
            return result
        try:
            freed: set[str] = set()
            for _ in range(MOST_ROUNDS):
                parsed = known or _parsed(data)
                known, fixed, left = self._round(path, parsed, codes, freed)
                if known is parsed and freed:
                    known = _without_unused(parsed, path, freed)
                    freed.clear()
                result.left = left
                if known is parsed:
                    return result
                result.new = known.source.data
                result.fixed.update(fixed)
            raise FileError(f"fixes still to do after {MOST_ROUNDS} rounds; left alone")
        except FileError as problem:
            return Result(path, data, data, problem=problem)
        except RecursionError:
            return Result(path, data, data, problem=FileError("nested too deeply to analyse"))
        except Exception as error:
            # A bug in one rule, on one file, must not cost the others their fixes.
            text = " ".join(traceback.format_exception_only(error)[-1].split())
            return Result(path, data, data, problem=FileError(f"internal error, left alone: {text}"))

    def _round(
        self, path: str, parsed: _Parsed, codes: frozenset[str], freed: set[str]
    ) -> tuple[_Parsed, Counter[str], list[Left]]:
        """One look at a file; the names that lose a use are added to ``freed``."""
        with facts_for_now(parsed.tree, parsed.source.lines, path, self._settings) as facts:
            findings = findings_in(facts, codes)
            if not findings:
                return parsed, Counter(), []
            shows = self._silence.shown(parsed.source.lines, path)
            findings = [finding for finding in findings if finding.code in codes and shows(finding)]
            round_ = _Round(parsed, facts)
            for finding in findings:
                if finding.fix is None:
                    round_.leave(finding, BY_HAND)
                elif not finding.fix.safe and not self._unsafe:
                    round_.leave(finding, UNSAFE)
                else:
                    round_.consider(finding)
            new = round_.finish()
        freed |= round_.freed
        return new, round_.fixed, sorted(round_.left, key=lambda left: (left.line, left.column, left.code))


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A file's text and tree."""

    source: Source
    tree: ast.Module


def _parsed(data: bytes) -> _Parsed:
    source = source_of(data)
    return _Parsed(source, source.parse())


def _without_unused(parsed: _Parsed, path: str, freed: set[str]) -> _Parsed:
    """The file without the imports that fixes have left without a use; the same object where there are none."""
    data = without_unused(parsed.source, parsed.tree, path, freed)
    return parsed if data == parsed.source.data else _parsed(data)


@dataclass(slots=True)
class _Planned:
    """One finding's fix, worked out: its edits, and what the tree is to show afterwards."""

    finding: Finding
    edits: list[Edit]
    changes: list[Change]
    imports: bool


class _Round:
    """One look at a file."""

    def __init__(self, parsed: _Parsed, facts: Facts) -> None:
        self._parsed = parsed
        self._source = parsed.source
        self._tree = parsed.tree
        self._facts = facts
        self._module = facts.module
        self._path = facts.module.path
        self._placement: Placement | None = None
        self._taken = Taken()
        self._planned: list[_Planned] = []
        self._edits_for: Callable[[Replacing, str], list[Edit]] | None = None
        self._bindings: Bindings | None = None
        self.fixed: Counter[str] = Counter()
        self.left: list[Left] = []
        # The local names of the constants that are replaced.
        self.freed: set[str] = set()

    def leave(self, finding: Finding, reason: str) -> None:
        """Record a finding that stays."""
        self.left.append(Left(finding.line, finding.column + 1, finding.code, reason, finding.message))

    def consider(self, finding: Finding) -> None:
        """Plan a finding's fix, or leave the finding; one that overlaps a planned fix waits for the next round."""
        assert finding.fix is not None
        changes: list[Change] = []
        edits: list[Edit] = []
        imports = False
        try:
            for step in finding.fix.steps:
                text = ""
                if isinstance(step, (NameStatus, AddStatus)):
                    text, needs_import = self._name(step)
                    imports = imports or needs_import
                changes.append(Change(step, text))
                edits += self._transform(step, text)
        except RefusedError as refusal:
            self.leave(finding, refusal.reason)
            return
        if self._taken.has_room_for(edits):
            self._taken.take(edits)
            self._planned.append(_Planned(finding, edits, changes, imports))

    def finish(self) -> _Parsed:
        """The file with all planned fixes in it; the same object where there are none, or none that can be done."""
        if not self._planned:
            return self._parsed
        self._source.check_round_trip()
        done, new = self._done(self._planned)
        for planned in done:
            self.fixed[planned.finding.code] += 1
        return new

    def _done(self, planned: list[_Planned]) -> tuple[list[_Planned], _Parsed]:
        """Those of some fixes that lead to what they promise, and the file with them; the others are left.

        One place where a tool reads something else than Python must not cost the file its other fixes.
        """
        try:
            return planned, self._applied(planned)
        except FileError as problem:
            if len(planned) == 1:
                self.leave(planned[0].finding, problem.reason)
                return [], self._parsed
        half = len(planned) // 2
        good = [*self._done(planned[:half])[0], *self._done(planned[half:])[0]]
        return good, self._applied(good) if good else self._parsed

    def _applied(self, fixes: list[_Planned]) -> _Parsed:
        """The file with some fixes in it, parsed again and compared; raises FileError where it is not as it should."""
        edits = [edit for planned in fixes for edit in planned.edits]
        added = None
        if any(planned.imports for planned in fixes):
            assert self._placement is not None
            # The import first: at one position its line comes before what stands there.
            edits = [*self._placement.edits, *edits]
            added = self._placement.added
        new = _parsed(apply_edits(self._source, edits))
        changes: defaultdict[Span, list[Change]] = defaultdict(list)
        for planned in fixes:
            for change in planned.changes:
                changes[change.step.span].append(change)
        old_lines, new_lines = self._source.lines, new.source.lines
        check_same_meaning(self._tree, new.tree, changes, added, (old_lines, new_lines))
        return new

    def _name(self, step: NameStatus | AddStatus) -> tuple[str, bool]:
        """The constant's expression at a step's place, and whether it takes the new import."""
        constant = self._facts.constant_for(step.status)
        if constant is None:
            vocabulary, python = self._facts.settings.constants, self._facts.python
            raise RefusedError(f"{vocabulary} has no name for {step.status} on Python {python[0]}.{python[1]}")
        node = self._node_at(step.span)
        if node is None:
            raise RefusedError("not a literal of this status here")
        shows = None if self._facts.names_are_integers else self._showing.shown_in(node)
        if shows is not None:
            raise RefusedError(f"the text of the constant would show in {shows}")
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name):
            self.freed.add(root.id)
        if self._bindings is None:
            self._bindings = Bindings(self._module)
        naming = self._bindings.naming(node, constant)
        if naming.needs_import:
            if self._placement is None:
                self._placement = place_import(self._tree, self._source, self._path, constant.module, constant.name)
            if naming.runs_at_import and node.lineno <= self._placement.line:
                raise RefusedError("stands above the imports")
        return naming.text, naming.needs_import

    @cached_property
    def _showing(self) -> Showing:
        return Showing(self._module)

    @cached_property
    def _nameable(self) -> dict[tuple[int, int], list[ast.expr]]:
        """What a step can name, or add to, by where it starts."""
        found: defaultdict[tuple[int, int], list[ast.expr]] = defaultdict(list)
        for kind in (ast.Constant, ast.Attribute, ast.Name, *DISPLAYS):
            for node in self._module.nodes(kind):
                found[node.lineno, node.col_offset].append(node)
        return found

    def _node_at(self, span: Span) -> ast.expr | None:
        """What a step can name, or add to, at a place."""
        return next(
            (node for node in self._nameable.get((span.line, span.byte_column), ()) if span_of(node) == span), None
        )

    def _transform(self, step: Step, text: str) -> list[Edit]:
        if isinstance(step, AddStatus):
            node = self._node_at(step.span)
            if not isinstance(node, DISPLAYS):
                raise RefusedError("not a collection here")
            return edits_for_addition(self._source, node, text)
        if self._edits_for is None:
            # libcst takes longer to import than most files take to check.
            from flake8_ocs_status.fix.transform import Transform

            self._edits_for = Transform(self._source, self._tree).edits_for
        return self._edits_for(step, text)
