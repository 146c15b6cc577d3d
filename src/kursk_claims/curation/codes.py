"""Add a code to a list that the dataset itself may extend."""

from __future__ import annotations

from collections.abc import Mapping

from kursk_claims.contract.loader import Contract
from kursk_claims.curation.cells import require_valid_cells
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.errors import UsageError
from kursk_claims.suggest import did_you_mean


def add_code(tables: RecordTables, contract: Contract, field: str, code: str, cells: Mapping[str, str]) -> bool:
    """Add a code with its label and definition; return whether it is new.

    Raises `UsageError` if the field has no open list, the code is defined otherwise, or a cell is not allowed.
    """
    fields = {
        f"{table.name}.{column.name}": column.codes
        for table in contract.tables.values()
        for column in table.columns
        if column.code_list or column.codes
    }
    opened = [name for name, codes in fields.items() if not codes]
    if field not in opened:
        found = f"{field}, whose codes belong to the model: {', '.join(fields[field])}" if field in fields else repr(field)
        raise UsageError(
            f"expected a field with an open list, one of {', '.join(opened)}; found {found}{did_you_mean(field, opened)}"
        )
    row = {"field": field, "code": code, **cells}
    known = next((each for each in tables.rows("codes") if (each["field"], each["code"]) == (field, code)), None)
    if known:
        differing = [f"{name} {known[name]!r}" for name, cell in cells.items() if known[name] != cell]
        if differing:
            raise UsageError(f"{field} has a code {code} with {', '.join(differing)}. Edit codes.csv to change it.")
        return False
    options = {"code": "CODE", **{name: f"--{name.replace('_', '-')}" for name in cells}}
    require_valid_cells(contract.tables["codes"], row, options)
    _require_unit(tables, field, cells.get("unit", ""))
    tables.insert("codes", row)
    return True


def _require_unit(tables: RecordTables, field: str, unit: str) -> None:
    """Raise `UsageError` for a unit that the rule measure-has-unit would find."""
    if not unit:
        return
    units = [row["code"] for row in tables.rows("codes") if row["field"] == "quantities.unit"]
    if field != "quantities.measure":
        raise UsageError(f"--unit is for measures, codes of quantities.measure; {field} takes none")
    if unit not in units:
        raise UsageError(
            f"--unit: expected one of {', '.join(units)}; found {unit!r}{did_you_mean(unit, units)}. "
            "Add it first: `kursk-claims curate code add quantities.unit UNIT`."
        )
