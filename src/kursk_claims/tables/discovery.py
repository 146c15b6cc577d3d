"""Find the files to check and the table of each."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kursk_claims.contract.model import Table
from kursk_claims.errors import InputError
from kursk_claims.files import is_foreign_file
from kursk_claims.links import leads_out
from kursk_claims.suggest import did_you_mean

CHECKED_SUFFIXES = (".csv", ".parquet")


@dataclass
class DiscoveredFiles:
    """The files of each table, in the order of the paths, and notes on files that are not checked."""

    files: dict[str, list[Path]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def discover_files(paths: Sequence[str], tables: Mapping[str, Table], table: str | None = None) -> DiscoveredFiles:
    """Return the files that the paths name; `table` is the table of all of them, if named.

    A file belongs to the table with its name, without the suffix, or with the name of its folder. Files in a folder that
    belong to no table are noted. Raises `InputError`.
    """
    discovered = DiscoveredFiles()
    for path in paths:
        for file in _expand_path(path, tables):
            name = table or _table_name(file, tables)
            if name is not None:
                files = discovered.files.setdefault(name, [])
                if not any(file.samefile(other) for other in files):
                    files.append(file)
            elif file == Path(path):
                hint = did_you_mean(file.stem, tables) or f" (tables: {', '.join(tables)})"
                raise InputError(
                    f"{file}: expected a file named after a table, found {file.stem!r}{hint}. "
                    "Rename the file, or name its table with --table."
                )
            else:
                discovered.notes.append(f"{file}: not checked, because no table has this name")
    _reject_mixed_formats(discovered.files)
    if not discovered.files:
        raise InputError(f"{', '.join(paths)}: expected files named after tables, found none. Tables: {', '.join(tables)}.")
    return discovered


def _reject_mixed_formats(files_by_table: Mapping[str, Sequence[Path]]) -> None:
    """Raise `InputError` if a table has both CSV and Parquet files, which are probably copies of each other."""
    for name, files in files_by_table.items():
        if len({file.suffix.lower() for file in files}) > 1:
            raise InputError(
                f"{name}: expected files of one format, found CSV and Parquet ({', '.join(map(str, files))}). "
                "Name the files of one format."
            )


def _expand_path(path: str, tables: Mapping[str, Table]) -> list[Path]:
    """Return the files of a path: a file, a folder or a pattern. Raises `InputError`."""
    if Path(path).is_dir():
        return _files_in_folder(Path(path), tables)
    if Path(path).is_file():
        suffix = Path(path).suffix
        if suffix.lower() not in CHECKED_SUFFIXES:
            expected = " or ".join(CHECKED_SUFFIXES)
            raise InputError(f"{path}: expected a file that ends in {expected}, found {suffix or 'no suffix'}.")
        return [Path(path)]
    root, pattern = _split_pattern(path)
    matches = _match(root, pattern) if pattern and root.is_dir() else []
    files = [match for match in matches if match.suffix.lower() in CHECKED_SUFFIXES and not match.is_dir()]
    if not files:
        found = "no CSV or Parquet file" if matches else "no regular file" if Path(path).exists() else "nothing"
        raise InputError(f"{path}: expected a file, a folder or a pattern that matches files, found {found}.")
    return [_require_own_file(file, root) for file in files]


def _split_pattern(path: str) -> tuple[Path, str]:
    """Return the folder before the first part of a path that has a wildcard, and the pattern below it, if there is one."""
    parts = Path(path).parts
    first = next((index for index, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return Path(*parts[:first]), "/".join(parts[first:])


def _match(root: Path, pattern: str) -> list[Path]:
    """Return the sorted matches of a pattern; as in a shell, `*` matches no hidden files and `**` follows no links."""
    hidden = {part for part in pattern.split("/") if part.startswith(".")}
    try:
        matches = root.glob(pattern)
        return sorted(
            match for match in matches if hidden or not any(part.startswith(".") for part in match.relative_to(root).parts)
        )
    except (ValueError, NotImplementedError, OSError) as error:
        raise InputError(f"{root / pattern}: {error}") from None


def _files_in_folder(folder: Path, tables: Mapping[str, Table]) -> list[Path]:
    """Return the files in a folder and in its subfolders named after tables; hidden files and names with `_` are skipped."""
    files = [*folder.glob("*"), *(file for name in tables for file in (folder / name).glob("*"))]
    return [
        _require_own_file(file, folder)
        for file in sorted(files)
        if file.suffix.lower() in CHECKED_SUFFIXES
        and not file.is_dir()
        and not is_foreign_file(file.name)
        and not file.name.startswith("_")
    ]


def _require_own_file(file: Path, folder: Path) -> Path:
    """Return a file that a path names only indirectly. Raises `InputError` if a link leads out of the folder to it."""
    if leads_out(file, folder):
        raise InputError(f"{file} is a link to a file outside {folder.absolute()}. Name the linked file itself if you trust it.")
    if not file.is_file():
        raise InputError(f"{file}: expected a file, found a pipe, a device, a socket or a link to nothing. Remove it.")
    return file


def _table_name(file: Path, tables: Mapping[str, Table]) -> str | None:
    return next((name for name in (file.stem, file.absolute().parent.name) if name in tables), None)
