"""A workspace is released under its own name, authors and licence, whatever its schemas describe."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from kursk_claims.errors import ContractError
from kursk_claims.release.manifest import read_manifest
from kursk_claims.release.metadata.dataset_file import load_dataset_file
from kursk_claims.release.publish import publish_release
from kursk_claims.workspace import find_workspace
from pages import read_payload
from support import FICTION, ROOT, Call, Copy, build_once

AUTHORS = ["Ines Varro", "Oda Lindqvist"]
TITLE = "Stilt Bridge: what an invented newspaper says about an invented raid"
TOOL = re.compile(rb"kursk[-_]claims", re.IGNORECASE)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The fictional workspace with few rules and its release 1.0.0, not to be changed."""

    def prepare(folder: Path) -> None:
        shutil.copytree(FICTION, folder)
        Copy(folder).keep_rules("place-acyclic")
        report, release = publish_release(find_workspace(folder), "1.0.0", unverified=True)
        assert release is not None, report.findings

    return Copy(build_once(tmp_path_factory, "published-fiction", prepare))


@pytest.fixture
def fiction(published: Copy, tmp_path: Path) -> Copy:
    """The same workspace without its release."""
    shutil.copytree(published.root, tmp_path / "fiction", ignore=shutil.ignore_patterns("build", "CITATION.cff"))
    return Copy(tmp_path / "fiction")


@pytest.fixture(scope="module")
def release(published: Copy) -> Path:
    return published.root / "build" / "1.0.0"


