"""What exceptions are made of: their arguments, their text, and what a class of the project keeps of them.

What the constructor of such a class does with its arguments is found out when somebody asks the exception for it, with
nothing noted of what is executed for that: whoever raises it has decided nothing by making it.

Source: ``BaseException.__new__`` and ``__str__`` of CPython 3.11, which requests 2.34 and httpx 0.28 leave as they are.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from flake8_ocs_status.catalogue.templates import HOLE
from flake8_ocs_status.fate.exchange.record import Fate
from flake8_ocs_status.fate.executor.guarded import Guarded
from flake8_ocs_status.fate.executor.run import Keywords, Outcomes
from flake8_ocs_status.fate.values import (
    NONE,
    UNKNOWN,
    Function,
    Items,
    Known,
    Method,
    Object,
    Raised,
    Super,
    Symbol,
    Text,
    Unknown,
    Value,
)
from flake8_ocs_status.fate.values.knowledge import about, alternatives, choice, unknown_from
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.fate.values.texts import concatenate, told_by_holes
from flake8_ocs_status.transport.exceptions import ancestors

# The allocation of the object that an exception is begins with this.
_MADE = "error "
_ARGUMENTS = "args"
_PLAIN = ("builtins.", "requests.exceptions.", "httpx.")
# Their text is another one than that of their arguments; of the first ones where there are two or more.
_OF_TWO = "builtins.OSError"
_PECULIAR = frozenset(
    {"builtins.KeyError", "builtins.UnicodeError", "builtins.SyntaxError", "builtins.BaseExceptionGroup"}
)


@dataclass(frozen=True, slots=True)
class Made:
    """An exception as it comes out of its constructor: the object that it is, its ``args``, its other attributes."""

    instance: Object | None
    arguments: Value
    fields: dict[str, Value]


class Errors(Guarded):
    """Adds the attributes and the texts of exceptions that the project makes."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._errors: dict[Raised, Made] = {}

    def attribute_of(self, receiver: Value, name: str, node: ast.Attribute, state: State) -> Outcomes:
        if isinstance(receiver, Raised) and receiver.arguments is not None:
            found = self.attribute_of_made(receiver, name, node, state)
            if found is not None:
                return found
        return super().attribute_of(receiver, name, node, state)

    def attribute_of_made(self, raised: Raised, name: str, node: ast.Attribute, state: State) -> Outcomes | None:
        """The outcomes of ``error.name``; None where the constructor tells nothing of it."""
        made = self.made_error(raised)
        if name == _ARGUMENTS:
            return [(made.arguments, state)]
        if made.instance is None:
            return None
        value = made.fields.get(self.surroundings.mangled(name, node))
        if value is None:
            assert isinstance(made.instance.kind, ast.ClassDef)
            value = self.world.home_of(made.instance.kind).member(made.instance.kind, name, made.instance)
            if isinstance(value, Function):
                start = f"@{made.instance.allocation}."
                state.values.update((start + field, held) for field, held in made.fields.items())
                return self.attribute_of_object(made.instance, name, node, state)
        told = not any(isinstance(one, (Unknown, Method)) for one in alternatives(value))
        return [(value, state)] if told else None

    def text_of_value(self, value: Value, plain: bool = True) -> Value:
        if isinstance(value, Raised) and value.arguments is not None:
            text = self.text_of_error(value)
            return unknown_from(value) if text is None else text
        return super().text_of_value(value, plain)

    def text_of_error(self, raised: Raised) -> Value | None:
        """``str(error)``, None where that is not known."""
        made = self.made_error(raised)
        if made.instance is not None:
            assert isinstance(made.instance.kind, ast.ClassDef)
            says = self.world.home_of(made.instance.kind).member(made.instance.kind, "__str__", made.instance)
            if isinstance(says, Function):
                values = [value for value, _ in self.unnoticed(made, says, (), {})]
                return choice(values) if values else None
            known = self.world.ancestry(made.instance.kind)
        else:
            known = ancestors(raised.kind) if isinstance(raised.kind, str) else None
        if known is None or not isinstance(made.arguments, Items):
            return None
        paths = {one for one in known if isinstance(one, str)}
        several = len(made.arguments.values) > 1
        if not all(path.startswith(_PLAIN) for path in paths) or paths & _PECULIAR or (several and _OF_TWO in paths):
            return None
        return self.text_of_arguments(made.arguments)

    def text_of_arguments(self, arguments: Items) -> Value:
        """What ``BaseException.__str__`` makes of the arguments."""
        if not arguments.values:
            return Known("")
        if len(arguments.values) == 1:
            return as_text(self.text_of_value(arguments.values[0]))
        parts: list[Value] = [Known("(")]
        for value in arguments.values:
            parts.extend((quoted(value), Known(", ")))
        return concatenate([*parts[:-1], Known(")")])

    def made_error(self, raised: Raised) -> Made:
        """What an exception is after it was made."""
        key = replace(raised, origin=None)
        if key not in self._errors:
            assert raised.arguments is not None
            # As long as it is being made.
            self._errors[key] = Made(None, UNKNOWN, {})
            self._errors[key] = self._make(raised, raised.arguments, f"{_MADE}{len(self._errors)}")
        return self._errors[key]

    def _make(self, raised: Raised, arguments: tuple[Value, ...], allocation: str) -> Made:
        given = Items(arguments)
        if not isinstance(raised.kind, ast.ClassDef):
            return Made(None, given, {})
        home = self.world.home_of(raised.kind)
        instance = Object(raised.kind, allocation)
        made = Made(instance, given, {})
        initializer = home.member(raised.kind, "__init__", instance)
        if isinstance(initializer, Function):
            return self._constructed(made, initializer, arguments, {**dict(raised.keywords)})
        fields = home.fields(raised.kind)
        if fields is None:
            return made
        held = {**dict(zip(fields.names, arguments, strict=False)), **dict(raised.keywords)}
        return Made(instance, given, held)

    def _constructed(self, made: Made, initializer: Function, arguments: tuple[Value, ...], keywords: Keywords) -> Made:
        """What is left when the constructor has run."""
        assert made.instance is not None
        start = f"@{made.instance.allocation}."
        ways = [
            {key.removeprefix(start): value for key, value in after.values.items() if key.startswith(start)}
            for _, after in self.unnoticed(made, initializer, arguments, keywords)
        ]
        if not ways:
            return Made(made.instance, UNKNOWN, {})
        fields = {name: choice(way[name] for way in ways) for name in ways[0] if all(name in way for way in ways)}
        return Made(made.instance, fields.pop(_ARGUMENTS, made.arguments), fields)

    def unnoticed(self, made: Made, method: Function, arguments: tuple[Value, ...], keywords: Keywords) -> Outcomes:
        """The outcomes of a method of an exception, of which nothing is noted."""
        assert made.instance is not None
        start = f"@{made.instance.allocation}."
        state = State({start + name: value for name, value in made.fields.items()})
        fate, raised, collectors = self.fate, self.raised, self.collectors
        self.fate = None if fate is None else Fate(fate.status, asked=fate.asked)
        self.raised, self.collectors = [], []
        try:
            return self.inline(method, arguments, keywords, self.surroundings.call_for(method.node), state)
        finally:
            if fate is not None and self.fate is not None:
                fate.told_apart = fate.told_apart or self.fate.told_apart
            self.fate, self.raised, self.collectors = fate, raised, collectors

    def attribute_of_object(self, receiver: Object | Super, name: str, node: ast.Attribute, state: State) -> Outcomes:
        outcomes = super().attribute_of_object(receiver, name, node, state)
        if name == "__init__" and outcomes == [(UNKNOWN, state)] and _is_error(receiver):
            return [(Method(receiver, name), state)]
        return outcomes

    def call_method(
        self, method: Method, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        if method.name == "__init__" and isinstance(method.receiver, Super) and _is_error(method.receiver):
            assert isinstance(method.receiver.bound, Object)
            return self.initialize(method.receiver.bound, arguments, keywords, state)
        return super().call_method(method, arguments, keywords, node, state)

    def call_symbol(
        self, function: Symbol, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        if function.path.endswith(".__init__") and arguments and _is_error(arguments[0]):
            assert isinstance(arguments[0], Object)
            return self.initialize(arguments[0], arguments[1:], keywords, state)
        return super().call_symbol(function, arguments, keywords, node, state)

    def initialize(self, instance: Object, arguments: tuple[Value, ...], keywords: Keywords, state: State) -> Outcomes:
        """What the constructor of a class out of sight does: it keeps its positional arguments."""
        start = f"@{instance.allocation}."
        state.values[f"{start}{_ARGUMENTS}"] = UNKNOWN if None in keywords else Items(arguments)
        if "response" in keywords:
            state.values[f"{start}response"] = keywords["response"]
        return [(NONE, state)]


def _is_error(value: Value) -> bool:
    """Whether this is an exception in the hands of its constructor."""
    instance = value.bound if isinstance(value, Super) else value
    return isinstance(instance, Object) and instance.allocation.startswith(_MADE)


def as_text(value: Value) -> Value:
    """A value that is certainly a text."""
    return Text((HOLE,), about(value), told_by_holes(value)) if isinstance(value, Unknown) else value


def quoted(value: Value) -> Value:
    """``repr(value)`` of something in a tuple."""
    if isinstance(value, Known) and isinstance(value.value, (str, int, type(None))):
        return Known(repr(value.value), value.about)
    if isinstance(value, Text) and not any(isinstance(part, str) and set(part) & {"'", "\\"} for part in value.parts):
        return concatenate([Known("'"), value, Known("'")])
    return unknown_from(value)
