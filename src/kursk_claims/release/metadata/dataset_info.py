"""What a dataset says about itself, from `dataset.yaml`, the codebook and the records."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kursk_claims.contract.loader import Contract
from kursk_claims.errors import ManifestError
from kursk_claims.release.digests import verify_files
from kursk_claims.release.manifest import Manifest
from kursk_claims.release.metadata.codebook import read_codebook, split_items
from kursk_claims.release.metadata.dataset_file import DATASET_FILE, WEB_ADDRESS, DatasetFile, License, Link, load_dataset_file
from kursk_claims.suggest import did_you_mean
from kursk_claims.workspace import Workspace


@dataclass(frozen=True)
class DatasetInfo:
    """The identity of a dataset; what is unknown is empty or None.

    `introduction` is the paragraphs of its description, `limitations` headings with their Markdown.
    """

    name: str
    title: str
    authors: tuple[str, ...] = ()
    license: License | None = None
    introduction: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str | None = None
    homepage: str | None = None
    default_view: str | None = None
    sources: tuple[Link, ...] = ()
    limitations: tuple[tuple[str, str], ...] = ()
    caveat: str | None = None

    @property
    def description(self) -> str:
        """The introduction as text, with an empty line between paragraphs."""
        return "\n\n".join(self.introduction).replace("**", "")

    @property
    def limitation_items(self) -> tuple[str, ...]:
        """The list items and paragraphs of the limitations, each as one line."""
        return tuple(item for _, body in self.limitations for item in split_items(body))


def load_workspace_info(workspace: Workspace, contract: Contract) -> DatasetInfo:
    """Return the identity of a workspace, for a release. Raises `ContractError` if `dataset.yaml` is missing or wrong."""
    dataset = workspace.root / "dataset"
    return load_dataset_info(dataset / DATASET_FILE, dataset / "README.md", contract)


def find_workspace_info(workspace: Workspace, contract: Contract) -> DatasetInfo:
    """Return the identity of a workspace, or its folder's name alone if it has no `dataset.yaml`. Raises `ContractError`."""
    if (workspace.root / "dataset" / DATASET_FILE).is_file():
        return load_workspace_info(workspace, contract)
    return DatasetInfo(workspace.root.name, workspace.root.name)


def load_dataset_info(dataset_file: Path, codebook_file: Path, contract: Contract) -> DatasetInfo:
    """Combine `dataset.yaml` with the codebook. Raises `ContractError` with line and column, or `WorkspaceError`."""
    values = load_dataset_file(dataset_file)
    codebook = read_codebook(codebook_file)
    names = [*contract.tables, *(view.name for view in contract.views)]
    _require_known(values, "default_view", values.default_view, names, "a table or view")
    for heading in values.limitations:
        _require_known(values, "limitations", heading, list(codebook.sections), f"headings of {codebook_file.name}")
    return DatasetInfo(
        values.name,
        values.title,
        values.authors,
        values.license,
        tuple(values.description.strip().split("\n\n")) if values.description else codebook.introduction or (values.title,),
        values.keywords,
        values.language,
        values.homepage,
        values.default_view,
        values.sources,
        tuple((heading, codebook.sections[heading]) for heading in values.limitations),
        values.caveat,
    )


def _require_known(values: DatasetFile, key: str, name: str | None, known: list[str], expected: str) -> None:
    if name is not None and name not in known:
        raise values.error(key, f"expected {expected}, found {name!r}{did_you_mean(name, known)}")


def read_release_info(folder: Path, manifest: Manifest) -> DatasetInfo:
    """Return the identity of any release, from its verified descriptors. Raises `ManifestError`."""
    names = ("datapackage.json", "croissant.json")
    verify_files(folder, manifest, names)
    try:
        package, croissant = (json.loads((folder / name).read_text(encoding="utf-8")) for name in names)
        licenses, limitations = package.get("licenses", []), croissant.get("rai:dataLimitations", [])
        return DatasetInfo(
            manifest.name,
            str(package["title"]),
            tuple(str(each["title"]) for each in package.get("contributors", [])),
            License(str(licenses[0]["name"]), str(licenses[0]["title"]), _address(licenses[0].get("path"))) if licenses else None,
            tuple(str(package["description"]).split("\n\n")),
            tuple(map(str, package.get("keywords", []))),
            homepage=_address(package.get("homepage")),
            sources=tuple(Link(str(each["title"]), _address(each.get("path"))) for each in package.get("sources", [])),
            limitations=(("Limitations", "\n".join(f"- {each}" for each in limitations)),),
            caveat=str(package["caveat"]) if package.get("caveat") else None,
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ManifestError(
            f"{folder}: {' or '.join(names)} is not readable: {error!r:.200}. Download the release again."
        ) from None


def _address(value: Any) -> str | None:
    """Return an address of the web, or None: a release is someone else's, and its addresses become links."""
    return value if isinstance(value, str) and WEB_ADDRESS.fullmatch(value) else None
