"""Add the claims of a draft to the records, or change those that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kursk_claims.claims.text import text_digest
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.strict_yaml import YamlMapping
from kursk_claims.curation.claim_rows import ClaimRows
from kursk_claims.curation.draft_file import Faults
from kursk_claims.curation.draft_items import HANGING
from kursk_claims.curation.draft_rows import DraftReader
from kursk_claims.curation.exclusions import exclude_numeral, find_open_numerals
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.errors import DataError, UsageError
from kursk_claims.suggest import did_you_mean

TIME_EXPRESSION = "time_expression"  # the reason for excluding a number
Row = Mapping[str, str]


def find_document(tables: RecordTables, doc_id: str) -> Row:
    """Return the row of a held document. Raises `UsageError`."""
    held = {row["doc_id"]: row for row in tables.rows("documents") if row["held"] == "true"}
    if doc_id not in held:
        raise UsageError(
            f"no document {doc_id!r} is held{did_you_mean(doc_id, held)}. `kursk-claims curate document add` adds one."
        )
    return held[doc_id]


@dataclass(frozen=True)
class Draft:
    """A draft, the text of its document, and the faults that are found in it."""

    content: YamlMapping
    text: str
    faults: Faults


def add_claims(tables: RecordTables, contract: Contract, drafts: Sequence[Draft]) -> list[ClaimRows]:
    """Change the tables as the drafts say, without writing them, and return their claims.

    An item belongs to the claim with its id, or with its content. Raises `DataError` with the faults of the drafts.
    """
    read: list[tuple[ClaimRows, Draft]] = []
    for draft in drafts:
        reader = DraftReader(tables, contract, find_document(tables, draft.content["document"]), draft.text, draft.faults)
        read += [(reader.read(item), draft) for item in draft.content["claims"]]
    require_no_faults(drafts)
    taken: set[str] = set()
    for claim, draft in read:
        doc_id = draft.content["document"]
        _check_ids(tables, claim, doc_id)
        claim.claim_id = claim.claim_id or _match_claim(tables, claim, doc_id, taken) or _next_claim(tables, taken)
        if claim.claim_id in taken:
            draft.faults.add(claim.mark, f"{claim.claim_id} is in the draft twice")
        taken.add(claim.claim_id)
    _check_targets(tables, [claim for claim, _ in read], taken)
    require_no_faults(drafts)
    for claim, draft in read:
        _replace_rows(tables, claim, draft.content["document"], draft.text)
    for draft in drafts:
        _mark_as_coded(tables, draft.content["document"])
        _exclude_times(tables, contract, draft)
    return [claim for claim, _ in read]


def require_no_faults(drafts: Sequence[Draft]) -> None:
    """Raise `DataError` with the faults of all drafts, if there are any."""
    lines = [line for draft in drafts for line in draft.faults.in_order()]
    if lines:
        raise DataError(*lines, "nothing was written")


def _check_ids(tables: RecordTables, claim: ClaimRows, doc_id: str) -> None:
    """Add a fault for an id that belongs to another claim, or that is new although a claim says the same of the same words."""
    claims = {row["claim_id"]: row["statement"] for row in tables.rows("claims")}
    if claim.claim_id and claim.claim_id not in claims:
        twin = _match_claim(tables, claim, doc_id, set())
        if twin and claims[twin] == claim.rows["claims"][0]["statement"]:
            claim.faults.add(claim.mark, f"{twin} says this of these words, not {claim.claim_id}; give its id, or leave it out")
            return
    numbers = {row["quantity_id"] for row in claim.rows.get("quantities", [])}
    for table, key, wanted in (("evidence", "evidence_id", {*claim.evidence_ids}), ("quantities", "quantity_id", numbers)):
        for row in tables.rows(table):
            if row[key] in wanted and claim.claim_id and row["claim_id"] != claim.claim_id:
                claim.faults.add(claim.mark, f"{row[key]} belongs to {row['claim_id']}, not {claim.claim_id}; leave it out")


def _check_targets(tables: RecordTables, claims: Sequence[ClaimRows], taken: set[str]) -> None:
    known = [*taken, *(row["claim_id"] for row in tables.rows("claims"))]
    for claim in claims:
        for mark, target in claim.targets:
            if target not in known:
                claim.faults.add(mark, f"no claim {target!r}{did_you_mean(target, known)}")


def _next_claim(tables: RecordTables, taken: set[str]) -> str:
    """Return the id after those of the records and of this draft."""
    last = max([int(tables.next_id("claims", "clm")[4:]) - 1, *(int(each[4:]) for each in taken if each[4:].isdecimal())])
    return f"clm-{last + 1:03d}"


def _match_claim(tables: RecordTables, claim: ClaimRows, doc_id: str, taken: set[str]) -> str | None:
    """Return the claim with the same content; if several have it, the one with the same statement."""
    wanted = {(start, end) for role, start, end in claim.spans if role == "content"}
    spans: dict[str, set[tuple[int, int]]] = {}
    for row in tables.rows("evidence"):
        if row["role"] == "content" and row["doc_id"] == doc_id:
            spans.setdefault(row["claim_id"], set()).add((int(row["char_start"]), int(row["char_end"])))
    found = [claim_id for claim_id, each in spans.items() if each == wanted and claim_id not in taken]
    statement = claim.rows["claims"][0]["statement"]
    same = [row["claim_id"] for row in tables.rows("claims") if row["claim_id"] in found and row["statement"] == statement]
    return next(iter(same or (found if len(found) == 1 else [])), None)


def _replace_rows(tables: RecordTables, claim: ClaimRows, doc_id: str, text: str) -> None:
    """Put the rows of a claim in the place of those that it has; evidence and quantities keep their ids."""
    before = {table: [row for row in tables.rows(table) if row[column] == claim.claim_id] for table, column in HANGING.items()}
    for table, rows in before.items():
        for row in rows:
            tables.delete(table, row)
    ids = _insert_evidence(tables, claim, before["evidence"], doc_id, text)
    key = {"claim_id": claim.claim_id}
    (row,) = claim.rows["claims"]
    if any(each["claim_id"] == claim.claim_id for each in tables.rows("claims")):
        tables.update("claims", key, {**row, **key})
    else:
        tables.insert("claims", {**row, **key})
    numbers = [each["quantity_id"] for each in before["quantities"]]
    for table, column in HANGING.items():
        for row in claim.rows.get(table, []):
            cells = {name: ids[int(cell[1:])] if cell.startswith("@") else cell for name, cell in row.items()}
            if table == "quantities" and not cells["quantity_id"]:
                cells["quantity_id"] = numbers.pop(0) if numbers else tables.next_id("quantities", "qty")
            tables.insert(table, {**cells, column: claim.claim_id})


def _insert_evidence(tables: RecordTables, claim: ClaimRows, before: Sequence[Row], doc_id: str, text: str) -> list[str]:
    """Insert the evidence of a claim and return its ids in the order of the claim's spans."""
    known = {(row["role"], int(row["char_start"]), int(row["char_end"])): row["evidence_id"] for row in before}
    passages = [row for row in tables.rows("passages") if row["doc_id"] == doc_id]
    ids = []
    for index, (role, start, end) in enumerate(claim.spans):
        stated = claim.evidence_ids[index] if index < len(claim.evidence_ids) else ""
        ids.append(stated or known.get((role, start, end)) or tables.next_id("evidence", "evd"))
        passage = [row for row in passages if int(row["char_start"]) <= start and end <= int(row["char_end"])]
        tables.insert(
            "evidence",
            {
                "evidence_id": ids[-1],
                "claim_id": claim.claim_id,
                "doc_id": doc_id,
                "passage_id": passage[0]["passage_id"] if passage else "",
                "role": role,
                "char_start": str(start),
                "char_end": str(end),
                "sha256": text_digest(text[start:end]),
            },
        )
    return ids


def _mark_as_coded(tables: RecordTables, doc_id: str) -> None:
    """Set the disposition of open sentences that have claims now."""
    coded = {row["passage_id"] for row in tables.rows("evidence") if row["role"] == "content"}
    for row in tables.rows("passages"):
        if row["doc_id"] == doc_id and not row["disposition"] and row["passage_id"] in coded:
            tables.update("passages", row, {"disposition": "claims", "reason": ""})


def _exclude_times(tables: RecordTables, contract: Contract, draft: Draft) -> None:
    """Exclude the numbers in the words of times, which are no quantities."""
    doc_id = draft.content["document"]
    rows = [row for row in tables.rows("evidence") if (row["doc_id"], row["role"]) == (doc_id, "time")]
    times = [(int(row["char_start"]), int(row["char_end"])) for row in rows]
    for each in find_open_numerals(tables, doc_id, draft.text):
        if any(start <= each.start and each.end <= end for start, end in times):
            span = (each.start, each.end)
            exclude_numeral(tables, contract, each.passage_id, draft.text, span, {"reason": TIME_EXPRESSION, "note": ""})
