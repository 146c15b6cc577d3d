"""The curated records held against the contract and, where it is given, against the text."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kursk_claims import checks, text
from kursk_claims.contract import Contract, Statement, Table
from kursk_claims.database import insert_rows
from kursk_claims.findings import Finding, Report, Skipped
from kursk_claims.records import Read, read_table
from kursk_claims.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow

TEXT_RELATIONS = """
CREATE TABLE texts(doc_id VARCHAR, text VARCHAR, exact BOOLEAN);
CREATE TABLE passage_texts(doc_id VARCHAR, passage_id VARCHAR, text VARCHAR);
CREATE TABLE numerals(doc_id VARCHAR, passage_id VARCHAR, char_start INTEGER, char_end INTEGER, surface VARCHAR);
CREATE TABLE surface_values(quantity_id VARCHAR, value DOUBLE);
"""
# What those relations are made from: a rule that reads one of them reads these tables and columns too.
HELD = "documents doc_id held text_sha256 text_length passages passage_id char_start char_end sha256"
MADE_FROM = {"texts": HELD, "passage_texts": HELD, "numerals": HELD, "surface_values": "quantities quantity_id surface"}
# A query without these words looks at one row at a time, so that a cell at fault says nothing of other rows.
ACROSS_ROWS = re.compile(r"\b(join|over|group|union)\b|\bselect\b.*\bselect\b|\bfrom [\w ]+,", re.IGNORECASE | re.DOTALL)


@dataclass
class Validation:
    """A run's report, and the tables and the database that it was made from."""

    report: Report
    tables: dict[str, pyarrow.Table]
    connection: duckdb.DuckDBPyConnection


@dataclass
class _Run:
    contract: Contract
    reads: dict[str, Read]
    report: Report
    connection: duckdb.DuckDBPyConnection
    spoiled: set[tuple[str, int, str]] = field(default_factory=set)  # a cell is reported once, by the first check it fails
    doubled: set[str] = field(default_factory=set)  # tables in which a key stands twice

    def add(self, fault: checks.Fault, found: str | None = None, *, spoils: bool = False) -> None:
        cells = {(fault.table, fault.row, column) for column in fault.columns}
        if cells & self.spoiled:
            return
        if spoils:
            self.spoiled |= cells
        read = self.reads[fault.table]
        self.report.findings.append(
            Finding(
                fault.rule,
                read.file,
                fault.expected,
                str(found or fault.found),
                fault.fix,
                fault.table,
                read.numbers[fault.row],
                read.position(fault.row, fault.columns[0]),
                ",".join(fault.columns),
                read.key(fault.row),
                "warning" if fault.severity == "warning" else "error",
            )
        )


def validate(workspace: Workspace, contract: Contract, copies: Sequence[Path] = ()) -> Validation:
    """Run every check on the workspace's records; `copies` are files with the text of held documents.

    Raises `ContractError` and `text.TextError`; what is wrong with the records is in the report.
    """
    reads = {
        name: read_table(workspace.records / f"{name}.csv", table, _shown(workspace.records / f"{name}.csv"))
        for name, table in contract.tables.items()
    }
    report = Report(tables=len(reads), rows=sum(len(read.rows) for read in reads.values()))
    # Some hundred rows: threads would cost more than they save, and polars has the other core.
    run = _Run(contract, reads, report, duckdb.connect(config={"threads": 1}))
    batches = {name: read.arrow() for name, read in reads.items()}
    rules = contract.rules
    with ThreadPoolExecutor(max_workers=1) as pool:  # polars works on the columns while DuckDB answers
        columns = pool.submit(_column_faults, reads, batches)
        checks.load(run.connection, contract, batches)
        run.connection.execute(TEXT_RELATIONS)
        _surfaces(run)
        answers = _answer(run, [rule for rule in rules if "needs" not in rule.header])
    _unknown_files(workspace, run)
    _columns(run, columns.result())
    _keys(run, answers)
    _references(run, answers)
    texts = _texts(run, copies)
    answers.rules |= {rule.name: _rule_faults(run, rule) for rule in rules if "needs" in rule.header}
    for rule in rules:
        _rule(run, rule, texts, answers.rules[rule.name])
    report.sort()
    return Validation(report, batches, run.connection)


