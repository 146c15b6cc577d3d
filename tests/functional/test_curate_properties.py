"""Properties of drafts: a single typo is reported at its line, and a draft of any records gives the same records."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kursk_claims.claims.text import read_canonical_text
from kursk_claims.contract.loader import load_workspace_contract
from kursk_claims.contract.model import Column
from kursk_claims.curation.add import Draft, add_claims, find_document
from kursk_claims.curation.draft_file import Faults, load_draft
from kursk_claims.curation.draft_items import HANGING, DraftWriter, leave_out_ids, render_draft
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.errors import DataError
from kursk_claims.workspace import Workspace
from support import FICTION

DOCUMENT = "doc-border-gazette-raid"
ID_KEYS = {"id", "via", "denies", "contradicts", "explains", "restates", "refines", "rounds", "corroborates"}
CODE_KEYS = {
    "kind", "polarity", "mode", "prominence", "specificity", "class", "commitment", "quote", "channel", "basis", "measure",
    "unit", "comparator", "bounds", "change", "aggregation", "effect", "affected", "instrument", "supplied", "topic",
}  # fmt: skip


@cache
def fiction_draft() -> str:
    """Return the draft of all claims of the fiction."""
    tables, contract = _records()
    writer = DraftWriter(tables, contract, find_document(tables, DOCUMENT), read_canonical_text(FICTION / "article.txt"))
    claims = tables.rows("claims")
    items = leave_out_ids([writer.item(row) for row in claims], tables, {row["claim_id"] for row in claims})
    return render_draft(items, DOCUMENT)


def _records() -> tuple[RecordTables, Any]:
    workspace = Workspace(FICTION)
    contract = load_workspace_contract(workspace)
    return RecordTables.read(workspace, contract), contract


@cache
def typo_places() -> list[yaml.ScalarNode]:
    """Return the keys, ids and codes of the draft's claims."""
    root: Any = yaml.compose(fiction_draft())
    return [node for key, value in root.value if key.value == "claims" for node in _find_words(value)]


def _find_words(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _find_words(each)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            if isinstance(value, yaml.ScalarNode) and key.value in ID_KEYS | CODE_KEYS:
                yield value
            yield from _find_words(value)


def add_with_typo(node: yaml.ScalarNode, folder: Path) -> list[str]:
    """Double the last letter of a word of the draft and return the lines of what `add` reports."""
    draft, end = fiction_draft(), node.end_mark.index - (node.style is not None)
    path = folder / "draft.yaml"
    path.write_text(draft[:end] + draft[end - 1] + draft[end:], encoding="utf-8")
    tables, contract = _records()
    try:
        content = load_draft(path)
        add_claims(tables, contract, [Draft(content, read_canonical_text(FICTION / "article.txt"), Faults(path))])
    except DataError as error:
        return [line for line in error.args if line.startswith(f"{path}:{node.start_mark.line + 1}:")]
    return []


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_single_typo_is_reported_at_its_line(data: st.DataObject, tmp_path: Path) -> None:
    node = data.draw(st.sampled_from(typo_places()))
    assert add_with_typo(node, tmp_path), f"line {node.start_mark.line + 1}: {node.value}"


def test_the_draft_without_a_typo_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(fiction_draft(), encoding="utf-8")
    tables, contract = _records()
    add_claims(tables, contract, [Draft(load_draft(path), read_canonical_text(FICTION / "article.txt"), Faults(path))])
    assert tables.changes() == []


def changeable_cells() -> list[tuple[str, dict[str, str], str, list[str]]]:
    """Return the cells of claims that a draft can write, each as table, row, column and the values that it may have."""
    tables, contract = _records()
    cells = []
    for table in ("claims", *HANGING):
        for row in tables.rows(table):
            for column in contract.tables[table].columns:
                values = ["", "Said in other words."] if column.name == "note" else _values(column)
                fixed = {*contract.tables[table].primary_key, "role" if table == "evidence" else ""}
                if values and column.name not in fixed:
                    cells.append((table, row, column.name, values))
    return cells


def _values(column: Column) -> list[str]:
    if column.dtype == "Date":
        return ["", "2031-03-01", "2031-03-20"]
    if column.dtype == "Float64":
        return ["", "0.5", "68", "1200000"]
    return column.codes


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_draft_of_any_records_gives_the_same_records(data: st.DataObject, tmp_path: Path) -> None:
    text, records = read_canonical_text(FICTION / "article.txt"), Workspace(FICTION).records
    tables, contract = _records()
    for table, row, column, values in data.draw(st.lists(st.sampled_from(changeable_cells()), min_size=1, max_size=12)):
        key = {name: row[name] for name in contract.tables[table].primary_key}
        tables.update(table, key, {column: data.draw(st.sampled_from(values))})
    wanted = {table: tables.rows(table) for table in ("claims", *HANGING)}
    writer = DraftWriter(tables, contract, find_document(tables, DOCUMENT), text)
    items = leave_out_ids([writer.item(row) for row in wanted["claims"]], tables, {row["claim_id"] for row in wanted["claims"]})
    path = tmp_path / "draft.yaml"
    path.write_text(render_draft(items, DOCUMENT), encoding="utf-8")
    again = RecordTables(records, contract, {name: _file(records, name, is_empty=name in wanted) for name in contract.tables})
    add_claims(again, contract, [Draft(load_draft(path), text, Faults(path))])
    assert {table: again.rows(table) for table in wanted} == wanted


def _file(records: Path, table: str, *, is_empty: bool) -> bytes:
    """Return the bytes of a table, or only its header."""
    raw = (records / f"{table}.csv").read_bytes()
    return raw[: raw.index(b"\n") + 1] if is_empty else raw
