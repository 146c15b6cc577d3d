"""dataframely: a schema class with rules, and its counts of failures."""

import dataframely as dy
import polars as pl
from common import BASIS, CODES, COLUMNS, FILE, KEY, LENGTHS, ORDER, PATTERNS, TEXTS, UNSEEN, report


def text(name: str) -> dy.Column:
    limits = LENGTHS.get(name, {})
    checks = {
        "unseen": lambda e: ~e.str.contains(UNSEEN),
        "space": lambda e: e.str.strip_chars() == e,
        "form": lambda e: e.str.normalize("NFC") == e,
    }
    if name in CODES:
        checks["isin"] = lambda e: e.is_in(CODES[name])
    return dy.String(
        nullable=COLUMNS[name].get("nullable", False),
        primary_key=name == KEY,
        regex=PATTERNS.get(name),
        min_length=limits.get("min_value"),
        max_length=limits.get("max_value"),
        check=checks,
    )


def order(cls) -> pl.Expr:
    return (pl.col("occurred_earliest").is_null() == pl.col("occurred_latest").is_null()) & (
        pl.col("occurred_earliest") <= pl.col("occurred_latest")
    ).fill_null(True)


def basis(cls) -> pl.Expr:
    timed = pl.col("occurred_earliest").is_null() & pl.col("time_surface").is_null()
    elsewhere = pl.col("time_source").is_not_null()
    return ((pl.col("time_basis") == "none") == timed) & ((pl.col("time_basis") == "reported_elsewhere") == elsewhere)


columns = {name: text(name) if name in TEXTS else dy.Date(nullable=True) for name in COLUMNS}
Claims = type("Claims", (dy.Schema,), {**columns, "order": dy.rule()(order), "basis": dy.rule()(basis)})
names = {"unseen": "control-character", "space": "space", "form": "normal-form", "isin": "allowed-values"}
names |= {"nullability": "required", "regex": "pattern", "min_length": "length", "max_length": "length"}

_, failure = Claims.filter(pl.read_parquet(FILE), cast=False)
found = {ORDER: 0, BASIS: 0, f"key {KEY}": 0}
for name in COLUMNS:
    found |= {f"{each} {name}": 0 for each in set(names.values())}
for rule, count in failure.counts().items():
    column, _, check = rule.partition("|")
    if rule in ("order", "basis"):
        found[ORDER if rule == "order" else BASIS] += count
    elif rule == "primary_key":
        found[f"key {KEY}"] = count // 2  # both rows are told
    else:
        found[f"{names[check.removeprefix('check__')]} {column}"] += count
report(found)
