"""The functions of `import kursk_claims`."""

from __future__ import annotations

import doctest
import importlib
import os
import subprocess
import sys
import typing
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest

import kursk_claims as kc
from kursk_claims.errors import FindingsError, MissingPackageError, WorkspaceError
from kursk_claims.release.publish import publish_release
from kursk_claims.workspace import find_workspace
from support import LATEST, ROOT, Copy

VERSION = LATEST
SECTION = "# Changelog\n\n## Data\n\n### [{version}] - 2026-01-02\n\n#### Changed\n\n- {words}\n\n{others}"
ABOUT = {"version": VERSION, "license": "CC-BY-4.0"}


def test_only_public_names_are_listed() -> None:
    names = ["__version__", "check", "cite", "connect", "describe", "load", "schema", "table", "tables"]
    assert dir(kc) == sorted(kc.__all__) == names
    assert all(getattr(kc, name).__doc__ for name in names if name != "__version__")
    with pytest.raises(AttributeError, match="has no attribute 'tabels'"):
        _ = kc.tabels  # type: ignore[attr-defined]


def test_the_docstring_of_the_package_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert doctest.testmod(kc).failed == 0


def test_importing_is_light_and_tables_is_a_function_whatever_is_imported() -> None:
    code = (
        "import sys, kursk_claims as kc\n"
        "assert not {'duckdb', 'polars', 'pyarrow', 'yaml'} & set(sys.modules)\n"
        "import kursk_claims.tables.csv_reader, kursk_claims.checks.check\n"
        "assert callable(kc.tables)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_tables_lists_tables_and_views_with_their_rows() -> None:
    listed = kc.tables(workspace=ROOT)
    rows = {row["name"]: row for row in listed}
    assert (rows["claims"]["kind"], rows["claims"]["rows"], rows["said"]["kind"]) == ("table", 52, "view")
    assert listed.columns == ["name", "kind", "rows", "meaning"]
    assert (len(listed[:2]), listed[0]) == (2, rows["actors"])
    text = repr(listed)
    assert max(map(len, text.splitlines())) <= 80
    assert text.startswith("name ")
    assert "<td>claims</td><td>table</td><td>52</td>" in listed._repr_html_()


def test_describe_explains_columns_and_codes() -> None:
    described = kc.describe("claims", workspace=ROOT)
    assert [row["column"] for row in described.columns] == kc.load("claims", "arrow", workspace=ROOT).column_names
    assert {row["code"] for row in described.codes} >= {"affirmed", "negated"}
    assert repr(described).startswith("claims: ")
    assert "<td>affirmed</td>" in described._repr_html_()
    assert len(kc.describe("said.origin", workspace=ROOT).columns) == 1


@pytest.mark.parametrize(("name", "message"), [("clams", "did you mean 'claims'"), ("said.nothing", "no column 'nothing'")])
def test_an_unknown_name_is_not_described(name: str, message: str) -> None:
    with pytest.raises(KeyError, match=message):
        kc.describe(name, workspace=ROOT)


def test_markup_in_the_data_is_shown_as_text(wells: Copy) -> None:
    schema = wells.root / "schemas" / "wells.yaml"
    text = schema.read_text(encoding="utf-8")
    schema.write_text(text.replace("description: ", "description: <script>alert(1)</script> ", 1), encoding="utf-8")
    html = kc.tables(workspace=wells.root)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_table_is_loaded_for_each_library() -> None:
    frame = kc.load("claims", "polars", workspace=ROOT)
    assert isinstance(frame, pl.DataFrame)
    assert frame.height == 52
    assert frame["claim_id"].is_sorted()
    arrow = kc.load("claims", "arrow", workspace=ROOT)
    metadata = {name.decode(): value.decode() for name, value in (arrow.schema.metadata or {}).items()}
    assert metadata.items() >= ABOUT.items()
    assert f"version {VERSION}" in metadata["citation"]
    assert (arrow.schema.field("claim_id").metadata or {})[b"description"]
    assert pl.DataFrame(arrow).equals(frame)
    relation = kc.load("claims", "duckdb", workspace=ROOT)
    assert isinstance(relation, duckdb.DuckDBPyRelation)
    assert relation.filter("polarity = 'negated'").fetchall()
    rows = kc.load("claims", "rows", workspace=ROOT)
    assert rows == frame.to_dicts()
    assert rows.attrs.items() >= ABOUT.items()


def test_a_relation_lasts_and_takes_part_in_queries_of_another_database() -> None:
    said = kc.load("said", "duckdb", workspace=ROOT)
    other = duckdb.connect()
    other.register("said", said.to_arrow_table())
    assert other.sql("SELECT count(*) FROM said").fetchall() == [(52,)]


def test_parquet_has_the_types_that_are_loaded() -> None:
    import pyarrow.parquet as pq

    for row in kc.tables(workspace=ROOT):
        name = row["name"]
        assert pq.read_table(ROOT / "build" / VERSION / f"{name}.parquet") == kc.table(name, workspace=ROOT), name


def test_the_default_is_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(kc.load("claims", workspace=ROOT), pl.DataFrame)
    monkeypatch.setitem(sys.modules, "polars", None)
    assert isinstance(kc.load("claims", workspace=ROOT), pa.Table)
    with pytest.raises(MissingPackageError, match=r"needs polars.*pip install 'kursk-claims\[check\]'"):
        kc.load("claims", "polars", workspace=ROOT)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert isinstance(kc.load("claims", workspace=ROOT), list)
    with pytest.raises(MissingPackageError, match=r"needs pandas.*: pip install pandas$"):
        kc.load("claims", "pandas", workspace=ROOT)


PANDAS = """
import pandas, ibis, kursk_claims as kc
frame = kc.load("quantities", "pandas")
assert isinstance(frame, pandas.DataFrame) and len(frame) == 7
assert frame.attrs["version"] and frame.attrs["license"] and frame.attrs["version"] in frame.attrs["citation"]
said = kc.load("said", "arrow")
assert ibis.memtable(said).count().execute() == 52
assert ibis.duckdb.from_connection(kc.connect(trusted=True)).table("said").count().execute() == 52
assert said.to_pandas().equals(kc.load("said", "arrow").to_pandas())
"""


@pytest.mark.skipif(
    "KURSK_CLAIMS_PANDAS_PYTHON" not in os.environ, reason="KURSK_CLAIMS_PANDAS_PYTHON names no environment with pandas"
)
def test_pandas_and_ibis_read_what_is_loaded() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([os.environ["KURSK_CLAIMS_PANDAS_PYTHON"], "-c", PANDAS], check=True, cwd=ROOT, env=environment)


def test_wrong_names_are_refused() -> None:
    with pytest.raises(KeyError, match="did you mean 'claims'"):
        kc.load("clams", workspace=ROOT)
    with pytest.raises(ValueError, match="expected one of polars, pandas, arrow, duckdb, rows; found 'excel'"):
        kc.load("claims", "excel", workspace=ROOT)  # type: ignore[call-overload]
    with pytest.raises(WorkspaceError, match=r"no release 9\.9\.9"):
        kc.load("claims", release="9.9.9", workspace=ROOT)


def test_one_release_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = importlib.import_module("kursk_claims.api.opened")
    opened._open.cache_clear()
    for row in kc.tables(workspace=ROOT):
        kc.load(row["name"], workspace=ROOT)
        kc.describe(row["name"], workspace=ROOT)
    assert opened._open.cache_info().misses == 1


def publish(wells: Copy, version: str, words: str) -> None:
    """Publish the records of a workspace; `words` are the entries of its changelog."""
    changelog = wells.root / "CHANGELOG.md"
    others = changelog.read_text(encoding="utf-8").partition("## Data\n\n")[2] if version != "1.0.0" else ""
    changelog.write_text(SECTION.format(version=version, words=words, others=others), encoding="utf-8")
    report, folder = publish_release(find_workspace(wells.root), version, unverified=True)
    assert folder is not None, report.findings


def test_changed_records_and_new_releases_are_read_again(wells: Copy) -> None:
    root = wells.root

    def latitudes(release: str | None = None, *, records: bool = False) -> list[float]:
        return [row["latitude"] for row in kc.load("wells", "rows", release=release, records=records, workspace=root)]

    assert latitudes(records=True) == [12.5, 13]
    wells.edit("wells", {"well_id": "w1"}, latitude="14.5")
    assert latitudes(records=True) == [14.5, 13]
    publish(wells, "1.0.0", "The first release.")
    assert latitudes() == [14.5, 13]
    assert kc.cite(workspace=root).startswith("@misc{wells-1.0.0,")
    wells.edit("wells", {"well_id": "w1"}, latitude="15.5")
    publish(wells, "1.0.1", "w1 has moved.")
    assert (latitudes(), latitudes("1.0.0")) == ([15.5, 13], [14.5, 13])
    wells.edit("wells", {"well_id": "w1"}, latitude="16.5")
    assert latitudes() == [15.5, 13]


def test_a_citation_names_the_version() -> None:
    entry = kc.cite(workspace=ROOT)
    assert entry.startswith(f"@misc{{kursk-claims-{VERSION},\n  author ")
    assert f"  version = {{{VERSION}}},\n" in entry
    title = "kursk-claims: claims of a news article on the Kursk incursion"
    assert kc.cite("apa", workspace=ROOT) == f"The kursk-claims authors. (2026). {title} (Version {VERSION}) [Data set]."
    assert "(Version 1.0.0)" in kc.cite("apa", "1.0.0", workspace=ROOT)
    assert "(unreleased records)" in kc.cite("apa", records=True, workspace=ROOT)
    with pytest.raises(ValueError, match="expected bibtex or apa, found 'mla'"):
        kc.cite("mla", workspace=ROOT)  # type: ignore[arg-type]


def test_signs_of_latex_are_escaped(wells: Copy) -> None:
    path = wells.root / "dataset" / "dataset.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith(("title:", "authors:"))]
    path.write_text("\n".join([*lines, "title: '50 % of A_B & {C}'", "authors: [Smith & Sons, B. Jones]", ""]), encoding="utf-8")
    entry = kc.cite(records=True, workspace=wells.root)
    assert r"{{50 \% of A\_B \& \{C\}}}" in entry
    assert r"{{Smith \& Sons} and {B. Jones}}" in entry
    assert kc.cite("apa", records=True, workspace=wells.root).startswith("Smith & Sons, & B. Jones. (n.d.). 50 % of A_B & {C} (")


def test_a_report_prints_briefly_and_becomes_a_frame() -> None:
    claims = kc.load("claims", "polars", workspace=ROOT)
    report = kc.check(claims, table="claims", workspace=ROOT)
    assert repr(report) == f"<Report: {report.summary()}>"
    report.raise_for_errors()
    assert report.to_frame().is_empty()
    wrong = kc.check(claims.with_columns(polarity=pl.lit("affirmd")), table="claims", max_findings=20, workspace=ROOT)
    frame = wrong.to_frame()
    assert frame["count"].sum() == 52
    assert frame.filter(pl.col("file").is_not_null())["found"].unique().to_list() == ["'affirmd' (did you mean 'affirmed'?)"]
    with pytest.raises(FindingsError, match=r"(?s)52 findings\n.*expected: one of affirmed.*\nand 42 more errors$") as caught:
        wrong.raise_for_errors()
    assert caught.value.exit_code == 1


def test_the_signatures_are_complete(tmp_path: Path) -> None:
    """A type checker knows what each call returns."""
    script = tmp_path / "typed.py"
    script.write_text(
        "import kursk_claims as kc\n"
        "reveal_type(kc.load('said', 'duckdb'))\nreveal_type(kc.load('said', 'rows'))\nreveal_type(kc.load('said', 'polars'))\n"
        "reveal_type(kc.tables()[0])\nreveal_type(kc.check('claims.csv').to_frame())\nreveal_type(kc.cite())\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    notes = [line.rpartition('"')[0].rpartition('"')[2] for line in done.stdout.splitlines() if "note: Revealed" in line]
    revealed = [note.rpartition(".")[2] for note in notes]
    assert revealed == ["DuckDBPyRelation", "Rows", "DataFrame", "dict[str, Any]", "DataFrame", "str"], done.stdout
    assert typing.get_type_hints(kc.cite)["return"] is str
