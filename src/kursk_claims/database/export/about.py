"""What every exported file says about its dataset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kursk_claims.database.export.tables import ExportTable
from kursk_claims.errors import WorkspaceError

ABOUT_TABLE = "about"
ABOUT_COLUMNS = ("What the dataset says about itself.", "The text of the property.")


@dataclass(frozen=True)
class About:
    """Identity, version and licence of the exported data; `version` and `date` are None for records without a release.

    `caveat` is the sentence that readers must know before they use a row. All values are single lines.
    """

    name: str
    title: str
    authors: tuple[str, ...] = ()
    license: str | None = None
    license_url: str | None = None
    homepage: str | None = None
    language: str | None = None
    caveat: str | None = None
    version: str | None = None
    date: str | None = None

    @property
    def version_label(self) -> str:
        return self.version or "unreleased records"

    @property
    def citation(self) -> str:
        """How to cite the data: authors, year, title, version and address."""
        year = f" ({self.date[:4]})" if self.date else ""
        authors = f"{'; '.join(self.authors)}{year}: " if self.authors else ""
        version = f"version {self.version}" if self.version else self.version_label
        return f"{authors}{self.title}, {version}.{f' {self.homepage}' if self.homepage else ''}"

    def properties(self) -> dict[str, str]:
        """Return the known properties by name. The title has a longer name, because a table has a title of its own."""
        values = {
            "dataset_title": self.title,
            "version": self.version_label,
            "license": self.license,
            "license_url": self.license_url,
            "citation": self.citation,
            "caveat": self.caveat,
        }
        return {name: value for name, value in values.items() if value}


def about_table(about: About) -> ExportTable:
    """Return the properties as a table."""
    return ExportTable(ABOUT_TABLE, ["property", "value"], list(ABOUT_COLUMNS), list(about.properties().items()))


def require_no_table_about(names: Iterable[str]) -> None:
    """Raise `WorkspaceError` if a table or view of the dataset has the name of that table."""
    for name in names:
        if name.lower() == ABOUT_TABLE:
            raise WorkspaceError(
                f"the dataset has a table or view {name}, but an export needs that name for its title, licence and citation. "
                "Rename it in schemas/, or use the Parquet files of a release."
            )
