"""``ocs-fix explain FILE:LINE``: what the analysis makes of the requests there, and why it reports them or does not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import groupby

from flake8_ocs_status.check import findings_in
from flake8_ocs_status.facts import Facts
from flake8_ocs_status.fate.judging.explained import Explanation, Row
from flake8_ocs_status.findings import Finding

HEADINGS = ("answer", "what happens", "decided at", "ends at")
GAP = "  "


def page_of_calls(facts: Facts, path: str, line: int | None) -> str:
    """The requests of a file as a text, those that stand in one line only if ``line`` is given; one sentence where
    there are none. ``path`` is how the file is named."""
    found = [one for one in facts.explanations if line in (None, one.line)]
    if not found:
        where = path if line is None else f"line {line} of {path}"
        return f"No request is seen in {where}.\n"
    findings = findings_in(facts)
    return "\n".join(_page(one, path, [each for each in findings if each.line == one.line]) for one in found)


def _page(one: Explanation, path: str, findings: Sequence[Finding]) -> str:
    first, *others = one.operations
    lines = [f"{path}:{one.line}:{one.column + 1}: {first}"]
    lines.extend(f"{GAP}or {other}" for other in others)
    if len(one.path) > 1:
        lines.append(f"{GAP}sent at {' > '.join(map(_shown, one.path[1:]))}")
    lines.extend(f"{GAP}{_shown_in(note)}" for note in one.notes)
    if not one.judged:
        lines.append(f"{GAP}not judged by the rules about handling and retry")
    lines.append("")
    lines.extend(_table(one.rows))
    lines.append("")
    codes = [code for code, _ in groupby(sorted(finding.code for finding in findings))]
    lines.append(f"{GAP}reported here: {', '.join(codes) or 'nothing'}")
    return "\n".join(lines) + "\n"


def _table(rows: Iterable[Row]) -> list[str]:
    cells = [
        HEADINGS,
        *(
            (
                " ".join(map(str, row.statuses)),
                row.fate,
                ", ".join(map(_shown, row.decided_at)),
                ", ".join(map(_shown, row.ended_at)),
            )
            for row in rows
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        GAP + GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    ]


def _shown(place: str) -> str:
    """A place ``file:line`` with the file as seen from here; a line of the file itself as it is."""
    file, separator, line = place.rpartition(":")
    if not separator:
        return place
    relative = os.path.relpath(file)
    return f"{file if relative.startswith(os.pardir) else relative}:{line}"


def _shown_in(note: str) -> str:
    """A note with the places in it as seen from here."""
    return " ".join(_shown(word) if word.rstrip(",").rpartition(":")[2].isdigit() else word for word in note.split(" "))
