"""Whether a documented path certainly does not offer a method that the reference does not name for it."""

from __future__ import annotations

from collections.abc import Set

from flake8_ocs_status.catalogue.urls import GAP

# As people list them.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

# The reference names HEAD for some operations only, and OPTIONS for none: gateways answer them in their own way.
_NAMED_IN_FULL = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
# The two ways to store an item under an id of one's own. Most collections offer both, and the vendor's own library uses
# one where the reference names only the other (POST on Users/{userId}).
_STORING = frozenset({"POST", "PUT"})
# What follows one of these in a template is as likely the rest of a path as an id: f"{base}/Namespaces/{path}".
_PARENTS_OF_ALL = frozenset({"tenants", "namespaces", "communities"})


def is_refused(method: str | None, segments: tuple[str, ...], offered: Set[str], *, as_parameter: bool) -> bool:
    """Whether a request with these segments, which read as a documented path that offers other methods, is refused.

    ``as_parameter``: the last segment was read as a parameter of the path. Then it must be one for certain: after
    ``/Roles`` a literal ``search`` is rather an action that the reference leaves out than the id of a role.
    """
    if method not in _NAMED_IN_FULL:
        return False
    if as_parameter and method in _STORING and offered & _STORING:
        return False
    last, before = segments[-1], segments[-2:-1]
    if GAP in last:
        return last.strip(GAP) == "" and not _PARENTS_OF_ALL.issuperset(before)
    return not as_parameter or not last.isalpha() or len(last) == 1
