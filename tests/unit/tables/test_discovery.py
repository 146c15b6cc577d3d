"""Paths are expanded to the files of each table."""

from __future__ import annotations

from pathlib import Path

import pytest

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import SqlStatement, Table
from kursk_claims.errors import InputError
from kursk_claims.tables.discovery import discover_files

CONTRACT = Contract(
    Path("schemas"), {name: Table(name, name, name, ("id",), (), Path(f"{name}.yaml")) for name in ("stones", "shells")}, "beach"
)
CONTRACT.__dict__["views"] = (SqlStatement("finds", {}, "", Path("views.sql"), 1),)  # cached, so that no file is read


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_files_belong_to_the_table_of_their_name_or_folder(tmp_path: Path) -> None:
    make(tmp_path, "stones.csv", "shells/part-1.parquet", "shells/part-2.PARQUET", "other.csv", "notes.txt", ".stones.csv")
    make(tmp_path, "deeper/stones/a.csv", "shells/_temporary.parquet")
    discovered = discover_files([str(tmp_path)], CONTRACT)
    assert discovered.files == {
        "stones": [tmp_path / "stones.csv"],
        "shells": [tmp_path / "shells/part-1.parquet", tmp_path / "shells/part-2.PARQUET"],
    }
    assert [(finding.file, finding.found) for finding in discovered.findings] == [
        (f"{tmp_path}/other.csv", "'other'"),
    ]
    assert {finding.severity for finding in discovered.findings} == {"warning"}
    deeper = f"{tmp_path}/deeper (a folder that holds {tmp_path}/deeper/stones/a.csv; name it to check it)"
    assert discovered.notes == [f"2 other entries not checked: {deeper}, {tmp_path}/notes.txt"]


def test_a_file_is_listed_once(tmp_path: Path) -> None:
    make(tmp_path, "stones.csv")
    paths = [str(tmp_path / "stones.csv"), f"{tmp_path}/*.csv", str(tmp_path)]
    assert discover_files(paths, CONTRACT).files == {"stones": [tmp_path / "stones.csv"]}


def test_a_named_table_is_the_table_of_all_files(tmp_path: Path) -> None:
    make(tmp_path, "mine.csv", "yours.csv")
    assert discover_files([f"{tmp_path}/*.csv"], CONTRACT, "shells").files == {
        "shells": [tmp_path / "mine.csv", tmp_path / "yours.csv"]
    }


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("stone.csv", "stone.csv: expected a file named after a table, found 'stone' (did you mean 'stones'?)"),
        ("mine.csv", "mine.csv: expected a file named after a table, found 'mine'"),
        ("Stones.csv", "found 'Stones' (did you mean 'stones'? Letter case counts)"),
        ("notes.txt", "expected a file that ends in .csv, .csv.gz, .csv.zst, .tsv or .parquet, found .txt"),
        ("README", "found no suffix"),
        ("stones.xlsx", "found an Excel workbook"),
        ("finds.csv", "1 other entry not checked"),
        ("nowhere", "expected a file, a folder or a pattern that matches files, found nothing"),
        ("*.txt", "found .txt"),
        ("empty", "expected files named after tables, found none."),
        ("empty", "Tables: stones, shells."),
        ("both", "stones: expected files of one format, found .csv and .parquet ("),
        ("packed", "stones: expected files of one format, found .csv and .csv.gz ("),
    ],
)
def test_paths_that_cannot_be_checked(path: str, message: str, tmp_path: Path) -> None:
    make(tmp_path, "stone.csv", "Stones.csv", "mine.csv", "finds.csv", "stones.xlsx", "notes.txt", "README", "empty/notes.txt")
    make(tmp_path, "both/stones.csv", "both/stones.parquet", "packed/stones.csv", "packed/stones.csv.gz")
    with pytest.raises(InputError) as raised:
        discover_files([str(tmp_path / path)], CONTRACT)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("shells.jsonl", "JSON lines"),
        ("shells.csv.xz", "compressed with xz"),
        ("shells.txt", "the suffix '.txt'"),
        ("finds.xls", "an Excel workbook of an old version"),
        ("shells.parquet.gz", "compressed with gzip"),
        ("shells.tar.gz", "a tar archive"),
        ("log.gz", "compressed with gzip"),
    ],
)
def test_files_of_other_kinds_are_named_with_the_reason(name: str, found: str, tmp_path: Path) -> None:
    make(tmp_path, "stones.csv", name, "notes.json", ".hidden.csv", "docs/page.txt")
    discovered = discover_files([str(tmp_path)], CONTRACT)
    assert [(Path(finding.file).name, finding.found) for finding in discovered.findings] == [(name, found)]
    assert discovered.notes == [f"1 other entry not checked: {tmp_path}/notes.json"]


def test_quoted_and_expanded_patterns_are_alike(tmp_path: Path) -> None:
    make(tmp_path, "stones.csv", "mine.csv", "README")
    quoted = discover_files([f"{tmp_path}/*"], CONTRACT)
    expanded = discover_files([str(path) for path in sorted(tmp_path.iterdir())], CONTRACT)
    assert quoted == expanded
    assert len(quoted.findings) == 2


@pytest.mark.parametrize("suffix", ["", ".parquet", ".csv"])
def test_a_folder_holds_the_parts_of_a_table(suffix: str, tmp_path: Path) -> None:
    make(tmp_path, f"out/shells{suffix}/part-0.csv", f"out/shells{suffix}/_SUCCESS", f"out/shells{suffix}/year=2031/part-1.csv")
    folder = tmp_path / f"out/shells{suffix}"
    for path in (folder, folder.parent):
        files = discover_files([str(path)], CONTRACT).files
        assert files == {"shells": [folder / "part-0.csv", folder / "year=2031/part-1.csv"]}


def test_a_link_out_of_the_folder_is_refused_unless_it_is_named(tmp_path: Path) -> None:
    make(tmp_path, "secret", "inside/real.csv")
    (tmp_path / "inside" / "stones.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match="is a link to a file outside"):
        discover_files([str(tmp_path / "inside")], CONTRACT)
    named = str(tmp_path / "inside" / "stones.csv")
    assert discover_files([named], CONTRACT).files == {"stones": [Path(named)]}
    (tmp_path / "inside" / "stones.csv").unlink()
    (tmp_path / "inside" / "stones.csv").symlink_to(tmp_path / "inside" / "real.csv")
    assert [*discover_files([str(tmp_path / "inside")], CONTRACT).files] == ["stones"]
