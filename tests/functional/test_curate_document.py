"""`curate document add` turns a text into the rows of a document, its publisher and its passages."""

from __future__ import annotations

from pathlib import Path

import pytest

from kursk_claims.claims.text import read_canonical_text, text_digest
from support import FICTION, Call, Copy

FERRY = """Ferry runs aground

The ferry ran aground near Ness on Monday with 80 people. Two of them were hurt.

“We were lucky”

Mr. Ness spoke of a swell of 2.5 metres.
"""
PUBLISHER = ["--publisher", "Ness Post", "--publisher-kind", "media_outlet"]


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(FERRY, encoding="utf-8")
    return path


def add(call: Call, text: Path, workspace: Copy, *options: str) -> tuple[int, str, str]:
    return call("curate", "document", "add", text, "-w", workspace.root, *options)


def records_of(workspace: Copy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in workspace.csv("claims").parent.iterdir()}


def test_a_text_becomes_a_document_with_passages(call: Call, fiction: Copy, ferry: Path) -> None:
    options = ["--language", "en", "--date", "2031-03-17", "--url", "https://post.example/ferry"]
    code, out, err = add(call, ferry, fiction, *PUBLISHER, *options)
    assert (code, out.splitlines()) == (
        0,
        [
            "actors: 1 added: act-ness-post",
            "documents: 1 added: doc-ness-post-ferry-runs-aground",
            "passages: 5 added: psg-014, psg-015, psg-016, psg-017, psg-018",
        ],
    )
    assert "2 headings and 3 sentences, 5 open; 3 numbers open; 0 claims" in err
    (document,) = [row for row in fiction.rows("documents") if row["publisher_id"] == "act-ness-post"]
    assert {name: cell for name, cell in document.items() if cell} == {
        "doc_id": "doc-ness-post-ferry-runs-aground",
        "title": "Ferry runs aground",
        "kind": "news_article",
        "publisher_id": "act-ness-post",
        "language": "en",
        "url": "https://post.example/ferry",
        "published_earliest": "2031-03-17",
        "published_latest": "2031-03-17",
        "date_basis": "stated",
        "held": "true",
        "text_sha256": text_digest(FERRY),
        "text_length": str(len(FERRY)),
    }
    passages = [row for row in fiction.rows("passages") if row["doc_id"] == document["doc_id"]]
    found = [
        (row["paragraph"], row["sentence"], FERRY[int(row["char_start"]) : int(row["char_end"])], row["disposition"])
        for row in passages
    ]
    assert found == [
        ("1", "1", "Ferry runs aground", "heading"),
        ("2", "1", "The ferry ran aground near Ness on Monday with 80 people.", ""),
        ("2", "2", "Two of them were hurt.", ""),
        ("3", "1", "“We were lucky”", "heading"),
        ("4", "1", "Mr. Ness spoke of a swell of 2.5 metres.", ""),
    ]
    report = fiction.validate(ferry, fiction.text)
    assert [(each.rule, each.severity) for each in report.findings] == [("passages-coded", "warning")]
    assert "5 of 5 passages are open" in report.findings[0].found


def test_open_passages_refuse_a_release(call: Call, fiction: Copy, ferry: Path) -> None:
    add(call, ferry, fiction, *PUBLISHER)
    outcome = call("release", "1.0.0", "-w", fiction.root)
    assert (outcome.code, (fiction.root / "build" / "1.0.0").exists()) == (1, False)
    assert "1.0.0 is refused:" in outcome.err
    assert "doc_id=doc-ness-post-ferry-runs-aground: 5 of 5 passages are open: psg-014" in outcome.err


def test_the_same_text_again_changes_nothing(call: Call, fiction: Copy, ferry: Path) -> None:
    add(call, ferry, fiction, *PUBLISHER)
    before = records_of(fiction)
    ferry.write_bytes(b"\xef\xbb\xbf" + FERRY.replace("\n", "\r\n").encode())
    for options in (PUBLISHER, ["--publisher", "Ness Post"]):
        code, out, err = add(call, ferry, fiction, *options)
        assert (code, out) == (0, "nothing changes\n")
        assert "doc-ness-post-ferry-runs-aground already holds this text" in err
    code, _, err = add(call, ferry, fiction, *PUBLISHER, "--title", "Another")
    assert (code, "already holds this text, with title 'Ferry runs aground'. Edit documents.csv" in err) == (2, True)
    assert records_of(fiction) == before


