"""A text is split into headings and sentences that leave out nothing but white space."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kursk_claims.claims.text import canonicalize, read_canonical_text
from kursk_claims.curation.sentences import has_own_rules, split_sentences
from support import ROOT, Copy

FERRY = """Ferry runs aground

The ferry ran aground on Monday. Nobody
was hurt.

“We were lucky”

Dr. Ness spoke of 2.5 metres.
"""


def texts_of(text: str, language: str = "en") -> list[tuple[int, int, str, bool]]:
    sentences = split_sentences(text, language)
    return [(each.paragraph, each.number, text[each.start : each.end], each.is_heading) for each in sentences]


def test_headings_and_sentences_are_numbered() -> None:
    assert texts_of(FERRY) == [
        (1, 1, "Ferry runs aground", True),
        (2, 1, "The ferry ran aground on Monday.", False),
        (2, 2, "Nobody\nwas hurt.", False),
        (3, 1, "“We were lucky”", True),
        (4, 1, "Dr. Ness spoke of 2.5 metres.", False),
    ]


def test_a_text_without_blank_lines_has_a_paragraph_per_line() -> None:
    assert [each[:3] for each in texts_of("It rained. It snowed.\nIt stopped.\n")] == [
        (1, 1, "It rained."),
        (1, 2, "It snowed."),
        (2, 1, "It stopped."),
    ]


@pytest.mark.parametrize("line", ["What now?", "It rained.", "They said:", "The last line has no mark"])
def test_a_line_with_a_final_mark_or_at_the_end_is_no_heading(line: str) -> None:
    text = f"It rained.\n\n{line}" if line.startswith("The last") else f"{line}\n\nIt rained."
    assert {each[3] for each in texts_of(text)} == {False}


def test_the_number_of_a_list_item_belongs_to_its_sentence() -> None:
    found = [each[2] for each in texts_of("They asked for this. 1. Bread. 2. Coal. …")]
    assert all(any(map(str.isalpha, each)) for each in found)
    assert found[0] == "They asked for this."


def test_sentences_of_a_language_are_found_by_its_rules() -> None:
    text = "Ціна становить 5 тис. гривень. Порт закрито."
    assert [each[2] for each in texts_of(text, "uk-UA")] == ["Ціна становить 5 тис. гривень.", "Порт закрито."]
    assert len(texts_of(text, "en")) == 3
    assert has_own_rules("uk-UA")
    assert not has_own_rules("und")


HARBOUR = {"harbour-herald.uk.txt": "doc-harbour-herald-storm", "quay-letter.en.txt": "doc-quay-letter-storm"}


@pytest.mark.parametrize("file", HARBOUR)
def test_sentences_are_those_that_people_recorded(file: str) -> None:
    rows = [row for row in Copy(ROOT / "tests" / "harbour").rows("passages") if row["doc_id"] == HARBOUR[file]]
    columns = ("paragraph", "sentence", "char_start", "char_end")
    recorded = [[*(int(row[name]) for name in columns), row["disposition"] == "heading"] for row in rows]
    found = split_sentences(read_canonical_text(ROOT / "tests" / "harbour" / file), file.split(".")[1])
    assert [[each.paragraph, each.number, each.start, each.end, each.is_heading] for each in found] == sorted(recorded)


@given(st.text(alphabet=" \n\t\u00a0\u2028.!?…“”ab1\u200b🙂", max_size=60), st.sampled_from(["en", "uk", "und"]))
def test_sentences_leave_out_white_space_only(text: str, language: str) -> None:
    text = canonicalize(text.encode())
    end, place = 0, (0, 0)
    for each in split_sentences(text, language):
        assert text[end : each.start].strip() == ""
        assert text[each.start : each.end].strip() == text[each.start : each.end] != ""
        follows_in_paragraph = (each.paragraph, each.number - 1) == place
        assert follows_in_paragraph or (each.paragraph, each.number) == (place[0] + 1, 1)
        end, place = each.end, (each.paragraph, each.number)
    assert text[end:].strip() == ""
