"""Check records of your own: `check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kursk_claims.extras import explain_missing_packages, require_extra
from kursk_claims.release.contract_choice import choose_contract
from kursk_claims.release.source import find_verified_release
from kursk_claims.report.model import Report
from kursk_claims.suggest import did_you_mean


@explain_missing_packages()
def check(
    records: Any,
    *,
    table: str | None = None,
    against: str | None = None,
    max_findings: int = 100,
    contract: str | Path | None = None,
    workspace: str | Path | None = None,
) -> Report:
    """Check records against the contract: columns, keys, references and rules.

    `records` is one path or several, as for `kursk-claims check`; or a table of Arrow, polars, pandas or DuckDB, with its name
    in the contract as `table`; or several tables in a dict by name. References may also be to rows of the release `against`.
    `contract` is `"package"`, a version or a folder of schemas; by default it is that of the workspace.

    The report prints as its counts. It has `findings` (at most `max_findings`; `count()` counts all), `to_frame()` for a data
    frame of them, `raise_for_errors()`, and `exit_code`: 1 if there are errors, else 0. Raises `KeyError` for an unknown table
    name, `MissingPackageError` without the extra `check`, and `KurskClaimsError` for what cannot be checked.
    """
    require_extra("check")
    from kursk_claims.checks.check import check_files, check_frames
    from kursk_claims.checks.options import CheckOptions
    from kursk_claims.tables.discovery import discover_files

    choice = choose_contract(contract, workspace)
    options, release = CheckOptions(max_findings), find_verified_release(choice.folders, against)
    frames = records if isinstance(records, Mapping) else {}
    for name in [*frames, *([] if table is None else [table])]:
        if name not in choice.contract.tables:
            raise KeyError(f"no table {name!r}{did_you_mean(name, choice.contract.tables)}")
    if isinstance(records, (str, Path)):
        records = [records]
    if isinstance(records, Sequence) and all(isinstance(path, (str, Path)) for path in records):
        files = discover_files([str(path) for path in records], choice.contract, table)
        return check_files(files, choice.contract, options, against=release)
    if not frames and table is None:
        raise TypeError("give the name of the table as table=")
    return check_frames(frames or {str(table): records}, choice.contract, options, against=release)
