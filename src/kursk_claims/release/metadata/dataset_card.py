"""Render README.md of a release: a dataset card for Hugging Face and for people."""

from __future__ import annotations

from typing import Any

import yaml

from kursk_claims.release.metadata.codebook import GENERATED, KEYWORDS, LANGUAGE, LICENCE, LICENCE_URL
from kursk_claims.release.metadata.markdown import code_span, markdown_table
from kursk_claims.release.metadata.model import ReleaseDescription

SIZES = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M")]
FILES = {
    "CODEBOOK.md": "how the data were coded, how far separate codings agreed, and what they do not say",
    "DICTIONARY.md": "what every column means and may hold",
    "CITATION.cff": "how to cite",
    "LICENSE-DATA": "the licence, and what it does not cover",
    "datapackage.json": "the same contract for Data Package tools",
    "croissant.json": "the same contract for Croissant tools",
    "manifest.json": "every file with size and digest, every table with rows, columns and logical digest",
    "SHA256SUMS": "the digests as `sha256sum -c` reads them",
    "records/": "the curated CSV files that this release was made from",
    "schemas/": "the pandera schemas, the rules and the saved questions",
    "views.sql": "the views as SQL over the tables",
    "places.geoparquet": "the places as points, for maps",
}


def render_dataset_card(dataset: ReleaseDescription) -> str:
    """The card, as Markdown behind YAML."""
    front = yaml.safe_dump(_front_matter(dataset), sort_keys=False, allow_unicode=True, width=120)
    return f"---\n# {GENERATED}\n{front}---\n\n{_body(dataset)}"


def _front_matter(dataset: ReleaseDescription) -> dict[str, Any]:
    configs = [
        {"config_name": each.name, "data_files": each.file.path} | ({"default": True} if each == dataset.default else {})
        for each in dataset.resources
        if each.rows  # `datasets` cannot load a file without rows
    ]
    rows = sum(each.rows for each in dataset.tables)
    return {
        "license": LICENCE.lower(),
        "language": [LANGUAGE],
        "pretty_name": dataset.about.title,
        "size_categories": [next((name for limit, name in SIZES if rows < limit), "n>10M")],
        "tags": list(KEYWORDS),
        "configs": configs,
    }


def _body(dataset: ReleaseDescription) -> str:
    about = dataset.about
    sections = [
        f"# {about.title}",
        f"Version {dataset.version} of {dataset.date}.",
        *about.summary,
        "## Tables and views",
        markdown_table(
            ("name", "kind", "rows", "one row is, or holds"),
            [(f"[{each.name}]({each.file.path})", each.kind, str(each.rows), each.description) for each in dataset.resources],
        ),
        _loading(dataset),
        _files(dataset),
        "## Limits",
        "The [codebook](CODEBOOK.md) tells how the data were coded and what they cannot say; from it:",
        *(f"### {heading}\n\n{body}" for heading, body in about.limits),
        "## Licence and citation",
        f"[{LICENCE}]({LICENCE_URL}), see `LICENSE-DATA`. Cite it with the version that you used ([CITATION.cff](CITATION.cff)): "
        f"*{about.title}, version {dataset.version}*.",
    ]
    return "\n\n".join(sections) + "\n"


def _loading(dataset: ReleaseDescription) -> str:
    default, folder = dataset.default, dataset.version
    return f"""## Loading

From the folder above this one, with [DuckDB](https://duckdb.org/):

```sql
SELECT * FROM '{folder}/{default.file.path}' LIMIT 5;
```

With [datasets](https://huggingface.co/docs/datasets/):

```python
from datasets import load_dataset

rows = load_dataset("{folder}", "{default.name}", split="train")
```

Every table and view that has rows is a configuration, `{default.name}` the default one. There are no splits; `train` is what the
library calls all rows."""


def _files(dataset: ReleaseDescription) -> str:
    there = {file.path for file in dataset.files} | {f"{file.path.partition('/')[0]}/" for file in dataset.files}
    rendered = {"CITATION.cff", "DICTIONARY.md", "SHA256SUMS", "croissant.json", "datapackage.json", "manifest.json"}
    known = [(code_span(name), what) for name, what in FILES.items() if name in there | rendered]
    return "## Other files\n\n" + markdown_table(("file", "holds"), known)
