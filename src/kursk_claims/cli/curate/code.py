"""`kursk-claims curate code`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.curate.records import open_records
from kursk_claims.cli.options import QuietOption, WorkspaceOption, new_app

app = new_app()


@app.callback()
def code() -> None:
    """Add codes."""


@app.command()
def add(
    field: Annotated[str, typer.Argument(help="The column that holds the code, such as events.kind.")],
    code: Annotated[str, typer.Argument(help="The code, such as flood.")],
    label: Annotated[str, typer.Option("--label", help="Its short, readable name.")],
    definition: Annotated[str, typer.Option("--definition", help="What it means and when it applies.")],
    unit: Annotated[str, typer.Option("--unit", help="Unit of a measure that has only one.", show_default=False)] = "",
    workspace_path: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Add a code to a list that the dataset itself may extend: kinds, channels, measures, units, objects and effects."""
    from kursk_claims.curation.codes import add_code

    records = open_records(workspace_path, quiet)
    tables, contract = records.tables, records.contract
    add_code(tables, contract, field, code, {"label": label, "definition": definition, "unit": unit})
    records.write()
