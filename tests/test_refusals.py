"""Which requests are certain to be refused, because their path offers other methods."""

from __future__ import annotations

import pytest
from url_templates import template

from flake8_ocs_status.catalogue.operations import catalogue, match_operation
from flake8_ocs_status.catalogue.refusals import METHODS

NAMESPACE = "/api/v1/Tenants/{}/Namespaces/{}"


@pytest.mark.parametrize(
    ("method", "url", "instead"),
    [
        ("PATCH", NAMESPACE + "/Streams/{}", ("GET", "POST", "PUT", "DELETE")),
        ("patch", NAMESPACE + "/STREAMS/{}", ("GET", "POST", "PUT", "DELETE")),
        ("PUT", NAMESPACE + "/Streams", ("GET",)),
        ("PUT", NAMESPACE + "/Streams/?x={}", ("GET",)),
        ("GET", "{}/identity/connect/token", ("POST",)),
        ("PATCH", NAMESPACE + "/Streams/tank-7", ("GET", "POST", "PUT", "DELETE")),
        # offered
        ("PUT", NAMESPACE + "/Streams/{}", ()),
        (None, NAMESPACE + "/Streams", ()),
        # not known for what it is
        ("PATCH", NAMESPACE + "/Streams/search", ()),
        ("PATCH", NAMESPACE + "/Streams{}", ()),
        ("PATCH", NAMESPACE + "/Streams/{}.json", ()),
        ("PATCH", NAMESPACE, ()),
        ("PATCH", "/api/v1/Tenants/{}", ()),
        # gaps of the reference
        ("POST", "/api/v1/Tenants/{}/Users/{}", ()),
        ("HEAD", NAMESPACE + "/SignUps", ()),
        ("OPTIONS", NAMESPACE + "/Streams", ()),
        # other paths, versions and hosts
        ("PUT", NAMESPACE + "/Streamz", ()),
        ("PATCH", "/api/v1/Communities/{}/Summary", ()),
        ("PATCH", "/api/v1-preview/Communities/{}/Summary", ("GET",)),
        ("GET", "{}/connect/token", ()),
        ("PUT", "https://example.com" + NAMESPACE + "/Streams", ()),
    ],
)
def test_what_is_offered_instead(method: str | None, url: str, instead: tuple[str, ...]) -> None:
    assert match_operation(method, template(url)).instead == instead


def test_no_documented_operation_is_refused() -> None:
    for operation in catalogue().operations:
        assert match_operation(operation.method, (operation.path,)).instead == (), operation


def test_every_documented_method_has_its_place_in_a_list() -> None:
    assert {operation.method for operation in catalogue().operations} <= {*METHODS}
