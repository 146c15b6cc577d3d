"""Reports in the formats that CI systems read, checked with other programs that read them."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

import jsonschema
import junitparser
import markdown_it
import pyarrow.parquet as pq
import pytest

from kursk_claims.escaping import neutralize_workflow_commands
from kursk_claims.report.formats import exit_code_for, render_report
from kursk_claims.report.model import Finding, Report, Skipped
from kursk_claims.report.options import FailOn, ReportFormat
from support import ROOT, Call, Copy, Run

REPORT_FORMATS: tuple[ReportFormat, ...] = get_args(ReportFormat)
VALIDATORS = Path(os.environ.get("KURSK_CLAIMS_VALIDATORS", ROOT.parent / "shared" / "validators"))
HOSTILE = (
    "x\n::error file=forged.py::forged ##[error]forged\r\n%0A::warning::, | <b>[a](http://b.example) `c` "
    "\x1b[31m\u202etxt\x00\x85\u2028"
)


def finding(**other: Any) -> Finding:
    words = {
        "rule": "allowed-values",
        "file": "claims.csv",
        "expected": "one of a, b",
        "found": "'c'",
        "fix": "Use one.",
        "table": "claims",
    }
    place: dict[str, Any] = {"line": 3, "position": 7, "column": "kind", "key": "claim_id=clm-001"}
    return Finding(**{**words, **place, **other})


def report(*findings: Finding, hidden: int = 0) -> Report:
    made = Report(
        tables=1, rows=40, rules=12, findings=[*findings], skipped=[Skipped("number-order", "quantities was not given")]
    )
    if hidden:
        made.unlisted["error", "claims", "allowed-values"] = hidden
    return made


def text(made: Report, form: ReportFormat, fail_on: FailOn = "error") -> str:
    return render_report(made, form, fail_on).decode()


@pytest.fixture
def broken(fiction: Copy) -> Copy:
    """A workspace with one invalid cell, the polarity in line 2 of claims.csv."""
    fiction.keep_rules("place-acyclic")
    fiction.edit("claims", {"claim_id": "clm-001"}, polarity="affirmd")
    return fiction


def check_claims(broken: Copy) -> list[str | Path]:
    """The arguments of a check of one file, which is faster than a validation."""
    return ["check", broken.csv("claims"), "--workspace", broken.root]


# The content of each format


def test_every_format_names_the_place_of_the_cell(broken: Copy, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(broken.root)
    line = broken.csv("claims").read_text(encoding="utf-8").splitlines()[1]
    place = ("dataset/records/claims.csv", 2, line.index("affirmd") + 1)
    seen = {}
    for form in REPORT_FORMATS:
        assert call("check", place[0], "--format", form, "--output", f"out.{form}").code == 1
        seen[form] = Path(f"out.{form}").read_bytes()
    assert json.loads(call("validate", "--format", "json").out)["findings"] == json.loads(seen["json"])["findings"]
    assert seen["text"].startswith("{}:{}:{}: error allowed-values: polarity".format(*place).encode())
    for each in (json.loads(seen["json"])["findings"][0], json.loads(seen["jsonl"].splitlines()[0])):
        assert (each["file"], each["line"], each["position"]) == place
    assert "file={},line={},col={},".format(*place) in seen["github"].decode()
    where = json.loads(seen["sarif"])["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert (where["artifactLocation"]["uri"], where["region"]["startLine"], where["region"]["startColumn"]) == place
    case = next(each for suite in junitparser.JUnitXml.fromstring(seen["junit"]) for each in suite if each.is_failure)
    assert "{}:{}:{}".format(*place) in case.result[0].text
    Path("findings.parquet").write_bytes(seen["parquet"])
    row = pq.read_table("findings.parquet").to_pylist()[0]
    assert (row["file"], row["line"], row["position"]) == place


@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_findings_that_are_not_listed_are_counted(form: ReportFormat, tmp_path: Path) -> None:
    made = report(finding(), hidden=998)
    if form == "parquet":
        path = tmp_path / "findings.parquet"
        path.write_bytes(render_report(made, form))
        counts = {row["file"]: row["count"] for row in pq.read_table(path).to_pylist()}
        assert counts == {"claims.csv": 1, None: 998}
    else:
        assert "998" in text(made, form)


def test_each_line_of_json_has_a_kind() -> None:
    lines = [json.loads(line) for line in text(report(finding(), hidden=2), "jsonl").splitlines()]
    assert [line["kind"] for line in lines] == ["finding", "hidden", "skipped", "summary"]
    assert lines[-1]["findings"] == 3


def test_every_format_accepts_a_file_name_that_is_not_unicode() -> None:
    for form in REPORT_FORMATS:
        assert render_report(report(finding(file=os.fsdecode(b"caf\xe9.csv"))), form)


# SARIF


def test_sarif_passes_the_official_schema() -> None:
    if not VALIDATORS.is_dir():
        pytest.skip("no ../shared/validators here")
    schema = json.loads((VALIDATORS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    kinds = [
        finding(),
        finding(severity="warning"),
        finding(line=None, position=None, row=7),
        finding(table="", key="", column=""),
    ]
    for made in (report(), report(*kinds), report(*kinds, hidden=5), report(finding(found=HOSTILE, file="/a b/é#?.csv"))):
        jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(json.loads(text(made, "sarif")))


def sarif(*findings: Finding, hidden: int = 0) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(text(report(*findings, hidden=hidden), "sarif"))["runs"][0]
    return run


def test_sarif_levels_follow_severity() -> None:
    run = sarif(finding(), finding(rule="claim-unique-statement", severity="warning"))
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("allowed-values", "error"),
        ("claim-unique-statement", "warning"),
    ]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == ["allowed-values", "claim-unique-statement"]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "warning"]


def test_sarif_fingerprints_stay_when_rows_are_added_above() -> None:
    def marks(*findings: Finding) -> list[str]:
        return [each["partialFingerprints"]["kurskClaims/v1"] for each in sarif(*findings)["results"]]

    assert marks(finding()) == marks(finding(line=300, position=9))
    different = [finding(), finding(key="claim_id=clm-002"), finding(column="mode"), finding(rule="nullable"), finding()]
    assert len(set(marks(*different))) == len(different)


def test_sarif_counts_characters_not_utf16(broken: Copy) -> None:
    broken.edit("claims", {"claim_id": "clm-001"}, statement="𝔄𝔅 came.")
    line = broken.csv("claims").read_text(encoding="utf-8").splitlines()[1]
    run = json.loads(text(broken.validate(), "sarif"))["runs"][0]
    column = next(each for each in run["results"] if each["ruleId"] == "allowed-values")["locations"][0]["physicalLocation"][
        "region"
    ]
    assert run["columnKind"] == "unicodeCodePoints"
    assert column["startColumn"] == line.index("affirmd") + 1


def test_sarif_paths_are_addresses() -> None:
    for file in ("a b/é#?%.csv", "plain/claims.csv"):
        uri = sarif(finding(file=file))["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote(uri) == file
        assert re.fullmatch(r"[A-Za-z0-9/._%-]+", uri)


def test_paths_count_from_the_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def uri(file: str) -> str:
        result = sarif(finding(file=file))["results"][0]
        return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])

    (tmp_path / "repository" / "data").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "repository")
    monkeypatch.chdir(tmp_path / "repository" / "data")
    assert uri("claims.csv") == "claims.csv"
    assert uri("../claims.csv") == f"{tmp_path.as_uri()}/repository/claims.csv"
    for root in ("repository", "link"):
        monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / root))
        assert uri("claims.csv") == "data/claims.csv"
        assert uri("../claims.csv") == "claims.csv"
        assert uri("/elsewhere/claims.csv") == "file:///elsewhere/claims.csv"
        assert commands(text(report(finding(file="claims.csv")), "github"))[0][1]["file"] == "data/claims.csv"


def test_a_row_of_parquet_has_no_line_number() -> None:
    result = sarif(finding(file="claims.parquet", line=None, position=None, row=7))["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}, "which code scanning insists on"
    assert result["properties"] == {"row": 7}
    assert "row 7" in result["message"]["text"]


def test_sarif_notes_what_was_skipped() -> None:
    notes = sarif(finding(), hidden=4)["invocations"][0]["toolExecutionNotifications"]
    assert [(each["level"], each["message"]["text"]) for each in notes] == [
        ("error", "claims: allowed-values: 4 more, not listed"),
        ("note", "skipped number-order: quantities was not given"),
    ]


# JUnit


def junit(made: Report, fail_on: FailOn = "error") -> junitparser.JUnitXml:
    document = text(made, "junit", fail_on)
    assert ET.fromstring(document).tag == "testsuites"
    return junitparser.JUnitXml.fromstring(document.encode())


def test_junit_has_a_suite_per_file() -> None:
    other = finding(file="actors.csv", rule="header", table="actors", key="", column="")
    read = junit(report(finding(), finding(line=4), other, hidden=2))
    assert [(suite.name, suite.tests, suite.failures, suite.skipped) for suite in read] == [
        ("claims.csv", 2, 2, 0),
        ("actors.csv", 1, 1, 0),
        ("not listed", 1, 1, 0),
        ("skipped", 1, 0, 1),
    ]
    assert (read.tests, read.failures, read.skipped, read.errors) == (5, 4, 1, 0)


def test_junit_fails_on_warnings_only_when_the_run_does() -> None:
    made = report(finding(severity="warning"))
    assert junit(made).failures == 0
    assert "warning: found: 'c'" in text(made, "junit")
    assert junit(made, "warning").failures == 1


def test_junit_of_a_clean_run_is_not_empty() -> None:
    cases = [case for suite in junit(Report(tables=1, rows=40, rules=12)) for case in suite]
    assert [(case.is_passed, case.name) for case in cases] == [
        (True, "1 table, 40 rows, 12 rules run, 0 skipped, 0 findings"),
    ]


# GitHub Actions


def commands(output: str) -> list[tuple[str, dict[str, str], str]]:
    """What GitHub's runner makes of an output, by its own rules: the command, its properties, its message."""
    found = []
    for line in re.split(r"\r\n|\r|\n", output):
        match = re.match(r"::([a-z-]+)(?: (.*?))?::(.*)$", line.strip())
        if match is None:
            match = re.search(r"##\[([a-z-]+)(?: ([^\]]*))?\](.*)$", line)
        if match:
            pairs = (each.split("=", 1) for each in (match[2] or "").split(",") if each)
            found.append((match[1], {name: _plain(value) for name, value in pairs}, _plain(match[3])))
    return found


