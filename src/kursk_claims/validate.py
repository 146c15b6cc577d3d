"""The curated records held against the contract and, where it is given, against the text."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
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

    def add(self, fault: checks.Fault, found: str | None = None) -> None:
        cells = {(fault.table, fault.row, column) for column in fault.columns}
        if cells & self.spoiled:
            return
        read = self.reads[fault.table]
        self.report.findings.append(
            Finding(
                fault.rule,
                read.file,
                fault.expected,
                found or fault.found,
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
    run = _Run(contract, reads, report, duckdb.connect())
    batches = {name: read.arrow() for name, read in reads.items()}
    checks.load(run.connection, contract, batches)
    _unknown_files(workspace, run)
    _columns(run, batches)
    _keys_and_references(run)
    run.connection.execute(TEXT_RELATIONS)
    _surfaces(run)
    exact, given = _texts(run, copies)
    for rule in contract.rules:
        _rule(run, rule, exact, given)
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


def _columns(run: _Run, batches: dict[str, pyarrow.Table]) -> None:
    for name, read in run.reads.items():
        run.report.findings.extend(read.findings)
        run.spoiled |= {(name, read.numbers.index(each.line), each.column) for each in read.findings if each.column and each.line}
        faults = list(checks.column_faults(batches[name], read.table)) if read.rows else []
        for fault in faults:
            run.add(fault)
        run.spoiled |= {(name, fault.row, column) for fault in faults for column in fault.columns}
        run.report.rules += sum(1 + len(column.checks) for column in read.table.columns)


def _keys_and_references(run: _Run) -> None:
    incomplete = {name for name, read in run.reads.items() if not read.complete}
    spoiled_keys = {name for name, _, column in run.spoiled if column in run.reads[name].table.primary_key}
    duplicated = set()
    for name, read in run.reads.items():
        for fault, first in checks.key_faults(run.connection, read.table):
            run.add(fault, f"{fault.found}, as in line {read.numbers[first]}")
            duplicated |= {(name, fault.row, column) for column in fault.columns}
        run.report.rules += 1
    run.spoiled |= duplicated
    for read in run.reads.values():
        for column in read.table.columns:
            if column.references is None:
                continue
            parent = column.references[0]
            rule = f"reference {read.table.name}.{column.name}"
            if parent in incomplete:
                run.report.skipped.append(Skipped(rule, f"{parent} could not be read whole"))
            elif parent in spoiled_keys:
                run.report.skipped.append(Skipped(rule, f"a key of {parent} could not be read"))
            else:
                faults = list(checks.reference_faults(run.connection, read.table, column))
                for fault in faults:
                    run.add(fault)
                run.spoiled |= {(fault.table, fault.row, column.name) for fault in faults}
                run.report.rules += 1


def _surfaces(run: _Run) -> None:
    quantities = run.connection.execute("SELECT quantity_id, surface FROM quantities WHERE surface IS NOT NULL").fetchall()
    values = [(quantity_id, text.read_number(surface)) for quantity_id, surface in quantities]
    insert_rows(run.connection, "surface_values", values)


def _texts(run: _Run, copies: Sequence[Path]) -> tuple[set[str], set[str]]:
    """Load the given texts as relations; the documents of which an exact copy, and of which any copy, is given."""
    held = text.hold(run.reads["documents"].dicts(), run.reads["passages"].dicts())
    exact, given = set(), set()
    for path in copies:
        copy = text.match(text.read_text(path), held, str(path))
        document = next(each for each in held if each.doc_id == copy.doc_id)
        given.add(copy.doc_id)
        if copy.exact:
            exact.add(copy.doc_id)
        run.report.notes.append(_told(copy, document, path))
        _load_copy(run.connection, copy, document)
    missing = {each.doc_id for each in held} - given
    run.report.skipped.extend(
        Skipped(rule.name, f"no text of {doc_id} was given, see --text")
        for rule in run.contract.rules
        for doc_id in missing
        if "needs" in rule.header
    )
    run.report.skipped.extend(
        Skipped(rule.name, f"the copy of {doc_id} has other bytes than the one that was read")
        for rule in run.contract.rules
        for doc_id in given - exact
        if rule.header.get("needs") == "document"
    )
    return exact, given


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


def _rule(run: _Run, rule: Statement, exact: set[str], given: set[str]) -> None:
    table: Table = run.contract.tables[rule.header["table"]]
    unread = {name for name, read in run.reads.items() if not read.complete} & {table.name, *re.findall(r"\w+", rule.sql)}
    faults = list(checks.rule_faults(run.connection, rule, table))
    if unread:
        run.report.skipped.append(Skipped(rule.name, f"{', '.join(sorted(unread))} could not be read whole"))
        return
    needs = rule.header.get("needs")
    if needs and not (exact if needs == "document" else given):
        return  # reported as skipped with the document that is missing
    run.report.rules += 1
    for fault in faults:
        run.add(fault)
