"""Which tables and columns the query of a rule reads, according to DuckDB's own parser.

The parse tree is used instead of `get_table_names`, which binds the query and fails on USING within a subquery.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property

import duckdb

from kursk_claims.claims.relations import DERIVED_RELATIONS
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import SqlStatement
from kursk_claims.database.limits import SqlLimits, limit_sql
from kursk_claims.database.views import walk_tree
from kursk_claims.errors import ContractError


@dataclass
class RuleDependencies:
    """Looks up, once per rule, which of the contract's tables and columns it reads."""

    contract: Contract
    limits: SqlLimits
    _used: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """A connection for parsing, which most runs do not need."""
        return duckdb.connect()

    def of(self, rule: SqlStatement) -> dict[str, set[str]]:
        """Return the columns that a rule can read, by table; a derived relation counts as the tables that it is made from.

        A column name counts for every table that has such a column. Raises `ContractError` if the query cannot be parsed.
        """
        if rule.name not in self._used:
            self._used[rule.name] = self._look_up(rule)
        return self._used[rule.name]

    def _look_up(self, rule: SqlStatement) -> dict[str, set[str]]:
        with limit_sql(self._connection, self.limits):
            ((serialized,),) = self._connection.execute("SELECT json_serialize_sql(?)", [rule.sql]).fetchall()
        tree = json.loads(serialized)
        if tree["error"]:
            raise ContractError(f"{rule.path}:{rule.line}:1: rule {rule.name}: {tree['error_message']}")
        nodes = [*walk_tree(tree)]
        relations = {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"} | {rule.header["table"]}
        columns = {node["column_names"][-1] for node in nodes if node.get("class") == "COLUMN_REF"}
        columns.update(name for node in nodes for name in node.get("using_columns") or ())
        sources = [DERIVED_RELATIONS[name].sources for name in relations & DERIVED_RELATIONS.keys()]
        tables = relations.union(*sources) & self.contract.tables.keys()
        used = {name: columns & set(self.contract.tables[name].column_names) for name in tables}
        for source in sources:
            for name in source.keys() & tables:
                used[name] |= source[name]
        return used
