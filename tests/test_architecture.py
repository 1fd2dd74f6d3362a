"""The house: floors import only downwards, and a rule is one file that brings its code and its page."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from rule_pages import SECTIONS, page_text, sections

import flake8_ocs_status
from flake8_ocs_status.rules import Rule, all_rules
from flake8_ocs_status.rules.registry import RULE_MODULE

PACKAGE = Path(flake8_ocs_status.__file__).parent
FLOORS = (
    {"findings", "settings"},
    {"catalogue"},
    {"program"},
    {"transport"},
    {"positions", "fate"},
    {"possible"},
    {"facts"},
    {"rules"},
    {"check"},
    {"plugin"},
    {"fix"},
)
FLOOR_OF = {part: number for number, floor in enumerate(FLOORS) for part in floor}
# The one floor that is too large to be looked over has floors of its own.
FATE_FLOORS = ("values", "policies", "exchange", "environment", "executor", "judging")


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(tree: ast.Module, package: str) -> set[str]:
    """The parts of a package that a module imports, wherever the import stands."""
    found = set()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith(f"{package}."):
                found.add(name.removeprefix(f"{package}.").partition(".")[0])
    return found


def upward_imports(part: str, tree: ast.Module) -> set[str]:
    """The parts that ``part`` may not import and does: those of its own floor or of a higher one."""
    parts = imported_parts(tree, PACKAGE.name) - {part}
    return {other for other in parts if FLOOR_OF[other] >= FLOOR_OF[part]}


def test_every_module_has_a_floor() -> None:
    assert {part_of(path) for path in modules()} <= FLOOR_OF.keys()


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_downwards(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert upward_imports(part_of(path), tree) == set()


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("fate/*/*.py")), ids=lambda path: "/".join(path.parts[-2:]))
def test_imports_inside_fate_go_downwards(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    floor = FATE_FLOORS.index(path.parent.name)
    assert imported_parts(tree, f"{PACKAGE.name}.fate") <= set(FATE_FLOORS[: floor + 1])


def test_fate_has_nothing_beside_its_floors() -> None:
    assert [path.name for path in PACKAGE.glob("fate/*.py")] == ["__init__.py"]


def test_an_upward_import_is_seen() -> None:
    tree = ast.parse(
        "def f():\n    from flake8_ocs_status.check import findings_of\nimport flake8_ocs_status.settings\n"
    )
    assert upward_imports("rules", tree) == {"check"}
    assert upward_imports("plugin", tree) == set()
    assert upward_imports("fate", ast.parse("from flake8_ocs_status import positions")) == {"positions"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_the_fixer_imports_libcst(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert "libcst" not in imported or part_of(path) == "fix"


def test_rules_are_found_by_their_names() -> None:
    files = {path.stem.upper() for path in (PACKAGE / "rules").glob("*.py") if RULE_MODULE.fullmatch(path.stem)}
    assert [rule.code for rule in all_rules()] == sorted(files)


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in all_rules()}) == len(all_rules())
    assert len({rule.name for rule in all_rules()}) == len(all_rules())


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_is_one_file_with_its_page(rule: Rule) -> None:
    assert rule.check.__module__ == f"flake8_ocs_status.rules.{rule.code.lower()}"
    page = page_text(rule)
    assert page.startswith(f"# {rule.code}: ")
    found = sections(page)
    assert tuple(name for name in found if name in SECTIONS) == SECTIONS
    assert [name for name in SECTIONS if not found[name]] == []
    assert rule.fixes in {"safe", "unsafe", None}
    assert rule.summary
    assert "\n" not in rule.summary
