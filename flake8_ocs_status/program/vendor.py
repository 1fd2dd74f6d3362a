"""The vendor's sample libraries, under all the names by which they were published, and what they export."""

from __future__ import annotations

import ast
from collections.abc import Iterable

# The vendor's own libraries. ocs_sample_library_hub, too, is imported as ocs_sample_library_preview.
VENDOR_LIBRARIES = frozenset(
    {
        "adh_sample_library_preview",
        "ocs_academic_hub",
        "ocs_sample_library_hub",
        "ocs_sample_library_preview",
        "omf_sample_library_preview",
    }
)
# Those whose calls are known; the last releases of the second are an import of the first.
CALLED_LIBRARIES = frozenset({"adh_sample_library_preview", "ocs_sample_library_preview"})
# One of these stands in every file that imports one of them.
VENDOR_WORD = "_sample_library_preview"
CLIENT_NAMES = frozenset({"ADHClient", "EDSClient", "OCSClient"})
ERROR_NAME = "SdsError"
# What `from … import *` gives that matters here. None of the releases exports a name of a builtin.
_STARRED = CLIENT_NAMES | {ERROR_NAME}


def is_starred(statement: ast.ImportFrom) -> bool:
    """Whether this is ``from … import *`` of a library whose names are known."""
    return statement.level == 0 and statement.module in CALLED_LIBRARIES


def path_from_star(statements: Iterable[ast.ImportFrom], name: str) -> str | None:
    """The dotted path that one of these ``from … import *`` gives a name, None where none is known to give it one."""
    if name in _STARRED:
        for statement in statements:
            if is_starred(statement):
                return f"{statement.module}.{name}"
    return None


def exported(path: str) -> str | None:
    """What stands at a dotted path of one of the libraries whose calls are known: ``OCSClient``, whether the path leads
    through the module of that name or not; None for a path of anything else."""
    package, _, rest = path.partition(".")
    if package not in CALLED_LIBRARIES:
        return None
    first, _, second = rest.partition(".")
    # Each class is in a module of its name, too.
    return second if second.partition(".")[0] == first else rest
