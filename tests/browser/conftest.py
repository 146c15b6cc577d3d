"""Pages in a real browser, opened from a file, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kursk_claims.explorer.html import render_page
from pages import HOSTILE, Visit, collect, multiply, render
from support import CHROMIUM, FICTION, ROOT, Copy, build_once


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: the page was not tested")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    """Open a page at an address of it. A warning or error of the browser fails the test, and so does a request."""
    complaints: list[str] = []
    contexts = []

    def open_page(page: Path, address: str = "", width: int = 1280, scheme: str = "light", **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda request: complaints.append(request.url) if request.url.startswith("http") else None)
        tab.goto(f"{page.as_uri()}{address}")
        if options.get("java_script_enabled", True):
            tab.wait_for_selector("html.ready")
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def build_page(factory: pytest.TempPathFactory, name: str, content: Callable[[Path], str]) -> Path:
    """Return a page that is written once per session."""

    def prepare(folder: Path) -> None:
        folder.mkdir()
        (folder / "page.html").write_text(content(folder), encoding="utf-8")

    return build_once(factory, name, prepare) / "page.html"


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the fictional workspace, with a hostile claim and hostile names."""

    def content(folder: Path) -> str:
        shutil.copytree(FICTION, folder / "fiction")
        fiction = Copy(folder / "fiction")
        fiction.edit("claims", {"claim_id": "clm-004"}, statement=HOSTILE)
        fiction.edit("claims", {"claim_id": "clm-005"}, statement="W" * 400)
        fiction.edit("claims", {"claim_id": "clm-006"}, statement="=1+1")
        actor = fiction.rows("attributions")[0]["actor_id"]
        fiction.edit("actors", {"actor_id": actor}, name="\u202ekcab\u202d → The Wire")
        return render(fiction.root)

    return build_page(tmp_path_factory, "hostile-page", content)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the newest release."""
    return build_page(tmp_path_factory, "released-page", lambda _: render(ROOT))


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a workspace with two documents."""

    def content(folder: Path) -> str:
        shutil.copytree(ROOT / "tests" / "harbour", folder / "harbour")  # a link to the schemas becomes a folder
        return render(folder / "harbour")

    return build_page(tmp_path_factory, "harbour-page", content)


@pytest.fixture(scope="session", params=[39, pytest.param(385, marks=pytest.mark.slow)], ids=["2,028 claims", "20,020 claims"])
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of many copies of the newest release's claims."""
    times = request.param
    return build_page(tmp_path_factory, f"page-of-{times}", lambda _: render_page(multiply(collect(ROOT), times)))
