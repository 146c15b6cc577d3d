"""Change single cells of the records at random, and count how many changes the checks find.

`python tests/mutants.py` prints the score as Markdown, see docs/mutation.md. This is mutation testing of data: a check that
notices no change checks nothing (DeMillo, Lipton and Sayward, 1978).
"""

from __future__ import annotations

import argparse
import random
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
from support import ROOT, Copy, copy_real_records

CONTRACT = load_contract(find_workspace(ROOT).schemas)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


# Why no check may find a change: nothing in the records contradicts it. By reason, the columns for which it holds.
REASONS = {
    "a sentence or a name in our own words: form and length are checked, the meaning needs a reader": """
        claims.statement claims.note claims.time_source actors.name actors.name_native actors.note places.name places.name_native
        places.ambiguity events.label events.note documents.title documents.rights documents.note codes.label codes.definition
        crosschecks.summary crosschecks.publisher crosschecks.note passages.reason claim_relations.note retired.reason
        attributions.cue attributions.uttered_source claim_objects.object claim_objects.note exclusions.note
        places.coordinate_source attributions.note readings.note readings.first_value readings.value""",
    "a reading of the text under the coding rules: coded twice and compared; `diff` shows changes": """
        claims.kind claims.polarity claims.mode claims.prominence claims.time_basis passages.disposition exclusions.reason
        attributions.specificity attributions.cue_class attributions.commitment attributions.quote_type attributions.channel
        attributions.uttered_basis claim_actors.role claim_objects.role claim_places.relation claim_relations.relation
        claim_relations.stated_by quantities.aggregation quantities.measure quantities.comparator evidence.role events.kind
        claim_objects.effect quantities.change quantities.unit readings.outcome readings.rule actors.kind places.kind
        documents.kind documents.date_basis crosschecks.finding crosschecks.aspect crosschecks.access""",
    "a reference to another existing row that is also plausible": """
        claims.event_id actors.parent_id places.parent_id events.parent_id documents.derived_from_id documents.publisher_id
        attributions.actor_id attributions.via_doc_id attributions.cue_evidence_id
        attributions.source_evidence_id readings.claim_id readings.field readings.coder claim_actors.claim_id
        claim_actors.actor_id claim_objects.claim_id claim_places.claim_id claim_places.place_id claim_relations.from_claim_id
        claim_relations.to_claim_id claim_relations.evidence_id crosschecks.claim_id evidence.claim_id""",
    "a fact from elsewhere, verified by hand": """
        actors.country_code actors.wikidata_id places.country_code places.subdivision_code places.geonames_id places.wikidata_id
        places.latitude places.longitude places.coordinate_precision documents.language documents.url
        documents.archived_url documents.retrieved_on codes.maps_to codes.maps_match codes.maps_version
        documents.published_earliest documents.published_latest crosschecks.url crosschecks.published_on crosschecks.checked_on
        claims.occurred_earliest claims.occurred_latest attributions.uttered_earliest attributions.uttered_latest
        quantities.as_of_earliest quantities.as_of_latest""",
    "an id that no other row refers to; a release requires the old id in `retired`": """
        evidence.evidence_id crosschecks.crosscheck_id quantities.quantity_id exclusions.exclusion_id""",
    "a code of an open list that no row uses": "codes.code",
}
FOUND_WITH_TEXT = """evidence.char_start evidence.char_end evidence.sha256 passages.char_start passages.char_end passages.sha256
    exclusions.char_start exclusions.char_end exclusions.sha256 exclusions.passage_id documents.text_sha256 documents.text_length
    quantities.surface claims.time_surface attributions.uttered_surface"""


@dataclass(frozen=True)
class Mutant:
    """A changed cell: its table, its row counted from 0, its column, how it was changed, and its new content."""

    table: str
    row: int
    column: str
    change: str
    cell: str


