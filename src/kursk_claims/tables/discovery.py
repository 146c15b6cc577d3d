"""Find the files to check, and the table of each."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kursk_claims.contract.model import Table
from kursk_claims.errors import InputError
from kursk_claims.suggest import did_you_mean
from kursk_claims.workspace import is_external_link

CHECKED_SUFFIXES = (".csv", ".parquet")


@dataclass
class DiscoveredFiles:
    """The files of each table, in the order in which they were named, and what was passed over."""

    files: dict[str, list[Path]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def discover_files(paths: Sequence[str], tables: Mapping[str, Table], table: str | None = None) -> DiscoveredFiles:
    """The files that the paths mean; `table` names the table of them all. Raises `InputError`.

    A file's table is its name without the ending, or the name of its folder, for tables in parts. Of a folder, files of other
    names are passed over and noted.
    """
    found = DiscoveredFiles()
    for path in paths:
        for file in _expand_path(path, tables):
            name = table or _table_name(file, tables)
            if name is None and file != Path(path):
                found.notes.append(f"{file}: no table of the contract has this name, not checked")
            elif name is None:
                hint = did_you_mean(file.stem, tables) or f"; there are: {', '.join(tables)}"
                raise InputError(f"{file}: expected the name of a table, found {file.stem!r}{hint}. Rename it, or say --table.")
            elif file not in found.files.setdefault(name, []):
                found.files[name].append(file)
    for name, files in found.files.items():
        kinds = sorted({file.suffix.lower() for file in files})
        if len(kinds) > 1:
            raise InputError(f"{name}: expected CSV or Parquet, found both ({', '.join(map(str, files))}). Name one of them.")
    if not found.files:
        raise InputError(f"{', '.join(paths)}: expected files with records, found none. Tables: {', '.join(tables)}.")
    return found


def _expand_path(path: str, tables: Mapping[str, Table]) -> list[Path]:
    """The files of a path: itself, those in a folder and in the folders in it that bear a table's name, or a pattern's."""
    here = Path(path)
    if here.is_dir():
        inside = sorted(
            each
            for each in [*here.glob("*"), *(each for name in tables for each in (here / name).glob("*"))]
            if each.suffix.lower() in CHECKED_SUFFIXES
        )
        return [_reject_external_file(each, here) for each in inside if each.is_file() and not each.name.startswith((".", "_"))]
    if here.is_file():
        if here.suffix.lower() not in CHECKED_SUFFIXES:
            raise InputError(
                f"{here}: expected a file that ends in {' or '.join(CHECKED_SUFFIXES)}, found {here.suffix or 'no ending'}."
            )
        return [here]
    matches = sorted(Path(each) for each in glob.glob(path, recursive=True))
    files = [each for each in matches if each.is_file() and each.suffix.lower() in CHECKED_SUFFIXES]
    if not files:
        what = "a file, a folder or a pattern that matches one, found " + (
            "nothing that can be checked" if matches else "nothing"
        )
        raise InputError(f"{path}: expected {what}.")
    return [_reject_external_file(each, Path()) for each in files]


def _reject_external_file(file: Path, folder: Path) -> Path:
    """A file that was not named, but found. Raises `InputError`."""
    if is_external_link(file, folder, file.parent):
        raise InputError(f"{file} is a link that leads out of {folder.absolute()}. Name the file itself, if you trust it.")
    return file


def _table_name(file: Path, tables: Mapping[str, Table]) -> str | None:
    return next((name for name in (file.stem, file.absolute().parent.name) if name in tables), None)
