"""Compare the claims and ids of two versions: corrections, and ids that were lost or used again.

Each function reads the tables of a connection and those of the version before in its schema `old`. What needs a table that
either version lacks finds nothing, so that a contract without claims is released too.
"""

from __future__ import annotations

import duckdb

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.database.sql import quote_identifier

# What a claim says, apart from wording: whether it is so, who says it, and which number.
CORRECTIONS = """
SELECT n.claim_id, 'polarity was ' || o.polarity || ', is ' || n.polarity FROM said n JOIN old.said o USING (claim_id)
WHERE n.polarity <> o.polarity
UNION ALL
SELECT n.claim_id, 'origin was ' || o.origin || ', is ' || n.origin FROM said n JOIN old.said o USING (claim_id)
WHERE n.origin_id <> o.origin_id
UNION ALL
SELECT n.claim_id, 'number was ' || coalesce(o.number, 'none') || ', is ' || coalesce(n.number, 'none')
FROM said n JOIN old.said o USING (claim_id) WHERE n.number IS DISTINCT FROM o.number
ORDER BY ALL"""
# A claim whose words and whose place in the text have both changed is another claim under an old id.
REUSED_CLAIMS = """
SELECT n.claim_id FROM claims n JOIN old.claims o USING (claim_id)
WHERE n.statement <> o.statement AND NOT EXISTS (
    SELECT 1 FROM evidence a JOIN old.evidence b USING (claim_id, doc_id)
    WHERE a.claim_id = n.claim_id AND a.role = 'content' AND b.role = 'content'
      AND a.char_start < b.char_end AND b.char_start < a.char_end)
ORDER BY ALL"""


def find_corrections(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return id and change of each claim whose polarity, origin or number differs."""
    return connection.execute(CORRECTIONS).fetchall() if _has_tables(connection, "said") else []


def find_reused_claims(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the id of each claim that is another claim than before."""
    return _first_column(connection, REUSED_CLAIMS) if _has_tables(connection, "claims", "evidence") else []


def find_lost_ids(connection: duckdb.DuckDBPyConnection, contract: Contract) -> list[tuple[str, str]]:
    """Return table and id of each row that is gone but not in `retired`."""
    lost = []
    for table in _tables_with_ids(connection, contract):
        name, key = quote_identifier(table.name), quote_identifier(table.primary_key[0])
        query = f"""SELECT {key} FROM old.{name} WHERE {key} NOT IN (SELECT {key} FROM {name})
            AND {key} NOT IN (SELECT retired_id FROM retired) ORDER BY 1"""
        if _has_tables(connection, table.name):
            lost += [(table.name, each) for each in _first_column(connection, query)]
    return lost


def find_revived_ids(connection: duckdb.DuckDBPyConnection, contract: Contract) -> list[tuple[str, str]]:
    """Return table and id of each row whose id the version before had retired."""
    revived = []
    for table in _tables_with_ids(connection, contract):
        name, key = quote_identifier(table.name), quote_identifier(table.primary_key[0])
        query = f"SELECT {key} FROM {name} WHERE {key} IN (SELECT retired_id FROM old.retired) ORDER BY 1"
        revived += [(table.name, each) for each in _first_column(connection, query)]
    return revived


def _tables_with_ids(connection: duckdb.DuckDBPyConnection, contract: Contract) -> list[Table]:
    """Return the tables whose key is one column of text, if ids can be retired."""
    if not _has_tables(connection, "retired"):
        return []
    keyed = [table for table in contract.tables.values() if len(table.primary_key) == 1 and table.name != "retired"]
    return [table for table in keyed if table.column(table.primary_key[0]).dtype == "String"]


def _has_tables(connection: duckdb.DuckDBPyConnection, *names: str) -> bool:
    """Whether both versions have all of these tables or views."""
    query = "SELECT table_schema, table_name FROM information_schema.tables"
    return {(schema, name) for schema in ("main", "old") for name in names} <= set(connection.execute(query).fetchall())


def _first_column(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [row[0] for row in connection.execute(query).fetchall()]
