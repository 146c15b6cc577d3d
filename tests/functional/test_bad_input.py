"""Each fault of the input gives one finding or one message: its place, what was expected, what was found, how to mend it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kursk_claims.contract.loader import load_contract
from kursk_claims.errors import ContractError
from kursk_claims.report.model import MAX_TEXT_LENGTH, Finding, Report
from kursk_claims.report.text import render_text
from kursk_claims.report.values import shorten
from kursk_claims.workspace import find_workspace
from support import ROOT, Call, Copy, Run, copy_real_records

MISSPELT = "missing: kind; unknown: knid (did you mean 'kind'?)"
RULES = [
    *("document-used", "actor-used", "held-published", "document-digest", "passage-digest", "passage-numbering"),
    *("evidence-inside-passage", "chain-no-cycle", "number-order", "hedge-bounds"),
    *("place-acyclic", "event-acyclic", "actor-acyclic"),
]


def only(report: Report) -> Finding:
    """The one finding of a report."""
    assert [(each.file, each.line, each.rule, each.found) for each in report.findings][1:] == []
    assert report.exit_code == 1
    return report.findings[0]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The real records, not to be changed, with the rules that these tests name."""
    copy = copy_real_records(tmp_path_factory.mktemp("original") / "real")
    copy.keep_rules(*RULES)
    return copy


@pytest.fixture
def real(original: Copy, tmp_path: Path) -> Copy:
    shutil.copytree(original.root, tmp_path / "real")
    return Copy(tmp_path / "real")


@pytest.fixture(scope="module")
def clean(original: Copy) -> Report:
    """The report on the records as they are."""
    report = original.validate()
    assert report.findings == []
    return report


def file_of(finding: Finding) -> str:
    return Path(finding.file).name


def change_bytes(copy: Copy, table: str, change: Callable[[bytes], bytes]) -> None:
    raw = copy.csv(table).read_bytes()
    assert change(raw) != raw, "nothing would change"
    copy.csv(table).write_bytes(change(raw))


def change_line(copy: Copy, table: str, number: int, change: Callable[[str], str]) -> None:
    lines = copy.csv(table).read_text(encoding="utf-8").split("\n")
    assert change(lines[number - 1]) != lines[number - 1], "nothing would change"
    lines[number - 1] = change(lines[number - 1])
    copy.csv(table).write_text("\n".join(lines), encoding="utf-8")


def set_cell(copy: Copy, table: str, row: int, column: str, value: str) -> int:
    """Write a value into a cell; the line that it stands in."""
    rows = copy.rows(table)
    assert rows[row][column] != value, "nothing would change"
    rows[row][column] = value
    copy.write(table, rows)
    return row + 2


# Where the commands look


@pytest.mark.parametrize("command", ["validate", "build", "format", "query SELECT", "describe", "show clm-001"])
def test_no_such_workspace(command: str, call: Call, tmp_path: Path) -> None:
    missing = call(*command.split(), "--workspace", tmp_path / "nope")
    assert (missing.code, missing.out) == (2, "")
    assert missing.err.startswith(f"kursk-claims: no such folder: {tmp_path}/nope. Name a folder with ")
    other = call(*command.split(), "--workspace", tmp_path)
    assert (other.code, other.out) == (2, "")
    assert other.err.startswith(f"kursk-claims: {tmp_path} is not a workspace: expected ")


def test_exit_codes_of_a_process(run: Run, real: Copy) -> None:
    real.csv("codes").unlink()
    faulty = run("validate", "--workspace", real.root)
    assert faulty.returncode == 1
    assert faulty.stdout.endswith(" 1 finding\n")
    (real.root / "schemas" / "codes.yaml").write_text("- a list\n", encoding="utf-8")
    broken = run("validate", "--workspace", real.root)
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.endswith("codes.yaml:1:1: expected keys with values, found list\n")


# Files


def test_a_missing_file(real: Copy) -> None:
    real.csv("places").unlink()
    report = real.validate()
    finding = only(report)
    assert (file_of(finding), finding.line, finding.rule, finding.table) == ("places.csv", None, "file-missing", "places")
    assert finding.found == "no such file"
    skipped = {each.rule: each.reason for each in report.skipped}
    for rule in ("columns of places", "reference claim_places.place_id", "place-acyclic"):
        assert skipped[rule] == "places could not be read completely"


