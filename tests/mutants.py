"""Mutants of the records: one cell changed at random, and what the checks make of it.

`python tests/mutants.py` writes the score as Markdown, see docs/mutation.md. Mutation testing of data as of programs: a check
that notices no change is no check (DeMillo, Lipton and Sayward, 1978).
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from conftest import ROOT, Copy
from kursk_claims.contract import Column, load_contract
from kursk_claims.findings import Finding
from kursk_claims.validate import validate
from kursk_claims.workspace import find_workspace

CONTRACT = load_contract(find_workspace(ROOT))
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Mutant:
    """A cell of a table, by its row counted from 0, what was done to it and what it holds now."""

    table: str
    row: int
    column: str
    way: str
    cell: str


def ways(column: Column, old: str, others: Sequence[str], dice: random.Random) -> Iterator[tuple[str, str]]:
    """What can go wrong with one cell, each way with the cell that comes of it."""
    if old:
        yield "emptied", ""
    if other := [each for each in others if each not in ("", old)]:
        yield "another row's value", dice.choice(other)
    if column.codes:
        yield "another code", dice.choice([each for each in column.codes if each != old])
    elif column.dtype == "Boolean" and old:
        yield "turned round", "false" if old == "true" else "true"
    elif column.dtype in ("Int32", "Float64") and old:
        yield "one more or less", str(type(float(old))(float(old)) + dice.choice([-1, 1])).removesuffix(".0")
    elif column.dtype == "Date" and old:
        yield "one more or less", str(date.fromisoformat(old) + timedelta(dice.choice([-1, 1])))
    elif old:
        at = dice.randrange(len(old))
        yield "a character changed", old[:at] + dice.choice(LETTERS.replace(old[at], "")) + old[at + 1 :]
        yield "a character lost", old[:at] + old[at + 1 :]


def mutants(copy: Copy, tries: int, seed: int) -> Iterator[Mutant]:
    """Cells of the records, each as likely as any other, and for each one way in which it goes wrong."""
    dice = random.Random(seed)
    rows = {name: copy.rows(name) for name in CONTRACT.tables}
    cells = [
        (name, row, column)
        for name, table in CONTRACT.tables.items()
        for row in range(len(rows[name]))
        for column in table.columns
    ]
    for name, row, column in dice.choices(cells, k=tries):
        old = rows[name][row][column.name]
        chosen = [each for each in ways(column, old, [every[column.name] for every in rows[name]], dice) if each[1] != old]
        if not chosen:  # an empty cell of a column that is empty throughout
            chosen = [("filled", str(column.metadata["example"]))]
        yield Mutant(name, row, column.name, *dice.choice(chosen))


def findings(root: Path, texts: Sequence[Path], mutant: Mutant) -> list[Finding]:
    """What `validate` says of the records with the mutant in them."""
    copy = Copy(root)
    before = copy.csv(mutant.table).read_bytes()
    rows = copy.rows(mutant.table)
    rows[mutant.row][mutant.column] = mutant.cell
    copy.write(mutant.table, rows)
    try:
        return validate(find_workspace(root), CONTRACT, texts).report.findings
    finally:
        copy.csv(mutant.table).write_bytes(before)


def attempt(tries: int, seed: int, texts: Sequence[Path] = ()) -> list[tuple[Mutant, set[str]]]:
    """Random mutants of the real records, each with the names of the checks that find it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        for part in ("dataset", "schemas"):
            shutil.copytree(ROOT / part, copy.root / part)
        return [(each, {one.rule for one in findings(copy.root, texts, each)}) for each in mutants(copy, tries, seed)]


def score(outcomes: Sequence[tuple[Mutant, set[str]]]) -> Iterator[str]:
    """The table of what was found, and that of what survived, by column."""
    tries = Counter(each.way for each, _ in outcomes)
    found = Counter(each.way for each, checks in outcomes if checks)
    yield "| a cell | tries | found | survived |"
    yield "| --- | --- | --- | --- |"
    for way in [*sorted(tries), None]:
        each, hits = (tries[way], found[way]) if way else (tries.total(), found.total())
        yield f"| {way or '**all**'} | {each} | {hits} | {each - hits} ({(each - hits) / each:.0%}) |"
    yield ""
    yield "| column | tries | survived |"
    yield "| --- | --- | --- |"
    tries = Counter(f"{each.table}.{each.column}" for each, _ in outcomes)
    survived = Counter(f"{each.table}.{each.column}" for each, checks in outcomes if not checks)
    for column, count in survived.most_common():
        yield f"| {column} | {tries[column]} | {count} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--tries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text", type=Path, action="append", default=[])
    asked = parser.parse_args()
    with ProcessPoolExecutor(2) as pool:
        halves = pool.map(partial(attempt, asked.tries // 2, texts=asked.text), (asked.seed, asked.seed + 1))
        outcomes = [each for half in halves for each in half]
    for line in score(outcomes):
        print(line)
    for each, checks in outcomes:
        if not checks:
            print(each, file=sys.stderr)


if __name__ == "__main__":
    main()
