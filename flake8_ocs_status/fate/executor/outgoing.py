"""Requests that are about to be sent: what a call sends, through which client, and whether it was sent before."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_ocs_status.fate.exchange.addresses import below
from flake8_ocs_status.fate.exchange.options import options_of
from flake8_ocs_status.fate.exchange.record import CallPath, Send
from flake8_ocs_status.fate.exchange.subjects import are_about_one_parameter, are_about_the_same
from flake8_ocs_status.fate.executor.clients import URLLIB3_DEFAULT, Clients, hooks_of, middlewares_of, urllib3_adapter
from flake8_ocs_status.fate.executor.prepared import method_for_data
from flake8_ocs_status.fate.executor.run import Keywords
from flake8_ocs_status.fate.policies.aiohttp_policies import retry_client_adapter
from flake8_ocs_status.fate.policies.transport_policies import adapter_of
from flake8_ocs_status.fate.values import (
    FROM_OUTSIDE,
    NONE,
    UNKNOWN,
    Known,
    Method,
    Object,
    Partial,
    Prepared,
    Table,
    Text,
    Value,
)
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.transport.clients import AIOHTTP_RETRY, NIQUESTS, URLLIB, URLLIB3, Library, Sender
from flake8_ocs_status.transport.vendor import VendorLibrary

# Where a token may be; None stands for keywords that are not known.
CREDENTIALS = frozenset({"headers", "auth", "cookies", "cert", None})
# What a client sends with: where one of these is replaced, the request may be sent and checked in any way.
SENT_WITH = frozenset({"request", "send", "stream", "get_adapter", "adapters", "prepare_request", "build_request"})
# Options of a request that decide nothing about its answer.
HARMLESS_OPTIONS = frozenset({"timeout", "verify", "cert", "proxies"})


@dataclass(frozen=True, slots=True)
class Target:
    """What is sent: method, URL and headers as abstract values."""

    method: Value
    url: Value
    headers: Value


class Outgoing(Clients):
    """Adds what is known of a request on its way out.

    ``sends`` are the requests that the run has seen, under the calls that lead to them.
    """

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.sends: dict[CallPath, list[Send]] = {}
        # Whether what is being called may be something out of sight, such as ``session or requests.Session()``.
        self.from_elsewhere = False
        # Whether what is being called is out of sight, and declared to send.
        self.is_declared = False

    def target(
        self, sender: Sender, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Target:
        """What a call sends."""
        library = sender.library
        url = keywords.get("url", keywords.get("fullurl", UNKNOWN))
        if len(arguments) > sender.url_index:
            url = arguments[sender.url_index]
        if arguments and isinstance(arguments[0], Prepared):
            url = arguments[0]
        data = keywords.get("data", arguments[1] if len(arguments) > 1 else NONE) if library is URLLIB else NONE
        if isinstance(url, Prepared):
            method = self.method_of_prepared(url, data, node, state)
            return Target(method, self.part(url, "url", state), self.part(url, "headers", state))
        method = Known(sender.method)
        if library.method_follows_data:
            method = method_for_data(data)
        elif sender.method is None:
            method = arguments[0] if arguments else keywords.get("method", UNKNOWN)
        headers = keywords.get("headers", Table((), complete=None not in keywords))
        if library.headers_index is not None and len(arguments) > library.headers_index:
            headers = arguments[library.headers_index]
        return Target(method, url, headers)

    def describe(
        self,
        path: CallPath,
        library: Library,
        target: Target,
        keywords: Keywords,
        client: Object | None,
        stored: dict[str, Value],
        authorized: bool,
    ) -> Send:
        """What is known about a request that is about to be sent."""
        adapters: tuple[tuple[str, Value], ...] = ()
        own_transport_known = hooks_known = True
        url = target.url
        if client is not None:
            adapters = tuple(
                (key.removeprefix("mount "), value) for key, value in stored.items() if key.startswith("mount ")
            )
            own = isinstance(client.kind, ast.ClassDef)
            from_outside = client.allocation.startswith(FROM_OUTSIDE) or (own and self.may_be_subclass(client))
            escaped = "?" in stored or any(
                _replaces_sending(name, own) and not _sends_alike(name, value, client) for name, value in stored.items()
            )
            escaped = escaped or self.world.is_configured_elsewhere(client)
            own_transport_known = not escaped and not from_outside and "transport ?" not in stored
            beneath = [value for key, value in stored.items() if key.startswith(("mount ", "transport ?"))]
            hooks_known = not escaped and not any(map(self.may_check, beneath))
            base = stored.get("base_url")
            if base is not None and base != NONE:
                url = below(base, url, joins=library.joins)
        if library is URLLIB3:
            adapters = (("", urllib3_adapter(keywords["retries"], path[-1])),) if "retries" in keywords else adapters
            adapters = adapters or (("", URLLIB3_DEFAULT),)
        if middlewares_of(library, keywords, stored) != ():
            own_transport_known = hooks_known = False
        if library is NIQUESTS and client is None and "retries" in keywords:
            adapters = (("", adapter_of(keywords["retries"], path[-1])),)
        if library is AIOHTTP_RETRY and keywords.get("retry_options", NONE) != NONE:
            checks = stored.get("checks below", NONE)
            adapters = (("", retry_client_adapter(keywords["retry_options"], checks, path[-1])),)
        if self.is_declared:
            own_transport_known = False
        hooks = hooks_of(keywords, stored)
        return Send(
            path,
            library,
            target.method,
            url,
            target.headers,
            client,
            adapters,
            tuple(self.wrappers),
            client_known=not self.from_elsewhere,
            own_transport_known=own_transport_known,
            hooks_known=hooks_known and hooks is not None,
            has_hooks=bool(hooks),
            may_authorize=authorized or client is not None or not CREDENTIALS.isdisjoint(keywords),
            options=options_of(keywords, stored),
            is_declared=self.is_declared,
        )

    def repeats_focus(self, send: Send) -> bool:
        """Whether this is the request in focus once more, written out a second time."""
        if self.focus is None:
            return False
        first = self.sent.get(self.focus)
        if first is None or first.method != send.method:
            return False
        if not isinstance(first.url, (Known, Text)):
            return are_about_one_parameter(self.module, self.focus, send.path)
        return first.url == send.url and (isinstance(first.url, Known) or self.is_about_focus(send))

    def is_about_focus(self, send: Send) -> bool:
        """Whether nothing says that a request to a URL of the same shape is about something else."""
        assert self.focus is not None
        of_vendor = isinstance(send.library, VendorLibrary)
        return are_about_the_same(self.focus, send.path, every_argument=of_vendor)


def _sends_alike(name: str, value: Value, client: Object) -> bool:
    """Whether what is put in the place of a method is that method, told how long to wait:
    ``session.request = partial(session.request, timeout=30)``."""
    if not isinstance(value, Partial) or value.arguments or not isinstance(value.function, Method):
        return False
    same = value.function.name == name and value.function.receiver == client
    return same and HARMLESS_OPTIONS.issuperset(option for option, _ in value.keywords)


def _replaces_sending(name: str, own: bool) -> bool:
    """Whether an attribute of this name in a client is one that it sends with; ``own`` is for a class of the project,
    which has private attributes of its own."""
    return name in SENT_WITH or (name.startswith("_") and not name.startswith("__") and not own)
