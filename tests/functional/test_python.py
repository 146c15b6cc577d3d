"""The public functions: connect, table and schema. `check` is tested with its command."""

from __future__ import annotations

from pathlib import Path

import pytest

import kursk_claims
from kursk_claims.contract.loader import load_contract
from kursk_claims.errors import ContractError, RecordsError, WorkspaceError
from kursk_claims.workspace import find_workspace
from support import ROOT, Copy

CONTRACT = load_contract(find_workspace(ROOT).schemas)


def test_connect_returns_a_database_with_comments(records: Copy) -> None:
    connection = kursk_claims.connect(workspace=records.root)
    tables = connection.sql("SELECT table_name, comment FROM duckdb_tables()").fetchall()
    assert dict(tables) == {name: table.description for name, table in CONTRACT.tables.items()}
    columns = connection.sql("SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal").fetchall()
    comments = {(table, column): comment for table, column, comment in columns}
    for table in [*CONTRACT.tables.values(), *CONTRACT.view_schemas.values()]:
        for column in table.columns:
            unit = f" [{column.unit}]" if column.unit else ""
            assert comments[table.name, column.name] == column.description + unit
    views = connection.sql("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
    assert dict(views) == {view.name: view.header["says"] for view in CONTRACT.views}
    connection.execute("CREATE TABLE mine AS SELECT 1 AS a")  # not locked: people bring their own data


def test_table_and_schema_of_a_name(records: Copy) -> None:
    claims = kursk_claims.table("claims", workspace=records.root)
    assert claims.column("claim_id").to_pylist() == sorted(row["claim_id"] for row in records.rows("claims"))
    assert kursk_claims.table("said", workspace=records.root).num_rows == claims.num_rows
    schema = kursk_claims.schema("claims", workspace=records.root)
    assert list(schema.columns) == CONTRACT.tables["claims"].column_names
    assert (schema.strict, schema.ordered, schema.description) == (True, True, CONTRACT.tables["claims"].description)


def test_errors_in_python(real: Copy, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match=r"no table or view 'claim' \(did you mean 'claims'"):
        kursk_claims.table("claim", workspace=real.root)
    with pytest.raises(KeyError, match=r"no table 'saids' \(did you mean 'said'"):
        kursk_claims.schema("saids", workspace=real.root)
    with pytest.raises(WorkspaceError, match="no such folder"):
        kursk_claims.connect(workspace=tmp_path / "nope")
    real.csv("claims").unlink()
    with pytest.raises(RecordsError, match=r"claims\.csv: No such file or directory"):
        kursk_claims.connect(workspace=real.root)
    (real.root / "schemas" / "claims.yaml").write_text("- a list\n", encoding="utf-8")
    with pytest.raises(ContractError, match="expected keys with values, found list"):
        kursk_claims.connect(workspace=real.root)
