"""What the rules find after a draft was added, at the claims of the draft."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kursk_claims.contract.loader import Contract
from kursk_claims.curation.claim_rows import ClaimRows
from kursk_claims.curation.record_tables import RecordTables
from kursk_claims.report.model import Finding
from kursk_claims.workspace import Workspace


def find_new_findings(tables: RecordTables, workspace: Workspace, contract: Contract, texts: Sequence[Path]) -> list[Finding]:
    """Return the errors that the records have with the changes and do not have without them."""
    from kursk_claims.checks.validate import validate_workspace

    def errors(root: Path) -> list[Finding]:
        report = validate_workspace(Workspace(root), contract, texts).report
        return [finding for finding in report.findings if finding.severity == "error"]

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "workspace")
        (copy / "dataset").mkdir(parents=True)
        shutil.copytree(workspace.records, copy / "dataset" / "records")
        before = {(finding.rule, finding.key, finding.found) for finding in errors(copy)}
        tables.write_to(copy / "dataset" / "records")
        return [finding for finding in errors(copy) if (finding.rule, finding.key, finding.found) not in before]


def add_findings(claims: Sequence[ClaimRows], tables: RecordTables, findings: Sequence[Finding]) -> list[str]:
    """Add each finding to the faults, at the line of the claim that it is about.

    Those about no claim of the drafts are returned as text: they are left to do, such as numbers of the same sentence.
    """
    owners = {claim.claim_id: claim for claim in claims}
    for table in ("evidence", "quantities"):
        owners |= {next(iter(row.values())): owners[row["claim_id"]] for row in tables.rows(table) if row["claim_id"] in owners}
    others = []
    for finding in findings:
        words = (finding.key or "").replace("=", ",").split(",")
        owner = next((owners[word] for word in words if word in owners), None)
        if owner:
            place = f"found: {finding.found} [{finding.key}]"
            owner.faults.add(owner.mark, f"{finding.rule}: {finding.expected}", place, f"fix: {finding.fix}")
        else:
            others.append(f"left to do: {finding.rule}: {finding.found} [{finding.key}]. {finding.fix}")
    return others
