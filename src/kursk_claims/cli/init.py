"""`kursk-claims init`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kursk_claims.cli.options import QuietOption, new_app, print_line, print_status

app = new_app()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="New folder, or one in which no file would be replaced.")],
    title: Annotated[str | None, typer.Option("--title", help="Title of the dataset [default: the folder's name].")] = None,
    author: Annotated[list[str], typer.Option("--author", help="Name of an author; may be repeated.", show_default=False)] = [],  # noqa: B006
    license: Annotated[
        str, typer.Option("--license", help="CC-BY-4.0, CC-BY-SA-4.0, CC0-1.0, ODbL-1.0, ODC-By-1.0, or a name of your own.")
    ] = "CC-BY-4.0",
    license_title: Annotated[str | None, typer.Option("--license-title", help="Title of a licence of your own.")] = None,
    license_url: Annotated[str | None, typer.Option("--license-url", help="Address of a licence of your own.")] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Short name: small letters, digits and hyphens [default: from the folder].")
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Create a workspace for new records: dataset.yaml, codebook, tables with the core codes, changelog, licence, CI workflow.

    It has no schemas of its own: the contract of the installed package applies.
    """
    from kursk_claims.release.new_workspace import choose_identity, choose_license, create_workspace
    from kursk_claims.report.values import count_noun

    identity = choose_identity(folder, name, title, tuple(author), choose_license(license, license_title, license_url))
    written = create_workspace(folder, identity)
    print_line(folder)
    print_status(
        f"{count_noun(len(written), 'file')}: {identity.title}, by {', '.join(identity.authors)}, {identity.license.label}",
        "Correct these in dataset/dataset.yaml, and complete the codebook in dataset/README.md.",
        "Next: `kursk-claims curate document add TEXT --publisher NAME`, in that folder.",
        quiet=quiet,
    )
