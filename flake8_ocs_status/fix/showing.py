"""Where the text of a status is certain to show: there the member of an enum is not the number, and is not put.

That the text *may* show makes a fix unsafe, and the rules say so. Here is what shows whenever it is run: ``repr`` of a
member is its name on every Python, and YAML writes an object of Python, or refuses it (PyYAML 6.0).
"""

from __future__ import annotations

import ast

from flake8_ocs_status.program.module import Module

SHOWING = {"builtins.repr": "repr()", "builtins.ascii": "ascii()", "pprint.pformat": "pformat()"}
CONVERSIONS = {ord("r"): "!r", ord("a"): "!a"}
DUMPERS = frozenset({"dump", "dump_all", "safe_dump", "safe_dump_all"})


class Showing:
    """The places of one module where a text is made of objects."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._writes_yaml = _imports_yaml(module) and any(node.attr in DUMPERS for node in module.nodes(ast.Attribute))

    def shown_in(self, node: ast.expr) -> str | None:
        """What shows the value at ``node``, None where nothing is certain to.

        What is built of the value has it in its text as well; what a test, an attribute or an index makes of it is
        something else.
        """
        current: ast.AST = node
        while True:
            parent = self._module.parents.get(current)
            if isinstance(parent, ast.Call) and current is not parent.func:
                shows = SHOWING.get(self._module.dotted(parent.func) or "")
                if shows is not None:
                    return shows
            elif isinstance(parent, ast.FormattedValue) and parent.conversion in CONVERSIONS:
                return CONVERSIONS[parent.conversion]
            elif isinstance(parent, ast.Dict) and self._writes_yaml:
                return "YAML"
            elif not isinstance(
                parent, (ast.keyword, ast.Starred, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Await, ast.NamedExpr)
            ):
                return None
            current = parent


def _imports_yaml(module: Module) -> bool:
    names = [alias.name for node in module.nodes(ast.Import) for alias in node.names]
    names += [node.module or "" for node in module.nodes(ast.ImportFrom) if node.level == 0]
    return any(name.partition(".")[0] in ("yaml", "ruamel") for name in names)
