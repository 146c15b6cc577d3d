"""Arguments and options that the commands of `curate` share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import typer.core

WORDS = re.compile(r"-[^A-Za-z-]")
MARK = "\0"  # no argument of a process contains it


class WordsCommand(typer.core.TyperCommand):
    """A command whose argument is words of a text: those that begin like -2.1 are no options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        rest: list[str] = super().parse_args(ctx, [f"{MARK}{each}" if WORDS.match(each) else each for each in args])
        ctx.params.update({name: each.removeprefix(MARK) for name, each in ctx.params.items() if isinstance(each, str)})
        return rest


def require_words(words: str) -> str:
    """Return the words to find. Raises a usage error for none, and for bytes of a command line that are not UTF-8."""
    if not words.strip() or any("\ud800" <= char <= "\udfff" for char in words):
        raise typer.BadParameter("give the words to find, in UTF-8")
    return words


def find_words(words: str, text: str, passage: Mapping[str, str], *, whole_word: bool = False) -> tuple[int, int]:
    """Return the offsets of words that occur once in a passage. Raises a usage error that shows each place otherwise."""
    from kursk_claims.claims.locate import find_places, quote_context

    first, last = int(passage["char_start"]), int(passage["char_end"])
    spans = [(each.start, each.end) for each in find_places(words, text[first:last], whole_word=whole_word)]
    if len(spans) == 1:
        return first + spans[0][0], first + spans[0][1]
    places = " | ".join(quote_context(text[first:last], *span, size=20) for span in spans)
    found = (
        f"occurs {len(spans)} times in {passage['passage_id']}: {places}. Give more words"
        if spans
        else (f"does not occur in {passage['passage_id']}. Copy the words from the text; letters and case count")
    )
    raise typer.BadParameter(f"{words!r} {found}.")
