"""One row per column type: what polars, SQL and every other system call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pyarrow


class ColumnType(NamedTuple):
    """The names of one column type.

    `logical` is the name in digests and manifests, which also cover views; `arrow_variants` are other Arrow types that hold
    the same values.
    """

    polars: str
    duckdb: str
    arrow: str
    arrow_variants: tuple[str, ...]
    spark: str
    sqlite: str
    logical: str
    data_package: str
    croissant: str

    def to_polars(self) -> Any:
        """Return the polars data type."""
        import polars as pl

        return getattr(pl, self.polars)

    def to_arrow(self) -> pyarrow.DataType:
        """Return the Arrow data type."""
        import pyarrow as pa

        return pa.type_for_alias(self.arrow)


_STRINGS = ("large_string", "string_view")
_INTEGERS = ("int8", "int16", "int64", "uint8", "uint16", "uint32", "uint64")

_TYPES = (
    ColumnType("String", "VARCHAR", "string", _STRINGS, "string", "TEXT", "text", "string", "sc:Text"),
    ColumnType("Date", "DATE", "date32[day]", (), "date", "TEXT", "date", "date", "sc:Date"),
    ColumnType("Int32", "INTEGER", "int32", _INTEGERS, "int", "INTEGER", "integer", "integer", "sc:Integer"),
    ColumnType("Float64", "DOUBLE", "double", ("float",), "double", "REAL", "number", "number", "sc:Float"),
    ColumnType("Boolean", "BOOLEAN", "bool", (), "boolean", "INTEGER", "boolean", "boolean", "sc:Boolean"),
)

# By the `dtype` of a schema, which is the polars name.
COLUMN_TYPES = {row.polars: row for row in _TYPES}
# By the type name in digests and manifests.
LOGICAL_TYPES = {row.logical: row for row in _TYPES}
# By any Arrow type that holds such values.
ARROW_TYPES = {name: row for row in _TYPES for name in (row.arrow, *row.arrow_variants)}
