"""DICTIONARY.md: what every column of a release means and may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kursk_claims.about import GENERATED
from kursk_claims.dataset import Dataset, Resource
from kursk_claims.schemafile import Column, Table

HEADER = ("column", "type", "unit", "meaning", "may hold", "when missing", "example")
WORDS = {"str_length": "{} characters", "in_range": "{}"}


def dictionary(dataset: Dataset) -> str:
    """The data dictionary, as Markdown: tables first, then views."""
    about = dataset.about
    sections = [
        f"<!-- {GENERATED} -->",
        "# Data dictionary",
        f"{about.title}, version {dataset.version} of {dataset.date}.",
        "How the data were coded is told in [CODEBOOK.md](CODEBOOK.md); every code is defined in the table `codes`.",
        "## Tables",
        *(part for each in dataset.resources if each.table for part in _table(each, each.table)),
        "## Views",
        "A view joins tables for reading. Its columns mean what they mean in the tables that `views.sql` takes them from.",
        *(part for each in dataset.resources if not each.table for part in _view(each)),
    ]
    return "\n\n".join(sections) + "\n"


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in GitHub's Markdown; a cell is one line, and its bars are escaped."""
    names = list(header)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(_cell(each) for each in line) + " |" for line in lines)


def code(text: str) -> str:
    """A span of code, fenced by one backtick more than stand in it."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(resource: Resource, table: Table) -> Iterator[str]:
    yield f"### {resource.name}"  # nothing else, so that references find it
    yield f"{resource.title}. {resource.description}"
    key = ", ".join(code(name) for name in table.primary_key)
    yield f"{resource.rows} rows in [{resource.file.path}]({resource.file.path}). Key: {key}."
    kinds = dict(resource.columns)
    yield markdown_table(HEADER, [_row(column, kinds[column.name]) for column in table.columns])


def _view(resource: Resource) -> Iterator[str]:
    yield f"### {resource.name}"
    yield resource.description
    yield f"{resource.rows} rows in [{resource.file.path}]({resource.file.path})."
    yield markdown_table(("column", "type"), [(code(name), kind) for name, kind in resource.columns])


def _row(column: Column, kind: str) -> tuple[str, ...]:
    return (
        code(column.name),
        kind,
        column.unit or "",
        f"{column.title}. {column.description}",
        "; ".join(_may_hold(column)),
        column.metadata["missing"] if column.nullable else "never",
        code(str(column.metadata["example"])),
    )


def _may_hold(column: Column) -> Iterator[str]:
    if column.references:
        parent, key = column.references
        yield f"a key of [{parent}](#{parent}): {code(f'{parent}.{key}')}"
    for check, value in column.checks.items():
        if check == "isin":
            yield ", ".join(code(each) for each in value)
        elif check == "str_matches":
            yield code(value)
        elif check in WORDS:
            yield WORDS[check].format(_span(value))
        else:
            yield f"{'≥' if check.startswith('greater') else '≤'} {value}"


def _span(bounds: dict[str, float]) -> str:
    low, high = bounds.get("min_value"), bounds.get("max_value")
    if low is None or high is None:
        return f"at most {high}" if low is None else f"at least {low}"
    return f"{low} to {high}"
