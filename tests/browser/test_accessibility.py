"""The page for everyone: contrast, widths, zoom, print, forced colours, screen readers, and without JavaScript."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kursk_claims.explorer.html import render_page
from pages import Visit, collect, multiply, read_payload
from support import LATEST, ROOT

pytestmark = pytest.mark.browser
VIEWS = [
    *("view=claims", "view=claims&tile=contradicted&claim=clm-043", "view=article", "view=article&claim=clm-028"),
    *("view=numbers", "view=map", "view=timeline", "view=data"),
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}


def find_violations(tab: Any) -> list[tuple[str, list[Any]]]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(tab, options=RULES).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light"), (1600, "dark"), (360, "light")])
@pytest.mark.parametrize("address", VIEWS)
def test_axe_finds_nothing_at_a_aa_and_aaa_contrast(released: Path, visit: Visit, address: str, width: int, scheme: str) -> None:
    tab = visit(released, f"#{address}", width, scheme, reduced_motion="reduce")
    for box in tab.locator("details").all():
        box.evaluate("box => { box.open = true; }")
    assert find_violations(tab) == []


@pytest.mark.parametrize("width", [320, 640, 999, 1600])
@pytest.mark.parametrize("address", VIEWS)
def test_each_view_fits_each_width(released: Path, page: Path, visit: Visit, address: str, width: int) -> None:
    """640 pixels is also what 1280 are at a zoom of 200%. The second page has a name without any space."""
    for each in (released, page):
        tab = visit(each, f"#{address}", width)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, each


def test_rows_are_dense(released: Path, visit: Visit) -> None:
    heights = (
        visit(released).locator("tr[data-claim]").evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    )
    assert sorted(heights)[len(heights) // 2] <= 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_is_dark_on_white_and_has_the_sourcing(released: Path, visit: Visit, scheme: str) -> None:
    tab = visit(released, "#speaker=Vyacheslav+Gladkov", scheme=scheme)
    tab.emulate_media(media="print", color_scheme=scheme)
    assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(22, 25, 29)"
    row = tab.locator("tr[data-claim=clm-043]").inner_text()
    assert "“report” on Telegram, without a hedge" in row
    assert "Reuters gives the figure" in row
    assert not tab.locator("#form").is_visible()


def test_swatches_keep_their_colours_and_chosen_things_their_frames_in_forced_colours(released: Path, visit: Visit) -> None:
    tab = visit(released, "#tile=contradicted", forced_colors="active")
    assert tab.locator(".tile[aria-pressed=true]").evaluate("tile => getComputedStyle(tile).outlineStyle") == "solid"
    assert tab.locator(".swatch").first.evaluate("swatch => getComputedStyle(swatch).forcedColorAdjust") == "none"
    assert find_violations(tab) == []


def test_a_voice_has_a_pattern_as_well_as_a_colour(released: Path, visit: Visit) -> None:
    tab = visit(released)
    fills = tab.locator("#strip path.voice").evaluate_all("paths => paths.map(path => getComputedStyle(path).fill)")
    assert len(fills) == 4
    assert sum("#pattern-" in fill for fill in fills) == 3


def test_changes_are_announced(released: Path, visit: Visit) -> None:
    tab = visit(released)
    status = tab.get_by_role("status").filter(has_text="52 claims")
    assert status.count() == 1
    tab.get_by_label("Search", exact=True).fill("500")
    assert tab.get_by_role("status").filter(has_text="1 of 52 claims").count() == 1


def test_the_first_key_reaches_the_skip_link_and_each_row_is_a_link(released: Path, visit: Visit) -> None:
    tab = visit(released)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "q"


def test_the_sheet_of_a_phone_holds_the_focus_and_closes(released: Path, visit: Visit) -> None:
    tab = visit(released, "#claim=clm-043", 360)
    assert tab.locator("#panel").evaluate("panel => panel.matches(':modal')")
    for _ in range(30):
        tab.keyboard.press("Tab")
        assert tab.evaluate(
            "document.activeElement === document.body || document.getElementById('panel').contains(document.activeElement)"
        )
    tab.get_by_role("button", name="Close the claim").click()
    assert tab.get_by_role("dialog").count() == 0
    assert tab.evaluate("document.activeElement.dataset.claim") == "clm-043"


def test_without_javascript_the_claims_are_a_list(released: Path, visit: Visit) -> None:
    tab = visit(released, java_script_enabled=False)
    items = tab.locator("ol.plain li")
    assert items.count() == 52
    words = items.filter(has_text="About 500 Ukrainian soldiers").inner_text()
    assert "Vyacheslav Gladkov → Pledge Times · about 500 people · paragraph 8, sentence 2 · differs: " in words


def test_the_notices_of_the_libraries_are_in_the_page(released: Path, visit: Visit) -> None:
    tab = visit(released)
    tab.get_by_text("Licences of the software").click()
    notices = tab.locator("footer details[open] pre").all_inner_texts()
    assert len(notices) == len(tab.locator("footer details[open] h3").all()) >= 5
    assert all("Copyright" in notice for notice in notices)


def test_a_shared_link_has_a_description_a_picture_and_a_dataset(released: Path) -> None:
    content = released.read_text(encoding="utf-8")
    assert '<meta property="og:title" content="One news article, 52 claims. Who is behind each?">' in content
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', content, re.DOTALL)[1])  # type: ignore[index]
    about = read_payload(content)["about"]
    assert (data["@type"], data["name"], data["version"], data["license"]) == (
        "Dataset",
        about["title"],
        LATEST,
        about["license_url"],
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', content)[1]  # type: ignore[index]
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src 'sha256-[^']+';", policy)


def test_paper_has_the_whole_strip_within_its_width(visit: Visit, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(render_page(multiply(collect(ROOT), 20)), encoding="utf-8")
    tab = visit(page, width=500)
    strip = tab.locator("#strip")
    assert strip.evaluate("strip => strip.scrollHeight > strip.clientHeight")
    tab.emulate_media(media="print")
    assert strip.evaluate("strip => strip.scrollHeight <= strip.clientHeight")
    assert strip.locator("svg").evaluate("picture => getComputedStyle(picture).maxWidth") == "100%"


def test_the_strip_of_an_article_is_whole_on_the_narrowest_phone(released: Path, visit: Visit) -> None:
    tab = visit(released, width=320)
    assert tab.locator("#strip").evaluate("strip => strip.scrollHeight <= strip.clientHeight")


def test_the_current_view_stands_out_in_forced_colours(released: Path, visit: Visit) -> None:
    tab = visit(released, "#view=article", forced_colors="active")
    colour = "link => getComputedStyle(link).borderBottomColor"
    lines = {link.inner_text(): link.evaluate(colour) for link in tab.locator("#views a").all()}
    assert list(lines.values()).count(lines["Article"]) == 1


def test_a_phone_folds_all_filters_and_says_so(released: Path, visit: Visit) -> None:
    assert visit(released, width=360).locator("#more summary").inner_text() == "Filters"
    assert visit(released).locator("#more summary").inner_text() == "More filters"


def test_the_box_for_the_text_leaves_room_for_the_article(released: Path, visit: Visit) -> None:
    box = visit(released, "#view=article").locator("#bring").bounding_box()
    assert box["height"] < 160
