"""A megabyte of one character, wherever people write text, is read in linear time.

The bound on hanging is generous: a quadratic reader takes minutes to hours.
"""

from __future__ import annotations

import csv
import random
from contextlib import suppress
from pathlib import Path

import pytest

import kursk_claims
from kursk_claims.claims.number_reading import read_number
from kursk_claims.claims.numerals import find_numerals
from kursk_claims.contract.loader import load_contract
from kursk_claims.contract.statements import load_statements
from kursk_claims.errors import KurskClaimsError
from kursk_claims.release.changelog import read_changelog_section
from kursk_claims.release.metadata.codebook import read_codebook, split_items
from kursk_claims.release.metadata.dataset_file import load_dataset_file
from support import ROOT, Call, Copy, fail_after

_no_hanging = fail_after(20)
SIZE = 10**6
CHARACTERS = [
    " ",
    "-",
    ":",
    "`",
    '"',
    "'",
    "\n",
    "\t",
    "[",
    "(",
    "#",
    "|",
    "1",
    "a",
    "1:",
    "a: ",
    "- ",
    "--\n",
    "[a](",
    "  a",
    "## ",
    "\\",
]


def repeated(characters: str) -> str:
    return characters * (SIZE // len(characters))


@pytest.mark.parametrize("characters", CHARACTERS)
@pytest.mark.parametrize(
    "place", ["-- rule: a\n-- table: x  says: {}\nSELECT 1\n", "-- rule: {}\n", "{}", "-- rule: a\n{}", "-- {}\n"]
)
def test_sql(place: str, characters: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.sql"
    path.write_text(place.replace("{}", repeated(characters)), encoding="utf-8")
    with suppress(KurskClaimsError):
        load_statements(path, "rule", {"table", "says"}, {"fix"})


@pytest.mark.parametrize("characters", CHARACTERS)
@pytest.mark.parametrize("place", ["name: {}\n", "{}", "{}: a\n", "name: '{}'\n", "name:\n- {}\n", "name: {{{}}}\n"])
def test_yaml(place: str, characters: str, tmp_path: Path) -> None:
    path = tmp_path / "dataset.yaml"
    path.write_text(place.replace("{}", repeated(characters)), encoding="utf-8")
    with pytest.raises(KurskClaimsError):
        load_dataset_file(path)
    path.rename(tmp_path / "wells.yaml")
    with pytest.raises(KurskClaimsError):
        load_contract(tmp_path)


@pytest.mark.parametrize("characters", CHARACTERS)
@pytest.mark.parametrize("place", ["{}", "## Data\n{}", "## Data\n\n### [1.0.0] - {}\n", "## Data\n### [1.0.0] - 2031-01-01\n{}"])
def test_markdown(place: str, characters: str, tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(place.replace("{}", repeated(characters)), encoding="utf-8")
    with suppress(KurskClaimsError):
        read_changelog_section(path, "1.0.0")
    for section in read_codebook(path).sections.values():
        split_items(section)


@pytest.mark.parametrize("characters", CHARACTERS)
def test_a_document(characters: str) -> None:
    find_numerals(repeated(characters))


def test_very_many_statements(tmp_path: Path) -> None:
    path = tmp_path / "questions.sql"
    path.write_text("".join(f"-- question: q{number}\n-- asks: a\nb\n" for number in range(300_000)), encoding="utf-8")
    assert len(load_statements(path, "question", {"asks"}, set())) == 300_000


def test_very_many_keys_of_a_table(wells: Copy) -> None:
    schema = wells.root / "schemas" / "wells.yaml"
    text = schema.read_text(encoding="utf-8")
    keys = ", ".join(["well_id"] * 200_000)
    schema.write_text(text.replace("[well_id]", f"[{keys}]"), encoding="utf-8")
    with pytest.raises(KurskClaimsError):
        load_contract(wells.root / "schemas")


def test_a_pattern_that_nests_too_deep(wells: Copy) -> None:
    schema = wells.root / "schemas" / "wells.yaml"
    text = schema.read_text(encoding="utf-8")
    schema.write_text(text.replace("^w[0-9]+$", f"^{'(' * 10_000}{')' * 10_000}$"), encoding="utf-8")
    with pytest.raises(KurskClaimsError):
        load_contract(wells.root / "schemas")


def test_dangling_references_among_many_long_keys(real: Copy, tmp_path: Path, call: Call) -> None:
    """The nearest key is searched for each of them: difflib took minutes for each."""
    generator = random.Random(1)

    def key() -> str:
        return "evt-" + "".join(generator.sample("ab" * 45, 90))

    real.keep_rules("place-acyclic")
    event, claim = real.rows("events")[0], real.rows("claims")[0]
    folder = tmp_path / "records"
    folder.mkdir()
    for name, rows in (
        ("events", [event | {"event_id": key()} for _ in range(20_000)]),
        ("claims", [claim | {"claim_id": f"clm-{number}", "event_id": key()} for number in range(1000)]),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    for limit in ("1", "100000"):
        outcome = call("check", folder, "--max-findings", limit, "-w", real.root)
        assert outcome.code == 1
        assert "error reference" in outcome.out
    assert kursk_claims.check(folder, max_findings=1000, workspace=real.root).exit_code == 1


@pytest.mark.parametrize("characters", ["\u00c3\u00a9", "\u0430a", "&amp", "&#1", "\u0420\u2014", '="', "\ufffd", "N/A"])
def test_text_that_is_probably_not_meant(characters: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    cell = repeated(characters).replace('"', '""')
    path.write_text(f'event_id,label,kind,parent_id,note\nevt-flood,Flood,incursion,,"{cell}"\n', encoding="utf-8")
    outcome = call("check", path, "-w", ROOT, "-q")
    assert outcome.code in (0, 1)
    assert len(outcome.out) < 20_000


@pytest.mark.parametrize(
    "characters", ["1", "1,", "1 ", "one ", "half ", "million ", "1 to ", "1\u2013", "$", "about ", "and a half "]
)
def test_numbers(characters: str) -> None:
    assert read_number(repeated(characters)) is None
    for language in ("en", "uk", "und"):
        read_number(repeated(characters)[:200], language)