def test_a_folder_in_place_of_a_file(real: Copy) -> None:
    real.csv("places").unlink()
    real.csv("places").mkdir()
    assert only(real.validate()).found == "a folder"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf \r\n\r\n"], ids=["nothing", "blank"])
def test_an_empty_file(content: bytes, real: Copy) -> None:
    real.csv("quantities").write_bytes(content)
    finding = only(real.validate())
    assert (file_of(finding), finding.line, finding.rule) == ("quantities.csv", 1, "empty-file")
    assert (finding.expected, finding.found) == ("a header line", "nothing")


def test_a_table_without_rows_is_its_header(real: Copy) -> None:
    header = real.csv("retired").read_text(encoding="utf-8")
    assert header.count("\n") == 1
    real.csv("retired").write_text(header.strip(), encoding="utf-8")
    assert real.validate().findings == []


def test_a_file_of_no_table(real: Copy) -> None:
    real.csv("claim").write_text("claim_id\n", encoding="utf-8")
    finding = only(real.validate())
    assert (file_of(finding), finding.rule) == ("claim.csv", "file-unknown")
    assert finding.found == "claim.csv (did you mean 'claims'?)"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("claims.xlsx", "an Excel workbook"),
        ("claims.tsv", ".tsv"),
        ("claims.csv.gz", ".csv.gz"),
        ("Claims.CSV", "Claims.CSV (did you mean 'claims'?)"),
        ("claims.txt", "the suffix '.txt'"),
    ],
)
def test_records_in_another_form_are_not_passed_over(name: str, found: str, real: Copy) -> None:
    (real.csv("claims").parent / name).touch()
    finding = only(real.validate())
    assert (file_of(finding), finding.rule, finding.found) == (name, "file-unknown", found)


def test_other_files_beside_the_records_are_no_findings(real: Copy) -> None:
    for name in ("README.md", "notes.txt", ".DS_Store", "claims.csv~"):
        (real.csv("claims").parent / name).touch()
    assert real.validate().findings == []


@pytest.mark.parametrize(
    ("change", "behind", "found", "position"),
    [
        (lambda line: line.replace("name,", "", 1), "", "missing: name", 10),
        (lambda line: line + ",colour", "", "unknown: colour", None),
        (lambda line: line + ",colour", ",", "unknown: colour", None),
        (lambda line: line.replace("kind", "name"), "", "duplicate: name; missing: kind", 27),
        (lambda line: line.replace("kind,parent_id", "parent_id,kind"), "", "a different order: ", 27),
        (lambda line: line.replace("kind", "knid"), "", MISSPELT, 27),
        (lambda line: line.replace(",", ";"), "", "cells separated by semicolons", 1),
        (lambda line: line.replace("name,", '"name,', 1), "", "an unclosed quote", 10),
    ],
    ids=["missing", "extra", "extra-cells", "doubled", "reordered", "misspelt", "semicolons", "quote"],
)
def test_a_wrong_header(change: Callable[[str], str], behind: str, found: str, position: int | None, real: Copy) -> None:
    """Whether the rows follow the header or not: nobody guesses, one finding, what needs the table is skipped."""
    header, *rows = real.csv("places").read_text(encoding="utf-8").splitlines()
    assert change(header) != header, "nothing would change"
    lines = [change(header), *(row + behind for row in rows)]
    real.csv("places").write_text("\n".join([*lines, ""]), encoding="utf-8")
    report = real.validate()
    finding = only(report)
    assert (file_of(finding), finding.line, finding.rule) == ("places.csv", 1, "header")
    assert finding.found.startswith(found)
    assert finding.expected == header
    assert position in (None, finding.position)
    assert ("columns of places", "places could not be read completely") in [(each.rule, each.reason) for each in report.skipped]


# Lines


def test_a_row_with_too_few_or_too_many_cells(real: Copy) -> None:
    change_line(real, "claim_actors", 3, lambda line: line.rpartition(",")[0])
    change_line(real, "claim_actors", 5, lambda line: line + ",again")
    report = real.validate()
    assert [(each.line, each.rule, each.expected, each.found) for each in report.findings] == [
        (3, "row-length", "3 cells", "2 cells"),
        (5, "row-length", "3 cells", "4 cells"),
    ]


def test_an_empty_line_loses_nothing(real: Copy, clean: Report) -> None:
    change_line(real, "claim_actors", 4, lambda line: "\n" + line)
    report = real.validate()
    finding = only(report)
    assert (finding.line, finding.rule, finding.found) == (4, "row-length", "an empty line")
    assert finding.fix.startswith("Remove the line, or run `kursk-claims format ")
    assert (report.rows, report.skipped) == (clean.rows, clean.skipped)


