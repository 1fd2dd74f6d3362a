"""The recipes of ``docs/retry.md`` do what the page says when they run, and the rules have nothing to say of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from retry_runs import MOST_TRIES, Program, program_in
from rule_pages import code_blocks

from flake8_ocs_status.check import findings_of
from flake8_ocs_status.rules import all_rules
from flake8_ocs_status.settings import Settings

pytestmark = pytest.mark.same_everywhere

PAGE = Path(__file__).resolve().parent.parent / "docs" / "retry.md"
RECIPES = code_blocks(PAGE.read_text(encoding="utf-8"))
# None of these libraries knows the header; the page says so.
DEAF = ("from retry import", "from retrying import", "from aiohttp_retry import")
NAMES = ("get_types", "post_type")


def programs(tmp_path: Path, recipe: str) -> list[Program]:
    """The functions of a recipe that can be run."""
    path = tmp_path / "recipe.py"
    path.write_text(recipe, encoding="utf-8")
    return [program_in(path, name) for name in NAMES if f"def {name}(" in recipe]


@pytest.mark.parametrize("recipe", RECIPES, ids=range(len(RECIPES)))
def test_recipe_retries_as_the_page_says(recipe: str, tmp_path: Path) -> None:
    for program in programs(tmp_path, recipe):
        if program.missing:
            pytest.skip(f"{', '.join(program.missing)} is not installed")
        behaviour = program.behaviour()
        told = behaviour.codes - {"OCS605"} if any(word in recipe for word in DEAF) else behaviour.codes
        assert told == frozenset()
        assert 1 < behaviour.always.tries < MOST_TRIES


@pytest.mark.parametrize("recipe", RECIPES, ids=range(len(RECIPES)))
def test_rules_have_nothing_to_say_of_a_recipe(recipe: str, tmp_path: Path) -> None:
    silent = {rule.code for rule in all_rules() if rule.on} | {"OCS408", "OCS606"}
    if not any(word in recipe for word in DEAF):
        silent.add("OCS605")
    path = tmp_path / "recipe.py"
    path.write_text(recipe, encoding="utf-8")
    found = findings_of(ast.parse(recipe), recipe.splitlines(keepends=True), str(path), Settings(), silent)
    assert found == []


def test_there_is_a_recipe_for_each_library() -> None:
    imported = {
        (node.module or "").partition(".")[0]
        for recipe in RECIPES
        for node in ast.parse(recipe).body
        if isinstance(node, ast.ImportFrom)
    } | {
        alias.name
        for recipe in RECIPES
        for node in ast.parse(recipe).body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert {"requests", "httpx", "httpx_retries", "tenacity", "backoff", "stamina", "retrying", "retry"} <= imported
    assert {"aiohttp", "aiohttp_retry", "urllib3"} <= imported