def _plain(value: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        value = value.replace(code, char)
    return value


def test_annotations_point_at_the_cell() -> None:
    (kind, properties, words), *_ = commands(text(report(finding(file="a,b:c%/claims.csv", found="'50%0A'")), "github"))
    assert kind == "error"
    assert properties == {"file": "a,b:c%/claims.csv", "line": "3", "col": "7", "title": "claims: allowed-values"}
    assert words == "kind claim_id=clm-001\nexpected: one of a, b\nfound: '50%0A'\nfix: Use one."


@pytest.mark.parametrize(
    ("listed", "hidden", "shown", "more"),
    [(0, 0, 0, None), (9, 0, 9, None), (10, 0, 9, "1 more"), (12, 30, 9, "33 more"), (3, 5, 3, "5 more")],
)
def test_at_most_nine_annotations_and_a_count(listed: int, hidden: int, shown: int, more: str | None) -> None:
    seen = commands(text(report(*(finding(line=line) for line in range(2, 2 + listed)), hidden=hidden), "github"))
    assert len([each for each in seen if "file" in each[1]]) == shown
    counted = [words.partition(", not shown")[0] for _, properties, words in seen if "file" not in properties]
    assert counted == ([more] if more else [])


def test_errors_are_annotated_before_warnings() -> None:
    seen = commands(text(report(*[finding(severity="warning")] * 10, finding(line=9)), "github"))
    assert (seen[0][0], seen[0][1]["line"]) == ("error", "9")
    assert [each[0] for each in seen].count("error") == 1
    assert seen[-1][:2] == ("warning", {"title": "kursk-claims"})
    assert seen[-1][2] == "2 more, not shown: GitHub shows ten errors and ten warnings of a step"


@pytest.mark.parametrize("form", [form for form in REPORT_FORMATS if form != "parquet"])
def test_a_cell_forges_no_workflow_command(form: str, broken: Copy, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    broken.edit("claims", {"claim_id": "clm-001"}, polarity="::error::forged ##[error]forged", note="##[warning]x")
    broken.edit("claims", {"claim_id": "clm-002"}, statement=" ::error::forged\n::error::forged")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    _, out, err = call("check", broken.csv("claims"), "-w", broken.root, "--format", form)
    ours = commands(out + err)
    assert all(properties.get("title", "").startswith(("claims: ", "kursk-claims")) for _, properties, _ in ours)
    assert len(ours) == (2 if form in ("text", "github") else 0), "one for each fault"
    if form in ("json", "sarif"):
        assert "##[error]forged" in json.dumps(json.loads(out)), "as data it is what it was"


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "sarif", "junit"])
def test_no_line_of_a_cell_is_a_workflow_command(form: ReportFormat) -> None:
    """A cell of Parquet may have lines of its own."""
    lines = text(report(finding(found=HOSTILE), finding(found="\n \t::error::forged")), form)
    assert commands(neutralize_workflow_commands(lines)) == []


