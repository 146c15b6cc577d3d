"""What the shell completes: names of tables, versions of releases and saved queries, of the workspace that applies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from kursk_claims.workspace import Workspace


def complete_tables(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of tables and views that begin like this; after a dot, those of the columns of one."""
    table, dot, _ = incomplete.partition(".")

    def list_names(workspace: Workspace) -> list[str]:
        from kursk_claims.contract.loader import load_contract
        from kursk_claims.contract.statements import list_view_names

        schemas = _find_schemas(ctx, workspace)
        if not dot:
            return sorted({*(path.stem for path in schemas.glob("*.yaml")), *list_view_names(schemas)})
        described = load_contract(schemas).schema_of(table)
        return [f"{table}.{name}" for name in described.column_names] if described else []

    return _complete(ctx, incomplete, list_names)


def complete_releases(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the versions that begin like this, of the workspace and of downloads."""

    def list_versions(workspace: Workspace) -> list[str]:
        from kursk_claims.release.index import read_index
        from kursk_claims.release.lookup import list_release_folders

        return [entry.version for folder in list_release_folders(workspace) for entry in read_index(folder).releases]

    return _complete(ctx, incomplete, list_versions)


def complete_queries(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of saved queries that begin like this."""

    def list_queries(workspace: Workspace) -> list[str]:
        from kursk_claims.contract.statements import load_questions

        return [question.name for question in load_questions(_find_schemas(ctx, workspace))]

    return _complete(ctx, incomplete, list_queries)


def _find_schemas(ctx: typer.Context, workspace: Workspace) -> Path:
    from kursk_claims.release.source import find_source_folders

    return find_source_folders(workspace, ctx.params.get("release"), records=bool(ctx.params.get("records")))[0]


def _complete(ctx: typer.Context, incomplete: str, list_names: Callable[[Workspace], list[str]]) -> list[str]:
    """Return the names that begin like this; none if they cannot be read, since the command itself will say why."""
    from kursk_claims.errors import KurskClaimsError
    from kursk_claims.workspace import find_workspace

    try:
        names = list_names(find_workspace(ctx.params.get("workspace_path")))
    except (KurskClaimsError, OSError):
        return []
    return [name for name in dict.fromkeys(names) if name.startswith(incomplete)]
