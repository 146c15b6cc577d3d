"""Choose the claims that a user names: by document, passage or claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.errors import UsageError
from kursk_claims.report.values import list_some
from kursk_claims.suggest import did_you_mean

Row = Mapping[str, str]


def select_claims(tables: RecordTables, name: str | None) -> tuple[Row, Sequence[Row]]:
    """Return a held document and its claims: all, those in a passage, or the one that is named. Raises `UsageError`."""
    held = {row["doc_id"]: row for row in tables.rows("documents") if row["held"] == "true"}
    claims = tables.rows("claims")
    passages = {row["passage_id"]: row["doc_id"] for row in tables.rows("passages")}
    if name is None:
        if len(held) != 1:
            raise UsageError(f"{len(held)} documents are held: {list_some(list(held))}. Name one, a passage or a claim.")
        name = next(iter(held))
    if name in held:
        return held[name], [row for row in claims if row["doc_id"] == name]
    if name in passages:
        inside = {row["claim_id"] for row in tables.rows("evidence") if (row["passage_id"], row["role"]) == (name, "content")}
        return held[passages[name]], [row for row in claims if row["claim_id"] in inside]
    chosen = [row for row in claims if row["claim_id"] == name]
    if not chosen:
        known = [*held, *passages, *(row["claim_id"] for row in claims)]
        raise UsageError(f"no document, passage or claim {name!r}{did_you_mean(name, known)}.")
    return held[chosen[0]["doc_id"]], chosen
