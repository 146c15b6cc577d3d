"""Limits on listed findings, memory and scratch space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Progress = Callable[[str, int, int], None]  # step, rows done, rows in total


@dataclass(frozen=True)
class CheckOptions:
    """Limits of a check.

    findings: listed findings, per check and in total; memory: DuckDB's limit, such as 400MB; spill: folder for scratch files
    (default: the system's); timeout: seconds for the SQL of rules, 0 for no limit (default: 15, and 15 more per million rows).
    """

    findings: int = 100
    memory: str = "400MB"
    spill: Path | None = None
    timeout: float | None = None


DEFAULT_OPTIONS = CheckOptions()


def no_progress(step: str, done: int, total: int) -> None:
    """Ignore progress."""
