"""Whether classes of other modules have something of their own in the place of what a class of this one has.

Who imports a module is found by looking at all files of the project, so this is asked last.
"""

from __future__ import annotations

import ast
import re

from flake8_ocs_status.possible.definitions import OWNERS, Definitions
from flake8_ocs_status.possible.functions import Class
from flake8_ocs_status.program.outlines import outline_of
from flake8_ocs_status.program.project import project_of


def is_overridden_elsewhere(definitions: Definitions, call: ast.Call) -> bool:
    """Whether a class of another module has a method of its own by the called name, and extends the class whose method
    it is here."""
    function = call.func
    if not isinstance(function, ast.Attribute) or definitions.is_made(function.value):
        return False
    is_own = isinstance(function.value, ast.Name) and function.value.id in OWNERS
    owner = definitions.class_around(call) if is_own else definitions.instance(function.value)
    return owner is not None and _is_bound(owner, function.attr, rf"def {function.attr}\(")


def has_other_constant(owner: Class, name: str) -> bool:
    """Whether a class of another module extends this one and binds a name of its body anew."""
    return _is_bound(owner, name, rf"(?<![.\w]){re.escape(name)}[ \t]*(?::[^=\n]*)?=(?!=)")


def _is_bound(owner: Class, name: str, pattern: str) -> bool:
    project = project_of(owner.module.path)
    if project is None:
        return False
    binds = re.compile(pattern)
    extends = re.compile(rf"^[ \t]*class \w+\([^)]*\b{re.escape(owner.node.name)}\b", re.MULTILINE)
    for file in project.importers_of(project.path):
        outline = outline_of(file)
        if outline is None or name not in outline.source:
            continue
        if binds.search(outline.source) and extends.search(outline.source):
            return True
    return False
