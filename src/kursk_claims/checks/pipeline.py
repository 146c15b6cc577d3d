"""The pipeline of all checks: columns first, then keys, references and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kursk_claims.checks.background import run_meanwhile
from kursk_claims.checks.causes import find_causes
from kursk_claims.checks.dependencies import RuleDependencies
from kursk_claims.checks.engine import CheckEngine, load_contract_relations
from kursk_claims.checks.options import Progress, no_progress
from kursk_claims.checks.run import CheckRun
from kursk_claims.checks.texts import LoadedTexts, load_texts
from kursk_claims.claims.relations import ParsedColumn
from kursk_claims.claims.surfaces import PARSED_SURFACES
from kursk_claims.contract.loader import Contract
from kursk_claims.contract.model import Column, SqlStatement, Table, rule_columns, rule_scope
from kursk_claims.report.model import Finding, Report, Skipped
from kursk_claims.report.values import count_noun, list_some

if TYPE_CHECKING:
    from kursk_claims.tables.table_input import TableInput


@dataclass
class CheckInputs:
    """The tables to check by name, released tables whose rows may be referred to, and what finding the files revealed.

    `are_read` is true if all rows are in memory with the contract's types before their columns are checked.
    """

    tables: Mapping[str, TableInput]
    published: Mapping[str, Path] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    notes: Sequence[str] = ()
    are_read: bool = False


def check_tables(
    inputs: CheckInputs,
    contract: Contract,
    engine: CheckEngine,
    texts: Sequence[Path] | None = None,
    *,
    limit: int | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Run all checks of the contract on some tables: columns, keys, references and rules.

    `texts` are copies of held documents; None means that this kind of check never reads texts. `limit` is the number of listed
    findings, per check and in total; all are counted. Raises `ContractError` and `TextError`.
    """
    report = Report(tables=len(inputs.tables), findings=[*inputs.findings], notes=[*inputs.notes], contract=contract.identity)
    run = CheckRun(contract, engine, report, lambda fault: inputs.tables[fault.table].locate(fault))
    if limit is not None:
        run.limit = max(1, limit)
    run.absent = {name: f"{name} is not among the inputs" for name in contract.tables if name not in inputs.tables}
    if inputs.are_read:
        with run_meanwhile(partial(_prepare_tables, run, inputs), engine.interrupt, engine.limit()):
            _check_columns(run, inputs, progress)
    else:
        _check_columns(run, inputs, progress)
        _prepare_rules(run, inputs)
    loaded = None if texts is None else load_texts(run, texts)
    progress("keys, references, rules", report.rows, report.rows)
    _check_relations(run, inputs, loaded)
    report.sort()
    report.causes = find_causes(report.findings, contract)
    return report if limit is None else report.limited(limit)


def _prepare_tables(run: CheckRun, inputs: CheckInputs) -> None:
    """Add the tables, prepare the rules and look which hold; DuckDB does so while Python imports polars and checks columns."""
    for table_input in inputs.tables.values():
        run.engine.add_table(table_input)
    _prepare_rules(run, inputs)
    run.engine.probe(run.contract, [rule for rule in run.contract.rules if "needs" not in rule.header])


def _prepare_rules(run: CheckRun, inputs: CheckInputs) -> None:
    """Add the other relations that rules read, and close the sandbox in which they run."""
    load_contract_relations(run.engine, run.contract)
    for name, path in inputs.published.items():
        run.engine.add_published(run.contract.tables[name], path)
    run.engine.start_sandbox()
    if PARSED_SURFACES.table in inputs.tables:
        unread = run.engine.create_parsed_column(PARSED_SURFACES)
        run.report.skipped.extend(_describe_unread(PARSED_SURFACES, unread))


def _describe_unread(parsed: ParsedColumn, texts: Sequence[str]) -> Iterator[Skipped]:
    """Yield which texts of a column could not be parsed, so that nothing was checked about them."""
    if texts:
        named = list_some([repr(text) for text in texts])
        reason = f"{named} cannot be read as a number in the language of the document, or that is not known"
        yield Skipped(f"value of {parsed.table}.{parsed.column}", reason)


