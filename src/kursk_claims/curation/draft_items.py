"""Turn the rows of claims into a draft, which `add` turns into the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kursk_claims.contract.loader import Contract
from kursk_claims.curation.anchors import Span, word_anchor
from kursk_claims.curation.draft_fields import CLAIM, NUMBER, RELATION, STEP, THING, UTTERED, WHEN, Context, leave_out
from kursk_claims.curation.draft_rows import ROLES
from kursk_claims.curation.names import NAMES
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.curation.source_words import find_source, quote_type

Row = Mapping[str, str]


class DraftWriter:
    """Writes the claims of one document as items of a draft."""

    def __init__(self, tables: RecordTables, contract: Contract, document: Row, text: str) -> None:
        self.tables, self.contract, self.document, self.text = tables, contract, document, text
        self.actors = {row["actor_id"]: row for row in tables.rows("actors")}
        self.passages = {row["passage_id"]: row for row in tables.rows("passages")}
        self.names = {table: _unique_names(tables.rows(table), columns) for table, columns in NAMES.items()}
        codes = tables.rows("codes")
        self.measure_units = {row["code"]: row["unit"] for row in codes if row["field"] == "quantities.measure" and row["unit"]}

    def item(self, claim: Row) -> tuple[dict[str, Any], list[str]]:
        """Return a claim as an item, and the ids of its evidence in the order in which `add` makes them."""
        own = {table: self._rows_of(table, claim["claim_id"]) for table in HANGING}
        evidence = {row["evidence_id"]: row for row in own["evidence"]}
        content = [_span(row) for row in evidence.values() if row["role"] == "content"]
        near = [self._passage_span(row) for row in evidence.values() if row["role"] == "content"]
        self.used: list[str] = [row["evidence_id"] for row in sorted(evidence.values(), key=_start) if row["role"] == "content"]
        own_content = [row for row in evidence.values() if row["role"] == "content"]
        is_heading = any(self.passages[row["passage_id"]]["disposition"] == "heading" for row in own_content)
        exact = any(row["comparator"] != "vague" for row in own["quantities"])
        item: dict[str, Any] = {"id": claim["claim_id"], "says": claim["statement"], "words": word_anchor(content, self.text)}
        steps = self._steps(own["attributions"], evidence, near, content)
        numbers = [self._number(row, evidence, near) for row in own["quantities"]]
        cells = leave_out(CLAIM, claim, Context(is_heading=is_heading, has_number=exact))
        cells["event"] = self.names["events"].get(claim["event_id"], claim["event_id"])
        item |= {key: cells[key] for key in cells if key not in ("says", "note")}
        if steps:
            item["by"] = steps
        if numbers:
            item["number"] = numbers[0] if len(numbers) == 1 else numbers
        item |= self._pairs(own, evidence, near)
        when = self._when(claim, evidence, WHEN, "time_surface", near)
        item |= {"when": when} if when else {}
        item |= self._others(evidence, near)
        item |= {"note": claim["note"]} if claim["note"] else {}
        return item, list(self.used)

    def _rows_of(self, table: str, claim_id: str) -> list[Row]:
        return [row for row in self.tables.rows(table) if row[HANGING[table]] == claim_id]

    def _words(self, evidence_id: str, evidence: Mapping[str, Row], near: Sequence[Span]) -> str:
        """Return the words of a row of evidence, which is then no longer one of the others."""
        if evidence_id not in self.used:
            self.used.append(evidence_id)
        return word_anchor([_span(evidence[evidence_id])], self.text, near)

    def _steps(
        self, rows: Sequence[Row], evidence: Mapping[str, Row], near: Sequence[Span], content: Sequence[Span]
    ) -> list[dict[str, Any]]:
        ordered = sorted(rows, key=lambda row: int(row["step"]))
        kinds = {key: row["kind"] for key, row in self.actors.items()}
        steps = []
        for row in ordered:
            is_own = row["step"] == "0"
            cue = row["cue_evidence_id"]
            context = Context(
                self.document["language"],
                words=self.text[slice(*_span(evidence[cue]))] if cue else "",
                is_origin=row is ordered[-1],
                is_own=is_own,
                is_quoted=quote_type(self.text, content),
                publisher=self.document["publisher_id"],
                actor_kinds=kinds,
            )
            cells: dict[str, Any] = leave_out(STEP, row, context)
            step: dict[str, Any] = {} if is_own else {"who": self.names["actors"].get(row["actor_id"], row["actor_id"])}
            if cue:
                step["cue"] = self._words(cue, evidence, near)
            step |= self._source(row, evidence, near)
            if row["via_doc_id"]:
                step["via"] = row["via_doc_id"]
            step |= {key: cells[key] for key in cells if key not in ("who", "via")}
            when = self._when(row, evidence, UTTERED, "uttered_surface", near)
            step |= {"when": when} if when else {}
            if is_own and step:
                step = {"who": self.names["actors"].get(row["actor_id"], row["actor_id"]), **step}
            if step:
                steps.append(step)
        return steps[::-1]

    def _source(self, row: Row, evidence: Mapping[str, Row], near: Sequence[Span]) -> dict[str, Any]:
        actor = self.actors[row["actor_id"]]
        found = find_source([actor[name] for name in NAMES["actors"]], self.text, near) if row["step"] != "0" else None
        source = row["source_evidence_id"]
        words = self._words(source, evidence, near) if source else None
        return {} if (found == _span(evidence[source]) if source else found is None) else {"source": words}

    def _when(
        self, row: Row, evidence: Mapping[str, Row], fields: list[Any], surface: str, near: Sequence[Span]
    ) -> dict[str, Any]:
        """Return what is known of a time, with the words of the evidence that has its surface."""
        wanted = row[surface]
        times = [each for each in evidence.values() if each["role"] == "time"]
        found = [each for each in times if wanted and " ".join(self.text[slice(*_span(each))].split()) == wanted]
        when: dict[str, Any] = {}
        if found:
            when["words"] = self._words(found[0]["evidence_id"], evidence, near)
        return when | leave_out(fields, row, Context(words=wanted if found else ""))

    def _number(self, row: Row, evidence: Mapping[str, Row], near: Sequence[Span]) -> dict[str, Any]:
        spans = [_span(evidence[row["evidence_id"]])]
        hedges = [each for each in evidence.values() if each["role"] == "hedge" and each["evidence_id"] not in self.used]
        number: dict[str, Any] = {"id": row["quantity_id"], "words": self._words(row["evidence_id"], evidence, near)}
        hedge = ""
        if hedges:
            hedge = self.text[slice(*_span(hedges[0]))]
            number["hedge"] = self._words(hedges[0]["evidence_id"], evidence, near)
        words = " ".join(" ".join(self.text[start:end].split()) for start, end in spans)
        context = Context(self.document["language"], words=words, hedge=hedge, measure_units=self.measure_units)
        return number | leave_out(NUMBER, row, context)

    def _pairs(self, own: Mapping[str, list[Row]], evidence: Mapping[str, Row], near: Sequence[Span]) -> dict[str, Any]:
        """Return places, actors, things and relations; evidence of places goes to the first ones."""
        places = [{row["relation"]: self.names["places"].get(row["place_id"], row["place_id"])} for row in own["claim_places"]]
        spans = [row for row in sorted(evidence.values(), key=_start) if row["role"] == "place"]
        for part, row in zip(places, spans, strict=False):
            part["words"] = self._words(row["evidence_id"], evidence, near)
        actors = [{row["role"]: self.names["actors"].get(row["actor_id"], row["actor_id"])} for row in own["claim_actors"]]
        things = [{row["role"]: row["object"], **leave_out(THING, row, Context())} for row in own["claim_objects"]]
        relations = []
        for row in own["claim_relations"]:
            words = {"words": self._words(row["evidence_id"], evidence, near)} if row["evidence_id"] else {}
            cells = leave_out(RELATION, row, Context(words="yes" if words else ""))
            relations.append({row["relation"]: row["to_claim_id"], **words, **cells})
        parts = {"where": places, "who": actors, "what": things, "relations": relations}
        return {key: value for key, value in parts.items() if value}

    def _others(self, evidence: Mapping[str, Row], near: Sequence[Span]) -> dict[str, Any]:
        """Return the words of evidence that nothing else in the item has."""
        others: dict[str, list[str]] = {}
        for role in ROLES:
            for row in sorted(evidence.values(), key=_start):
                if row["role"] == role and row["evidence_id"] not in self.used:
                    others.setdefault(role, []).append(self._words(row["evidence_id"], evidence, near))
        return {"also": others} if others else {}

    def _passage_span(self, row: Row) -> Span:
        return _span(self.passages[row["passage_id"]])


HANGING = {  # the tables whose rows hang on a claim, and the column with its id
    "attributions": "claim_id",
    "evidence": "claim_id",
    "quantities": "claim_id",
    "claim_places": "claim_id",
    "claim_actors": "claim_id",
    "claim_objects": "claim_id",
    "claim_relations": "from_claim_id",
}


def without_ids(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item without the ids of its quantities."""
    numbers = item.get("number", [])
    for number in numbers if isinstance(numbers, list) else [numbers]:
        del number["id"]
    return item


