"""What there is to load: `tables` and `describe`."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.api.listing import Description, Listing
from kursk_claims.api.opened import open_shared
from kursk_claims.database.describe import describe_columns, list_tables, split_codes


def tables(release: str | None = None, *, records: bool = False, workspace: str | Path | None = None) -> Listing:
    """List every table and view with its number of rows and its meaning.

    The result prints as a table, also in a notebook, and is a sequence of dicts with the keys `name`, `kind`, `rows` and
    `meaning`. The release is chosen as by `connect`, and what `connect` raises is raised here.
    """
    opened = open_shared(release, records=records, workspace=workspace)
    with opened.reading() as connection:
        return Listing(list_tables(connection, opened.contract))


def describe(name: str, release: str | None = None, *, records: bool = False, workspace: str | Path | None = None) -> Description:
    """Describe the columns of a table or view: type, meaning, what they may hold, and the codes with their definitions.

    `name` may name one column, as in `"said.origin"`. The result prints as tables, also in a notebook; its `columns` and
    `codes` are sequences of dicts. Raises `KeyError` for an unknown name, and what `connect` raises.
    """
    opened = open_shared(release, records=records, workspace=workspace)
    table, _, column = name.partition(".")
    opened.require_name(table)
    schema = opened.contract.schema_of(table)
    with opened.reading() as connection:
        columns, codes = split_codes(describe_columns(connection, opened.contract, table, column))
    if column and not columns.rows:
        raise KeyError(f"{table} has no column {column!r}")
    meaning = schema.description if schema else next(v.header["says"] for v in opened.contract.views if v.name == table)
    return Description(name, meaning, Listing(columns), Listing(codes))
