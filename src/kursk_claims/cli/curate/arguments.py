"""Arguments and options that the commands of `curate` share."""

from __future__ import annotations

import re
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
