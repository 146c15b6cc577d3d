"""docs/table-schema.json, which editors use, allows what the reader of schemas allows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from kursk_claims.contract.table_schema import (
    COLUMN_KEYS,
    COLUMN_METADATA_KEYS,
    TABLE_KEYS,
    TABLE_METADATA_KEYS,
    load_table_schema,
)
from kursk_claims.contract.types import COLUMN_TYPES
from kursk_claims.errors import ContractError
from support import ROOT

SCHEMA = json.loads((ROOT / "docs" / "table-schema.json").read_text(encoding="utf-8"))
EDITOR = Draft7Validator(SCHEMA)
COLUMN = SCHEMA["definitions"]["column"]["properties"]


def test_it_is_a_json_schema_with_the_keys_and_types_of_the_reader() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(TABLE_KEYS)
    assert set(SCHEMA["properties"]["metadata"]["properties"]) == set(TABLE_METADATA_KEYS)
    assert set(COLUMN) == set(COLUMN_KEYS)
    assert set(COLUMN["metadata"]["properties"]) == set(COLUMN_METADATA_KEYS)
    assert COLUMN["dtype"]["enum"] == list(COLUMN_TYPES)


@pytest.mark.parametrize("path", sorted(ROOT.glob("schemas/*.yaml")), ids=lambda path: path.stem)
def test_it_accepts_every_schema(path: Path) -> None:
    assert [error.message for error in EDITOR.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Claims", "titel: Claims"),
        ("    isin: [occ", "    isin_: [occ"),
        ("references:", "refers:"),
        ("dtype: String", "dtype: Text"),
        ("    description: Identifier of the claim.\n", ""),
        ("title: Claims", "title: ' '"),
        ("[claim_id]", "[]"),
        ("min_value: 10,", "min_value: x,"),
        ("isin: [affirmed, negated]", "isin: [affirmed, affirmed]"),
        ("isin: [affirmed, negated]", "isin: []"),
        ("dtype: Date\n", "dtype: Date\n    isin: [a]\n"),
        ("dtype: Date\n", "dtype: Date\n    greater_than_or_equal_to: 1\n"),
        ("dtype: String\n    nullable", "dtype: String\n    in_range: {min_value: 1, max_value: 2}\n    nullable"),
        ("dtype: String\n    isin: [occ", "dtype: Int32\n    isin: [occ"),
        ("str_matches: ^", "str_matches: "),
        ("nullable: true", "nullable: maybe"),
        (", missing: Nothing to add.", ""),
        ("  note:\n", "  no te:\n"),
        ("strict: true", "strict: false"),
    ],
    ids=lambda value: value.strip()[:24],
)
def test_it_refuses_what_the_reader_refuses(old: str, new: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(ROOT / "schemas" / "claims.yaml", tmp_path))
    text = path.read_text(encoding="utf-8")
    assert old in text, "nothing would change"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractError):
        load_table_schema(path)
    assert not EDITOR.is_valid(yaml.safe_load(path.read_text(encoding="utf-8")))
