"""A new import stands where the project's own configuration of isort or ruff puts it.

What is expected here is what ``ruff check --select I`` (0.17) leaves alone under the same configuration.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_helpers import fixed
from fix_helpers import simple_rule as simple_rule

pytestmark = pytest.mark.usefixtures("simple_rule")

USE = "\n\ndef f(status):\n    return status == 404\n"
USED = USE.replace("404", "HTTPStatus.NOT_FOUND")

OWN_SECTION_OF_ISORT = """\
[tool.isort]
known_codes = ["codes"]
sections = ["FUTURE", "STDLIB", "CODES", "THIRDPARTY", "FIRSTPARTY", "LOCALFOLDER"]
"""
OWN_SECTION_OF_RUFF = """\
[tool.ruff.lint.isort]
section-order = ["future", "standard-library", "own", "third-party", "first-party", "local-folder"]
sections = { own = ["codes.http"] }
"""


def placed(folder: Path, before: str, *words: str) -> str:
    """The imports of a file in ``folder`` after fixing it; nothing is left to do."""
    path = str(folder / "client.py")
    result = fixed(before + "\n" + USE, *words, path=path)
    assert result.problem is None, result.problem
    assert not fixed(result.new, *words, path=path).changed
    return result.new.decode().split("\n\n\ndef f")[0]


PLAIN = "import asyncio\nimport logging"
MIXED = (
    "import asyncio\nfrom datetime import timedelta\nimport logging",
    "import asyncio\nfrom datetime import timedelta\nfrom http import HTTPStatus\nimport logging",
)
OWN_LINES = (
    "from http import HTTPMethod\n\nimport requests",
    "from http import HTTPMethod\nfrom http import HTTPStatus\n\nimport requests",
)
ONE_NAME_EACH = (
    "from abc import ABC\nfrom abc import abstractmethod\nfrom http import HTTPMethod",
    "from abc import ABC\nfrom abc import abstractmethod\nfrom http import HTTPMethod\nfrom http import HTTPStatus",
)
TYPELESS = ("from http import client, HTTPMethod", "from http import client, HTTPMethod, HTTPStatus")


@pytest.mark.parametrize(
    ("option", "before", "after"),
    [
        ("force-sort-within-sections = true", *MIXED),
        (
            "force-sort-within-sections = true",
            "import asyncio\nimport logging",
            "import asyncio\nfrom http import HTTPStatus\nimport logging",
        ),
        (
            "force-sort-within-sections = true",
            "# About json.\nimport json",
            "# About json.\nfrom http import HTTPStatus\nimport json",
        ),
        ("force-single-line = true", *OWN_LINES),
        (
            "force-single-line = true",
            "from http import HTTPMethod\nfrom http import client",
            "from http import HTTPMethod\nfrom http import HTTPStatus\nfrom http import client",
        ),
        ("order-by-type = false", *TYPELESS),
        ("order-by-type = false", "from http import client", "from http import client, HTTPStatus"),
        (
            "from-first = true",
            "from abc import ABC\nimport os",
            "from abc import ABC\nfrom http import HTTPStatus\nimport os",
        ),
        ("from-first = true", "import os", "from http import HTTPStatus\nimport os"),
        (
            "length-sort = true",
            "from typing import Any\nfrom collections import deque",
            "from http import HTTPStatus\nfrom typing import Any\nfrom collections import deque",
        ),
        (
            "lines-between-types = 1",
            "import os\n\nfrom abc import ABC",
            "import os\n\nfrom abc import ABC\nfrom http import HTTPStatus",
        ),
        (
            "lines-between-types = 1",
            "import os\n\nfrom re import x",
            "import os\n\nfrom http import HTTPStatus\nfrom re import x",
        ),
        ("lines-between-types = 1", "import os", "import os\n\nfrom http import HTTPStatus"),
        ("no-sections = true", "import os\nimport requests", "import os\nimport requests\nfrom http import HTTPStatus"),
        (
            'no-lines-before = ["third-party"]',
            "import os\nimport requests",
            "import os\nfrom http import HTTPStatus\nimport requests",
        ),
        (
            'no-lines-before = ["third-party"]',
            "from __future__ import annotations\n\nimport requests",
            "from __future__ import annotations\n\nfrom http import HTTPStatus\nimport requests",
        ),
        (
            'section-order = ["future", "third-party", "standard-library", "first-party", "local-folder"]',
            "import requests\n\nfrom . import x",
            "import requests\n\nfrom http import HTTPStatus\n\nfrom . import x",
        ),
        (
            'known-third-party = ["http"]',
            "import os\n\nimport requests",
            "import os\n\nimport requests\nfrom http import HTTPStatus",
        ),
        (
            "combine-as-imports = true",
            "from http import client as c",
            "from http import HTTPStatus, client as c",
        ),
        ('force-to-top = ["http"]', "from abc import ABC", "from http import HTTPStatus\nfrom abc import ABC"),
    ],
)
def test_what_the_project_has_told_ruff_is_followed(option: str, before: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text(f"[lint.isort]\n{option}\n", encoding="utf-8")
    assert placed(tmp_path, before) == after


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", "[tool.isort]\nforce_sort_within_sections = true\n"),
        ("pyproject.toml", "[tool.ruff.lint.isort]\nforce-sort-within-sections = true\n"),
        ("pyproject.toml", "[tool.ruff.isort]\nforce-sort-within-sections = true\n"),
        (".ruff.toml", "[lint.isort]\nforce-sort-within-sections = true\n"),
        ("setup.cfg", "[isort]\nforce_sort_within_sections = True\n"),
        ("setup.cfg", "[tool:isort]\nforce_sort_within_sections = 1\n"),
        ("tox.ini", "[isort]\nforce_sort_within_sections = true\n"),
        (".isort.cfg", "[settings]\nforce_sort_within_sections = true\n"),
        (".isort.cfg", "[settings]\nprofile = google\n"),
    ],
)
def test_every_place_of_a_configuration_is_read(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "__init__.py").touch()
    assert placed(folder, PLAIN) == "import asyncio\nfrom http import HTTPStatus\nimport logging"


@pytest.mark.parametrize(
    "content", ["[tool.isort", "[tool]\nruff = 3\nisort = 4\n", "[tool.isort]\nline_length = 'x'\n", "\xff"]
)
def test_a_configuration_that_cannot_be_read_says_nothing(content: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content.encode("latin-1"))
    (tmp_path / "setup.cfg").write_bytes(b"no section\n")
    assert placed(tmp_path, PLAIN) == f"{PLAIN}\nfrom http import HTTPStatus"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        MIXED,
        ONE_NAME_EACH,
        ("from abc import ABC\nimport os", "from abc import ABC\nfrom http import HTTPStatus\nimport os"),
        TYPELESS,
        ("import os\n\nfrom re import x", "import os\n\nfrom http import HTTPStatus\nfrom re import x"),
        (
            "import os\n\n# About re.\nfrom re import x",
            "import os\nfrom http import HTTPStatus\n\n# About re.\nfrom re import x",
        ),
        ("import os\n# isort: split\nimport abc", "import os\nfrom http import HTTPStatus\n# isort: split\nimport abc"),
    ],
)
def test_without_a_configuration_the_file_shows_how_it_is_sorted(before: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "setup.py").touch()
    assert placed(tmp_path, before) == after


@pytest.mark.parametrize(
    ("config", "before", "after"),
    [
        (
            '[tool.isort]\nknown_first_party = "codes"\n',
            "import requests\n\nimport mine",
            "import requests\n\nimport mine\nfrom codes.http import Codes",
        ),
        (
            OWN_SECTION_OF_ISORT,
            "import os\n\nimport requests",
            "import os\n\nfrom codes.http import Codes\n\nimport requests",
        ),
        (
            '[tool.isort]\ndefault_section = "FIRSTPARTY"\nknown_third_party = "requests"\n',
            "import requests",
            "import requests\n\nfrom codes.http import Codes",
        ),
        (
            '[tool.ruff]\nsrc = ["lib"]\n',
            "import requests\n\nimport inlib",
            "import requests\nfrom codes.http import Codes\n\nimport inlib",
        ),
        (
            OWN_SECTION_OF_RUFF,
            "import os\n\nimport requests",
            "import os\n\nfrom codes.http import Codes\n\nimport requests",
        ),
    ],
)
def test_the_sections_are_the_projects_own(config: str, before: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(config, encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "lib" / "inlib").mkdir(parents=True)
    assert placed(tmp_path, before, "--ocs-constants", "codes.http:Codes") == after
