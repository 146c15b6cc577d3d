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
    """Read the saved questions of a folder of schemas."""
    return load_statements(folder / "questions.sql", "question", {"asks"}, set())


def load_views(folder: Path) -> tuple[SqlStatement, ...]:
    """Read the views of a folder of schemas, or of a release."""
    return load_statements(folder / VIEWS_FILE, "view", {"says"}, set())


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


def _split_file(path: Path, kind: str) -> Iterator[tuple[str, int, str]]:
    """Yield name, line and text of each statement with its header."""
    text = read_utf8(path, ContractError, f"Add a file of {kind}s.")
    starts = list(re.finditer(rf"^-- {kind}: *(\S+) *$", text, re.MULTILINE))
    unnamed = re.search(r"^(?!--).*\S", text[: starts[0].start()] if starts else text, re.MULTILINE)
    if unnamed:
        line = text.count("\n", 0, unnamed.start()) + 1
        raise ContractError(f"{path}:{line}:1: expected a line '-- {kind}: name' before the statement")
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        yield start[1], text.count("\n", 0, start.start()) + 1, text[start.end() : end]


def _split_header(body: str) -> tuple[dict[str, str], str]:
    header: dict[str, str] = {}
    lines = body.strip("\n").split("\n")
    last_key = ""
    while lines and lines[0].startswith("--"):
        for pair in re.split(r" {2,}(?=[a-z_]+: )", lines.pop(0)[2:].strip()):
            key, colon, value = pair.partition(": ")
            if colon and re.fullmatch("[a-z_]+", key):
                header[key] = value.strip()
                last_key = key
            elif last_key:  # a long value continues in the next comment line
                header[last_key] += f" {pair.strip()}"
    while lines and (not lines[-1].strip() or lines[-1].startswith("--")):  # the heading of the next section
        lines.pop()
    return header, "\n".join(lines).strip()
