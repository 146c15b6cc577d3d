"""Numbers are read as the language of the text writes them, or not at all."""

from __future__ import annotations

import sys
import unicodedata
from decimal import Decimal

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import format_compact_decimal, format_decimal
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from kursk_claims.claims.cardinals import INVERTED, SPELLED, read_cardinal
from kursk_claims.claims.number_format import CURRENCY_SIGNS
from kursk_claims.claims.number_reading import Reading, read_number
from kursk_claims.claims.number_words import WORD_LANGUAGES


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
        ("a thousand", "en", 1000),
        ("two hundred and ten", "en", 210),
        ("1.3 million", "en", 1300000),
        ("a dozen", "en", 12),
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
        ("€3 million", "en", 3000000),
        ("EUR 3m", "en", 3000000),
        ("7.5 percent", "en", 7.5),
        ("7.5%", "en", 7.5),
        ("\u22122.1", "en", -2.1),
        ("-2.1", "en", -2.1),
        ("2.5bn", "en", 2500000000),
        ("3m", "en", 3000000),
        ("5 млн", "uk", 5000000),
        ("5 млн", "ru", 5000000),
        ("two dozen", "en", 24),
        ("half a million", "en", 500000),
        ("1½", "en", 1.5),
        ("½", "en", 0.5),
        ("a hundred", "en", 100),
        ("1\u00a0300", "en", 1300),
        ("1\u2009300", "en", 1300),
        ("1\u202f300", "en", 1300),
        ("40.000", "de", 40000),
        ("40.000", "it", 40000),
        ("40.000", "en", 40),
        ("1.294,5", "de", 1294.5),
        ("1'294", "de", 1294),
        ("1’294", "en", 1294),
        ("more than 40,000", "en", 40000),
        ("almost 1,300", "en", 1300),
        ("up to 300", "en", 300),
        ("3 M€", "fr", 3000000),
        ("п'ять мільйонів", "uk", 5000000),
        ("п’ять мільйонів", "uk", 5000000),
        ("пʼять мільйонів", "uk", 5000000),
        ("півтора мільйона", "uk", 1500000),
        ("півмільйона", "uk", 500000),
        ("півтори тисячі", "uk", 1500),
        ("два з половиною мільйони", "uk", 2500000),
        ("сотня", "uk", 100),
        ("дві сотні", "uk", 200),
        ("тисяча", "uk", 1000),
        ("понад 40 тис.", "uk", 40000),
        ("40 тисяч", "uk", 40000),
        ("3,5 відсотка", "uk", 3.5),
        ("5 млн гривень", "uk", 5000000),
        ("близько двохсот", "uk", 200),
        ("zweieinhalb Millionen", "de", 2500000),
        ("anderthalb Millionen", "de", 1500000),
        ("eine halbe Million", "de", 500000),
        ("3,5 Mio. Euro", "de", 3500000),
        ("2 Mrd.", "de", 2000000000),
        ("ein Dutzend", "de", 12),
        ("due milioni e mezzo", "it", 2500000),
        ("mezzo milione", "it", 500000),
        ("un centinaio", "it", 100),
        ("due decine", "it", 20),
        ("trecento", "it", 300),
        ("7,5 per cento", "it", 7.5),
        ("un million et demi", "fr", 1500000),
        ("une centaine", "fr", 100),
        ("plus d'une centaine", "fr", 100),
        ("deux cents", "fr", 200),
        ("quatre-vingts", "fr", 80),
        ("medio millón", "es", 500000),
        ("un millón y medio", "es", 1500000),
        ("mil millones", "es", 1000000000),
        ("3 mil millones", "es", 3000000000),
        ("meio milhão", "pt", 500000),
        ("um milhão e meio", "pt", 1500000),
        ("een half miljoen", "nl", 500000),
        ("anderhalf miljoen", "nl", 1500000),
        ("twee en een half miljoen", "nl", 2500000),
        ("12,34,567", "en-IN", 1234567),
        ("12,34,567", "hi", 1234567),
        ("5 milionów", "pl", 5000000),
        ("1.3 million", None, 1300000),
        ("-€3", "en", -3),
        ("500+", "en", 500),
        ("$3 dollars", "en", 3),
        ("three and a half", "en", 3.5),
        ("two million and a half", "en", 2500000),
        ("½ million", "en", 500000),
        ("2½ million", "en", 2500000),
        ("40.000", "de-AT", 40000),
        ("١٢٫٥", "ar", 12.5),
        ("2.3 million", "en", 2300000),
        ("3 per cent", "en", 3),
        ("minus two", "en", -2),
        ("3万", "ja", 30000),
        ("%7,5", "tr", 7.5),
        ("hundred", "en", 100),
        ("полтора миллиона", "ru", 1500000),
        ("полмиллиона", "ru", 500000),
        ("двое", "ru", 2),
        ("п'ятеро", "uk", 5),
        ("uno", "it", 1),
        ("300 oder mehr", "de", 300),
        ("no fewer than a dozen", "en", 12),
        ("half a dozen", "en", 6),
    ],
)
def test_number_of_a_surface(surface: str, language: str | None, value: float) -> None:
    assert read_number(surface, language) == Reading(value)


