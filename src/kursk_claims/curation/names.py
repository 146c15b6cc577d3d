"""Find rows by the name that people write, and codes of open lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.errors import UsageError
from kursk_claims.report.values import list_some
from kursk_claims.suggest import did_you_mean

NAMES = {"actors": ("name", "name_native"), "places": ("name", "name_native"), "events": ("label",), "documents": ("title",)}


def find_named(tables: RecordTables, table: str, name: str) -> Mapping[str, str] | None:
    """Return the row of a table with this id or name; None if there is none. Raises `UsageError` if several have the name."""
    rows, wanted = tables.rows(table), name.casefold()
    key = next(iter(rows[0])) if rows else ""
    found = [row for row in rows if row[key] == name] or [
        row for row in rows if wanted in (row[column].casefold() for column in NAMES[table])
    ]
    if len(found) > 1:
        raise UsageError(f"{name!r} is the name of {list_some([row[key] for row in found])}. Give the id.")
    return found[0] if found else None


def find_actor(tables: RecordTables, name: str) -> Mapping[str, str] | None:
    """Return the actor with this id or name; None if there is none. Raises `UsageError` if several have the name."""
    return find_named(tables, "actors", name)


def suggest_actor(tables: RecordTables, name: str) -> str:
    """Return a suggestion to append to a message; empty if no name or id is near."""
    known = [row[column] for row in tables.rows("actors") for column in ("name", "actor_id")]
    return did_you_mean(name, known)


def list_codes(tables: RecordTables, field: str) -> Sequence[str]:
    """Return the codes of a field, such as `actors.kind`."""
    return [row["code"] for row in tables.rows("codes") if row["field"] == field]


def require_code(tables: RecordTables, field: str, code: str, option: str) -> None:
    """Raise `UsageError` unless the table `codes` has the code of this field."""
    codes = list_codes(tables, field)
    if code not in codes:
        raise UsageError(
            f"{option}: expected one of {', '.join(codes)}; found {code!r}{did_you_mean(code, codes)}. "
            f"A new code is a row of codes: `kursk-claims curate code add {field} CODE`."
        )
