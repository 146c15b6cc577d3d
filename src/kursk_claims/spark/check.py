"""Open the Spark engine for a check of files."""

from __future__ import annotations

from pathlib import Path

from kursk_claims.checks.check import OpenEngine
from kursk_claims.checks.engine import CheckEngine
from kursk_claims.checks.options import CheckOptions
from kursk_claims.checks.pipeline import CheckInputs
from kursk_claims.contract.loader import Contract
from kursk_claims.spark.engine import SparkEngine
from kursk_claims.spark.files import reject_large_input
from kursk_claims.spark.session import open_session


def make_engine_opener(master: str, contract: Contract) -> OpenEngine:
    """Return a function that opens the engine on the cluster at `master`, sized for the files."""

    def open_engine(inputs: CheckInputs, options: CheckOptions, scratch: Path) -> CheckEngine:
        reject_large_input(inputs.tables.values())
        size = sum(part.size for table_input in inputs.tables.values() for part in table_input.parts)
        return SparkEngine(open_session(master, size), contract)

    return open_engine
