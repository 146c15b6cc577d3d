"""The nearest known name is suggested, quickly whatever the words are."""

from __future__ import annotations

import pytest

from kursk_claims.suggest import did_you_mean


@pytest.mark.parametrize(
    ("word", "known", "nearest"),
    [
        ("affirmd", ["affirmed", "negated"], "affirmed"),
        ("calims", ["events", "claims", "claim_actors"], "claims"),
        ("clm-0011", ["clm-001", "clm-002"], "clm-001"),
        ("zzz", ["affirmed", "negated"], ""),
        ("", ["affirmed"], ""),
        ("claims", [], ""),
        ("a" * 101, ["a" * 101], ""),
    ],
)
def test_the_nearest_word_is_suggested_if_it_is_near(word: str, known: list[str], nearest: str) -> None:
    assert did_you_mean(word, known) == (f" (did you mean {nearest!r}?)" if nearest else "")


def test_many_long_words_are_compared_quickly() -> None:
    known = [f"{number:06d}" + "ab" * 47 for number in range(100_000)]
    for number in range(100):
        did_you_mean(f"x{number:05d}" + "ba" * 47, known)
