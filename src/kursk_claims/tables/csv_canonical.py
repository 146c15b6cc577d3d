"""Parse many CSV lines at once, if they are in canonical form."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from kursk_claims.contract.model import Table

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.tables.batch import Batch


def parse_canonical_lines(lines: bytes, table: Table, first_row: int, separator: str = ",") -> tuple[Batch, list[int]] | None:
    """Return the rows of some lines, and the indices of rows with an invalid cell.

    `lines` end with LF. Returns None unless they are canonical, with minimal quoting and one row per line: only then is it
    certain that polars parses them as `csv_reader` does.
    """
    import polars as pl

    from kursk_claims.tables.batch import Batch
    from kursk_claims.tables.cells import parse_column
    from kursk_claims.tables.text_hygiene import find_text_failures

    cells = _parse_cells(lines, table.column_names, separator)
    if cells is None or _has_no_row(cells, table.primary_key[0]):
        return None
    batch = Batch.of(pl.DataFrame([parse_column(cells[column.name], column) for column in table.columns]), first_row)
    invalid_rows = {row for failure in find_text_failures(batch, table) for row in failure.rows}
    for name in table.column_names:
        invalid_rows.update((batch.cells[name].values.is_null() & cells[name].is_not_null()).arg_true())
    return batch, sorted(invalid_rows)


def _has_no_row(cells: pl.DataFrame, key: str) -> bool:
    """Return whether a line is empty cells or the header again, which only the strict parser explains."""
    import polars as pl

    keys = cells[key]
    if (keys == key).any():
        return True
    return keys.null_count() > 0 and cells.filter(keys.is_null()).select(pl.all_horizontal(pl.all().is_null()).any()).item()


def _parse_cells(lines: bytes, names: list[str], separator: str) -> pl.DataFrame | None:
    """Return the cells as strings, or None if writing them again gives other bytes."""
    import polars as pl

    try:
        cells = pl.read_csv(lines, has_header=False, separator=separator, schema=dict.fromkeys(names, pl.String))
        written = io.BytesIO()
        cells.write_csv(written, include_header=False, separator=separator)
    except pl.exceptions.PolarsError:
        return None
    return cells if cells.height == lines.count(b"\n") and written.getvalue() == lines else None
