"""`kursk-claims format`"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app, print_line, print_status, require_choice

if TYPE_CHECKING:
    from kursk_claims.contract.model import Table

app = new_app()


@app.command()
def format(
    paths: Annotated[
        list[Path], typer.Argument(metavar="[FILE]...", help="CSV files [default: all of the workspace].", show_default=False)
    ] = [],  # noqa: B006
    table: Annotated[
        str | None, typer.Option("--table", help="Table that all files belong to [default: from their names].")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit with 1 if a file is not canonical.")] = False,
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Rewrite CSV files in canonical form: sorted by key, minimal quoting, UTF-8, LF. No cell changes its value.

    In a file that belongs to no table, only the byte order mark and the line ends are changed. Exit codes: 0: done. 1: a file
    cannot be formatted or, with --check, would change. 2: the call or the environment is at fault.
    """
    from kursk_claims.errors import KurskClaimsError
    from kursk_claims.report.values import count_noun
    from kursk_claims.tables.csv_formatter import format_csv_file

    if table is not None and not paths:
        raise typer.BadParameter("--table needs the files that belong to it")
    files = _list_named(paths, table, workspace_path, quiet=quiet) if paths else _list_records(workspace_path, quiet=quiet)
    changed, codes = 0, [0]
    for path, its_table, advice in files:
        try:
            if format_csv_file(path, its_table, write=not check, advice=advice, is_named=bool(paths)):
                changed += 1
                print_line(f"{path}: {'not in canonical form' if check else 'formatted'}")
        except KurskClaimsError as error:
            codes.append(error.exit_code)
            print_status(*error.args)
    print_status(f"{count_noun(changed, 'file')} {'would change' if check else 'changed'}", quiet=quiet)
    raise typer.Exit(max(*codes, int(check and changed > 0)))


def _list_records(workspace_path: Path | None, *, quiet: bool) -> Iterator[tuple[Path, Table | None, str]]:
    """Yield the files of a workspace, each with its table and advice for a file that cannot be formatted."""
    from kursk_claims.contract.loader import load_workspace_contract
    from kursk_claims.errors import WorkspaceError
    from kursk_claims.workspace import find_workspace

    try:
        workspace = find_workspace(workspace_path, curating=True)
    except WorkspaceError as error:
        raise WorkspaceError(f"{error} To format files of your own, name them: `kursk-claims format FILE…`.") from None
    print_status(f"workspace: {workspace}", quiet=quiet)
    for table in load_workspace_contract(workspace).tables.values():
        yield workspace.records / f"{table.name}.csv", table, "Run `kursk-claims validate` for details."


def _list_named(
    paths: list[Path], table: str | None, workspace_path: Path | None, *, quiet: bool
) -> Iterator[tuple[Path, Table | None, str]]:
    """Yield files that the user names: of a workspace, or anybody's."""
    from kursk_claims.contract.loader import load_contract
    from kursk_claims.release.source import find_source_folders
    from kursk_claims.suggest import did_you_mean
    from kursk_claims.workspace import find_workspace, find_workspace_of

    for path in paths:
        workspace = (None if workspace_path else find_workspace_of(path)) or find_workspace(workspace_path)
        tables = load_contract(find_source_folders(workspace)[0]).tables
        if table is not None:
            require_choice(table, list(tables), "table")
        name = table or next((each for each in (path.stem, path.absolute().parent.name) if each in tables), None)
        if name is None:
            hint = did_you_mean(path.stem, tables)
            print_status(
                f"{path}: no table is named {path.stem!r}{hint}, so only its byte order mark and line ends are looked at; "
                "--table names its table",
                quiet=quiet,
            )
        yield path, tables.get(name or ""), f"Run `kursk-claims check {quote(str(path))}` for details." if name else ""
