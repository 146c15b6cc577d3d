"""Report once that the offsets in a document were counted in another unit, instead of every anchor that does not fit."""

from __future__ import annotations

from collections.abc import Sequence

from kursk_claims.checks.run import CheckRun
from kursk_claims.claims.offset_units import CODE_POINTS, Anchor, FittingUnit, find_offset_unit
from kursk_claims.claims.text import HeldDocument
from kursk_claims.report.model import Fault
from kursk_claims.report.values import count_noun

ANCHOR_COLUMNS = {"doc_id", "char_start", "char_end", "sha256"}
FIX = (
    "Convert the offsets and text_length to code points, in a text with LF and without byte order mark: "
    "`kursk-claims curate locate` prints them, Python counts them, JavaScript does in `Array.from(text)`."
)


class OffsetCheck:
    """Compares the anchors of all tables with texts. The anchors are read once."""

    def __init__(self, run: CheckRun) -> None:
        self._run = run
        self._anchors: dict[str, dict[str, list[Anchor]]] = {}  # by document and table
        for table in run.contract.tables.values():
            if set(table.column_names) >= ANCHOR_COLUMNS:
                for row in run.engine.fetch_rows(table):
                    if isinstance(row["char_start"], int) and isinstance(row["char_end"], int):
                        by_table = self._anchors.setdefault(row["doc_id"], {})
                        by_table.setdefault(table.name, []).append(Anchor(row["char_start"], row["char_end"], row["sha256"]))

    def find_document(self, text: str, documents: Sequence[HeldDocument]) -> tuple[str, str] | None:
        """Return the document whose anchors fit the text in another unit than code points, and that unit; report it."""
        for document in documents:
            by_table = self._anchors.get(document.doc_id, {})
            groups = [[*by_table], *([table] for table in by_table)]  # all tables together, else each for itself
            units: dict[str, None] = {}
            for tables in groups:
                if unit := find_offset_unit(text, anchors := [anchor for table in tables for anchor in by_table[table]]):
                    units[unit.name] = None
                    self._report(document.doc_id, unit, len(anchors), tables)
                    if tables == groups[0]:
                        break
            if units:
                return document.doc_id, " and ".join(units)
        return None

    def _report(self, doc_id: str, unit: FittingUnit, total: int, tables: Sequence[str]) -> None:
        """Add a finding at the document about its anchors in some tables."""
        documents = self._run.engine.fetch_rows(self._run.contract.tables["documents"])
        row = next(number for number, each in enumerate(documents) if each["doc_id"] == doc_id)
        which = f"all {total} anchors" if unit.fitting == total else f"{unit.fitting} of {count_noun(total, 'anchor')}"
        found = f"{which} of {doc_id} in {', '.join(tables)} fit when counted in {unit.name}"
        fault = Fault(
            "documents", row, ("text_length",), "offset-unit", f"offsets in {CODE_POINTS}", found, FIX, values=(doc_id,)
        )
        self._run.report.findings.append(self._run.locate(fault))
