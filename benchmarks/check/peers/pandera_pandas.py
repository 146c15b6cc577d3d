"""pandera on pandas: a schema of columns and two checks across columns, lazily."""

import unicodedata

import pandas as pd
import pandera.pandas as pa
from common import BASIS, CODES, COLUMNS, FILE, KEY, LENGTHS, ORDER, PATTERNS, TEXTS, report

frame = pd.read_parquet(FILE)
UNSEEN = r"[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u2028\u2029]"


def column(name: str) -> pa.Column:
    checks = []
    if name in CODES:
        checks.append(pa.Check.isin(CODES[name]))
    if name in PATTERNS:
        checks.append(pa.Check.str_matches(PATTERNS[name]))
    if name in LENGTHS:
        checks.append(pa.Check.str_length(**LENGTHS[name]))
    if name in TEXTS:
        checks.append(pa.Check(lambda s: ~s.str.contains(UNSEEN), name=f"control-character {name}"))
        checks.append(pa.Check(lambda s: s.str.strip() == s, name=f"space {name}"))
        checks.append(pa.Check(lambda s: s.map(lambda x: unicodedata.is_normalized("NFC", x)), name=f"normal-form {name}"))
    unique = {"unique": name == KEY, "report_duplicates": "exclude_first"}
    return pa.Column(None, checks, nullable=COLUMNS[name].get("nullable", False), **unique)


def order(d: pd.DataFrame) -> pd.Series:
    earliest, latest = d["occurred_earliest"], d["occurred_latest"]
    return (earliest.isna() == latest.isna()) & ((earliest <= latest) | earliest.isna() | latest.isna())


def basis(d: pd.DataFrame) -> pd.Series:
    none = d["occurred_earliest"].isna() & d["time_surface"].isna()
    return ((d["time_basis"] == "none") == none) & ((d["time_basis"] == "reported_elsewhere") == d["time_source"].notna())


for name in ("occurred_earliest", "occurred_latest"):
    frame[name] = pd.to_datetime(frame[name])
schema = pa.DataFrameSchema(
    {name: column(name) for name in COLUMNS}, checks=[pa.Check(order, name=ORDER), pa.Check(basis, name=BASIS)]
)
KINDS = {"not_nullable": "required", "isin": "allowed-values", "str_matches": "pattern", "str_length": "length"}
found = {f"{kind} {name}": 0 for name in COLUMNS for kind in (*KINDS.values(), "space", "control-character", "normal-form")}
found |= {ORDER: 0, BASIS: 0, f"key {KEY}": 0}
try:
    schema.validate(frame, lazy=True)
except pa.errors.SchemaErrors as errors:
    cases = errors.failure_cases.drop_duplicates(["check", "column", "index"]).dropna(subset=["index"])
    for (check, of), rows in cases.groupby(["check", "column"])["index"]:
        kind = "key" if check == "field_uniqueness" else KINDS.get(check.partition("(")[0], check)
        whole = check if " " in check and "(" not in check else f"{kind} {of}"
        found[whole] = rows.nunique()
report(found)
