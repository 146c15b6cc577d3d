"""Create the views that come with data.

Their SQL is someone else's. It runs in the sandbox only, it does nothing but create the view that it names, and it reads nothing
but relations of the database: so a view that is exported, or queried elsewhere, cannot read files there either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import duckdb

from kursk_claims.contract.model import SqlStatement
from kursk_claims.database.sandbox import is_sandboxed
from kursk_claims.database.sql import describe_error
from kursk_claims.errors import ContractError

CREATE_VIEW = re.compile(r"CREATE\s+(?:OR\s+REPLACE\s+)?VIEW\s+(\w+)\s+AS\b(.+)", re.IGNORECASE | re.DOTALL)
TABLE_FUNCTIONS = {"generate_series", "json_each", "json_tree", "range", "unnest"}  # those that read only their arguments


def create_views(connection: duckdb.DuckDBPyConnection, views: Iterable[SqlStatement], *, trusted: bool = False) -> None:
    """Create views in order. `trusted` allows a connection without a sandbox. Raises `ContractError` if one fails."""
    assert trusted or is_sandboxed(connection)
    for view in views:
        try:
            _require_view(connection, view)
            connection.execute(view.sql)
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.Error, ValueError, RecursionError) as error:
            problem, *excerpt = describe_error(error)
            raise ContractError(f"{view.path}:{view.line}:1: view {view.name}: {problem}", *excerpt) from None


def _require_view(connection: duckdb.DuckDBPyConnection, view: SqlStatement) -> None:
    """Raise `ValueError` unless the SQL is one CREATE VIEW with the view's name, over relations of the database."""
    if (count := len(connection.extract_statements(view.sql))) != 1:
        raise ValueError(f"expected one statement, found {count}.")
    match = CREATE_VIEW.match(view.sql)
    if match is None or match[1] != view.name:
        raise ValueError(f"expected CREATE VIEW {view.name} AS …, found {' '.join(view.sql[:60].split())!r}.")
    ((serialized,),) = connection.execute("SELECT json_serialize_sql(?)", [match[2].rstrip().removesuffix(";")]).fetchall()
    tree = json.loads(serialized)
    if tree["error"]:
        raise ValueError(tree["error_message"])
    for node in walk_tree(tree):
        if node.get("type") == "TABLE_FUNCTION" and (name := node["function"]["function_name"]) not in TABLE_FUNCTIONS:
            raise ValueError(f"a view reads tables and views of its dataset, but this one calls {name}.")


def walk_tree(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a parse tree."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk_tree(child)
