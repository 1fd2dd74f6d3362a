"""Whether a wrapper repeats what came of a call: its conditions, held against an exception or a result."""

from __future__ import annotations

from flake8_ocs_status.fate.executor.adapters import Adapting
from flake8_ocs_status.fate.policies.catching import Catch, catches
from flake8_ocs_status.fate.policies.wrappers import (
    is_exception_type,
)
from flake8_ocs_status.fate.values import UNKNOWN, Class, Known, Raised, Repeater, Value
from flake8_ocs_status.fate.values.knowledge import holds_response
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.transport.wrappers import (
    Condition,
    Kind,
)

_OPPOSITE = {Catch.YES: Catch.NO, Catch.NO: Catch.YES, Catch.MAYBE: Catch.MAYBE}


class RepeatConditions(Adapting):
    """Adds the conditions of what repeats."""

    # Whether the function of the project that was asked last said True or False, and no number.
    answered_plainly = False

    def holds(self, condition: Condition, subject: Value, repeater: Repeater, state: State) -> Catch:
        """Whether a condition holds for what was raised, or for what was returned."""
        kind, operands = condition.kind, condition.operands
        if kind in {Kind.ANY, Kind.ALL}:
            parts = [self.holds(one, subject, repeater, state) for one in operands if isinstance(one, Condition)]
            decisive = Catch.YES if kind is Kind.ANY else Catch.NO
            if decisive in parts:
                return decisive
            return Catch.MAYBE if Catch.MAYBE in parts else _OPPOSITE[decisive]
        if kind is Kind.NEVER:
            return Catch.NO
        if kind is Kind.UNKNOWN:
            self.flow_out(subject, repeater.origin, state)
            return Catch.MAYBE
        operand: Value = operands[0] if operands else UNKNOWN  # type: ignore[assignment]
        if kind in {Kind.RESULT_TEST, Kind.NOT_RESULT_TEST, Kind.FALSE_RESULT, Kind.ANY_RESULT}:
            return self.holds_for_result(kind, operand, subject, repeater, state)
        if not isinstance(subject, Raised):
            return Catch.NO
        if kind is Kind.TYPE_OR_TEST:
            kind = (
                Kind.EXCEPTION_TYPE if is_exception_type(operand) or isinstance(operand, Class) else Kind.EXCEPTION_TEST
            )
        if kind in {Kind.EXCEPTION_TYPE, Kind.OTHER_EXCEPTION_TYPE}:
            answer = catches(operand, subject, self.world.ancestry)
            return answer if kind is Kind.EXCEPTION_TYPE else _OPPOSITE[answer]
        answer = self.test(operand, subject, repeater, state)
        return _OPPOSITE[answer] if kind is Kind.NOT_EXCEPTION_TEST else answer

    def holds_for_result(self, kind: Kind, operand: Value, subject: Value, repeater: Repeater, state: State) -> Catch:
        """Whether a condition on results holds."""
        if isinstance(subject, Raised):
            return Catch.NO
        if kind is Kind.ANY_RESULT:
            return Catch.YES
        if kind is Kind.FALSE_RESULT:
            self.decide(subject, repeater.origin, state)
            is_true = self.truth_of(subject)
            return Catch.MAYBE if is_true is None else Catch.NO if is_true else Catch.YES
        answer = self.test(operand, subject, repeater, state)
        return _OPPOSITE[answer] if kind is Kind.NOT_RESULT_TEST else answer

    def test(self, function: Value, subject: Value, repeater: Repeater, state: State) -> Catch:
        """Whether a function of the project is true for what was raised or returned."""
        call = self.surroundings.property_call(repeater.origin)
        before, self.raised = self.raised, []
        try:
            outcomes = self.apply(function, (subject,), {}, call, state.copy())
            raised = bool(self.raised)
        finally:
            self.raised = before
        answers = set()
        self.answered_plainly = all(isinstance(value, Known) and type(value.value) is bool for value, _ in outcomes)
        for value, after in outcomes:
            self.decide(value, repeater.origin, after)
            answers.add(self.truth_of(value))
        if raised or len(answers) != 1:
            return Catch.MAYBE
        answer = answers.pop()
        if answer is None and holds_response(subject):
            self.flow_out(subject, repeater.origin, state)
        return Catch.MAYBE if answer is None else Catch.YES if answer else Catch.NO
