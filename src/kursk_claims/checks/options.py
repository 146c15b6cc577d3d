"""Limits on listed findings, memory and scratch space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CheckOptions:
    """How much is told and used.

    findings: how many of each check are listed, and how many in all; memory: bytes for DuckDB, as it writes them; spill:
    the folder for what does not fit, and for CSV on its way.
    """

    findings: int = 100
    memory: str = "400MB"
    spill: Path | None = None


DEFAULT_OPTIONS = CheckOptions()
Progress = Callable[[str, int, int], None]  # what is done, rows done, rows in all
