"""Find the files to check and the table of each; whatever is not checked is reported."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.errors import InputError
from kursk_claims.files import is_foreign_file, is_system_file
from kursk_claims.links import leads_out
from kursk_claims.report.model import Finding
from kursk_claims.report.values import count_noun, list_some
from kursk_claims.tables.file_names import READ_SUFFIXES, explain_unknown_name, explain_unread_file, parse_file_name
from kursk_claims.tables.table_input import display_path

MAX_NAMED = 10  # files that one error names
MAX_SEARCHED = 1000  # entries of a folder in which a file is searched that could be meant


@dataclass
class DiscoveredFiles:
    """The files of each table, in the order of the paths, and the names in findings of those that have another than their path.

    `findings` are warnings about files that seem to be tables but are not checked; `others` names files that seem to be none,
    and folders that are not searched.
    """

    files: dict[str, list[Path]] = field(default_factory=dict)
    names: Mapping[Path, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    others: dict[str, None] = field(default_factory=dict)  # as an ordered set
    _seen: set[tuple[int, int]] = field(default_factory=set)

    @property
    def notes(self) -> list[str]:
        """A note on the files that seem to be no tables."""
        if not self.others:
            return []
        return [f"{count_noun(len(self.others), 'other entry', 'other entries')} not checked: {list_some([*self.others])}"]

    def is_new(self, file: Path) -> bool:
        """Return whether a file was not met before under any name, and remember it."""
        status = file.stat()
        identity = (status.st_dev, status.st_ino)
        is_new = identity not in self._seen
        self._seen.add(identity)
        return is_new

    def add_finding(self, file: Path, expected: str, found: str, fix: str) -> None:
        """Add a warning that a file is not checked."""
        self.findings.append(Finding("file-not-checked", display_path(file), expected, found, fix, severity="warning"))


def discover_files(
    paths: Sequence[str], contract: Contract, table: str | None = None, names: Mapping[Path, str] | None = None
) -> DiscoveredFiles:
    """Return the files that the paths name; `table` is the table of all of them, if named.

    A file belongs to the table with its name, without the suffixes, or with the name of its folder; a folder such as
    `claims.parquet` holds the parts of a table. Raises `InputError`.
    """
    discovered = DiscoveredFiles(names=names or {})
    for path in paths:
        for file, is_named in _expand_path(path, contract.tables, discovered):
            _add_file(discovered, file, contract, table, is_named=is_named)
    _reject_mixed_formats(discovered)
    if not discovered.files:
        reasons = [
            f"{finding.file}: expected {finding.expected}, found {finding.found}. {finding.fix}"
            for finding in discovered.findings
        ]
        more = [f"and {len(reasons) - MAX_NAMED} more"] if len(reasons) > MAX_NAMED else []
        raise InputError(
            f"{', '.join(paths)}: expected files named after tables, found none.",
            *reasons[:MAX_NAMED],
            *more,
            *discovered.notes,
            f"Tables: {', '.join(contract.tables)}. Name the table of other files with --table.",
        )
    return discovered


def _add_file(discovered: DiscoveredFiles, file: Path, contract: Contract, table: str | None, *, is_named: bool) -> None:
    """Add a file to its table, or the reason why it is not checked. Files of views, as in a release, are no tables."""
    name = parse_file_name(file)
    if is_system_file(file.name) or (name is None and is_side_file(file.name)):
        return
    explanation = explain_unread_file(file, contract.tables) if name is None else None
    owner = name and (table or _table_of(file, name.stem, contract.tables))
    if owner:
        if discovered.is_new(file):
            discovered.files.setdefault(owner, []).append(file)
    elif name is not None and name.stem not in {view.name for view in contract.views}:
        fix = "Rename the file, or name its table with --table."
        found = explain_unknown_name(name.stem, contract.tables)
        discovered.add_finding(file, "a file named after a table", found, fix)
    elif name is None and (explanation or is_named):
        found, fix = explanation or (file.suffix or "no suffix", f"Name files that end in {READ_SUFFIXES}.")
        discovered.add_finding(file, f"a file that ends in {READ_SUFFIXES}", found, fix)
    else:
        discovered.others[display_path(file)] = None


def _reject_mixed_formats(discovered: DiscoveredFiles) -> None:
    """Raise `InputError` if a table has files of several formats, which are probably copies of each other."""
    for name, files in discovered.files.items():
        suffixes = sorted({parsed.suffix for file in files if (parsed := parse_file_name(file))})
        if len(suffixes) > 1:
            named = ", ".join(discovered.names.get(file, str(file)) for file in files)
            raise InputError(
                f"{name}: expected files of one format, found {' and '.join(suffixes)} ({named}). Name the files of one format."
            )


def _expand_path(path: str, tables: Mapping[str, Table], discovered: DiscoveredFiles) -> Iterator[tuple[Path, bool]]:
    """Yield the files of a path, which is a file, a folder or a pattern, and whether it names them one by one.

    Raises `InputError`.
    """
    if Path(path).is_dir():
        yield from ((file, False) for file in _files_in_folder(Path(path), tables, discovered))
        return
    if Path(path).is_file():
        yield Path(path), True
        return
    root, pattern = _split_pattern(path)
    matches = _match(root, pattern) if pattern and root.is_dir() else []
    if not matches:
        found = "no regular file; name standard input as `-`" if Path(path).exists() else "nothing"
        raise InputError(f"{path}: expected a file, a folder or a pattern that matches files, found {found}.")
    for match in matches:
        if not match.is_dir():
            yield _require_own_file(match, root), True
        elif not pattern.endswith("**") and not is_side_file(match.name):
            yield from ((file, False) for file in _files_in_folder(match, tables, discovered))


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
        return sorted(match for match in matches if hidden or not any(map(is_foreign_file, match.relative_to(root).parts)))
    except (ValueError, NotImplementedError, OSError) as error:
        raise InputError(f"{root / pattern}: {error}") from None


def _files_in_folder(folder: Path, tables: Mapping[str, Table], discovered: DiscoveredFiles) -> Iterator[Path]:
    """Yield the files in a folder and in its subfolders that hold the parts of a table.

    Files of systems, editors and tools are skipped.
    """
    for entry in sorted(folder.iterdir()):
        if is_side_file(entry.name):
            continue
        if not entry.is_dir():
            yield _require_own_file(entry, folder)
        elif _is_part_folder(entry, tables):
            if leads_out(entry, folder):
                raise InputError(f"{entry} is a link to a folder outside {folder.absolute()}. Name the folder itself.")
            yield from _files_in_folder(entry, tables, discovered)
        elif deeper := [file for file in islice(entry.rglob("*"), MAX_SEARCHED) if parse_file_name(file)]:
            name = f"{display_path(entry)} (a folder that holds {display_path(deeper[0])}; name it to check it)"
            discovered.others[name] = None


def is_side_file(name: str) -> bool:
    """Return whether a file is a system's or an editor's, or begins with `_` as what tools such as Spark keep beside data."""
    return is_foreign_file(name) or name.startswith("_")


def _is_part_folder(folder: Path, tables: Mapping[str, Table]) -> bool:
    """Return whether a folder belongs to one table: by its name, or as a partition such as `year=2031` of such a folder."""
    return _folder_stem(folder) in tables or ("=" in folder.name and _table_of(folder, "", tables) is not None)


def _require_own_file(file: Path, folder: Path) -> Path:
    """Return a file that a path names only indirectly. Raises `InputError` if a link leads out of the folder to it."""
    if leads_out(file, folder):
        raise InputError(f"{file} is a link to a file outside {folder.absolute()}. Name the linked file itself if you trust it.")
    if not file.is_file():
        found = "a pipe, a device or a socket" if file.exists() else "a link to nothing"
        raise InputError(f"{file}: expected a file, found {found}. Remove it, or name the other files.")
    return file


def _table_of(path: Path, stem: str, tables: Mapping[str, Table]) -> str | None:
    """Return the table of a file by its name or its folder; folders of partitions such as `year=2031` are passed over."""
    if stem in tables:
        return stem
    folder = path.absolute().parent
    while "=" in folder.name:
        folder = folder.parent
    return _folder_stem(folder) if _folder_stem(folder) in tables else None


def _folder_stem(folder: Path) -> str:
    """Return the name of a folder; Spark and other tools name one that holds a table `claims.parquet`."""
    name = parse_file_name(folder)
    return folder.name if name is None else name.stem
