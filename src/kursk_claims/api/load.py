"""Load a table or view: `load`, and `table` for Arrow."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from kursk_claims.api.opened import OpenRelease, open_shared
from kursk_claims.database.sql import quote_identifier
from kursk_claims.extras import explain_missing_packages

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars
    import pyarrow

Library = Literal["polars", "pandas", "arrow", "duckdb", "rows"]
LIBRARIES: tuple[Library, ...] = ("polars", "pandas", "arrow", "duckdb", "rows")
# The modules that each library needs; the first that is installed is the default.
DEFAULTS: dict[Library, tuple[str, ...]] = {"polars": ("polars", "pyarrow"), "pandas": ("pandas",), "arrow": ("pyarrow",)}


class Rows(list[dict[str, Any]]):
    """Rows as dicts; `attrs` has the version, licence and citation of the data."""

    attrs: dict[str, str]


@overload
def load(
    name: str,
    as_: Literal["polars"],
    *,
    release: str | None = None,
    records: bool = False,
    workspace: str | Path | None = None,
) -> polars.DataFrame: ...
@overload
def load(
    name: str,
    as_: Literal["pandas"],
    *,
    release: str | None = None,
    records: bool = False,
    workspace: str | Path | None = None,
) -> pandas.DataFrame: ...
@overload
def load(
    name: str,
    as_: Literal["arrow"],
    *,
    release: str | None = None,
    records: bool = False,
    workspace: str | Path | None = None,
) -> pyarrow.Table: ...
@overload
def load(
    name: str,
    as_: Literal["duckdb"],
    *,
    release: str | None = None,
    records: bool = False,
    workspace: str | Path | None = None,
) -> duckdb.DuckDBPyRelation: ...
@overload
def load(
    name: str, as_: Literal["rows"], *, release: str | None = None, records: bool = False, workspace: str | Path | None = None
) -> Rows: ...
@overload
def load(
    name: str, as_: None = None, *, release: str | None = None, records: bool = False, workspace: str | Path | None = None
) -> Any: ...
@explain_missing_packages()
def load(
    name: str,
    as_: Library | None = None,
    *,
    release: str | None = None,
    records: bool = False,
    workspace: str | Path | None = None,
) -> Any:
    """Load a table or view, with the rows of a table sorted by key.

    `as_` names the library of the result:

    - `"polars"`: a data frame. polars has no place for what is known about a whole frame; `cite` has the citation.
    - `"pandas"`: a data frame; its `attrs` have version, licence and citation. Whole numbers with gaps are floats.
    - `"arrow"`: a table; its schema's metadata has version, licence and citation, that of each field its description.
    - `"duckdb"`: a relation, which is computed when it is used.
    - `"rows"`: a list of dicts; its `attrs` have version, licence and citation.

    By default it is the first of polars, pandas and Arrow that is installed, else rows. The release is chosen as by `connect`;
    it stays open, so that further tables load quickly. Raises `KeyError` for an unknown name, `ValueError` for an unknown
    library, `MissingPackageError` if a library is not installed, and what `connect` raises.
    """
    if as_ is None:
        as_ = next((each for each, modules in DEFAULTS.items() if all(map(find_spec, modules))), "rows")
    if as_ not in LIBRARIES:
        raise ValueError(f"as_: expected one of {', '.join(LIBRARIES)}; found {as_!r}")
    opened = open_shared(release, records=records, workspace=workspace)
    opened.require_name(name)
    query = f"SELECT * FROM {quote_identifier(name)}"
    if as_ == "duckdb":
        return opened.connect().sql(query)
    with opened.reading() as connection:
        return _convert(connection.sql(query), name, as_, opened)


def table(name: str, release: str | None = None, *, records: bool = False, workspace: str | Path | None = None) -> pyarrow.Table:
    """Return a table or view as Arrow: the same as `load(name, "arrow")`."""
    return load(name, "arrow", release=release, records=records, workspace=workspace)


def _convert(relation: duckdb.DuckDBPyRelation, name: str, library: Library, opened: OpenRelease) -> Any:
    about = opened.about.properties()
    if library == "rows":
        rows = Rows(dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall())
        rows.attrs = about
        return rows
    if library == "pandas":
        import pandas  # noqa: F401  so that a missing package is explained

        frame = relation.df()
        frame.attrs = about
        return frame
    arrow = _to_arrow(relation, name, opened)
    if library == "arrow":
        return arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), **about})
    import polars

    return polars.from_arrow(arrow)


def _to_arrow(relation: duckdb.DuckDBPyRelation, name: str, opened: OpenRelease) -> pyarrow.Table:
    """Return the rows with the types and descriptions of the contract, as the Parquet files of a release have them."""
    from kursk_claims.contract.arrow import build_arrow_schema

    arrow = relation.to_arrow_table()
    described = opened.contract.schema_of(name)
    return arrow.cast(build_arrow_schema(described)) if described else arrow
