"""What the standard library of Python 2 had and that of Python 3 has not: an import of it never succeeds here."""

from __future__ import annotations

PYTHON_2 = frozenset(
    {
        "BaseHTTPServer",
        "Cookie",
        "HTMLParser",
        "StringIO",
        "cStringIO",
        "cookielib",
        "httplib",
        "urllib2",
        "urlparse",
    }
)
# What is in the package that both have.
URLLIB = frozenset({"error", "parse", "request", "response", "robotparser"})


def is_of_python_2(path: str) -> bool:
    """Whether something at this dotted path was in the standard library of Python 2 alone (CPython 3.10 to 3.13 have
    none of these modules, and nothing in ``urllib`` but its five)."""
    module, _, rest = path.partition(".")
    if module == "urllib":
        return rest != "" and rest.partition(".")[0] not in URLLIB
    return module in PYTHON_2
