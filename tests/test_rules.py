"""Every rule of `schemas/rules.sql` finds the rows that break it, and no other rule does: the least that can be changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from conftest import FICTION, ROOT, Copy
from kursk_claims import checks
from kursk_claims.checks import run_rule
from kursk_claims.contract import load_contract, rule_scope
from kursk_claims.text import digest, read_text
from kursk_claims.workspace import find_workspace

CONTRACT = load_contract(find_workspace(FICTION))
RULES = {rule.name: rule for rule in CONTRACT.rules}
HELD = "doc-border-gazette-raid"
KEYS_OF_ALL_KINDS = [HELD, "psg-001", "act-maron", "plc-esk", "evt-border-war", "clm-001", "qty-001", "evd-001", "xcl-001"]

Change = Callable[[Copy], None]


def cells_of(key: str) -> dict[str, str]:
    """`claim_id=clm-001,step=0` as columns and their values."""
    return dict(pair.split("=", 1) for pair in key.split(","))


def edit(table: str, key: str, **cells: str) -> Change:
    return lambda copy: copy.edit(table, cells_of(key), **cells)


def add(table: str, **cells: str) -> Change:
    return lambda copy: copy.add(table, **cells)


def remove(table: str, key: str) -> Change:
    return lambda copy: copy.remove(table, cells_of(key))


def shift(table: str, key: str, column: str, by: int) -> Change:
    """Move an offset."""

    def change(copy: Copy) -> None:
        row = next(row for row in copy.rows(table) if cells_of(key).items() <= row.items())
        copy.edit(table, cells_of(key), **{column: str(int(row[column]) + by)})

    return change


def empty_span(table: str, key: str) -> Change:
    def change(copy: Copy) -> None:
        row = next(row for row in copy.rows(table) if cells_of(key).items() <= row.items())
        copy.edit(table, cells_of(key), char_end=row["char_start"])

    return change


def exclude(passage: str, words: str) -> Change:
    """Put the words on the list of exclusions, as `xcl-new`, with the right offsets and digest."""

    def change(copy: Copy) -> None:
        row = next(row for row in copy.rows("passages") if row["passage_id"] == passage)
        start = read_text(copy.text).index(words, int(row["char_start"]))
        span = {"char_start": str(start), "char_end": str(start + len(words)), "sha256": digest(words)}
        copy.add("exclusions", exclusion_id="xcl-new", doc_id=HELD, passage_id=passage, reason="name", **span)

    return change


def again(key: str, **cells: str) -> Change:
    """Add an evidence row `evd-new` like another, apart from the given cells."""

    def change(copy: Copy) -> None:
        row = next(row for row in copy.rows("evidence") if cells_of(key).items() <= row.items())
        copy.add("evidence", **{**row, "evidence_id": "evd-new", **cells})

    return change


def retire(key: str, table: str) -> Change:
    row = {"retired_id": key, "table": table, "version": "2.0.0", "reason": "Withdrawn for a test.", "replaced_by": ""}
    return lambda copy: copy.write("retired", [*copy.rows("retired"), row])


def without_full_stop(copy: Copy) -> None:
    """The last passage ends before the full stop of the text."""
    row = copy.rows("passages")[-1]
    end = int(row["char_end"]) - 1
    words = read_text(copy.text)[int(row["char_start"]) : end]
    copy.edit("passages", {"passage_id": row["passage_id"]}, char_end=str(end), sha256=digest(words))


@dataclass(frozen=True)
class Broken:
    """What breaks a rule, the keys of the rows that are found then, and words of the first finding's `found`."""

    changes: tuple[Change, ...]
    keys: tuple[str, ...]
    found: str = ""


def broken(*changes: Change, at: str | Sequence[str], found: str = "") -> Broken:
    return Broken(changes, (at,) if isinstance(at, str) else tuple(at), found)


