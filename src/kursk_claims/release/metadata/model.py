"""One model of a release, from which every descriptor is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Table
from kursk_claims.errors import ManifestError
from kursk_claims.release.manifest import Manifest, ReleaseFile, TableContents
from kursk_claims.release.metadata.codebook import DatasetInfo, read_dataset_info


@dataclass(frozen=True)
class Resource:
    """A Parquet file of a release: a table with its schema, or a view, which has names and types only."""

    name: str
    kind: str
    title: str
    description: str
    file: ReleaseFile
    rows: int
    columns: tuple[tuple[str, str], ...]
    table: Table | None


@dataclass(frozen=True)
class ReleaseDescription:
    """Everything that the descriptors say; `sources` are titles with their addresses, where there is one."""

    about: DatasetInfo
    version: str
    date: str
    sources: tuple[tuple[str, str | None], ...]
    resources: tuple[Resource, ...]
    files: tuple[ReleaseFile, ...]

    @property
    def tables(self) -> tuple[Resource, ...]:
        return tuple(each for each in self.resources if each.kind == "table")

    @property
    def default(self) -> Resource:
        """What a reader who names nothing should see: the view `said`."""
        return next((each for each in self.resources if each.name == "said"), self.resources[0])


def describe_release(folder: Path, manifest: Manifest, contract: Contract) -> ReleaseDescription:
    """The one model that all descriptors are rendered from. Raises `ManifestError`."""
    about = read_dataset_info(folder / "CODEBOOK.md", manifest.name)
    return ReleaseDescription(
        about,
        manifest.version,
        manifest.date,
        (*_held_documents(folder, contract), *about.credits),
        tuple(_describe_resource(each, manifest, contract) for each in manifest.tables),
        manifest.files,
    )


def _describe_resource(contents: TableContents, manifest: Manifest, contract: Contract) -> Resource:
    file = manifest.file(contents.file)
    if contents.kind == "view":
        says = next(view.header["says"] for view in contract.views if view.name == contents.name)
        return Resource(contents.name, "view", contents.name, says, file, contents.rows, contents.columns, None)
    table = contract.tables[contents.name]
    found = [name for name, _ in contents.columns]
    if found != table.column_names:
        raise ManifestError(f"{contents.file}: expected the columns {', '.join(table.column_names)}, found {', '.join(found)}")
    return Resource(table.name, "table", table.title, table.description, file, contents.rows, contents.columns, table)


def _held_documents(folder: Path, contract: Contract) -> list[tuple[str, str | None]]:
    """Title and address of the documents whose text was read."""
    import pyarrow.parquet as pq

    if "documents" not in contract.tables:
        return []
    rows = pq.read_table(folder / "documents.parquet", columns=["doc_id", "title", "url", "held"]).to_pylist()
    return [(row["title"] or row["doc_id"], row["url"]) for row in rows if row["held"]]
