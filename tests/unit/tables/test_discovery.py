"""Paths are expanded to the files of each table."""

from __future__ import annotations

from pathlib import Path

import pytest

from kursk_claims.contract.model import Table
from kursk_claims.errors import InputError
from kursk_claims.tables.discovery import discover_files

TABLES = {name: Table(name, name, name, ("id",), (), Path(f"{name}.yaml")) for name in ("stones", "shells")}


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_files_belong_to_the_table_of_their_name_or_folder(tmp_path: Path) -> None:
    make(tmp_path, "stones.csv", "shells/part-1.parquet", "shells/part-2.PARQUET", "other.csv", "notes.txt", ".stones.csv")
    make(tmp_path, "deeper/stones/a.csv", "shells/_temporary.parquet")
    discovered = discover_files([str(tmp_path)], TABLES)
    assert discovered.files == {
        "stones": [tmp_path / "stones.csv"],
        "shells": [tmp_path / "shells/part-1.parquet", tmp_path / "shells/part-2.PARQUET"],
    }
    assert discovered.notes == [f"{tmp_path}/other.csv: not checked, because no table has this name"]


def test_a_file_is_listed_once(tmp_path: Path) -> None:
    make(tmp_path, "stones.csv")
    paths = [str(tmp_path / "stones.csv"), f"{tmp_path}/*.csv", str(tmp_path)]
    assert discover_files(paths, TABLES).files == {"stones": [tmp_path / "stones.csv"]}


def test_a_named_table_is_the_table_of_all_files(tmp_path: Path) -> None:
    make(tmp_path, "mine.csv", "yours.csv")
    assert discover_files([f"{tmp_path}/*.csv"], TABLES, "shells").files == {
        "shells": [tmp_path / "mine.csv", tmp_path / "yours.csv"]
    }


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("stone.csv", "expected a file named after a table, found 'stone' (did you mean 'stones'?). Rename the file"),
        ("mine.csv", "expected a file named after a table, found 'mine' (tables: stones, shells). Rename the file"),
        ("notes.txt", "expected a file that ends in .csv or .parquet, found .txt"),
        ("README", "expected a file that ends in .csv or .parquet, found no suffix"),
        ("nowhere", "expected a file, a folder or a pattern that matches files, found nothing"),
        ("*.txt", "expected a file, a folder or a pattern that matches files, found no CSV or Parquet file"),
        ("empty", "expected files named after tables, found none. Tables: stones, shells."),
        ("both", "stones: expected files of one format, found CSV and Parquet ("),
    ],
)
def test_paths_that_cannot_be_checked(path: str, message: str, tmp_path: Path) -> None:
    make(tmp_path, "stone.csv", "mine.csv", "notes.txt", "README", "empty/notes.txt", "both/stones.csv", "both/stones.parquet")
    with pytest.raises(InputError) as raised:
        discover_files([str(tmp_path / path)], TABLES)
    assert message in str(raised.value)


def test_a_link_out_of_the_folder_is_refused_unless_it_is_named(tmp_path: Path) -> None:
    make(tmp_path, "secret", "inside/real.csv")
    (tmp_path / "inside" / "stones.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match="is a link to a file outside"):
        discover_files([str(tmp_path / "inside")], TABLES)
    named = str(tmp_path / "inside" / "stones.csv")
    assert discover_files([named], TABLES).files == {"stones": [Path(named)]}
    (tmp_path / "inside" / "stones.csv").unlink()
    (tmp_path / "inside" / "stones.csv").symlink_to(tmp_path / "inside" / "real.csv")
    assert [*discover_files([str(tmp_path / "inside")], TABLES).files] == ["stones"]