def _shown(path: Path) -> str:
    """The path as seen from here, where it lies below."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _unknown_files(workspace: Workspace, run: _Run) -> None:
    from kursk_claims.contract import nearest

    for path in sorted(workspace.records.glob("*.csv")):
        if path.stem not in run.contract.tables:
            found = f"{path.name}{nearest(path.stem, run.contract.tables)}"
            fix = "Give the file the name of its table, or the table a schema."
            run.report.findings.append(Finding("file-unknown", _shown(path), "the name of a table of the schemas", found, fix))


@dataclass
class _Answers:
    """What DuckDB answered: faults of keys by table, of references by table and column, of rules by name."""

    keys: dict[str, list[tuple[checks.Fault, int]]]
    references: dict[tuple[str, str], list[checks.Fault]]
    rules: dict[str, list[checks.Fault]]


def _answer(run: _Run, rules: Sequence[Statement]) -> _Answers:
    tables = run.contract.tables.values()
    return _Answers(
        {table.name: list(checks.key_faults(run.connection, table)) for table in tables},
        {
            (table.name, column.name): list(checks.reference_faults(run.connection, table, column))
            for table in tables
            for column in table.columns
            if column.references
        },
        {rule.name: _rule_faults(run, rule) for rule in rules},
    )


def _rule_faults(run: _Run, rule: Statement) -> list[checks.Fault]:
    return list(checks.rule_faults(run.connection, rule, run.contract.tables[rule.header["table"]]))


def _column_faults(reads: dict[str, Read], batches: dict[str, pyarrow.Table]) -> dict[str, list[checks.Fault]]:
    return {name: list(checks.column_faults(batches[name], read.table)) for name, read in reads.items() if read.rows}


def _columns(run: _Run, faults: dict[str, list[checks.Fault]]) -> None:
    for name, read in run.reads.items():
        run.report.findings.extend(read.findings)
        if not read.complete and not read.rows:
            run.report.skipped.append(Skipped(f"columns of {name}", f"{name} could not be read whole"))
            continue
        rows = {number: row for row, number in enumerate(read.numbers)}
        run.spoiled |= {(name, rows[each.line], each.column) for each in read.findings if each.column and each.line}
        for fault in faults.get(name, ()):
            run.add(fault, spoils=True)
        run.report.rules += sum(1 + len(column.checks) for column in read.table.columns)


def _keys(run: _Run, answers: _Answers) -> None:
    for name, read in run.reads.items():
        for fault, first in answers.keys[name]:
            run.add(fault, f"{fault.found}, as in line {read.numbers[first]}")
        if answers.keys[name]:
            run.doubled.add(name)
        run.report.rules += 1


def _references(run: _Run, answers: _Answers) -> None:
    keys_at_fault = {name for name, _, column in run.spoiled if column in run.reads[name].table.primary_key}
    for read in run.reads.values():
        for column in read.table.columns:
            if column.references is None:
                continue
            parent = column.references[0]
            rule = f"reference {read.table.name}.{column.name}"
            if not run.reads[parent].complete:
                run.report.skipped.append(Skipped(rule, f"{parent} could not be read whole"))
            elif parent in keys_at_fault | run.doubled:
                run.report.skipped.append(Skipped(rule, f"a key of {parent} is at fault"))
            else:
                for fault in answers.references[read.table.name, column.name]:
                    run.add(fault, spoils=True)
                run.report.rules += 1


def _surfaces(run: _Run) -> None:
    quantities = run.connection.execute("SELECT quantity_id, surface FROM quantities WHERE surface IS NOT NULL").fetchall()
    values = [(quantity_id, text.read_number(surface)) for quantity_id, surface in quantities]
    insert_rows(run.connection, "surface_values", values)


@dataclass
class _Texts:
    """The held documents, and those of which a copy, or an exact one, was given."""

    held: set[str]
    given: set[str] = field(default_factory=set)
    exact: set[str] = field(default_factory=set)

    def lacks(self, rule: Statement) -> list[str]:
        """Why the rule cannot be run on all of the documents."""
        needs = rule.header.get("needs")
        if needs and not self.held:
            return ["no document is held"]
        lacking = [f"no text of {each} was given, see --text" for each in self.held - self.given if needs]
        if needs == "document":
            other = self.given - self.exact
            lacking += [f"the copy of {each} has other bytes than the one that was read" for each in other]
        return lacking


def _texts(run: _Run, copies: Sequence[Path]) -> _Texts:
    """Load the given texts as relations. Raises `text.TextError`."""
    held = text.hold(run.reads["documents"].dicts(), run.reads["passages"].dicts())
    texts = _Texts({each.doc_id for each in held})
    for path in copies:
        words = text.read_text(path)
        try:
            copy = text.match(words, held, str(path))
        except text.TextError:
            if _doubt(run, set(HELD.split())):  # the records, not the text, may be why; the rules are skipped
                continue
            raise
        document = next(each for each in held if each.doc_id == copy.doc_id)
        texts.given.add(copy.doc_id)
        if copy.exact:
            texts.exact.add(copy.doc_id)
        run.report.notes.append(_told(copy, document, path))
        _load_copy(run.connection, copy, document)
    return texts


def _told(copy: text.Copy, document: text.Held, path: Path) -> str:
    if copy.exact:
        return f"{path}: the text of {copy.doc_id}, at the offsets of the records"
    lost = [each.passage_id for each in document.passages if each.passage_id not in copy.found]
    tail = f"; not found: {', '.join(lost)}" if lost else ""
    return (
        f"{path}: another copy of {copy.doc_id}, aligned by passage digests: {len(copy.found)} of {len(document.passages)} "
        f"passages found ({', '.join(copy.found)}){tail}"
    )


def _load_copy(connection: duckdb.DuckDBPyConnection, copy: text.Copy, document: text.Held) -> None:
    connection.execute("INSERT INTO texts VALUES (?, ?, ?)", [copy.doc_id, copy.text, copy.exact])
    words = [
        (copy.doc_id, each.passage_id, copy.found[each.passage_id]) for each in document.passages if each.passage_id in copy.found
    ]
    numerals = [
        (copy.doc_id, each.passage_id, each.char_start + start, each.char_start + end, surface)
        for each in document.passages
        for start, end, surface in text.numerals(copy.found.get(each.passage_id, ""))
    ]
    insert_rows(connection, "passage_texts", words)
    insert_rows(connection, "numerals", numerals)


def _rule(run: _Run, rule: Statement, texts: _Texts, faults: list[checks.Fault]) -> None:
    table: Table = run.contract.tables[rule.header["table"]]
    words = {table.name, *re.findall(r"\w+", rule.sql)}
    words.update(*(MADE_FROM[word].split() for word in words & set(MADE_FROM)))
    across = "needs" in rule.header or ACROSS_ROWS.search(rule.sql) is not None
    reason = _doubt(run, words, cells=across)
    reasons = [reason] if reason else texts.lacks(rule)
    run.report.skipped.extend(Skipped(rule.name, reason) for reason in reasons)
    needs = rule.header.get("needs")
    if reason or (needs and not (texts.exact if needs == "document" else texts.given)):
        return
    run.report.rules += 1
    for fault in faults:
        if not any((table.name, fault.row, word) in run.spoiled for word in words):
            run.add(fault)


def _doubt(run: _Run, words: set[str], *, cells: bool = True) -> str:
    """Why a query with these words would report what follows from a fault that is reported already; empty if it would not."""
    unread = sorted(name for name, read in run.reads.items() if not read.complete and name in words)
    if unread:
        return f"{unread[0]} could not be read whole"
    doubled = sorted(name for name in run.doubled & words if words & set(run.reads[name].table.primary_key))
    if doubled:
        return f"a key of {doubled[0]} stands twice"
    spoiled = sorted(f"{name}.{column}" for name, _, column in run.spoiled if name in words and column in words)
    return f"{spoiled[0]} has a cell at fault" if cells and spoiled else ""