def possible_changes(column: Column, old: str, column_cells: Sequence[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield every way to change one cell, with the new content."""
    if old:
        yield "emptied", ""
    if others := [cell for cell in column_cells if cell not in ("", old)]:
        yield "another row's value", rng.choice(others)
    if column.codes:
        yield "another code", rng.choice([code for code in column.codes if code != old])
    elif column.dtype == "Boolean" and old:
        yield "boolean flipped", "false" if old == "true" else "true"
    elif column.dtype in ("Int32", "Float64") and old:
        yield "off by one", str(type(float(old))(float(old)) + rng.choice([-1, 1])).removesuffix(".0")
    elif column.dtype == "Date" and old:
        yield "off by one", str(date.fromisoformat(old) + timedelta(rng.choice([-1, 1])))
    elif old:
        position = rng.randrange(len(old))
        letter = rng.choice(LETTERS.replace(old[position], ""))
        yield "a character changed", old[:position] + letter + old[position + 1 :]
        yield "a character lost", old[:position] + old[position + 1 :]


def draw_mutants(copy: Copy, count: int, seed: int) -> Iterator[Mutant]:
    """Yield random cells of the records, each with the same probability, and one random change of each."""
    rng = random.Random(seed)
    rows = {name: copy.rows(name) for name in CONTRACT.tables}
    cells = [
        (name, row, column)
        for name, table in CONTRACT.tables.items()
        for row in range(len(rows[name]))
        for column in table.columns
    ]
    for name, row, column in rng.choices(cells, k=count):
        old = rows[name][row][column.name]
        column_cells = [record[column.name] for record in rows[name]]
        changes = [change for change in possible_changes(column, old, column_cells, rng) if change[1] != old]
        if not changes:  # an empty cell of a column that is empty throughout
            changes = [("filled", str(column.metadata["example"]))]
        yield Mutant(name, row, column.name, *rng.choice(changes))


def find_faults(root: Path, texts: Sequence[Path], mutant: Mutant) -> list[Finding]:
    """Return the findings of `validate` on the records with the mutant, then restore them."""
    copy = Copy(root)
    original = copy.csv(mutant.table).read_bytes()
    rows = copy.rows(mutant.table)
    rows[mutant.row][mutant.column] = mutant.cell
    copy.write(mutant.table, rows)
    try:
        return validate_workspace(find_workspace(root), CONTRACT, texts).report.findings
    finally:
        copy.csv(mutant.table).write_bytes(original)


def attempt(count: int, seed: int, texts: Sequence[Path] = ()) -> list[tuple[Mutant, set[str]]]:
    """Return random mutants of the real records, each with the names of the checks that find it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_real_records(Path(folder))
        return [
            (mutant, {finding.rule for finding in find_faults(copy.root, texts, mutant)})
            for mutant in draw_mutants(copy, count, seed)
        ]


def reason(mutant: Mutant, *, text: bool) -> str:
    """Return why no check may find the mutant, or nothing if there is no such reason."""
    column = f"{mutant.table}.{mutant.column}"
    if not text and column in FOUND_WITH_TEXT.split():
        return "found when the text is available"
    return next((reason for reason, columns in REASONS.items() if column in columns.split()), "")


def score(outcomes: Sequence[tuple[Mutant, set[str]]], *, text: bool) -> Iterator[str]:
    """Yield the lines of two tables: what was found, by change, and what survived, by reason and column."""
    cases = Counter(mutant.change for mutant, _ in outcomes)
    found = Counter(mutant.change for mutant, checks in outcomes if checks)
    yield "| change | cases | found | survived |"
    yield "| --- | --- | --- | --- |"
    for change in [*sorted(cases), None]:
        total, hits = (cases[change], found[change]) if change else (cases.total(), found.total())
        yield f"| {change or '**all**'} | {total} | {hits} | {total - hits} ({(total - hits) / total:.0%}) |"
    survivors = [mutant for mutant, checks in outcomes if not checks]
    yield ""
    yield "| survivors | reason | columns |"
    yield "| --- | --- | --- |"
    for why, count in Counter(reason(mutant, text=text) for mutant in survivors).most_common():
        columns = Counter(f"{mutant.table}.{mutant.column}" for mutant in survivors if reason(mutant, text=text) == why)
        yield f"| {count} | {why or '**unexplained**'} | {', '.join(f'{name} {n}' for name, n in columns.most_common())} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=2000, help="number of mutants")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
    parser.add_argument("--text", type=Path, action="append", default=[], help="file with the text of a document")
    options = parser.parse_args()
    with ProcessPoolExecutor(2) as pool:
        seeds = (options.seed, options.seed + 1)
        outcomes = [
            outcome for part in pool.map(partial(attempt, options.count // 2, texts=options.text), seeds) for outcome in part
        ]
    has_text = bool(options.text)
    for line in score(outcomes, text=has_text):
        print(line)
    unexplained = [mutant for mutant, checks in outcomes if not checks and not reason(mutant, text=has_text)]
    for mutant in unexplained:
        print(mutant, file=sys.stderr)
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
