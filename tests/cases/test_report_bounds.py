"""Reports stay small enough for people, memory and GitHub, whatever the files hold, and say what they leave out."""

from __future__ import annotations

import gzip
import json
import random
import tracemalloc
from pathlib import Path
from typing import Any, get_args

import pytest

import kursk_claims
from kursk_claims.report import sarif
from kursk_claims.report.formats import render_report
from kursk_claims.report.github import render_annotations, render_step_summary
from kursk_claims.report.model import Finding, Report, Skipped
from kursk_claims.report.options import ReportFormat
from support import WELLS, Call

FORMATS: tuple[ReportFormat, ...] = get_args(ReportFormat)
LONG = 300_000


def write_wells(path: Path, *rows: str) -> Path:
    path.write_text("well_id,latitude,longitude\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", FORMATS)
def test_long_cells_make_no_long_report(form: str, call: Call, tmp_path: Path) -> None:
    """Ten cells of 300,000 letters each, as values, keys, and texts that a rule would quote."""
    rows = [f"w{number},{'7' * LONG}north,1" for number in range(5)] + [f"{letter * LONG},1,x" for letter in "abcde"]
    path = write_wells(tmp_path / "wells.csv", *rows)
    outcome = call("check", path, "-f", form, "-o", tmp_path / "report", "-w", WELLS)
    assert outcome.code == 1
    content = (tmp_path / "report").read_bytes()
    assert len(content) < 100_000
    assert (b"characters" in content) or form == "parquet"


def finding(number: int = 0, **other: Any) -> Finding:
    texts = {"rule": "range", "file": "wells.csv", "expected": "at most 90", "found": "700", "fix": "Correct it."}
    return Finding(**{**texts, "table": "wells", "line": number + 2, "key": f"well_id=w{number}", **other})


def test_a_finding_is_short_from_the_beginning() -> None:
    made = finding(found="x" * LONG + "end", expected="y" * LONG, key=f"well_id={'z' * LONG}")
    assert len(made.found) < 1100
    assert made.found.startswith("xxx")
    assert made.found.endswith("end")
    assert f"{LONG + 3 - 1000} characters" in made.found
    assert len(Skipped("r" * LONG, "because").rule) < 1100


def test_memory_does_not_grow_with_long_cells(tmp_path: Path) -> None:
    """A thousand findings about cells of 100 kB, 100 MB in all, are kept in a few MB."""
    path = write_wells(tmp_path / "wells.csv", *(f"w{number},{'north' * 20_000},1" for number in range(1000)))
    tracemalloc.start()
    report = kursk_claims.check(path, workspace=WELLS, max_findings=1000)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.total == 1000
    assert kept < 20 * 2**20


# SARIF, as GitHub's code scanning takes it


def run_of(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(render_report(report, "sarif"))["runs"][0]
    return run


def notes_of(run: dict[str, Any]) -> list[str]:
    return [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]


def test_a_run_has_as_many_results_as_code_scanning_takes() -> None:
    findings = [finding(number, severity="warning") for number in range(25_990)] + [finding(30_000 + n) for n in range(10)]
    run = run_of(Report(findings=findings))
    assert len(run["results"]) == 25_000
    assert [each["level"] for each in run["results"]].count("error") == 10, "errors come first"
    assert "25000 of 26000 findings are results: code scanning takes 25000 and 10 MB" in notes_of(run)[0]
    assert "code scanning shows 5000 of 25000 results, errors first" in notes_of(run)
    assert "wells: range: 1000 more, not listed" in notes_of(run)
    assert run["properties"]["findings"] == 26_000


@pytest.mark.parametrize(("count", "notes"), [(5_000, 0), (5_001, 1)])
def test_no_note_without_need(count: int, notes: int) -> None:
    assert len(notes_of(run_of(Report(findings=[finding(number) for number in range(count)])))) == notes


def test_a_file_is_not_larger_than_code_scanning_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With texts that gzip cannot make smaller, and a limit that takes less time to reach."""
    monkeypatch.setattr(sarif, "MAX_COMPRESSED_SIZE", 100_000)
    letters = random.Random(7)
    findings = [finding(number, found="".join(letters.choices("abcdefghijklmnop", k=900))) for number in range(2000)]
    report = Report(findings=findings)
    content = render_report(report, "sarif")
    assert 50_000 < len(gzip.compress(content)) <= 100_000
    run = run_of(report)
    assert f"wells: range: {2000 - len(run['results'])} more, not listed" in notes_of(run)


def test_check_says_in_sarif_what_it_leaves_out(call: Call, tmp_path: Path) -> None:
    path = write_wells(tmp_path / "wells.csv", *(f"w{number},north,1" for number in range(120)))
    outcome = call("check", path, "-f", "sarif", "-w", WELLS, "-q")
    assert len(json.loads(outcome.out)["runs"][0]["results"]) == 100
    assert any("20 more, not listed" in note for note in notes_of(json.loads(outcome.out)["runs"][0]))


# GitHub Actions


def test_the_last_annotation_counts_the_others() -> None:
    lines = render_annotations(Report(findings=[finding(number) for number in range(40)]))
    assert len(lines) == 10
    assert lines[-1].endswith("::31 more, not shown: GitHub shows ten errors and ten warnings of a step")


def test_a_step_summary_is_within_the_size_that_github_takes() -> None:
    wide = "\U0001f30a*" * 600
    findings = [finding(number, found=wide, expected=wide, fix=wide, column=wide, key=wide) for number in range(500)]
    summary = render_step_summary(Report(findings=findings, notes=[f"harbour-{n}.csv: not checked" for n in range(5000)]))
    assert len(summary.encode()) < 2**20
    assert "4900 more notes" in summary
    listed = summary.count("| error |")
    assert 0 < listed < 500
    assert f"\n{500 - listed} more\n" in summary


def test_errors_are_listed_before_warnings_but_in_the_order_of_the_file() -> None:
    findings = [finding(number, severity="error" if number % 2 else "warning") for number in range(10)]
    limited = Report(findings=findings).limited(7)
    assert [each.line for each in limited.findings] == [2, 3, 4, 5, 7, 9, 11]
    assert limited.unlisted == {("warning", "wells", "range"): 3}
    assert (limited.total, limited.errors) == (10, 5)


def test_files_that_are_not_checked_are_counted_beyond_the_limit(call: Call, tmp_path: Path) -> None:
    write_wells(tmp_path / "wells.csv", "w1,1,1")
    for number in range(150):
        (tmp_path / f"tide-{number}.csv").touch()
    outcome = call("check", tmp_path, "-w", WELLS, "-q")
    assert "\nwarning file-not-checked: 50 more, not listed\n" in outcome.out
    assert "150 findings" in outcome.out
