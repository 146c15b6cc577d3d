"""What the name of a file says about the table in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kursk_claims.suggest import did_you_mean
from kursk_claims.tables.file_kinds import KINDS_BY_SUFFIX, TAR

SEPARATORS_BY_SUFFIX = {".csv": ",", ".tsv": "\t", ".parquet": ""}
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
USUAL_COMPANIONS = {
    ".json",
    ".db",
    ".duckdb",
    ".sqlite",
    ".geoparquet",
    ".md",
    ".yaml",
}  # files that often lie beside tables and are none
READ_SUFFIXES = ".csv, .csv.gz, .csv.zst, .tsv or .parquet"


class TableFileName(NamedTuple):
    """A name without its suffixes, the separator of cells (empty for Parquet) and the compression (empty for none)."""

    stem: str
    suffix: str
    separator: str
    compression: str = ""


def parse_file_name(path: Path) -> TableFileName | None:
    """Return the parts of the name of a file that can be read; None for any other file."""
    suffix = path.suffix.lower()
    if suffix in SEPARATORS_BY_SUFFIX:
        return TableFileName(path.stem, suffix, SEPARATORS_BY_SUFFIX[suffix])
    inner = Path(path.stem)
    inner_suffix = inner.suffix.lower()
    if suffix in COMPRESSIONS and SEPARATORS_BY_SUFFIX.get(inner_suffix):
        return TableFileName(inner.stem, inner_suffix + suffix, SEPARATORS_BY_SUFFIX[inner_suffix], COMPRESSIONS[suffix])
    return None


def explain_unread_file(path: Path, tables: Iterable[str]) -> tuple[str, str] | None:
    """Return what a file is that is not read, and what to do; None if it seems to be no table at all."""
    suffix = path.suffix.lower()
    kind = TAR if ".tar" in path.suffixes[-2:] else KINDS_BY_SUFFIX.get(suffix)
    is_named_after_table = path.name.split(".")[0].lower() in {name.lower() for name in tables}
    if kind is not None and (is_named_after_table or suffix not in USUAL_COMPANIONS):
        return kind.name, kind.advice(path)
    if is_named_after_table and suffix not in USUAL_COMPANIONS:
        return f"the suffix {path.suffix!r}" if suffix else "no suffix", f"Save it as a file that ends in {READ_SUFFIXES}."
    return None


def explain_unknown_name(stem: str, tables: Iterable[str]) -> str:
    """Return what was found instead of a table's name."""
    names = list(tables)
    same = next((name for name in names if name.lower() == stem.lower()), None)
    hint = f" (did you mean {same!r}? Letter case counts)" if same else did_you_mean(stem, names)
    return f"{stem!r}{hint}"
