"""Claims for benchmarks: any number of them, the same for the same seed, clean or with faults planted by check.

    python generate.py ROWS FILE.parquet|FILE.csv [--dirty] [--seed N]

Beside a dirty file lies `FILE.faults.json`: by check the rows, counted from 1, at which it was planted.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from kursk_claims.contract.arrow import build_arrow_schema
from kursk_claims.contract.loader import load_contract
from kursk_claims.workspace import find_workspace

ROOT = Path(__file__).parents[2]
ROWS = 200_000  # of a row group
SHARE = 10_000  # one fault of each check among so many rows, and at least one

CONTRACT = load_contract(find_workspace(ROOT).schemas)
TABLE = CONTRACT.tables["claims"]
DAY = date(2024, 8, 10)
STATED = {"time_basis": "stated", "time_source": None}

# One fault each: the check that finds it, its column, and the cells that are changed.
FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    ("required", "doc_id", {"doc_id": None}),
    ("pattern", "claim_id", {"claim_id": "clm-x{row}"}),
    ("pattern", "time_surface", {"time_surface": "in the course of that day", **STATED}),
    ("length", "statement", {"statement": "Too brief"}),
    *(("allowed-values", name, {name: "unheard-of"}) for name in ("kind", "polarity", "mode", "prominence")),
    ("allowed-values", "time_basis", {**STATED, "occurred_earliest": DAY, "occurred_latest": DAY, "time_basis": "unheard-of"}),
    ("control-character", "note", {"note": "bell\x07"}),
    ("space", "note", {"note": " before"}),
    ("normal-form", "note", {"note": "cafe\u0301"}),
    ("key", "claim_id", {}),
    (
        "occurred-order",
        "occurred_earliest,occurred_latest",
        {"occurred_earliest": DAY, "time_basis": "stated", "time_source": None},
    ),
    ("occurred-basis", "time_basis,occurred_earliest,time_source", {"time_basis": "stated", "time_source": "who"}),
]


def identifier(row: int) -> str:
    return f"clm-{row + 1:012d}"


def clean(first: int, count: int, seed: int) -> pl.DataFrame:
    """Rows like those of the real claims, each with a key and a statement of its own."""
    real = pl.read_parquet(sorted((ROOT / "build").glob("*/claims.parquet"))[-1])
    picked = random.Random(seed * 1_000_003 + first).choices(range(real.height), k=count)
    number = pl.int_range(first + 1, first + count + 1, dtype=pl.Int64, eager=True).cast(pl.String)
    return real[picked].with_columns(
        claim_id="clm-" + number.str.zfill(12),
        statement=pl.col("statement").str.slice(0, 280) + " " + number,
    )


def planted(rows: int, seed: int) -> dict[int, int]:
    """By row the number of its fault: each fault at as many rows, no row with two."""
    each = max(1, rows // SHARE)
    chosen = random.Random(seed).sample(range(1, rows), each * len(FAULTS))
    return {row: number % len(FAULTS) for number, row in enumerate(chosen)}


def untouched(row: int, faults: dict[int, int]) -> int:
    """An earlier row without a fault of its own."""
    picks = random.Random(row)
    while (earlier := picks.randrange(row)) in faults:
        pass
    return earlier


def spoil(frame: pl.DataFrame, first: int, faults: dict[int, int]) -> pl.DataFrame:
    rows = [row for row in range(first, first + frame.height) if row in faults]
    changes: dict[str, dict[int, Any]] = {}
    for row in rows:
        check, _, cells = FAULTS[faults[row]]
        if check == "key":
            cells = {"claim_id": identifier(untouched(row, faults))}
        if check == "occurred-order":
            cells = {**cells, "occurred_latest": date(2024, 8, 1)}
        if check == "occurred-basis":
            cells = {**cells, "occurred_earliest": DAY, "occurred_latest": DAY}
        for name, value in cells.items():
            text = value.format(row=row) if isinstance(value, str) else value
            changes.setdefault(name, {})[row - first] = text
    for name, cells in changes.items():
        new = pl.Series(cells.values(), dtype=frame[name].dtype)
        frame = frame.with_columns(frame[name].scatter(list(cells), new))
    return frame


def generate(rows: int, path: Path, *, dirty: bool = False, seed: int = 1, step: int = ROWS) -> None:
    """Write the claims; a key that is planted twice repeats one of an earlier row, which no fault has touched."""
    faults = planted(rows, seed) if dirty else {}
    write: Callable[[pl.DataFrame], object]
    if path.suffix == ".csv":
        file = path.open("w", encoding="utf-8", newline="")
        file.write(",".join(TABLE.column_names) + "\n")
        write, close = lambda frame: file.write(frame.write_csv(include_header=False)), file.close
    else:
        schema = build_arrow_schema(TABLE)
        import pyarrow as pa

        schema = pa.schema([each.with_nullable(True) for each in schema])
        writer = pq.ParquetWriter(path, schema, compression="zstd")
        write, close = lambda frame: writer.write_table(frame.to_arrow().cast(schema), row_group_size=ROWS), writer.close
    for first in range(0, rows, step):
        frame = clean(first, min(step, rows - first), seed)
        write(spoil(frame, first, faults) if dirty else frame)
    close()
    if dirty:
        ledger: dict[str, list[int]] = {}
        for row, number in sorted(faults.items()):
            ledger.setdefault(f"{FAULTS[number][0]} {FAULTS[number][1]}", []).append(row + 1)
        path.with_suffix(path.suffix + ".faults.json").write_text(json.dumps(ledger), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=lambda text: int(float(text)))
    parser.add_argument("path", type=Path)
    parser.add_argument("--dirty", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    generate(given.rows, given.path, dirty=given.dirty, seed=given.seed)
