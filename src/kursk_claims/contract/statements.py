"""Read files of named SQL statements: rules, views and questions."""

from __future__ import annotations

import re
from pathlib import Path

from kursk_claims.contract.model import SqlStatement
from kursk_claims.errors import ContractError
from kursk_claims.suggest import did_you_mean


def load_questions(folder: Path) -> tuple[SqlStatement, ...]:
    """The saved questions of a folder of schemas."""
    return load_statements(folder / "questions.sql", "question", {"asks"}, set())


def load_statements(path: Path, word: str, required: set[str], optional: set[str]) -> tuple[SqlStatement, ...]:
    """The statements of an SQL file, split at its `-- word: name` lines.

    Each part is a header of comment lines, `key: value` pairs two or more spaces apart, and one statement.
    Raises `ContractError`; that a statement parses is seen when it runs.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContractError(f"{path}: expected a file of {word}s: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ContractError(f"{path}:{line}:1: expected UTF-8, found byte 0x{error.object[error.start]:02x}") from None
    starts = list(re.finditer(rf"^-- {word}: *(\S+) *$", text, re.MULTILINE))
    lost = re.search(r"^(?!--).*\S", text[: starts[0].start()] if starts else text, re.MULTILINE)
    if lost:
        line = text.count("\n", 0, lost.start()) + 1
        raise ContractError(f"{path}:{line}:1: expected a line '-- {word}: name' before the statement")
    found: dict[str, SqlStatement] = {}
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        line = text.count("\n", 0, start.start()) + 1
        name = start[1]
        header, sql = _split_header(text[start.end() : end])
        for key in header:
            if key not in required | optional:
                raise ContractError(
                    f"{path}:{line}:1: {word} {name}: unknown key {key!r}{did_you_mean(key, required | optional)}"
                )
        for key in sorted(required - set(header)):
            raise ContractError(f"{path}:{line}:1: {word} {name}: its header lacks {key!r}")
        if name in found:
            raise ContractError(f"{path}:{line}:1: {word} {name} stands twice, first in line {found[name].line}")
        found[name] = SqlStatement(name, header, sql, path, line)
    if not found:
        raise ContractError(f"{path}:1:1: expected at least one line '-- {word}: name', found none")
    return tuple(found.values())


def _split_header(part: str) -> tuple[dict[str, str], str]:
    header: dict[str, str] = {}
    lines = part.strip("\n").split("\n")
    last = ""
    while lines and lines[0].startswith("--"):
        words = lines.pop(0)[2:].strip()
        for pair in re.split(r" {2,}(?=[a-z_]+: )", words):
            key, colon, value = pair.partition(": ")
            if colon and re.fullmatch("[a-z_]+", key):
                header[key] = value.strip()
                last = key
            elif last:  # a long sentence goes on in the next comment line
                header[last] += f" {pair.strip()}"
    while lines and (not lines[-1].strip() or lines[-1].startswith("--")):  # the title of the next section
        lines.pop()
    return header, "\n".join(lines).strip()
