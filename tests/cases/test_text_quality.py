"""Text that is probably not meant is a warning at its cell, and a lost character an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from rule_cases import CONTRACT
from support import ROOT, Call

EVENTS = CONTRACT.tables["events"]


def check(label: str, note: str, call: Call, folder: Path) -> str:
    path = folder / "events.csv"
    path.write_text(f'{",".join(EVENTS.column_names)}\nevt-lock-repair,{label},incursion,,"{note}"\n', encoding="utf-8")
    return call("check", path, "-w", ROOT, "-q").out


@pytest.mark.parametrize(
    ("note", "rule", "found"),
    [
        ("NULL", "missing-as-text", "'NULL'"),
        ("n/a", "missing-as-text", "'n/a'"),
        ("#N/A", "missing-as-text", "'#N/A'"),
        ("None", "missing-as-text", "'None'"),
        ("\\N", "missing-as-text", "'\\\\N'"),
        ("#REF!", "spreadsheet-error", "'#REF!'"),
        ("########", "spreadsheet-error", "'########'"),
        ("Lock &amp; gate", "html-entity", "'Lock &amp; gate'"),
        ("The caf\u00c3\u00a9 is shut", "mojibake", "perhaps 'The caf\u00e9 is shut'"),
        (
            "\u041a\u0438\u0457\u0432 \u0440\u0456\u0447\u043a\u0430".encode().decode("cp1251"),
            "mojibake",
            "perhaps '\u041a\u0438\u0457\u0432 ",
        ),
        ("The l\u043eck", "mixed-scripts", "(with U+043E CYRILLIC SMALL LETTER O at 6)"),
        ("\u041a\u0443p\u0441\u043a", "mixed-scripts", "(with U+0070 LATIN SMALL LETTER P at 3)"),
    ],
)
def test_warnings(note: str, rule: str, found: str, call: Call, tmp_path: Path) -> None:
    report = check("Repair of the lock", note, call, tmp_path)
    assert f"warning {rule}: note [event_id=evt-lock-repair]" in report
    assert found in report
    assert "1 finding\n" in report


@pytest.mark.parametrize(
    "note",
    [
        "None of them came.",
        "\u041a\u0443\u0440\u0441\u043a is the Russian name.",
        "\u0420\u043e\u0441\u0441\u0438\u044f, \u0420\u0456\u0432\u043d\u0435 and \u0421\u0443\u043c\u0438",
        "\u00c2ge, \u00c3vila, na\u00efve caf\u00e9",
        "AT&T; R&D",
        "\u0394t of 3 \u03bcm",
        "IT-\u043e\u0442\u0434\u0435\u043b",
    ],
)
def test_text_that_is_meant(note: str, call: Call, tmp_path: Path) -> None:
    assert "0 findings" in check("Repair of the lock", note, call, tmp_path)


def test_a_word_for_nothing_may_be_meant_where_a_value_is_required(call: Call, tmp_path: Path) -> None:
    assert "0 findings" in check("None", "", call, tmp_path)
    assert "missing-as-text" in check("NULL", "", call, tmp_path)


def test_a_lost_character_is_an_error(call: Call, tmp_path: Path) -> None:
    report = check("Repair", "The caf\ufffd is shut", call, tmp_path)
    assert "error replacement-character: note" in report
    assert "U+FFFD REPLACEMENT CHARACTER at 8" in report


def test_a_letter_of_another_script_in_a_code_is_named(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(f"{','.join(EVENTS.column_names)}\n\u0435vt-a,Lock,incu\u0433sion,,\n", encoding="utf-8")
    report = call("check", path, "-w", ROOT, "--against", "1.1.0", "-q").out
    assert "(with U+0433 CYRILLIC SMALL LETTER GHE at 5) (did you mean 'incursion'?)" in report
    assert "(with U+0435 CYRILLIC SMALL LETTER IE at 1)" in report