BROKEN = {
    # Keys: what is there is used
    "document-used": broken(
        add("documents", doc_id="doc-new", kind="news_report", language="und", date_basis="unknown", held="false"),
        at="doc_id=doc-new",
    ),
    "actor-used": broken(add("actors", actor_id="act-new", name="Nobody", kind="person"), at="actor_id=act-new"),
    "place-used": broken(add("places", place_id="plc-new", name="Nowhere", kind="town"), at="place_id=plc-new"),
    "event-used": broken(add("events", event_id="evt-new", label="Nothing", kind="clash"), at="event_id=evt-new"),
    "retired-id-unused": broken(
        *(retire(key, "claims") for key in KEYS_OF_ALL_KINDS), at=[f"retired_id={key}" for key in KEYS_OF_ALL_KINDS]
    ),
    "retired-table-known": broken(retire("clm-019", "claim"), at="retired_id=clm-019"),
    "retired-replacement-known": broken(
        edit("retired", "retired_id=clm-018", replaced_by="clm-099"), at="retired_id=clm-018", found="clm-099"
    ),
    # Documents
    "held-anchored": broken(
        edit("documents", "doc_id=doc-army-bulletin", text_sha256=digest("")),
        edit("documents", f"doc_id={HELD}", text_length=""),
        edit("documents", "doc_id=doc-unnamed-reports", text_length="100"),
        at=["doc_id=doc-army-bulletin", f"doc_id={HELD}", "doc_id=doc-unnamed-reports"],
    ),
    "held-published": broken(
        add(
            "documents",
            doc_id="doc-new",
            kind="news_article",
            language="en",
            date_basis="unknown",
            held="true",
            text_sha256=digest("New."),
            text_length="4",
        ),
        at="doc_id=doc-new",
    ),
    "published-order": broken(
        edit("documents", "doc_id=doc-army-bulletin", published_latest="2031-03-11"),
        edit("documents", "doc_id=doc-esk-observer-report", published_latest=""),
        at=["doc_id=doc-army-bulletin", "doc_id=doc-esk-observer-report"],
    ),
    "published-basis": broken(
        edit("documents", "doc_id=doc-army-bulletin", date_basis="unknown"),
        edit("documents", "doc_id=doc-norhal-wire-original", date_basis="inferred"),
        at=["doc_id=doc-army-bulletin", "doc_id=doc-norhal-wire-original"],
    ),
    "derivation-acyclic": broken(
        edit("documents", "doc_id=doc-norhal-wire-original", derived_from_id=HELD),
        edit("documents", "doc_id=doc-maron-address", derived_from_id="doc-maron-address"),
        at=[f"doc_id={HELD}", "doc_id=doc-maron-address", "doc_id=doc-norhal-wire-original"],
    ),
    # Passages
    "passage-of-held": broken(
        add(
            "passages",
            passage_id="psg-new",
            doc_id="doc-army-bulletin",
            paragraph="1",
            sentence="1",
            char_start="0",
            char_end="4",
            sha256=digest("New."),
            disposition="heading",
        ),
        at="passage_id=psg-new",
    ),
    "passage-order": broken(
        empty_span("passages", "passage_id=psg-003"),
        shift("passages", "passage_id=psg-012", "char_start", -2),
        shift("passages", "passage_id=psg-013", "char_end", 2),
        at=["passage_id=psg-003", "passage_id=psg-012", "passage_id=psg-013"],
    ),
    "passage-numbering": broken(
        edit("passages", "passage_id=psg-003", sentence="3"),
        edit("passages", "passage_id=psg-013", paragraph="8", sentence="1"),
        at=["passage_id=psg-003", "passage_id=psg-013"],
    ),
    "passage-disposition": broken(
        edit("passages", "passage_id=psg-003", disposition="claims", reason=""),
        edit("passages", "passage_id=psg-013", disposition="no_claim", reason="It repeats."),
        at=["passage_id=psg-003", "passage_id=psg-013"],
    ),
    "passage-reason": broken(
        edit("passages", "passage_id=psg-002", reason="It holds claims."),
        edit("passages", "passage_id=psg-003", reason=""),
        at=["passage_id=psg-002", "passage_id=psg-003"],
    ),
    "heading-prominence": broken(
        edit("claims", "claim_id=clm-001", prominence="heading"),
        edit("claims", "claim_id=clm-007", prominence="body"),
        at=["claim_id=clm-001", "claim_id=clm-007"],
    ),
    "document-digest": broken(
        edit("documents", f"doc_id={HELD}", text_sha256=digest("")),
        at=f"doc_id={HELD}",
        found=digest(read_text(FICTION / "article.txt")),
    ),
    "document-length": broken(
        shift("documents", f"doc_id={HELD}", "text_length", 1),
        at=f"doc_id={HELD}",
        found=str(len(read_text(FICTION / "article.txt"))),
    ),
    "passage-digest": broken(
        edit("passages", "passage_id=psg-003", sha256=digest("")),
        at="passage_id=psg-003",
        found=digest("This is what has been said of it since then."),
    ),
    "passage-coverage": broken(remove("passages", "passage_id=psg-003"), at="passage_id=psg-004", found="words from 134 to 181"),
    "document-coverage": broken(without_full_stop, at=f"doc_id={HELD}"),
    "numeral-accounted": broken(remove("exclusions", "exclusion_id=xcl-005"), at="passage_id=psg-011", found="9 at 905-906"),
    # Evidence
    "claim-content": broken(remove("evidence", "claim_id=clm-004,role=content"), at="claim_id=clm-004"),
    "evidence-document": broken(edit("evidence", "evidence_id=evd-008", doc_id="doc-army-bulletin"), at="evidence_id=evd-008"),
    "evidence-inside-passage": broken(
        empty_span("evidence", "evidence_id=evd-008"),
        edit("evidence", "evidence_id=evd-044", passage_id="psg-011"),
        edit("evidence", "evidence_id=evd-049", passage_id="psg-011"),
        at=["evidence_id=evd-008", "evidence_id=evd-044", "evidence_id=evd-049"],
        found="in passage",
    ),
    "evidence-digest": broken(
        edit("evidence", "evidence_id=evd-008", sha256=digest("")), at="evidence_id=evd-008", found=digest("Brennland")
    ),
    "evidence-once": broken(again("evidence_id=evd-008"), at="evidence_id=evd-new"),
    "cue-with-evidence": broken(
        edit("attributions", "claim_id=clm-012,step=1", cue="", cue_class="none"),
        edit("attributions", "claim_id=clm-017,step=0", cue="say", cue_class="neutral"),
        at=["claim_id=clm-012,step=1", "claim_id=clm-017,step=0"],
    ),
    "cue-evidence-fits": broken(
        edit("evidence", "claim_id=clm-010,role=cue", role="place"),
        edit("evidence", "claim_id=clm-012,role=cue", claim_id="clm-013"),
        at=["claim_id=clm-010,step=1", "claim_id=clm-012,step=1"],
    ),
    "cue-class-fits": broken(
        edit("attributions", "claim_id=clm-012,step=1", cue_class="none"),
        edit("attributions", "claim_id=clm-017,step=0", cue_class="neutral"),
        at=["claim_id=clm-012,step=1", "claim_id=clm-017,step=0"],
    ),
    "evidence-pointed-at": broken(
        edit("evidence", "evidence_id=evd-008", role="cue"),
        edit("evidence", "evidence_id=evd-044", role="number"),
        at=["evidence_id=evd-008", "evidence_id=evd-044"],
    ),
    "quantity-evidence-fits": broken(
        edit("evidence", "claim_id=clm-003,role=number", claim_id="clm-004"),
        edit("evidence", "claim_id=clm-005,role=number", role="place"),
        at=["quantity_id=qty-002", "quantity_id=qty-004"],
    ),
    "quantity-surface": broken(edit("quantities", "quantity_id=qty-001", surface="70.0"), at="quantity_id=qty-001", found="70"),
    "hedge-with-evidence": broken(
        again("claim_id=clm-006,role=hedge", claim_id="clm-005"),
        edit("evidence", "claim_id=clm-006,role=hedge", role="place"),
        at=["quantity_id=qty-004", "quantity_id=qty-005"],
    ),
    "time-with-evidence": broken(
        edit("evidence", "claim_id=clm-002,role=place", role="time"),
        edit("evidence", "claim_id=clm-015,role=time", role="place"),
        at=["claim_id=clm-002", "claim_id=clm-015"],
    ),
    "time-surface": broken(edit("claims", "claim_id=clm-001", time_surface="12 March 2031"), at="claim_id=clm-001"),
    "uttered-surface": broken(
        edit("attributions", "claim_id=clm-003,step=1", uttered_surface="Tuesday"), at="claim_id=clm-003,step=1"
    ),
    # Exclusions
    "exclusion-inside-passage": broken(
        empty_span("exclusions", "exclusion_id=xcl-003"),
        edit("exclusions", "exclusion_id=xcl-004", doc_id="doc-army-bulletin"),
        edit("exclusions", "exclusion_id=xcl-005", passage_id="psg-012"),
        edit("exclusions", "exclusion_id=xcl-006", passage_id="psg-012"),
        at=["exclusion_id=xcl-003", "exclusion_id=xcl-004", "exclusion_id=xcl-005", "exclusion_id=xcl-006"],
    ),
    "exclusion-digest": broken(
        edit("exclusions", "exclusion_id=xcl-005", sha256=digest("")), at="exclusion_id=xcl-005", found=digest("9")
    ),
    "exclusion-is-numeral": broken(exclude("psg-003", "This"), at="exclusion_id=xcl-new"),
    "exclusion-no-quantity": broken(exclude("psg-005", "68 square"), at="exclusion_id=xcl-new"),
    # Numbers
    "number-order": broken(
        edit("quantities", "quantity_id=qty-005", low="45", high="50", bounds_basis="stated"), at="quantity_id=qty-005"
    ),
    "hedge-bounds": broken(
        edit("quantities", "quantity_id=qty-001", high="75"),
        edit("quantities", "quantity_id=qty-003", low="1100"),
        edit("quantities", "quantity_id=qty-004", low="41", high="41", bounds_basis="stated"),
        at=["quantity_id=qty-001", "quantity_id=qty-003", "quantity_id=qty-004"],
    ),
    "bounds-basis": broken(
        edit("quantities", "quantity_id=qty-003", bounds_basis="none"),
        edit("quantities", "quantity_id=qty-004", bounds_basis="stated"),
        edit("quantities", "quantity_id=qty-005", low="30", bounds_basis="hedge"),
        at=["quantity_id=qty-003", "quantity_id=qty-004", "quantity_id=qty-005"],
    ),
    "measure-unit": broken(
        edit("quantities", "quantity_id=qty-005", unit="{settlement}"),
        at="quantity_id=qty-005",
        found="{settlement}, the measure has {person}",
    ),
    "counts-whole": broken(edit("quantities", "quantity_id=qty-005", value="40.5", surface="40.5"), at="quantity_id=qty-005"),
    "surface-value": broken(
        edit("quantities", "quantity_id=qty-003", surface="a lot"),
        edit("quantities", "quantity_id=qty-005", surface="fifty"),
        at=["quantity_id=qty-003", "quantity_id=qty-005"],
        found="value 1200.0, read nothing from a lot",
    ),
    "quantity-kind": broken(
        edit("claims", "claim_id=clm-001", kind="quantity"),
        edit("claims", "claim_id=clm-003", kind="state"),
        at=["claim_id=clm-001", "claim_id=clm-003"],
    ),
    "measure-once": broken(
        add(
            "quantities",
            quantity_id="qty-new",
            claim_id="clm-004",
            measure="troops_attempting_crossing",
            value="1200",
            comparator="at_least",
            low="1200",
            bounds_basis="hedge",
            unit="{person}",
            aggregation="unspecified",
            surface="1,200",
            evidence_id="evd-015",
        ),
        at="quantity_id=qty-new",
    ),
    # Chains
    "chain-contiguous": broken(edit("attributions", "claim_id=clm-012,step=1", step="2"), at="claim_id=clm-012,step=2"),
    "chain-present": broken(remove("attributions", "claim_id=clm-017"), at="claim_id=clm-017"),
    "chain-begins-at-publisher": broken(
        edit("attributions", "claim_id=clm-001,step=0", via_doc_id="doc-unnamed-reports"),
        edit("attributions", "claim_id=clm-011,step=0", channel="newspaper"),
        edit("attributions", "claim_id=clm-017,step=0", actor_id="act-norhal-wire"),
        at=["claim_id=clm-001,step=0", "claim_id=clm-011,step=0", "claim_id=clm-017,step=0"],
    ),
    "chain-no-cycle": broken(
        edit("attributions", "claim_id=clm-002,step=1", actor_id="act-border-gazette"), at="claim_id=clm-002,step=1"
    ),
    "report-after-utterance": broken(
        edit(
            "attributions",
            "claim_id=clm-002,step=1",
            uttered_earliest="2031-03-12",
            uttered_latest="2031-03-12",
            uttered_basis="stated",
        ),
        edit(
            "attributions",
            "claim_id=clm-002,step=2",
            uttered_earliest="2031-03-13",
            uttered_latest="2031-03-13",
            uttered_basis="stated",
        ),
        edit(
            "attributions",
            "claim_id=clm-012,step=1",
            uttered_earliest="2031-03-16",
            uttered_latest="2031-03-17",
            uttered_basis="stated",
        ),
        at=["claim_id=clm-002,step=1", "claim_id=clm-012,step=1"],
        found="reported by 2031-03-12, said from 2031-03-13",
    ),
    "specificity-fits": broken(
        edit("attributions", "claim_id=clm-003,step=1", specificity="named"),
        edit("attributions", "claim_id=clm-007,step=1", specificity="organization"),
        edit("attributions", "claim_id=clm-012,step=1", specificity="generic"),
        edit("attributions", "claim_id=clm-016,step=1", specificity="named"),
        at=["claim_id=clm-003,step=1", "claim_id=clm-007,step=1", "claim_id=clm-012,step=1", "claim_id=clm-016,step=1"],
        found="named for armed_force",
    ),
    "platform-no-speaker": broken(
        edit("actors", "actor_id=act-esk-observer", kind="platform"), at=["claim_id=clm-008,step=1", "claim_id=clm-009,step=1"]
    ),
    "origin-commits": broken(
        edit("attributions", "claim_id=clm-001,step=0", commitment="uncommitted"),
        edit("attributions", "claim_id=clm-016,step=1", commitment="denies"),
        at=["claim_id=clm-001,step=0", "claim_id=clm-016,step=1"],
    ),
    "relay-uncommitted": broken(
        edit("attributions", "claim_id=clm-002,step=1", commitment="certain"), at="claim_id=clm-002,step=1"
    ),
    "quotation-has-speaker": broken(
        edit("attributions", "claim_id=clm-017,step=0", quote_type="direct"), at="claim_id=clm-017,step=0"
    ),
    "uttered-order": broken(
        edit("attributions", "claim_id=clm-003,step=1", uttered_earliest="2031-03-13"),
        edit("attributions", "claim_id=clm-004,step=1", uttered_earliest=""),
        at=["claim_id=clm-003,step=1", "claim_id=clm-004,step=1"],
    ),
    "uttered-basis": broken(
        edit("attributions", "claim_id=clm-003,step=1", uttered_basis="none"),
        edit("attributions", "claim_id=clm-005,step=1", uttered_source=""),
        edit("attributions", "claim_id=clm-016,step=1", uttered_basis="stated"),
        at=["claim_id=clm-003,step=1", "claim_id=clm-005,step=1", "claim_id=clm-016,step=1"],
    ),
    # Relations
    "relation-to-other": broken(
        add("claim_relations", from_claim_id="clm-012", to_claim_id="clm-012", relation="refines", stated_by="curator"),
        at="from_claim_id=clm-012,to_claim_id=clm-012,relation=refines",
    ),
    "relation-once": broken(
        edit("claim_relations", "relation=contradicts", from_claim_id="clm-005", to_claim_id="clm-003"),
        at="from_claim_id=clm-005,to_claim_id=clm-003,relation=contradicts",
    ),
    "relation-evidence": broken(
        edit("claim_relations", "relation=refines", stated_by="source"),
        edit("claim_relations", "relation=explains", stated_by="curator"),
        at=[
            "from_claim_id=clm-012,to_claim_id=clm-014,relation=refines",
            "from_claim_id=clm-017,to_claim_id=clm-016,relation=explains",
        ],
    ),
    "relation-evidence-fits": broken(
        edit("claim_relations", "relation=rounds", stated_by="source", evidence_id="evd-053"),
        at="from_claim_id=clm-002,to_claim_id=clm-003,relation=rounds",
    ),
    "denial-same-event": broken(
        edit("claims", "claim_id=clm-010", event_id="evt-brennland-raid"),
        at="from_claim_id=clm-010,to_claim_id=clm-008,relation=denies",
        found="evt-brennland-raid and evt-lirona-talks",
    ),
    "contradiction-of-numbers": broken(
        add("claim_relations", from_claim_id="clm-002", to_claim_id="clm-003", relation="contradicts", stated_by="curator"),
        add("claim_relations", from_claim_id="clm-003", to_claim_id="clm-004", relation="contradicts", stated_by="curator"),
        at=[
            "from_claim_id=clm-002,to_claim_id=clm-003,relation=contradicts",
            "from_claim_id=clm-003,to_claim_id=clm-004,relation=contradicts",
        ],
    ),
    "rounding-of-numbers": broken(
        add("claim_relations", from_claim_id="clm-004", to_claim_id="clm-003", relation="rounds", stated_by="curator"),
        at="from_claim_id=clm-004,to_claim_id=clm-003,relation=rounds",
    ),
    "refinement-acyclic": broken(
        add("claim_relations", from_claim_id="clm-014", to_claim_id="clm-001", relation="refines", stated_by="curator"),
        add("claim_relations", from_claim_id="clm-001", to_claim_id="clm-012", relation="refines", stated_by="curator"),
        add("claim_relations", from_claim_id="clm-006", to_claim_id="clm-001", relation="refines", stated_by="curator"),  # none
        at=[
            "from_claim_id=clm-012,to_claim_id=clm-014,relation=refines",
            "from_claim_id=clm-014,to_claim_id=clm-001,relation=refines",
            "from_claim_id=clm-001,to_claim_id=clm-012,relation=refines",
        ],
    ),
    # Time
    "occurred-order": broken(
        edit("claims", "claim_id=clm-001", occurred_earliest="2031-03-12"),
        edit("claims", "claim_id=clm-015", occurred_latest=""),
        at=["claim_id=clm-001", "claim_id=clm-015"],
    ),
    "occurred-basis": broken(
        edit("claims", "claim_id=clm-001", time_basis="none"),
        edit("claims", "claim_id=clm-007", time_basis="stated"),
        edit("claims", "claim_id=clm-011", time_basis="reported_elsewhere"),
        at=["claim_id=clm-001", "claim_id=clm-007", "claim_id=clm-011"],
    ),
    "as-of-order": broken(
        edit("quantities", "quantity_id=qty-004", as_of_latest="2031-03-12"),
        edit("quantities", "quantity_id=qty-005", as_of_latest="2031-03-12"),
        at=["quantity_id=qty-004", "quantity_id=qty-005"],
    ),
    "said-after-start": broken(
        edit("claims", "claim_id=clm-017", occurred_earliest="2031-03-20", occurred_latest="2031-03-20", time_basis="stated"),
        at="claim_id=clm-017",
        found="begins 2031-03-20, said by 2031-03-15",
    ),
    # Actors, places, events
    "actor-acyclic": broken(
        edit("actors", "actor_id=act-sorren", parent_id="act-sorren"),
        edit("actors", "actor_id=act-talvia", parent_id="act-maron"),
        at=["actor_id=act-maron", "actor_id=act-sorren", "actor_id=act-talvia"],
    ),
    "place-acyclic": broken(
        edit("places", "place_id=plc-sorren", parent_id="plc-brennland"), at=["place_id=plc-brennland", "place_id=plc-sorren"]
    ),
    "event-acyclic": broken(
        edit("events", "event_id=evt-border-war", parent_id="evt-keddin-fire"),
        at=["event_id=evt-border-war", "event_id=evt-brennland-raid", "event_id=evt-keddin-fire"],
    ),
    "coordinate-complete": broken(
        edit("places", "place_id=plc-keddin", coordinate_precision="exact"),
        edit("places", "place_id=plc-lirona", latitude="1", longitude="1", coordinate_source="Invented."),
        edit("places", "place_id=plc-oskel", coordinate_source=""),
        edit("places", "place_id=plc-talmar", latitude="1", coordinate_precision="exact", coordinate_source="Invented."),
        at=["place_id=plc-keddin", "place_id=plc-lirona", "place_id=plc-oskel", "place_id=plc-talmar"],
    ),
    "place-codes-fit": broken(
        edit("places", "place_id=plc-keddin", subdivision_code="XA-BR"),
        edit("places", "place_id=plc-lirona", country_code="XB"),
        at=["place_id=plc-keddin", "place_id=plc-lirona"],
    ),
    # Codes
    "code-defined": broken(
        add("codes", field="claims.kind", code="rumour", label="Rumour", definition="Nobody knows where it began."),
        at="field=claims.kind,code=rumour",
    ),
    "codes-complete": broken(
        remove("codes", "field=exclusions.reason,code=name"),
        remove("codes", "field=documents.date_basis"),  # no row of this field is left to point at, so the first row is
        at=["field=actors.kind,code=armed_force", "field=exclusions.reason,code=designation"],
        found="not defined for documents.date_basis: inferred, stated, unknown",
    ),
    "measure-has-unit": broken(
        edit("codes", "field=claims.kind,code=state", unit="km2"),
        edit("codes", "field=quantities.measure,code=settlements_controlled", unit="sq km"),
        at=["field=claims.kind,code=state", "field=quantities.measure,code=settlements_controlled"],
    ),
    # Crosschecks
    "crosscheck-once": broken(
        add(
            "crosschecks",
            crosscheck_id="xck-003",
            claim_id="clm-012",
            finding="agrees",
            aspect="event",
            summary="It was found after all.",
            publisher="The Keddin Post",
            url="https://example.org/fire",
            checked_on="2031-04-03",
            access="excerpt",
        ),
        at="crosscheck_id=xck-003",
    ),
    "crosscheck-after-report": broken(
        edit("crosschecks", "crosscheck_id=xck-001", checked_on="2031-03-12"), at="crosscheck_id=xck-001", found="2031-03-12"
    ),
    "crosscheck-id-not-retired": broken(retire("xck-002", "crosschecks"), at="crosscheck_id=xck-002"),
}


