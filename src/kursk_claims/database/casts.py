"""Cast columns that Python or Parquet would not hold exactly."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from kursk_claims.database.sql import quote_identifier
from kursk_claims.errors import QueryError
from kursk_claims.report.values import shorten

if TYPE_CHECKING:
    import duckdb
    import pyarrow
    from duckdb.sqltypes import DuckDBPyType

# Python has no months in an interval, no nanoseconds, no infinite dates, and no years before 1 or after 9999.
TIMES = "date time time_ns timestamp timestamp_s timestamp_ms timestamp_ns timestamptz_ns interval".split()
AS_TEXT = dict.fromkeys([*TIMES, "time with time zone", "timestamp with time zone", "variant", "geometry"], "VARCHAR")
AS_TEXT["float"] = "DOUBLE"  # by way of its digits: 1.1 as FLOAT would be 1.100000023841858 in Python
NOT_IN_PARQUET = dict.fromkeys(["interval", "time with time zone", "bignum", "bit", "union", "variant"], "VARCHAR")
AS_PARQUET = {"hugeint": "DECIMAL(38,0)", "uhugeint": "DECIMAL(38,0)"}
MAX_TYPE_LENGTH = 200  # characters of a type in a message


def cast_to_text(relation: duckdb.DuckDBPyRelation, *, keep: Collection[str] = ()) -> duckdb.DuckDBPyRelation:
    """Return the relation with dates, times, intervals and the like as DuckDB writes them; other types, and `keep`, stay."""
    return _cast(relation, {kind: target for kind, target in AS_TEXT.items() if kind not in keep})


def to_parquet_table(relation: duckdb.DuckDBPyRelation) -> pyarrow.Table:
    """Return the rows with types that Parquet has. Raises `QueryError` for a column without one."""
    import duckdb

    columns = list(zip(relation.columns, relation.types, strict=True))
    for name, kind in columns:
        if (target := _replace_types(kind, NOT_IN_PARQUET)) != str(kind):
            raise _no_parquet_type(name, kind, target)
    try:
        return _cast(relation, AS_PARQUET).to_arrow_table()
    except duckdb.ConversionException as error:
        for name, kind in columns:
            if "DECIMAL(38,0)" in str(error) and _replace_types(kind, AS_PARQUET) != str(kind):
                raise _no_parquet_type(name, kind, _replace_types(kind, dict.fromkeys(AS_PARQUET, "VARCHAR"))) from None
        raise


def _no_parquet_type(name: str, kind: DuckDBPyType, target: str) -> QueryError:
    found, cast = (shorten(each, MAX_TYPE_LENGTH) for each in (str(kind), target))
    column = name if name.isidentifier() else quote_identifier(name)
    return QueryError(f"Parquet has no type for column {name} ({found}). Cast it: CAST(… AS {cast}) AS {column}.")


def _cast(relation: duckdb.DuckDBPyRelation, types: Mapping[str, str]) -> duckdb.DuckDBPyRelation:
    casts = [
        source if target == str(kind) else f"CAST({source} AS {target}) AS {quote_identifier(name)}"
        for number, (name, kind) in enumerate(zip(relation.columns, relation.types, strict=True), start=1)
        for target in [_replace_types(kind, types)]
        for source in [f"CAST(#{number} AS VARCHAR)" if (kind.id, target) == ("float", "DOUBLE") else f"#{number}"]
    ]
    return relation.project(", ".join(casts)) if any(" AS " in cast for cast in casts) else relation


def _replace_types(kind: DuckDBPyType, types: Mapping[str, str]) -> str:
    """Return the SQL of a type with types replaced by others, also within lists, arrays, structs, tuples, maps and unions."""
    if kind.id in types:
        return types[kind.id]
    if kind.id not in ("list", "array", "struct", "tuple", "map", "union"):
        return str(kind)
    children: list[tuple[str, Any]] = [each for each in kind.children if each[0] != "size" or kind.id != "array"]
    parts = [_replace_types(child, types) for _, child in children]
    if parts == [str(child) for _, child in children]:
        return str(kind)
    match kind.id:
        case "list":
            return f"{parts[0]}[]"
        case "array":
            return f"{parts[0]}[{dict(kind.children)['size']}]"
        case "union":
            return "VARCHAR"
        case "struct":
            parts = [f"{quote_identifier(name)} {part}" for (name, _), part in zip(children, parts, strict=True)]
    return f"{kind.id.upper()}({', '.join(parts)})"