def test_quotes(real: Copy) -> None:
    """A quote spoils its own line only: the rows below it are still checked."""
    faults = {
        '"never closed': ("an unclosed quote", 0),
        '"closed" too early': ("text after a closing quote", 8),
        'not "quoted" at all': ("a quote in an unquoted cell", 4),
    }
    rows = real.rows("events")
    for at in range(len(faults)):
        rows[at]["note"] = f"MARK{at}"
    rows[len(faults)]["kind"] = "no kind"
    real.write("events", rows)
    text = real.csv("events").read_text(encoding="utf-8")
    starts = [line.index("MARK") + 1 for line in text.splitlines() if "MARK" in line]
    for at, cell in enumerate(faults):
        text = text.replace(f"MARK{at}", cell)
    real.csv("events").write_text(text, encoding="utf-8")
    *quoting, last = real.validate().findings
    assert [(each.line, each.rule, each.found, each.position) for each in quoting] == [
        (at + 2, "quoting", found, starts[at] + behind) for at, (found, behind) in enumerate(faults.values())
    ]
    assert (last.line, last.rule, last.found) == (len(faults) + 2, "reference", "'no kind'")


def test_a_line_break_in_a_cell(real: Copy) -> None:
    line = set_cell(real, "events", 1, "note", "first\nsecond, with a comma\nthird")
    finding = only(real.validate())
    assert (finding.line, finding.rule, finding.found) == (line, "quoting", f"a cell that continues on line {line + 2}")


def test_bytes_that_are_not_utf8(real: Copy) -> None:
    line = set_cell(real, "actors", 2, "name", "Zoë")
    change_bytes(real, "actors", lambda raw: raw.replace("Zoë".encode(), "Zoë".encode("latin-1")))
    before = real.csv("actors").read_bytes().split(b"\n")[line - 1].index(b"\xeb")
    finding = only(real.validate())
    assert (file_of(finding), finding.line, finding.position) == ("actors.csv", line, before + 1)
    assert (finding.rule, finding.expected, finding.found) == ("encoding", "UTF-8", "byte 0xeb")


@pytest.mark.parametrize(
    ("change", "rule", "found"),
    [
        (lambda raw: b"\xef\xbb\xbf" + raw, "byte-order-mark", "U+FEFF"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), "line-ending", "{} lines that end with CRLF or CR"),
        (lambda raw: raw.replace(b"\n", b"\r"), "line-ending", "{} lines that end with CRLF or CR"),
    ],
    ids=["bom", "crlf", "cr"],
)
def test_other_bytes_for_the_same_rows(
    change: Callable[[bytes], bytes], rule: str, found: str, real: Copy, clean: Report
) -> None:
    """Told, since releases are compared byte by byte; but there is no doubt about the cells, so nothing is skipped."""
    change_bytes(real, "events", change)
    report = real.validate()
    finding = only(report)
    assert (file_of(finding), finding.line, finding.position, finding.rule) == ("events.csv", 1, 1, rule)
    assert finding.found == found.format(len(Copy(ROOT).rows("events")) + 1)
    assert "kursk-claims format" in finding.fix
    assert (report.rows, report.skipped) == (clean.rows, clean.skipped)


# Cells


WHOLE = "a whole number, digits only"
NUMBER = "a number, digits with at most one decimal point"
IN_INTEGER = "a whole number from -2147483648 to 2147483647"
PRINTABLE = "printable text"

