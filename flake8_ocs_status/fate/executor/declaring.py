"""Calls of functions out of sight that the configuration declares to send requests."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from flake8_ocs_status.fate.executor.functions import Functions
from flake8_ocs_status.fate.executor.run import Keywords, Outcomes
from flake8_ocs_status.fate.values import UNKNOWN, About, Known, Raised, Response, Unknown, Value
from flake8_ocs_status.fate.values.states import State
from flake8_ocs_status.settings import URL_PARAMETERS, ClientCall
from flake8_ocs_status.transport.clients import LIBRARIES, Sender


class Declaring(Functions):
    """Adds what is declared to the calls of what is in sight."""

    def call_declared(
        self, call: ClientCall, arguments: tuple[Value, ...], keywords: Keywords, node: ast.Call, state: State
    ) -> Outcomes:
        """A function out of sight that is declared to send a request."""
        method, url, rest = request_of(call, arguments, keywords)
        library = next(library for library in LIBRARIES if library.name == call.library)
        self.is_declared = True
        outcomes = self.send(Sender(library, None), None, (method, url), rest, node, state)
        self.is_declared = False
        if not call.raises:
            return outcomes
        results: Outcomes = []
        for value, after in outcomes:
            if not isinstance(value, Response) or self.fate is None:
                self.may_raise(Raised(None), after)
                results.append((Unknown(About.BODY), after))
            elif library.raises is not None and self.ask(library.raises):
                self.fate.looked = self.fate.checked = True
                # Its class and its attributes are out of sight too, and may tell the status.
                self.throw(Raised(None, About.STATUS), after)
            else:
                self.fate.looked = True
                results.append((Unknown(About.BODY), after))
        return results


def request_of(
    call: ClientCall, arguments: Sequence[Value], keywords: Mapping[str | None, Value]
) -> tuple[Value, Value, dict[str | None, Value]]:
    """The method, the URL and all other arguments, by name, of a call of a declared function."""
    named: dict[str | None, Value] = dict(zip(call.parameters, arguments, strict=False))
    named.update(keywords)
    # Arguments that are spread out may say anything that none of the others does.
    missing = UNKNOWN if None in keywords else None
    url = next((named[name] for name in URL_PARAMETERS if name in named), UNKNOWN)
    method = named.get("method", missing or Known(call.method))
    rest = {name: value for name, value in named.items() if name not in {"method", *URL_PARAMETERS}}
    return method, url, rest
