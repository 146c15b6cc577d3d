"""Key, reference and rule checks in DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from kursk_claims.checks.duckdb_relations import (
    column_list,
    create_empty_views,
    create_numbered_view,
    create_parquet_views,
    create_temp,
    numbered,
)
from kursk_claims.checks.duckdb_rules import collect_broken_keys, rule_error, subquery_of
from kursk_claims.checks.engine import (
    MAX_SUGGESTED_KEYS,
    CheckEngine,
    describe_key_fault,
    describe_reference_faults,
    describe_rule_fault,
    referred_rows,
)
from kursk_claims.checks.probes import Probe, find_satisfied
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, SqlStatement, Table, rule_columns
from kursk_claims.database.limits import SqlLimits, limit_sql
from kursk_claims.database.sandbox import sandbox, sandbox_with_files
from kursk_claims.database.sql import TRUST_ROWS, insert_rows, quote_identifier, quote_literal, scan_parquet_sql
from kursk_claims.errors import CheckError
from kursk_claims.report.model import Fault, Faults
from kursk_claims.report.values import format_values

if TYPE_CHECKING:
    import polars as pl

    from kursk_claims.claims.relations import ParsedColumn
    from kursk_claims.tables.table_input import TableInput

FETCH_SIZE = 100  # rows fetched at once
MAX_PENDING_CELLS = 100_000
KEYS_PER_GROUPING = 8_000_000  # DuckDB does not spill all of a GROUP BY, so more keys are grouped in parts


class DuckDBEngine(CheckEngine):
    """Checks tables in an in-memory DuckDB, which reads Parquet files where they are."""

    def __init__(
        self,
        *,
        memory: str | None = None,
        spill: Path | None = None,
        threads: int | None = None,
        limits: SqlLimits | None = None,
    ) -> None:
        """Connect. `memory` is DuckDB's limit, such as 400MB; `spill` the folder for what exceeds it. Raises `CheckError`."""
        super().__init__(limits)
        config: dict[str, Any] = TRUST_ROWS | ({"preserve_insertion_order": "false"} if spill else {})
        config |= {"memory_limit": memory} if memory else {}
        config |= {"temp_directory": str(spill / "spill")} if spill else {}
        config |= {"threads": threads} if threads else {}
        try:
            self.connection = duckdb.connect(config=config)
        except duckdb.Error as error:
            raise CheckError(f"--memory {memory}: {_first_line(error)}. Give a size such as 400MB or 2GB.") from None
        self._files: list[Path] = []
        self._tables: dict[str, str] = {}
        self._published: dict[str, str] = {}
        self._spills = spill is not None
        self._satisfied: set[str] = set()  # references and rules of which probes have shown that they find nothing
        self.connection.execute("CREATE TABLE invalid_cells(table_name VARCHAR, row BIGINT, column_name VARCHAR)")
        self._pending: list[pl.DataFrame] = []  # invalid cells that are not in DuckDB yet
        self._pending_cells = 0
        self._cursor = self.connection.cursor()  # for invalid cells, which may be found while another thread uses the connection

    def close(self) -> None:
        self._cursor.close()
        self.connection.close()

    def translate_error(self, error: BaseException) -> None:
        if isinstance(error, duckdb.Error):
            message = f"the check could not be finished: {_first_line(error)}"
            raise CheckError(f"{message}. Allow more memory with --memory, or choose a larger disk with --spill.") from None

    def add_table(self, table_input: TableInput) -> None:
        table = table_input.table
        self._tables[table.name] = table.name
        self.limits.allow_rows(table_input.rows)
        if table_input.memory_rows is not None:
            types = {column.name: column.type.duckdb for column in table.columns}
            self.create_relation(table.name, types, table_input.memory_rows)
            create_numbered_view(self.connection, table)
        elif files := table_input.parquet_files():
            create_parquet_views(self.connection, table, files)
            self._files.extend(path for path, _ in files)
        else:
            create_empty_views(self.connection, table)

    def add_published(self, table: Table, path: Path) -> None:
        view = self._published[table.name] = f"published {table.name}"
        self.connection.execute(f"CREATE VIEW {quote_identifier(view)} AS FROM {scan_parquet_sql([path])}")
        self._files.append(path)

    def create_relation(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        definitions = ", ".join(f"{quote_identifier(column)} {kind}" for column, kind in columns.items())
        self.connection.execute(f"CREATE TABLE {quote_identifier(name)}({definitions})")
        insert_rows(self.connection, name, rows)

    def create_parsed_column(self, parsed: ParsedColumn) -> list[str]:
        name, rows = quote_identifier(parsed.relation.name), self._join_languages(parsed)
        query = f"SELECT text, language, bool_and(optional) FROM {rows} WHERE text IS NOT NULL GROUP BY text, language"
        texts = self.connection.execute(query).fetchall()
        values = {(text, language): parsed.parse(text, language) for text, language, _ in texts}
        kinds = {"text": "VARCHAR", "language": "VARCHAR"} | parsed.values
        read = [(*text, *value) for text, value in values.items() if value is not None]
        self.create_relation(f"parsed {parsed.relation.name}", kinds, read)
        self.connection.execute(
            f"CREATE VIEW {name} AS SELECT key AS {quote_identifier(parsed.key)}, {column_list(parsed.values)} "
            f"FROM {rows} AS texts JOIN {quote_identifier(f'parsed {parsed.relation.name}')} AS parsed "
            "ON texts.text = parsed.text AND texts.language IS NOT DISTINCT FROM parsed.language"
        )
        return sorted({text for text, language, optional in texts if values[text, language] is None and not optional})

    def _join_languages(self, parsed: ParsedColumn) -> str:
        """Return a subquery of the key, the text, its language (NULL if a table on the way to it is missing) and `optional`."""
        path = [
            (relations[table], column)
            for table, column in parsed.language_path
            for relations in (self._tables, self._published)
            if table in relations and (relations is self._tables or table not in self._tables)
        ]
        is_known = len(path) == len(parsed.language_path)
        joins = "".join(
            f" LEFT JOIN (SELECT DISTINCT ON ({quote_identifier(column)}) * FROM {quote_identifier(name)}) "
            f"USING ({quote_identifier(column)})"
            for name, column in path
        )
        key, text = quote_identifier(parsed.key), quote_identifier(parsed.column)
        language = quote_identifier(parsed.language) if is_known else "NULL::VARCHAR"
        rows = quote_identifier(parsed.table) + (joins if is_known else "")
        optional = self._optional_condition(parsed)
        return f"(SELECT {key} AS key, {text} AS text, {language} AS language, {optional} AS optional FROM {rows})"

    def _optional_condition(self, parsed: ParsedColumn) -> str:
        """Return a condition for the rows whose text need not be readable."""
        if parsed.optional_where is None:
            return "false"
        column, code = parsed.optional_where
        columns = self.connection.execute(f"DESCRIBE {quote_identifier(parsed.table)}").fetchall()
        is_known = any(name == column for name, *_ in columns)
        table = quote_identifier(parsed.table)
        return f"{table}.{quote_identifier(column)} IS NOT DISTINCT FROM {quote_literal(code)}" if is_known else "false"

    def fetch_rows(self, table: Table) -> list[dict[str, Any]]:
        rows = self.connection.execute(f"SELECT * EXCLUDE (_row) FROM {numbered(table)} ORDER BY _row").fetchall()
        return [dict(zip(table.column_names, row, strict=True)) for row in rows]

    def start_sandbox(self) -> None:
        if self._spills:
            sandbox_with_files(self.connection, self._files)
        else:
            sandbox(self.connection, self.limits.database_memory)

    def probe(self, contract: Contract, rules: Sequence[SqlStatement]) -> None:
        """Probe small tables. A query of many checks on large ones would take too much memory."""
        if self._spills:
            return
        tables = [contract.tables[name] for name in self._tables]
        probes = [
            Probe(_reference_name(table, column), f"({self._reference_query(table, column)})")
            for table in tables
            for column in table.columns
            if column.parent_table in {*self._tables, *self._published}
        ]
        probes += [Probe(rule.name, subquery_of(rule), contract.tables[rule.header["table"]]) for rule in rules]
        self._satisfied = find_satisfied(self.connection, probes)

    def limit(self) -> AbstractContextManager[None]:
        return limit_sql(self.connection, self.limits)

    def interrupt(self) -> None:
        self.connection.interrupt()

    def mark_invalid(self, table: Table, cells: Mapping[str, pl.Series]) -> None:
        import polars as pl

        for name, rows in cells.items():
            self._pending.append(pl.DataFrame({"table_name": table.name, "row": rows.cast(pl.Int64), "column_name": name}))
            self._pending_cells += len(rows)
        self.invalid_columns.update((table.name, name) for name in cells)
        if self._pending_cells > MAX_PENDING_CELLS:
            self._insert_pending()

    def _insert_pending(self) -> None:
        """Insert invalid cells; a statement takes some milliseconds, so it is not run for each batch of rows."""
        import polars as pl

        if self._pending:
            self._cursor.register("_cells", pl.concat(self._pending))
            self._cursor.execute("INSERT INTO invalid_cells FROM _cells")
            self._cursor.unregister("_cells")
            self._pending.clear()
            self._pending_cells = 0

    def _mark_rows_invalid(self, table: Table, columns: Iterable[str], relation: str) -> None:
        for name in columns:
            values = f"{quote_literal(table.name)}, _row, {quote_literal(name)}"
            self.connection.execute(f"INSERT INTO invalid_cells SELECT {values} FROM {relation}")
            self.invalid_columns.add((table.name, name))

    def find_key_faults(self, table: Table, limit: int, candidates: pl.DataFrame | None) -> Faults:
        keys = column_list(table.primary_key)
        if not self._collect_duplicate_keys(table, candidates):
            return Faults()
        duplicates = f"SELECT _row, {keys} FROM {numbered(table)} JOIN duplicate_keys USING ({keys})"
        create_temp(self.connection, "duplicate_rows", duplicates)
        first = f"SELECT {keys}, min(_row) AS first FROM duplicate_rows GROUP BY {keys}"
        query = f"SELECT _row, first, {keys} FROM duplicate_rows JOIN ({first}) USING ({keys}) WHERE _row > first"
        query += self._only_valid(table, table.primary_key)
        faults = self._collect_faults(query, lambda rows: [describe_key_fault(table, *row) for row in rows], limit)
        self._mark_rows_invalid(table, table.primary_key, "duplicate_rows")
        return faults

    def _collect_duplicate_keys(self, table: Table, candidates: pl.DataFrame | None) -> bool:
        """Fill `duplicate_keys` with the keys that several rows have; returns whether there are any."""
        keys, rows = column_list(table.primary_key), quote_identifier(table.name)
        complete = " AND ".join(f"{quote_identifier(name)} IS NOT NULL" for name in table.primary_key)
        parts = 1
        if candidates is not None:
            self.connection.register("_candidates", candidates)
            rows += f" SEMI JOIN _candidates USING ({keys})"
        else:
            ((height,),) = self.connection.execute(f"SELECT count(*) FROM {rows}").fetchall()
            parts += height // KEYS_PER_GROUPING
        create_temp(self.connection, "duplicate_keys", f"SELECT {keys} FROM {quote_identifier(table.name)} LIMIT 0")
        for part in range(parts):  # equal keys have the same hash, so they are in the same part
            where = f"{complete} AND hash({keys}) % {parts} = {part}" if parts > 1 else complete
            self.connection.execute(
                f"INSERT INTO duplicate_keys SELECT {keys} FROM {rows} WHERE {where} GROUP BY {keys} HAVING count(*) > 1"
            )
        ((count,),) = self.connection.execute("SELECT count(*) FROM duplicate_keys").fetchall()
        return bool(count)

    def find_reference_faults(self, table: Table, column: Column, limit: int) -> Faults:
        if _reference_name(table, column) in self._satisfied:
            return Faults()
        query = self._reference_query(table, column) + self._only_valid(table, [column.name])
        if not self.connection.execute(f"{query} LIMIT 1").fetchall():
            return Faults()
        distinct = f"SELECT DISTINCT * FROM ({self._known_keys(table, column)}) ORDER BY ALL LIMIT {MAX_SUGGESTED_KEYS}"
        suggestions = [value for (value,) in self.connection.execute(distinct).fetchall()]
        faults = self._collect_faults(query, partial(describe_reference_faults, table, column, suggestions), limit)
        self._mark_rows_invalid(table, [column.name], "faulty_rows")
        return faults

    def _reference_query(self, table: Table, column: Column) -> str:
        """Return a query for the cells that refer to missing rows, as number of the row, value and key."""
        name, key = quote_identifier(column.name), quote_identifier(referred_rows(table, column)[1])
        return (
            f"SELECT _row, {name} AS value, {column_list(table.primary_key)} FROM {numbered(table)} AS child "
            f"ANTI JOIN ({self._known_keys(table, column)}) AS parent ON child.{name} = parent.{key} WHERE {name} IS NOT NULL"
        )

    def _known_keys(self, table: Table, column: Column) -> str:
        parent, key, field = referred_rows(table, column)
        parents = [relations[parent] for relations in (self._tables, self._published) if parent in relations]
        where = f" WHERE field = {quote_literal(field)}" if field else ""
        return " UNION ALL ".join(f"SELECT {quote_identifier(key)} FROM {quote_identifier(name)}{where}" for name in parents)

    def find_rule_faults(self, rule: SqlStatement, table: Table, limit: int, columns: Iterable[str]) -> Faults:
        if rule.name in self._satisfied:
            return Faults()
        with limit_sql(self.connection, self.limits):
            try:
                if not collect_broken_keys(self.connection, rule, table):
                    return Faults()
            except duckdb.OutOfMemoryException as error:
                self.translate_error(error)
        keys = column_list(table.primary_key)
        cells = column_list(rule_columns(rule))
        joined = f"SELECT _row, found_text, {keys}, {cells} FROM {numbered(table)} JOIN broken_keys USING ({keys})"
        faults = self._collect_faults(
            joined,
            lambda rows: [describe_rule_fault(rule, table, *row) for row in rows],
            limit,
            where=self._only_valid(table, columns),
        )
        complete = " AND ".join(f"{quote_identifier(name)} IS NOT NULL" for name in table.primary_key)
        query = f"FROM broken_keys ANTI JOIN faulty_rows USING ({keys}) WHERE {complete} LIMIT 1"
        unknown = self.connection.execute(query).fetchall()
        if unknown:
            raise rule_error(rule, f"expected keys of {table.name}, found {format_values(unknown[0][:-1])}")
        return faults

    def _only_valid(self, table: Table, columns: Iterable[str]) -> str:
        """Return a condition that excludes rows in which one of the columns is already invalid."""
        names = ", ".join(quote_literal(name) for name in self.invalid_among(table, columns))
        if not names:
            return ""
        self._insert_pending()
        cells = f"SELECT row FROM invalid_cells WHERE table_name = {quote_literal(table.name)} AND column_name IN ({names})"
        return f" AND _row NOT IN ({cells})"

    def _collect_faults(
        self, query: str, describe: Callable[[Iterable[tuple[Any, ...]]], list[Fault]], limit: int, *, where: str = ""
    ) -> Faults:
        """Fill `faulty_rows` from a query, count the rows and describe the first ones by number.

        They are fetched a few at a time, because a description is short and a cell may have any size.
        """
        create_temp(self.connection, "faulty_rows", query)
        relation = f"FROM faulty_rows WHERE true{where}"
        ((count,),) = self.connection.execute(f"SELECT count(*) {relation}").fetchall()
        if not count or not limit:
            return Faults(count)
        cursor = self.connection.execute(f"{relation} ORDER BY ALL LIMIT {limit}")
        return Faults(count, describe(row for batch in iter(partial(cursor.fetchmany, FETCH_SIZE), []) for row in batch))


def _reference_name(table: Table, column: Column) -> str:
    return f"reference {table.name}.{column.name}"


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
