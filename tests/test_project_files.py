"""Where an import leads on disk, and what may not be read on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_ocs_status.program.outlines import LARGEST_FILE, Outline
from flake8_ocs_status.program.project import Project, forget_projects, module_at, project_of


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_projects()
    yield
    forget_projects()


def tree(root: Path, *names: str, **texts: str) -> None:
    """Write files: empty ones of these names, and modules with a text, ``name_in_folder`` for ``folder/name.py``."""
    files = dict.fromkeys(names, "")
    for name, text in texts.items():
        stem, _, folder = name.partition("_in_")
        files[f"{folder}/{stem}.py" if folder else f"{stem}.py"] = text
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def located(root: Path, dotted: str, importer: str) -> tuple[str, tuple[str, ...]] | None:
    """What :meth:`Project.locate` finds, relative to the root and with slashes."""
    path = str(root / importer)
    found = Project(path).locate(dotted, path)
    return found and (Path(found[0]).relative_to(root).as_posix(), found[1])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    tree(
        tmp_path,
        "pyproject.toml",
        "pkg/__init__.py",
        "pkg/client.py",
        "pkg/errors.py",
        "pkg/sub/__init__.py",
        "pkg/sub/deep.py",
        "space/inner/part.py",
        "src/lib/__init__.py",
        "src/lib/core.py",
        "tests/test_client.py",
        "tests/helper.py",
        "typed.pyi",
    )
    return tmp_path


@pytest.mark.parametrize(
    ("dotted", "importer", "expected"),
    [
        ("pkg.client.Client", "tests/test_client.py", ("pkg/client.py", ("Client",))),
        ("pkg.client", "pkg/errors.py", ("pkg/client.py", ())),
        (".client.Client", "pkg/errors.py", ("pkg/client.py", ("Client",))),
        (".errors", "pkg/__init__.py", ("pkg/errors.py", ())),
        ("..errors.Gone", "pkg/sub/deep.py", ("pkg/errors.py", ("Gone",))),
        ("..Client", "pkg/sub/deep.py", ("pkg/__init__.py", ("Client",))),
        (".", "pkg/errors.py", ("pkg/__init__.py", ())),
        ("helper.call", "tests/test_client.py", ("tests/helper.py", ("call",))),
        ("helper.call", "pkg/client.py", None),
        ("lib.core.run", "tests/test_client.py", ("src/lib/core.py", ("run",))),
        ("lib.core.run", "src/lib/__init__.py", ("src/lib/core.py", ("run",))),
        ("space.inner.part.name", "pkg/client.py", ("space/inner/part.py", ("name",))),
        ("space.inner", "pkg/client.py", None),
        ("typed.name", "pkg/client.py", None),
        ("json.loads", "pkg/client.py", None),
        ("requests.get", "pkg/client.py", None),
        ("....above.name", "pkg/sub/deep.py", None),
    ],
)
def test_an_import_leads_to_a_file(
    project: Path, dotted: str, importer: str, expected: tuple[str, tuple[str, ...]] | None
) -> None:
    assert located(project, dotted, importer) == expected


def test_a_name_that_the_package_binds_hides_the_module_of_that_name(tmp_path: Path) -> None:
    tree(tmp_path, "setup.py", "hub/Client.py", __init___in_hub="from .Client import Client\n")
    assert located(tmp_path, "hub.Client", "main.py") == ("hub/__init__.py", ("Client",))
    assert located(tmp_path, "hub.Client.Client", "main.py") == ("hub/Client.py", ("Client",))


def test_a_star_import_hides_no_module(tmp_path: Path) -> None:
    tree(tmp_path, "setup.py", "hub/names.py", __init___in_hub="from .names import *\n")
    assert located(tmp_path, "hub.names", "main.py") == ("hub/names.py", ())


def test_a_module_of_the_standard_library_is_not_looked_for(tmp_path: Path) -> None:
    tree(tmp_path, "setup.py", "http/__init__.py", "http/client.py")
    assert located(tmp_path, "http.client.OK", "main.py") is None


def test_nothing_above_the_root_is_read(tmp_path: Path) -> None:
    tree(tmp_path, "outside.py", "inner/setup.py", "inner/main.py")
    assert located(tmp_path / "inner", "outside.name", "main.py") is None


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    tree(tmp_path, "elsewhere/secret.py", "inner/setup.py", "inner/main.py")
    os.symlink(tmp_path / "elsewhere", tmp_path / "inner" / "linked")
    os.symlink(tmp_path / "elsewhere" / "secret.py", tmp_path / "inner" / "single.py")
    assert located(tmp_path / "inner", "linked.secret", "main.py") is None
    assert located(tmp_path / "inner", "single", "main.py") is None


def test_a_file_without_a_project_has_its_packages_and_its_folder(tmp_path: Path) -> None:
    tree(tmp_path, "loose/one.py", "loose/two.py", "loose/pack/__init__.py", "loose/pack/in.py", "other.py")
    assert Project(str(tmp_path / "loose" / "one.py")).root == str(tmp_path / "loose")
    assert Project(str(tmp_path / "loose" / "pack" / "in.py")).root == str(tmp_path / "loose")


@pytest.mark.parametrize("name", ["stdin", "-", "<unknown>", "missing/folder/file.py", "notebook.ipynb"])
def test_a_text_that_is_no_file_has_no_project(name: str) -> None:
    assert project_of(name) is None


def test_importers_are_found_also_through_a_package(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "setup.py",
        base_in_hub="",
        __init___in_hub="from .base import Base\n",
        near_in_hub="from .base import Base\n",
        main="import hub\n",
        other="import json  # hub.base\n",
        far_in_venv="import hub.base\n",
    )
    project = Project(str(tmp_path / "hub" / "base.py"))
    found = [Path(file).relative_to(tmp_path).as_posix() for file in project.importers_of(project.path)]
    assert found == ["hub/__init__.py", "hub/near.py", "main.py"]


def test_imports_are_read_off_the_text() -> None:
    text = (
        "import os, sys as system\n"
        "    import a.b.c\n"
        "from . import near\n"
        "from .x import (  # comment\n    One,  # another\n    Two as Second,\n)\n"
        "from y import *\n"
        "from z import p; import late; from v import (\n    w,\n)\n"
        "from u import one, \\\n    two as second\n"
        "text = 'from nowhere'\n"
    )
    outline = Outline("m.py", text)
    assert outline.imports == (
        "os",
        "sys",
        "a.b.c",
        ".near",
        ".x.One",
        ".x.Two",
        "y",
        "z.p",
        "late",
        "v.w",
        "u.one",
        "u.two",
    )
    assert outline.imported_names >= {"os", "system", "near", "One", "Second", "p"}
    assert "Two" not in outline.imported_names


@pytest.mark.parametrize(
    "content",
    [b"def broken(:\n", b"\x00\n", b"# coding: nonsense\n", b"\xff\xfe\n", b"(" * 5_000],
    ids=["syntax", "nul", "encoding", "bytes", "nesting"],
)
def test_a_file_that_cannot_be_read_is_not_there(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.py"
    path.write_bytes(content)
    assert module_at(str(path)) is None


def test_a_file_that_is_no_code_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "data.py"
    path.write_text("#" * (LARGEST_FILE + 1), encoding="utf-8")
    assert module_at(str(path)) is None
    assert module_at(str(tmp_path)) is None
    assert module_at(str(tmp_path / "missing.py")) is None


def test_a_file_is_parsed_once(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text("x = 1\n", encoding="utf-8")
    assert module_at(str(path)) is module_at(str(path))
