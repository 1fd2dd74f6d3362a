"""``ocs-fix explain``: the pages of the rules, where one works."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from fixtures_harness import ROOT

from flake8_ocs_status.catalogue.statuses import STATUSES
from flake8_ocs_status.fix.cli import main
from flake8_ocs_status.rules import all_rules


def page(code: str) -> str:
    return (ROOT / "docs" / "rules" / f"{code}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["OCS207"], page("OCS207")),
        (["ocs207"], page("OCS207")),
        (["207"], page("OCS207")),
        (["OCS101", "412"], f"{page('OCS101')}\n{page('OCS412')}"),
        (["--all"], "\n".join(page(rule.code) for rule in all_rules())),
    ],
)
def test_a_pipe_gets_the_pages_as_they_are(words: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *words]) == 0
    assert capsys.readouterr() == (expected, "")


def test_every_status_of_ocs_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for status in STATUSES.values():
        assert main(["explain", str(status.number)]) == 0
        out = capsys.readouterr().out
        assert f"> **{status.number} {status.name}**: {status.meaning}. What to do: {status.advice}.\n" in out


def test_nothing_is_shown_where_one_code_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "OCS101", "OCS1"]) == 2
    assert capsys.readouterr() == ("", "ocs-fix: OCS1 is no rule of flake8-ocs-status\n")


def test_a_terminal_gets_a_page_laid_out(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["explain", "OCS101"]) == 0
    out = capsys.readouterr().out
    assert "\033[" in out
    assert "```" not in out
    # Without rich the page is as good as it gets.
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert main(["explain", "OCS101"]) == 0
    assert capsys.readouterr().out == page("OCS101")
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["explain", "OCS101"]) == 0
    assert capsys.readouterr().out == page("OCS101")


def test_a_folder_may_have_the_name_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("explain").mkdir()
    path = Path("explain", "a.py")
    path.write_text("import requests\nprint(requests.get(url, timeout=5).status_code == 404)\n")
    for words in (["./explain"], ["--check", "explain"]):
        assert main(["--check", *words]) == 1
    assert main(["explain"]) == 2
    assert "write ./explain" in capsys.readouterr().err


CLIENT = ROOT / "fixtures" / "behaviour" / "assets_in_classes" / "store" / "assets.py"


def test_a_request_is_explained(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CLIENT.parent.parent)
    assert main(["explain", "store/assets.py:10"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "store/assets.py:10:20: POST …/Bulk/Assets (documented)"
    assert "  sent at store/base.py:21" in lines
    cells = {tuple(line.split("  ")[1].split()): line for line in lines if line.startswith("  ") and line[2].isdigit()}
    success = next(line for statuses, line in cells.items() if "200" in statuses)
    failure = next(line for statuses, line in cells.items() if "400" in statuses)
    assert "207" in success
    assert "returns" in success
    assert "store/base.py:24" in success
    assert "raises" in failure
    assert failure.rstrip().endswith("store/base.py:25")
    assert lines[-1] == "  reported here: OCS207"


def test_a_call_of_the_vendors_library_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    file = ROOT / "fixtures" / "behaviour" / "vendor_asset_told_apart.py"
    line = next(
        number for number, text in enumerate(file.read_text().splitlines(), 1) if "createOrUpdateAssetType" in text
    )
    assert main(["explain", f"{file}:{line}"]) == 0
    out = capsys.readouterr().out
    assert "PUT …/AssetTypes/{assetTypeId} (documented)" in out
    assert "the vendor's sample library sends it, and raises SdsError for what is no success" in out
    assert ["412", "returns"] in [row.split()[:2] for row in out.splitlines()]


def test_all_requests_of_a_file_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(CLIENT)]) == 0
    assert capsys.readouterr().out.startswith(f"{CLIENT}:10:20: POST ")


def test_a_line_without_a_request_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", f"{CLIENT}:1"]) == 0
    assert capsys.readouterr().out == f"No request is seen in line 1 of {CLIENT}.\n"


@pytest.mark.parametrize(
    ("content", "words", "reason"),
    [
        ("x = (\n", ["bad.py"], "bad.py:1:5: syntax error"),
        ("x = 1\n", ["bad.py", "OCS101"], "explain takes codes or files"),
        (None, ["bad.py:3"], "bad.py: No such file or directory"),
    ],
)
def test_what_cannot_be_explained_is_one_line(
    content: str | None,
    words: list[str],
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("bad.py").write_text(content, encoding="utf-8")
    assert main(["explain", *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"ocs-fix: {reason}")
    assert error.count("\n") == 1
