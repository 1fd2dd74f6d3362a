"""Naming paths that the reference does not have, and guessing what they are meant for."""

from __future__ import annotations

import pytest

from flake8_ocs_status.catalogue.undocumented import is_plainly_ocs, meant_for, shortened


@pytest.mark.parametrize(
    ("label", "short", "meant"),
    [
        ("GET {…}/api/v1/Tenants/{…}/Namespaces/{…}/Streamz/{…}?x=1", "GET …/Streamz/{…}", "Streams"),
        ("GET /Tenants/{…}/Namespaces/{…}/assetypes", "GET …/assetypes", "AssetTypes"),
        ("{…}/api/v1/Tenants/t/Userz/", "…/Userz", "Users"),
        ("GET https://dat-b.osisoft.com/api/v1/Tenant/t", "GET …/api/v1/Tenant/t", "Tenants"),
        ("GET {…}/api/v1/Tenants/t/Namespaces/n/Streams/s/Dat", "GET …/Streams/s/Dat", "Data"),
        ("GET {…}/api/v1/Tenants/t/Namespaces/n/Topics", "GET …/Topics", None),
        ("GET {…}/nowhere", "GET {…}/nowhere", None),
    ],
)
def test_names_and_guesses(label: str, short: str, meant: str | None) -> None:
    assert shortened(label) == short
    assert meant_for(label) == meant


@pytest.mark.parametrize(
    ("label", "plainly"),
    [
        ("GET {…}/api/v1/tenants/{…}/namespaces/{…}/x", True),
        ("GET https://{…}.osisoft.com/api/v1/tenants/{…}/x", True),
        ("GET {…}/api/v1/tenants/{…}/x", False),
    ],
)
def test_certainty(label: str, plainly: bool) -> None:
    assert is_plainly_ocs(label) == plainly