CELLS = {
    "actors.note": {
        "a\0b": ("control-character", PRINTABLE, "NUL, U+0000"),
        "a\tb": ("control-character", PRINTABLE, "control character, U+0009"),
        "a\x1b[31mred": ("control-character", PRINTABLE, "control character, U+001B"),
        "a\x9b31mred": ("control-character", PRINTABLE, "control character, U+009B"),
        "a\rb": ("control-character", PRINTABLE, "control character, U+000D"),
        "Jo\u200be": ("control-character", PRINTABLE, "ZERO WIDTH SPACE, U+200B"),
        "\u202eeoJ": ("control-character", PRINTABLE, "RIGHT-TO-LEFT OVERRIDE, U+202E"),
        "Zoe\u0308": ("normal-form", "text in Unicode NFC", "'Zoe\u0308', not in NFC from character 3 on"),
        " Zoë": ("space", "no leading or trailing space", "' Zoë'"),
        "Zoë\u00a0": ("space", "no leading or trailing space", "'Zoë\\xa0'"),
    },
    "quantities.value": {
        "1,300": ("type", NUMBER, "'1,300'"),
        "1e3": ("type", NUMBER, "'1e3'"),
        "nan": ("type", NUMBER, "'nan'"),
        "inf": ("type", NUMBER, "'inf'"),
    },
    "evidence.char_end": {
        "76.0": ("type", WHOLE, "'76.0'"),
        "076": ("type", WHOLE, "'076'"),
        "٧٦": ("type", WHOLE, "'٧٦'"),
        "2147483648": ("type", IN_INTEGER, "'2147483648'"),
        "9" * 5000: ("type", IN_INTEGER, repr("9" * 5000)),
    },
    "passages.paragraph": {
        "1.5": ("type", WHOLE, "'1.5'"),
        "0": ("minimum", "at least 1", "'0'"),
    },
    "claims.occurred_earliest": {
        "2024-02-30": ("type", "a date that exists, as YYYY-MM-DD", "'2024-02-30'"),
        "27/08/2024": ("type", "a date as YYYY-MM-DD", "'27/08/2024'"),
        "2024-8-6": ("type", "a date as YYYY-MM-DD", "'2024-8-6'"),
    },
    "documents.held": {
        "TRUE": ("type", "true or false, in lower case", "'TRUE'"),
        "": ("required", "a value", "empty"),
    },
    "places.latitude": {"91": ("range", "a number from -90 to 90", "'91'")},
    "actors.kind": {"persn": ("reference", "a code that codes defines for actors.kind", "'persn' (did you mean 'person'?)")},
    "quantities.measure": {"area": ("reference", "a code that codes defines for quantities.measure", "'area'")},
    "claims.kind": {"quantty": ("allowed-values", "one of occurrence, state, ", "'quantty' (did you mean 'quantity'?)")},
    "claims.claim_id": {"clm-1": ("pattern", "like clm-001 (pattern ^clm-", "'clm-1'")},
    "claims.statement": {"It is so.": ("length", "10 to 300 characters", "'It is so.'")},
}


def test_each_invalid_cell_gives_one_finding_at_its_place(real: Copy) -> None:
    """No finding follows from another: a check that needs an invalid cell skips it."""
    expected = {}
    tables = {place.partition(".")[0]: real.rows(place.partition(".")[0]) for place in CELLS}
    for place, cells in CELLS.items():
        table, column = place.split(".")
        for row, (value, finding) in enumerate(cells.items()):
            assert tables[table][row][column] != value, "nothing would change"
            tables[table][row][column] = value
            expected[table, column, row + 2] = (value, *finding)
    for table, rows in tables.items():
        real.write(table, rows)
    report = real.validate()
    findings = {(finding.table, finding.column, finding.line): finding for finding in report.findings}
    assert len(report.findings) == len(expected)
    assert findings.keys() == expected.keys()
    for (table, column, line), (value, rule, words, actual) in expected.items():
        reported = findings[table, column, line]
        assert (reported.rule, reported.found, file_of(reported)) == (rule, shorten(actual, MAX_TEXT_LENGTH), f"{table}.csv")
        assert reported.expected.startswith(words)
        assert reported.fix
        text = real.csv(table).read_bytes().decode("utf-8").split("\n")[line - 1]
        before = (reported.position or 0) - 1
        assert text[before:].removeprefix('"').startswith(value)
        assert text[:before][-1:] in ("", ",")
    assert all(char.isprintable() or char == "\n" for char in render_text(report))


def test_what_needs_a_cell_at_fault_is_skipped_and_the_rest_is_not(real: Copy, clean: Report) -> None:
    before = {each.rule for each in clean.skipped}
    set_cell(real, "passages", 0, "paragraph", "1.5")
    report = real.validate()
    new = {each.rule: each.reason for each in report.skipped if each.rule not in before}
    assert "passages.paragraph has an invalid cell" in new["passage-numbering"]
    assert "evidence-inside-passage" not in new
    assert {rule for rule in new if not rule.startswith("passage-")} == set()


def test_a_rule_that_looks_at_single_rows_goes_on_with_the_others(real: Copy) -> None:
    rows = real.rows("quantities")
    rows[0]["low"] = "about 5"
    rows[1] |= {"low": "9999999", "comparator": "at_least", "bounds_basis": "hedge"}
    real.write("quantities", rows)
    findings = real.validate().findings
    assert (findings[0].line, findings[0].rule, findings[0].column) == (2, "type", "low")
    assert {(each.line, each.rule) for each in findings[1:]} >= {(3, "number-order"), (3, "hedge-bounds")}
    assert {each.line for each in findings[1:]} == {3}


