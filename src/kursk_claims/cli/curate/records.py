"""Open the records of a workspace for a change, and print what was written."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.cli.options import choose_texts, print_line, print_status

if TYPE_CHECKING:
    from kursk_claims.contract.loader import Contract
    from kursk_claims.curation.record_tables import RecordTables


def open_records(workspace_path: Path | None, quiet: bool) -> tuple[RecordTables, Contract]:
    """Read the records of a workspace, which is not the packaged one, and its contract."""
    from kursk_claims.contract.loader import load_workspace_contract
    from kursk_claims.curation.record_tables import RecordTables
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path, curating=True)
    print_status(f"workspace: {workspace}", quiet=quiet)
    contract = load_workspace_contract(workspace)
    return RecordTables.read(workspace, contract), contract


def find_texts(texts: list[Path], workspace_path: Path | None, *, quiet: bool) -> list[Path]:
    """Return the texts that the user names, or else those of the workspace's settings file."""
    from kursk_claims.workspace import find_workspace

    return choose_texts(texts, find_workspace(workspace_path, curating=True), quiet=quiet)


def write_records(tables: RecordTables) -> None:
    """Write the changes, all or none, and print the keys of the rows by table."""
    from kursk_claims.report.values import list_some

    changes = tables.changes()
    tables.write()
    for (table, kind), group in groupby(changes, lambda change: (change.table, change.kind)):
        keys = [" ".join(change.key.values()) for change in group]
        print_line(f"{table}: {len(keys)} {kind}: {list_some(keys)}")
    if not changes:
        print_line("nothing changes")
