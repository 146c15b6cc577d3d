"""The page of all checks of cells, rows and files, each with a mistake that it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from website.rules import copy_fiction, render_finding

import kursk_claims
from kursk_claims.report.model import Finding
from rule_cases import edit
from support import Copy

INTRODUCTION = """# Checks

`validate` and `check` look at each file, row and cell before the [rules](rules.md) run. Each check below has a mistake in the
records of [an invented article](../tests/workspace/article.txt) and the finding that names it, with its place and a fix.
[Troubleshooting](../docs/troubleshooting.md) starts from what you see instead.

This page is generated: the findings are those of this version.
"""
Change = Callable[[Copy], object]
OFFSETS = ("text_length", "char_start", "char_end")


@dataclass(frozen=True)
class Check:
    """A check, what it finds, and a change of the records that leads to a finding.

    The finding is one of `validate`; with `needs`, of `check`, or of `validate` with the text.
    """

    rule: str
    finds: str
    change: Change
    needs: Literal["", "check", "text"] = ""


def replace(table: str, old: bytes, new: bytes) -> Change:
    """Replace the first occurrence in the file of a table."""

    def change(copy: Copy) -> None:
        content = copy.csv(table).read_bytes()
        assert old in content, "nothing would change"
        copy.csv(table).write_bytes(content.replace(old, new, 1))

    return change


def write(name: str, content: bytes) -> Change:
    return lambda copy: (copy.csv("claims").parent / name).write_bytes(content)


def edit_schema(table: str, old: str, new: str) -> Change:
    def change(copy: Copy) -> None:
        path = copy.root / "schemas" / f"{table}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text, "nothing would change"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def count_byte_order_mark(copy: Copy) -> None:
    """Move all offsets by one character, as if the text began with a byte order mark."""
    for table in ("documents", "passages", "evidence", "exclusions"):
        rows = copy.rows(table)
        copy.write(table, [row | {name: str(int(row[name]) + 1) for name in OFFSETS if row.get(name)} for row in rows])


FILES = [
    Check("file-missing", "A table of the contract has no file of records.", lambda copy: copy.csv("readings").unlink()),
    Check("file-unknown", "A file of the records belongs to no table.", write("claim.csv", b"claim_id\n")),
    Check(
        "file-not-checked", "A file that seems to be a table is passed over by `check`.", write("evidence.xlsx", b"PK"), "check"
    ),
    Check(
        "file-unreadable",
        "A file is something other than CSV or Parquet, damaged, or expands without end.",
        write("claims.csv", b"<!DOCTYPE html><title>Sign in</title>"),
    ),
    Check(
        "file-size",
        "A file of records has more than 64 MB; `check` reads larger ones.",
        replace("readings", b"\n", b"\n" + b"-\n" * 2**25),
    ),
    Check("line-length", "A line has more than 16 MB.", replace("readings", b"\n", b"\n" + b"-" * 2**24 + b"-")),
    Check("empty-file", "A file has no header.", write("readings.csv", b"")),
    Check("encoding", "A file is not UTF-8.", replace("places", b"Keddin", b"K\xe9ddin")),
    Check(
        "byte-order-mark",
        "A file begins with a byte order mark. A warning in `check`.",
        replace("events", b"event_id", b"\xef\xbb\xbfevent_id"),
    ),
    Check("line-ending", "Lines end with CRLF or CR. A warning in `check`.", replace("events", b"\n", b"\r\n")),
    Check("header", "The columns are not those of the table, in their order.", replace("events", b"event_id,", b"Event ID,")),
    Check(
        "row-count",
        "A table has fewer rows than its schema requires.",
        lambda copy: copy.write("codes", [], list(copy.rows("codes")[0])),
    ),
]
ROWS = [
    Check("row-length", "A row has more or fewer cells than the header.", replace("events", b"\n", b"\nevt-new,Raid\n")),
    Check("quoting", "A quote is not closed on its line.", replace("places", b"plc-esk,Esk", b'plc-esk,"Esk')),
    Check("empty-row", "A row has empty cells only.", replace("readings", b"\n", b"\n,,,,,,,\n")),
    Check("merge-conflict", "Git left its marks in the file.", replace("events", b"\n", b"\n<<<<<<< HEAD\n")),
    Check("key", "A key occurs twice.", edit("events", "event_id=evt-brennland-raid", event_id="evt-border-war")),
    Check(
        "reference",
        "A value is not the key of a row in the table that the column refers to.",
        edit("claims", "claim_id=clm-001", event_id="evt-brennland-rade"),
    ),
]
VALUES = [
    Check("required", "A cell is empty in a column that always has a value.", edit("claims", "claim_id=clm-002", statement="")),
    Check("type", "A value is not of the column's type.", edit("claims", "claim_id=clm-001", occurred_earliest="11.03.2031")),
    Check("allowed-values", "A value is none of the column's codes.", edit("claims", "claim_id=clm-002", polarity="affirmd")),
    Check(
        "pattern", "A value does not have the column's form.", edit("documents", "doc_id=doc-army-bulletin", language="English")
    ),
    Check("length", "A text is too short or too long.", edit("claims", "claim_id=clm-002", statement="It does.")),
    Check("range", "A number is outside the column's range.", edit("places", "place_id=plc-keddin", latitude="95")),
    Check("minimum", "A number is below the least one of the column.", edit("passages", "passage_id=psg-002", paragraph="0")),
    Check(
        "maximum",
        "A number is above the greatest one of the column, in a contract that sets one.",
        edit_schema("passages", "greater_than_or_equal_to: 1", "less_than_or_equal_to: 5"),
    ),
]
TEXTS = [
    Check(
        "control-character",
        "A text has an invisible character.",
        edit("events", "event_id=evt-border-war", label="Border\u200bwar"),
    ),
    Check(
        "replacement-character",
        "A character was lost when the file was read with a wrong encoding.",
        edit("places", "place_id=plc-esk", name="\ufffdsk"),
    ),
    Check("space", "A text begins or ends with a space.", edit("places", "place_id=plc-esk", name="Esk ")),
    Check("normal-form", "A text is not in Unicode NFC.", edit("places", "place_id=plc-esk", name="E\u0301sk")),
    Check("formula", "A value is a spreadsheet's formula.", edit("places", "place_id=plc-esk", name='="Esk"')),
    Check(
        "missing-as-text",
        "A word such as NULL stands where a cell should be empty.",
        edit("claims", "claim_id=clm-001", note="NULL"),
    ),
    Check(
        "spreadsheet-error", "A spreadsheet saved an error instead of a value.", edit("claims", "claim_id=clm-001", note="#REF!")
    ),
    Check("html-entity", "A text has an HTML entity.", edit("claims", "claim_id=clm-001", note="Search &amp; rescue")),
    Check(
        "mixed-scripts", "A word has letters of two scripts.", edit("events", "event_id=evt-border-war", label="B\u043erder war")
    ),
    Check("mojibake", "A text was read with a wrong encoding.", edit("claims", "claim_id=clm-001", note="caf\u00c3\u00a9")),
    Check("offset-unit", "Offsets fit only if they are counted in another unit than code points.", count_byte_order_mark, "text"),
]
SECTIONS = {"Files": FILES, "Rows": ROWS, "Values": VALUES, "Texts": TEXTS}


def render_checks() -> str:
    """Render each check with its finding."""
    parts = [INTRODUCTION]
    for title, checks in SECTIONS.items():
        parts += [f"## {title}", *(part for check in checks for part in _section(check))]
    return "\n\n".join(parts) + "\n"


def _section(check: Check) -> Iterator[str]:
    finding = find_example(check)
    yield f"### {check.rule}"
    yield f"{check.finds}{' It is a warning.' if finding.severity == 'warning' else ''}"
    yield f"```text\n{render_finding(finding)}\n```"


def find_example(check: Check) -> Finding:
    """Return the first finding of a check after its change of the records. Raises `LookupError` if there is none."""
    with copy_fiction() as copy:
        copy.keep_rules("place-acyclic")
        check.change(copy)
        if check.needs == "check":
            report = kursk_claims.check("dataset/records")
        else:
            report = copy.validate(*([copy.text] if check.needs == "text" else []))
    findings = [finding for finding in report.findings if finding.rule == check.rule]
    if not findings:
        raise LookupError(f"{check.rule}: its example leads to no finding. Correct the example.")
    return findings[0]
