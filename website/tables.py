"""The pages of tables and views, from `schemas/`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache

from documentation import ROOT
from kursk_claims.contract.code_lists import Code, CodesByField, group_codes, list_codes
from kursk_claims.contract.constraints import describe_constraints
from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.contract.model import Column, Table
from kursk_claims.escaping import code_span, markdown_table

HEADER = ("column", "type", "meaning", "may hold", "if empty")
TABLES = """# Tables

A table is a file of [records](../docs/validate.md) and, in a release, a Parquet file. The [codebook](../dataset/README.md) says
how the columns are filled in. This page is generated from the schemas; `kursk-claims describe TABLE` prints the same.
"""
VIEWS = """# Views

A view joins tables for reading. It can be [queried](../docs/query.md) like a table and is a Parquet file in each release. This
page is generated from the schemas; the SQL is that of `schemas/views.sql`.
"""


@cache
def load_own_contract() -> Contract:
    """Return the contract of this repository."""
    return load_contract(ROOT / "schemas")


@cache
def load_codes() -> CodesByField:
    """Return the codes that the dataset defines, by field."""
    with (ROOT / "dataset" / "records" / "codes.csv").open(encoding="utf-8", newline="") as file:
        return group_codes((row["field"], row["code"], row["label"], row["definition"]) for row in csv.DictReader(file))


def render_tables() -> str:
    """Render every table: its key, its columns and its codes."""
    tables = load_own_contract().tables.values()
    return "\n\n".join([TABLES, *(part for table in tables for part in _section(table, "tables.md"))]) + "\n"


def render_views() -> str:
    """Render every view: its columns and its SQL."""
    contract, parts = load_own_contract(), [VIEWS]
    for view in contract.views:
        parts += _section(contract.view_schemas[view.name], "tables.md")
        parts.append(render_sql(f"The SQL of {view.name}", view.sql))
    return "\n\n".join(parts) + "\n"


def _section(table: Table, target: str) -> Iterator[str]:
    yield f"## {table.name}"
    yield f"{table.title}. {table.description} Key: {', '.join(map(code_span, table.primary_key))}."
    yield markdown_table(HEADER, (_column_row(column, target) for column in table.columns))
    if table.name in load_own_contract().tables:
        for column in table.columns:
            yield from _code_section(column, list_codes(table, column, load_codes()))


def _column_row(column: Column, target: str) -> Iterable[str]:
    unit = f" Unit: {column.unit}." if column.unit else ""
    example = code_span(str(column.metadata["example"]))
    return (
        code_span(column.name),
        column.type.logical,
        f"{column.title}. {column.description}{unit} Example: {example}",
        "; ".join(_allowed_values(column, target)),
        column.metadata["missing"] if column.nullable else "never",
    )


def _allowed_values(column: Column, target: str) -> Iterator[str]:
    if column.parent_table:
        yield f"{'a key' if column.references else 'a code'} of [{column.parent_table}]({target}#{column.parent_table})"
    yield from describe_constraints(column, code_span)


def _code_section(column: Column, codes: list[Code]) -> Iterator[str]:
    if codes:
        yield f"Codes of {code_span(column.name)}:"
        rows = [(code_span(each.code), each.label, each.definition) for each in codes]
        yield markdown_table(Code._fields, rows)


def render_sql(title: str, sql: str) -> str:
    """Render SQL that is opened with a click."""
    return f'??? note "{title}"\n\n    ```sql\n' + "".join(f"    {line}\n" for line in sql.split("\n")) + "    ```"
