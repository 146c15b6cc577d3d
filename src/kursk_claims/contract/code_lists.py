"""The codes of a column with their meanings, which a table of the contract defines once for all columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kursk_claims.contract.loader import CODE_LIST_KEY, Contract
from kursk_claims.contract.model import Column, Table

COLUMNS = (*CODE_LIST_KEY, "label", "definition")


class Code(NamedTuple):
    """A code with its label and definition, which are empty where nothing defines it."""

    code: str
    label: str = ""
    definition: str = ""


CodesByField = Mapping[str, Mapping[str, Code]]


def find_code_table(contract: Contract) -> Table | None:
    """Return the table that defines codes: its key is field and code, and it has labels and definitions."""
    tables = (table for table in contract.tables.values() if table.primary_key == CODE_LIST_KEY)
    return next((table for table in tables if set(COLUMNS) <= set(table.column_names)), None)


def group_codes(rows: Iterable[tuple[str, str, str | None, str | None]]) -> CodesByField:
    """Return the codes of each field from rows of `COLUMNS`."""
    fields: dict[str, dict[str, Code]] = {}
    for field, code, label, definition in rows:
        fields.setdefault(field, {})[code] = Code(code, label or "", definition or "")
    return fields


def list_codes(table: Table, column: Column, defined: CodesByField) -> list[Code]:
    """Return the codes of a column of a table or view, in the order of its schema; none if nothing defines any of them."""
    codes = defined.get(table.code_field(column), {})
    return [codes.get(code, Code(code)) for code in column.codes or sorted(codes)] if codes else []
