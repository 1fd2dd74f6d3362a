"""What a framework passes to a function that it calls.

FastAPI calls what ``Depends`` names, and passes on what that gives or yields; a default and an entry of ``Annotated``
say the same (0.165). Click passes what a group has put into ``context.obj``, first of all parameters (8.5). Verified
by running them.
"""

from __future__ import annotations

import ast

from flake8_ocs_status.fate.environment.surroundings import Surroundings
from flake8_ocs_status.fate.environment.world import World
from flake8_ocs_status.fate.values import UNKNOWN, Class, Function, Value
from flake8_ocs_status.program.scopes import FunctionNode, parameters_with_defaults

_DEPENDS = frozenset({"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "fastapi.params.Security"})
_ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})


def injected(parameter: ast.arg, function: FunctionNode, world: World) -> Value:
    """What a framework passes for a parameter; UNKNOWN where it is not told to, or where that is not known."""
    home = world.home_of(function)
    passed = None if isinstance(function, ast.Lambda) else _passed_by_click(parameter, function, home)
    if passed is not None:
        return home.world.home_of(passed).instance_under_study(passed)
    defaults = [default for one, default in parameters_with_defaults(function.args) if one is parameter]
    asked = [*defaults, *_entries(parameter.annotation, world, function)]
    for call in asked:
        if isinstance(call, ast.Call) and home.module.dotted(call.func) in _DEPENDS and call.args:
            return _given_by(call.args[0], function, world)
    return UNKNOWN


def _entries(annotation: ast.expr | None, world: World, function: FunctionNode) -> list[ast.expr]:
    """What ``Annotated[type, …]`` says besides the type."""
    module = world.home_of(function).module
    if not isinstance(annotation, ast.Subscript) or module.dotted(annotation.value) not in _ANNOTATED:
        return []
    return annotation.slice.elts[1:] if isinstance(annotation.slice, ast.Tuple) else []


def _given_by(called: ast.expr, function: FunctionNode, world: World) -> Value:
    """What calling this gives; of a generator, what it yields."""
    home = world.home_of(function)
    giver = home.value_of_default(called)
    if not isinstance(giver, (Function, Class)):
        return UNKNOWN
    if isinstance(giver, Function) and not isinstance(giver.node, ast.Lambda):
        its_home = world.home_of(giver.node)
        if its_home.is_generator(giver.node):
            found = [node for node in ast.walk(giver.node) if isinstance(node, ast.Yield)]
            if len(found) != 1 or not isinstance(found[0].value, ast.Name):
                return UNKNOWN
            names = its_home.closure(giver.node)
            world.remember({key: held for key, held in names.items() if key[0] == "@"})
            return names.get(found[0].value.id, UNKNOWN)
    return home.value_of_default(home.property_call(called))


def _passed_by_click(
    parameter: ast.arg, function: ast.FunctionDef | ast.AsyncFunctionDef, home: Surroundings
) -> ast.ClassDef | None:
    """The class of the object that click passes for the first parameter; None where it passes none of the project's."""
    if [*function.args.posonlyargs, *function.args.args][:1] != [parameter]:
        return None
    for decorator in function.decorator_list:
        if home.module.dotted(decorator) == "click.pass_obj":
            return _put_into_context(home)
        bindings = home.module.module_scope.bindings.get(getattr(decorator, "id", ""), [])
        made = bindings[0].value if len(bindings) == 1 else None
        if isinstance(made, ast.Call) and home.module.dotted(made.func) == "click.make_pass_decorator" and made.args:
            return home.class_named(made.args[0])
    return None


def _put_into_context(home: Surroundings) -> ast.ClassDef | None:
    """The class whose instance the groups of a module put into their contexts, where it is one."""
    made = [
        statement.value
        for statement in home.module.nodes(ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Attribute) and target.attr == "obj"
    ]
    classes = {home.class_named(value.func) if isinstance(value, ast.Call) else None for value in made}
    return classes.pop() if len(classes) == 1 else None