# Keys and references


def test_an_id_with_a_typo(real: Copy) -> None:
    row = next(at for at, row in enumerate(real.rows("claim_actors")) if row["actor_id"] == "act-biden")
    line = set_cell(real, "claim_actors", row, "actor_id", "act-bidne")
    finding = only(real.validate())
    assert (file_of(finding), finding.line, finding.rule, finding.column) == ("claim_actors.csv", line, "reference", "actor_id")
    assert finding.position == len(real.rows("claim_actors")[row]["claim_id"]) + 2
    assert finding.expected.endswith("the actor_id of a row in actors")
    assert finding.found == "'act-bidne' (did you mean 'act-biden'?)"


def test_a_second_row_with_a_key_is_found_with_the_line_of_the_first(real: Copy) -> None:
    lines = {}
    for table in ("actors", "attributions", "claims", "evidence", "passages", "quantities"):
        rows = real.rows(table)
        real.write(table, [*rows, rows[1]])
        lines[f"{table}.csv"] = len(rows) + 2
    findings = real.validate().findings
    assert [(file_of(finding), finding.line, finding.rule) for finding in findings] == [
        (file, line, "key") for file, line in lines.items()
    ]
    for finding in findings:
        assert finding.found.endswith(", also in line 3")
        assert finding.key.startswith(finding.column.split(",")[0] + "=")


def test_a_key_given_to_another_row(real: Copy) -> None:
    """The row's own id is gone then: what points at it is not at fault."""
    rows = real.rows("evidence")
    line = set_cell(real, "evidence", 1, "evidence_id", rows[0]["evidence_id"])
    finding = only(real.validate())
    assert (finding.line, finding.rule, finding.found) == (line, "key", f"{rows[0]['evidence_id']}, also in line 2")


def test_an_actor_twice_in_a_chain(real: Copy) -> None:
    row = next(row for row in real.rows("attributions") if row["step"] == "2")
    publisher = next(each for each in real.rows("attributions") if each["claim_id"] == row["claim_id"])
    where = {"claim_id": row["claim_id"], "step": "2"}
    real.edit("attributions", where, actor_id=publisher["actor_id"], specificity=publisher["specificity"])
    finding = only(real.validate())
    assert (finding.rule, finding.column, finding.key) == ("chain-no-cycle", "actor_id", f"claim_id={row['claim_id']},step=2")
    assert finding.found == f"actor_id={publisher['actor_id']}"


def test_a_row_is_not_its_own_ancestor(real: Copy) -> None:
    tables = {"places": "place_id", "events": "event_id", "actors": "actor_id"}
    for table, key in tables.items():
        set_cell(real, table, 0, "parent_id", real.rows(table)[0][key])
    rules = ["place-acyclic", "event-acyclic", "actor-acyclic"]
    assert sorted(finding.rule for finding in real.validate().findings) == sorted(rules)
    for table, key in tables.items():
        rows = real.rows(table)
        child = next(row for row in rows[1:] if row["parent_id"] not in ("", rows[0][key]))
        parent = next(number for number, row in enumerate(rows) if row[key] == child["parent_id"])
        set_cell(real, table, 0, "parent_id", "")
        set_cell(real, table, parent, "parent_id", child[key])
    assert {finding.rule for finding in real.validate().findings} == set(rules)


def test_independent_faults_are_found_in_one_run_and_sorted(real: Copy) -> None:
    set_cell(real, "places", 1, "latitude", "north")
    set_cell(real, "actors", 3, "kind", "persn")
    set_cell(real, "actors", 1, "name", "")
    set_cell(real, "actors", 1, "note", " x")
    change_line(real, "retired", 1, lambda line: line.replace("version", "versoin"))
    findings = real.validate().findings
    assert [(file_of(each), each.line, each.rule) for each in findings] == [
        ("actors.csv", 3, "required"),
        ("actors.csv", 3, "space"),
        ("actors.csv", 5, "reference"),
        ("places.csv", 3, "type"),
        ("retired.csv", 1, "header"),
    ]


# Schemas


