"""The values that the abstract executor computes with.

A value is either known, or it says what kind of thing is unknown. Every value tells how much of the status it gives
away, which is how a test on the status is told from any other test.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flake8_ocs_status.fate.values.code_values import (
    Class,
    ContextStack,
    Function,
    Future,
    Method,
    Partial,
    ProjectModule,
    Raised,
    Super,
    Suppressor,
    Symbol,
    TaskGroup,
)
from flake8_ocs_status.fate.values.http_values import (
    FROM_OUTSIDE,
    PERHAPS_FROM_OUTSIDE,
    Adapter,
    Object,
    OtherResponse,
    Policy,
    Prepared,
    Repeater,
    Response,
    Role,
    Strategy,
)
from flake8_ocs_status.fate.values.ordering import beginning
from flake8_ocs_status.fate.values.plain_values import (
    ABOUT_STATUS,
    CONTENT,
    LARGEST_COLLECTION,
    NONE,
    UNKNOWN,
    About,
    Content,
    Interval,
    Items,
    Known,
    Pieces,
    Several,
    Table,
    Text,
    Unknown,
)

# Whoever computes with values takes all kinds of them from here.
__all__ = [
    "ABOUT_STATUS",
    "CONTENT",
    "FROM_OUTSIDE",
    "LARGEST_COLLECTION",
    "NONE",
    "PERHAPS_FROM_OUTSIDE",
    "UNKNOWN",
    "About",
    "Adapter",
    "Choice",
    "Class",
    "Content",
    "ContextStack",
    "Function",
    "Future",
    "Interval",
    "Items",
    "Known",
    "Method",
    "Object",
    "OtherResponse",
    "Partial",
    "Pieces",
    "Policy",
    "Prepared",
    "ProjectModule",
    "Raised",
    "Repeater",
    "Response",
    "Role",
    "Several",
    "Strategy",
    "Super",
    "Suppressor",
    "Symbol",
    "Table",
    "TaskGroup",
    "Text",
    "Unknown",
    "Value",
]


@dataclass(frozen=True)
class Choice:
    """One of several values."""

    values: frozenset[Value]

    @cached_property
    def in_order(self) -> tuple[Value, ...]:
        """The values in a stable order."""
        return tuple(sorted(self.values, key=beginning))


Value = (
    Unknown
    | Known
    | Text
    | Items
    | Pieces
    | Several
    | Interval
    | Table
    | Symbol
    | ProjectModule
    | Response
    | OtherResponse
    | Object
    | Prepared
    | Adapter
    | Policy
    | Function
    | Class
    | Super
    | Method
    | Partial
    | Raised
    | Future
    | Suppressor
    | ContextStack
    | TaskGroup
    | Strategy
    | Repeater
    | Choice
)
