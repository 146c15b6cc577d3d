"""What files, cells, schemas and statements of strangers do to a terminal, a CI log, Markdown and reports."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import markdown_it
import pytest

from kursk_claims.cli.streams import _Log
from kursk_claims.database.repl import _open_history
from kursk_claims.escaping import code_span, escape_markdown, neutralize_workflow_commands
from support import WELLS, Call, Copy, markdown_cells

LINE_ENDS = {"LF": "\n", "CR": "\r", "VT": "\v", "FF": "\f", "FS": "\x1c", "NEL": "\x85", "LS": "\u2028", "PS": "\u2029"}
ANY_LINE_END = re.compile("|".join(["\r\n", *LINE_ENDS.values()]))
COMMANDS = [
    "::error::forged",
    " \t::error file=a::forged",
    "##[error]forged",
    "::stop-commands::forged",
    "\u3000::add-mask::forged",
]


def forged_lines(output: str) -> list[str]:
    """Return the lines that a reader of a log would take for ours, and those that GitHub's runner would take for commands."""
    lines = ANY_LINE_END.split(output)
    return [line for line in lines if re.match(r"\s*::", line) or "##[" in line or line.startswith("forged")]


# Messages on standard error


def file_name(wells: Copy, hostile: str) -> list[str | Path]:
    path = wells.root / f"{hostile}.csv"
    path.write_text("well_id\n", encoding="utf-8")
    return ["check", path]


def folder_name(wells: Copy, hostile: str) -> list[str | Path]:
    (wells.root / hostile).mkdir()
    return ["validate", "-w", wells.root / hostile]


def table_name(wells: Copy, hostile: str) -> list[str | Path]:
    return ["check", wells.csv("wells"), "--table", hostile]


def known_table(wells: Copy, hostile: str) -> list[str | Path]:
    (wells.root / "schemas" / f"{hostile}.yaml").write_text((wells.root / "schemas" / "wells.yaml").read_text(encoding="utf-8"))
    return ["check", wells.csv("wells"), "--table", "nothing"]


def yaml_key(wells: Copy, hostile: str) -> list[str | Path]:
    path = wells.root / "schemas" / "wells.yaml"
    path.write_text(path.read_text(encoding="utf-8") + f"{json.dumps(hostile)}: 1\n", encoding="utf-8")
    return ["validate"]


def yaml_value(wells: Copy, hostile: str) -> list[str | Path]:
    path = wells.root / "schemas" / "wells.yaml"
    text = path.read_text(encoding="utf-8").replace("dtype: String", f"dtype: {json.dumps(hostile)}")
    path.write_text(text, encoding="utf-8")
    return ["validate"]


def rule_header(wells: Copy, hostile: str) -> list[str | Path]:
    path = wells.root / "schemas" / "rules.sql"
    path.write_bytes(path.read_bytes().replace(b"table: wells", f"table: {hostile}".encode()))
    return ["validate"]


def rule_error(wells: Copy, hostile: str) -> list[str | Path]:
    path = wells.root / "schemas" / "rules.sql"
    path.write_bytes(path.read_bytes().replace(b"latitude < 0", f"error('{hostile}')".encode()))
    return ["validate"]


def rule_column(wells: Copy, hostile: str) -> list[str | Path]:
    path = wells.root / "schemas" / "rules.sql"
    path.write_bytes(path.read_bytes().replace(b"AS found FROM", f'AS "{hostile}" FROM'.encode()))
    return ["validate"]


def view_error(wells: Copy, hostile: str) -> list[str | Path]:
    path = wells.root / "schemas" / "views.sql"
    path.write_bytes(path.read_bytes().replace(b"latitude DESC", f'"{hostile}"'.encode()))
    return ["query", "FROM northernmost"]


def statement(wells: Copy, hostile: str) -> list[str | Path]:
    return ["query", f'SELECT\n"{hostile}" FROM wells']


