"""What the walk asks about functions of the project: which statuses they let through, and what they test."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from flake8_ocs_status.possible.fields import Field
from flake8_ocs_status.possible.kinds import Kind, Raised
from flake8_ocs_status.possible.masks import Split
from flake8_ocs_status.possible.numbers import Numbers
from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.scopes import FunctionNode


@dataclass(frozen=True, slots=True)
class Summary:
    """What holds after a call of a function has come back.

    ``returned`` maps the names under which a response has its status to the values that remain possible in what is
    returned, and ``kind`` is what it is; ``parts`` tell the same of what is returned together, ``checked`` of the
    parameters. ``passes``: it returns None, or its first parameter. ``parameter``: it always returns this parameter, or
    None.
    """

    returned: Mapping[str, int] = field(default_factory=dict)
    kind: Kind | None = None
    checked: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    passes: bool = False
    parameter: str | None = None
    parts: tuple[Mapping[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Called:
    """A summary at one call, with the arguments by the names of the parameters."""

    summary: Summary
    arguments: Mapping[str, ast.expr]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A call that tests its ``argument``, or the status that has the name ``tail`` in it."""

    argument: ast.expr
    tail: str
    split: Split


class Helpers(ABC):
    """Answers these questions for the modules of a project."""

    @abstractmethod
    def called(self, module: Module, call: ast.Call, receiver: Kind | None) -> Called | None:
        """What is known after a call; ``receiver`` is what its method is called on."""

    @abstractmethod
    def never_returns(self, module: Module, call: ast.Call) -> bool:
        """Whether a call always raises."""

    @abstractmethod
    def leaves_alone(self, module: Module, call: ast.Call) -> bool:
        """Whether a function of the project sets no status in what it is handed."""

    @abstractmethod
    def predicate(self, module: Module, call: ast.Call) -> Predicate | None:
        """What a call tests whose function does nothing else."""

    @abstractmethod
    def hook(self, module: Module, hooks: ast.expr) -> Raised | None:
        """What the hooks for responses raise that are handed to a library: a function, or several."""

    @abstractmethod
    def client_of_class(self, module: Module, call: ast.Call) -> Kind | None:
        """The client that a call makes of a class of the project which extends one of a library."""

    @abstractmethod
    def known_at_start(self, module: Module, function: FunctionNode | None) -> dict[str, Kind]:
        """The clients that a function finds in attributes of its object and in global names."""

    @abstractmethod
    def numbers(self, module: Module) -> Numbers:
        """What reads the numbers of a module."""

    @abstractmethod
    def fields(self, module: Module, call: ast.Call) -> Mapping[str, Field]:
        """What the attributes of the object are that a call makes."""
