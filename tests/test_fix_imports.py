"""A new import goes where isort would put it, and an old one keeps its layout."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_helpers import fixed, fixed_text
from fix_helpers import simple_rule as simple_rule

pytestmark = pytest.mark.usefixtures("simple_rule")

USE = "\n\ndef f(status):\n    return status == 404\n"
USED = USE.replace("404", "HTTPStatus.NOT_FOUND")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os", "import os\nfrom http import HTTPStatus"),
        ("import requests", "from http import HTTPStatus\n\nimport requests"),
        ("import os\n\nimport requests", "import os\nfrom http import HTTPStatus\n\nimport requests"),
        ("from zlib import x", "from http import HTTPStatus\nfrom zlib import x"),
        ("from abc import x", "from abc import x\nfrom http import HTTPStatus"),
        ("from http.client import x", "from http import HTTPStatus\nfrom http.client import x"),
        ("from abc import (\n    x,\n)  # why", "from abc import (\n    x,\n)  # why\nfrom http import HTTPStatus"),
        ("from . import x", "from http import HTTPStatus\n\nfrom . import x"),
        (
            "from __future__ import annotations\n\nimport os",
            "from __future__ import annotations\n\nimport os\nfrom http import HTTPStatus",
        ),
        ("from __future__ import annotations", "from __future__ import annotations\n\nfrom http import HTTPStatus"),
        (
            "from __future__ import annotations\n\nimport requests",
            "from __future__ import annotations\n\nfrom http import HTTPStatus\n\nimport requests",
        ),
        (
            "from __future__ import annotations\n\nfrom typing import Any",
            "from __future__ import annotations\n\nfrom http import HTTPStatus\nfrom typing import Any",
        ),
        ("import os\nimport requests", "import os\nfrom http import HTTPStatus\nimport requests"),
        (
            "import os\n# About requests.\nimport requests",
            "import os\nfrom http import HTTPStatus\n\n# About requests.\nimport requests",
        ),
        (
            "import sys\n\nsys.path.insert(0, '.')\nimport json",
            "import sys\nfrom http import HTTPStatus\n\nsys.path.insert(0, '.')\nimport json",
        ),
        (
            "import sys\nsys.path.insert(0, '.')\nimport json",
            "import sys\nfrom http import HTTPStatus\nsys.path.insert(0, '.')\nimport json",
        ),
        (
            "try:\n    import json\nexcept ImportError:\n    json = None",
            "from http import HTTPStatus\n\ntry:\n    import json\nexcept ImportError:\n    json = None",
        ),
        ('"""Text."""', '"""Text."""\n\nfrom http import HTTPStatus'),
        ('"""Text."""\n\nimport os', '"""Text."""\n\nimport os\nfrom http import HTTPStatus'),
        ('"""Text."""\n\nx = 1', '"""Text."""\n\nfrom http import HTTPStatus\n\nx = 1'),
        ('"""Text."""\nx = 1', '"""Text."""\n\nfrom http import HTTPStatus\n\nx = 1'),
        (
            "#!/usr/bin/env python\n# Licence.\n\nx = 1",
            "#!/usr/bin/env python\n# Licence.\n\nfrom http import HTTPStatus\n\nx = 1",
        ),
        ("# Licence.\nx = 1", "# Licence.\nfrom http import HTTPStatus\n\nx = 1"),
        ("# Licence.\n\n# About x.\nx = 1", "# Licence.\n\nfrom http import HTTPStatus\n\n# About x.\nx = 1"),
        ("# Licence.\nimport requests", "# Licence.\nfrom http import HTTPStatus\n\nimport requests"),
        ("import os; import re", "import os; import re\nfrom http import HTTPStatus"),
        ("from http import client as c", "from http import HTTPStatus\nfrom http import client as c"),
        ("from http import *", "from http import *\nfrom http import HTTPStatus"),
        ("if x:\n    from http import client", "from http import HTTPStatus\n\nif x:\n    from http import client"),
    ],
)
def test_a_new_import_stands_where_isort_would_put_it(before: str, after: str) -> None:
    assert fixed_text(before + "\n" + USE) == after + "\n" + USED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from http import client", "from http import HTTPStatus, client"),
        ("from http import HTTPMethod", "from http import HTTPMethod, HTTPStatus"),
        ("from http import HTTPMethod, client", "from http import HTTPMethod, HTTPStatus, client"),
        ("from http import client, HTTPMethod", "from http import client, HTTPMethod, HTTPStatus"),
        ("from http import client  # why", "from http import HTTPStatus, client  # why"),
        ("from http import (client, cookies)", "from http import (HTTPStatus, client, cookies)"),
        ("from http import (HTTPMethod,)", "from http import (HTTPMethod, HTTPStatus,)"),
        ("from http import client, \\\n    cookies", "from http import HTTPStatus, client, \\\n    cookies"),
        ("from http import HTTPMethod, \\\n    HTTPA", "from http import HTTPMethod, \\\n    HTTPA, HTTPStatus"),
        (
            "from http import (\n    client,  # one\n    cookies,\n)",
            "from http import (\n    HTTPStatus,\n    client,  # one\n    cookies,\n)",
        ),
        (
            "from http import (\n    # About the client.\n    client,\n)",
            "from http import (\n    HTTPStatus,\n    # About the client.\n    client,\n)",
        ),
        (
            "from http import (\n    HTTPMethod,  # one\n    # end\n)",
            "from http import (\n    HTTPMethod,  # one\n    HTTPStatus,\n    # end\n)",
        ),
        (
            "from http import (\n    HTTPMethod  # one\n)",
            "from http import (\n    HTTPMethod,  # one\n    HTTPStatus\n)",
        ),
        ("from http import (\n    HTTPMethod)", "from http import (\n    HTTPMethod,\n    HTTPStatus)"),
        (
            "from http import (HTTPMethod,\n                  client)",
            "from http import (HTTPMethod,\n                  HTTPStatus,\n                  client)",
        ),
        ("import os; from http import client", "import os; from http import HTTPStatus, client"),
        (
            "import sys\nsys.path.insert(0, '.')\nfrom http import client",
            "import sys\nsys.path.insert(0, '.')\nfrom http import HTTPStatus, client",
        ),
        ("from  http  import(client)", "from  http  import(HTTPStatus, client)"),
    ],
)
def test_an_import_is_extended_in_its_layout(before: str, after: str) -> None:
    assert fixed_text(before + "\n" + USE) == after + "\n" + USED


def test_the_first_import_leaves_two_lines_above_a_definition() -> None:
    assert fixed_text("def f(status):\n    return status == 404\n").startswith("from http import HTTPStatus\n\n\ndef f")
    assert fixed_text("@d\ndef f(status):\n    return status == 404\n").startswith(
        "from http import HTTPStatus\n\n\n@d"
    )
    text = '"""Text."""\n# About f.\ndef f(status):\n    return status == 404\n'
    assert fixed_text(text).startswith('"""Text."""\n\nfrom http import HTTPStatus\n\n\n# About f.\ndef f')


def test_a_file_without_a_final_newline_keeps_none() -> None:
    assert fixed_text("import os; status == 404") == (
        "from http import HTTPStatus\nimport os; status == HTTPStatus.NOT_FOUND"
    )
    assert fixed_text("import os\nstatus == 404").endswith("status == HTTPStatus.NOT_FOUND")
    bottom = "def f(status):\n    return status == 404\n\nfrom http import client"
    assert fixed_text(bottom).endswith("from http import HTTPStatus, client")


def test_names_that_the_project_owns_are_first_party(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "src" / "mine").mkdir(parents=True)
    (tmp_path / "src" / "mine" / "__init__.py").touch()
    source = "import os\n\nimport requests\n\nfrom mine import x\n\nr.status_code == 404\n"
    result = fixed(source, "--ocs-constants", "mine.codes:Codes", path=str(tmp_path / "src" / "mine" / "client.py"))
    assert result.new.decode() == source.replace(
        "from mine import x\n", "from mine import x\nfrom mine.codes import Codes\n"
    ).replace("404", "Codes.NOT_FOUND")
    result = fixed(source, "--ocs-constants", "other.codes:Codes", path=str(tmp_path / "client.py"))
    assert "import requests\nfrom other.codes import Codes\n\nfrom mine" in result.new.decode()
