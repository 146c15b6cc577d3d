"""A release is complete or absent, never changes, and is refused for reasons that can be fixed."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kursk_claims.contract.loader import load_contract
from kursk_claims.errors import ReleaseError
from kursk_claims.release import build
from kursk_claims.release import publish as publishing
from kursk_claims.release.digests import verify_files
from kursk_claims.release.index import complete_index, read_index
from kursk_claims.release.manifest import read_manifest
from kursk_claims.release.publish import publish_release
from kursk_claims.workspace import find_workspace
from support import ROOT, WELLS, Call, Copy, build_once, copy_real_records

CHANGELOG = "# Changelog\n\n## Data\n\n{sections}\n## Code\n"
SECTION = "### [{version}] - 2026-01-02\n\n#### Changed\n\n- {words}\n\n"


def write_changelog(copy: Copy, *sections: tuple[str, str]) -> None:
    text = "".join(SECTION.format(version=version, words=words) for version, words in sections)
    (copy.root / "CHANGELOG.md").write_text(CHANGELOG.format(sections=text), encoding="utf-8")


def publish(copy: Copy, version: str) -> Path:
    report, folder = publish_release(find_workspace(copy.root), version, unverified=True)
    assert folder is not None, report.findings
    return folder


@pytest.fixture
def wells(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Copy:
    """The small workspace with release 1.0.0, and a changelog that mentions it alone."""

    def prepare(folder: Path) -> None:
        shutil.copytree(WELLS, folder)
        write_changelog(Copy(folder), ("1.0.0", "The first release."))
        publish(Copy(folder), "1.0.0")

    shutil.copytree(build_once(tmp_path_factory, "released-wells", prepare), tmp_path / "wells")
    return Copy(tmp_path / "wells")


@pytest.fixture
def claims(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Copy:
    """The real records with few rules, and their release 1.0.0."""

    def prepare(folder: Path) -> None:
        copy = copy_real_records(folder)
        copy.keep_rules("surface-value", "exclusion-is-numeral")
        shutil.copyfile(ROOT / "LICENSE-DATA", folder / "LICENSE-DATA")
        write_changelog(copy, ("1.0.0", "The first release."))
        publish(copy, "1.0.0")

    shutil.copytree(build_once(tmp_path_factory, "released-claims", prepare), tmp_path / "claims")
    return Copy(tmp_path / "claims")


def refusal(copy: Copy, version: str) -> str:
    """Return why a release is refused, which must leave nothing behind."""
    before = sorted(os.listdir(copy.root / "build"))
    with pytest.raises(ReleaseError) as refused:
        publish_release(find_workspace(copy.root), version, unverified=True)
    assert sorted(os.listdir(copy.root / "build")) == before
    return str(refused.value)


# The content of a release


def test_a_manifest_describes_every_file(claims: Copy) -> None:
    folder = claims.root / "build" / "1.0.0"
    manifest = read_manifest(folder)
    verify_files(folder, manifest)
    assert (manifest.version, manifest.date) == ("1.0.0", "2026-01-02")
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.count(": OK\n") == len(manifest.files) + 1
    listed = {file.path for file in manifest.files} | {"manifest.json", "SHA256SUMS"}
    assert listed == {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for table in manifest.tables:
        rows = pq.read_table(folder / table.file)
        assert rows.num_rows == table.rows
        assert [name for name, _ in table.columns] == rows.schema.names
    assert read_index(claims.root / "build").latest == "1.0.0"


def test_the_same_records_give_the_same_bytes(wells: Copy, tmp_path: Path) -> None:
    second = Copy(tmp_path / "second")
    shutil.copytree(wells.root, second.root, ignore=shutil.ignore_patterns("build"))
    publish(second, "1.0.0")
    files = [path.relative_to(wells.root) for path in (wells.root / "build").rglob("*") if path.is_file()]
    assert [path for path in files if (second.root / path).read_bytes() != (wells.root / path).read_bytes()] == []


def test_the_logical_digest_is_the_one_that_the_documentation_specifies() -> None:
    code = (ROOT / "docs" / "digests.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Callable[[Path], str]] = {}
    exec(code, names)
    folder = ROOT / "build" / "1.1.0"
    for table in read_manifest(folder).tables:
        assert names["logical_digest"](folder / table.file) == table.logical_digest, table.name


# Refusals


def test_an_existing_version_is_refused(wells: Copy) -> None:
    assert "never changes" in refusal(wells, "1.0.0")


def test_a_version_without_changes_in_the_changelog_is_refused(wells: Copy) -> None:
    assert "[1.0.1]" in refusal(wells, "1.0.1")
    write_changelog(wells, ("1.0.1", "x"))
    changelog = wells.root / "CHANGELOG.md"
    changelog.write_text(changelog.read_text(encoding="utf-8").replace("- x\n", ""), encoding="utf-8")
    assert "is empty" in refusal(wells, "1.0.1")


def test_a_version_without_changes_in_the_data_is_refused(wells: Copy) -> None:
    write_changelog(wells, ("1.0.1", "Nothing."))
    assert "nothing differs" in refusal(wells, "1.0.1")


def test_a_version_before_the_newest_is_refused(wells: Copy) -> None:
    write_changelog(wells, ("0.9.0", "Older."))
    assert "after 1.0.0" in refusal(wells, "0.9.0")


def test_records_with_errors_are_refused(wells: Copy, call: Call) -> None:
    write_changelog(wells, ("1.0.1", "Broken."))
    wells.edit("wells", {"well_id": "w1"}, latitude="91")
    outcome = call("release", "1.0.1", "--workspace", wells.root)
    assert outcome.code == 1
    assert "latitude" in outcome.out
    assert "nothing was published" in outcome.err
    assert sorted(os.listdir(wells.root / "build")) == [".gitattributes", "1.0.0", "index.json"]


# The step from one version to the next


def test_a_corrected_cell_requires_a_patch(wells: Copy) -> None:
    write_changelog(wells, ("1.0.1", "A latitude."))
    wells.edit("wells", {"well_id": "w1"}, latitude="12.25")
    publish(wells, "1.0.1")
    assert read_index(wells.root / "build").latest == "1.0.1"


def test_added_rows_require_a_minor_step(wells: Copy) -> None:
    write_changelog(wells, ("1.0.1", "A row."), ("1.1.0", "A row."))
    wells.add("wells", well_id="w3", latitude="12", longitude="7")
    assert "require a minor step" in refusal(wells, "1.0.1")
    publish(wells, "1.1.0")


def test_a_stricter_check_requires_a_major_step(wells: Copy) -> None:
    write_changelog(wells, ("1.1.0", "Stricter."))
    schema = wells.root / "schemas" / "wells.yaml"
    schema.write_text(schema.read_text(encoding="utf-8").replace("max_value: 90}", "max_value: 80}"), encoding="utf-8")
    assert "require a major step" in refusal(wells, "1.1.0")


def test_the_changelog_must_name_a_claim_whose_meaning_changes(claims: Copy) -> None:
    write_changelog(claims, ("1.0.1", "A correction."))
    claims.edit("claims", {"claim_id": "clm-013"}, polarity="affirmed")
    claims.edit("quantities", {"claim_id": "clm-038"}, value="595", surface="595")
    reasons = refusal(claims, "1.0.1")
    assert "clm-013: polarity was negated, is affirmed" in reasons
    assert "clm-038: number was 594 people, is 595 people" in reasons
    write_changelog(claims, ("1.0.1", "clm-013 and clm-038 are corrected."))
    publish(claims, "1.0.1")


def test_the_changelog_must_name_a_claim_whose_origin_changes(claims: Copy) -> None:
    write_changelog(claims, ("1.0.1", "A correction."))
    claims.edit("attributions", {"claim_id": "clm-041", "step": "1"}, actor_id="act-syrskyi")
    assert "clm-041: origin was Vyacheslav Gladkov, is Oleksandr Syrskyi" in refusal(claims, "1.0.1")


def test_a_removed_id_must_be_retired_and_is_never_used_again(claims: Copy) -> None:
    write_changelog(claims, ("2.0.0", "An exclusion less."))
    rows = claims.rows("exclusions")
    claims.write("exclusions", [row for row in rows if row["exclusion_id"] != "xcl-007"])
    assert "xcl-007 is gone from exclusions" in refusal(claims, "2.0.0")
    claims.add("retired", retired_id="xcl-007", table="exclusions", version="2.0.0", reason="It was no number after all.")
    publish(claims, "2.0.0")
    write_changelog(claims, ("2.1.0", "Used again."))
    claims.write("exclusions", rows)
    claims.write("retired", [], list(claims.rows("retired")[0]))
    assert "xcl-007 was retired and is used again" in refusal(claims, "2.1.0")


def test_an_id_that_is_used_for_another_claim_is_refused(claims: Copy) -> None:
    write_changelog(claims, ("1.0.1", "clm-040 says something else."))
    claims.edit("claims", {"claim_id": "clm-040"}, statement="Something quite different is said here.")
    other = next(row for row in claims.rows("evidence") if row["claim_id"] == "clm-042" and row["role"] == "content")
    moved = {name: other[name] for name in ("passage_id", "char_start", "char_end", "sha256")}
    claims.edit("evidence", {"claim_id": "clm-040", "role": "content"}, **moved)
    assert "clm-040 is another claim from another place" in refusal(claims, "1.0.1")


# Crashes

STEPS = ["write_tables", "write_metadata", "_copy_sources", "describe_tables", "list_files", "replace", "write_index"]


@pytest.fixture
def corrected(wells: Copy) -> Copy:
    """A workspace of which 1.0.1 can be published."""
    write_changelog(wells, ("1.0.1", "A latitude."))
    wells.edit("wells", {"well_id": "w1"}, latitude="12.25")
    return wells


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_leaves_no_release_or_a_complete_one(corrected: Copy, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    build_folder = corrected.root / "build"
    module = {"write_tables": build, "replace": os}.get(step, publishing)
    with monkeypatch.context() as patch:
        patch.setattr(module, step, crash)
        with pytest.raises(KeyboardInterrupt):
            publish(corrected, "1.0.1")
    names = {path.name for path in build_folder.iterdir() if not path.name.startswith(".")}
    assert names in ({"1.0.0", "index.json"}, {"1.0.0", "1.0.1", "index.json"})
    if "1.0.1" in names:
        verify_files(build_folder / "1.0.1", read_manifest(build_folder / "1.0.1"))
        complete_index(build_folder)
    else:
        publish(corrected, "1.0.1")
    assert read_index(build_folder).latest == "1.0.1"


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.5, 0.8, 1.1, 1.4, 1.7])
def test_a_killed_release_is_absent_or_complete(corrected: Copy, delay: float) -> None:
    command = [sys.executable, "-m", "kursk_claims", "release", "1.0.1"]
    process = subprocess.Popen(command, cwd=corrected.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    folder = corrected.root / "build" / "1.0.1"
    if folder.exists():
        verify_files(folder, read_manifest(folder))
    done = subprocess.run(command, cwd=corrected.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or "never changes" in done.stderr
    assert read_index(corrected.root / "build").latest == "1.0.1"


# diff


def test_diff_lists_changed_cells(corrected: Copy, call: Call) -> None:
    publish(corrected, "1.0.1")

    def diff(*args: str) -> tuple[int, str]:
        outcome = call("diff", "1.0.0", *args, "--workspace", corrected.root)
        return outcome.code, outcome.out

    body = json.loads(diff("1.0.1", "--format", "json")[1])
    assert body["step"] == "patch"
    assert [(cell["table"], cell["key"], cell["column"], cell["new"]) for cell in body["cells"]] == [
        ("wells", "well_id=w1", "latitude", "12.25")
    ]
    assert body["rows"]["wells"] == {"added": 0, "removed": 0, "changed": 1}
    text = diff("1.0.1")[1]
    assert "latitude was" in text
    assert text.rstrip().endswith("step: patch")
    markdown = diff("1.0.1", "--format", "markdown")[1]
    assert markdown.startswith("#### Changed\n\n- ")
    assert "- `wells` `well_id=w1`: `latitude` was" in markdown
    assert diff("1.0.0") == (0, "step: none\n")
    assert diff("1.9.9")[0] == 2
    assert diff("nowhere")[0] == 2


def test_diff_of_schemas_is_a_check_for_ci(call: Call, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "build" / "1.1.0" / "schemas", tmp_path / "schemas")
    schema = tmp_path / "schemas" / "claims.yaml"
    text = schema.read_text(encoding="utf-8")

    def diff(codes: str, fail_on: str) -> tuple[int, str]:
        schema.write_text(text.replace("isin: [affirmed, negated]", f"isin: [{codes}]"), encoding="utf-8")
        outcome = call("diff", "1.1.0", tmp_path / "schemas", "--fail-on", fail_on, "--workspace", ROOT)
        return outcome.code, outcome.out

    code, out = diff("affirmed, negated, open", "major")
    assert (code, "codes added: open" in out) == (0, True)
    assert diff("affirmed, negated, open", "minor")[0] == 1
    assert diff("affirmed", "major")[0] == 1


def test_diff_says_each_thing_once(call: Call, wells: Copy, tmp_path: Path) -> None:
    old = shutil.copytree(wells.root, tmp_path / "old")
    schema = wells.root / "schemas" / "wells.yaml"
    text = schema.read_text(encoding="utf-8")
    schema.write_text(re.sub("(?m)^(    description: )(.)", r"\1Anew, \2", text), encoding="utf-8")
    wells.edit("wells", {"well_id": "w1"}, latitude="13.5", longitude="8.25")
    out = call("diff", old, wells.root, "--workspace", wells.root).out
    columns = load_contract(wells.root / "schemas").tables["wells"].column_names
    (described,) = [line for line in out.splitlines() if "described anew" in line]
    assert described == f"patch  wells: {len(columns)} columns described anew: {', '.join(columns)}"
    (row,) = [line for line in out.splitlines() if "well_id=w1" in line]
    assert (row.count("latitude was"), row.count("longitude was")) == (1, 1)


def test_diff_names_a_code_list_that_was_opened(call: Call) -> None:
    out = call("diff", "1.1.0", ROOT, "--workspace", ROOT).out
    assert "major  places: column kind: any code of this field in codes is allowed now\n" in out
    assert "column kind: check" not in out
    assert "column kind: code list" not in out


@pytest.mark.parametrize("name", ["manifest.json", "wells.parquet", "index.json"])
def test_a_disk_that_cannot_be_read_is_not_the_fault_of_the_data(
    name: str, call: Call, wells: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def fail(path: object, *args: int, **options: int) -> int:
        if str(path).endswith(name):
            raise OSError(errno.EIO, "Input/output error", str(path))
        return opened(path, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", fail)
    outcome = call("verify", "--workspace", wells.root)
    monkeypatch.undo()
    assert outcome.code == 2
    assert "Input/output error" in outcome.err