def _check_columns(run: CheckRun, inputs: CheckInputs, progress: Progress) -> None:
    from kursk_claims.checks.batches import check_input_columns  # imports polars, which takes long

    done = 0
    for table_input in inputs.tables.values():
        for rows in check_input_columns(run, table_input):
            done += rows
            progress("columns", done, sum(each.expected_rows for each in inputs.tables.values()))
        if not inputs.are_read:
            run.engine.add_table(table_input)
        _check_row_count(run, table_input)
    run.report.rows = sum(table_input.rows for table_input in inputs.tables.values())


def _check_row_count(run: CheckRun, table_input: TableInput) -> None:
    """Report a table with fewer rows than the contract asks for, unless the reason was found already."""
    table = table_input.table
    if table_input.rows < table.min_rows and table.name not in run.incomplete and table_input.parts:
        expected, found = f"at least {count_noun(table.min_rows, 'row')}", str(table_input.rows)
        fix = f"Add the rows of {table.name}: {table.description}"
        run.report.findings.append(Finding("row-count", table_input.parts[0].name, expected, found, fix, table.name, line=1))


def _check_relations(run: CheckRun, inputs: CheckInputs, texts: LoadedTexts | None) -> None:
    tables = [table_input.table for table_input in inputs.tables.values()]
    for table in tables:
        _check_key(run, table)
    for table in tables:
        for column in table.columns:
            if column.parent_table is not None:
                _check_reference(run, table, column, inputs)
    dependencies = RuleDependencies(run.contract, run.engine.limits)
    planned = [rule for rule in run.contract.rules if _plan_rule(run, rule, dependencies, texts)]
    if not inputs.are_read:
        run.engine.probe(run.contract, planned)
    for rule in planned:
        _check_rule(run, rule, dependencies)


def _check_key(run: CheckRun, table: Table) -> None:
    run.report.rules += 1
    if table.name in run.unique_tables:
        return
    faults = run.engine.find_key_faults(table, run.limit, run.duplicate_candidates.get(table.name))
    run.add_faults(faults)
    if faults.count:
        run.tables_with_duplicates.add(table.name)


def _check_reference(run: CheckRun, table: Table, column: Column, inputs: CheckInputs) -> None:
    assert column.parent_table is not None
    parent = column.parent_table
    reason = run.incomplete.get(parent, "")
    if not reason and (run.engine.invalid_among(run.contract.tables[parent], run.contract.tables[parent].primary_key)):
        reason = f"{parent} has invalid keys"
    if not reason and parent in run.absent and parent not in inputs.published:
        reason = run.absent[parent]
    if reason:
        run.report.skipped.append(Skipped(f"reference {table.name}.{column.name}", reason))
        return
    run.report.rules += 1
    run.add_faults(run.engine.find_reference_faults(table, column, run.limit))


def _plan_rule(run: CheckRun, rule: SqlStatement, dependencies: RuleDependencies, texts: LoadedTexts | None) -> bool:
    """Return whether a rule should run; reports why not."""
    reason = _skip_reason(run, rule, dependencies)
    reasons, runs = ([reason], False) if reason else _text_reasons(rule, texts)
    run.report.skipped.extend(Skipped(rule.name, each) for each in reasons)
    return runs


def _check_rule(run: CheckRun, rule: SqlStatement, dependencies: RuleDependencies) -> None:
    table = run.contract.tables[rule.header["table"]]
    run.report.rules += 1
    columns = set(rule_columns(rule))
    if run.engine.invalid_columns:
        columns |= dependencies.of(rule)[table.name]
    run.add_faults(run.engine.find_rule_faults(rule, table, run.limit, columns))


def _skip_reason(run: CheckRun, rule: SqlStatement, dependencies: RuleDependencies) -> str:
    """Return why a rule cannot run, or would only repeat other findings; empty if it should run."""
    name = rule.header["table"]
    if reason := run.missing_reason([name]) or run.engine.skip_reason(rule):
        return reason
    if (run.absent or run.incomplete) and (reason := run.missing_reason(dependencies.of(rule))):
        return reason
    if rule_scope(rule) == "row" or not (run.engine.invalid_columns or run.tables_with_duplicates):
        return ""
    return run.skip_reason(dependencies.of(rule))


def _text_reasons(rule: SqlStatement, texts: LoadedTexts | None) -> tuple[list[str], bool]:
    """Return why a rule cannot run on all held documents, and whether it can run on some."""
    if "needs" not in rule.header:
        return [], True
    return ([NO_TEXT], False) if texts is None else texts.skip_reasons(rule.header["needs"])


NO_TEXT = "only `validate --text FILE` reads the text of documents"
