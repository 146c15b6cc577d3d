"""`explore` writes a page; tests/browser opens it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support import ROOT, Call


@pytest.mark.slow
def test_a_page_is_one_small_file_with_the_same_bytes_every_time(call: Call, tmp_path: Path) -> None:
    pages = [tmp_path / "first.html", tmp_path / "second.html"]
    for page in pages:
        assert call("explore", "--out", page, "--workspace", ROOT, "--quiet").out == f"{page}\n"
    assert pages[0].stat().st_size < 3_000_000
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert sorted(tmp_path.iterdir()) == pages


@pytest.mark.slow
def test_a_page_needs_an_existing_folder(call: Call, tmp_path: Path) -> None:
    outcome = call("explore", "--out", tmp_path / "nowhere" / "page.html", "--workspace", ROOT)
    assert outcome.code == 2
    assert "expected a file in an existing folder" in outcome.err


@pytest.mark.slow
def test_an_older_release_has_a_page(call: Call, tmp_path: Path) -> None:
    assert call("explore", "--out", tmp_path / "page.html", "--workspace", ROOT, "--release", "1.0.0").code == 0
    assert "version = {1.0.0}" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_missing_package_is_named(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    outcome = call("explore", "--out", tmp_path / "page.html", "--workspace", ROOT)
    assert outcome.code == 2
    assert "pip install 'kursk-claims[explore]'" in outcome.err
    assert not list(tmp_path.iterdir())
