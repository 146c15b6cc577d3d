"""Texts that a reader brings: the right one, another copy, a wrong one, two documents; chosen, dropped and pasted."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from kursk_claims.explorer.html import render_page
from pages import Visit, collect, multiply
from support import FICTION, ROOT, Copy

pytestmark = pytest.mark.browser
HARBOUR = ROOT / "tests" / "harbour"
TEXT = Copy(FICTION).text.read_text(encoding="utf-8")


def drop(tab: Any, *texts: str) -> None:
    transfer = tab.evaluate_handle(
        """texts => {
            const held = new DataTransfer();
            texts.forEach((text, at) => held.items.add(new File([text], `text-${at}.txt`)));
            return held;
        }""",
        list(texts),
    )
    tab.dispatch_event("body", "drop", {"dataTransfer": transfer})


def test_the_right_text_puts_the_words_back(page: Path, fiction: Copy, visit: Visit) -> None:
    tab = visit(page, "#view=article")
    assert "bulletin" not in tab.locator(".article").inner_text()
    tab.get_by_label("Text file").set_input_files(fiction.text)
    tab.get_by_text("This is the text: all 13 passages are in their places.").wait_for()
    assert "On 11 March 2031 soldiers from Talvia crossed into Brennland" in tab.locator(".article").inner_text()
    expected = [
        TEXT[int(row["char_start"]) : int(row["char_end"])]
        for row in fiction.rows("evidence")
        if row["claim_id"] == "clm-002" and row["role"] == "content"
    ]
    tab.locator(".margin a[data-claim=clm-002]").click()
    assert tab.locator("#panel blockquote mark").all_text_contents() == expected
    assert "".join(tab.locator(".article mark.chosen").all_text_contents()) == "".join(expected)
    tab.get_by_role("button", name="Forget the text").click()
    assert tab.locator("blockquote").count() == 0
    assert "bulletin" not in tab.locator(".article").inner_text()


def test_blank_lines_have_the_true_length_of_each_sentence(page: Path, visit: Visit) -> None:
    tab = visit(page, "#view=article")
    lengths = tab.locator(".ghost").evaluate_all("all => all.map(each => each.textContent.replaceAll('\\u200b', '').length)")
    rows = Copy(FICTION).rows("passages")
    assert lengths == [int(row["char_end"]) - int(row["char_start"]) for row in rows]


def test_words_lead_to_their_claims_one_after_another(page: Path, fiction: Copy, visit: Visit) -> None:
    tab = visit(page, "#view=article")
    tab.get_by_label("Text file").set_input_files(fiction.text)
    tab.get_by_text("all 13 passages").wait_for()
    shared = tab.locator("mark[data-claims*=' ']").first
    first, second, *_ = (shared.get_attribute("data-claims") or "").split()
    for claim in (first, second):
        shared.click()
        assert f"claim={claim}" in tab.url


@pytest.mark.parametrize("how", ["dropped", "pasted"])
def test_a_text_can_be_dropped_or_pasted(page: Path, visit: Visit, how: str) -> None:
    tab = visit(page, "" if how == "dropped" else "#view=article")
    if how == "dropped":
        drop(tab, TEXT)
    else:
        tab.get_by_label("Or paste it").fill(TEXT)
    tab.get_by_text("all 13 passages are in their places").wait_for()
    assert tab.locator(".article mark").count() >= 10


def test_another_copy_is_aligned(page: Path, visit: Visit, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    altered = TEXT.replace("\n\n", "\r\n\r\n  ").replace("bulletin", "BULLETIN", 1)
    other.write_bytes(f"\ufeffMenu\r\n\r\n{altered}".encode())
    tab = visit(page, "#view=article")
    tab.get_by_label("Text file").set_input_files(other)
    tab.get_by_text("Another copy: 12 of 13 passages found.").wait_for()
    assert tab.locator(".sentence.ghost").count() == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Something else. It has sentences.", "holds no passage of the article"),
        (b"\xff\xfe\x00", "is not text in UTF-8"),
        (b" \n ", "is empty"),
        (b"word " * 200_000, "is too long. Give the article alone: at most 100,000 characters."),
        (b"A sentence. " * 8_000, "holds no passage of the article"),
    ],
    ids=["another text", "no text", "nothing", "a megabyte", "the longest"],
)
def test_a_wrong_text_is_refused_and_the_page_stays_usable(
    page: Path, visit: Visit, tmp_path: Path, content: bytes, expected: str
) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_bytes(content)
    tab = visit(page, "#view=article")
    tab.get_by_label("Text file").set_input_files(wrong)
    tab.locator("#views").get_by_role("link", name="Claims").click()  # while the text is looked through
    assert tab.locator("tr[data-claim]").count() == 17
    tab.go_back()
    tab.locator("#verdict").get_by_text(expected).wait_for()
    assert "wrong.txt" in tab.locator("#verdict").inner_text()
    assert tab.locator(".sentence:not(.ghost)").count() == 0


def test_a_second_text_joins_the_first(harbour: Path, visit: Visit) -> None:
    texts = [(HARBOUR / name).read_text(encoding="utf-8") for name in ("harbour-herald.uk.txt", "quay-letter.en.txt")]
    tab = visit(harbour)
    drop(tab, texts[0])
    tab.locator("#verdict.good").wait_for()
    drop(tab, texts[1])
    tab.locator("#verdict.good").get_by_text("This is the text of").wait_for()
    documents = tab.get_by_role("navigation", name="Documents").get_by_role("link")
    shown = set()
    for each in documents.all():
        each.click()
        assert tab.locator(".sentence.ghost").count() == 0
        shown.add(tab.locator(".article").get_attribute("lang"))
    assert shown == {"uk", "en"}


def test_each_of_several_files_has_its_outcome(harbour: Path, visit: Visit) -> None:
    texts = [(HARBOUR / name).read_text(encoding="utf-8") for name in ("harbour-herald.uk.txt", "quay-letter.en.txt")]
    tab = visit(harbour)
    drop(tab, *texts)
    tab.locator("#verdict.good").wait_for()
    assert tab.locator("#verdict").inner_text().count("This is the text of") == 2
    tab = visit(harbour)
    drop(tab, "Something else. It has sentences.", texts[1])
    tab.locator("#verdict.bad").wait_for()
    verdict = tab.locator("#verdict").inner_text()
    assert "text-0.txt holds no passage of the article" in verdict
    assert "This is the text of" in verdict


def test_words_that_are_dragged_stay_with_the_browser(page: Path, visit: Visit) -> None:
    tab = visit(page)
    prevented = tab.evaluate(
        """() => ["dragover", "drop"].map(type => {
            const dataTransfer = new DataTransfer();
            dataTransfer.setData("text/plain", "words");
            const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
            return !document.getElementById("q").dispatchEvent(event);
        })"""
    )
    assert prevented == [False, False]
    assert tab.locator("#bring").is_hidden()


def test_a_text_that_is_forgotten_while_it_is_looked_through_does_not_come_back(page: Path, visit: Visit) -> None:
    tab = visit(page, "#view=article")
    tab.evaluate(  # a worker that answers late, as with a long text
        """() => {
            const post = Worker.prototype.postMessage;
            Worker.prototype.postMessage = function (message) { setTimeout(() => post.call(this, message), 300); };
        }"""
    )
    tab.get_by_label("Or paste it").fill(TEXT)
    tab.get_by_role("button", name="Forget the text").click()
    tab.wait_for_timeout(900)
    assert tab.locator("#verdict").inner_text() == "The text is forgotten."
    assert tab.locator(".sentence:not(.ghost)").count() == 0


def test_a_text_that_many_documents_share_is_summed_up(visit: Visit, tmp_path: Path) -> None:
    folder = shutil.copytree(FICTION, tmp_path / "fiction")
    page = tmp_path / "page.html"
    page.write_text(render_page(multiply(collect(folder), 9)), encoding="utf-8")
    tab = visit(page, "#view=article")
    tab.get_by_label("Or paste it").fill(TEXT)
    tab.locator("#verdict").get_by_text("And passages of 6 other documents.").wait_for()


def test_a_text_from_right_to_left_reads_so(page: Path, fiction: Copy, visit: Visit) -> None:
    tab = visit(page, "#view=article")
    assert tab.locator(".paragraph > p").first.get_attribute("dir") is None
    tab.get_by_label("Text file").set_input_files(fiction.text)
    tab.get_by_text("all 13 passages").wait_for()
    assert tab.locator(".paragraph > p").first.get_attribute("dir") == "auto"