def test_a_cell_makes_no_link_in_the_summary() -> None:
    message = sarif(finding(found="[free money](https://evil.example)"))["results"][0]["message"]["text"]
    assert re.search(r"(?<!\\)\[[^\]]*\]\(", message) is None
    assert "found: \\[free money](https://evil.example)" in message


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "github", "sarif", "junit"])
def test_no_format_controls_a_terminal(form: ReportFormat) -> None:
    made = report(finding(found=HOSTILE, expected=HOSTILE, fix=HOSTILE, key=HOSTILE, file=HOSTILE, rule=HOSTILE, table=HOSTILE))
    made.skipped.append(Skipped(HOSTILE, HOSTILE))
    made.notes.append(HOSTILE)
    assert all(char.isprintable() or char == "\n" for char in text(made, form))


def test_on_github_the_report_is_annotated_and_summarized(
    broken: Copy, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(broken.root))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.chdir(broken.root / "dataset")
    code, out, err = call("validate", "--quiet")
    assert code == 1
    assert out.startswith("records/claims.csv:2:")
    assert [each[1]["file"] for each in commands(err)] == ["dataset/records/claims.csv"]
    assert summary.read_text(encoding="utf-8").startswith("before\n### kursk-claims")
    call("validate", "--quiet", "--format", "json")
    assert summary.read_text(encoding="utf-8").count("### kursk-claims") == 1, "who asks for JSON gets JSON"
    _, out, err = call("validate", "--quiet", "--format", "sarif", "--output", tmp_path / "x.sarif")
    assert (out, len(commands(err))) == ("", 1)


