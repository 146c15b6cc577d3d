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

from kursk_claims.checks.validate import validate_workspace
from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.model import Column
from kursk_claims.report.model import Finding
from kursk_claims.workspace import find_workspace
from support import ROOT, Copy

CONTRACT = load_contract(find_workspace(ROOT).schemas)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


# Why a change of a cell may pass: nothing in the records says otherwise. By reason, the columns that have it.
REASONS = {
    "a sentence or a name in our own words: form and length are checked, its meaning needs a reader": """
        claims.statement claims.note claims.time_source actors.name actors.name_native actors.note places.name places.name_native
        places.ambiguity events.label events.note documents.title documents.rights documents.note codes.label codes.definition
        crosschecks.summary crosschecks.publisher crosschecks.note passages.reason claim_relations.note retired.reason
        attributions.cue attributions.uttered_source claim_objects.object claim_objects.note exclusions.note
        places.coordinate_source""",
    "a reading of the text by the coding rules: made twice and compared; `diff` shows what changed": """
        claims.kind claims.polarity claims.mode claims.prominence claims.time_basis passages.disposition exclusions.reason
        attributions.specificity attributions.cue_class attributions.commitment attributions.quote_type attributions.channel
        attributions.uttered_basis claim_actors.role claim_objects.role claim_places.relation claim_relations.relation
        claim_relations.stated_by quantities.aggregation quantities.measure quantities.comparator evidence.role events.kind
        actors.kind places.kind documents.kind documents.date_basis crosschecks.finding crosschecks.aspect crosschecks.access""",
    "points at another row that is there and could be meant": """
        claims.event_id actors.parent_id places.parent_id events.parent_id documents.derived_from_id documents.publisher_id
        attributions.actor_id attributions.via_doc_id attributions.cue_evidence_id claim_actors.claim_id claim_actors.actor_id
        claim_objects.claim_id claim_places.claim_id claim_places.place_id claim_relations.from_claim_id
        claim_relations.to_claim_id claim_relations.evidence_id crosschecks.claim_id evidence.claim_id""",
    "a fact from elsewhere, verified by hand": """
        actors.country_code actors.wikidata_id places.country_code places.subdivision_code places.geonames_id places.wikidata_id
        places.latitude places.longitude places.coordinate_precision documents.language documents.url codes.maps_to
        documents.published_earliest documents.published_latest crosschecks.url crosschecks.published_on crosschecks.checked_on
        claims.occurred_earliest claims.occurred_latest attributions.uttered_earliest attributions.uttered_latest
        quantities.as_of_earliest quantities.as_of_latest""",
    "an id that no other row names: a release wants the old one in `retired`": """
        evidence.evidence_id crosschecks.crosscheck_id quantities.quantity_id exclusions.exclusion_id""",
}
TOLD_BY_TEXT = """evidence.char_start evidence.char_end evidence.sha256 passages.char_start passages.char_end passages.sha256
    exclusions.char_start exclusions.char_end exclusions.sha256 exclusions.passage_id documents.text_sha256 documents.text_length
    quantities.surface claims.time_surface attributions.uttered_surface"""


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
        return validate_workspace(find_workspace(root), CONTRACT, texts).report.findings
    finally:
        copy.csv(mutant.table).write_bytes(before)


def attempt(tries: int, seed: int, texts: Sequence[Path] = ()) -> list[tuple[Mutant, set[str]]]:
    """Random mutants of the real records, each with the names of the checks that find it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        for part in ("dataset", "schemas"):
            shutil.copytree(ROOT / part, copy.root / part)
        return [(each, {one.rule for one in findings(copy.root, texts, each)}) for each in mutants(copy, tries, seed)]


def reason(mutant: Mutant, *, text: bool) -> str:
    """Why a mutant may survive, empty if it may not."""
    column = f"{mutant.table}.{mutant.column}"
    if not text and column in TOLD_BY_TEXT.split():
        return "found with the article's text"
    return next((each for each, columns in REASONS.items() if column in columns.split()), "")


def score(outcomes: Sequence[tuple[Mutant, set[str]]], *, text: bool) -> Iterator[str]:
    """What was found, by what was done to the cell, and what survived, by reason and column."""
    tries = Counter(each.way for each, _ in outcomes)
    found = Counter(each.way for each, checks in outcomes if checks)
    yield "| a cell | tries | found | survived |"
    yield "| --- | --- | --- | --- |"
    for way in [*sorted(tries), None]:
        each, hits = (tries[way], found[way]) if way else (tries.total(), found.total())
        yield f"| {way or '**all**'} | {each} | {hits} | {each - hits} ({(each - hits) / each:.0%}) |"
    survivors = [each for each, checks in outcomes if not checks]
    yield ""
    yield "| survivors | because the cell is | columns |"
    yield "| --- | --- | --- |"
    for why, count in Counter(reason(each, text=text) for each in survivors).most_common():
        columns = Counter(f"{each.table}.{each.column}" for each in survivors if reason(each, text=text) == why)
        yield f"| {count} | {why or '**unexplained**'} | {', '.join(f'{name} {n}' for name, n in columns.most_common())} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--tries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text", type=Path, action="append", default=[])
    asked = parser.parse_args()
    with ProcessPoolExecutor(2) as pool:
        halves = pool.map(partial(attempt, asked.tries // 2, texts=asked.text), (asked.seed, asked.seed + 1))
        outcomes = [each for half in halves for each in half]
    text = bool(asked.text)
    for line in score(outcomes, text=text):
        print(line)
    unexplained = [each for each, checks in outcomes if not checks and not reason(each, text=text)]
    for each in unexplained:
        print(each, file=sys.stderr)
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
