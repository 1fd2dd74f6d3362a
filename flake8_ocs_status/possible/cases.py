"""The patterns of a ``match`` statement: of a status, and of an object that has one."""

from __future__ import annotations

import ast

from flake8_ocs_status.possible.conditions import Branches, Conditions, Decided, Place, Root, narrowed, reasons_for
from flake8_ocs_status.possible.paths import names_bound_by, path_of
from flake8_ocs_status.possible.readings import Reading
from flake8_ocs_status.possible.states import Possible, State
from flake8_ocs_status.program.nodes import nodes_in

_STATUSES = ("status_code", "status", "code")


class Cases(Conditions):
    """Takes the cases of a ``match`` one after the other."""

    def matched(self, case: ast.match_case, subject: ast.expr, state: State) -> Branches:
        """The states in which a case is taken and left, whatever its guard says."""
        pattern = case.pattern
        path = self.readings.status_path(subject)
        if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
            matched = state.copy()
            if pattern.name is not None:
                matched.forget(pattern.name)
                if path is not None:
                    matched.symbols[path] = state.symbol(path, pattern)
                    matched.take(state, path, pattern.name)
            return matched, None
        names = [name for inner in nodes_in(pattern) for name in names_bound_by(inner)]
        for name in names:
            state.forget(name)
        if isinstance(pattern, ast.MatchClass):
            return self._of_class(case, pattern, subject, state)
        if path is None or names:
            return state, state.copy()
        self._note(pattern, case)
        return self.split(pattern, Reading(path, self.readings.pattern(pattern)), state)

    def _note(self, pattern: ast.pattern, case: ast.match_case) -> None:
        if not self.silent:
            self.roots.append(Root(pattern, Place.CASE, case))

    def _of_class(self, case: ast.match_case, pattern: ast.MatchClass, subject: ast.expr, state: State) -> Branches:
        """``case Response(status_code=404)``.

        Which statuses earlier cases of the same class have taken is known, whether the object is of that class is not.
        """
        object_path = path_of(self.module, subject)
        statuses = [index for index, name in enumerate(pattern.kwd_attrs) if name in _STATUSES]
        if object_path is None or len(statuses) != 1:
            return state, state.copy()
        name, inside = pattern.kwd_attrs[statuses[0]], pattern.kwd_patterns[statuses[0]]
        split = self.readings.pattern(inside)
        of_class = ast.unparse(pattern.cls).replace(".", "·")
        path = f"{object_path}.{name}"
        symbols = [state.symbol(path, pattern), state.symbol(f"{object_path}.<{of_class}>.{name}", inside)]
        known = [state.at(symbol) for symbol in symbols]
        possible = Possible(known[0].mask & known[1].mask, (*known[0].exclusions, *known[1].exclusions))
        true = possible.mask & split.true
        self._note(inside, case)
        if not true and not self.silent:
            self.decided[inside] = Decided(False, reasons_for(possible, split.true))
        matched: State | None = None
        if true:
            matched = state.copy()
            for symbol in symbols:
                narrowed(matched, symbol, inside, true)
        others = [one for index, one in enumerate(pattern.kwd_patterns) if index not in statuses]
        if not pattern.patterns and all(isinstance(one, ast.MatchAs) and one.pattern is None for one in others):
            narrowed(state, symbols[1], inside, split.false)
        return matched, state
