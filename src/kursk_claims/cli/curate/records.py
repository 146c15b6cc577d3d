"""Open the records of a workspace for a change, and print what was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.cli.options import choose_texts, print_line, print_status

if TYPE_CHECKING:
    from kursk_claims.claims.text_files import TextFile
    from kursk_claims.contract.loader import Contract
    from kursk_claims.curation.record_tables import RecordTables
    from kursk_claims.workspace import Workspace


@dataclass(frozen=True)
class Records:
    """The records of a workspace, and the contract that holds for them."""

    workspace: Workspace
    contract: Contract
    tables: RecordTables
    quiet: bool

    def read_texts(self, paths: list[Path]) -> Sequence[TextFile]:
        """Read the texts that the user names, or else those of the workspace's settings file."""
        from kursk_claims.claims.text_files import read_text_files

        files, notes = read_text_files(choose_texts(paths, self.workspace, quiet=self.quiet))
        print_status(*notes, quiet=self.quiet)
        return files

    def read_document_text(self, doc_id: str, paths: list[Path]) -> str:
        """Return the text of a document, which must be the one that was coded."""
        from kursk_claims.curation.texts import choose_document_text

        return choose_document_text(self.tables, doc_id, self.read_texts(paths))

    def write(self, *, dry_run: bool = False) -> None:
        """Write the changes, all or none, unless it is a dry run, and print the keys of the rows by table."""
        from kursk_claims.report.values import list_some

        changes = self.tables.changes()
        if not dry_run:
            self.tables.write()
        by_kind = sorted(changes, key=lambda change: (change.table, change.kind))
        for (table, kind), group in groupby(by_kind, lambda change: (change.table, change.kind)):
            keys = [" ".join(change.key.values()) for change in group]
            print_line(f"{table}: {len(keys)} {kind}: {list_some(keys)}")
        if not changes:
            print_line("nothing changes")


def open_records(workspace_path: Path | None, quiet: bool) -> Records:
    """Read the records of a workspace, which is not the packaged one."""
    from kursk_claims.contract.loader import load_workspace_contract
    from kursk_claims.curation.record_tables import RecordTables
    from kursk_claims.workspace import find_workspace

    workspace = find_workspace(workspace_path, curating=True)
    print_status(f"workspace: {workspace}", quiet=quiet)
    contract = load_workspace_contract(workspace)
    return Records(workspace, contract, RecordTables.read(workspace, contract), quiet)
