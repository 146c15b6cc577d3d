"""A report in the forms in which people and CI systems read it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from kursk_claims.findings import Report, as_json, as_text

FORMATS = ["text", "json", "jsonl", "github", "sarif", "junit", "parquet"]
FailOn = Literal["error", "warning", "never"]
FAIL_ON: list[FailOn] = ["error", "warning", "never"]


def render(report: Report, form: str, fail_on: FailOn = "error") -> bytes:
    """The report in one of `FORMATS`; `fail_on` decides whether JUnit counts warnings as failures."""
    if form == "parquet":
        from kursk_claims.formats.parquet import as_parquet

        return as_parquet(report)
    return (_text(report, form, fail_on) + "\n").encode()


def _text(report: Report, form: str, fail_on: FailOn) -> str:
    if form == "json":
        return as_json(report)
    if form == "jsonl":
        from kursk_claims.formats.jsonl import as_jsonl

        return as_jsonl(report)
    if form == "github":
        from kursk_claims.formats.github import commands

        return "\n".join([*commands(report), report.summary()])
    if form == "sarif":
        from kursk_claims.formats.sarif import as_sarif

        return as_sarif(report)
    if form == "junit":
        from kursk_claims.formats.junit import as_junit

        return as_junit(report, fail_on)
    return as_text(report)


def exit_code(report: Report, fail_on: FailOn) -> int:
    """1 if there is anything as grave as `fail_on`, listed or not, else 0."""
    return int({"error": report.errors > 0, "warning": report.total > 0, "never": False}[fail_on])


def from_root(file: str) -> str:
    """The file's path as a CI service wants it: from the checked out repository, which GitHub names, else as it was given."""
    path, root = os.path.abspath(file), os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
    for each in (os.path.abspath(root), os.path.realpath(root)):
        if Path(path).is_relative_to(each):
            return Path(path).relative_to(each).as_posix()
    return file.replace(os.sep, "/")


def inert(text: str) -> str:
    """Text in which nothing is a command to GitHub's runner, which looks for `::` at the start and `##[` anywhere in a line."""
    return re.sub(r"^(\s*):(?=:)", r"\1\\u003a", text, flags=re.MULTILINE).replace("##[", "#\\u0023[")
