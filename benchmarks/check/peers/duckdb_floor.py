"""A hand-written DuckDB query that reads once and counts."""

import duckdb
from common import BASIS, CODES, FILE, KEY, LENGTHS, ORDER, PATTERNS, REQUIRED, TEXTS, csv_source, report

asked = {f"required {name}": f"{name} IS NULL" for name in REQUIRED}
asked |= {f"allowed-values {name}": f"{name} NOT IN {tuple(codes)}" for name, codes in CODES.items()}
asked |= {f"pattern {name}": f"NOT regexp_matches({name}, '{pattern}')" for name, pattern in PATTERNS.items()}
asked |= {
    f"length {name}": f"length({name}) NOT BETWEEN {limits['min_value']} AND {limits['max_value']}"
    for name, limits in LENGTHS.items()
}
asked |= {f"control-character {name}": f"regexp_matches({name}, '[\\p{{Cc}}\\p{{Cf}}\\p{{Zl}}\\p{{Zp}}]')" for name in TEXTS}
asked |= {f"space {name}": f"trim({name}) <> {name}" for name in TEXTS}
asked |= {f"normal-form {name}": f"nfc_normalize({name}) <> {name}" for name in TEXTS}
asked[ORDER] = "(occurred_earliest IS NULL) <> (occurred_latest IS NULL) OR occurred_earliest > occurred_latest"
asked[BASIS] = (
    "(time_basis = 'none') <> (occurred_earliest IS NULL AND time_surface IS NULL) "
    "OR (time_basis = 'reported_elsewhere') <> (time_source IS NOT NULL)"
)
counts = ", ".join(f'count(*) FILTER ({condition}) AS "{name}"' for name, condition in asked.items())
source = csv_source(FILE) if FILE.endswith(".csv") else f"'{FILE}'"
cursor = duckdb.execute(f'SELECT {counts}, count(*) - count(DISTINCT {KEY}) AS "key {KEY}" FROM {source}')
names = [column[0] for column in cursor.description]
report(dict(zip(names, cursor.fetchall()[0], strict=True)))
