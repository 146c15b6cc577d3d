"""A single typo in a key, an id or a code of a draft is reported at its line."""

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
from kursk_claims.curation.add import Draft, add_claims, find_document
from kursk_claims.curation.draft_file import Faults, load_draft
from kursk_claims.curation.draft_items import DraftWriter, leave_out_ids, render_draft
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
