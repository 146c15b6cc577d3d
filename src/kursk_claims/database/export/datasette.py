"""Describe a SQLite export for Datasette."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import SqlStatement
from kursk_claims.database.casts import cast_to_text
from kursk_claims.database.export.about import ABOUT_COLUMNS, ABOUT_TABLE, About
from kursk_claims.database.export.sqlite import to_sqlite_value
from kursk_claims.database.load import describe_column

if TYPE_CHECKING:
    import duckdb

MAX_STEPS = 50_000_000  # of SQLite's virtual machine for one saved query, about a second
MAX_VALUE = 10_000_000  # bytes of a text that it makes
MAX_ROWS = 100_000  # that are compared
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def render_datasette_metadata(
    connection: duckdb.DuckDBPyConnection, contract: Contract, about: About, database: Path, name: str
) -> str:
    """Render metadata.yaml for a database of this name: what tables and columns mean, and the saved queries that SQLite runs.

    The queries have a prefix, because Datasette shows a query instead of a table of the same name.
    """
    queries = [question for question in _saved_questions(contract) if _gives_same_rows(connection, database, question)]
    left_out = [each.name for each in _saved_questions(contract) if each not in queries]
    notes = [about.caveat, f"Saved queries that only DuckDB runs: {', '.join(left_out)}." if left_out else None]
    description = " ".join(filter(None, notes))
    identity = {"title": about.title, "license": about.license, "license_url": about.license_url, "source_url": about.homepage}
    identity |= {"source": f"{about.name} {about.version_label}", "description": about.citation}
    values = {
        **{key: value for key, value in identity.items() if value},
        "databases": {
            name: {
                **({"description": description} if description else {}),
                "tables": _describe_tables(contract),
                "queries": {
                    f"query-{query.name}": {"title": query.header["asks"], "sql": query.sql.removesuffix(";")}
                    for query in queries
                },
            }
        },
    }
    return _dump_yaml(values)


def _dump_yaml(values: dict[str, Any]) -> str:
    """Return the values as YAML, in which SQL of several lines stays so."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)

    Dumper.add_representer(str, represent_text)
    return yaml.dump(values, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)


def _saved_questions(contract: Contract) -> tuple[SqlStatement, ...]:
    return contract.questions if (contract.folder / "questions.sql").is_file() else ()


def _describe_tables(contract: Contract) -> dict[str, Any]:
    """Describe tables and views. Units are part of the descriptions: Datasette accepts only those of physics in `units`."""
    tables: dict[str, Any] = {ABOUT_TABLE: {"columns": dict(zip(("property", "value"), ABOUT_COLUMNS, strict=True))}}
    for table in contract.tables.values():
        tables[table.name] = {"title": _title(table.name, table.title), "description": table.description}
    for view in contract.views:
        schema = contract.view_schemas.get(view.name)
        title = _title(view.name, schema.title if schema else view.name)
        tables[view.name] = {"title": title, "description": f"View: {contract.describe_view(view)}"}
    for table in [*contract.tables.values(), *contract.view_schemas.values()]:
        tables[table.name]["columns"] = {column.name: describe_column(column) for column in table.columns}
    return tables


def _title(name: str, title: str) -> str:
    """Return the title after the name, which SQL needs and Datasette would show nowhere else."""
    return name if title.lower() == name else f"{name}: {title}"


def _gives_same_rows(connection: duckdb.DuckDBPyConnection, database: Path, question: SqlStatement) -> bool:
    """Whether SQLite runs the query, with the rows that DuckDB returns.

    The SQL may be someone else's: in SQLite it only reads, and DuckDB runs only what SQLite has accepted.
    """
    import duckdb

    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as output:
        output.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY)
        output.set_progress_handler(lambda: 1, MAX_STEPS)
        output.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
        try:
            found = output.execute(question.sql).fetchmany(MAX_ROWS)
            expected = cast_to_text(connection.sql(question.sql).limit(MAX_ROWS), keep=("date", "timestamp")).fetchall()
        except (sqlite3.Error, sqlite3.Warning, duckdb.Error):
            return False
    return found == [tuple(map(to_sqlite_value, row)) for row in expected]
