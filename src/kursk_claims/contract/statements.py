"""Read files of named SQL statements: rules, views and questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kursk_claims.contract.model import SqlStatement
from kursk_claims.errors import ContractError
from kursk_claims.files import read_utf8
from kursk_claims.suggest import did_you_mean

VIEWS_FILE = "views.sql"


def load_questions(folder: Path) -> tuple[SqlStatement, ...]:
    """Read the saved questions of a folder of schemas. One with a `tile` is a finding of the page, and has a `claim_id`."""
    return load_statements(folder / "questions.sql", "question", {"asks"}, {"tile"})


def load_views(folder: Path) -> tuple[SqlStatement, ...]:
    """Read the views of a folder of schemas, or of a release."""
    return load_statements(folder / VIEWS_FILE, "view", {"says"}, set())


def list_view_names(folder: Path) -> list[str]:
    """Return the names of the views of a folder of schemas, without checking their statements; none if it has no views."""
    path = folder / VIEWS_FILE
    return [name for name, _, _ in _split_file(path, "view")] if path.is_file() else []


def load_statements(path: Path, kind: str, required: set[str], optional: set[str]) -> tuple[SqlStatement, ...]:
    """Read the statements of an SQL file, each introduced by a line `-- kind: name`.

    The comment lines below it are the header: `key: value` pairs, two or more spaces apart; `required` and `optional` are
    its keys. Raises `ContractError`. Whether a statement is valid SQL shows only when it runs.
    """
    statements: dict[str, SqlStatement] = {}
    for name, line, body in _split_file(path, kind):
        header, sql = _split_header(body)
        location = f"{path}:{line}:1: {kind} {name}"
        for key in header:
            if key not in required | optional:
                raise ContractError(f"{location}: unknown key {key!r}{did_you_mean(key, required | optional)}")
        for key in sorted(required - set(header)):
            raise ContractError(f"{location}: expected {key!r} in the header, found none")
        if name in statements:
            raise ContractError(f"{location}: duplicate name; first in line {statements[name].line}")
        statements[name] = SqlStatement(name, header, sql, path, line)
    if not statements:
        raise ContractError(f"{path}:1:1: expected at least one line '-- {kind}: name', found none")
    return tuple(statements.values())


def _split_file(path: Path, kind: str) -> Iterator[tuple[str, int, list[str]]]:
    """Yield name, line and lines of each statement with its header."""
    text = read_utf8(path, ContractError, f"Add a file of {kind}s.")
    name, first, body = "", 0, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        following = _read_name(line, kind)
        if following:
            if name:
                yield name, first, body
            name, first, body = following, number, []
        elif name:
            body.append(line)
        elif line.strip() and not line.startswith("--"):
            raise ContractError(f"{path}:{number}:1: expected a line '-- {kind}: name' before the statement")
    if name:
        yield name, first, body


def _read_name(line: str, kind: str) -> str:
    """Return the name in a line `-- kind: name`; nothing if it is another line."""
    start = f"-- {kind}:"
    words = line[len(start) :].split() if line.startswith(start) else []
    return words[0] if len(words) == 1 else ""


def _split_header(lines: list[str]) -> tuple[dict[str, str], str]:
    """Return the pairs of the comment lines at the beginning, and the SQL below them."""
    start = next((index for index, line in enumerate(lines) if line), len(lines))
    end = len(lines)
    values: dict[str, list[str]] = {}
    last: list[str] = []
    while start < end and lines[start].startswith("--"):
        for key, value in _split_pairs(lines[start][2:].strip()):
            if key:
                last = values[key] = [value]
            elif last:  # a long value continues in the next comment line
                last.append(value)
        start += 1
    while end > start and (not lines[end - 1].strip() or lines[end - 1].startswith("--")):  # the heading of the next section
        end -= 1
    return {key: " ".join(parts) for key, parts in values.items()}, "\n".join(lines[start:end]).strip()


def _split_pairs(line: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs `key: value` of a line, two or more spaces apart; text before the first has no key."""
    key, parts = "", list[str]()
    for part in re.split("( {2,})", line):
        word, colon, value = part.partition(": ")
        if colon and re.fullmatch("[a-z_]+", word):
            if parts:
                yield key, "".join(parts).strip()
            key, parts = word, [value]
        else:
            parts.append(part)
    yield key, "".join(parts).strip()
