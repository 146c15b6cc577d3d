"""Export claims in a format that is named: choose its writer and check its target."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kursk_claims.claims.interchange.annotations import read_annotations
from kursk_claims.claims.interchange.brat import list_brat_files, write_brat_folder
from kursk_claims.claims.interchange.conll import render_conll
from kursk_claims.claims.interchange.schema_claim import render_schema_claims
from kursk_claims.claims.interchange.web_annotation import render_web_annotations
from kursk_claims.contract.loader import Contract
from kursk_claims.database.export.about import About
from kursk_claims.database.export.target import find_ending, stage_export
from kursk_claims.errors import WorkspaceError
from kursk_claims.outputs import is_special

if TYPE_CHECKING:
    import duckdb

ClaimFormat = Literal["web-annotation", "schema-claim", "brat", "conll"]
RENDERERS = {"web-annotation": render_web_annotations, "schema-claim": render_schema_claims, "conll": render_conll}
# The endings of the target's name; brat needs a folder.
ENDINGS = {
    "web-annotation": (".jsonld", ".json"),
    "schema-claim": (".jsonld", ".json"),
    "conll": (".conllup", ".conll"),
    "brat": ("",),
}


def export_claims(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    about: About,
    target: Path,
    format: ClaimFormat,
    *,
    texts: Sequence[Path] = (),
    replace: bool = False,
) -> None:
    """Write the claims to the target. Raises `WorkspaceError`, `TextError` and `RecordsError`."""
    require_ending(target, format)
    documents = read_annotations(connection, contract, texts)
    if format == "brat":
        with stage_export(target, "a folder of brat", list_brat_files(documents), replace=replace) as new:
            write_brat_folder(documents, about, new)
    else:
        content = RENDERERS[format](documents, about)
        with stage_export(target, f"a file of {format}", None, replace=replace) as new:
            new.write_bytes(content)


def require_ending(target: Path, format: ClaimFormat) -> None:
    """Raise `WorkspaceError` unless the name of a target fits the format; that of a pipe or a device may be any."""
    ending = find_ending(target)
    if ending not in ENDINGS[format] and (format == "brat" or not is_special(target)):
        expected = "a folder" if format == "brat" else f"a name that ends in {' or '.join(ENDINGS[format])}"
        raise WorkspaceError(f"{target}: expected {expected} for --format {format}, found {ending or 'none'}.")