def change_schema(copy: Copy, name: str, old: str, new: str) -> None:
    path = copy.root / "schemas" / name
    text = path.read_text(encoding="utf-8")
    assert old in text, "nothing would change"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"- a\n- b\n", ":1:1: expected keys with values, found list"),
        (b"hello\n", ":1:1: expected keys with values, found str"),
        (b"", ":1:1: expected keys with values, found NoneType"),
        (b"title: [Claims\n", ":2:1: not YAML: "),
        (b"a: 1\na: 2\n", ":2:1: duplicate key 'a'; first at 1:1"),
        (b"a: &x 1\nb: *x\n", ":1:4: anchors and aliases are not allowed"),
        (b"a: 1\n---\nb: 1\n", ":2:1: not YAML: "),
        (b"a: !!python/object:os.system 1\n", ":1:4: not YAML: "),
        (b"1: a\n", ":1:1: expected a word as key, found 1"),
        (b"a: \xff\n", ": not YAML: invalid start byte"),
        (b"a: \0\n", ": not YAML: control characters are not allowed"),
        (b"[" * 3000 + b"]" * 3000, ": not YAML: "),
    ],
    ids=["list", "scalar", "empty", "broken", "doubled", "alias", "documents", "tag", "number", "utf8", "nul", "deep"],
)
def test_a_file_that_is_no_schema(content: bytes, words: str, real: Copy) -> None:
    path = real.root / "schemas" / "claims.yaml"
    path.write_bytes(content)
    with pytest.raises(ContractError) as error:
        load_contract(find_workspace(real.root).schemas)
    assert str(error.value).startswith(f"{path}{words}")


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("    isin: [occ", "    isin_: [occ", "isin_:", "columns.kind.isin_: unknown key (did you mean 'isin'?)"),
        ("title: Claims", "titel: Claims", "titel:", "titel: unknown key (did you mean 'title'?)"),
        ("references:", "refers:", "refers:", "columns.doc_id.metadata.refers: unknown key (did you mean 'references'?)"),
        ("dtype: String", "dtype: Text", "dtype: Text", "columns.claim_id.dtype: expected one of String, Date, Int32, "),
        ("dtype: String", "dtype: [String]", "dtype: [", "columns.claim_id.dtype: expected one of String, Date, Int32, "),
        ("documents.doc_id", "documents.title", "references:", "columns.doc_id.metadata.references: expected the key of a table"),
        ("documents.doc_id", "document.doc_id", "references:", "columns.doc_id.metadata.references: expected the key of a table"),
        ("events.event_id", "[events]", "references:", "columns.event_id.metadata.references: expected words, found ['events']"),
        (
            "    description: Identifier of the claim.\n",
            "",
            "claim_id:",
            "columns.claim_id.description: expected a value, found none",
        ),
        ("Identifier of the claim.", "7", "description: 7", "columns.claim_id.description: expected words, found 7"),
        (
            "[claim_id]",
            "[claimid]",
            "primary_key:",
            "metadata.primary_key: expected a list of columns of the table that are never",
        ),
        ("[claim_id]", "[claim_id, note]", "primary_key:", "metadata.primary_key: expected a list of columns of the table that"),
        (
            "[0-9]{3,}$",
            "[0-9{3,}$",
            "str_matches:",
            "columns.claim_id.str_matches: expected a regular expression from ^ to ",
        ),
        (
            "min_value: 10,",
            "min_value: x,",
            "str_length:",
            "columns.statement.str_length: expected min_value, max_value or",
        ),
        (
            "isin: [affirmed, ",
            "isin: [yes, ",
            "isin: [yes",
            "columns.polarity.isin: expected a list of different codes, ",
        ),
        (
            "dtype: Date\n",
            "dtype: Date\n    isin: [a]\n",
            "isin: [a]",
            "columns.occurred_earliest.isin: expected dtype String for this constraint, found Date",
        ),
        ("nullable: true", "nullable: maybe", "nullable: maybe", "columns.occurred_earliest.nullable: expected true or false, "),
        ("  note:\n", "  no te:\n", "no te:", "columns.no te: expected a name of small letters, digits and underscores"),
        ("name: claims", "name: claim", "name: claim", "name: expected 'claims', found 'claim'"),
        ("strict: true", "strict: false", "strict:", "strict: expected True, found False"),
    ],
    ids=lambda value: value.strip()[:24],
)
def test_a_fault_in_a_schema(old: str, new: str, at: str, words: str, real: Copy) -> None:
    change_schema(real, "claims.yaml", old, new)
    path = real.root / "schemas" / "claims.yaml"
    with pytest.raises(ContractError) as error:
        load_contract(find_workspace(real.root).schemas)
    message = str(error.value).removeprefix(f"{path}:")
    line, column, told = message.split(":", 2)
    assert told.startswith(f" {words}")
    assert path.read_text(encoding="utf-8").splitlines()[int(line) - 1][int(column) - 1 :].startswith(at)
    assert "\n" not in message


