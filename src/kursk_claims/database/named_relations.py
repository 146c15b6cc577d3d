"""Find the tables and views that a query needs, so that no others are opened for it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence

import duckdb

from kursk_claims.contract.model import SqlStatement
from kursk_claims.database.views import TABLE_FUNCTIONS, walk_tree


def find_needed_relations(
    connection: duckdb.DuckDBPyConnection, sql: str | None, tables: Collection[str], views: Sequence[SqlStatement]
) -> Collection[str]:
    """Return the names of the tables and views that a query reads, by name or through views.

    Returns all of them unless it is certain that the query reads no others: for a statement that is no SELECT, or one that
    lists the tables, names an unknown one or is wrong, whose message names similar tables.
    """
    views_by_name = {view.name: view for view in views}
    everything = {*tables, *views_by_name}
    pending = _named_relations(connection, sql, everything)
    if pending is None or not pending <= everything:
        return everything
    needed: set[str] = set()
    while pending:
        name = pending.pop()
        needed.add(name)
        if name in views_by_name:  # every word that is a name: to parse a long view takes longer than to open a table too many
            pending |= {*re.findall(r"\w+", views_by_name[name].sql.lower())} & everything - needed
    return needed


def _named_relations(connection: duckdb.DuckDBPyConnection, sql: str | None, everything: Collection[str]) -> set[str] | None:
    """Return the relations that a query names; None if it may read others.

    A name that WITH defines is left out, unless a table or view has it too: the query may mean either.
    """
    try:
        ((serialized,),) = connection.execute("SELECT json_serialize_sql(?)", [(sql or "").rstrip().removesuffix(";")]).fetchall()
        tree = json.loads(serialized)
    except (duckdb.Error, ValueError, RecursionError):
        return None
    if tree["error"] or len(tree["statements"]) != 1:
        return None
    names, defined = set(), set()
    for node in walk_tree(tree):
        kind = str(node.get("type"))
        if (
            kind == "SHOW_REF"
            or kind.endswith("_QUERY_NODE")
            or (kind == "TABLE_FUNCTION" and node["function"]["function_name"] not in TABLE_FUNCTIONS)
        ):
            return None
        if kind == "BASE_TABLE":
            if node["catalog_name"] or node["schema_name"]:
                return None
            names.add(node["table_name"].lower())
        defined |= {entry["key"].lower() for entry in (node.get("cte_map") or {}).get("map", ())}
    return names - defined.difference(everything)
