"""One more element for a collection, however it is written."""

from __future__ import annotations

import ast

import pytest

from flake8_ocs_status.findings import AddStatus, Span
from flake8_ocs_status.fix.additions import edits_for_addition
from flake8_ocs_status.fix.edits import apply_edits
from flake8_ocs_status.fix.problems import FileError
from flake8_ocs_status.fix.source import source_of
from flake8_ocs_status.fix.verify import Change, check_same_meaning
from flake8_ocs_status.program.module import span_of

WRITTEN = {
    "x = []": "x = [NEW]",
    "x = ()": "x = (NEW,)",
    "x = [ ]": "x = [NEW ]",
    "x = [\n    # none yet\n]": "x = [NEW\n    # none yet\n]",
    "x = [1]": "x = [1, NEW]",
    "x = [1,]": "x = [1, NEW,]",
    "x = (1,)": "x = (1, NEW)",
    "x = ( 1 , )": "x = ( 1 , NEW )",
    "x = 1,": "x = 1, NEW",
    "x = 1, 2": "x = 1, 2, NEW",
    "x = 1, 2,": "x = 1, 2, NEW,",
    "x = {1, 2}": "x = {1, 2, NEW}",
    "x = [(1), (2)]": "x = [(1), (2), NEW]",
    "x = ((1), (2))": "x = ((1), (2), NEW)",
    "x = [*a, b(2)]": "x = [*a, b(2), NEW]",
    "x = {\n    1,\n}": "x = {\n    1,\n    NEW,\n}",
    "x = (\n    1,\n)": "x = (\n    1,\n    NEW,\n)",
    "x = [\n\t1,\n\t2  # two\n\t# no more\n]": "x = [\n\t1,\n\t2,  # two\n\tNEW\n\t# no more\n]",
    "x = [\n    1,\n    2\n]": "x = [\n    1,\n    2,\n    NEW\n]",
    "x = [\n    1,\n    2]": "x = [\n    1,\n    2,\n    NEW]",
    "x = [\n    1,\n    2,]": "x = [\n    1,\n    2,\n    NEW,]",
    "x = [\n    1\n    , 2\n    ,  # two, at last\n]": "x = [\n    1\n    , 2\n    , NEW,  # two, at last\n]",
    "x = [1,  # one\n     2]": "x = [1,  # one\n     2,\n     NEW]",
    "x = [\n    1, 2,\n    3, 4,\n]": "x = [\n    1, 2,\n    3, 4, NEW,\n]",
    "x = 1, \\\n    2": "x = 1, \\\n    2, NEW",
    "é = ['é', 'ü']  # ö": "é = ['é', 'ü', NEW]  # ö",
}


def added(text: str) -> str:
    """A text with a name more in its first collection, checked as a file is."""
    source = source_of(text.encode())
    tree = source.parse()
    statement = tree.body[0]
    assert isinstance(statement, ast.Assign)
    node = statement.value
    assert isinstance(node, (ast.List, ast.Tuple, ast.Set))
    data = apply_edits(source, edits_for_addition(source, node, "NEW"))
    changes: dict[Span, list[Change]] = {span_of(node): [Change(AddStatus(span_of(node), 503), "NEW")]}
    check_same_meaning(tree, source_of(data).parse(), changes, None)
    return data.decode()


@pytest.mark.parametrize("text", list(WRITTEN))
def test_is_written_as_the_others_are(text: str) -> None:
    assert added(text) == WRITTEN[text]


@pytest.mark.parametrize("text", [text for text in WRITTEN if "\n" in text])
def test_keeps_the_line_ends(text: str) -> None:
    assert added(text.replace("\n", "\r\n")) == WRITTEN[text].replace("\n", "\r\n")


def test_what_would_mean_something_else_is_refused() -> None:
    with pytest.raises(FileError):
        added("x = (1), (2)")
