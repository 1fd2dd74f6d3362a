"""What the rules need to know of an HTTP client library, as a shape for the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})

Test = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Sender:
    """How a callee sends a request: its method (None when an argument says it) and the library it belongs to."""

    library: Library
    method: str | None

    @property
    def url_index(self) -> int:
        """The position of the URL among the positional arguments."""
        return 0 if self.method is not None or self.library.method_follows_data else 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Library:
    """One HTTP client library. Each has a ``name`` of its own, which is all that its ``repr()`` tells.

    *Sending.* ``modules`` have functions that send, called like ``functions``; a client (session, connection, opener),
    made by one of ``clients``, sends by its ``methods``. ``overridden_by`` names, for each of these, the methods of a
    client that it goes through, so that a subclass may override them. ``base_first`` are the clients whose first
    argument is the base of all URLs, ``hosts`` those whose first argument is the host, with the scheme they speak;
    ``joins`` tells that the base is joined as a browser does it, else the URL is put behind it. ``requests`` are the
    classes of prepared requests. ``headers_index`` is the position of the headers where they may be positional.
    ``method_follows_data``: without a method it is GET, with a body POST. ``answers_later``: the response comes from
    ``getresponse()``. ``checks_on_demand``: clients and calls take ``raise_for_status=…``.
    ``gives_future``: a client's methods give a future, the response is its result.

    *The response*, of one of the classes ``responses``. ``status`` are the attributes that hold its status,
    ``status_methods`` the methods that return it. ``tests`` maps an attribute to the test on the status that it stands
    for; ``truth`` is what ``bool(response)`` tests, None when a response is always true. ``body`` maps the attributes
    that hold the body, and ``reading`` the methods that return it, to what they are worth when it is empty (None:
    unknown). ``json_error`` is what ``json()`` raises on an empty body, None where there is no such method.

    *Errors.* ``raises`` is the test of ``raise_for_status()``, None where there is none; ``raises_unasked`` tells that
    sending does that by itself. ``error`` is what it raises, ``error_text`` how that exception's text begins and ends
    for a status, ``error_status`` its attributes that hold the status. ``error_has_response`` tells whether it carries
    the response as ``response``, ``error_is_response`` whether it is one. ``transport_error`` is what a failed
    connection raises.
    """

    name: str
    modules: frozenset[str]
    functions: frozenset[str]
    clients: frozenset[str]
    methods: frozenset[str]
    responses: frozenset[str]
    transport_error: str
    error: str = ""
    error_text: Callable[[int], tuple[str, str]] = lambda status: ("", "")
    raises: Test | None = None
    raises_unasked: bool = False
    raise_returns_response: bool = False
    error_status: frozenset[str] = frozenset()
    error_has_response: bool = False
    error_is_response: bool = False
    status: frozenset[str] = frozenset({"status_code"})
    status_methods: frozenset[str] = frozenset()
    tests: Mapping[str, Test] = field(default_factory=lambda: MappingProxyType({}))
    truth: Test | None = None
    reason: str = "reason"
    body: Mapping[str, str | bytes] = field(default_factory=lambda: MappingProxyType({}))
    reading: Mapping[str, str | bytes | None] = field(default_factory=lambda: MappingProxyType({}))
    json_error: str | None = None
    json_asks_for_type: bool = False
    overridden_by: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    base_first: frozenset[str] = frozenset()
    hosts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    joins: bool = False
    requests: frozenset[str] = frozenset()
    headers_index: int | None = None
    method_follows_data: bool = False
    answers_later: bool = False
    checks_on_demand: bool = False
    gives_future: bool = False

    def __repr__(self) -> str:
        # Values are put in order by it, time and again, and the tables are long.
        return f"Library({self.name!r})"

    def sender(self, name: str) -> Sender:
        """How a function or method of this name, one that sends, does so."""
        # niquests calls its asynchronous functions aget, apost, …
        verb = name if name in VERBS else name.removeprefix("a")
        return Sender(self, verb.upper() if verb in VERBS else None)