def test_a_summary_that_cannot_be_written_does_not_change_the_exit_code(
    broken: Copy, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(broken.root / "nowhere" / "summary.md"))
    code, out, err = call(*check_claims(broken))
    assert code == 1
    assert "1 finding" in out
    assert "no step summary" in err


def test_the_summary_is_rendered_as_plain_text(broken: Copy, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    broken.edit(
        "claims", {"claim_id": "clm-001"}, polarity="|<b>[a](http://b.example)![i](c.png) `c` **d** &amp; http://e.example |"
    )
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(broken.root / "summary.md"))
    call(*check_claims(broken), "--quiet")
    tokens = markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(
        (broken.root / "summary.md").read_text(encoding="utf-8")
    )
    inside = [part for token in tokens for part in token.children or []]
    assert {part.type for part in inside} == {"text"}
    cells = ["".join(part.content for part in token.children or []) for token in tokens if token.type == "inline"]
    assert "'|<b>[a](http://b.example)![i](c.png) `c` **d** &amp; http://e.example |'" in cells


# Exit codes and files


@pytest.mark.parametrize(
    ("severity", "codes"),
    [
        (None, {"error": 0, "warning": 0, "never": 0}),
        ("warning", {"error": 0, "warning": 1, "never": 0}),
        ("error", {"error": 1, "warning": 1, "never": 0}),
    ],
)
def test_fail_on(severity: Any, codes: dict[FailOn, int]) -> None:
    listed = report(*([finding(severity=severity)] if severity else []))
    assert {each: exit_code_for(listed, each) for each in codes} == codes
    hidden = report()
    if severity:
        hidden.unlisted[severity, "claims", "allowed-values"] = 3
    assert {each: exit_code_for(hidden, each) for each in codes} == codes, "listed or not"


