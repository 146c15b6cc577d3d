"""The page of all rules, from `schemas/rules.sql`, each with the case that breaks it in the tests."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path

from website.tables import render_sql

from kursk_claims.contract.model import SqlStatement, rule_columns
from kursk_claims.escaping import code_span
from kursk_claims.report.model import Finding, Report
from kursk_claims.report.text import render_text
from rule_cases import BROKEN, CONTRACT, GROUPS, RULES
from support import FICTION, Copy

INTRODUCTION = """# Rules

A rule holds across the rows of a table, or across tables. `validate` and `check` run them; a finding has the rule's name. The
examples are changes of the records of [an invented article](../tests/workspace/article.txt), line by line, with the first
finding that they lead to. Single cells, rows and files are looked at by [checks](checks.md).

This page is generated from `schemas/rules.sql` and the cases of the tests.
"""
NOTES = {
    ("severity", "warning"): "It is a warning.",
    ("blocks", "release"): "No release has any such finding.",
    ("scope", "row"): "It looks at one row at a time.",
    ("needs", "text"): "It needs the text of the document (`--text`).",
    ("needs", "document"): "It needs the text that was coded, with exactly the offsets of the records (`--text`).",
}


def render_rules() -> str:
    """Render each rule below its table."""
    findings = {name: finding for names in GROUPS for name, finding in _find(names)}
    parts = [INTRODUCTION]
    for table in CONTRACT.tables:
        rules = [rule for rule in CONTRACT.rules if rule.header["table"] == table]
        if rules:
            parts += [f"## {table}", *(part for rule in rules for part in _section(rule, findings[rule.name]))]
    return "\n\n".join(parts) + "\n"


def _section(rule: SqlStatement, finding: Finding) -> Iterator[str]:
    header = rule.header
    columns = ", ".join(map(code_span, rule_columns(rule)))
    notes = [text for (key, value), text in NOTES.items() if header.get(key) == value]
    if "after" in header:
        notes.append(f"Its findings are listed below those of [{header['after']}](#{header['after']}), from which they follow.")
    yield f"### {rule.name}"
    yield header["says"]
    yield " ".join([f"Findings are at {columns}.", *notes])
    yield f"```diff\n{_describe_changes(rule.name)}\n```"
    yield f"```text\n{render_finding(finding)}\n```"
    yield render_sql("The query", rule.sql)


def _find(names: Sequence[str]) -> Iterator[tuple[str, Finding]]:
    """Yield the first finding of each rule, when the cases of all of them are applied at once."""
    with copy_fiction() as copy:
        for name in names:
            for change in BROKEN[name].changes:
                change(copy)
        report = copy.validate(*([copy.text] if "needs" in RULES[names[0]].header else []))
    for name in names:
        yield name, next(finding for finding in report.findings if finding.rule == name)


def _describe_changes(name: str) -> str:
    """Return the lines of the records that the case of a rule removes and adds, below the name of their file."""
    lines = []
    with copy_fiction() as copy:
        before = _read_records(copy)
        for change in BROKEN[name].changes:
            change(copy)
        for table, new in _read_records(copy).items():
            changes = list(difflib.unified_diff(before[table], new, n=0, lineterm=""))[2:]
            if changes:
                lines += [f"# {table}.csv", *(line for line in changes if not line.startswith("@@"))]
    return "\n".join(lines)


def _read_records(copy: Copy) -> dict[str, list[str]]:
    return {table: copy.csv(table).read_text(encoding="utf-8").splitlines() for table in CONTRACT.tables}


@contextmanager
def copy_fiction() -> Iterator[Copy]:
    """Copy the invented article's workspace to a folder, which is the current one meanwhile and removed afterwards."""
    with tempfile.TemporaryDirectory() as folder, chdir(shutil.copytree(FICTION, Path(folder, "workspace"))):
        yield Copy(Path.cwd())


def render_finding(finding: Finding) -> str:
    """Render one finding as `validate` prints it."""
    return render_text(Report(findings=[finding])).rpartition("\n")[0]
