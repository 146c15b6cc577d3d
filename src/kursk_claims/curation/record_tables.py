"""The records of a workspace as text, and changes of them that are written all together or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.errors import DataError, OperationalError
from kursk_claims.files import read_bytes, replace_file, staging_directory
from kursk_claims.tables.csv_formatter import canonical_csv
from kursk_claims.tables.csv_reader import MAX_RECORDS_SIZE
from kursk_claims.workspace import Workspace

LOCK_NAME = ".records.lock"
LOCK_SECONDS = 10  # that another writer may take
Row = dict[str, str]
Key = tuple[str, ...]


@dataclass(frozen=True)
class RecordChange:
    """A changed row: its key by column, whether it was added, changed or removed, and its cells before and after."""

    table: str
    key: Row
    kind: str
    before: Row | None
    after: Row | None


class RecordTables:
    """The cells of all tables as text; an empty text stands for NULL."""

    def __init__(self, folder: Path, contract: Contract, files: Mapping[str, bytes]) -> None:
        self._folder = folder
        self._contract = contract
        self._files = dict(files)
        self._before = {name: _read_rows(folder / f"{name}.csv", contract.tables[name], raw) for name, raw in files.items()}
        self._rows = {name: {key: dict(row) for key, row in rows.items()} for name, rows in self._before.items()}

    @classmethod
    def read(cls, workspace: Workspace, contract: Contract) -> RecordTables:
        """Read the records of a workspace. Raises `DataError` if a file cannot be read as its table."""
        return cls(workspace.records, contract, {name: _read_file(workspace.records / f"{name}.csv") for name in contract.tables})

    def rows(self, table: str) -> list[Row]:
        """Return copies of a table's rows in the order of their keys, with the changes made so far."""
        order = _key_order(self._contract.tables[table])
        return [dict(self._rows[table][key]) for key in sorted(self._rows[table], key=order)]

    def insert(self, table: str, row: Mapping[str, str]) -> None:
        """Add a row; columns that it lacks are empty. Raises `ValueError` if its key exists."""
        key = self._key(table, row)
        if key in self._rows[table]:
            raise ValueError(f"{table} has a row {' '.join(key)}")
        self._rows[table][key] = {name: row.get(name, "") for name in self._contract.tables[table].column_names}

    def update(self, table: str, key: Mapping[str, str], cells: Mapping[str, str]) -> None:
        """Change cells of a row, which may be those of its key. Raises `KeyError` if there is no such row."""
        row = {**self._rows[table].pop(self._key(table, key)), **cells}
        self.insert(table, row)

    def delete(self, table: str, key: Mapping[str, str]) -> None:
        """Remove a row. Raises `KeyError` if there is no such row."""
        del self._rows[table][self._key(table, key)]

    def next_id(self, table: str, prefix: str) -> str:
        """Return the id after the greatest one of the table that has a number, now, when it was read, or in `retired`."""
        ids = {key[0] for rows in (self._rows, self._before) for name in (table, "retired") for key in rows.get(name, ())}
        numbers = [int(match[1]) for each in ids if (match := re.fullmatch(rf"{prefix}-(\d+)", each))]
        return f"{prefix}-{max(numbers, default=0) + 1:03d}"

    def changes(self) -> list[RecordChange]:
        """Return the changes by table and key."""
        return [change for name in self._rows for change in self._changes_of(name)]

    def write(self) -> list[Path]:
        """Write the changed tables and return their files. All are replaced, or none.

        Raises `DataError` if a file has changed since it was read.
        """
        changed = {name: self._render(name).encode() for name in self._rows if any(self._changes_of(name))}
        if not changed:
            return []
        with _lock(self._folder), staging_directory(self._folder / "records") as staging:
            for name, raw in self._files.items():
                if _read_file(self._folder / f"{name}.csv") != raw:
                    raise DataError(f"{self._folder / name}.csv has changed since it was read; nothing was written. Try again.")
            for name, content in changed.items():
                (staging / f"{name}.csv").write_bytes(content)
                (staging / f"{name}.before").write_bytes(self._files[name])
            _replace_all(self._folder, staging, list(changed))
        self._files |= changed
        self._before = {name: {key: dict(row) for key, row in rows.items()} for name, rows in self._rows.items()}
        return [self._folder / f"{name}.csv" for name in changed]

    def write_to(self, folder: Path) -> None:
        """Write the changed tables to another folder, such as a copy that is to be validated."""
        for name in self._rows:
            if any(self._changes_of(name)):
                (folder / f"{name}.csv").write_bytes(self._render(name).encode())

    def _key(self, table: str, row: Mapping[str, str]) -> Key:
        return tuple(row[name] for name in self._contract.tables[table].primary_key)

    def _changes_of(self, table: str) -> Iterator[RecordChange]:
        before, after, names = self._before[table], self._rows[table], self._contract.tables[table].primary_key
        for key in sorted({*before, *after}, key=_key_order(self._contract.tables[table])):
            old, new = before.get(key), after.get(key)
            if old != new:
                kind = "added" if old is None else "removed" if new is None else "changed"
                yield RecordChange(table, dict(zip(names, key, strict=True)), kind, old, new)

    def _render(self, table: str) -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, self._contract.tables[table].column_names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows(table))
        return canonical_csv(out.getvalue(), self._contract.tables[table])


def _read_file(path: Path) -> bytes:
    try:
        return read_bytes(path, MAX_RECORDS_SIZE)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}. Every table has a file, if only with a header.") from None


def _read_rows(path: Path, table: Table, raw: bytes) -> dict[Key, Row]:
    """Return the rows of a file by key. Raises `DataError`."""
    try:
        text = canonical_csv(raw.decode("utf-8"), table)
    except ValueError as error:
        reason = "expected UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise DataError(f"{path}: {reason}. `kursk-claims validate` says more.") from None
    rows: dict[Key, Row] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        key = tuple(row[name] for name in table.primary_key)
        if key in rows:
            raise DataError(f"{path}: two rows have the key {' '.join(key)}. Remove one of them.")
        rows[key] = row
    return rows


def _key_order(table: Table) -> Callable[[Key], list[tuple[int, str]]]:
    """Return a function that sorts whole numbers by value and all other cells by code point."""
    is_number = [table.column(name).dtype == "Int32" for name in table.primary_key]

    def order(key: Key) -> list[tuple[int, str]]:
        return [(int(cell) if number and cell.isdecimal() else 0, cell) for cell, number in zip(key, is_number, strict=True)]

    return order


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder.parent / LOCK_NAME, timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise OperationalError(f"{folder}: another command is writing here; nothing was written. Try again.") from None


def _replace_all(folder: Path, staging: Path, names: list[str]) -> None:
    """Rename the new files to their places; if one cannot be, restore those before it."""
    done: list[str] = []
    try:
        for name in names:
            done.append(name)
            replace_file(staging / f"{name}.csv", folder / f"{name}.csv")
    except BaseException:
        for name in done:
            os.replace(staging / f"{name}.before", folder / f"{name}.csv")
        raise
