"""`format` rewrites records in their canonical form."""

from __future__ import annotations

import csv
import io

import pytest

from support import Call, Copy


def test_format_rewrites_records_in_canonical_form(call: Call, real: Copy) -> None:
    before = real.csv("actors").read_bytes()
    rows = list(csv.reader(io.StringIO(before.decode("utf-8"))))
    untidy = io.StringIO()
    csv.writer(untidy, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([rows[0], *reversed(rows[1:])])
    real.csv("actors").write_bytes(b"\xef\xbb\xbf" + untidy.getvalue().encode("utf-8"))
    changed = real.csv("actors").read_bytes()
    checked = call("format", "--check", "--workspace", real.root)
    assert (checked.code, checked.out) == (1, f"{real.csv('actors')}: not in canonical form\n")
    assert real.csv("actors").read_bytes() == changed
    assert call("format", "--workspace", real.root)[:2] == (0, f"{real.csv('actors')}: formatted\n")
    assert real.csv("actors").read_bytes() == before
    assert call("format", "--workspace", real.root)[:2] == (0, "")
    assert call("format", "--check", "--workspace", real.root)[:2] == (0, "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"claim_id,actor_id,role\na,b\n", "line 2 has 2 cells, the header has 3"),
        (b'claim_id,actor_id,role\na,"b,c\n', "line 2 has an unclosed quote"),
        (b"claim_id,actor,role\na,b,c\n", "the header does not have the columns of the schema"),
        (b"claim_id,actor_id,role\na,b,\xff\n", "not UTF-8"),
        (None, "No such file or directory"),
    ],
)
def test_format_leaves_a_broken_file_alone(content: bytes | None, words: str, call: Call, real: Copy) -> None:
    path = real.csv("claim_actors")
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    outcome = call("format", "--workspace", real.root)
    assert (outcome.code, outcome.out) == (1, "")
    assert f"{path}: {words}" in outcome.err
    assert (path.read_bytes() if path.exists() else None) == content
