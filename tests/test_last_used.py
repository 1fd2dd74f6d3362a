"""What was asked for last is kept, as far as there is room."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_ocs_status.program import outlines
from flake8_ocs_status.program.last_used import LastUsed

pytestmark = pytest.mark.same_everywhere


def kept(values: LastUsed[str]) -> list[str]:
    return [path for path in ("a", "b", "c", "d") if path in values]


def test_the_one_not_used_for_longest_goes_first() -> None:
    values = LastUsed[str](6, len)
    for path in ("a", "b", "c"):
        assert values.add(path, path * 2) == path * 2
    assert values["a"] == "aa"
    values.add("d", "d")
    assert kept(values) == ["a", "c", "d"]


def test_the_last_is_kept_even_without_room() -> None:
    values = LastUsed[str](6, len)
    values.add("a", "aa")
    values.add("b", "b" * 100)
    assert kept(values) == ["b"]
    values.add("c", "c")
    assert kept(values) == ["c"]


def test_nothing_is_left_of_what_is_cleared() -> None:
    values = LastUsed[str](6, len)
    values.add("a", "a" * 6)
    values.clear()
    values.add("b", "b" * 3)
    values.add("c", "c" * 3)
    assert kept(values) == ["b", "c"]


def test_no_more_source_is_kept_however_many_files_there_are(tmp_path: Path) -> None:
    outlines.forget_outlines()
    length = outlines.KEPT_SOURCE // 8
    paths = [str(tmp_path / f"module_{number}.py") for number in range(20)]
    for path in paths:
        Path(path).write_text("x = 1\n" * (length // 6), encoding="utf-8")
        assert outlines.outline_of(path) is not None
    assert [path for path in paths if outlines.is_outlined(path)] == paths[-8:]
    outlines.forget_outlines()
