"""Render spans as rows of the table of evidence, to append to its file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kursk_claims.claims.locate import LocatedSpan
from kursk_claims.contract.loader import Contract


def render_evidence(records: Path, contract: Contract, spans: Sequence[LocatedSpan], cells: Mapping[str, str]) -> str:
    """Return CSV with a header and one row per span, with the ids that follow those in the folder of records.

    `cells` hold for every row; the columns that neither they nor the spans have are empty.
    """
    table = contract.tables["evidence"]
    number = _last_number(records / "evidence.csv")
    out = io.StringIO()
    writer = csv.DictWriter(out, table.column_names, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for index, span in enumerate(spans, start=number + 1):
        writer.writerow({"evidence_id": f"evd-{index:03d}", **cells, **span._asdict()})
    return out.getvalue()


def _last_number(path: Path) -> int:
    """Return the greatest number of an id at the beginning of a line; the file need not be valid."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return max(map(int, re.findall(r"^\"?evd-(\d+)\b", text, re.MULTILINE)), default=0)
