"""Numbers are read as the language of the text writes them, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kursk_claims.claims.number_reading import read_number


@pytest.mark.parametrize(
    ("surface", "language", "value"),
    [
        ("68", "en", 68),
        ("1,294", "en", 1294),
        ("1,294,000", "en", 1294000),
        ("1,294.5", "en", 1294.5),
        ("0.5", "en", 0.5),
        ("1 294", "en", 1294),
        ("29\u00a0000", "en", 29000),
        ("Forty", "en", 40),
        ("forty-five", "en", 45),
        ("a hundred", "en", 100),
        ("a thousand", "en", 1000),
        ("two hundred and ten", "en", 210),
        ("1.3 million", "en", 1300000),
        ("two dozen", "en", 24),
        ("a dozen", "en", 12),
        ("half a million", "en", 500000),
        ("half a dozen", "en", 6),
        ("two and a half million", "en", 2500000),
        ("four and a half", "en", 4.5),
        ("21st", "en", 21),
        ("third", "en", 3),
        ("1.294", "de", 1294),
        ("1,5", "de-AT", 1.5),
        ("1,3 Millionen", "de", 1300000),
        ("zwei Dutzend", "de", 24),
        ("1’294", "de-CH", 1294),
        ("1\u202f294,5", "fr", 1294.5),
        ("deux mille", "fr", 2000),
        ("1 294,5", "uk", 1294.5),
        ("١٢", "ar", 12),
        ("1,5", None, 1.5),
        ("1.3 million", "und", 1300000),
    ],
)
def test_number_of_a_surface(surface: str, language: str | None, value: float) -> None:
    assert read_number(surface, language) == value


@pytest.mark.parametrize(
    ("surface", "language"),
    [
        ("1,29", "en"),
        ("12,3456", "en"),
        ("1.294.000", "en"),
        ("-3", "en"),
        ("1e3", "en"),
        ("some", "en"),
        ("a", "en"),
        ("", "en"),
        ("hundreds", "en"),
        ("dozens", "en"),
        ("half", "en"),
        ("Millionen", "de"),
        ("два", "uk"),  # text2num reads no Ukrainian
        ("12", "klingon"),
        ("1.294", None),  # 1.294 in English, 1294 in German
        ("2 billion", None),  # a thousand times more in German
        ("9" * 300, "en"),
    ],
)
def test_what_cannot_be_read_is_not_guessed(surface: str, language: str | None) -> None:
    assert read_number(surface, language) is None


@given(st.integers(0, 10**15))
def test_figures_are_read_with_and_without_commas(number: int) -> None:
    assert read_number(str(number)) == read_number(f"{number:,}") == number