def read_json(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def assert_names_no_other_dataset(path: Path, content: bytes) -> None:
    """Fail if the content names the article of this project; the tool that wrote it may be named."""
    assert b"kursk" not in TOOL.sub(b"", content).lower(), path
    for other in (b"The kursk-claims authors", b"CC-BY", b"creativecommons"):
        assert other.lower() not in content.lower(), (path, other)


def test_a_release_names_its_own_dataset_alone(published: Copy, release: Path) -> None:
    paths = [path for path in (published.root / "build").rglob("*") if path.is_file()]
    for path in [*paths, published.root / "CITATION.cff"]:
        assert_names_no_other_dataset(path, path.read_bytes())
    assert read_json(published.root / "build" / "index.json")["name"] == read_manifest(release).name == "stilt-bridge-claims"


def test_every_descriptor_states_this_license_and_these_authors(published: Copy, release: Path) -> None:
    package, croissant = read_json(release / "datapackage.json"), read_json(release / "croissant.json")
    citation = yaml.safe_load((release / "CITATION.cff").read_text(encoding="utf-8"))
    card = (release / "README.md").read_text(encoding="utf-8")
    front_matter = yaml.safe_load(card.split("---\n")[1])
    assert [each["title"] for each in package["contributors"]] == AUTHORS
    assert [each["name"] for each in croissant["creator"]] == [each["name"] for each in croissant["publisher"]] == AUTHORS
    assert [each["name"] for each in citation["authors"]] == AUTHORS
    assert "author = {{Ines Varro} and {Oda Lindqvist}}" in croissant["citeAs"]
    assert package["licenses"] == [{"name": "LicenseRef-All-rights-reserved", "title": "All rights reserved"}]
    assert croissant["license"] == "All rights reserved"
    assert "license" not in citation, "the format knows licences of SPDX alone"
    assert "\nAll rights reserved, see `LICENSE-DATA`. " in card
    assert (front_matter["license"], front_matter["license_name"]) == ("other", "All rights reserved")
    assert (release / "LICENSE-DATA").read_bytes() == (FICTION / "LICENSE-DATA").read_bytes()
    assert package["title"] == croissant["alternateName"] == citation["title"] == front_matter["pretty_name"] == TITLE
    assert package["homepage"] == croissant["url"] == citation["url"] == "https://gazette.example/claims"
    assert [each["title"] for each in package["sources"]] == [
        "What each side says",
        "Gazetteer of the Talvian coast",
        "The authors' imagination",
    ]
    assert [each["config_name"] for each in front_matter["configs"] if each.get("default")] == ["numbers"]
    assert croissant["rai:dataLimitations"][0] == "Everything that is true: the article is fiction."
    assert (published.root / "CITATION.cff").read_bytes() == (release / "CITATION.cff").read_bytes()


def test_a_release_is_verified_and_rebuilt(published: Copy, call: Call) -> None:
    outcome = call("verify", "--quiet", "-w", published.root)
    assert (outcome.code, outcome.err) == (0, "")
    assert re.fullmatch(r"1\.0\.0: the same bytes in \d+ files, manifest SHA-256 [0-9a-f]{64}\n", outcome.out)


@pytest.mark.parametrize("name", ["claims.duckdb", "claims.sqlite", "csv"])
def test_an_export_names_its_own_dataset_alone(published: Copy, call: Call, tmp_path: Path, name: str) -> None:
    assert call("export", tmp_path / name, "-w", published.root).code == 0
    for path in [tmp_path / name, *(tmp_path / name).glob("*")]:
        if path.is_file():
            assert_names_no_other_dataset(path, path.read_bytes())
    if name == "claims.duckdb":
        with duckdb.connect(tmp_path / name, read_only=True) as connection:
            assert connection.execute("SELECT count(*) FROM said").fetchall() == [(17,)]
    if name == "claims.sqlite":
        assert sqlite3.connect(tmp_path / name).execute("SELECT count(*) FROM said").fetchall() == [(17,)]


@pytest.mark.parametrize("records", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_page_names_its_own_dataset_alone(published: Copy, call: Call, tmp_path: Path, records: bool) -> None:
    page = tmp_path / "page.html"
    outcome = call("explore", "-o", page, "-w", published.root, *(["--records"] if records else []))
    assert outcome.code == 0, outcome.err
    assert_names_no_other_dataset(page, page.read_bytes())
    payload = read_payload(page.read_text(encoding="utf-8"))
    assert payload["about"]["title"] == TITLE
    assert (payload["about"]["license"], payload["about"]["license_url"]) == ("All rights reserved", None)
    assert payload["about"]["introduction"][1:] == ["Every person, place and number is invented."]
    assert len(payload["about"]["limits"]) == 2
    assert payload["outlines"]["features"] == []


@pytest.mark.slow
def test_a_page_of_an_older_release_has_its_identity_and_outlines(call: Call, tmp_path: Path) -> None:
    assert call("explore", "-o", tmp_path / "page.html", "-w", ROOT, "-r", "1.0.0").code == 0
    payload = read_payload((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert payload["about"]["title"] == "kursk-claims: claims of a news article on the Kursk incursion"
    assert payload["about"]["license"] == "CC-BY-4.0"
    assert "author  = {{The kursk-claims authors}}" in payload["about"]["bibtex"]
    assert len(payload["about"]["limits"]) == 10
    assert len(payload["outlines"]["features"]) == 5


def test_a_workspace_without_identity_is_read_but_not_released(fiction: Copy, call: Call, tmp_path: Path) -> None:
    (fiction.root / "dataset" / "dataset.yaml").unlink()
    outcome = call("release", "1.0.0", "--text", fiction.text, "-w", fiction.root)
    assert outcome.code == 2
    assert "dataset.yaml: the file is missing" in outcome.err
    assert "\n  authors: [Ada Example]\n" in outcome.err
    assert not (fiction.root / "build").exists()
    assert call("validate", "-w", fiction.root).code == 0
    assert call("export", tmp_path / "csv", "-w", fiction.root).code == 0


@pytest.mark.slow
def test_a_workspace_without_identity_has_a_page(fiction: Copy, call: Call, tmp_path: Path) -> None:
    (fiction.root / "dataset" / "dataset.yaml").unlink()
    assert call("explore", "-o", tmp_path / "page.html", "-w", fiction.root).code == 0
    about = read_payload((tmp_path / "page.html").read_text(encoding="utf-8"))["about"]
    assert (about["title"], about["license"], about["citation"]) == ("fiction", None, None)


def test_the_example_in_the_message_is_a_valid_file(fiction: Copy, call: Call) -> None:
    path = fiction.root / "dataset" / "dataset.yaml"
    path.unlink()
    lines = call("release", "1.0.0", "--text", fiction.text, "-w", fiction.root).err.splitlines()
    path.write_text("\n".join(line for line in lines if line.startswith("  ")), encoding="utf-8")
    assert load_dataset_file(path).name == "my-claims"


def test_a_corrected_license_is_a_patch_of_its_own(wells: Copy, call: Call) -> None:
    changelog, license = wells.root / "CHANGELOG.md", wells.root / "LICENSE-DATA"
    license.write_text("No rights reserved.\n", encoding="utf-8")
    assert call("release", "1.0.0", "-w", wells.root).code == 0
    text = changelog.read_text(encoding="utf-8")
    changelog.write_text(text.replace("## Data\n", "## Data\n\n### [1.0.1] - 2031-04-03\n\n- Licence.\n"), encoding="utf-8")
    assert "nothing differs from 1.0.0" in call("release", "1.0.1", "-w", wells.root).err
    license.write_text("Some rights reserved.\n", encoding="utf-8")
    assert call("release", "1.0.1", "-w", wells.root).code == 0
    assert (wells.root / "build" / "1.0.1" / "LICENSE-DATA").read_bytes() == license.read_bytes()


FAULTS = [
    (
        "name: stilt-bridge-claims",
        "name: Stilt Bridge",
        "1:1: name: expected small letters, digits and hyphens, found 'Stilt Bridge'",
    ),
    ("authors:", "author:", "3:1: author: unknown key (did you mean 'authors'?)"),
    ("[Ines Varro, Oda Lindqvist]", "[]", "3:1: authors: expected a list of texts, found []"),
    ("{name: LicenseRef-All-rights-reserved, title", "{title", "4:11: license.name: missing; expected an SPDX identifier"),
    ("title: All rights reserved}", "title: All rights reserved, url: 'javascript:x'}", "4:77: license.url: expected an address"),
    (
        "default_view: numbers",
        "default_view: number",
        "7:1: default_view: expected a table or view, found 'number' (did you mean",
    ),
    ("[What these records leave out]", "[Limits]", "limitations: expected headings of README.md, found 'Limits'"),
    ("title: The authors' imagination", "url: 'https://a.example/'", "15:6: sources.title: missing; expected one line of text"),
    ("language: en", "language: [en", "not YAML"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_of_the_dataset_file_has_line_and_column(fiction: Copy, call: Call, old: str, new: str, message: str) -> None:
    path = fiction.root / "dataset" / "dataset.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    outcome = call("release", "1.0.0", "--text", fiction.text, "-w", fiction.root)
    assert outcome.code == 2
    assert outcome.err.startswith(f"workspace: {fiction.root}\nkursk-claims: {path}:")
    assert message in outcome.err
    assert not (fiction.root / "build").exists()


def test_a_file_without_values_names_the_missing_key(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text("title: Some claims\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"dataset\.yaml:1:1: name: missing; expected small letters"):
        load_dataset_file(tmp_path / "dataset.yaml")
