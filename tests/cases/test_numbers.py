"""The number that a surface expresses is read in the language of its document, or the check says that it is not read."""

from __future__ import annotations

import pytest

from support import Call, Copy


def quantity(copy: Copy, language: str, surface: str, value: str) -> None:
    """Write one quantity of a document in a language."""
    rows = copy.rows("quantities")
    row = next(row for row in rows if row["comparator"] == "eq")
    copy.write("quantities", [row | {"surface": surface, "value": value, "unit": "km2", "measure": "area_controlled"}])
    copy.write("documents", [document | {"language": language} for document in copy.rows("documents")])


def check(copy: Copy, call: Call, *tables: str) -> str:
    return call("check", *(copy.csv(table) for table in tables), "-w", copy.root, "-q").out


WITH_LANGUAGE = ("quantities", "claims", "documents")


@pytest.mark.parametrize(
    ("language", "surface", "value"),
    [
        ("en", "1,294", "1294"),
        ("en", "1.294", "1.294"),
        ("en", "1.3 million", "1300000"),
        ("en", "two dozen", "24"),
        ("en", "half a million", "500000"),
        ("en", "29\u00a0000", "29000"),
        ("de", "1.294", "1294"),
        ("it", "1,5", "1.5"),
        ("de", "zwei Millionen", "2000000"),
        ("uk", "1 294,5", "1294.5"),
    ],
)
def test_numbers_of_a_language(language: str, surface: str, value: str, fiction: Copy, call: Call) -> None:
    quantity(fiction, language, surface, value)
    report = check(fiction, call, *WITH_LANGUAGE)
    assert "surface-value" not in report
    assert "cannot be read as a number" not in report
    quantity(fiction, language, surface, "77")
    assert "error surface-value: surface,value" in check(fiction, call, *WITH_LANGUAGE)


def test_the_same_figures_are_another_number_in_another_language(fiction: Copy, call: Call) -> None:
    quantity(fiction, "de", "1.294", "1.294")
    assert "read 1294.0 from 1.294" in check(fiction, call, *WITH_LANGUAGE)


@pytest.mark.parametrize(("surface", "value"), [("1.294", "1294"), ("1.294", "1.294"), ("1,294", "7")])
def test_without_the_documents_what_may_mean_two_numbers_is_not_read(surface: str, value: str, fiction: Copy, call: Call) -> None:
    quantity(fiction, "de", surface, value)
    report = check(fiction, call, "quantities")
    assert "surface-value" not in report
    assert f"skipped 1 check because '{surface}' cannot be read as a number" in report


def test_a_surface_that_cannot_be_read_is_named(fiction: Copy, call: Call) -> None:
    quantity(fiction, "pl", "dwadzie\u015bcia", "20")
    report = check(fiction, call, *WITH_LANGUAGE)
    assert "surface-value" not in report
    assert "dwadzie\u015bcia' cannot be read as a number" in report


def test_both_ends_of_a_range(fiction: Copy, call: Call) -> None:
    quantity(fiction, "en", "3 to 5 million", "")
    (row,) = fiction.rows("quantities")
    ends = row | {"comparator": "between", "bounds_basis": "stated", "low": "3000000", "high": "5000000"}
    fiction.write("quantities", [ends])
    assert "surface-value" not in check(fiction, call, *WITH_LANGUAGE)
    fiction.write("quantities", [ends | {"low": "3"}])
    assert "read 3000000.0 to 5000000.0 from 3 to 5 million" in check(fiction, call, *WITH_LANGUAGE)


def test_a_vague_amount_need_not_be_readable_and_is_no_number(fiction: Copy, call: Call) -> None:
    quantity(fiction, "en", "a wave of", "")
    (row,) = fiction.rows("quantities")
    fiction.write("quantities", [row | {"comparator": "vague"}])
    report = check(fiction, call, *WITH_LANGUAGE)
    assert "surface-value" not in report
    assert "cannot be read as a number" not in report
    fiction.write("quantities", [row | {"comparator": "vague", "surface": "two dozen"}])
    assert "a vague amount, read 24.0 from two dozen" in check(fiction, call, *WITH_LANGUAGE)


@pytest.mark.parametrize(
    ("language", "reason"), [("pl", "the number words of pl are not covered"), ("und", "its language is not known")]
)
def test_a_text_in_whose_language_only_figures_are_found(language: str, reason: str, fiction: Copy, call: Call) -> None:
    fiction.write("documents", [document | {"language": language} for document in fiction.rows("documents")])
    report = call("validate", "--text", fiction.text, "-w", fiction.root).out
    assert f"because {reason}; only figures were looked for: number words of doc-" in report


def test_number_words_are_those_of_the_language_of_the_document(fiction: Copy, call: Call) -> None:
    report = call("validate", "--text", fiction.text, "-w", fiction.root).out
    assert "only figures were looked for" not in report
    fiction.write("documents", [document | {"language": "nl"} for document in fiction.rows("documents")])
    report = call("validate", "--text", fiction.text, "-w", fiction.root).out
    assert "exclusion-is-numeral" in report  # "Three" is no Dutch number
    assert "only figures were looked for" not in report
