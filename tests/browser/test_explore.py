"""The page in a real browser, opened from a file, without a network."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kursk_claims.explorer.html import render_page
from kursk_claims.release.source import open_source
from kursk_claims.workspace import find_workspace
from support import CHROMIUM, FICTION, ROOT, Call, Copy, build_once

HOSTILE = "</script><script>window.struck = true</script><img src=x onerror='window.struck = true'> & \u2028 said so."
VIEWS = ["claims", "map", "timeline", "numbers", "relays", "article"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: the page was not tested")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a page at an address of it. A warning or error of the browser fails the test, and so does a request."""
    complaints: list[str] = []
    contexts = []

    def open_page(page: Path, address: str = "", width: int = 1280, scheme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda request: complaints.append(request.url) if request.url.startswith("http") else None)
        tab.goto(f"{page.as_uri()}{address}")
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def render(root: Path) -> str:
    workspace = find_workspace(root)
    return render_page(open_source(workspace), workspace)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the fictional workspace, with a hostile claim."""

    def prepare(folder: Path) -> None:
        shutil.copytree(FICTION, folder)
        Copy(folder).edit("claims", {"claim_id": "clm-004"}, statement=HOSTILE)
        (folder / "page.html").write_text(render(folder), encoding="utf-8")

    return build_once(tmp_path_factory, "fictional-page", prepare) / "page.html"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the newest release."""

    def prepare(folder: Path) -> None:
        folder.mkdir()
        (folder / "page.html").write_text(render(ROOT), encoding="utf-8")

    return build_once(tmp_path_factory, "released-page", prepare) / "page.html"


def claims(tab: Any) -> list[str]:
    ids: list[str] = tab.locator(".card").evaluate_all("cards => cards.map(card => card.id)")
    return ids