def test_a_wrong_reference_names_the_nearest(real: Copy) -> None:
    change_schema(real, "claims.yaml", "documents.doc_id", "document.doc_id")
    with pytest.raises(ContractError, match=r"found document\.doc_id \(did you mean 'documents\.doc_id'\?\)$"):
        load_contract(find_workspace(real.root).schemas)


RULE = "SELECT doc_id FROM documents WHERE held AND publisher_id IS NULL;"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("-- rule: document-used", "-- rule document-used", ":1: expected a line '-- rule: name' before the statement"),
        ("-- rule: actor-used", "-- rule: document-used", ":1: rule document-used: duplicate name; first in line "),
        ("severity: error", "sevrity: error", ":1: rule document-used: unknown key 'sevrity' (did you mean 'severity'?)"),
        (
            "-- says: Every document is held",
            "-- Every document is held",
            ": expected 'says' in the header, found none",
        ),
        ("table: documents", "table: document", ":1: rule document-used: unknown table 'document' (did you mean 'documents'?)"),
        ("columns: doc_id", "columns: docid", ":1: rule document-used: documents has no column 'docid' (did you mean 'doc_id'?)"),
        ("severity: error", "severity: grave", ":1: rule document-used: expected severity error or warning, found 'grave'"),
        ("error   scope: row", "error   scope: cell", ": expected scope row or table, found 'cell'"),
    ],
)
def test_a_fault_in_the_header_of_a_rule(old: str, new: str, words: str, real: Copy) -> None:
    change_schema(real, "rules.sql", old, new)
    with pytest.raises(ContractError) as error:
        _ = load_contract(find_workspace(real.root).schemas).rules
    assert str(error.value).startswith(f"{real.root / 'schemas' / 'rules.sql'}:")
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELEC doc_id FROM documents;", 'Parser Error: syntax error at or near "SELEC"'),
        ("SELECT 1; SELECT doc_id FROM documents;", "expected exactly one SELECT"),
        ("DELETE FROM documents;", "expected exactly one SELECT"),
        ("", "expected exactly one SELECT"),
        ("SELECT doc_id FROM docs;", "Catalog Error: Table with name docs does not exist!"),
        ("SELECT title FROM documents;", "expected the columns doc_id (and found), found title"),
        ("SELECT doc_id, title FROM documents;", "expected the columns doc_id (and found), found doc_id, title"),
    ],
)
def test_a_query_that_is_no_rule(query: str, words: str, real: Copy) -> None:
    change_schema(real, "rules.sql", RULE, query)
    with pytest.raises(ContractError, match=r"rules\.sql:\d+:1: rule held-published: ") as error:
        real.validate()
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ": No such file or directory. Add a file of rules."),
        (b"", ":1:1: expected at least one line '-- rule: name', found none"),
        (b"-- a\n-- \xff\n", ":2:1: expected UTF-8, found byte 0xff"),
    ],
    ids=["missing", "empty", "utf8"],
)
def test_a_file_that_holds_no_rules(content: bytes | None, words: str, real: Copy) -> None:
    path = real.root / "schemas" / "rules.sql"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ContractError) as error:
        real.validate()
    assert str(error.value).startswith(f"{path}{words}")


# Texts


def test_texts_that_cannot_be_used(call: Call, real: Copy, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "other.txt").write_text("Nothing of the sort.", encoding="utf-8")
    faults = {
        "missing.txt": "cannot be read: No such file or directory",
        "latin.txt": "expected UTF-8, found byte 0xe9 at byte 3",
        "other.txt": "expected the text of a held document (",
    }
    for name, words in faults.items():
        outcome = call("validate", "--workspace", real.root, "--text", tmp_path / name)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.splitlines()[-1].startswith(f"kursk-claims: {tmp_path / name}: {words}")


def test_a_text_is_given_once(call: Call, fiction: Copy) -> None:
    outcome = call("validate", "--workspace", fiction.root, "--text", fiction.text, "--text", fiction.text)
    assert outcome.code == 2
    assert "a second copy of doc-border-gazette-raid. Give one text per document." in outcome.err


