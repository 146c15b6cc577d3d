"""A hand-written polars query that reads once and counts."""

import sys

import polars as pl
from common import BASIS, CODES, FILE, KEY, LENGTHS, ORDER, PATTERNS, REQUIRED, TEXTS, UNSEEN, report

c = pl.col
asked = {f"required {name}": c(name).is_null().sum() for name in REQUIRED}
asked |= {f"allowed-values {name}": (~c(name).is_in(codes)).sum() for name, codes in CODES.items()}
asked |= {f"pattern {name}": (~c(name).str.contains(pattern)).sum() for name, pattern in PATTERNS.items()}
asked |= {
    f"length {name}": (~c(name).str.len_chars().is_between(limits["min_value"], limits["max_value"])).sum()
    for name, limits in LENGTHS.items()
}
LOOKED_AT = [] if "--no-texts" in sys.argv else TEXTS
asked |= {f"control-character {name}": c(name).str.contains(UNSEEN).sum() for name in LOOKED_AT}
asked |= {f"space {name}": (c(name).str.strip_chars() != c(name)).sum() for name in LOOKED_AT}
asked |= {f"normal-form {name}": (c(name).str.normalize("NFC") != c(name)).sum() for name in LOOKED_AT}
asked[f"key {KEY}"] = c(KEY).len() - c(KEY).n_unique()
earliest, latest = c("occurred_earliest"), c("occurred_latest")
asked[ORDER] = ((earliest.is_null() != latest.is_null()) | (earliest > latest)).sum()
asked[BASIS] = (
    ((c("time_basis") == "none") != (earliest.is_null() & c("time_surface").is_null()))
    | ((c("time_basis") == "reported_elsewhere") != c("time_source").is_not_null())
).sum()
query = pl.scan_parquet(FILE) if FILE.endswith(".parquet") else pl.scan_csv(FILE, try_parse_dates=True)
report(query.select(**asked).collect(engine="streaming").row(0, named=True))
