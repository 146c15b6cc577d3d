"""pointblank on polars: steps of validation, and their counts of failures."""

import pointblank as pb
import polars as pl
from common import BASIS, CODES, FILE, KEY, LENGTHS, ORDER, PATTERNS, REQUIRED, TEXTS, UNSEEN, report

c = pl.col
names, steps = [], pb.Validate(data=pl.read_parquet(FILE))
for name in REQUIRED:
    names.append(f"required {name}")
    steps = steps.col_vals_not_null(columns=name)
for name, codes in CODES.items():
    names.append(f"allowed-values {name}")
    steps = steps.col_vals_in_set(columns=name, set=codes)
for name, pattern in PATTERNS.items():
    names.append(f"pattern {name}")
    steps = steps.col_vals_regex(columns=name, pattern=pattern, na_pass=True)
for name, limits in LENGTHS.items():
    names.append(f"length {name}")
    steps = steps.col_vals_expr(expr=c(name).str.len_chars().is_between(limits["min_value"], limits["max_value"]))
for name in TEXTS:
    names += [f"control-character {name}", f"space {name}", f"normal-form {name}"]
    steps = steps.col_vals_expr(expr=(~c(name).str.contains(UNSEEN)).fill_null(True))
    steps = steps.col_vals_expr(expr=(c(name).str.strip_chars() == c(name)).fill_null(True))
    steps = steps.col_vals_expr(expr=(c(name).str.normalize("NFC") == c(name)).fill_null(True))
names += [f"key {KEY}", ORDER, BASIS]
earliest, latest = c("occurred_earliest"), c("occurred_latest")
steps = steps.rows_distinct(columns_subset=KEY)
steps = steps.col_vals_expr(expr=(earliest.is_null() == latest.is_null()) & (earliest <= latest).fill_null(True))
steps = steps.col_vals_expr(
    expr=((c("time_basis") == "none") == (earliest.is_null() & c("time_surface").is_null()))
    & ((c("time_basis") == "reported_elsewhere") == c("time_source").is_not_null())
)
steps = steps.interrogate(collect_extracts=False)
found = dict(zip(names, steps.n_failed().values(), strict=True))
found[f"key {KEY}"] //= 2
report(found)