def query_error(wells: Copy, hostile: str) -> list[str | Path]:
    return ["query", f"SELECT error('{hostile}')"]


def query_cell(wells: Copy, hostile: str) -> list[str | Path]:
    wells.edit("wells", {"well_id": "w1"}, well_id=hostile)
    return ["query", "SELECT well_id::INT FROM wells"]


def csv_header(wells: Copy, hostile: str) -> list[str | Path]:
    path = wells.csv("wells")
    path.write_bytes(path.read_bytes().replace(b"latitude", f'"{hostile}"'.encode()))
    return ["query", "FROM wells"]


def release_name(wells: Copy, hostile: str) -> list[str | Path]:
    return ["query", "FROM wells", "--release", hostile]


def contract_name(wells: Copy, hostile: str) -> list[str | Path]:
    return ["check", wells.csv("wells"), "--contract", hostile]


def output_folder(wells: Copy, hostile: str) -> list[str | Path]:
    return ["validate", "--output", wells.root / hostile / "report"]


def option(wells: Copy, hostile: str) -> list[str | Path]:
    return ["validate", f"--{hostile}"]


def command_name(wells: Copy, hostile: str) -> list[str | Path]:
    return [hostile]


def changelog(wells: Copy, hostile: str) -> list[str | Path]:
    (wells.root / "CHANGELOG.md").write_bytes(f"## Data\n\n### [1.0.0] - {hostile}\n\n- x\n".encode())
    return ["release", "1.0.0"]


def text_file(wells: Copy, hostile: str) -> list[str | Path]:
    return ["curate", "locate", wells.root / hostile, "words"]


def export_target(wells: Copy, hostile: str) -> list[str | Path]:
    return ["export", wells.root / f"{hostile}.docx"]