def leave_out_ids(
    items: Iterable[tuple[dict[str, Any], list[str]]], tables: RecordTables, claim_ids: set[str]
) -> list[dict[str, Any]]:
    """Return the items with ids of evidence and quantities only where `add` would give others to claims without rows."""
    ids = [row["evidence_id"] for row in tables.rows("evidence") if row["claim_id"] not in claim_ids]
    numbers = [row["quantity_id"] for row in tables.rows("quantities") if row["claim_id"] not in claim_ids]
    last, last_number = _last(ids), _last(numbers)
    kept = []
    for item, evidence in items:
        if evidence != [f"evd-{last + index:03d}" for index in range(1, len(evidence) + 1)]:
            item["evidence"] = evidence
        last = max(last, _last(evidence))
        quantities = item.get("number", [])
        for quantity in quantities if isinstance(quantities, list) else [quantities]:
            if quantity["id"] == f"qty-{last_number + 1:03d}":
                last_number += 1
                del quantity["id"]
            else:
                last_number = max(last_number, _last([quantity["id"]]))
        kept.append(item)
    return kept


def _last(ids: Sequence[str]) -> int:
    return max((int(each[4:]) for each in ids if each[4:].isdecimal()), default=0)


def render_draft(items: Iterable[Mapping[str, Any]], doc_id: str) -> str:
    """Return a draft as YAML."""
    import yaml

    rendered: str = yaml.safe_dump(
        {"document": doc_id, "claims": [dict(item) for item in items]},
        sort_keys=False,
        allow_unicode=True,
        width=120,
        default_flow_style=None,
    )
    return rendered


def _span(row: Row) -> Span:
    return int(row["char_start"]), int(row["char_end"])


def _start(row: Row) -> tuple[int, str]:
    return int(row["char_start"]), row["evidence_id"]


def _unique_names(rows: Sequence[Row], columns: Sequence[str]) -> dict[str, str]:
    """Return the name of each row by id, where no other row has it."""
    all_names = [row[column].casefold() for row in rows for column in columns if row[column]]
    return {
        next(iter(row.values())): row[columns[0]]
        for row in rows
        if row[columns[0]] and all_names.count(row[columns[0]].casefold()) == 1
    }
