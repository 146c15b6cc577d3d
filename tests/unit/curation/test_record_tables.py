"""Changes of records are written all together, in canonical form, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from kursk_claims.contract.loader import load_contract
from kursk_claims.curation.record_tables import LOCK_NAME, RecordTables
from kursk_claims.errors import DataError, OperationalError
from kursk_claims.workspace import find_workspace
from support import Copy


def read(copy: Copy) -> RecordTables:
    workspace = find_workspace(copy.root)
    return RecordTables.read(workspace, load_contract(workspace.schemas))


def contents(copy: Copy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in copy.csv("claims").parent.iterdir()}


def test_what_is_not_changed_is_not_written(fiction: Copy) -> None:
    before = contents(fiction)
    tables = read(fiction)
    tables.update("actors", {"actor_id": "act-brask"}, {"kind": "person"})
    assert (tables.changes(), tables.write(), contents(fiction)) == ([], [], before)


def test_rows_are_added_changed_and_removed(fiction: Copy) -> None:
    tables = read(fiction)
    tables.insert("actors", {"actor_id": "act-ness", "name": 'Ness, "the" town', "kind": "government_body"})
    tables.update("attributions", {"claim_id": "clm-002", "step": "1"}, {"cue": ""})
    tables.delete("exclusions", {"exclusion_id": "xcl-006"})
    found = [(change.table, [*change.key.values()], change.kind) for change in tables.changes()]
    assert found == [
        ("actors", ["act-ness"], "added"),
        ("attributions", ["clm-002", "1"], "changed"),
        ("exclusions", ["xcl-006"], "removed"),
    ]
    assert [path.name for path in tables.write()] == ["actors.csv", "attributions.csv", "exclusions.csv"]
    again = read(fiction)
    for table in ("actors", "attributions", "exclusions"):
        assert again.rows(table) == tables.rows(table)
    assert b'act-ness,"Ness, ""the"" town",,government_body,,,,\n' in fiction.csv("actors").read_bytes()
    again.delete("actors", {"actor_id": "act-ness"})
    again.write()
    assert b"act-ness," not in fiction.csv("actors").read_bytes()


def test_an_id_is_never_used_again(fiction: Copy) -> None:
    tables = read(fiction)
    assert tables.next_id("claims", "clm") == "clm-019"  # clm-018 is retired
    tables.delete("exclusions", {"exclusion_id": "xcl-006"})
    assert tables.next_id("exclusions", "xcl") == "xcl-007"


def test_a_file_that_changed_meanwhile_refuses_the_write(fiction: Copy) -> None:
    tables = read(fiction)
    tables.delete("exclusions", {"exclusion_id": "xcl-006"})
    fiction.edit("actors", {"actor_id": "act-brask"}, note="Changed.")
    before = contents(fiction)
    with pytest.raises(DataError, match=r"actors\.csv has changed since it was read; nothing was written"):
        tables.write()
    assert contents(fiction) == before


def test_no_file_is_replaced_if_one_cannot_be(fiction: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = read(fiction)
    tables.delete("exclusions", {"exclusion_id": "xcl-006"})
    tables.update("actors", {"actor_id": "act-brask"}, {"note": "Changed."})
    before = contents(fiction)

    def fail(new: Path, target: Path) -> None:
        if target.name == "exclusions.csv":
            raise OSError(28, "No space left on device", str(target))
        new.replace(target)

    monkeypatch.setattr("kursk_claims.curation.record_tables.replace_file", fail)
    with pytest.raises(OSError, match="No space left"):
        tables.write()
    assert contents(fiction) == before


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff", "expected UTF-8"), (b"actor_id,name\n", "the header does not have the columns"), (None, "cannot be read")],
)
def test_a_file_that_is_no_table_is_named(fiction: Copy, content: bytes | None, message: str) -> None:
    if content is None:
        fiction.csv("actors").unlink()
    else:
        fiction.csv("actors").write_bytes(content)
    with pytest.raises(DataError, match=rf"actors\.csv: {message}"):
        read(fiction)


def test_two_rows_with_one_key_are_refused(fiction: Copy) -> None:
    fiction.add("actors", actor_id="act-brask", name="Another", kind="person")
    with pytest.raises(DataError, match="two rows have the key act-brask"):
        read(fiction)


def test_two_commands_do_not_write_at_once(fiction: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kursk_claims.curation.record_tables.LOCK_SECONDS", 0)
    tables = read(fiction)
    tables.delete("exclusions", {"exclusion_id": "xcl-006"})
    before = contents(fiction)
    with (
        FileLock(fiction.csv("claims").parent.parent / LOCK_NAME),
        pytest.raises(OperationalError, match="another command is writing here; nothing was written"),
    ):
        tables.write()
    assert contents(fiction) == before
    assert len(tables.write()) == 1
