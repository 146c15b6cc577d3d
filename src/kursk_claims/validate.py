"""The curated records held against the contract and, where it is given, against the text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kursk_claims import checks, text
from kursk_claims.contract import Contract, Statement
from kursk_claims.csvfile import batch_of, finding
from kursk_claims.database import guard, insert_rows
from kursk_claims.findings import Finding, Report, Skipped
from kursk_claims.records import Read, read_table
from kursk_claims.run import HELD, Run
from kursk_claims.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow

TEXT_RELATIONS = """
CREATE TABLE texts(doc_id VARCHAR, text VARCHAR, exact BOOLEAN);
CREATE TABLE passage_texts(doc_id VARCHAR, passage_id VARCHAR, text VARCHAR);
CREATE TABLE numerals(doc_id VARCHAR, passage_id VARCHAR, char_start INTEGER, char_end INTEGER, surface VARCHAR);
"""


@dataclass
class Validation:
    """A run's report, and the tables and the database that it was made from."""

    report: Report
    tables: dict[str, pyarrow.Table]
    connection: duckdb.DuckDBPyConnection


def validate(workspace: Workspace, contract: Contract, copies: Sequence[Path] = ()) -> Validation:
    """Run every check on the workspace's records; `copies` are files with the text of held documents.

    Raises `ContractError` and `text.TextError`; what is wrong with the records is in the report.
    """
    reads = {
        name: read_table(workspace.records / f"{name}.csv", table, _shown(workspace.records / f"{name}.csv"))
        for name, table in contract.tables.items()
    }
    run = Run(
        contract,
        # Some hundred rows: threads would cost more than they save.
        duckdb.connect(config={"threads": 1}),
        Report(tables=len(reads), rows=sum(len(read.rows) for read in reads.values())),
        lambda fault: _locate(reads, fault),
    )
    batches = {name: read.arrow() for name, read in reads.items()}
    checks.load(run.connection, batches)
    checks.load_contract(run.connection, contract)
    run.connection.execute(TEXT_RELATIONS)
    guard(run.connection)
    checks.load_surfaces(run.connection)
    _unknown_files(workspace, run)
    for read in reads.values():
        _columns(run, read)
    texts = _texts(run, reads, copies)
    run.across(contract.tables.values(), texts.blocked)
    run.report.sort()
    return Validation(run.report, batches, run.connection)


def _locate(reads: dict[str, Read], fault: checks.Fault) -> Finding:
    read = reads[fault.table]
    if fault.first is not None:
        fault = replace(fault, found=f"{fault.found}, as in line {read.numbers[fault.first]}")
    line, position = read.numbers[fault.row], read.position(fault.row, fault.columns[0])
    return finding(fault, read.file, line, position, read.key(fault.row))


def _shown(path: Path) -> str:
    """The path as seen from here, where it lies below."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _unknown_files(workspace: Workspace, run: Run) -> None:
    from kursk_claims.contract import nearest

    for path in sorted(workspace.records.glob("*.csv")):
        if path.stem not in run.contract.tables:
            found = f"{path.name}{nearest(path.stem, run.contract.tables)}"
            fix = "Give the file the name of its table, or the table a schema."
            run.report.findings.append(Finding("file-unknown", _shown(path), "the name of a table of the schemas", found, fix))


def _columns(run: Run, read: Read) -> None:
    from kursk_claims.columns import column_failures

    run.report.findings.extend(read.findings)
    name = read.table.name
    if not read.complete:
        run.unread[name] = f"{name} could not be read whole"
    if not read.complete and not read.rows:
        run.report.skipped.append(Skipped(f"columns of {name}", run.unread[name]))
        return
    batch = batch_of(read)
    run.columns(read.table, batch, column_failures(batch, read.table))
    run.report.rules += sum(1 + len(column.checks) for column in read.table.columns)


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

    def blocked(self, rule: Statement) -> tuple[list[str], bool]:
        """Why the rule cannot be run on all of the documents, and whether it can be run on some."""
        needs = rule.header.get("needs")
        return self.lacks(rule), not needs or bool(self.exact if needs == "document" else self.given)


def _texts(run: Run, reads: dict[str, Read], copies: Sequence[Path]) -> _Texts:
    """Load the given texts as relations. Raises `text.TextError`."""
    held = text.hold(reads["documents"].dicts(), reads["passages"].dicts())
    texts = _Texts({each.doc_id for each in held})
    for path in copies:
        words = text.read_text(path)
        try:
            copy = text.match(words, held, str(path))
        except text.TextError:
            if run.doubt(set(HELD.split())):  # the records, not the text, may be why; the rules are skipped
                continue
            raise
        if copy.doc_id in texts.given:
            raise text.TextError(f"{path}: a second copy of {copy.doc_id}. Give each document's text once.")
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
