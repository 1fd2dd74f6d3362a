"""What the vendor's sample library really does, by running it, and the table of what its methods send."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from simulator import Answer, Simulator, error_body

from flake8_ocs_status.catalogue.operations import HOLE, Verdict, match_operation
from flake8_ocs_status.catalogue.templates import text_of
from flake8_ocs_status.program.vendor import CLIENT_NAMES, exported
from flake8_ocs_status.transport.vendor import ERROR, JSON_ERROR, VendorCall, vendor_client, vendor_methods

PACKAGE = "adh_sample_library_preview"
SCRIPT = Path(__file__).resolve().parent.parent / "docs" / "vendor_table.py"
ROOT = "/api/v1/Tenants/t/Namespaces/n"
REFUSED = [207, 300, 304, 400, 401, 403, 404, 405, 408, 409, 412, 500, 503]
HEADERS = {"Retry-After": "0", "ETag": '"7"'}

runs_library = pytest.mark.skipif(find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")


@pytest.fixture
def ocs() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


def calls() -> dict[tuple[str, str], VendorCall]:
    """All methods of the table, by part and name."""
    client = vendor_client(f"{PACKAGE}.ADHClient")
    assert client is not None
    return {(part, name): call for part, library in client.parts.items() for name, call in library.calls.items()}


@runs_library
class TestLibrary:
    def client(self, base: str) -> Any:
        """A client that needs no token."""
        return import_module(PACKAGE).ADHClient("v1", "t", base, None)

    def test_every_method_does_what_the_table_says(self) -> None:
        spec = find_spec(PACKAGE)
        assert spec is not None
        assert spec.origin is not None
        folder = Path(spec.origin).parent.parent
        run = subprocess.run(
            [sys.executable, str(SCRIPT), "--check", str(folder)], check=False, capture_output=True, text=True
        )
        assert (run.returncode, run.stdout) == (0, "1 releases do what the table says\n"), run.stdout + run.stderr

    @pytest.mark.parametrize("status", REFUSED)
    def test_it_raises_once_with_the_status(self, ocs: Simulator, status: int) -> None:
        ocs.script("GET", f"{ROOT}/Streams/s", Answer(status, error_body("no"), HEADERS))
        release = f"{PACKAGE} {version(PACKAGE)}"
        with pytest.raises(import_module(PACKAGE).SdsError) as caught:
            self.client(ocs.base).Streams.getStream("n", "s")
        error: Any = caught.value
        assert error.StatusCode == error.Response.status_code == status, release
        assert f"  {status}:" in str(error), release
        assert len(ocs.received) == 1, release
        assert type(error).__mro__[1] is Exception, release

    @pytest.mark.parametrize("status", [200, 201, 202, 206])
    def test_it_raises_for_no_other_success(self, ocs: Simulator, status: int) -> None:
        ocs.script("GET", f"{ROOT}/Streams/s", Answer(status, {"Id": "s"}))
        assert self.client(ocs.base).Streams.getStream("n", "s").Id == "s"

    def test_the_body_of_a_204_is_parsed_by_some_methods(self, ocs: Simulator) -> None:
        ocs.script("GET", f"{ROOT}/AssetTypes", Answer(204))
        ocs.script("DELETE", f"{ROOT}/Streams/s", Answer(204))
        module, _, name = JSON_ERROR.rpartition(".")
        with pytest.raises(getattr(import_module(module), name)):
            self.client(ocs.base).AssetTypes.getAssetTypes("n")
        assert self.client(ocs.base).Streams.deleteStream("n", "s") is None
        known = calls()
        assert known["AssetTypes", "getAssetTypes"].parses is True
        assert known["Streams", "deleteStream"].parses is False

    def test_it_sends_no_condition(self, ocs: Simulator) -> None:
        ocs.script("PATCH", f"{ROOT}/Streams/s/Metadata", Answer(200))
        self.client(ocs.base).Streams.patchMetadata("n", "s", [])
        (sent,) = ocs.received
        assert not {"if-match", "if-none-match"} & {name.lower() for name in sent.headers}

    def test_what_the_names_lead_to(self) -> None:
        package = import_module(PACKAGE)
        for name in CLIENT_NAMES:
            assert vendor_client(f"{PACKAGE}.{name}") is vendor_client(f"{PACKAGE}.{name}.{name}")
            assert getattr(import_module(f"{PACKAGE}.{name}"), name) is getattr(package, name)
        parts = set(dir(package.ADHClient))
        client = vendor_client(f"{PACKAGE}.ADHClient")
        assert client is not None
        assert client.parts.keys() <= parts
        assert package.SdsError.__name__ == ERROR.rpartition(".")[2]


def test_the_table_is_about_documented_operations_mostly() -> None:
    known = calls()
    assert len(known) > 250
    verdicts = [
        match_operation(call.method, (HOLE, *call.path)).verdict for call in known.values() if call.path is not None
    ]
    assert verdicts.count(Verdict.OPERATION) > 0.75 * len(known)
    assert Verdict.OTHER not in verdicts
    assert {call.method for call in known.values()} == {"GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.mark.parametrize(
    ("part", "name", "path"),
    [
        ("Streams", "getStream", "/api/{…}/Tenants/{…}/Namespaces/{…}/Streams/{…}"),
        ("Streams", "getLastValueUrl", "/Data/Last"),
        ("Communities", "getCommunities", None),
        ("GraphQL", "executeQuery", "/api/{…}-preview/Tenants/{…}/Namespaces/{…}/GraphQL"),
    ],
)
def test_paths_are_templates(part: str, name: str, path: str | None) -> None:
    call = calls()[part, name]
    assert (None if call.path is None else text_of(call.path)) == path
    assert call.after_url is name.endswith("Url")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("adh_sample_library_preview.ADHClient", "ADHClient"),
        ("ocs_sample_library_preview.OCSClient.OCSClient", "OCSClient"),
        ("adh_sample_library_preview.ADHClient.fromAppsettings", "ADHClient.fromAppsettings"),
        ("adh_sample_library_preview.ADHClient.ADHClient.fromAppsettings", "ADHClient.fromAppsettings"),
        ("ocs_academic_hub.HubClient", None),
        ("requests.Session", None),
    ],
)
def test_what_is_exported(path: str, name: str | None) -> None:
    assert exported(path) == name


def test_the_edge_data_store_is_elsewhere() -> None:
    edge = vendor_client(f"{PACKAGE}.EDSClient")
    assert edge is not None
    origin = edge.parts["Streams"].origin
    assert origin is not None
    assert match_operation("GET", (f"{origin}/api/v1/Tenants/default",)).verdict is Verdict.OTHER
    assert "getStream" in vendor_methods()
