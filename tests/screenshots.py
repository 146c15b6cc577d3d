"""Writes the pictures of the page in docs/ again: `make screenshots`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import sync_playwright

from pages import render
from support import CHROMIUM, ROOT

SHOTS: dict[str, tuple[str, int, int, Literal["light", "dark"]]] = {  # name: address, width, height, colour scheme
    "claims": ("", 1280, 900, "light"),
    "claim": ("#tile=contradicted&claim=clm-043", 1280, 900, "light"),
    "article": ("#view=article", 1280, 1300, "light"),
    "map": ("#view=map", 1280, 1150, "light"),
    "phone": ("#tile=contradicted", 360, 800, "dark"),
}


def write_screenshots(folder: Path) -> None:
    with TemporaryDirectory() as scratch, sync_playwright() as started:
        page = Path(scratch, "page.html")
        page.write_text(render(ROOT), encoding="utf-8")
        browser = started.chromium.launch(executable_path=CHROMIUM)
        for name, (address, width, height, scheme) in SHOTS.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            tab = context.new_page()
            tab.goto(f"{page.as_uri()}{address}")
            tab.wait_for_selector("html.ready")
            tab.screenshot(path=folder / f"explore-{name}.png")
        browser.close()


if __name__ == "__main__":
    write_screenshots(ROOT / "docs")
