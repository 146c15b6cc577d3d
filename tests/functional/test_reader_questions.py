"""The questions that a reader would ask, each answered by one view, without a join."""

from __future__ import annotations

import re
from typing import NamedTuple

import duckdb
import pytest

import kursk_claims
from kursk_claims.contract.loader import load_contract
from kursk_claims.database.render import format_csv_cell
from kursk_claims.workspace import find_workspace
from support import ROOT, Copy

VIEWS = {view.name for view in load_contract(find_workspace(ROOT).schemas).views}


class Question(NamedTuple):
    """A question in plain English, its SQL, and the answer: cells separated by commas, rows by semicolons."""

    text: str
    sql: str
    answer: str


WHO = [
    Question(
        "Who says that Ukraine controls 1294 square kilometres?",
        "SELECT origin FROM said WHERE number = '1294 km²'",
        "Oleksandr Syrskyi",
    ),
    Question(
        "Whose words fill most of the document?",
        "SELECT origin FROM said GROUP BY origin ORDER BY count(*) DESC LIMIT 1",
        "Volodymyr Zelensky",
    ),
    Question(
        "Who says that Ukraine tested a missile?",
        "SELECT origin FROM said WHERE claim_id = 'clm-017'",
        "Volodymyr Zelensky",
    ),
    Question(
        "Who says that the situation in Belgorod Oblast is under control?",
        "SELECT origin FROM said WHERE statement LIKE '%under control%'",
        "Vyacheslav Gladkov",
    ),
    Question(
        "Who says that there were clashes at the border?",
        "SELECT origin FROM said WHERE event LIKE 'Clashes%'",
        "Russian media",
    ),
    Question(
        "Does the document itself say that Belgorod Oblast is besieged?",
        "SELECT own_voice FROM said WHERE statement LIKE '%besieged%'",
        "true",
    ),
    Question(
        "What kinds of sources hide their names?",
        "SELECT DISTINCT behind_it FROM unattributed WHERE NOT own_voice ORDER BY ALL",
        "anonymous; generic",
    ),
    Question(
        "Which number has no named source?",
        "SELECT number FROM unattributed WHERE number IS NOT NULL AND NOT own_voice",
        "594 people",
    ),
    Question(
        "Whom does the plan have to be explained to?",
        "SELECT actors FROM said WHERE claim_id = 'clm-002'",
        "agent: Volodymyr Zelensky; target: Donald Trump, Joe Biden, Kamala Harris",
    ),
    Question("Who supplied the aircraft, by whose account?", "SELECT actors, origin FROM said WHERE event LIKE 'Supply%'",
        "supplier: The West; target: Ukraine, Volodymyr Zelensky"),
]  # fmt: skip
THROUGH_WHOM = [
    Question(
        "Through whom did the words on the Peace Formula reach us?",
        "SELECT chain FROM said WHERE event = 'Peace Formula'",
        "Volodymyr Zelensky → The Kyiv Independent → Pledge Times",
    ),
    Question(
        "Which intermediary carries whole claims?",
        "SELECT DISTINCT split_part(chain, ' → ', 2) FROM said WHERE relays = 1",
        "The Kyiv Independent",
    ),
    Question("How many intermediaries are there at most?", "SELECT max(relays) FROM said", "1"),
    Question(
        "Through which medium did the governor give his number?",
        "SELECT channel FROM numbers WHERE origin LIKE '%Gladkov'",
        "telegram",
    ),
    Question(
        "Which claims come from a speech?",
        "SELECT claim_id FROM said WHERE origin_channel = 'speech' AND relays = 0 ORDER BY claim_id LIMIT 1",
        "clm-008",
    ),
    Question(
        "Is the passage on the Peace Formula a quotation?",
        "SELECT quote_type FROM said WHERE event = 'Peace Formula'",
        "direct",
    ),
]
HOW_FIRMLY = [
    Question(
        "Which claim does the text hold at arm's length, and by which word?",
        "SELECT claim_id, cue FROM said WHERE cue_class = 'distancing'",
        "clm-035, claim",
    ),
    Question(
        "Does anybody vouch for the tanks?",
        "SELECT origin_commitment, cue FROM said WHERE objects LIKE 'tank%'",
        "uncommitted, would have",
    ),
    Question(
        "Does the publisher vouch for what others say?",
        "SELECT DISTINCT publisher_commitment FROM said WHERE NOT own_voice",
        "uncommitted",
    ),
    Question("Which claim is an opinion?", "SELECT claim_id FROM said WHERE cue_class = 'belief'", "clm-049"),
    Question("What is merely possible?", "SELECT claim_id FROM said WHERE mode = 'hypothetical'", "clm-049"),
    Question(
        "What does the document deny in its own voice?",
        "SELECT statement FROM unattributed WHERE own_voice AND statement LIKE '%gave no%'",
        "Zelensky gave no details of Ukraine's test of a ballistic missile.",
    ),
]
WHICH_NUMBER = [
    Question(
        "How much territory is controlled, by whose figures?",
        "SELECT number, origin FROM numbers WHERE measure = 'area_controlled' ORDER BY value",
        "1294 km², Oleksandr Syrskyi; almost 1300 km², Ukraine",
    ),
    Question(
        "Which numbers are exact?",
        "SELECT number FROM numbers WHERE comparator = 'eq' ORDER BY value",
        "594 people; 1294 km²",
    ),
    Question(
        "How many people tried to cross the border?",
        "SELECT number FROM numbers WHERE measure = 'troops_attempting_crossing'",
        "about 500 people",
    ),
    Question(
        "Which amounts have no figure?",
        "SELECT number FROM numbers WHERE comparator = 'vague' ORDER BY quantity_id",
        "“wave” (attacks); “some” (weapons)",
    ),
    Question("Is any number a rise or a fall?", "SELECT count(*) FROM numbers WHERE change <> 'none'", "0"),
    Question("Which number rounds another?", "SELECT number, other_number FROM links WHERE relation = 'rounds'",
        "almost 1300 km², 1294 km²"),
]  # fmt: skip
WHERE_AND_WHEN = [
    Question(
        "What was damaged, where, and how?",
        "SELECT damaged, places, event_kind FROM damage ORDER BY claim_id",
        "warehouse, near Petrovka, shelling; car, in Novoye, strike; shop, in Golovchino, strike",
    ),
    Question("On whose word was it damaged?", "SELECT DISTINCT behind_it FROM damage", "document"),
    Question("Was anything destroyed?", "SELECT count(*) FROM damage WHERE effect = 'destroyed'", "0"),
    Question(
        "Why is Kursk Oblast not a point on the map?",
        "SELECT DISTINCT why_no_point FROM map_places WHERE place = 'Kursk Oblast'",
        "a region, no point",
    ),
    Question(
        "Where is Shebekino?",
        "SELECT DISTINCT round(latitude, 1), round(longitude, 1) FROM map_places WHERE place = 'Shebekino'",
        "50.4, 36.9",
    ),
    Question(
        "Since when is there an offensive in Kharkiv Oblast, in the words of the text?",
        "SELECT occurred_earliest, time_surface FROM said WHERE claim_id = 'clm-051'",
        "2024-05-01, last May",
    ),
    Question(
        "When did the newspaper write it?",
        "SELECT DISTINCT uttered_earliest, uttered_surface FROM said WHERE origin = 'The Washington Post'",
        "2024-08-17, ten days ago",
    ),
    Question(
        "Where in the text is the first claim?",
        "SELECT paragraph, sentence, spans FROM said WHERE claim_id = 'clm-001'",
        "1, 1, 0–76",
    ),
]
WHO_DENIES = [
    Question(
        "Who denies what the newspaper reported?",
        "SELECT DISTINCT origin FROM disputes WHERE disputed_origin = 'The Washington Post'",
        "Volodymyr Zelensky",
    ),
    Question(
        "Does the text itself say that he denies it?",
        "SELECT DISTINCT stated_by FROM disputes",
        "source",
    ),
]
WHAT_OTHERS_REPORT = [
    Question(
        "Do other reports give the 1294 square kilometres?",
        "SELECT DISTINCT finding FROM said_and_checked WHERE number = '1294 km²' AND aspect = 'quantity'",
        "agrees",
    ),
    Question(
        "Do other reports know of tanks?",
        "SELECT finding, count(*) FROM said_and_checked WHERE claim_id = 'clm-045' AND aspect = 'event' GROUP BY ALL ORDER BY 1",
        "adds_context, 2; agrees, 2",
    ),
]
QUESTIONS = [*WHO, *THROUGH_WHOM, *HOW_FIRMLY, *WHICH_NUMBER, *WHERE_AND_WHEN, *WHO_DENIES, *WHAT_OTHERS_REPORT]


@pytest.fixture(scope="module")
def connection(records: Copy) -> duckdb.DuckDBPyConnection:
    return kursk_claims.connect(records=True, workspace=records.root)


@pytest.mark.parametrize("question", QUESTIONS, ids=[question.text for question in QUESTIONS])
def test_one_view_answers(question: Question, connection: duckdb.DuckDBPyConnection) -> None:
    (view,) = re.findall(r"\b(?:FROM|JOIN) (\w+)", question.sql)
    assert view in VIEWS
    rows = connection.execute(question.sql).fetchall()
    assert "; ".join(", ".join(map(format_csv_cell, row)) for row in rows) == question.answer


def test_there_are_forty_questions() -> None:
    assert len({question.text for question in QUESTIONS}) == len(QUESTIONS) == 40
