"""Render DICTIONARY.md: what every column means and may hold."""

from __future__ import annotations

from collections.abc import Iterator

from kursk_claims.contract.code_lists import Code, CodesByField, list_codes
from kursk_claims.contract.constraints import describe_constraints
from kursk_claims.contract.model import Column, Table
from kursk_claims.escaping import code_span, escape_markdown, markdown_table
from kursk_claims.release.metadata.model import GENERATED, ReleaseDescription, Resource
from kursk_claims.report.values import count_noun

HEADER = ("column", "type", "unit", "meaning", "may hold", "when missing", "example")


def render_dictionary(release: ReleaseDescription) -> str:
    """Render the data dictionary as Markdown, tables before views."""
    sections = [
        f"<!-- {GENERATED} -->",
        "# Data dictionary",
        f"{release.info.title}, version {release.version} of {release.date}.",
        "[CODEBOOK.md](CODEBOOK.md) describes how the data were coded.",
        "## Tables",
        *(part for each in release.tables for part in _section(each, release)),
        "## Views",
        "A view joins tables, by the SQL in `views.sql`.",
        *(part for each in release.resources if each.kind == "view" for part in _section(each, release)),
    ]
    return "\n\n".join(sections) + "\n"


def _section(resource: Resource, release: ReleaseDescription) -> Iterator[str]:
    table = resource.table
    return _undescribed_section(resource) if table is None else _described_section(resource, table, release.codes)


def _described_section(resource: Resource, table: Table, defined: CodesByField) -> Iterator[str]:
    yield f"### {resource.name}"  # the target of the links of foreign keys
    yield f"{resource.title}. {resource.description}"
    key = ", ".join(code_span(name) for name in table.primary_key)
    yield f"{count_noun(resource.rows, 'row')} in [{resource.file.path}]({resource.file.path}). Key: {key}."
    kinds = dict(resource.columns)
    yield markdown_table(HEADER, [_column_row(column, kinds[column.name]) for column in table.columns])
    if resource.kind == "table":  # the codes of a view are those of the tables
        for column in table.columns:
            yield from _code_section(column, list_codes(table, column, defined))


def _code_section(column: Column, codes: list[Code]) -> Iterator[str]:
    if codes:
        yield f"Codes of {code_span(column.name)}:"
        rows = [(code_span(each.code), escape_markdown(each.label), escape_markdown(each.definition)) for each in codes]
        yield markdown_table(Code._fields, rows)


def _undescribed_section(resource: Resource) -> Iterator[str]:
    yield f"### {resource.name}"
    yield resource.description
    yield f"{count_noun(resource.rows, 'row')} in [{resource.file.path}]({resource.file.path})."
    yield markdown_table(("column", "type"), [(code_span(name), kind) for name, kind in resource.columns])


def _column_row(column: Column, kind: str) -> tuple[str, ...]:
    return (
        code_span(column.name),
        kind,
        column.unit or "",
        f"{column.title}. {column.description}",
        "; ".join(_allowed_values(column)),
        column.metadata["missing"] if column.nullable else "never",
        code_span(str(column.metadata["example"])),
    )


def _allowed_values(column: Column) -> Iterator[str]:
    if column.references:
        parent, key = column.references
        yield f"a key of [{parent}](#{parent}): {code_span(f'{parent}.{key}')}"
    elif column.code_list:
        yield f"a code of [{column.code_list}](#{column.code_list})"
    yield from describe_constraints(column, code_span)
