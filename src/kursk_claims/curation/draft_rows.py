"""Turn an item of a draft into the rows of a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.strict_yaml import YamlMapping
from kursk_claims.curation.anchors import Span
from kursk_claims.curation.claim_rows import ClaimRows
from kursk_claims.curation.draft_cells import CellReader
from kursk_claims.curation.draft_fields import CLAIM, NUMBER, RELATION, STEP, THING, UTTERED, WHEN, Context, Field, Row, fill
from kursk_claims.curation.draft_file import (
    CLAIM_KEYS,
    NUMBER_KEYS,
    RELATION_KEYS,
    STEP_KEYS,
    THING_KEYS,
    UTTERED_KEYS,
    WHEN_KEYS,
    Faults,
    check_keys,
    text_of,
)
from kursk_claims.curation.draft_words import WordReader, holds
from kursk_claims.curation.names import NAMES
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.curation.source_words import find_source, quote_type

ROLES = ("content", "cue", "source", "number", "hedge", "place", "time")


class DraftReader:
    """Reads the items of a draft about one document; new actors, places and events are added to the tables."""

    def __init__(self, tables: RecordTables, contract: Contract, document: Mapping[str, str], text: str, faults: Faults) -> None:
        self.tables, self.contract, self.document, self.text, self.faults = tables, contract, document, text, faults
        self.passages = [row for row in tables.rows("passages") if row["doc_id"] == document["doc_id"]]
        self.values = CellReader(tables, contract, faults)
        self.words = WordReader(text, self.passages, document["doc_id"], faults)
        codes = tables.rows("codes")
        self.measure_units = {row["code"]: row["unit"] for row in codes if row["field"] == "quantities.measure" and row["unit"]}

    def read(self, item: YamlMapping) -> ClaimRows:
        """Return the rows of an item; what is wrong with it is added to the faults."""
        mark = item.marks[next(iter(item))] if item else "1:1"
        claim = ClaimRows(mark, self.faults, text_of(item.get("id")) or "")
        check_keys(item, CLAIM_KEYS, self.faults)
        claim.evidence_ids = self._evidence_ids(item)
        near = self.words.passage_span(item)
        content = self.words.anchor(item, "words", near)
        for span in content or ():
            claim.point("content", span)
        near = [self.words.span_of_passage(span) for span in content or ()] or near
        self._read_steps(claim, item, near, content or [])
        for part in self._parts(item, "number", NUMBER_KEYS):
            self._read_number(claim, part, near)
        self._read_places(claim, item, near)
        self._read_pairs(claim, item, "who", "claim_actors", [], [])
        self._read_pairs(claim, item, "what", "claim_objects", THING, THING_KEYS)
        self._read_relations(claim, item, near)
        when = self._read_time(claim, item, "claims", WHEN, WHEN_KEYS, near)
        self._read_others(claim, item, near)
        exact = any(row["comparator"] != "vague" for row in claim.rows.get("quantities", []))
        is_heading = any(row["disposition"] == "heading" for row in self.passages if holds(row, content or []))
        row: Row = {"claim_id": claim.claim_id, "doc_id": self.document["doc_id"]}
        context = Context(is_heading=is_heading, has_number=exact)
        self._cells(claim, item, "claims", CLAIM, row, context, needed=("says", "event"))
        row["event_id"] = (self.values.reference(item, "event", "events") or "") if item.get("event") else ""
        claim.add("claims", row | when)
        return claim

    def _evidence_ids(self, item: YamlMapping) -> list[str]:
        ids = item.get("evidence") or []
        if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            self.faults.add(item.marks["evidence"], "evidence: expected a list of ids, such as [evd-001, evd-002]")
            return []
        return ids

    def _read_steps(self, claim: ClaimRows, item: YamlMapping, near: Sequence[Span], content: Sequence[Span]) -> None:
        """Read the chain, which begins with the origin, and add the document's own step 0 if it is left out."""
        steps = self._parts(item, "by", STEP_KEYS)
        publisher = self.document["publisher_id"]
        actors = [self.values.reference(step, "who", "actors") for step in steps]
        if not steps or actors[-1] != publisher:
            own = YamlMapping()
            own.marks["who"] = claim.mark
            steps, actors = [*steps, own], [*actors, publisher]
        kinds = {row["actor_id"]: row["kind"] for row in self.tables.rows("actors")}
        quoted = quote_type(self.text, content)
        for number, (step, actor) in enumerate(zip(reversed(steps), reversed(actors), strict=True)):
            cue = self.words.anchor(step, "cue", near) or []
            context = Context(
                self.document["language"],
                words=" ".join(self.text[start:end] for start, end in cue[:1]),
                is_origin=number == len(steps) - 1,
                is_own=number == 0,
                is_quoted=quoted,
                publisher=publisher,
                actor_kinds=kinds,
            )
            row: Row = {"step": str(number), "actor_id": actor or ""}
            self._cells(claim, step, "attributions", [each for each in STEP if each.key not in ("who", "via")], row, context)
            row["via_doc_id"] = (self.values.reference(step, "via", "documents") or "") if step.get("via") else ""
            row["cue_evidence_id"] = claim.point("cue", cue[0]) if cue else ""
            source = self._source(step, actor, number, near)
            row["source_evidence_id"] = claim.point("source", source) if source else ""
            uttered = self._read_time(claim, step, "attributions", UTTERED, UTTERED_KEYS, near)
            claim.add("attributions", row | uttered)

    def _source(self, step: YamlMapping, actor: str | None, number: int, near: Sequence[Span]) -> Span | None:
        if "source" in step:
            return next(iter(self.words.anchor(step, "source", near) or ()), None)
        names = next(
            ([row[name] for name in NAMES["actors"]] for row in self.tables.rows("actors") if row["actor_id"] == actor), []
        )
        return find_source(names, self.text, near) if number else None

    def _read_time(
        self, claim: ClaimRows, item: YamlMapping, table: str, fields: list[Field], keys: list[str], near: Sequence[Span]
    ) -> Row:
        """Read when something happened or was said; the words are evidence of the claim."""
        when = item.get("when")
        part = when if isinstance(when, YamlMapping) else YamlMapping()
        if when is not None and not isinstance(when, YamlMapping):
            self.faults.add(item.marks["when"], f"expected keys such as {', '.join(keys)}")
        check_keys(part, keys, self.faults)
        spans = self.words.anchor(part, "words", near) or []
        for span in spans:
            claim.point("time", span)
        words = " ".join(" ".join(self.text[start:end].split()) for start, end in spans)
        row: Row = {}
        self._cells(claim, part, table, fields, row, Context(words=words))
        return row

    def _read_number(self, claim: ClaimRows, part: YamlMapping, near: Sequence[Span]) -> None:
        spans = self.words.anchor(part, "words", near, needed=True) or []
        hedge = self.words.anchor(part, "hedge", near) or []
        context = Context(
            self.document["language"],
            words=" ".join(" ".join(self.text[start:end].split()) for start, end in spans),
            hedge=" ".join(self.text[start:end] for start, end in hedge),
            measure_units=self.measure_units,
        )
        row: Row = {"quantity_id": text_of(part.get("id")) or ""}
        self._cells(claim, part, "quantities", NUMBER, row, context, needed=("measure",))
        row["evidence_id"] = claim.point("number", spans[0]) if spans else ""
        for span in hedge:
            claim.point("hedge", span)
        claim.add("quantities", row)

    def _read_places(self, claim: ClaimRows, item: YamlMapping, near: Sequence[Span]) -> None:
        for part, relation in self._pairs(item, "where", "claim_places", "relation", ["words"]):
            place = self.values.reference(part, relation, "places")
            claim.add("claim_places", {"place_id": place or "", "relation": relation})
            for span in self.words.anchor(part, "words", near) or ():
                claim.point("place", span)

    def _read_pairs(
        self, claim: ClaimRows, item: YamlMapping, key: str, table: str, fields: list[Field], others: list[str]
    ) -> None:
        for part, role in self._pairs(item, key, table, "role", others):
            row: Row = {"role": role}
            if key == "who":
                row["actor_id"] = self.values.reference(part, role, "actors") or ""
            else:
                row["object"] = self.values.cell(part, role, table, "object")
            self._cells(claim, part, table, fields, row, Context())
            claim.add(table, row)

    def _read_relations(self, claim: ClaimRows, item: YamlMapping, near: Sequence[Span]) -> None:
        for part, relation in self._pairs(item, "relations", "claim_relations", "relation", RELATION_KEYS):
            spans = self.words.anchor(part, "words", near) or []
            target = self.values.cell(part, relation, "claim_relations", "to_claim_id")
            claim.targets.append((part.marks[relation], target))
            row: Row = {"to_claim_id": target, "relation": relation}
            self._cells(claim, part, "claim_relations", RELATION, row, Context(words="yes" if spans else ""))
            row["evidence_id"] = claim.point("cue", spans[0]) if spans else ""
            claim.add("claim_relations", row)

    def _read_others(self, claim: ClaimRows, item: YamlMapping, near: Sequence[Span]) -> None:
        others = item.get("also")
        if others is None:
            return
        if not isinstance(others, YamlMapping):
            self.faults.add(item.marks["also"], f"expected words by role, one of {', '.join(ROLES)}")
            return
        check_keys(others, ROLES, self.faults)
        for role, words in others.items():
            for each in words if isinstance(words, list) else [words]:
                for span in self.words.find(others.marks[role], text_of(each) or "", near):
                    claim.point(role, span)

    # Parts and cells

    def _parts(self, item: YamlMapping, key: str, keys: list[str]) -> list[YamlMapping]:
        """Return the mappings under a key: one, or a list of them."""
        value = item.get(key)
        parts = value if isinstance(value, list) else [] if value is None else [value]
        if not all(isinstance(part, YamlMapping) for part in parts):
            self.faults.add(item.marks[key], f"{key}: expected keys such as {', '.join(keys[:4])}")
            return []
        for part in parts:
            check_keys(part, keys, self.faults)
        return parts

    def _pairs(self, item: YamlMapping, key: str, table: str, column: str, others: list[str]) -> list[tuple[YamlMapping, str]]:
        """Return the parts under a key, each with the code that it has as a key, such as `at` or `target`."""
        codes = self.contract.tables[table].column(column).codes
        pairs = []
        for part in self._parts(item, key, [*codes, *others]):
            found = [code for code in part if code in codes]
            if len(found) == 1:
                pairs.append((part, found[0]))
            else:
                self.faults.add(item.marks[key], f"{key}: expected one of {', '.join(codes)} in each part, found {len(found)}")
        return pairs

    def _cells(
        self,
        claim: ClaimRows,
        part: YamlMapping,
        table: str,
        fields: list[Field],
        row: Row,
        context: Context,
        needed: Sequence[str] = (),
    ) -> None:
        """Add the cells of a part to a row, with those that are filled in."""
        written: Row = {}
        for each in fields:
            is_missing = each.key in needed and not part.get(each.key)
            if each.key in part and each.key != "event" and not is_missing:
                written[each.key] = self.values.cell(part, each.key, table, each.column)
        for key in needed:
            if not part.get(key):
                mark = part.marks.get(key) or (part.marks[next(iter(part))] if part else claim.mark)
                self.faults.add(mark, f"{key} is missing")
        claim.filled += fill(fields, written, row, context)