@pytest.mark.parametrize(
    ("surface", "language", "low", "high"),
    [
        ("between 300 and 500", "en", 300, 500),
        ("from 300 to 500", "en", 300, 500),
        ("300–500", "en", 300, 500),
        ("300 to 500", "en", 300, 500),
        ("300-500", "en", 300, 500),
        ("3 to 5 million", "en", 3000000, 5000000),
        ("three to five million", "en", 3000000, 5000000),
        ("forty-five to fifty", "en", 45, 50),
        ("between two hundred and five hundred and ten", "en", 200, 510),
        ("від двадцяти до тридцяти", "uk", 20, 30),
        ("20-30", "uk", 20, 30),
        ("двадцять-тридцять", "uk", 20, 30),
        ("zwischen 300 und 500", "de", 300, 500),
        ("tra 300 e 500", "it", 300, 500),
        ("da 3 a 5 milioni", "it", 3000000, 5000000),
        ("entre 3 et 5 millions", "fr", 3000000, 5000000),
        ("$3m-$5m", "en", 3000000, 5000000),
        ("$3-5 million", "en", 3000000, 5000000),
        ("1,000 to 2 million", "en", 1000, 2000000),
        ("ten to five hundred", "en", 10, 500),
        ("fifty to a hundred", "en", 50, 100),
        ("3 to 5 percent", "en", 3, 5),
        ("\u22125 to \u22123", "en", -5, -3),
        ("5 to 10 dozen", "en", 60, 120),
    ],
)
def test_range_of_a_surface(surface: str, language: str, low: float, high: float) -> None:
    assert read_number(surface, language) == Reading(None, low, high)


@pytest.mark.parametrize(
    ("surface", "language"),
    [
        ("three quarters", "en"),
        ("hundreds", "en"),
        ("dozens", "en"),
        ("several", "en"),
        ("thousands", "en"),
        ("millions", "en"),
        ("several hundred", "en"),
        ("hundreds of thousands", "en"),
        ("hundreds thousand", "en"),
        ("сотні тисяч", "uk"),
        ("$3m to", "en"),
        ("one in three", "en"),
        ("one-third", "en"),
        ("two-thirds", "en"),
        ("3 m", "en"),
        ("3m", "de"),
        ("сотні", "uk"),
        ("тисячі", "uk"),
        ("Dutzende", "de"),
        ("centinaia", "it"),
        ("cientos", "es"),
        ("miles", "es"),
        ("pięć", "pl"),
        ("1.294", None),
        ("2 billion", None),
        ("2024-11-03", "en"),
        ("F-16", "en"),
        ("1.5", "uk"),
        ("1.294", "uk"),
        ("a couple", "en"),
        ("both", "en"),
        ("five-year", "en"),
        ("500 to 300", "en"),
        ("1,29", "en"),
        ("12,3456", "en"),
        ("1e3", "en"),
        ("½ of", "en"),
        ("12.5½", "en"),
        ("a few dozen", "en"),
        ("million", "en"),
        ("Millionen", "de"),
        ("half", "en"),
        ("three-quarters", "en"),
        ("1.294.000", "en"),
        ("some", "en"),
        ("a", "en"),
        ("", "en"),
        ("12", "klingon"),
        ("9" * 300, "en"),
    ],
)
def test_what_cannot_be_read_is_not_guessed(surface: str, language: str | None) -> None:
    assert read_number(surface, language) is None


@given(st.integers(0, 10**15))
def test_figures_are_read_with_and_without_commas(number: int) -> None:
    assert read_number(str(number)) == read_number(f"{number:,}") == Reading(number)


LOCALES = [each.replace("_", "-") for each in sorted(locale_identifiers()) if each not in ("root", "en_US_POSIX")]


@given(st.sampled_from(LOCALES), st.decimals(-(10**9), 10**9, places=2))
def test_what_babel_writes_is_read(language: str, number: Decimal) -> None:
    surface = format_decimal(number, locale=Locale.parse(language, sep="-"))
    assert read_number(surface, language) == Reading(float(number))


@given(st.sampled_from(WORD_LANGUAGES), st.integers(1, 999), st.integers(3, 12))
def test_what_babel_writes_in_compact_form_is_read(language: str, number: int, magnitude: int) -> None:
    surface = format_compact_decimal(number * 10**magnitude, format_type="long", locale=language, fraction_digits=2)
    reading = read_number(surface, language)
    assert reading is None or reading == Reading(number * 10**magnitude)


@given(st.sampled_from(WORD_LANGUAGES), st.integers(0, 999_999))
def test_what_num2words_writes_is_read_or_not_read_but_never_wrong(language: str, number: int) -> None:
    reading = read_number(num2words(number, lang=language), language)
    assert reading == Reading(number) or (reading is None and language == "en" and number > 999)


def test_currency_signs_are_those_of_unicode() -> None:
    signs = {char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char) == "Sc"}
    assert signs <= CURRENCY_SIGNS


@pytest.mark.parametrize("language", sorted({*WORD_LANGUAGES} - {*INVERTED, *SPELLED}))
def test_text2num_reads_every_number_where_num2words_is_not_consulted(language: str) -> None:
    for number in range(1000):
        words = num2words(number, lang=language)
        assert read_cardinal(words, language) == read_cardinal(words.title(), language) == number
