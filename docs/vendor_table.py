"""Record what the vendor's sample libraries send and what they make of the answers, by running them.

    python docs/vendor_table.py FOLDER…            # writes flake8_ocs_status/transport/vendor.json
    python docs/vendor_table.py --check FOLDER…    # exits with 1 where a release does not do what the table says

Each folder holds one release, unpacked (``pip download --no-deps --pre``, then ``unzip``), and is called
``NAME-VERSION``. The interpreter needs what the libraries need: requests, python-dateutil and jsonpatch. Nothing is
sent anywhere: the session of requests is replaced. Every method of every part of a client is called with made-up
arguments, once for each of a few statuses. What the releases do not agree on is left out of the table, or
unknown in it.
"""

from __future__ import annotations

import argparse
import builtins
import importlib
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

TABLE = Path(__file__).resolve().parent.parent / "flake8_ocs_status" / "transport" / "vendor.json"
BASE, VERSION, TENANT = "https://base.invalid", "v1", "~tenant~"
CLIENTS = {
    "ADHClient": (VERSION, TENANT, BASE, "id", "secret"),
    "OCSClient": (VERSION, TENANT, BASE, "id", "secret"),
    "EDSClient": (VERSION, BASE),
}
ERRORS = (
    HTTPStatus.FOUND,
    HTTPStatus.NOT_MODIFIED,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
STATUSES = (HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.MULTI_STATUS, *ERRORS)
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
CONDITIONS = frozenset({"if-match", "if-none-match"})
# What any request is answered, the one for a token too.
BODY = {"token_endpoint": f"{BASE}/identity/connect/token", "access_token": "t", "expires_in": "86400", "Error": "e"}
# How an argument that names its parameter shows in a path, and the API version there.
ARGUMENT = re.compile(r"~[\w.]*~")
API = re.compile(r"^/api/v1(-preview)?/")

Record = dict[str, dict[str, dict[str, Any]]]
"""``{client: {part: {method: {"sent": [[method, path]], "ends": {status: ending}}}}}``"""


class Argument(str):
    """A made-up argument: a text that names its parameter, whose attributes are arguments, too."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("to"):
            # toJson, toDictionary
            return lambda *arguments, **keywords: "{}"
        return Argument(f"{self[:-1]}.{name}~")

    def __iter__(self) -> Iterator[str]:
        return iter([Argument(self)])


class Recorder:
    """Stands in for the network: notes each request, and answers with one status."""

    def __init__(self) -> None:
        self.status = HTTPStatus.OK
        self.sent: list[list[str]] = []

    def request(self, session: object, method: str, url: str, *arguments: object, **keywords: object) -> object:
        """Answer a request in the place of ``requests.Session.request``."""
        import requests

        headers = keywords.get("headers")
        if isinstance(headers, dict) and CONDITIONS & {str(header).lower() for header in headers}:
            # None does; a method that did would be left out.
            raise ValueError("a request with a condition")
        path = unquote(urlsplit(url).path)
        response = requests.Response()
        response.status_code = HTTPStatus.OK
        if not path.startswith("/identity/"):
            self.sent.append([method.upper(), path])
            response.status_code = self.status
        response.url = url
        response.headers["Operation-Id"] = "0"
        content = b"" if response.status_code in BODILESS else json.dumps(BODY).encode()
        vars(response).update(_content=content, _content_consumed=True)
        return response


def record(folder: Path) -> Record:
    """What the release in ``folder`` does."""
    import requests

    recorder = Recorder()
    setattr(requests.Session, "request", lambda *arguments, **keywords: recorder.request(*arguments, **keywords))  # noqa: B010
    sys.path.insert(0, str(folder))
    name = package_in(folder)
    package = importlib.import_module(name)
    shadowed = {public for public in vars(package) if not public.startswith("_")} & set(dir(builtins))
    if shadowed:
        raise ValueError(f"{folder.name} exports {', '.join(sorted(shadowed))}, which are builtins")
    for path, module in list(sys.modules.items()):
        if path.startswith(name):
            # The arguments are of none of its classes.
            vars(module)["isinstance"] = lambda *arguments: True
    found: Record = {}
    for client, arguments in CLIENTS.items():
        if hasattr(package, client):
            instance = getattr(package, client)(*arguments)
            found[client] = {part: methods_of(value, recorder) for part, value in parts_of(instance, name)}
    return found


def package_in(folder: Path) -> str:
    """The name of the library's package in the folder of a release."""
    return next(path.name for path in sorted(folder.glob("*_sample_library_preview")) if path.is_dir())


def parts_of(client: object, package: str) -> Iterator[tuple[str, object]]:
    """The parts of a client: what it has for streams, for types and so on."""
    for name in sorted(dir(client)):
        value = None if name.startswith("_") else getattr(client, name, None)
        if type(value).__module__.startswith(package) and type(value).__name__ != "BaseClient":
            yield name, value


def methods_of(part: object, recorder: Recorder) -> dict[str, Any]:
    """What each public method of a part sends, and how it ends for each status."""
    found = {}
    for name, method in sorted(inspect.getmembers(part, inspect.ismethod)):
        if name.startswith("_"):
            continue
        parameters = inspect.signature(method).parameters.values()
        needed = {one.name: Argument(f"~{one.name}~") for one in parameters if one.default is inspect.Parameter.empty}
        ends, sent = {}, set()
        for status in STATUSES:
            recorder.status, recorder.sent = status, []
            try:
                method(**needed)
                ends[str(int(status))] = "returns"
            except Exception as error:
                ends[str(int(status))] = type(error).__name__
            sent.add(json.dumps(recorder.sent))
        first = next(iter(needed), "")
        if sent != {"[]"}:
            found[name] = {"sent": [json.loads(one) for one in sorted(sent)], "ends": ends, "first": first}
    return found


def facts_of(method: dict[str, Any]) -> tuple[str, str, bool | None] | None:
    """HTTP method, path, and whether the body of a 204 is parsed (None: something else comes of it); None for a method
    that does not send one request and raise for every error."""
    ends = method["ends"]
    if len(method["sent"]) != 1 or len(method["sent"][0]) != 1:
        return None
    if any(ends[str(int(status))] != "SdsError" for status in ERRORS) or ends["207"] not in {"SdsError", "TypeError"}:
        return None
    verb, path = method["sent"][0][0]
    if path.startswith(f"~{method['first']}~/"):
        # The first argument is the URL of a stream.
        path = path.replace(f"~{method['first']}~", "{url}", 1)
    path = ARGUMENT.sub("{}", API.sub(r"/api/{version}\1/", path).replace("/Tenants/default/", "/Tenants/{}/"))
    return verb, path, {"JSONDecodeError": True, "returns": False}.get(ends["204"])


def merged(records: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """What all releases agree on: ``{part: {method: [HTTP method, path, whether a 204 is parsed]}}``."""
    known: dict[tuple[str, str], set[tuple[str, str, bool | None] | None]] = {}
    for found in records:
        for parts in found.values():
            for part, methods in parts.items():
                for name, method in methods.items():
                    known.setdefault((part, name), set()).add(facts_of(method))
    table: dict[str, dict[str, Any]] = {}
    for (part, name), facts in sorted(known.items()):
        certain = [one for one in facts if one is not None]
        if len(certain) < len(facts) or len({verb for verb, _, _ in certain}) > 1:
            continue
        paths = {path for _, path, _ in certain}
        if len(paths) > 1:
            # The API version alone may have changed.
            paths = {re.sub(r"^/api/[^/]*/", "/api/{}/", path) for path in paths}
        parsed = {parses for _, _, parses in certain}
        path = paths.pop() if len(paths) == 1 else None
        table.setdefault(part, {})[name] = [certain[0][0], path, parsed.pop() if len(parsed) == 1 else None]
    return table


def written(releases: list[str], parts: dict[str, dict[str, Any]]) -> str:
    """The text of the table, a method on each line."""
    blocks = []
    for part, methods in parts.items():
        lines = [f"   {json.dumps(name)}: {json.dumps(facts)}" for name, facts in methods.items()]
        blocks.append(f"  {json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n  }")
    held = ",\n".join(f"  {json.dumps(release)}" for release in releases)
    return f'{{\n "releases": [\n{held}\n ],\n "parts": {{\n' + ",\n".join(blocks) + "\n }\n}\n"


def recorded(folder: Path) -> Record:
    """The same as :func:`record`, in a process of its own; raises CalledProcessError when the release cannot be run."""
    command = [sys.executable, "-W", "ignore", __file__, "--record", str(folder)]
    found: Record = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def contradictions(table: dict[str, dict[str, Any]], found: Record) -> Iterator[str]:
    """What a release does otherwise than the table says, a line each."""
    for client, parts in found.items():
        for part, methods in parts.items():
            for name, method in methods.items():
                said = table.get(part, {}).get(name)
                if said is None:
                    continue
                facts = facts_of(method)
                verb, path, parses = said
                pattern = None if path is None else re.escape(path).replace(re.escape("/api/{}/"), "/api/[^/]*/")
                if (
                    facts is None
                    or facts[0] != verb
                    or (pattern is not None and re.fullmatch(pattern, facts[1]) is None)
                    or (parses is not None and parses is not facts[2])
                ):
                    yield f"{client}.{part}.{name}: {said} in the table, {facts} seen"


def main() -> int:
    """Record the releases in the folders that are named, and write or check the table; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--check", action="store_true", help="compare with the table instead of writing it")
    parser.add_argument("--record", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.record:
        json.dump(record(options.folders[0].resolve()), sys.stdout)
        return 0
    records = {folder.resolve().name: recorded(folder) for folder in options.folders}
    if not options.check:
        TABLE.write_text(written(sorted(records), merged(records.values())), encoding="utf-8")
        return 0
    table = json.loads(TABLE.read_text(encoding="utf-8"))["parts"]
    wrong = [f"{name}: {line}" for name, found in records.items() for line in contradictions(table, found)]
    print("\n".join(wrong) if wrong else f"{len(records)} releases do what the table says")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
