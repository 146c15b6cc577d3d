"""Relations that rules read besides the tables, and what they are made from."""

from __future__ import annotations

NO_TEXT = "it needs a document's text, which only `validate --text` reads"
# What these relations are made from: a rule that reads one of them reads those tables and columns too.
HELD_COLUMNS = "documents doc_id held text_sha256 text_length passages passage_id char_start char_end sha256"
MADE_FROM = {
    "texts": HELD_COLUMNS,
    "passage_texts": HELD_COLUMNS,
    "numerals": HELD_COLUMNS,
    "surface_values": "quantities quantity_id surface",
}
TEXT_RELATIONS = """
CREATE TABLE texts(doc_id VARCHAR, text VARCHAR, exact BOOLEAN);
CREATE TABLE passage_texts(doc_id VARCHAR, passage_id VARCHAR, text VARCHAR);
CREATE TABLE numerals(doc_id VARCHAR, passage_id VARCHAR, char_start INTEGER, char_end INTEGER, surface VARCHAR);
"""