@pytest.mark.parametrize("command", ["check", "validate"])
def test_fail_on_never_exits_with_0(broken: Copy, call: Call, command: str) -> None:
    paths = [broken.csv("claims")] if command == "check" else []
    assert call(command, *paths, "-w", broken.root, "--fail-on", "never").code == 0
    assert call(command, *paths, "-w", broken.root, "--fail-on", "error").code == 1
    code, _, err = call(command, *paths, "-w", broken.root, "--fail-on", "errors")
    assert code == 2
    assert "'errors' is not one of 'error', 'warning', 'never'." in err


def test_a_report_is_written_atomically(broken: Copy, call: Call, tmp_path: Path) -> None:
    target, link = tmp_path / "out" / "report.json", tmp_path / "link.json"
    target.parent.mkdir()
    target.write_text("before", encoding="utf-8")
    link.symlink_to(target)
    call(*check_claims(broken), "--format", "json", "--output", link)
    assert link.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))["summary"]["findings"] == 1
    assert [each.name for each in target.parent.iterdir()] == ["report.json"]
    broken.csv("claims").with_name("claims.csv").write_bytes(b"\xff")
    target.write_text("before", encoding="utf-8")
    (broken.root / "schemas" / "claims.yaml").write_text("nonsense: [", encoding="utf-8")
    assert call(*check_claims(broken), "--output", target).code == 2
    assert target.read_text(encoding="utf-8") == "before"


def test_nothing_is_left_of_a_report_that_cannot_be_written(
    broken: Copy, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "out").mkdir()
    monkeypatch.setattr(os, "replace", full)
    code, _, err = call(*check_claims(broken), "--output", tmp_path / "out" / "report.txt")
    assert (code, [*(tmp_path / "out").iterdir()]) == (2, [])
    assert "No space left on device" in err


def test_a_report_can_be_written_to_a_pipe_or_a_device(broken: Copy, run: Run, call: Call) -> None:
    assert run(*check_claims(broken), "--output", "/dev/stdout").stdout.endswith("1 finding\n")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert call(*check_claims(broken), "--output", "/dev/null").code == 1
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_report_does_not_overwrite_the_input(broken: Copy, call: Call) -> None:
    before = broken.csv("claims").read_bytes()
    (broken.root / "link.csv").symlink_to(broken.csv("claims"))
    assert call("validate", "-w", broken.root, "--output", broken.root / "link.csv").code == 2
    for command in (["check", broken.csv("claims")], ["check", broken.csv("claims").parent], ["validate"]):
        code, _, err = call(*command, "-w", broken.root, "--output", broken.csv("claims"))
        assert code == 2
        assert "name another" in err
    assert broken.csv("claims").read_bytes() == before


def test_a_report_needs_an_existing_folder(broken: Copy, call: Call, tmp_path: Path) -> None:
    code, _, err = call(*check_claims(broken), "--output", tmp_path / "nowhere" / "report.txt")
    assert code == 2
    assert "expected a file in an existing folder" in err