def test_another_version_of_a_held_text_is_for_reanchor(call: Call, fiction: Copy, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    text = read_canonical_text(fiction.text)
    other.write_text(text.replace("a warehouse", "the old warehouse"), encoding="utf-8")
    before = records_of(fiction)
    code, _, err = add(call, other, fiction, *PUBLISHER)
    assert code == 2
    assert "another version of doc-border-gazette-raid: it has 12 of its 13 passages. `kursk-claims curate reanchor" in err
    assert records_of(fiction) == before


def test_a_cited_document_becomes_held(call: Call, fiction: Copy, ferry: Path) -> None:
    code, out, _ = add(call, ferry, fiction, "--publisher", "Talmar Courier", "--id", "doc-talmar-courier-report")
    assert (code, out.splitlines()[0]) == (0, "documents: 1 changed: doc-talmar-courier-report")
    (document,) = [row for row in fiction.rows("documents") if row["doc_id"] == "doc-talmar-courier-report"]
    assert (document["held"], document["kind"], document["note"]) == ("true", "news_report", "Known only from the held article.")
    assert not [row for row in fiction.rows("actors") if row["actor_id"] == "act-talmar-courier-2"]


def test_passages_are_added_to_a_document_that_has_none(call: Call, fiction: Copy) -> None:
    columns = list(fiction.rows("passages")[0])
    fiction.write("passages", [], columns)
    code, out, _ = add(call, fiction.text, fiction, "--publisher", "Border Gazette")
    assert (code, out.startswith("passages: 12 added: psg-001")) == (0, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--publisher", "Ness Post"], "no actor is called 'Ness Post'. Add --publisher-kind to make a row for it, with one of"),
        (["--publisher", "Border Gazete"], "(did you mean 'Border Gazette'?)"),
        ([*PUBLISHER[:3], "outlet"], "--publisher-kind: expected one of armed_force"),
        ([*PUBLISHER, "--kind", "news_artikel"], "found 'news_artikel' (did you mean 'news_article'?)"),
        ([*PUBLISHER, "--language", "English"], "--language: expected like en"),
        ([*PUBLISHER, "--date", "17 March"], "--date: expected a date as YYYY-MM-DD; found '17 March'"),
        ([*PUBLISHER, "--date", "2031-02-30"], "--date: expected a date that exists"),
        ([*PUBLISHER, "--url", "post.example"], "--url: expected like https://"),
        ([*PUBLISHER, "--id", "ferry"], "--id: expected like doc-"),
        ([*PUBLISHER, "--id", "doc-border-gazette-raid"], "doc-border-gazette-raid holds another text"),
        ([*PUBLISHER, "--title", " two "], "--title: expected"),
        ([*PUBLISHER, "--derived-from", "doc-nowhere"], "--derived-from: no document 'doc-nowhere'"),
    ],
)
def test_what_cannot_be_a_row_is_refused(call: Call, fiction: Copy, ferry: Path, options: list[str], message: str) -> None:
    before = records_of(fiction)
    code, out, err = add(call, ferry, fiction, *options)
    assert (code, out) == (2, "")
    assert message in err
    assert records_of(fiction) == before


def test_several_faults_are_reported_at_once(call: Call, fiction: Copy, ferry: Path) -> None:
    _, _, err = add(call, ferry, fiction, *PUBLISHER, "--date", "soon", "--url", "here")
    assert "--url: expected" in err
    assert "--date: expected" in err


def test_a_text_that_is_none(call: Call, fiction: Copy, tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_text(" \n", encoding="utf-8")
    assert "the text is empty" in add(call, path, fiction, *PUBLISHER)[2]
    path.write_bytes(b"\xff\xfe")
    code, _, err = add(call, path, fiction, *PUBLISHER)
    assert (code, "expected UTF-8" in err) == (2, True)


def test_a_language_without_rules_is_said(call: Call, fiction: Copy, ferry: Path) -> None:
    _, _, err = add(call, ferry, fiction, *PUBLISHER)
    assert "sentences: no rules for und; those of a related language or of English were used" in err
    assert "numbers: number words of und are not covered; only figures were counted" in err
    assert "; 2 numbers open" in err


def test_names_in_other_scripts_need_an_id(call: Call, fiction: Copy, tmp_path: Path) -> None:
    path = tmp_path / "storm.txt"
    path.write_text("Шторм\n\nХвиля зламала кран. Порт закрито.\n", encoding="utf-8")
    options = ["--publisher", "Вісник", "--publisher-kind", "media_outlet", "--language", "uk"]
    assert "no id can be made of 'Вісник'" in add(call, path, fiction, *options)[2]
    code, out, _ = add(call, path, fiction, "--publisher", "Border Gazette", "--language", "uk")
    assert (code, "documents: 1 added: doc-border-gazette\n" in out) == (0, True)


def test_the_packaged_workspace_is_not_written_to(
    call: Call, ferry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = call("curate", "document", "add", ferry, *PUBLISHER)
    assert (outcome.code, "no workspace in" in outcome.err) == (2, True)


def test_the_fictional_article_is_split_as_its_records_are(call: Call, fiction: Copy) -> None:
    """But for "in May. Sorrenian", which could be an abbreviated month; `curate split` corrects it."""
    recorded = [(row["char_start"], row["char_end"]) for row in Copy(FICTION).rows("passages")]
    fiction.write("passages", [], list(fiction.rows("passages")[0]))
    add(call, fiction.text, fiction, "--publisher", "Border Gazette")
    call("curate", "split", "psg-012", "Sorrenian media", "--text", fiction.text, "-w", fiction.root)
    rows = sorted(fiction.rows("passages"), key=lambda row: int(row["char_start"]))
    assert [(row["char_start"], row["char_end"]) for row in rows] == recorded
