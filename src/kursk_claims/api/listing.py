"""Lists that print well in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, overload

from kursk_claims.database.query import QueryResult
from kursk_claims.database.render import format_csv_cell, render_result


class Listing(Sequence[dict[str, Any]]):
    """Rows with named columns. Printing it shows a table; iterating over it yields one dict per row."""

    def __init__(self, result: QueryResult) -> None:
        self._result = result

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._result.columns)

    def __len__(self) -> int:
        return len(self._result.rows)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Listing: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | Listing:
        if isinstance(index, slice):
            return Listing(QueryResult(self._result.columns, self._result.rows[index]))
        return dict(zip(self._result.columns, self._result.rows[index], strict=True))

    def __repr__(self) -> str:
        return render_result(self._result, "table", wrap=True).rstrip("\n")

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(column)}</th>" for column in self._result.columns)
        rows = ("".join(f"<td>{escape(format_csv_cell(value))}</td>" for value in row) for row in self._result.rows)
        body = "\n".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


@dataclass(frozen=True, repr=False)
class Description:
    """What a table or view means: its columns, and the codes that they may hold."""

    name: str
    meaning: str
    columns: Listing
    codes: Listing

    def __repr__(self) -> str:
        parts = [f"{self.name}: {self.meaning}", repr(self.columns), *([repr(self.codes)] if self.codes else [])]
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        heading = f"<p><strong>{escape(self.name)}</strong>: {escape(self.meaning)}</p>"
        return "\n".join([heading, self.columns._repr_html_(), *([self.codes._repr_html_()] if self.codes else [])])
