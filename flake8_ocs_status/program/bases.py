"""Base classes of the standard library that bring a class nothing but what every class has."""

from __future__ import annotations

# These make a class abstract.
ABSTRACT_BASES = frozenset({"abc.ABC", "typing.Protocol", "typing_extensions.Protocol"})
# Of these a class inherits no attribute, and no code that runs when an instance is made (CPython 3.10 to 3.13).
EMPTY_BASES = ABSTRACT_BASES | {"builtins.object", "typing.Generic", "typing_extensions.Generic"}
