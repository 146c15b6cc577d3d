"""Read the values of a draft: texts of cells, and names of actors, places, events and documents."""

from __future__ import annotations

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.strict_yaml import YamlMapping
from kursk_claims.curation.cells import find_cell_faults
from kursk_claims.curation.draft_file import Faults, check_keys, text_of
from kursk_claims.curation.ids import name_id
from kursk_claims.curation.names import NAMES, find_named, list_codes
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.errors import UsageError
from kursk_claims.suggest import did_you_mean

PREFIXES = {"actors": "act", "places": "plc", "events": "evt", "documents": "doc"}


class CellReader:
    """Reads values and checks them; a row that a mapping describes is added to the tables."""

    def __init__(self, tables: RecordTables, contract: Contract, faults: Faults) -> None:
        self.tables, self.contract, self.faults = tables, contract, faults

    def cell(self, part: YamlMapping, key: str, table: str, column: str) -> str:
        """Return a value as the text of a cell, after checking it by its column."""
        cell, mark = text_of(part[key]), part.marks[key]
        if cell is None:
            self.faults.add(mark, f"{key}: expected a text, found {type(part[key]).__name__}")
            return ""
        described = self.contract.tables[table].column(column)
        if described.code_list:
            codes = list_codes(self.tables, f"{table}.{column}")
            if cell and cell not in codes:
                self.faults.add(
                    mark,
                    f"{key}: no code {cell!r}{did_you_mean(cell, codes)}; the codes are {', '.join(codes)}",
                    f"a new one is added with `kursk-claims curate code add {table}.{column} CODE`",
                )
        else:
            for expected, found, fix in find_cell_faults(self.contract.tables[table], described, cell):
                hint = did_you_mean(cell, described.codes) if described.codes else ""
                self.faults.add(mark, f"{key}: expected {expected}; found {found}{hint}", fix)
        return cell

    def reference(self, part: YamlMapping, key: str, table: str) -> str | None:
        """Return the id of the row that a value names; a mapping makes a new row."""
        value = part.get(key)
        if isinstance(value, YamlMapping):
            return self._new_row(value, table)
        name = text_of(value)
        mark = part.marks.get(key, "1:1")
        if not name:
            if key in part:
                self.faults.add(mark, f"{key}: expected the name or id of one of the {table}")
            return None
        try:
            row = find_named(self.tables, table, name)
        except UsageError as error:
            self.faults.add(mark, str(error))
            return None
        if row is None:
            rows = self.tables.rows(table)
            known = [row[column] for row in rows for column in (next(iter(row)), *NAMES[table]) if row[column]]
            main = NAMES[table][0]
            self.faults.add(
                mark,
                f"none of the {table} is called {name!r}{did_you_mean(name, known)}",
                f"to make a row for it, write {key}: {{{main}: {name}, kind: …}}",
            )
            return None
        return next(iter(row.values()))

    def _new_row(self, value: YamlMapping, table: str) -> str | None:
        """Return the id of the row that a mapping describes, which is added unless its id or name is known."""
        schema = self.contract.tables[table]
        check_keys(value, [*schema.column_names, "id"], self.faults)
        cells = {name: self.cell(value, name, table, name) for name in value if name in schema.column_names}
        key, main = schema.primary_key[0], NAMES[table][0]
        name, written = cells.get(main, ""), text_of(value.get("id")) or cells.get(key, "")
        mark = value.marks[next(iter(value))] if value else "1:1"
        try:
            known = find_named(self.tables, table, written or name) if written or name else None
        except UsageError as error:
            self.faults.add(mark, str(error))
            return None
        if known:
            self.tables.update(table, known, {**cells, key: known[key]})
            return known[key]
        taken = {row[key] for row in self.tables.rows(table)}
        row_id = written or name_id(PREFIXES[table], name, taken)
        if not name or not row_id:
            self.faults.add(mark, f"expected {main} and kind of a new row of {table}, and an id if its name has no Latin letters")
            return None
        self.tables.insert(table, {**cells, key: row_id})
        return row_id
