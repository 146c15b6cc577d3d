"""The documentation site in a real browser: it loads nothing from elsewhere and fits a telephone."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hatch_build import link_to_site

from support import ROOT

SITE = os.environ.get("KURSK_CLAIMS_SITE")
PAGES = ["", "docs/tutorial/", "docs/query/", "reference/commands/", "reference/python/", "reference/tables/", "reference/rules/"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(SITE is None, reason="KURSK_CLAIMS_SITE names no folder that `make pages` built (.site/html)"),
]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_complete_and_fits(page: str, width: int, address: str, browser: Any) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        tab = context.new_page()
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        tab.on("response", lambda response: None if response.ok else complaints.append(f"{response.status} {response.url}"))
        tab.goto(address + page)
        tab.locator("h1").first.wait_for()
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert tab.locator("article").inner_text().count(":::") == 0, "a directive was not rendered"
        assert tab.locator('link[href^="http"], script[src^="http"], img[src^="http"]').count() == 0
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == complaints == []


def test_the_links_of_the_readme_lead_to_pages_of_the_site(address: str, browser: Any) -> None:
    """As on PyPI, where they are absolute."""
    readme = link_to_site((ROOT / "README.md").read_text(encoding="utf-8"), address.rstrip("/"))
    links = {link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", readme) if link.startswith(address)}
    assert len(links) > 20
    with browser.new_context() as context:
        assert [link for link in sorted(links) if not context.request.get(link).ok] == []


def test_the_page_and_the_releases_lie_beside_it(address: str, browser: Any) -> None:
    with browser.new_context() as context:
        tab = context.new_page()
        assert tab.goto(f"{address}build/index.json").json()["latest"]
        assert tab.goto(f"{address}explore/").ok
