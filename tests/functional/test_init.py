"""`init` makes a workspace that validates at once, replaces nothing, and is released once it has a claim."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kursk_claims.contract.loader import load_contract
from kursk_claims.release.new_workspace import LICENSES
from support import FICTION, ROOT, Call, Copy

CONTRACT = load_contract(ROOT / "schemas")
CORE = ROOT / "schemas" / "core_codes.csv"
RECORDS = sorted(f"dataset/records/{name}.csv" for name in CONTRACT.tables)
OTHERS = [".gitattributes", ".github/workflows/claims.yml", ".gitignore", "CHANGELOG.md", "LICENSE-DATA"]
FILES = sorted([*RECORDS, *OTHERS, "dataset/README.md", "dataset/dataset.yaml"])
WAR = re.compile(r"\b(war|weapons?|missiles?|drones?|troops?|soldiers?|tanks?|strikes?|attack|army|armed)\b", re.IGNORECASE)


def list_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def new(tmp_path: Path, call: Call) -> Copy:
    outcome = call(
        "init", tmp_path / "ferry-claims", "--title", 'Claims: of a "ferry" # 1', "--author", "Ada", "--author", "Bo: Ye"
    )
    assert outcome.code == 0
    assert outcome.out == f"{tmp_path / 'ferry-claims'}\n"
    return Copy(tmp_path / "ferry-claims")


def test_a_new_workspace_has_every_file_and_validates(new: Copy, call: Call) -> None:
    assert sorted(list_files(new.root)) == FILES
    outcome = call("validate", "--fail-on", "warning", "-w", new.root)
    assert outcome.code == 0, outcome.out
    assert outcome.out.endswith(" 12 skipped, 0 findings\n")
    assert "(contract: package " in outcome.err
    assert call("format", "--check", "-w", new.root).code == 0
    assert call("check", "--contract", "package", new.root / "dataset" / "records").code == 0
    dataset = yaml.safe_load((new.root / "dataset" / "dataset.yaml").read_text(encoding="utf-8"))
    assert (dataset["name"], dataset["title"]) == ("ferry-claims", 'Claims: of a "ferry" # 1')
    assert (dataset["authors"], dataset["license"]["name"]) == (["Ada", "Bo: Ye"], "CC-BY-4.0")


def test_a_new_workspace_is_released_once_it_has_a_claim(new: Copy, call: Call) -> None:
    """With the records of the fictional article, and the changelog, codebook and licence as they were made."""
    shutil.copytree(FICTION / "dataset" / "records", new.root / "dataset" / "records", dirs_exist_ok=True)
    outcome = call("release", "1.0.0", "-q", "-w", new.root, "--text", FICTION / "article.txt")
    assert (outcome.code, outcome.err) == (0, "")
    release = new.root / "build" / "1.0.0"
    schemas = [path for path in (ROOT / "schemas").iterdir() if path.suffix in (".yaml", ".sql")]
    assert {path.name: path.read_bytes() for path in (release / "schemas").iterdir()} == {
        path.name: path.read_bytes() for path in schemas
    }
    assert "<!--" not in (release / "README.md").read_text(encoding="utf-8").replace("<!---->", "")
    assert "An empty cell means" in (release / "README.md").read_text(encoding="utf-8")
    for command in (["verify"], ["diff", "1.0.0", "."], ["query", "--records", "FROM said"], ["query", "--name", "disputes"]):
        outcome = call(*command, "-w", new.root) if command[0] != "diff" else call("diff", "1.0.0", new.root, "-w", new.root)
        assert outcome.code == 0, outcome.err
    assert call("describe", "said", "-w", new.root).code == 0


def test_the_core_codes_are_complete_and_say_nothing_of_war() -> None:
    core, dataset = ([*rows] for rows in (read_codes(CORE), read_codes(ROOT / "dataset" / "records" / "codes.csv")))
    opened = {f"{table.name}.{column.name}" for table in CONTRACT.tables.values() for column in table.columns if column.code_list}
    assert [row for row in core if row["field"] not in opened] == [row for row in dataset if row["field"] not in opened]
    assert opened == {row["field"] for row in core if row["field"] in opened}, "every open list has a start"
    words = [" ".join(row.values()) for row in core if row["field"] in opened]
    assert [text for text in words if WAR.search(text)] == []


def read_codes(path: Path) -> list[dict[str, str]]:
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", LICENSES)
def test_known_licences(name: str, tmp_path: Path, call: Call) -> None:
    assert call("init", tmp_path / "new", "--license", name).code == 0
    dataset = yaml.safe_load((tmp_path / "new" / "dataset" / "dataset.yaml").read_text(encoding="utf-8"))
    assert dataset["license"] == {"name": name, "title": LICENSES[name].title, "url": LICENSES[name].url}
    assert str(LICENSES[name].url) in (tmp_path / "new" / "LICENSE-DATA").read_text(encoding="utf-8")


def test_a_licence_of_ones_own(tmp_path: Path, call: Call) -> None:
    outcome = call("init", tmp_path / "new", "--license", "CC-BY-4")
    assert outcome.code == 2
    assert "unknown licence 'CC-BY-4' (did you mean 'CC-BY-4.0'?). Choose from CC-BY-4.0, " in outcome.err
    assert not (tmp_path / "new").exists()
    assert call("init", tmp_path / "new", "--license", "LicenseRef-mine", "--license-title", "Ask me").code == 0
    assert call("validate", "-w", tmp_path / "new").code == 0
    assert "Ask me (LicenseRef-mine)" in (tmp_path / "new" / "LICENSE-DATA").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--title", "a\nb"], "--title: expected one line of text, found 'a\\\\nb'"),
        (["--author", " "], "--author: expected one line of text, found ' '"),
        (["--name", "Über uns"], "--name: expected small letters, digits and hyphens, found 'Über uns'"),
        (
            ["--license-url", "ftp://x"],
            "--license-url: expected an address that starts with https:// or http://, found 'ftp://x'",
        ),
    ],
)
def test_values_that_dataset_yaml_cannot_hold(options: list[str], problem: str, tmp_path: Path, call: Call) -> None:
    outcome = call("init", tmp_path / "new", *options)
    assert outcome.code == 2
    assert problem.replace("\\\\", "\\") in outcome.err
    assert not (tmp_path / "new").exists()


def test_the_name_comes_from_the_folder(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Our Town_2024").mkdir()
    monkeypatch.chdir(tmp_path / "Our Town_2024")
    assert call("init", ".").code == 0
    dataset = yaml.safe_load(Path("dataset/dataset.yaml").read_text(encoding="utf-8"))
    assert (dataset["name"], dataset["title"]) == ("our-town-2024", "Our town 2024")
    assert dataset["authors"] == ["The authors of Our town 2024"]
    outcome = call("init", tmp_path / "2024")
    assert outcome.code == 2
    assert "--name: expected small letters, digits and hyphens, found '2024'" in outcome.err


def test_other_files_of_the_folder_stay(tmp_path: Path, call: Call) -> None:
    (tmp_path / "new" / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / "new" / ".github" / "workflows" / "other.yml").write_text("mine", encoding="utf-8")
    (tmp_path / "new" / "article.txt").write_text("mine", encoding="utf-8")
    before = list_files(tmp_path / "new")
    assert call("init", tmp_path / "new").code == 0
    after = list_files(tmp_path / "new")
    assert {name: after.pop(name) for name in before} == before
    assert sorted(after) == FILES


@pytest.mark.parametrize("name", [*OTHERS, "dataset/records/claims.csv", "dataset", ".github"])
def test_nothing_is_replaced(name: str, tmp_path: Path, call: Call) -> None:
    path = tmp_path / "new" / name
    path.parent.mkdir(parents=True)
    path.write_text("mine", encoding="utf-8")
    outcome = call("init", tmp_path / "new")
    assert outcome.code == 2
    assert f"has {name} already, and nothing is replaced. Name a new folder." in outcome.err
    assert list_files(tmp_path / "new") == {name: b"mine"}


def test_a_link_is_not_followed(tmp_path: Path, call: Call) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "dataset").symlink_to(tmp_path / "elsewhere")
    outcome = call("init", tmp_path / "new")
    assert outcome.code == 2
    assert "has dataset already" in outcome.err
    assert [*(tmp_path / "elsewhere").iterdir()] == []
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["dataset"]


def test_a_file_is_no_folder(tmp_path: Path, call: Call) -> None:
    (tmp_path / "new").write_text("mine", encoding="utf-8")
    outcome = call("init", tmp_path / "new")
    assert outcome.code == 2
    assert "expected a folder, found a file" in outcome.err
    assert (tmp_path / "new").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("exists", [False, True])
def test_all_files_or_none(exists: bool, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    if exists:
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "article.txt").write_text("mine", encoding="utf-8")
    open_file = Path.open

    def fail(path: Path, *args: str, **options: str) -> object:
        if path.name == "places.csv":
            raise OSError(28, "No space left on device", str(path))
        return open_file(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", fail)
    outcome = call("init", tmp_path / "new")
    assert outcome.code == 2
    assert "No space left on device" in outcome.err
    assert list_files(tmp_path) == ({"new/article.txt": b"mine"} if exists else {})
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "data") == (["new"] if exists else [])


def test_the_workflow_is_that_of_the_sample(new: Copy) -> None:
    workflow = new.root / ".github" / "workflows" / "claims.yml"
    sample = (ROOT / "docs" / "sample" / ".github" / "workflows" / "claims.yml").read_text(encoding="utf-8")
    assert workflow.read_text(encoding="utf-8") == sample.replace("paths: records", "paths: dataset/records")
    linter = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run([linter, "--builtin-schema", "vendor.github-workflows", workflow], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_git_ignores_texts_and_where_they_are(new: Copy) -> None:
    subprocess.run(["git", "init", "-q", new.root], check=True)
    names = ["texts/article.txt", "drafts/one.yaml", ".kursk-claims.toml", "build/next/claims.parquet", "dataset/README.md"]
    done = subprocess.run(["git", "check-ignore", *names], cwd=new.root, capture_output=True, text=True, check=False)
    assert done.stdout.split() == names[:4]
