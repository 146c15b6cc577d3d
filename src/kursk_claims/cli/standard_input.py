"""Standard input for commands that read files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from kursk_claims.report.model import Report

Record = TypeVar("Record", bound=Any)
NAME = "<stdin>"
MAX_SIZE = 4 * 2**30  # bytes of a table on standard input, which is stored until it is checked
CHUNK_SIZE = 2**20


@contextmanager
def store_standard_input(
    paths: Sequence[str], table: str | None, folder: Path | None
) -> Iterator[tuple[list[str], Callable[[Report], Report]]]:
    """Store standard input in a temporary file, if `-` is among the paths, until the block ends.

    Yields the paths with the file's path for `-`, and a function that gives the file in a report the name `<stdin>`; errors of
    the block name it so too. Raises `InputError`.
    """
    if "-" not in paths:
        yield list(paths), lambda report: report
        return
    if table is None:
        raise typer.BadParameter("`-` is standard input, which has no name; name its table with --table")
    from kursk_claims.errors import KurskClaimsError
    from kursk_claims.files import scratch_directory
    from kursk_claims.tables.table_input import display_path

    with scratch_directory(folder) as scratch:
        path = _store(scratch / table)
        spellings = (str(path), display_path(path))
        try:
            yield [str(path) if each == "-" else each for each in paths], lambda report: _rename_in_report(report, spellings)
        except KurskClaimsError as error:
            error.args = tuple(_rename(line, spellings) for line in error.args)
            raise


def _store(path: Path) -> Path:
    """Write standard input to a file whose suffix tells what it is: Parquet by its first bytes, or else CSV."""
    from kursk_claims.errors import InputError

    chunk = sys.stdin.buffer.read(CHUNK_SIZE)
    path = path.with_name(path.name + (".parquet" if chunk.startswith(b"PAR1") else ".csv"))
    size = 0
    with path.open("xb") as file:
        while chunk:
            size += len(chunk)
            if size > MAX_SIZE:
                raise InputError(f"standard input: expected at most {MAX_SIZE // 2**30} GB, found more. Name a file instead.")
            file.write(chunk)
            chunk = sys.stdin.buffer.read(CHUNK_SIZE)
    return path


def _rename_in_report(report: Report, spellings: Sequence[str]) -> Report:
    return replace(
        report,
        findings=[_rename_texts(finding, spellings) for finding in report.findings],
        skipped=[_rename_texts(skipped, spellings) for skipped in report.skipped],
        notes=[_rename(note, spellings) for note in report.notes],
    )


def _rename_texts(record: Record, spellings: Sequence[str]) -> Record:
    texts = {each.name: getattr(record, each.name) for each in fields(record)}
    changed = {name: _rename(text, spellings) for name, text in texts.items() if isinstance(text, str)}
    return replace(record, **changed)


def _rename(text: Any, spellings: Sequence[str]) -> Any:
    for spelling in spellings:
        text = text.replace(spelling, NAME) if isinstance(text, str) else text
    return text
