"""Whether a module is plainly a client of OCS, whatever its URLs turn out to be."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import cache

from flake8_ocs_status.program.module import Module
from flake8_ocs_status.program.outlines import remember_outline
from flake8_ocs_status.program.project import project_of
from flake8_ocs_status.program.reach import reach_of
from flake8_ocs_status.program.vendor import VENDOR_LIBRARIES
from flake8_ocs_status.program.words import Words

_OCS_TEXT = re.compile(
    r"[\w-]\.osisoft\.com\b|\bdatahub\.connect\.aveva\.com\b|/api/v1[\w.-]*/tenants/|/tenants/[^/]*/namespaces/",
    re.IGNORECASE,
)

# Every OCS host, every root of its paths and every vendor library has one of these words in it, …
OCS_WORDS = (
    "communityinvitations",
    "osisoft",
    "aveva.com",
    "identity/.well-known",
    "identity/connect",
    "/identityproviders",
    "identityproviders/",
    "/omf",
    "serviceblog",
    "_sample_library",
    "ocs_academic",
)
# … or one of these, which the reference spells like this. Others have tenants, too, …
PATHS_AS_SPELT = tuple(
    mark % name for name in ("Tenants", "Communities") for mark in ("%s/", "/%s'", '/%s"', "/%s?", "/%s{")
)
COMMON_WORDS = tuple(mark % name for name in ("tenants", "communities") for mark in ("%s/", "/%s", "'%s'", '"%s"'))
# … but a path of OCS has its version between the two, or what lies in them behind it.
COMPANY = ("api/v", "api/{", "api/%", "api/'", 'api/"', "/api'", '/api"', "'api'", '"api"', "namespaces")
# And one of these.
_STEMS = (
    "tenants", "communit", "osisoft", "aveva.com", "identity", "/omf", "serviceblog", "_sample_library", "ocs_academic",
)  # fmt: skip
_OCS = Words(OCS_WORDS, _STEMS, PATHS_AS_SPELT, COMMON_WORDS, COMPANY)
# A module that is handed what sends, and says only where to below a namespace, has one of these words in it.
_COLLECTIONS = (
    "assetrules", "assets", "assettypes", "authorizationtags", "bulk", "dataviews", "enumerations", "events",
    "eventtypes", "metadatarules", "quantities", "referencedata", "search", "shares", "signups", "softwaremanagement",
    "streams", "streamviews", "types", "virtualtables",
)  # fmt: skip
PATH_WORDS = tuple(f"{mark}{name}" for name in _COLLECTIONS for mark in "/'\"")
# A module that does something with answers has one of these words in it.
ANSWER_WORDS = ("status", "response", "raise_for", "json(", "urlopen", ".ok", ".is_success", ".is_error")


def may_call_ocs(module: Module, client_words: Sequence[str], words: Sequence[str] = ()) -> bool:
    """Whether a module can have a part in a call to OCS at all, judged by words: a look that costs next to nothing.

    The words may stand in the module, in one of the project that it imports, or, where the module sends requests for
    others, which one of ``client_words`` or a part of a path tells, in one that imports it, or in what that imports.
    ``words`` are further words, in small letters, that hint at one.
    """
    source = module.folded
    known = _OCS.with_others(tuple(words))
    project = project_of(module.path)
    if project is None:
        return known.stand_in(module.source, source)
    reach = reach_of(project, known)
    if not reach.is_without_word(project.path, module.source) and known.stand_in(module.source, source):
        return True
    if reach.is_known_empty or not any(word in source for word in (*ANSWER_WORDS, *client_words)) or reach.is_empty:
        return False
    # What is checked may not be what the file holds by now.
    remember_outline(project.path, module.source)
    if reach.any_import(project.path):
        return True
    # The words last: there are many, and few files come as far.
    is_near = reach.is_imported(project.path) or reach.is_wired(project.path)
    return is_near and any(word in source for word in (*client_words, *PATH_WORDS))


def has_ocs_word(module: Module, words: Sequence[str] = ()) -> bool:
    """Whether a module itself has a word of OCS, or one of these."""
    return _OCS.with_others(tuple(words)).stand_in(module.source, module.folded)


def is_ocs_client(module: Module, hosts: Sequence[str] = ()) -> bool:
    """Whether a module names an OCS host or an ``/api/v1…/Tenants/`` path, or imports the vendor's library.

    ``hosts`` are further hosts of OCS. Documentation strings do not count: they may speak of anything.
    """
    return _imports_vendor_library(module) or _names_ocs(module, _text_of_ocs(tuple(hosts)))


def _imports_vendor_library(module: Module) -> bool:
    for node in module.nodes(ast.Import):
        if any(alias.name.partition(".")[0] in VENDOR_LIBRARIES for alias in node.names):
            return True
    return any(
        (node.module or "").partition(".")[0] in VENDOR_LIBRARIES
        for node in module.nodes(ast.ImportFrom)
        if node.level == 0
    )


@cache
def _text_of_ocs(hosts: tuple[str, ...]) -> re.Pattern[str]:
    """What a text that names OCS has in it."""
    own = (re.escape(host) for host in hosts)
    patterns = [rf"[\w-]{host[2:]}\b" if host.startswith(r"\*") else rf"(?<![\w.-]){host}\b" for host in own]
    return re.compile("|".join((_OCS_TEXT.pattern, *patterns)), re.IGNORECASE)


def _names_ocs(module: Module, text_of_ocs: re.Pattern[str]) -> bool:
    parents = module.parents
    for joined in module.nodes(ast.JoinedStr):
        pieces = (
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"
            for part in joined.values
        )
        if text_of_ocs.search("".join(pieces)):
            return True
    return any(
        isinstance(node.value, str) and not isinstance(parents.get(node), ast.Expr) and text_of_ocs.search(node.value)
        for node in module.nodes(ast.Constant)
    )
