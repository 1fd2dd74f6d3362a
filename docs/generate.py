"""Write the pages of the rules from the rules themselves.

Each rule's docstring is its page: it becomes ``docs/rules/OCSnnn.md``. The index ``docs/rules/README.md`` and the table
between the ``rules`` markers of the README list them all, and ``docs/statuses.md`` the statuses. Run it after a change
to a rule:

    python docs/generate.py           # write what is out of date
    python docs/generate.py --check   # write nothing, name what is out of date, exit 1 if anything is
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from flake8_ocs_status.catalogue.statuses import STATUSES
from flake8_ocs_status.rules import Rule, all_rules
from flake8_ocs_status.rules.pages import page_of

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs" / "rules"
STATUS_PAGE = ROOT / "docs" / "statuses.md"
README = ROOT / "README.md"
TABLE = re.compile(r"(<!-- rules:begin -->\n).*?(<!-- rules:end -->)", re.DOTALL)

INDEX = """\
# Rules

The number is the status: OCS207 is about 207, OCS412 about 412. OCS never answers 1xx and HTTP has no 6xx, so OCS1xx is
about numbers that stand for a status, OCS6xx about the quality of a retry, and OCS000 about a status that nobody
looks at. Rules that are not on by default are turned on with `extend-select`.

{table}
"""

STATUSES_TEXT = """\
# The statuses of OCS

OCS answers with these sixteen. Any call can be answered with 503; which of the others an operation answers with is in
its documentation, and this plugin knows it.

{table}
"""


def statuses_table() -> str:
    """The statuses of OCS as a Markdown table, each with the rule that is called after it."""
    codes = {rule.code for rule in all_rules()}
    rows = ["| status | what it says to a client | what a client does | rule |", "|---|---|---|---|"]
    for status in STATUSES.values():
        code = f"OCS{status.number}"
        rule = f"[{code}](rules/{code}.md)" if code in codes else ""
        rows.append(f"| {status.number} {status.name} | {status.meaning} | {status.advice} | {rule} |")
    return "\n".join(rows)


def table_of(rules: tuple[Rule, ...], folder: str) -> str:
    """All rules as a Markdown table, with links into ``folder``."""
    rows = ["| code | reports | default | fix |", "|---|---|---|---|"]
    for rule in rules:
        summary = rule.summary.replace("|", "\\|")
        default = "on" if rule.on else "opt-in"
        rows.append(f"| [{rule.code}]({folder}{rule.code}.md) | {summary} | {default} | {rule.fixes or ''} |")
    return "\n".join(rows)


def pages() -> dict[Path, str]:
    """Every generated file and what it must contain."""
    rules = all_rules()
    found = {RULES / f"{rule.code}.md": page_of(rule) for rule in rules}
    found[STATUS_PAGE] = STATUSES_TEXT.format(table=statuses_table())
    found[RULES / "README.md"] = INDEX.format(table=table_of(rules, ""))
    table = table_of(rules, "docs/rules/")
    text, replaced = TABLE.subn(
        lambda markers: f"{markers[1]}{table}\n{markers[2]}", README.read_text(encoding="utf-8")
    )
    if not replaced:
        raise SystemExit("README.md: no <!-- rules:begin --> and <!-- rules:end --> to put the table between")
    found[README] = text
    return found


def main() -> int:
    """Write or check; 1 when ``--check`` finds a file that is out of date, else 0."""
    parser = argparse.ArgumentParser(description="Write the pages of the rules from the rules themselves.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if a page is out of date")
    check = parser.parse_args().check
    wanted = pages()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    left_over = sorted(set(RULES.glob("*.md")) - wanted.keys())
    for path in stale:
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8", newline="\n")
        print(f"{path.relative_to(ROOT)}: {'out of date' if check else 'written'}")
    for path in left_over:
        if not check:
            path.unlink()
        print(f"{path.relative_to(ROOT)}: {'belongs to no rule' if check else 'removed'}")
    return 1 if check and (stale or left_over) else 0


if __name__ == "__main__":
    sys.exit(main())