@pytest.mark.browser
def test_markup_in_the_data_is_text(page: Path, visit: Callable[..., Any]) -> None:
    for view in VIEWS:
        tab = visit(page, f"#view={view}")
        assert tab.evaluate("window.struck") is None
    tab = visit(page, "#claim=clm-004")
    assert tab.locator("#clm-004 h2").text_content() == HOSTILE
    assert tab.locator("img").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1600, "light")])
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_fits_and_is_accessible(released: Path, visit: Callable[..., Any], view: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab = visit(released, f"#view={view}", width, scheme)
    if view != "claims":
        tab.locator(".chart svg").first.wait_for()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    for box in tab.locator("details").all()[:6]:
        box.evaluate("box => { box.open = true; }")
    faults = [each for each in axe.Axe().run(tab).response["violations"] if each["impact"] in ("serious", "critical")]
    assert [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in faults] == []


@pytest.mark.browser
def test_a_first_reader_finds_who_said_500_soldiers(released: Path, visit: Callable[..., Any]) -> None:
    tab = visit(released)
    tab.get_by_label("Search", exact=True).fill("500 soldiers")
    assert claims(tab) == ["clm-043"]
    card = tab.locator("#clm-043")
    words = card.inner_text()
    assert words.startswith("Vyacheslav Gladkov")
    assert "about 500 people" in words
    assert "9 other reports: " in words
    assert "paragraph 8, sentence 2" in words
    card.locator("summary").click()
    assert card.get_by_role("link", name="Reuters via devdiscourse.com").is_visible()


@pytest.mark.browser
def test_filters_are_in_the_address_and_the_address_gives_the_view(released: Path, visit: Callable[..., Any]) -> None:
    tab = visit(released)
    tab.get_by_label("Said by").select_option("The Washington Post")
    shown = claims(tab)
    assert len(shown) == 5
    again = visit(released, tab.evaluate("location.hash"))
    assert claims(again) == shown
    assert again.get_by_label("Said by").input_value() == "The Washington Post"
    again.get_by_role("button", name="Clear all").click()
    again.wait_for_function("document.querySelectorAll('.card').length === 52")
    assert len(claims(visit(released, "#view=__proto__"))) == 52
    assert "no claim clm-999" in visit(released, "#claim=clm-999").locator("#count").inner_text()


@pytest.mark.browser
def test_pictures_and_rows_follow_the_filters(released: Path, visit: Callable[..., Any]) -> None:
    assert visit(released, "#view=numbers").locator("figure").count() == 4
    tab = visit(released, "#view=numbers&speaker=Oleksandr+Syrskyi")
    assert tab.locator("figcaption").all_text_contents() == ["Area controlled", "Settlements controlled"]
    assert tab.locator("#table tbody tr").count() == 2
    assert "No claim that fits" in visit(released, "#view=map&q=nothing-like-this").locator("#view").inner_text()


@pytest.mark.browser
def test_a_claim_has_an_address_and_tells_who_denies_it(released: Path, visit: Callable[..., Any]) -> None:
    tab = visit(released, "#claim=clm-027")
    assert tab.evaluate("document.activeElement.id") == "clm-027"
    assert tab.locator("#clm-027 details").get_attribute("open") is not None
    tab.locator("#clm-027").get_by_role("link", name="denied by Volodymyr Zelensky").click()
    tab.wait_for_function("document.activeElement.id === 'clm-032'")


@pytest.mark.browser
def test_the_keyboard_is_enough(released: Path, visit: Callable[..., Any]) -> None:
    tab = visit(released)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "skip"
    for _ in range(3):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.locator("nav a[aria-current]").get_by_text("Timeline").wait_for()
    tab.locator(".chart svg").wait_for()


@pytest.mark.browser
def test_rows_as_csv_are_those_of_the_sql(released: Path, visit: Callable[..., Any], call: Call, tmp_path: Path) -> None:
    for view in VIEWS:
        tab = visit(released, f"#view={view}")
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Download the rows as CSV").click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        asked = call("query", tab.locator("#sql").text_content(), "--format", "csv", "--workspace", ROOT)
        assert asked.code == 0, asked.err
        # SQL writes 1300.0 where JSON has 1300: numbers are compared as numbers.
        assert _cells(saved.read_text(encoding="utf-8")) == _cells(asked.out), view


def _cells(text: str) -> list[list[object]]:
    def plain(cell: str) -> object:
        try:
            return float(cell)
        except ValueError:
            return cell

    return [[plain(cell) for cell in row] for row in csv.reader(text.splitlines())]


@pytest.mark.browser
def test_the_right_text_puts_the_words_back(page: Path, fiction: Copy, visit: Callable[..., Any]) -> None:
    tab = visit(page, "#claim=clm-002")
    tab.get_by_label("Choose a text file").set_input_files(fiction.text)
    tab.get_by_text("all 13 passages are in their places").wait_for()
    text = fiction.text.read_text(encoding="utf-8")
    spans = [
        text[int(row["char_start"]) : int(row["char_end"])]
        for row in fiction.rows("evidence")
        if row["claim_id"] == "clm-002" and row["role"] == "content"
    ]
    assert tab.locator("#clm-002 mark").all_text_contents() == spans
    tab.get_by_role("button", name="Forget the text").click()
    assert tab.locator("mark").count() == 0


@pytest.mark.browser
def test_another_copy_is_aligned_and_a_wrong_one_refused(
    page: Path, fiction: Copy, visit: Callable[..., Any], tmp_path: Path
) -> None:
    text = fiction.text.read_text(encoding="utf-8")
    other, wrong, binary = (tmp_path / name for name in ("other.txt", "wrong.txt", "binary.txt"))
    other.write_bytes(
        ("\ufeff" + "Menu\r\n\r\n" + text.replace("\n\n", "\r\n\r\n  ").replace("bulletin", "BULLETIN", 1)).encode()
    )
    wrong.write_text("Something else.", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe\x00")
    tab = visit(page)
    choose = tab.get_by_label("Choose a text file")
    choose.set_input_files(other)
    tab.get_by_text("Another copy: 12 of 13 passages were found").wait_for()
    choose.set_input_files(wrong)
    tab.get_by_text("Refused: none of the article's passages stands in wrong.txt").wait_for()
    assert tab.locator("mark").count() == 0
    choose.set_input_files(binary)
    tab.get_by_text("Refused: binary.txt is not text in UTF-8").wait_for()


@pytest.mark.browser
def test_a_text_can_be_dropped(page: Path, fiction: Copy, visit: Callable[..., Any]) -> None:
    tab = visit(page)
    transfer = tab.evaluate_handle(
        "text => { const held = new DataTransfer(); held.items.add(new File([text], 'article.txt')); return held; }",
        fiction.text.read_text(encoding="utf-8"),
    )
    tab.dispatch_event("body", "drop", {"dataTransfer": transfer})
    tab.get_by_text("all 13 passages are in their places").wait_for()
    assert tab.locator("mark").count() >= 10


@pytest.mark.browser
def test_digests_are_those_of_sha256(released: Path, visit: Callable[..., Any]) -> None:
    import hashlib

    source = (ROOT / "src" / "kursk_claims" / "explorer" / "digest.js").read_text(encoding="utf-8")
    tab = visit(released)
    for text in ("", "abc", "é" * 31, "x" * 55, "x" * 56, "x" * 64, "𝄞 " * 999):
        assert tab.evaluate(f"text => {{ {source}; return sha256(text); }}", text) == hashlib.sha256(text.encode()).hexdigest()


def test_a_range_is_drawn_and_an_amount_without_a_figure_is_listed(visit: Callable[..., Any], fiction: Copy) -> None:
    fiction.edit("quantities", {"quantity_id": "qty-003"}, comparator="between", value="", low="300", high="500")
    fiction.edit("quantities", {"quantity_id": "qty-005"}, comparator="vague", value="", surface="dozens")
    page = fiction.root / "page.html"
    page.write_text(render(fiction.root), encoding="utf-8")
    tab = visit(page, "#view=numbers")
    tab.wait_for_selector("svg")
    words = tab.inner_text("main")
    assert "300 to 500 people" in words
    assert "between two ends" in words
    assert "Without a figure" in words
    assert "“dozens” (people)" in words
