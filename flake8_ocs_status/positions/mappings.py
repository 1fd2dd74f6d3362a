"""What a mapping asks of its keys and values."""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_ocs_status.catalogue.constants import is_known_status
from flake8_ocs_status.positions.meanings import Meanings
from flake8_ocs_status.positions.names import Reading, reading_of, words_of
from flake8_ocs_status.positions.places import Demand, Way
from flake8_ocs_status.positions.uses import Uses
from flake8_ocs_status.positions.witnesses import Witnesses, integer_of, last_name, text_of
from flake8_ocs_status.program.module import Module


class Mappings:
    """The demands of the mappings of one module."""

    def __init__(
        self,
        module: Module,
        witnesses: Witnesses,
        meanings: Meanings,
        uses: Uses,
        place: Callable[[ast.expr], Demand | None],
        target: Callable[[ast.expr], Demand | None],
    ) -> None:
        """``place`` tells what the place of an expression asks for, ``target`` what a target asks of its value."""
        self._module = module
        self._witnesses = witnesses
        self._meanings = meanings
        self._uses = uses
        self._place = place
        self._target = target
        self._keys: dict[ast.Dict, dict[ast.AST, ast.expr | None]] = {}
        self._keyed_by_status: dict[ast.Dict, Demand | None] = {}
        self._values: dict[ast.Dict, str | None] = {}

    def item(self, mapping: ast.Dict, node: ast.AST, way: Way) -> Demand | None:
        """What the place of a key or value of ``mapping`` asks for."""
        keys = self._keys.get(mapping)
        if keys is None:
            keys = self._keys[mapping] = dict(zip(mapping.values, mapping.keys, strict=True))
        if node in keys:
            key = keys[node]
            text = text_of(key) if key is not None else None
            # "code" in a body that is made up here is mostly the vendor's own.
            witness = self._meanings.read(text) if text is not None and text.lower() != "code" else None
            witness = witness or (self._taken_out(mapping) if not way.plural else None)
            return Demand(witness, safe=False) if witness else None
        if way.plural:
            return None
        if mapping not in self._keyed_by_status:
            self._keyed_by_status[mapping] = self._keyed(mapping)
        return self._keyed_by_status[mapping]

    def _keyed(self, mapping: ast.Dict) -> Demand | None:
        """What the keys of a mapping are, by the name that it gets or by how that name is looked up."""
        key = self._looked_up_by(mapping)
        witness = None if key is None else self._meanings.status(key)
        if witness and all(map(self._is_status_key, mapping.keys)):
            # Looked up where it is written out: nothing else can be done with it.
            return Demand(witness, safe=True)
        parent = self._module.parents.get(mapping)
        target: ast.expr | None = None
        name = None
        if isinstance(parent, ast.keyword):
            name = parent.arg
        elif isinstance(parent, ast.Assign):
            target = parent.targets[0]
        elif isinstance(parent, ast.AnnAssign):
            target = parent.target
        name = last_name(target) if target is not None else name
        if name is None or not all(map(self._is_status_key, mapping.keys)):
            return None
        demand = self._indexed(target) if isinstance(target, ast.Name) else None
        if demand is None and self._names_responses(name):
            return Demand(f"the keys of {name}", safe=False)
        return demand

    def _taken_out(self, mapping: ast.Dict) -> str | None:
        """The witness that what is looked up in a mapping goes where a status belongs."""
        if mapping not in self._values:
            self._values[mapping] = None
            if all(map(self._is_status_key, mapping.values)):
                demands = map(self._taken, self._places_of(mapping))
                self._values[mapping] = next((demand.witness for demand in demands if demand is not None), None)
        return self._values[mapping]

    def _places_of(self, mapping: ast.Dict) -> list[ast.expr]:
        """Where a mapping is used: the display itself, and the name that it is given."""
        parent = self._module.parents.get(mapping)
        target = parent.targets[0] if isinstance(parent, ast.Assign) else getattr(parent, "target", None)
        if not isinstance(target, ast.Name):
            return [mapping]
        owner = self._module.scope_of(target).owner_of(target.id)
        return [*self._uses.of(target.id, owner)] if owner is not None else []

    def _taken(self, mapping: ast.expr) -> Demand | None:
        """What is asked of a value that is taken out of a mapping: by its key, by ``get``, or by a loop."""
        parent = self._module.parents.get(mapping)
        if isinstance(parent, ast.Subscript) and parent.value is mapping and isinstance(parent.ctx, ast.Load):
            return self._place(parent)
        call = self._module.parents.get(parent) if isinstance(parent, ast.Attribute) else None
        if not isinstance(parent, ast.Attribute) or not isinstance(call, ast.Call):
            return None
        if parent.attr == "get":
            return self._place(call)
        loop = self._module.parents.get(call)
        if not isinstance(loop, (ast.For, ast.AsyncFor, ast.comprehension)) or loop.iter is not call:
            return None
        if parent.attr == "values":
            return self._target(loop.target)
        if parent.attr == "items" and isinstance(loop.target, ast.Tuple) and len(loop.target.elts) == 2:
            return self._target(loop.target.elts[1])
        return None

    def _is_status_key(self, key: ast.expr | None) -> bool:
        value = integer_of(key) if key is not None else None
        return value is None or is_known_status(value)

    def _names_responses(self, name: str) -> bool:
        if name == "responses" or _names_handlers(name) or reading_of(name) is Reading.CERTAIN:
            return self._witnesses.speaks_http
        return self._meanings.read(name) is not None

    def _indexed(self, target: ast.Name) -> Demand | None:
        """Whether the mapping is looked up by a status anywhere; safe when nothing else is done with it."""
        owner = self._module.scope_of(target).owner_of(target.id)
        uses = self._uses.of(target.id, owner) if owner is not None else []
        looked_up = [self._looked_up_by(use) for use in uses]
        witness = next(filter(None, map(self._meanings.status, filter(None, looked_up))), None)
        return Demand(witness, safe=None not in looked_up) if witness else None

    def _looked_up_by(self, mapping: ast.expr) -> ast.expr | None:
        """The key that a mapping is looked up by where it is used, None when anything else is done with it."""
        parent = self._module.parents.get(mapping)
        if isinstance(parent, ast.Subscript) and parent.value is mapping and isinstance(parent.ctx, ast.Load):
            return parent.slice
        if isinstance(parent, ast.Attribute) and parent.attr == "get":
            call = self._module.parents.get(parent)
            return call.args[0] if isinstance(call, ast.Call) and call.args else None
        if isinstance(parent, ast.Compare) and mapping in parent.comparators:
            return parent.left if isinstance(parent.ops[0], (ast.In, ast.NotIn)) else None
        return None

    def subscripted(self, mapping: ast.expr) -> Demand | None:
        """What ``mapping[…]`` asks of its key."""
        name = last_name(mapping)
        if name is not None and name == "responses" and self._witnesses.speaks_http:
            return Demand(f"the keys of {name}", safe=True)
        return None


def _names_handlers(name: str) -> bool:
    """``exception_handlers={404: …}``"""
    parts = words_of(name)
    return parts[-1:] == ("handlers",) and not {"error", "exception"}.isdisjoint(parts)
