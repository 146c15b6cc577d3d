"""Whatever the schemas, the manifest, a finding or a statement hold: an answer, or an error for people.

The CSV reader's harness is in test_blocks.py. `--hypothesis-profile=long` tries each 2,000 times.
"""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.database.query import run_query
from kursk_claims.database.render import render_result as render_answer
from kursk_claims.errors import ContractError, ManifestError, QueryError
from kursk_claims.release.manifest import MANIFEST_NAME, read_manifest
from kursk_claims.release.source import open_source
from kursk_claims.report.formats import render_report
from kursk_claims.report.model import Finding, Report, Skipped
from kursk_claims.workspace import find_workspace
from support import FICTION, ROOT

SCHEMA = (ROOT / "schemas" / "quantities.yaml").read_text(encoding="utf-8")
MANIFEST = (ROOT / "build" / "1.1.0" / "manifest.json").read_text(encoding="utf-8")
WORDS = st.text(st.characters(codec="utf-8"), max_size=30)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS
VALUES = st.recursive(PLAIN, lambda each: st.lists(each, max_size=3) | st.dictionaries(WORDS, each, max_size=3), max_leaves=6)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to everything in nested mappings and lists."""
    yield at
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(each, (*at, key))


@st.composite
def spoiled(draw: st.DrawFn, sound: Any) -> Any:
    """Nested values of which one is replaced by something, lost, or given another name."""
    body = json.loads(json.dumps(sound))
    *way, last = draw(st.sampled_from([at for at in places(sound) if at]))
    inside = body
    for key in way:
        inside = inside[key]
    match draw(st.sampled_from(["replaced", "replaced", "lost", "renamed"])):
        case "lost":
            del inside[last]
        case "renamed" if isinstance(inside, dict):
            inside[draw(WORDS)] = inside.pop(last)
        case _:
            inside[last] = draw(VALUES)
    return body


@st.composite
def torn(draw: st.DrawFn, sound: str) -> str:
    """A text in which a piece is replaced by a few characters."""
    start = draw(st.integers(0, len(sound)))
    inside = draw(st.sampled_from([*"{}[]:,&*!|>'\"#%@\t\n\0", "- ", "? ", "<<: *a", "\u2028", "\ud800"]) | WORDS)
    return sound[:start] + inside + sound[start + draw(st.integers(0, 40)) :]


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(FICTION / "schemas", tmp_path_factory.mktemp("fuzz") / "schemas"))


@given(text=torn(SCHEMA) | spoiled(yaml.safe_load(SCHEMA)).map(lambda body: yaml.safe_dump(body, allow_unicode=True)))
def test_a_schema_is_read_or_refused_with_its_place(text: str, schemas: Path) -> None:
    path = schemas / "quantities.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    said = str(schemas)
    try:
        assert isinstance(load_contract(schemas), Contract)
    except ContractError as error:
        said = str(error)
    assert said.startswith(str(schemas))


@given(text=torn(MANIFEST) | spoiled(json.loads(MANIFEST)).map(json.dumps))
def test_a_manifest_is_read_or_refused(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / MANIFEST_NAME
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            read = read_manifest(Path(folder))
        except ManifestError:
            return
    names = [*(file.path for file in read.files), *(table.file for table in read.tables)]
    assert not [name for name in names if name.startswith("/") or ".." in name.split("/")]


FORGED = ["::error file=x::y", "##[group]", "%0A", "]]>", "<b>", "\x1b[2J", "\u202e", "\r\n::debug::"]


def findings() -> st.SearchStrategy[Finding]:
    words = st.text(max_size=30) | st.sampled_from(FORGED)
    number = st.none() | st.integers(1, 10**9)
    names = ("rule", "file", "expected", "found", "fix", "table", "column", "key")
    severity = st.sampled_from(["error", "warning"])
    return st.builds(Finding, **dict.fromkeys(names, words), severity=severity, line=number, position=number, row=number)


@given(st.lists(findings(), max_size=4), st.lists(st.builds(Skipped, st.text(), st.text()), max_size=2))
def test_a_report_can_be_written_in_every_form(found: list[Finding], skipped: list[Skipped]) -> None:
    report = Report(1, 2, 3, found, skipped)
    listed = len(found)
    text = render_report(report, "text").decode()
    assert len(text.splitlines()) == 4 * listed + len({each.reason for each in skipped}) + 1
    assert all(json.loads(line) for line in render_report(report, "jsonl").splitlines())
    assert len(json.loads(render_report(report, "json"))["findings"]) == listed
    assert len(json.loads(render_report(report, "sarif"))["runs"][0].get("results", [])) == listed
    assert len(ET.fromstring(render_report(report, "junit")).findall(".//failure")) <= listed
    commands = [line for line in render_report(report, "github").decode().split("\n") if line.startswith("::")]
    assert len(commands) <= listed + 1
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands)
    for form in ("text", "github"):
        assert render_report(report, form).decode().replace("\n", "").isprintable()
    assert render_report(report, "parquet").startswith(b"PAR1")


FRAGMENTS = r"""
SELECT; FROM; WHERE; UNION ALL; WITH x AS (; COPY; TO 'out.csv'; DELETE; INSERT INTO; RETURNING *; CREATE TABLE y AS
ATTACH 'y.db'; SET threads = 1
 PRAGMA; CALL; EXPLAIN; ANALYZE; DROP; BEGIN; COMMIT; ROLLBACK; getenv('HOME'); NULL::INT; 1; claims; said
numbers; range(3); glob('*'); read_text('/etc/hostname'); x; duckdb_settings(); 'a.csv'; (; ); ,; *; '; "; $$; --; /*; */
"""
PIECES = [*(piece.strip() for piece in FRAGMENTS.replace("\n", ";").split(";") if piece.strip()), ";", "\n", "\0", "é", "\ud800"]
STATEMENTS = st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join) | st.text(max_size=40)


@pytest.fixture(scope="module")
def guarded() -> duckdb.DuckDBPyConnection:
    return open_source(find_workspace(FICTION), records=True).connection


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
@example(sql="WITH x AS (DELETE FROM claims RETURNING *) SELECT * FROM x")
@given(sql=STATEMENTS)
def test_a_statement_is_answered_or_refused(sql: str, guarded: duckdb.DuckDBPyConnection) -> None:
    try:
        answer = run_query(guarded, sql)
        render_answer(answer, "table")
    except QueryError:
        pass
    assert guarded.execute("SELECT count(*) FROM claims").fetchall() == [(17,)]
    assert not [*Path.cwd().iterdir()]
