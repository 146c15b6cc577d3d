"""The rows of one claim of a draft, before its evidence has ids."""

from __future__ import annotations

from dataclasses import dataclass, field

from kursk_claims.curation.anchors import Span
from kursk_claims.curation.draft_fields import Row
from kursk_claims.curation.draft_file import Faults


@dataclass
class ClaimRows:
    """The rows of one claim. Columns of evidence ids hold the index of a span, such as `@2`, until ids are written."""

    mark: str
    faults: Faults
    claim_id: str = ""
    evidence_ids: list[str] = field(default_factory=list)
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    filled: list[str] = field(default_factory=list)
    targets: list[tuple[str, str]] = field(default_factory=list)  # marks and ids of the claims that it is related to

    def point(self, role: str, span: Span) -> str:
        """Return the reference to a span, which is added unless the claim has it."""
        entry = (role, *span)
        if entry not in self.spans:
            self.spans.append(entry)
        return f"@{self.spans.index(entry)}"

    def add(self, table: str, row: Row) -> None:
        """Add a row of a table."""
        self.rows.setdefault(table, []).append(row)
