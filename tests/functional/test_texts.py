"""Texts come from files, from folders or from the workspace's settings; what was not compared with them is not published."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from support import ROOT, Call, Copy

GAZETTE = "doc-border-gazette-raid"
NOT_COMPARED = "its offsets and digests were not compared with its text. Add it with --text FILE, or allow this with --unverified"


@pytest.fixture
def harbour(tmp_path: Path) -> Copy:
    """The records of two articles, whose texts are in a folder of their own, with other files."""
    shutil.copytree(ROOT / "tests" / "harbour", tmp_path / "harbour", ignore=shutil.ignore_patterns("schemas"))
    (tmp_path / "texts").mkdir()
    for path in (tmp_path / "harbour").glob("*.txt"):
        path.rename(tmp_path / "texts" / path.name)
    return Copy(tmp_path / "harbour")


@pytest.fixture
def texts(harbour: Copy) -> Path:
    return harbour.root.parent / "texts"


def test_the_texts_of_a_folder_are_matched(harbour: Copy, texts: Path, call: Call) -> None:
    (texts / "notes.txt").write_text("Nothing of the sort.", encoding="utf-8")
    (texts / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (texts / ".hidden").write_bytes(b"\xff")
    outcome = call("validate", "-w", harbour.root, "--text", texts)
    assert outcome.code == 0, outcome.out
    assert outcome.out.endswith(" 0 skipped, 0 findings\n")
    assert f"{texts / 'notes.txt'}: not the text of a held document\n" in outcome.out
    assert f"{texts / 'picture.png'}: expected " in outcome.out
    assert ".hidden" not in outcome.out


@pytest.mark.parametrize("name", ["a copy.txt", "z copy.txt"])
def test_the_exact_one_of_two_copies_is_taken(name: str, harbour: Copy, texts: Path, call: Call) -> None:
    letter = texts / "quay-letter.en.txt"
    (texts / name).write_text("Menu\n\n" + letter.read_text(encoding="utf-8"), encoding="utf-8")
    outcome = call("validate", "-w", harbour.root, "--text", texts)
    assert outcome.out.endswith(" 0 skipped, 0 findings\n")
    assert f"{letter}: the text of doc-quay-letter-storm, with the offsets of the records\n" in outcome.out
    assert f"{texts / name}: a second copy of doc-quay-letter-storm, not used; {letter} is, which has the offsets" in outcome.out


def test_a_named_file_precedes_a_folder(harbour: Copy, texts: Path, call: Call) -> None:
    copy = harbour.root / "copy.txt"
    copy.write_text("Menu\n\n" + (texts / "quay-letter.en.txt").read_text(encoding="utf-8"), encoding="utf-8")
    outcome = call("validate", "-w", harbour.root, "--text", texts, "--text", copy)
    assert f"{copy}: another copy of doc-quay-letter-storm" in outcome.out
    assert f"{texts / 'quay-letter.en.txt'}: a second copy of doc-quay-letter-storm, not used; {copy} is\n" in outcome.out


def test_the_settings_name_the_texts(harbour: Copy, texts: Path, call: Call, tmp_path: Path) -> None:
    (harbour.root / ".kursk-claims.toml").write_text('texts = "../texts"\n', encoding="utf-8")
    said = f"texts: {harbour.root / '../texts'} (.kursk-claims.toml)\n"
    outcome = call("validate", "-w", harbour.root)
    assert outcome.out.endswith(" 0 skipped, 0 findings\n")
    assert said in outcome.err
    outcome = call("show", "clm-018", "-w", harbour.root)
    assert said in outcome.err
    assert "[[" in outcome.out
    outcome = call("export", tmp_path / "claims.conllup", "--format", "conll", "-w", harbour.root)
    assert outcome.code == 0
    assert said in outcome.err
    assert call("export", tmp_path / "tables", "-w", harbour.root).code == 0, "tables hold no text"
    outcome = call("release", "1.1.0", "-w", harbour.root)
    assert outcome.code == 0
    assert said in outcome.err
    outcome = call("validate", "-w", harbour.root, "--text", texts / "quay-letter.en.txt")
    assert ".kursk-claims.toml" not in outcome.err


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("texts = ", "expected TOML: "),
        ("text = 'x'", "unknown key 'text' (did you mean 'texts'?)"),
        ("texts = 3", "texts: expected a path or a list of paths, found 3"),
        ("texts = ['']", "texts: expected a path or a list of paths, found ['']"),
        ("texts = 'nowhere'", "texts: no such file or folder: "),
    ],
)
def test_settings_that_cannot_be_used(content: str, problem: str, harbour: Copy, call: Call) -> None:
    (harbour.root / ".kursk-claims.toml").write_text(content, encoding="utf-8")
    outcome = call("validate", "-w", harbour.root)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"{harbour.root / '.kursk-claims.toml'}: {problem}" in outcome.err


def test_show_with_the_text_of_another_document(harbour: Copy, texts: Path, call: Call) -> None:
    herald = texts / "harbour-herald.uk.txt"
    outcome = call("show", "clm-018", "-w", harbour.root, "--text", herald)
    assert outcome.code == 0
    assert "[[" not in outcome.out
    assert (
        "the words of clm-018 stand in doc-quay-letter-storm, whose text is not among those given: "
        f"{herald} is that of doc-harbour-herald-storm\n"
    ) in outcome.err
    herald.unlink()
    (texts / "quay-letter.en.txt").unlink()
    assert "is not among those given: none was found\n" in call("show", "clm-018", "-w", harbour.root, "--text", texts).err


def test_a_digest_that_is_not_recorded_is_printed(fiction: Copy, call: Call) -> None:
    sha256 = next(row["text_sha256"] for row in fiction.rows("documents") if row["doc_id"] == GAZETTE)
    length = next(row["text_length"] for row in fiction.rows("documents") if row["doc_id"] == GAZETTE)
    fiction.edit("documents", {"doc_id": GAZETTE}, text_sha256="", text_length="")
    advice = (
        f"{fiction.text}: if this is the text of {GAZETTE}, enter in documents.csv: text_sha256 {sha256}, text_length {length}"
    )
    outcome = call("validate", "-w", fiction.root, "--text", fiction.text)
    assert outcome.code == 1
    assert "held-anchored" in outcome.out
    assert advice in outcome.out.splitlines()
    for table in ("passages", "evidence", "exclusions"):
        header = fiction.csv(table).read_text(encoding="utf-8").partition("\n")[0]
        fiction.csv(table).write_text(f"{header}\n", encoding="utf-8")
    outcome = call("validate", "-w", fiction.root, "--text", fiction.text)
    assert outcome.code == 1
    assert advice in outcome.out.splitlines()
    assert f"because the text of {GAZETTE} is not known by a digest" in outcome.out


def read_manifest(release: Path) -> dict[str, object]:
    value: dict[str, object] = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    return value


def test_a_release_of_unverified_anchors_is_refused_or_says_so(harbour: Copy, texts: Path, call: Call) -> None:
    letter = texts / "quay-letter.en.txt"
    outcome = call("release", "1.1.0", "-q", "-w", harbour.root)
    assert outcome.code == 1
    assert outcome.err.count(NOT_COMPARED) == 2
    assert not (harbour.root / "build").exists()
    outcome = call("release", "1.1.0", "-q", "-w", harbour.root, "--text", letter)
    assert outcome.code == 1
    assert f"  doc-harbour-herald-storm: {NOT_COMPARED}" in outcome.err
    assert outcome.err.count(NOT_COMPARED) == 1
    assert call("release", "1.1.0", "-q", "-w", harbour.root, "--text", letter, "--unverified").code == 0
    assert read_manifest(harbour.root / "build" / "1.1.0")["unverified"] == ["doc-harbour-herald-storm"]
    outcome = call("verify", "-w", harbour.root)
    assert outcome.code == 0
    assert "1.1.0: the anchors of doc-harbour-herald-storm were not compared with its text\n" in outcome.err


def test_a_copy_with_other_offsets_verifies_no_anchor(fiction: Copy, call: Call) -> None:
    text = fiction.text.read_text(encoding="utf-8")
    fiction.text.write_text("Menu\n\n" + text, encoding="utf-8")
    outcome = call("release", "1.0.0", "-q", "-w", fiction.root, "--text", fiction.text)
    assert outcome.code == 1
    assert f"{GAZETTE}: {NOT_COMPARED}" in outcome.err


def test_a_release_says_that_all_anchors_were_compared(fiction: Copy, call: Call) -> None:
    assert call("release", "1.0.0", "-q", "-w", fiction.root, "--text", fiction.text).code == 0
    release = fiction.root / "build" / "1.0.0"
    assert read_manifest(release)["unverified"] == []
    assert call("verify", "-q", "-w", fiction.root).code == 0
    raw = read_manifest(release)
    del raw["unverified"]  # as in releases before
    (release / "manifest.json").write_text(json.dumps(raw, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    digest = hashlib.sha256((release / "manifest.json").read_bytes()).hexdigest()
    sums = (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    lines = [f"{digest}  manifest.json" if line.endswith("  manifest.json") else line for line in sums]
    (release / "SHA256SUMS").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert call("verify", "-q", release, "-w", fiction.root).code == 0


def test_a_build_that_fails_leaves_no_folder(fiction: Copy, call: Call, tmp_path: Path) -> None:
    schema = fiction.root / "schemas" / "said.yaml"
    text = schema.read_text(encoding="utf-8")
    schema.write_text(text.replace("nullable: true", "nullable: false"), encoding="utf-8")
    outcome = call("build", "-w", fiction.root, "--to", tmp_path / "new" / "folder" / "built")
    assert outcome.code == 2
    assert "view said: column " in outcome.err, outcome.err
    assert not (tmp_path / "new").exists()
    outcome = call("build", "-w", fiction.root)
    assert outcome.code != 0
    assert not (fiction.root / "build").exists()
