"""Turn an item of a draft into the rows of a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.strict_yaml import YamlMapping
from kursk_claims.curation.anchors import AnchorError, Span, find_anchor
from kursk_claims.curation.cells import find_cell_faults
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
from kursk_claims.curation.ids import name_id
from kursk_claims.curation.names import NAMES, find_named, list_codes
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.curation.source_words import find_source, quote_type
from kursk_claims.errors import UsageError
from kursk_claims.suggest import did_you_mean

PREFIXES = {"actors": "act", "places": "plc", "events": "evt", "documents": "doc"}
ROLES = ("content", "cue", "source", "number", "hedge", "place", "time")


@dataclass
class ClaimRows:
    """The rows of one claim. Columns of evidence ids hold the index of a span, such as `@2`, until ids are written."""

    mark: str
    faults: Faults
    claim_id: str = ""
    evidence_ids: list[str] = field(default_factory=list)
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    filled: list[str] = field(default_factory=list)
    targets: list[tuple[str, str]] = field(default_factory=list)  # marks and ids of the claims that it is related to

    def point(self, role: str, span: Span) -> str:
        """Return the reference to a span, which is added unless the claim has it."""
        entry = (role, *span)
        if entry not in self.spans:
            self.spans.append(entry)
        return f"@{self.spans.index(entry)}"

    def add(self, table: str, row: Row) -> None:
        """Add a row of a table."""
        self.rows.setdefault(table, []).append(row)


class DraftReader:
    """Reads the items of a draft about one document; new actors, places and events are added to the tables."""

    def __init__(self, tables: RecordTables, contract: Contract, document: Mapping[str, str], text: str, faults: Faults) -> None:
        self.tables, self.contract, self.document, self.text, self.faults = tables, contract, document, text, faults
        self.passages = [row for row in tables.rows("passages") if row["doc_id"] == document["doc_id"]]
        codes = tables.rows("codes")
        self.measure_units = {row["code"]: row["unit"] for row in codes if row["field"] == "quantities.measure" and row["unit"]}

    def read(self, item: YamlMapping) -> ClaimRows:
        """Return the rows of an item; what is wrong with it is added to the faults."""
        mark = item.marks[next(iter(item))] if item else "1:1"
        claim = ClaimRows(mark, self.faults, text_of(item.get("id")) or "")
        check_keys(item, CLAIM_KEYS, self.faults)
        claim.evidence_ids = [str(each) for each in item.get("evidence") or []]
        near = self._passage_span(item)
        content = self._anchor(item, "words", near)
        for span in content or ():
            claim.point("content", span)
        near = [self._span_of_passage(span) for span in content or ()] or near
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
        is_heading = any(row["disposition"] == "heading" for row in self.passages if self._holds(row, content or []))
        row: Row = {"claim_id": claim.claim_id, "doc_id": self.document["doc_id"]}
        context = Context(is_heading=is_heading, has_number=exact)
        self._cells(claim, item, "claims", CLAIM, row, context, needed=("says", "event"))
        row["event_id"] = self._reference(item, "event", "events") or ""
        claim.add("claims", row | when)
        return claim

    def _read_steps(self, claim: ClaimRows, item: YamlMapping, near: Sequence[Span], content: Sequence[Span]) -> None:
        """Read the chain, which begins with the origin, and add the document's own step 0 if it is left out."""
        steps = self._parts(item, "by", STEP_KEYS)
        publisher = self.document["publisher_id"]
        actors = [self._reference(step, "who", "actors") for step in steps]
        if not steps or actors[-1] != publisher:
            own = YamlMapping()
            own.marks["who"] = claim.mark
            steps, actors = [*steps, own], [*actors, publisher]
        kinds = {row["actor_id"]: row["kind"] for row in self.tables.rows("actors")}
        quoted = quote_type(self.text, content)
        for number, (step, actor) in enumerate(zip(reversed(steps), reversed(actors), strict=True)):
            cue = self._anchor(step, "cue", near) or []
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
            row["via_doc_id"] = (self._reference(step, "via", "documents") or "") if step.get("via") else ""
            row["cue_evidence_id"] = claim.point("cue", cue[0]) if cue else ""
            source = self._source(step, actor, number, near)
            row["source_evidence_id"] = claim.point("source", source) if source else ""
            uttered = self._read_time(claim, step, "attributions", UTTERED, UTTERED_KEYS, near)
            claim.add("attributions", row | uttered)

    def _source(self, step: YamlMapping, actor: str | None, number: int, near: Sequence[Span]) -> Span | None:
        if "source" in step:
            return next(iter(self._anchor(step, "source", near) or ()), None)
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
        spans = self._anchor(part, "words", near) or []
        for span in spans:
            claim.point("time", span)
        words = " ".join(" ".join(self.text[start:end].split()) for start, end in spans)
        row: Row = {}
        self._cells(claim, part, table, fields, row, Context(words=words))
        return row

    def _read_number(self, claim: ClaimRows, part: YamlMapping, near: Sequence[Span]) -> None:
        spans = self._anchor(part, "words", near, needed=True) or []
        hedge = self._anchor(part, "hedge", near) or []
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
            place = self._reference(part, relation, "places")
            claim.add("claim_places", {"place_id": place or "", "relation": relation})
            for span in self._anchor(part, "words", near) or ():
                claim.point("place", span)

    def _read_pairs(
        self, claim: ClaimRows, item: YamlMapping, key: str, table: str, fields: list[Field], others: list[str]
    ) -> None:
        for part, role in self._pairs(item, key, table, "role", others):
            row: Row = {"role": role}
            if key == "who":
                row["actor_id"] = self._reference(part, role, "actors") or ""
            else:
                row["object"] = self._cell(part, role, table, "object")
            self._cells(claim, part, table, fields, row, Context())
            claim.add(table, row)

    def _read_relations(self, claim: ClaimRows, item: YamlMapping, near: Sequence[Span]) -> None:
        for part, relation in self._pairs(item, "relations", "claim_relations", "relation", RELATION_KEYS):
            spans = self._anchor(part, "words", near) or []
            target = self._cell(part, relation, "claim_relations", "to_claim_id")
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
                for span in self._find(others.marks[role], text_of(each) or "", near):
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
            if each.key in part and each.key != "event":
                written[each.key] = self._cell(part, each.key, table, each.column)
        for key in needed:
            if not part.get(key):
                mark = part.marks.get(key) or (part.marks[next(iter(part))] if part else claim.mark)
                self.faults.add(mark, f"{key} is missing")
        claim.filled += fill(fields, written, row, context)

    def _cell(self, part: YamlMapping, key: str, table: str, column: str) -> str:
        """Return a value as the text of a cell, after checking it by its column."""
        cell, mark = text_of(part[key]), part.marks[key]
        if cell is None:
            self.faults.add(mark, f"{key}: expected a text, found {type(part[key]).__name__}")
            return ""
        described = self.contract.tables[table].column(column)
        if described.code_list:
            codes = list_codes(self.tables, f"{table}.{column}")
            if cell and cell not in codes:
                self.faults.add(
                    mark,
                    f"{key}: no code {cell!r}{did_you_mean(cell, codes)}; the codes are {', '.join(codes)}",
                    f"a new one is added with `kursk-claims curate code add {table}.{column} CODE`",
                )
        else:
            for expected, found, fix in find_cell_faults(self.contract.tables[table], described, cell):
                hint = did_you_mean(cell, described.codes) if described.codes else ""
                self.faults.add(mark, f"{key}: expected {expected}; found {found}{hint}", fix)
        return cell

    def _reference(self, part: YamlMapping, key: str, table: str) -> str | None:
        """Return the id of the row that a value names; a mapping makes a new row."""
        value = part.get(key)
        if isinstance(value, YamlMapping):
            return self._new_row(value, table)
        name = text_of(value)
        mark = part.marks.get(key, "1:1")
        if not name:
            if key in part:
                self.faults.add(mark, f"{key}: expected the name or id of one of the {table}")
            return None
        try:
            row = find_named(self.tables, table, name)
        except UsageError as error:
            self.faults.add(mark, str(error))
            return None
        if row is None:
            rows = self.tables.rows(table)
            known = [row[column] for row in rows for column in (next(iter(row)), *NAMES[table]) if row[column]]
            main = NAMES[table][0]
            self.faults.add(
                mark,
                f"none of the {table} is called {name!r}{did_you_mean(name, known)}",
                f"to make a row for it, write {key}: {{{main}: {name}, kind: …}}",
            )
            return None
        return next(iter(row.values()))

    def _new_row(self, value: YamlMapping, table: str) -> str | None:
        """Return the id of the row that a mapping describes, which is added unless its id or name is known."""
        schema = self.contract.tables[table]
        check_keys(value, [*schema.column_names, "id"], self.faults)
        cells = {name: self._cell(value, name, table, name) for name in value if name in schema.column_names}
        key, main = schema.primary_key[0], NAMES[table][0]
        name, written = cells.get(main, ""), text_of(value.get("id")) or cells.get(key, "")
        mark = value.marks[next(iter(value))] if value else "1:1"
        try:
            known = find_named(self.tables, table, written or name) if written or name else None
        except UsageError as error:
            self.faults.add(mark, str(error))
            return None
        if known:
            self.tables.update(table, known, {**cells, key: known[key]})
            return known[key]
        taken = {row[key] for row in self.tables.rows(table)}
        row_id = written or name_id(PREFIXES[table], name, taken)
        if not name or not row_id:
            self.faults.add(mark, f"expected {main} and kind of a new row of {table}, and an id if its name has no Latin letters")
            return None
        self.tables.insert(table, {**cells, key: row_id})
        return row_id

    # Words

    def _anchor(self, part: YamlMapping, key: str, near: Sequence[Span], needed: bool = False) -> list[Span] | None:
        words = text_of(part.get(key))
        if not words:
            if needed or (key == "words" and "says" in part):
                mark = part.marks.get(key) or (part.marks[next(iter(part))] if part else "1:1")
                self.faults.add(mark, f"{key}: expected words of the text")
            return None
        return self._find(part.marks[key], words, near)

    def _find(self, mark: str, words: str, near: Sequence[Span]) -> list[Span]:
        try:
            return find_anchor(words, self.text, near)
        except AnchorError as error:
            problem, *places = error.args
            advice = ["add more words, with those that are meant in [[double brackets]], or a passage"] if places else []
            self.faults.add(mark, problem, *places, *advice)
            return []

    def _passage_span(self, item: YamlMapping) -> list[Span]:
        name = text_of(item.get("passage"))
        if not name:
            return []
        found = [(int(row["char_start"]), int(row["char_end"])) for row in self.passages if row["passage_id"] == name]
        if not found:
            known = [row["passage_id"] for row in self.passages]
            self.faults.add(
                item.marks["passage"], f"{self.document['doc_id']} has no passage {name!r}{did_you_mean(name, known)}"
            )
        return found

    def _span_of_passage(self, span: Span) -> Span:
        return next(((int(row["char_start"]), int(row["char_end"])) for row in self.passages if self._holds(row, [span])), span)

    @staticmethod
    def _holds(passage: Mapping[str, str], spans: Sequence[Span]) -> bool:
        return any(int(passage["char_start"]) <= start and end <= int(passage["char_end"]) for start, end in spans)