Number = tuple[str, float, float | None, float | None]  # comparator, value, low, high


def line_of(copy: Copy, table: str, key: str) -> int:
    """The line of the file in which a row stands."""
    return next(line for line, row in enumerate(copy.rows(table), 2) if cells_of(key).items() <= row.items())


def position_of(copy: Copy, table: str, line: int, column: str) -> int:
    """The character, counted from 1, at which a cell begins in its line."""
    row = copy.rows(table)[line - 2]
    before = list(row.values())[: list(row).index(column)]
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([*before, "-"])
    return len(out.getvalue())


def test_the_fiction_keeps_every_rule(fiction: Copy) -> None:
    report = fiction.validate(fiction.text)
    assert report.findings == []
    assert report.skipped == []
    assert report.rows == sum(len(fiction.rows(table)) for table in CONTRACT.tables)


def test_the_fiction_has_the_codes_of_the_project() -> None:
    """A copy of its own, since a workspace holds no link that leads out of it."""
    name = "dataset/records/codes.csv"
    assert (FICTION / name).read_bytes() == (ROOT / name).read_bytes()


def test_every_table_of_the_fiction_has_rows(fiction: Copy) -> None:
    assert [table for table in CONTRACT.tables if not fiction.rows(table)] == []


def test_without_the_text_its_rules_are_skipped(fiction: Copy) -> None:
    report = fiction.validate()
    assert report.findings == []
    assert {each.rule for each in report.skipped} == {rule.name for rule in CONTRACT.rules if "needs" in rule.header}


