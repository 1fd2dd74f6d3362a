"""Decorators of libraries that leave calling a function what it was.

Each calls the function at most once for a call, hands back what it returns, and lets through what it raises. Run with
Deprecated 1.3, deprecation 2.1, typing_extensions 4.16, typeguard 4.6, beartype 0.23, cachetools 8.0 and
cached-property 2.0. Any other decorator that is not in sight may do anything.
"""

from __future__ import annotations

PLAIN_DECORATORS = frozenset(
    {
        "builtins.staticmethod",
        "builtins.classmethod",
        "functools.wraps",
        "functools.lru_cache",
        "functools.cache",
        "abc.abstractmethod",
        "typing.override",
        "typing.final",
        "typing.no_type_check",
        "typing_extensions.override",
        "contextlib.contextmanager",
        "contextlib.asynccontextmanager",
        "deprecated.deprecated",
        "deprecated.classic.deprecated",
        "deprecated.sphinx.deprecated",
        "deprecated.sphinx.versionadded",
        "deprecated.sphinx.versionchanged",
        "deprecation.deprecated",
        "warnings.deprecated",
        "typing_extensions.deprecated",
        "typeguard.typechecked",
        "beartype.beartype",
        "cachetools.cached",
        "cachetools.func.lru_cache",
        "cachetools.func.ttl_cache",
    }
)
PROPERTY_DECORATORS = frozenset({"builtins.property", "functools.cached_property", "cached_property.cached_property"})
