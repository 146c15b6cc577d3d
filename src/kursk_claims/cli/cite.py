"""`kursk-claims cite`"""

from __future__ import annotations

from typing import Annotated

import typer

from kursk_claims.cli.options import CitationStyle, RecordsOption, ReleaseOption, WorkspaceOption, new_app, print_line

app = new_app()


@app.command()
def cite(
    style: Annotated[CitationStyle, typer.Option("--style", "-s", help="Style of the citation.")] = "bibtex",
    release: ReleaseOption = None,
    records: RecordsOption = False,
    workspace_path: WorkspaceOption = None,
) -> None:
    """Print how to cite the data, with the version: as BibTeX or in the style of the APA."""
    from kursk_claims.api.citation import cite as render

    for line in render(style, release, records=records, workspace=workspace_path).split("\n"):
        print_line(line)
