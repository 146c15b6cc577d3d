"""A release is complete or absent, never changes, and is refused for reasons that can be fixed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kursk_claims.errors import ReleaseError
from kursk_claims.release import build
from kursk_claims.release import publish as publishing
from kursk_claims.release.digests import verify_files
from kursk_claims.release.index import complete_index, read_index
from kursk_claims.release.manifest import read_manifest
from kursk_claims.release.publish import publish_release
from kursk_claims.workspace import find_workspace
from support import ROOT, Copy, Run

CHANGELOG = "# Changelog\n\n## Data\n\n{sections}\n## Code\n"
SECTION = "### [{version}] - 2026-01-02\n\n#### Changed\n\n- {words}\n\n"


def log(copy: Copy, *sections: tuple[str, str]) -> None:
    text = "".join(SECTION.format(version=version, words=words) for version, words in sections)
    (copy.root / "CHANGELOG.md").write_text(CHANGELOG.format(sections=text), encoding="utf-8")


def publish(copy: Copy, version: str) -> Path:
    report, folder = publish_release(find_workspace(copy.root), version)
    assert folder is not None, report.findings
    return folder


@pytest.fixture(scope="session")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("released") / "real"
    for folder in ("dataset", "schemas"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copyfile(ROOT / "LICENSE-DATA", root / "LICENSE-DATA")
    log(Copy(root), ("1.0.0", "The first release."))
    publish(Copy(root), "1.0.0")
    return root


@pytest.fixture
def released(first_release: Path, tmp_path: Path) -> Copy:
    """A workspace with release 1.0.0."""
    shutil.copytree(first_release, tmp_path / "real")
    return Copy(tmp_path / "real")


def refusal(copy: Copy, version: str) -> str:
    before = sorted(path.name for path in (copy.root / "build").iterdir())
    with pytest.raises(ReleaseError) as refused:
        publish_release(find_workspace(copy.root), version)
    assert sorted(path.name for path in (copy.root / "build").iterdir()) == before
    return str(refused.value)


def test_a_release_proves_what_it_holds(released: Copy) -> None:
    folder = released.root / "build" / "1.0.0"
    read = read_manifest(folder)
    verify_files(folder, read)
    assert (read.version, read.date) == ("1.0.0", "2026-01-02")
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.count(": OK\n") == len(read.files) + 1
    listed = {file.path for file in read.files} | {"manifest.json", "SHA256SUMS"}
    assert listed == {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for table in read.tables:
        rows = pq.read_table(folder / table.file)
        assert rows.num_rows == table.rows
        assert [name for name, _ in table.columns] == rows.schema.names
    index = read_index(released.root / "build")
    assert index.latest == "1.0.0"


def test_the_same_records_give_the_same_bytes(released: Copy, tmp_path: Path) -> None:
    again = Copy(tmp_path / "again")
    shutil.copytree(released.root, again.root, ignore=shutil.ignore_patterns("build"))
    publish(again, "1.0.0")
    for one in (released.root / "build").rglob("*"):
        if one.is_file():
            assert (again.root / "build" / one.relative_to(released.root / "build")).read_bytes() == one.read_bytes(), one.name


def test_the_logical_digest_is_the_one_that_the_docs_specify(released: Copy) -> None:
    code = (ROOT / "docs" / "digests.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Callable[[Path], str]] = {}
    exec(code, names)
    folder = released.root / "build" / "1.0.0"
    for table in read_manifest(folder).tables:
        assert names["logical_digest"](folder / table.file) == table.logical_digest, table.name


def test_an_existing_version_is_refused(released: Copy) -> None:
    assert "never changes" in refusal(released, "1.0.0")


def test_a_missing_section_is_refused(released: Copy) -> None:
    assert "[1.0.1]" in refusal(released, "1.0.1")


def test_an_empty_section_is_refused(released: Copy) -> None:
    log(released, ("1.0.1", "x"))
    changelog = released.root / "CHANGELOG.md"
    changelog.write_text(changelog.read_text(encoding="utf-8").replace("- x\n", ""), encoding="utf-8")
    assert "is empty" in refusal(released, "1.0.1")


def test_nothing_new_is_refused(released: Copy) -> None:
    log(released, ("1.0.1", "Nothing."))
    assert "nothing differs" in refusal(released, "1.0.1")


def test_an_older_version_is_refused(released: Copy) -> None:
    log(released, ("0.9.0", "Older."))
    assert "after 1.0.0" in refusal(released, "0.9.0")


def test_errors_in_the_records_are_refused(released: Copy, run: Run) -> None:
    log(released, ("1.0.1", "Broken."))
    released.edit("claims", {"claim_id": "clm-001"}, polarity="affirm")
    done = run("release", "1.0.1", "--workspace", released.root)
    assert done.returncode == 1
    assert "allowed-values" in done.stdout
    assert "nothing was published" in done.stderr
    assert sorted(os.listdir(released.root / "build")) == ["1.0.0", "index.json"]


def test_a_corrected_note_is_a_patch(released: Copy) -> None:
    log(released, ("1.0.1", "A note."))
    released.edit("claims", {"claim_id": "clm-001"}, note="Another note.")
    publish(released, "1.0.1")
    assert read_index(released.root / "build").latest == "1.0.1"


def test_added_rows_demand_a_minor_step(released: Copy) -> None:
    log(released, ("1.0.1", "A row."), ("1.1.0", "A row."))
    released.add("claim_objects", claim_id="clm-044", object="tank", role="topic")
    released.write("claim_objects", sorted(released.rows("claim_objects"), key=lambda row: tuple(row.values())))
    assert "require a minor step" in refusal(released, "1.0.1")
    publish(released, "1.1.0")


def test_a_stricter_check_demands_a_major_step(released: Copy) -> None:
    log(released, ("1.1.0", "Stricter."))
    schema = released.root / "schemas" / "claims.yaml"
    schema.write_text(schema.read_text(encoding="utf-8").replace("max_value: 300", "max_value: 250"), encoding="utf-8")
    assert "require a major step" in refusal(released, "1.1.0")


def test_a_claim_that_says_something_else_must_be_named(released: Copy) -> None:
    log(released, ("1.0.1", "A correction."))
    released.edit("claims", {"claim_id": "clm-013"}, polarity="affirmed")
    released.edit("quantities", {"claim_id": "clm-038"}, value="595", surface="595")
    reasons = refusal(released, "1.0.1")
    assert "clm-013: polarity was negated, is affirmed" in reasons
    assert "clm-038: number was 594 people, is 595 people" in reasons
    log(released, ("1.0.1", "clm-013 and clm-038 are corrected."))
    publish(released, "1.0.1")


def test_a_corrected_origin_must_be_named(released: Copy) -> None:
    log(released, ("1.0.1", "A correction."))
    released.edit("attributions", {"claim_id": "clm-034", "step": "0"}, commitment="uncommitted")
    released.edit("attributions", {"claim_id": "clm-041", "step": "1"}, actor_id="act-syrskyi")
    released.edit("attributions", {"claim_id": "clm-034", "step": "0"}, commitment="certain")
    assert "clm-041: origin was Vyacheslav Gladkov, is Oleksandr Syrskyi" in refusal(released, "1.0.1")


def test_an_id_that_is_gone_must_be_retired(released: Copy) -> None:
    log(released, ("2.0.0", "An exclusion less."))
    rows = released.rows("exclusions")
    released.write("exclusions", [row for row in rows if row["exclusion_id"] != "xcl-007"])
    assert "xcl-007 is gone from exclusions" in refusal(released, "2.0.0")
    released.add("retired", retired_id="xcl-007", table="exclusions", version="2.0.0", reason="It was no number after all.")
    publish(released, "2.0.0")
    log(released, ("2.1.0", "Used again."))
    released.write("exclusions", rows)
    released.write("retired", [], list(released.rows("retired")[0]))
    assert "xcl-007 was retired and is used again" in refusal(released, "2.1.0")


def test_an_id_used_for_another_claim_is_refused(released: Copy) -> None:
    log(released, ("1.0.1", "clm-040 says something else."))
    released.edit("claims", {"claim_id": "clm-040"}, statement="Something quite different is said here.")
    other = next(row for row in released.rows("evidence") if row["claim_id"] == "clm-042" and row["role"] == "content")
    moved = {name: other[name] for name in ("passage_id", "char_start", "char_end", "sha256")}
    released.edit("evidence", {"claim_id": "clm-040", "role": "content"}, **moved)
    assert "clm-040 is another claim from another place" in refusal(released, "1.0.1")


STEPS = ["write_tables", "write_metadata", "_copy_sources", "describe_tables", "list_files", "replace", "write_index"]


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_leaves_none_or_the_whole(released: Copy, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    log(released, ("1.0.1", "A note."))
    released.edit("claims", {"claim_id": "clm-001"}, note="Another note.")

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    module = {"write_tables": build, "replace": os}.get(step, publishing)
    with monkeypatch.context() as patch:
        patch.setattr(module, step, crash)
        with pytest.raises(KeyboardInterrupt):
            publish(released, "1.0.1")
    there = {path.name for path in (released.root / "build").iterdir() if not path.name.startswith(".")}
    assert there in ({"1.0.0", "index.json"}, {"1.0.0", "1.0.1", "index.json"})
    if "1.0.1" in there:
        verify_files(released.root / "build" / "1.0.1", read_manifest(released.root / "build" / "1.0.1"))
        complete_index(released.root / "build")
    else:
        publish(released, "1.0.1")
    assert read_index(released.root / "build").latest == "1.0.1"


@pytest.mark.parametrize("delay", [0.5, 0.8, 1.1, 1.4, 1.7])
def test_killed_at_any_moment(released: Copy, delay: float) -> None:
    log(released, ("1.0.1", "A note."))
    released.edit("claims", {"claim_id": "clm-001"}, note="Another note.")
    command = [sys.executable, "-m", "kursk_claims", "release", "1.0.1"]
    process = subprocess.Popen(command, cwd=released.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    folder = released.root / "build" / "1.0.1"
    if folder.exists():
        verify_files(folder, read_manifest(folder))
    done = subprocess.run(command, cwd=released.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or "never changes" in done.stderr
    assert read_index(released.root / "build").latest == "1.0.1"


def test_diff(released: Copy, run: Run) -> None:
    log(released, ("1.0.1", "A note."))
    released.edit("claims", {"claim_id": "clm-001"}, note="Another note.")
    publish(released, "1.0.1")
    done = run("diff", "1.0.0", "1.0.1", "--format", "json", cwd=released.root)
    body = json.loads(done.stdout)
    assert body["step"] == "patch"
    assert [(cell["table"], cell["key"], cell["column"], cell["new"]) for cell in body["cells"]] == [
        ("claims", "claim_id=clm-001", "note", "Another note.")
    ]
    assert body["rows"]["claims"] == {"added": 0, "removed": 0, "changed": 1}
    text = run("diff", "1.0.0", "1.0.1", cwd=released.root)
    assert "note was" in text.stdout
    assert text.stdout.rstrip().endswith("step: patch")
    back = run("diff", "1.0.1", "1.0.1", cwd=released.root)
    assert back.stdout == "step: none\n"
    assert (
        "- `claims` `claim_id=clm-001`: `note` was" in run("diff", "1.0.0", "1.0.1", "-f", "markdown", cwd=released.root).stdout
    )
    assert run("diff", "1.0.0", "1.9.9", cwd=released.root).returncode == 2
    assert run("diff", "1.0.0", "nowhere", cwd=released.root).returncode == 2


def test_diff_of_schemas_is_a_check_for_ci(released: Copy, run: Run, tmp_path: Path) -> None:
    shutil.copytree(released.root / "schemas", tmp_path / "schemas")
    schema = tmp_path / "schemas" / "claims.yaml"
    text = schema.read_text(encoding="utf-8")
    schema.write_text(text.replace("isin: [affirmed, negated]", "isin: [affirmed, negated, open]"), encoding="utf-8")
    grown = run("diff", "1.0.0", tmp_path / "schemas", "--fail-on", "major", cwd=released.root)
    assert (grown.returncode, "codes added: open" in grown.stdout) == (0, True)
    assert run("diff", "1.0.0", tmp_path / "schemas", "--fail-on", "minor", cwd=released.root).returncode == 1
    schema.write_text(text.replace("isin: [affirmed, negated]", "isin: [affirmed]"), encoding="utf-8")
    assert run("diff", "1.0.0", tmp_path / "schemas", "--fail-on", "major", cwd=released.root).returncode == 1