def test_a_view_is_one_statement(call: Call, wells: Copy) -> None:
    views = wells.root / "schemas" / "views.sql"
    views.write_text("-- view: lone\n-- says: Nothing.\nCREATE VIEW lone AS SELECT 1; DROP TABLE wells;\n", encoding="utf-8")
    outcome = call("query", "--records", "--workspace", wells.root, "FROM lone")
    assert outcome.code == 2
    assert "views.sql:1:1: view lone: expected one statement, found 2." in outcome.err


def test_a_text_is_not_blamed_for_records_that_cannot_be_read(fiction: Copy) -> None:
    fiction.csv("documents").unlink()
    report = fiction.validate(fiction.text)
    assert only(report).rule == "file-missing"
    assert ("passage-digest", "documents could not be read completely") in [(each.rule, each.reason) for each in report.skipped]


def test_without_a_held_document_what_needs_a_text_is_skipped(real: Copy) -> None:
    for table in ("claims", "passages", "evidence", "exclusions", "quantities", "attributions", "claim_relations", "documents"):
        header = real.csv(table).read_text(encoding="utf-8").partition("\n")[0]
        real.csv(table).write_text(f"{header}\n", encoding="utf-8")
    reasons = {each.rule: each.reason for each in real.validate().skipped}
    assert reasons["passage-digest"] == reasons["document-digest"] == "no document is held"


# What is printed


def test_json(call: Call, real: Copy) -> None:
    line = set_cell(real, "actors", 1, "name", "a\x9b31m\x1b[31m\u202e")
    outcome = call("validate", "--workspace", real.root, "--format", "json")
    assert outcome.code == 1
    assert all(char.isprintable() or char == "\n" for char in outcome.out)
    report = json.loads(outcome.out)
    assert list(report) == ["summary", "contract", "findings", "hidden", "skipped", "notes"]
    assert set(report["summary"]) == {"tables", "rows", "rules_run", "skipped", "findings"}
    assert report["summary"]["findings"] == len(report["findings"]) == 1
    assert report["summary"]["skipped"] == len(report["skipped"])
    assert all(set(each) == {"rule", "reason"} for each in report["skipped"])
    assert "passage-digest" in [each["rule"] for each in report["skipped"]]
    finding = report["findings"][0]
    assert set(finding) == {
        *("rule", "file", "line", "position", "column", "key", "table", "severity", "expected", "found", "fix", "row"),
    }
    actor = real.rows("actors")[1]["actor_id"]
    assert (finding["line"], finding["position"], finding["column"]) == (line, len(actor) + 2, "name")
    assert (finding["table"], finding["severity"], finding["key"]) == ("actors", "error", f"actor_id={actor}")


def test_text_shows_no_escape_sequence(call: Call, real: Copy) -> None:
    set_cell(real, "actors", 1, "actor_id", "act-\x1b[31mred")
    change_line(real, "retired", 1, lambda line: line.replace("version", "\x1b[2Jversion"))
    outcome = call("validate", "--workspace", real.root)
    assert outcome.code == 1
    assert all(char.isprintable() or char == "\n" for char in outcome.out + outcome.err)
    assert "[actor_id=act-\\u001b[31mred]" in outcome.out
    assert "\\u001b[2Jversion" in outcome.out


def test_a_finding_in_text(call: Call, real: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(real.root)
    row = real.rows("claims")[0]
    set_cell(real, "claims", 0, "polarity", "affirmd")
    outcome = call("validate", "--quiet")
    lines = outcome.out.splitlines()
    text = real.csv("claims").read_text(encoding="utf-8").splitlines()[1]
    position = text.index(",affirmd,") + 2
    assert lines[:4] == [
        f"dataset/records/claims.csv:2:{position}: error allowed-values: polarity [claim_id={row['claim_id']}]",
        "  expected: one of affirmed, negated",
        "  found: 'affirmd' (did you mean 'affirmed'?)",
        "  fix: Use a code of the list.",
    ]
    assert lines[4].startswith("skipped ")
    assert lines[-1].endswith(" 1 finding")
    assert (outcome.code, outcome.err) == (1, "")


def test_an_unknown_format(call: Call, real: Copy) -> None:
    outcome = call("validate", "--workspace", real.root, "--format", "jsn")
    assert (outcome.code, outcome.out) == (2, "")
    assert "'--format' / '-f': 'jsn' is not one of 'text', 'json', " in outcome.err
