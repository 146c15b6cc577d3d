"""frictionless: a table schema with constraints, on CSV, which it reads row by row."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import attrs
from common import BASIS, CODES, COLUMNS, FILE, KEY, LENGTHS, ORDER, PATTERNS, TEXTS, report
from frictionless import Check, Checklist, Resource, Row, Schema, checks, errors, system

UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u2028\u2029]")


@attrs.define(kw_only=True)
class Texts(Check):
    """What any text must be; constraints and formulas have no words for it, so this is an own check."""

    type = "texts"
    Errors = [errors.RowConstraintError]  # noqa: RUF012

    def validate_row(self, row: Row) -> Iterator[errors.RowConstraintError]:
        for name in TEXTS:
            cell = row[name]
            if not isinstance(cell, str):
                continue
            if UNSEEN.search(cell):
                yield errors.RowConstraintError.from_row(row, note=f"control-character {name}")
            if cell != cell.strip():
                yield errors.RowConstraintError.from_row(row, note=f"space {name}")
            if not unicodedata.is_normalized("NFC", cell):
                yield errors.RowConstraintError.from_row(row, note=f"normal-form {name}")


fields = []
for name, column in COLUMNS.items():
    constraints = {"required": not column.get("nullable", False)}
    constraints |= {"enum": CODES[name]} if name in CODES else {}
    constraints |= {"pattern": PATTERNS[name]} if name in PATTERNS else {}
    if name in LENGTHS:
        constraints |= {"minLength": LENGTHS[name]["min_value"], "maxLength": LENGTHS[name]["max_value"]}
    fields.append({"name": name, "type": "date" if column["dtype"] == "Date" else "string", "constraints": constraints})
schema = Schema.from_descriptor({"fields": fields, "primaryKey": [KEY]})
order = (
    "(occurred_earliest is None) == (occurred_latest is None) "
    "and (occurred_earliest is None or occurred_earliest <= occurred_latest)"
)
basis = (
    "((time_basis == 'none') == (occurred_earliest is None and time_surface is None)) "
    "and ((time_basis == 'reported_elsewhere') == (time_source is not None))"
)
listed = Checklist(checks=[checks.row_constraint(formula=order), checks.row_constraint(formula=basis), Texts()])
kinds = {"required": "required", "enum": "allowed-values", "pattern": "pattern", "minLength": "length", "maxLength": "length"}
found = Counter(
    {f"{kind} {name}": 0 for kind in kinds.values() for name in COLUMNS}
    | {f"{kind} {name}": 0 for kind in ("control-character", "space", "normal-form") for name in TEXTS}
    | {ORDER: 0, BASIS: 0, f"key {KEY}": 0}
)
with system.use_context(trusted=True):
    told = Resource(path=FILE, schema=schema).validate(listed, limit_errors=10**9)
for error in told.tasks[0].errors:
    if error.type == "constraint-error":
        kind = next(kinds[word] for word in kinds if f'"{word}"' in error.note)
        found[f"{kind} {error.field_name}"] += 1
    elif error.type == "primary-key":
        found[f"key {KEY}"] += 1
    elif error.note in found:
        found[error.note] += 1
    elif error.type == "row-constraint":
        found[ORDER if order in error.note else BASIS] += 1
report(found)
