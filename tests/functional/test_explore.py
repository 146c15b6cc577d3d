"""`explore` writes a page and its picture; tests/browser opens the page."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kursk_claims.explorer import bundle
from pages import collect, read_payload
from support import ROOT, Call, Copy

SVG = "{http://www.w3.org/2000/svg}"


def test_a_page_is_a_file_with_a_picture_and_the_same_bytes_every_time(call: Call, tmp_path: Path) -> None:
    pages = [tmp_path / "first.html", tmp_path / "second.html"]
    for page in pages:
        assert call("explore", "--out", page, "--workspace", ROOT, "--quiet").out == f"{page}\n"
    assert pages[0].stat().st_size < 450_000
    assert pages[0].read_bytes().replace(b"first.svg", b"second.svg") == pages[1].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.html", "first.svg", "second.html", "second.svg"]
    picture = ElementTree.parse(tmp_path / "first.svg").getroot()
    assert picture.get("aria-label") == "One news article, 52 claims. Who is behind each?"
    assert len(picture.findall(f"{SVG}rect")) >= 52


def test_the_picture_of_any_number_of_claims_is_drawn(fiction: Copy, call: Call) -> None:
    from kursk_claims.explorer.share import render_picture
    from pages import multiply

    picture = render_picture(multiply(collect(ROOT), 40), title="A <title> & more")
    assert "A &lt;title&gt; &amp; more" in picture
    assert len(ElementTree.fromstring(picture).findall(f"{SVG}rect")) >= 2080


def test_a_page_needs_an_existing_folder(call: Call, tmp_path: Path) -> None:
    outcome = call("explore", "--out", tmp_path / "nowhere" / "page.html", "--workspace", ROOT)
    assert outcome.code == 2
    assert "expected a file in an existing folder" in outcome.err


@pytest.mark.parametrize("name", ["page.html", "page.svg"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_link_or_a_pipe_is_not_replaced(call: Call, tmp_path: Path, name: str, kind: str) -> None:
    target = tmp_path / name
    if kind == "link":
        (tmp_path / "kept.txt").write_text("kept", encoding="utf-8")
        target.symlink_to("kept.txt")
    else:
        os.mkfifo(target)
    outcome = call("explore", "-q", "-o", tmp_path / "page.html", "-w", ROOT)
    assert outcome.code == 2
    assert f"{target}: expected a file or a new name, found a link, a pipe or a device. Name a file." in outcome.err
    assert target.is_symlink() or target.is_fifo()
    assert kind == "pipe" or (tmp_path / "kept.txt").read_text(encoding="utf-8") == "kept"


def test_a_device_is_refused(call: Call) -> None:
    assert "found a link, a pipe or a device" in call("explore", "-q", "-o", "/dev/null", "-w", ROOT).err


@pytest.mark.parametrize("release", ["1.0.0", "1.1.0"])
def test_an_older_release_has_a_page(call: Call, tmp_path: Path, release: str) -> None:
    assert call("explore", "--out", tmp_path / "page.html", "--workspace", ROOT, "--release", release).code == 0
    payload = read_payload((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert f"version = {{{release}}}" in payload["about"]["bibtex"]
    assert len(payload["tables"]["said"]["rows"]) > 40
    assert "unattributed" not in [question["name"] for question in payload["questions"]], "its view has other columns"


def test_a_page_of_one_document_has_its_rows_alone(harbour_root: Path, call: Call, tmp_path: Path) -> None:
    documents = [row["doc_id"] for row in Copy(harbour_root).rows("documents") if row["held"] == "true"]
    page = tmp_path / "page.html"
    outcome = call("explore", "--document", documents[0], "--title", "The <first>", "-o", page, "-w", harbour_root)
    assert outcome.code == 0, outcome.err
    content = page.read_text(encoding="utf-8")
    assert "<title>The &lt;first&gt;</title>" in content
    tables = read_payload(content)["tables"]
    column = tables["claims"]["columns"].index("doc_id")
    assert {row[column] for row in tables["claims"]["rows"]} == {documents[0]}
    ids = {row[0] for row in tables["claims"]["rows"]}
    for name in ("evidence", "attributions", "said"):
        index = tables[name]["columns"].index("claim_id")
        assert {row[index] for row in tables[name]["rows"]} <= ids, name
    outcome = call("explore", "--document", f"{documents[0]}x", "-o", page, "-w", harbour_root)
    assert outcome.code == 2
    assert f"there is no document {documents[0]}x (did you mean {documents[0]!r}?)" in outcome.err


@pytest.fixture
def harbour_root(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "tests" / "harbour", tmp_path / "harbour")  # a link to the schemas becomes a folder


def test_records_with_errors_have_no_page(fiction: Copy, call: Call, tmp_path: Path) -> None:
    fiction.edit("claims", {"claim_id": "clm-001"}, polarity="affirmd")
    outcome = call("explore", "--records", "-o", tmp_path / "page.html", "-w", fiction.root)
    assert outcome.code == 1
    assert "affirmd" in outcome.out
    assert "no page was written: the records have errors" in outcome.err
    assert not (tmp_path / "page.html").exists()


def test_outlines_that_are_no_geojson_are_named(fiction: Copy, call: Call, tmp_path: Path) -> None:
    (fiction.root / "dataset" / "outlines.geojson").write_text('{"type": "Feature"}', encoding="utf-8")
    outcome = call("explore", "-o", tmp_path / "page.html", "-w", fiction.root)
    assert outcome.code == 2
    assert "outlines.geojson: expected a GeoJSON FeatureCollection of outlines, found something else" in outcome.err


def test_a_missing_package_is_named(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    outcome = call("explore", "--out", tmp_path / "page.html", "--workspace", ROOT)
    assert outcome.code == 2
    assert "pip install 'kursk-claims[explore]'" in outcome.err
    assert not list(tmp_path.iterdir())


def test_a_missing_script_is_named(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "BUNDLE", tmp_path / "none")
    outcome = call("explore", "--out", tmp_path / "page.html", "--workspace", ROOT)
    assert outcome.code == 2
    assert "the script of the page is not built. Run `make page` in the checkout" in outcome.err


@pytest.mark.parametrize("out", [".", "..", "/", ""])
def test_a_folder_is_no_page(call: Call, out: str) -> None:
    outcome = call("explore", "-q", "-w", ROOT, f"--out={out}")
    assert outcome.code == 2
    assert "expected a file in an existing folder. Name one." in outcome.err


def test_the_picture_replaces_neither_the_page_nor_another_file(call: Call, tmp_path: Path) -> None:
    outcome = call("explore", "-q", "-w", ROOT, "-o", tmp_path / "page.svg")
    assert outcome.code == 2
    assert f"its picture would have the same name. Name the page {tmp_path / 'page.html'}." in outcome.err
    (tmp_path / "map.svg").write_text("<svg>mine</svg>", encoding="utf-8")
    outcome = call("explore", "-q", "-w", ROOT, "-o", tmp_path / "map.html")
    assert outcome.code == 2
    assert f"{tmp_path / 'map.svg'}: expected a picture of a page or no file, found another file" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]
    assert (tmp_path / "map.svg").read_text(encoding="utf-8") == "<svg>mine</svg>"
    for _ in range(2):  # its own picture it replaces
        assert call("explore", "-q", "-w", ROOT, "-o", tmp_path / "page.html").code == 0


def test_the_address_of_the_picture_is_quoted(call: Call, tmp_path: Path) -> None:
    assert call("explore", "-q", "-w", ROOT, "-o", tmp_path / "a b#1.html").code == 0
    content = (tmp_path / "a b#1.html").read_text(encoding="utf-8")
    assert '<meta property="og:image" content="a%20b%231.svg">' in content


def test_a_document_without_claims_has_no_page(fiction: Copy, call: Call, tmp_path: Path) -> None:
    document = next(row["doc_id"] for row in fiction.rows("documents") if row["held"] == "false")
    outcome = call("explore", "--document", document, "-o", tmp_path / "page.html", "-w", fiction.root)
    assert outcome.code == 2
    assert f"the document {document} has no claims. Name one that has." in outcome.err


def test_a_long_headline_has_two_lines_in_the_picture() -> None:
    from kursk_claims.explorer.share import render_picture

    texts = ElementTree.fromstring(render_picture(collect(ROOT), "Who said it? " * 20)).findall(f"{SVG}text")
    lines = [text.text or "" for text in texts if text.get("font-weight")]
    assert len(lines) == 2
    assert lines[1].endswith(" …")
    assert max(map(len, lines)) <= 50


def test_the_picture_explains_the_marks_that_it_has() -> None:
    from kursk_claims.explorer.share import render_picture

    payload = collect(ROOT)
    assert "another report differs" in render_picture(payload)
    assert "denied by someone" in render_picture(payload)
    payload["tables"]["crosschecks"]["rows"], payload["tables"]["claim_relations"]["rows"] = [], []
    assert "another report differs" not in render_picture(payload)
    assert "denied by someone" not in render_picture(payload)
