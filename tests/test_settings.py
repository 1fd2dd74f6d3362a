"""Reading the options that are more than one word."""

from __future__ import annotations

import argparse

import pytest

from flake8_ocs_status.settings import RESPONSE_LIBRARIES, ClientCall, Settings, client_calls, hosts
from flake8_ocs_status.transport.clients import LIBRARIES, VERBS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ocs.example.com", ("ocs.example.com",)),
        ("OCS.Example.com, *.example.org", ("ocs.example.com", "*.example.org")),
        ("\nlocalhost\n10.0.0.7,\n", ("localhost", "10.0.0.7")),
    ],
)
def test_hosts(text: str, expected: tuple[str, ...]) -> None:
    assert hosts(text) == expected


@pytest.mark.parametrize("text", ["", "https://ocs.example.com", "ocs.example.com:443", "ocs.*.com", "a b/c", "-a.com"])
def test_no_hosts(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a host such as"):
        hosts(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("corp.send(method, url)", ClientCall("corp.send", ("method", "url"), None)),
        ("corp.Client.post(path)", ClientCall("corp.Client.post", ("path",), "POST")),
        ("corp.Client.Get( uri )", ClientCall("corp.Client.Get", ("uri",), "GET")),
        ("corp.ask(url, method=put)", ClientCall("corp.ask", ("url", "method"), "PUT")),
        ("corp.post(url, method=PATCH)", ClientCall("corp.post", ("url", "method"), "PATCH")),
        ("corp.get(endpoint) returns httpx", ClientCall("corp.get", ("endpoint",), "GET", "httpx")),
        ("corp.get(url) raises", ClientCall("corp.get", ("url",), "GET", raises=True)),
        ("corp.get(url) raises httpx", ClientCall("corp.get", ("url",), "GET", "httpx", raises=True)),
        ("corp.get(url) returns", ClientCall("corp.get", ("url",), "GET")),
    ],
)
def test_one_client_call(text: str, expected: ClientCall) -> None:
    assert client_calls(text) == (expected,)


def test_several_client_calls() -> None:
    text = "corp.send(method, url), corp.get(url)\ncorp.post(\n  path,\n  body,\n) raises,\n"
    paths = [call.path for call in client_calls(text)]
    assert paths == ["corp.send", "corp.get", "corp.post"]
    assert client_calls("") == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("corp.send", "is not of the form"),
        ("send(method, url)", "is not of the form"),
        ("corp.send(method, url) gives httpx", "is not of the form"),
        ("corp.send(method, url", "is not of the form"),
        ("corp.send(method, *urls)", "is neither a name nor method=GET"),
        ("corp.get(url, timeout=3)", "is neither a name nor method=GET"),
        ("corp.send(method, body)", "has none of the parameters url, uri, path, endpoint"),
        ("corp.ask(url)", "tells no HTTP method"),
        ("corp.ask(url, method=FETCH)", "is no HTTP method"),
        ("corp.get(url) returns curl", "is neither of requests, httpx"),
    ],
)
def test_no_client_call(text: str, reason: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=reason) as error:
        client_calls(text)
    assert "\n" not in str(error.value)


def test_declarations_name_what_the_tables_have() -> None:
    assert {*RESPONSE_LIBRARIES} <= {library.name for library in LIBRARIES}
    assert {call.method for verb in VERBS for call in client_calls(f"corp.{verb}(url)")} == {*map(str.upper, VERBS)}


def test_words_lead_to_what_the_settings_declare() -> None:
    settings = Settings(hosts=("*.example.org", "localhost"), client_calls=client_calls("Corp.http.send(method, url)"))
    assert settings.words == (".example.org", "localhost", "corp")
