"""frictionless: a table schema with constraints, on CSV, which it reads row by row."""

from collections import Counter

from common import BASIS, CODES, COLUMNS, FILE, KEY, LENGTHS, ORDER, PATTERNS, report
from frictionless import Checklist, Resource, Schema, checks, system

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
listed = Checklist(checks=[checks.row_constraint(formula=order), checks.row_constraint(formula=basis)])
kinds = {"required": "not-null", "enum": "isin", "pattern": "str-matches", "minLength": "str-length", "maxLength": "str-length"}
found = Counter({f"{kind} {name}": 0 for kind in kinds.values() for name in COLUMNS} | {ORDER: 0, BASIS: 0, f"key {KEY}": 0})
with system.use_context(trusted=True):
    told = Resource(path=FILE, schema=schema).validate(listed, limit_errors=10**9)
for error in told.tasks[0].errors:
    if error.type == "constraint-error":
        kind = next(kinds[word] for word in kinds if f'"{word}"' in error.note)
        found[f"{kind} {error.field_name}"] += 1
    elif error.type == "primary-key":
        found[f"key {KEY}"] += 1
    elif error.type == "row-constraint":
        found[ORDER if order in error.note else BASIS] += 1
report(found)
