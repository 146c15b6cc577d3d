"""Render README.md of a release: a dataset card for people and for Hugging Face."""

from __future__ import annotations

from typing import Any

import yaml

from kursk_claims.escaping import code_span, markdown_table
from kursk_claims.release.metadata.dataset_file import LICENSE_FILE
from kursk_claims.release.metadata.model import GENERATED, ReleaseDescription, Resource
from kursk_claims.release.parquet_writer import GEOPARQUET_SUFFIX

SIZES = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M")]
RENDERED = {  # by this package, after the files that the manifest lists
    "DICTIONARY.md": "what every column means and may hold",
    "CITATION.cff": "how to cite this release",
    "datapackage.json": "description for Data Package tools",
    "croissant.json": "description for Croissant tools",
    "load.sql": "loads this release into DuckDB: tables with keys, views and comments",
    "manifest.json": "size and digest of every file; rows, columns and logical digest of every table",
    "SHA256SUMS": "the digests in the format of `sha256sum -c`",
}
SOURCES = {
    "CODEBOOK.md": "how the data were coded, and their limits",
    "dataset.yaml": "name, authors, licence and sources",
    LICENSE_FILE: "the licence of the data",
    "records/": "the CSV files from which this release was built",
    "schemas/": "the schemas of the tables, the rules and the saved queries",
    "views.sql": "the views as SQL over the tables",
}


def render_dataset_card(release: ReleaseDescription) -> str:
    """Render the card as Markdown after YAML front matter."""
    front_matter = yaml.safe_dump(_front_matter(release), sort_keys=False, allow_unicode=True, width=120)
    sections = [
        f"# {release.info.title}",
        f"Version {release.version} of {release.date}.",
        *([f"**{release.info.caveat}**"] if release.info.caveat else []),
        *release.info.introduction,
        "## Tables and views",
        _tables(release),
        _loading(release),
        "## Other files",
        markdown_table(("file", "content"), _other_files(release)),
        *_limitations(release),
        "## Licence and citation",
        _license_and_citation(release),
    ]
    return f"---\n# {GENERATED}\n{front_matter}---\n\n" + "\n\n".join(sections) + "\n"


def _front_matter(release: ReleaseDescription) -> dict[str, Any]:
    info = release.info
    rows = sum(each.rows for each in release.tables)
    fields = {
        **_license_fields(release),
        "language": [info.language] if info.language else None,
        "pretty_name": info.title,
        "size_categories": [next((name for limit, name in SIZES if rows < limit), "n>10M")],
        "tags": list(info.keywords),
        "configs": [
            {"config_name": each.name, "data_files": each.file.path, "version": release.version}
            | ({"default": True} if each == release.default else {})
            for each in release.resources
            if each.rows  # `datasets` cannot load a file without rows
        ],
        "dataset_info": [_dataset_info(release, each) for each in release.resources if each.rows],
    }
    return {name: value for name, value in fields.items() if value}


def _dataset_info(release: ReleaseDescription, resource: Resource) -> dict[str, str]:
    """Describe a configuration in the fields that `datasets` shows as its `info`."""
    info = release.info
    fields = {
        "config_name": resource.name,
        "description": resource.description,
        "license": info.license.label if info.license else None,
        "homepage": info.homepage,
    }
    return {name: value for name, value in fields.items() if value}


def _license_fields(release: ReleaseDescription) -> dict[str, str | None]:
    """Name the licence as Hugging Face does: a lower-case SPDX id, or `other` with name and link."""
    license = release.info.license
    if license is None:
        return {}
    if license.is_spdx:
        return {"license": license.name.lower()}
    file = LICENSE_FILE if _has_license_file(release) else None
    return {"license": "other", "license_name": license.title, "license_link": license.url or file}


def _has_license_file(release: ReleaseDescription) -> bool:
    return any(file.path == LICENSE_FILE for file in release.files)


def _tables(release: ReleaseDescription) -> str:
    rows = [(f"[{each.name}]({each.file.path})", each.kind, str(each.rows), each.description) for each in release.resources]
    return markdown_table(("name", "kind", "rows", "content"), rows)


def _loading(release: ReleaseDescription) -> str:
    default, folder = release.default, release.version
    return f"""## Loading

From the folder that contains this one, with [DuckDB](https://duckdb.org/):

```sql
SELECT * FROM '{folder}/{default.file.path}' LIMIT 5;
```

With [datasets](https://huggingface.co/docs/datasets/):

```python
from datasets import load_dataset

rows = load_dataset("{folder}", "{default.name}", split="train")
```

Every table and view that has rows is a configuration, and `{default.name}` is the default. There are no splits: the library
calls all rows `train`."""


def _other_files(release: ReleaseDescription) -> list[tuple[str, str]]:
    paths = [file.path for file in release.files]
    sources = {name: words for name, words in SOURCES.items() if any(path.startswith(name) for path in paths)}
    maps = {path: "the rows as points, for maps" for path in paths if path.endswith(GEOPARQUET_SUFFIX)}
    return [(code_span(name), words) for name, words in {**sources, **RENDERED, **maps}.items()]


def _limitations(release: ReleaseDescription) -> list[str]:
    if not release.info.limitations:
        return []
    sections = [f"### {heading}\n\n{body}" for heading, body in release.info.limitations]
    return ["## Limitations", "From the [codebook](CODEBOOK.md):", *sections]


def _license_and_citation(release: ReleaseDescription) -> str:
    info = release.info
    citation = f"*{info.title}, version {release.version}*"
    words = f"Cite these data with the version that you used ([CITATION.cff](CITATION.cff)): {citation}."
    if info.license is None:
        return words
    name = f"[{info.license.label}]({info.license.url})" if info.license.url else info.license.label
    file = f", see `{LICENSE_FILE}`" if _has_license_file(release) else ""
    return f"{name}{file}. {words}"