def test_every_rule_is_broken_below() -> None:
    assert set(BROKEN) == set(RULES)


@pytest.mark.parametrize("name", BROKEN)
def test_rule_finds_the_rows_that_break_it_and_nothing_else(name: str, fiction: Copy) -> None:
    header = RULES[name].header
    table = header["table"]
    for change in BROKEN[name].changes:
        change(fiction)
    report = fiction.validate(*([fiction.text] if "needs" in header else []))
    assert {each.rule for each in report.findings} == {name}
    expected = [(table, key, line_of(fiction, table, key)) for key in BROKEN[name].keys]
    assert [(each.table, each.key, each.line) for each in report.findings] == sorted(expected, key=lambda each: each[2])
    assert BROKEN[name].found in report.findings[0].found
    columns = header["columns"].split(",")
    for each in report.findings:
        assert Path(each.file).name == f"{table}.csv"
        assert each.line is not None
        assert each.position == position_of(fiction, table, each.line, columns[0])
        assert each.column.split(",") == columns
        assert (each.expected, each.fix, each.severity) == (header["says"], header["fix"], header["severity"])
    assert report.exit_code == 1


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule_scope(rule) == "row"])
def test_a_rule_with_scope_row_needs_no_other_row(name: str, fiction: Copy) -> None:
    """Its query finds in each row alone, without any other table, what it finds in the whole table."""
    for change in BROKEN[name].changes:
        change(fiction)
    rule, table = RULES[name], CONTRACT.tables[RULES[name].header["table"]]
    connection = duckdb.connect()
    checks.load_contract(connection, CONTRACT)
    types = {column.name: column.sql_type for column in table.columns}
    connection.execute(
        "CREATE TABLE whole AS FROM read_csv(?, header = true, columns = ?)", [str(fiction.csv(table.name)), types]
    )
    alone: set[tuple[tuple[object, ...], str]] = set()
    for number in range(len(fiction.rows(table.name))):
        connection.execute(f"CREATE OR REPLACE TABLE {table.name} AS FROM whole WHERE rowid = {number}")
        alone |= run_rule(connection, rule, table)
    connection.execute(f"CREATE OR REPLACE TABLE {table.name} AS FROM whole")
    assert alone == run_rule(connection, rule, table) != set()


