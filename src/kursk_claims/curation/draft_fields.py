"""What the keys of a draft stand for: columns, and what a column holds if the draft does not say.

One list per mapping of the draft. Reading a draft fills what is missing, writing one leaves out what would be filled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kursk_claims.claims.number_reading import read_number
from kursk_claims.curation.word_lists import find_comparator, find_cue

Row = dict[str, str]


@dataclass(frozen=True)
class Context:
    """What defaults depend on: the words of anchors and some cells of other rows."""

    language: str = "en"
    words: str = ""  # of the anchor that a mapping is about: a time, a cue, a number
    hedge: str = ""
    is_heading: bool = False
    is_quoted: str = "indirect"  # the type of quotation of the content
    is_origin: bool = False
    is_own: bool = False  # step 0
    has_number: bool = False
    publisher: str = ""
    actor_kinds: Mapping[str, str] = field(default_factory=dict)
    measure_units: Mapping[str, str] = field(default_factory=dict)


Default = Callable[[Row, Context], str]


@dataclass(frozen=True)
class Field:
    """A key of a draft, its column, and the default of its cell; the key is needed if there is none."""

    key: str
    column: str
    default: Default | None = None


def _always(value: str) -> Default:
    return lambda row, context: value


def _same_as(column: str) -> Default:
    return lambda row, context: row[column]


def _words(row: Row, context: Context) -> str:
    return context.words


def _basis(prefix: str) -> Default:
    """Return the default for how a time is known, from the words and cells before it."""

    def default(row: Row, context: Context) -> str:
        if row[f"{prefix}_source"]:
            return "reported_elsewhere"
        return ("stated" if row[f"{_date(prefix)}_earliest"] else "relative") if context.words else "none"

    return default


def _date(prefix: str) -> str:
    return "occurred" if prefix == "time" else prefix


def _time(prefix: str) -> list[Field]:
    date = _date(prefix)
    return [
        Field("earliest", f"{date}_earliest", _always("")),
        Field("latest", f"{date}_latest", _same_as(f"{date}_earliest")),
        Field("surface", f"{prefix}_surface", _words),
        Field("source", f"{prefix}_source", _always("")),
        Field("basis", f"{prefix}_basis", _basis(prefix)),
    ]


SPECIFICITY = {"person": "named", "generic_group": "generic", "unnamed_source": "anonymous"}


def _specificity(row: Row, context: Context) -> str:
    return SPECIFICITY.get(context.actor_kinds.get(row["actor_id"], ""), "organization")


def _comparator(row: Row, context: Context) -> str:
    reading = read_number(context.words, context.language)
    if reading is None:
        return "vague"
    if reading.value is None:
        return "between"
    return find_comparator(context.hedge, context.language) if context.hedge else "eq"


def _value(row: Row, context: Context) -> str:
    reading = read_number(context.words, context.language)
    return _number(reading.value) if reading and row["comparator"] not in ("vague", "between") else ""


LOW = {"approx_above": "hedge", "at_least": "hedge", "more_than": "hedge"}
HIGH = {"approx_below": "hedge", "at_most": "hedge", "less_than": "hedge"}


def _low(row: Row, context: Context) -> str:
    reading = read_number(context.words, context.language)
    if row["comparator"] == "between":
        return _number(reading.low) if reading else ""
    return row["value"] if row["comparator"] in LOW else ""


def _high(row: Row, context: Context) -> str:
    reading = read_number(context.words, context.language)
    if row["comparator"] == "between":
        return _number(reading.high) if reading else ""
    return row["value"] if row["comparator"] in HIGH else ""


def _bounds(row: Row, context: Context) -> str:
    if not row["low"] and not row["high"]:
        return "none"
    return "stated" if row["comparator"] == "between" else "hedge"


def _number(value: float | None) -> str:
    return "" if value is None else format(value, ".15g") if abs(value) < 1e15 else str(value)


CLAIM = [
    Field("says", "statement"),
    Field("kind", "kind", lambda row, context: "quantity" if context.has_number else "occurrence"),
    Field("event", "event_id"),
    Field("polarity", "polarity", _always("affirmed")),
    Field("mode", "mode", _always("actual")),
    Field("prominence", "prominence", lambda row, context: "heading" if context.is_heading else "body"),
    Field("note", "note", _always("")),
]
WHEN = _time("time")
STEP = [
    Field("who", "actor_id", lambda row, context: context.publisher if context.is_own else ""),
    Field("via", "via_doc_id", _always("")),
    Field("specificity", "specificity", _specificity),
    Field("lemma", "cue", lambda row, context: find_cue(context.words, context.language)[0]),
    Field("class", "cue_class", lambda row, context: find_cue(context.words, context.language)[1]),
    Field("commitment", "commitment", lambda row, context: "certain" if context.is_origin else "uncommitted"),
    Field(
        "quote",
        "quote_type",
        lambda row, context: context.is_quoted if context.is_origin and not context.is_own else "none",
    ),
    Field("channel", "channel", lambda row, context: "article" if context.is_own else "unknown"),
    Field("note", "note", _always("")),
]
UTTERED = _time("uttered")
NUMBER = [
    Field("measure", "measure"),
    Field("unit", "unit", lambda row, context: context.measure_units.get(row["measure"], "")),
    Field("comparator", "comparator", _comparator),
    Field("value", "value", _value),
    Field("low", "low", _low),
    Field("high", "high", _high),
    Field("bounds", "bounds_basis", _bounds),
    Field("change", "change", _always("none")),
    Field("aggregation", "aggregation", _always("unspecified")),
    Field("surface", "surface", _words),
    Field("as_of", "as_of_earliest", _always("")),
    Field("as_of_latest", "as_of_latest", _same_as("as_of_earliest")),
]
THING = [Field("effect", "effect", _always("")), Field("note", "note", _always(""))]
RELATION = [
    Field("by", "stated_by", lambda row, context: "source" if context.words else "curator"),
    Field("note", "note", _always("")),
]


def fill(fields: list[Field], written: Mapping[str, str], row: Row, context: Context) -> list[str]:
    """Add the cells of a mapping to a row, and return the keys that were filled with more than nothing."""
    filled = []
    for each in fields:
        if each.key in written:
            row[each.column] = written[each.key]
        else:
            row[each.column] = each.default(row, context) if each.default else ""
            if row[each.column] not in ("", "none"):
                filled.append(f"{each.key} {row[each.column]}")
    return filled


def leave_out(fields: list[Field], row: Mapping[str, str], context: Context) -> dict[str, str]:
    """Return the cells of a row by key, without those that `fill` gives again."""
    known: Row = dict(row)
    return {each.key: row[each.column] for each in fields if not each.default or row[each.column] != each.default(known, context)}