PLACES: list[Callable[[Copy, str], list[str | Path]]] = [
    *(file_name, folder_name, table_name, known_table, yaml_key, yaml_value, rule_header, rule_error, rule_column, view_error),
    *(statement, query_error, query_cell, csv_header, release_name, contract_name, output_folder, option, command_name),
    *(changelog, text_file, export_target),
]


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_a_message_has_no_line_of_a_stranger(
    place: Callable[[Copy, str], list[str | Path]], end: str, wells: Copy, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that a message quotes stays in its line, on GitHub and elsewhere."""
    monkeypatch.chdir(wells.root)
    command = place(wells, LINE_ENDS[end].join(["x", "forged", "::error::forged", "##[error]forged"]))
    outcome = call(*command)
    assert outcome.code in (1, 2)
    assert outcome.err or outcome.out
    shown = outcome.out + outcome.err
    assert [line for line in forged_lines(shown) if "##[" not in line] == []
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    outcome = call(*command)
    ours = r"::(error|warning) (file=[^:]*,line=\d+,col=\d+,)?title=[^:]*::"
    assert [line for line in forged_lines(outcome.out + outcome.err) if not re.match(ours, line)] == []


def test_an_error_of_sql_still_shows_its_place(call: Call) -> None:
    outcome = call("query", "SELECT 1,\n  nope FROM wells", "-q", "-w", WELLS)
    assert outcome.err.splitlines()[1:] == ["LINE 2:   nope FROM wells", "          ^^^^"]


# Standard output in a CI log


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl", "markdown"])
@pytest.mark.parametrize("hostile", COMMANDS)
@pytest.mark.parametrize("end", LINE_ENDS)
def test_a_query_prints_no_command(
    form: str, hostile: str, end: str, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    words = f"{hostile}{LINE_ENDS[end]}{hostile}"
    statement = f"SELECT '{words}' AS \"{words}\", ['{words}'] AS more"
    outcome = call("query", statement, "-f", form, "-w", WELLS)
    assert outcome.code == 0
    assert [line for line in forged_lines(outcome.out + outcome.err) if "::" in line or "##[" in line] == []
    if form == "json":
        assert json.loads(outcome.out)[0][words] == words, "as data it is what it was"
    if form == "csv":
        monkeypatch.delenv("GITHUB_ACTIONS")
        exact = call("query", f"SELECT '{hostile}' AS a", "-f", "csv", "-w", WELLS).out
        assert exact == f"a\n{hostile}\n", "elsewhere every byte is kept"


@pytest.mark.parametrize("pieces", [["::err", "or::x\n"], [":", ":error::x\n"], ["a\n", "::error::x", "\n"], ["##", "[error]x"]])
def test_a_command_in_pieces_is_none(pieces: list[str], tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        log = _Log(file, encoding="utf-8")
        for piece in pieces:
            assert log.write(piece) == len(piece)
        log.close()
    written = (tmp_path / "log").read_text(encoding="utf-8")
    assert forged_lines(written) == []
    assert written.replace("\\u003a", ":").replace("\\u0023", "#") == "".join(pieces)


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize("hostile", COMMANDS)
def test_a_command_after_any_line_end_is_none(hostile: str, end: str) -> None:
    assert forged_lines(neutralize_workflow_commands(f"x{LINE_ENDS[end]}{hostile}")) == []


# A terminal

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u2066x\x08\x7f\u200b"
SQL_ESCAPES = "||".join(f"chr({ord(char)})" for char in ESCAPES)


def show_on_terminal(root: Path, *args: str | Path) -> str:
    """Run a command on a pseudo-terminal and return what the terminal got."""
    side, other = pty.openpty()
    command = [sys.executable, "-m", "kursk_claims", *map(str, args)]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    process = subprocess.Popen(
        command, stdin=other, stdout=other, stderr=other, cwd=root, env=environment, start_new_session=True
    )
    os.close(other)
    seen = b""
    while select.select([side], [], [], 60)[0]:
        try:
            part = os.read(side, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        seen += part
    os.close(side)
    assert process.wait(60) in (0, 1, 2)
    return seen.decode("utf-8", "backslashreplace")


def control_characters(shown: str) -> set[str]:
    """Return what could control the terminal; a table on a terminal may mark words of ours in reverse video."""
    return {char for char in shown.replace("\r\n", "").replace("\n", "") if not char.isprintable()}


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl", "markdown"])
@pytest.mark.parametrize(
    "statement",
    [
        f"SELECT {SQL_ESCAPES} AS a, [{SQL_ESCAPES}] AS b, {{'k': {SQL_ESCAPES}}} AS c",
        f'SELECT 1 AS "{ESCAPES}"',
        f"SELECT error({SQL_ESCAPES})",
        f'SELECT "{ESCAPES}" FROM wells',
    ],
    ids=["cells", "column", "error", "unknown"],
)
def test_no_query_controls_a_terminal(form: str, statement: str, wells: Copy) -> None:
    shown = show_on_terminal(wells.root, "query", statement, "-f", form)
    assert "u001b" in shown
    assert control_characters(shown) == set()


@pytest.mark.parametrize(
    "command",
    [
        ["validate"],
        ["check", "dataset/records", "-q"],  # without a progress bar
        ["check", "dataset/records", "-q", "-f", "github"],
        ["query", "FROM wells", "-f", "csv"],
        ["describe"],
        ["describe", "wells"],
        ["describe", "wells", "-f", "csv"],
        ["diff", "old", ".", "-f", "text"],
        ["diff", "old", ".", "-f", "markdown"],
        ["format"],
    ],
    ids=" ".join,
)
def test_no_file_of_a_stranger_controls_a_terminal(command: list[str], wells: Copy) -> None:
    old = wells.root / "old"
    (old / "dataset").mkdir(parents=True)
    for folder in ("schemas", "dataset/records"):
        subprocess.run(["cp", "-r", wells.root / folder, old / folder], check=True)
    wells.edit("wells", {"well_id": "w1"}, well_id=f"w1{ESCAPES}")
    path = wells.root / "schemas" / "wells.yaml"
    text = path.read_text(encoding="utf-8").replace("Identifier of the well.", json.dumps(f"Identifier {ESCAPES}."))
    path.write_text(text, encoding="utf-8")
    assert control_characters(show_on_terminal(wells.root, *command)) == set()


def test_only_its_owner_reads_the_history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = tmp_path / "kursk-claims" / "history"
    for _ in range(2):
        _open_history().append_string("SELECT 'a secret'")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)  # as an older version left it


# Markdown

MARKDOWN = [
    *("<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<b>x</b>", "<!-- x", "<a href='https://evil.example'>x</a>"),
    *("[a](https://evil.example)", "![a](https://evil.example/x.png)", "[a][b]", "[a]: https://evil.example", "[^1]", "[x]"),
    *("https://evil.example", "http://evil.example/a_b_c", "www.evil.example", "evil.example", "mailto:a@evil.example"),
    *("a@evil.example", "<https://evil.example>", "//evil.example", "ftp://evil.example", "xmpp:a@evil.example"),
    *("@everyone", "@owner/team", "text @user text", "#1", "owner/name#1", "GH-1", "gh-12"),
    *("*a*", "**a**", "_a_", "__a__", "~~a~~", "~a~", "`a`", "``a``", "`", "```", "$a$", "$$a$$", "==a==", "^a^"),
    *("a|b", "\\|", "\\\\|", "|", "a\\", "\\", "&amp;", "&#64;everyone", "&lt;b&gt;", "\\*a\\*", "\\<b>"),
    *("# a", "> a", "- a", "+ a", "1. a", "1) a", "---", "===", "    a", "{{ 7*7 }}", "{% x %}", ":smile:"),
    *("a\n\n# b", "a\n| b | c |", "a\r- b", "a<br>b", "a  \nb", "\ta", "\u202egnp", "\x1b[31m"),
]


def references(text: str) -> list[str]:
    """Return what GitHub links in the text that a reader sees, between the places where a comment interrupts it."""
    html = markdown_it.MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text)
    pieces = re.split(r"<[^>]*>", html)
    return [found for piece in pieces for found in re.findall(r"@\w+|#\d+|\bGH-\d+", piece, re.IGNORECASE)]


def literal(words: str) -> str:
    """What a reader should see: the words, with control characters as codes."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in words).strip()


@pytest.mark.parametrize("words", MARKDOWN)
def test_markdown_of_a_query_shows_cells_literally(words: str, call: Call) -> None:
    quoted = words.replace("'", "''")
    name = words.replace('"', '""')
    outcome = call("query", f"SELECT '{quoted}' AS \"{name}\", 'b' AS y", "-f", "markdown", "-w", WELLS)
    assert outcome.code == 0
    assert markdown_cells(outcome.out) == [literal(words), "y", literal(words), "b"]
    assert references(outcome.out) == []


@pytest.mark.parametrize("words", MARKDOWN)
def test_markdown_of_a_difference_shows_cells_literally(words: str, wells: Copy, call: Call, tmp_path: Path) -> None:
    old = tmp_path / "old"
    subprocess.run(["cp", "-r", wells.root, old], check=True)
    schema = wells.root / "schemas" / "wells.yaml"
    for root, latitude in ((old, "1"), (wells.root, "2")):
        copy = Copy(root)
        copy.edit("wells", {"well_id": "w1"}, well_id=f"w {words}", latitude=latitude)
        copy.add("wells", well_id=f"{latitude} {words}", latitude="1", longitude="1")
    schema.write_text(schema.read_text(encoding="utf-8").replace("title: Latitude", f"title: {json.dumps(words)}"))
    outcome = call("diff", old, wells.root, "-f", "markdown", "-w", wells.root)
    if "\r" in words:  # which DuckDB does not read in a file with other line ends
        assert (outcome.code, "Traceback" in outcome.err) == (1, False)
        return
    assert outcome.code == 0
    tokens = markdown_it.MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(outcome.out)
    parts = [part for token in tokens for part in token.children or [] if part.content != "<!---->"]
    assert {part.type for part in parts} <= {"text", "code_inline"}
    assert {token.tag for token in tokens} <= {"h4", "ul", "li", "p", ""}
    codes = [part.content for part in parts if part.type == "code_inline"]
    assert any(literal(f"2 {words}").removeprefix("2 ") in code for code in codes)
    outside = re.sub(r"(`+).*?\1", "", outcome.out)
    assert references(outside) == []


@pytest.mark.parametrize("words", [words for words in MARKDOWN if "\n" not in words])
def test_a_step_summary_shows_cells_literally(words: str, wells: Copy, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = wells.root / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    wells.edit("wells", {"well_id": "w1"}, well_id=words)
    call("validate", "-w", wells.root, "-q")
    text = summary.read_text(encoding="utf-8")
    cells = markdown_cells(text)
    assert any(literal(words) in cell or repr(words)[1:-1] in cell for cell in cells)
    assert references(text) == []


@pytest.mark.parametrize("words", ["`", "``", "a`b", "```a``", "` `", "`a"])
def test_a_code_span_cannot_be_left(words: str) -> None:
    tokens = markdown_it.MarkdownIt("commonmark").parse(f"{code_span(words)} <b>")
    codes = [part.content for token in tokens for part in token.children or [] if part.type == "code_inline"]
    assert [code.strip() for code in codes] == [words.strip()]


def test_plain_words_stay_as_they_are() -> None:
    assert escape_markdown("Київ 12 wells") == "Київ 12 wells"


# Reports with hostile names and long cells

NAMES = [
    *("[x](javascript:alert(1))", "<img src=x>", "a&b", "a#b?c", "javascript:alert(1)", "x..%2f..%2fetc", "a b", "a\tb", "a\nb"),
    *("é\u202egnp", "-rf", "C:\\x", "a'b\"c", "data:text,x", "%00", "\\\\host\\x", "http:", "vbscript:x", "a\u2028b"),
]


@pytest.mark.parametrize("name", NAMES)
def test_an_address_in_sarif_has_no_scheme(name: str, wells: Copy, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(wells.root)
    folder = wells.root / "wells"
    folder.mkdir()
    (folder / f"{name}.csv").write_text("well_id,latitude,longitude\nw1,x,1\n", encoding="utf-8")
    wells.csv("wells").rename(wells.root / "wells.csv")
    for path in ("wells", f"wells/{name}.csv"):
        outcome = call("check", path, "-f", "sarif")
        assert outcome.code == 1, outcome.err
        (run,) = json.loads(outcome.out)["runs"]
        (uri,) = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]}
        assert unquote(uri) == f"wells/{name}.csv"
        assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri)


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "github", "sarif", "junit", "parquet"])
def test_long_cells_make_no_long_report(
    form: str, wells: Copy, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = "".join(f"w{number}{'k' * 200_000},{'5' * 200_000}x,1\n" for number in range(60))
    wells.csv("wells").write_text(f"well_id,latitude,longitude\n{rows}", encoding="utf-8")
    schema = wells.root / "schemas" / "wells.yaml"
    schema.write_text(schema.read_text(encoding="utf-8").replace("Latitude in", "x" * 100_000 + " in"), encoding="utf-8")
    report, summary = tmp_path / "report", tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    outcome = call("check", wells.csv("wells"), "-w", wells.root, "-f", form, "-o", report, "--max-findings", "1000")
    assert outcome.code == 1
    assert report.stat().st_size < 10**6
    assert summary.stat().st_size < 10**6
    assert len(outcome.err) < 10**5
    if form == "json":
        found = [finding["found"] for finding in json.loads(report.read_text(encoding="utf-8"))["findings"]]
        assert any(re.search(r"k+ … \d+ characters … k+", each) for each in found)
    if form == "junit":
        assert ET.fromstring(report.read_bytes()).tag == "testsuites"