@pytest.mark.parametrize(("gap", "rules"), [("a\n", {"passage-coverage", "document-coverage"}), ("\u00a0\u2003", set())])
def test_a_letter_between_passages_is_a_word_and_any_white_space_is_none(gap: str, rules: set[str], fiction: Copy) -> None:
    text = read_text(fiction.text)
    changed = text.replace("\n\n", gap, 1).removesuffix("\n") + gap[0]
    fiction.text.write_text(changed, encoding="utf-8")
    fiction.edit("documents", {"doc_id": HELD}, text_sha256=digest(changed))
    assert {each.rule for each in fiction.validate(fiction.text).findings} == rules


@pytest.mark.parametrize(
    ("first", "second", "disjoint"),
    [
        (("eq", 68, None, None), ("eq", 41, None, None), True),
        (("eq", 68, None, None), ("eq", 68, None, None), False),
        (("approx_below", 70, None, 70), ("eq", 70, None, None), True),
        (("approx_below", 70, None, 70), ("eq", 69, None, None), False),
        (("approx_above", 70, 70, None), ("eq", 70, None, None), True),
        (("approx_above", 70, 70, None), ("approx_below", 70, None, 70), True),
        (("approx_above", 70, 70, None), ("approx_below", 71, None, 71), False),
        (("at_most", 70, None, 70), ("eq", 70, None, None), False),
        (("at_most", 70, None, 70), ("at_least", 71, 71, None), True),
        (("at_most", 70, None, 70), ("at_least", 70, 70, None), False),
        (("approx", 70, None, None), ("eq", 1000, None, None), False),
        (("approx", 70, 60, 75), ("eq", 1000, None, None), True),
        (("approx", 70, 60, 75), ("eq", 60, None, None), False),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_numbers_contradict_when_no_number_fits_both(first: Number, second: Number, disjoint: bool, turned: bool) -> None:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE claim_relations AS SELECT 'a' AS from_claim_id, 'b' AS to_claim_id, 'contradicts' AS relation"
    )
    connection.execute(
        "CREATE TABLE quantities(claim_id TEXT, measure TEXT, unit TEXT, comparator TEXT, value FLOAT, low FLOAT, high FLOAT)"
    )
    for claim, number in zip("ba" if turned else "ab", (first, second), strict=True):
        connection.execute("INSERT INTO quantities VALUES (?, 'area_controlled', 'km2', ?, ?, ?, ?)", [claim, *number])
    found = run_rule(connection, RULES["contradiction-of-numbers"], CONTRACT.tables["claim_relations"])
    assert found == (set() if disjoint else {(("a", "b", "contradicts"), "")})


@pytest.mark.parametrize(
    ("rule", "comparator", "low", "value", "high", "kept"),
    [
        ("number-order", "approx", 1, 2, 3, True),
        ("number-order", "approx", 2, 2, 2, True),
        ("number-order", "approx", None, 2, None, True),
        ("number-order", "approx", 3, 2, None, False),
        ("number-order", "approx", None, 2, 1, False),
        ("hedge-bounds", "eq", None, 2, None, True),
        ("hedge-bounds", "eq", 2, 2, None, False),
        ("hedge-bounds", "eq", None, 2, 2, False),
        ("hedge-bounds", "approx_below", None, 2, 2, True),
        ("hedge-bounds", "approx_below", None, 2, None, False),
        ("hedge-bounds", "approx_below", 1, 2, 2, False),
        ("hedge-bounds", "at_most", None, 2, 2, True),
        ("hedge-bounds", "at_most", 2, 2, None, False),
        ("hedge-bounds", "approx_above", 2, 2, None, True),
        ("hedge-bounds", "approx_above", 1, 2, None, False),
        ("hedge-bounds", "at_least", 2, 2, None, True),
        ("hedge-bounds", "at_least", 2, 2, 3, False),
        ("hedge-bounds", "approx", 1, 2, 3, True),
        ("counts-whole", "eq", None, 0, None, True),
        ("counts-whole", "eq", None, -1, None, False),
        ("counts-whole", "eq", None, 0.5, None, False),
    ],
)
def test_bounds_of_a_number(rule: str, comparator: str, low: float | None, value: float, high: float | None, kept: bool) -> None:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE quantities(quantity_id TEXT, unit TEXT, comparator TEXT, low FLOAT, value FLOAT, high FLOAT)"
    )
    connection.execute("INSERT INTO quantities VALUES ('q', '{person}', ?, ?, ?, ?)", [comparator, low, value, high])
    assert run_rule(connection, RULES[rule], CONTRACT.tables["quantities"]) == (set() if kept else {(("q",), "")})
