"""The choices for rendering a report and for its exit code."""

from __future__ import annotations

from typing import Literal

FailOn = Literal["error", "warning", "never"]
ReportFormat = Literal["text", "json", "jsonl", "github", "sarif", "junit", "parquet"]
