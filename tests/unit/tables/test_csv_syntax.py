"""CSV text is split into lines and cells, each with its position."""

from __future__ import annotations

import pytest

from kursk_claims.tables.csv_syntax import CsvSyntaxError, split_line, split_lines


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("", [(1, "")]),
        ("a,bc,", [(1, "a"), (3, "bc"), (6, "")]),
        ('"a,b","say ""so""",c', [(1, "a,b"), (7, 'say "so"'), (20, "c")]),
        ('""', [(1, "")]),
        ("Ёж,ö", [(1, "Ёж"), (4, "ö")]),
    ],
)
def test_cells_with_their_positions(line: str, cells: list[tuple[int, str]]) -> None:
    assert split_line(line) == cells


@pytest.mark.parametrize(
    ("line", "position", "reason"),
    [
        ('a,"open', 3, "an unclosed quote"),
        ('"closed" early', 9, "text after a closing quote"),
        ('a,in"side', 5, "a quote in an unquoted cell"),
    ],
)
def test_a_line_that_is_not_csv(line: str, position: int, reason: str) -> None:
    with pytest.raises(CsvSyntaxError) as raised:
        split_line(line)
    assert (raised.value.position, str(raised.value)) == (position, reason)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb\n", ["a", "b"]),
        ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a\rb\r", ["a", "b"]),
        ("a\nb\rc\n", ["a", "b\rc"]),  # CR among LF is part of a cell
        ("a\n\n", ["a", ""]),
        ("", [""]),
    ],
)
def test_lines(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines
