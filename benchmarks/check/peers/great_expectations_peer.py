"""Great Expectations on pandas: expectations of columns and of rows."""

import json

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from common import BASIS, CODES, FILE, KEY, LENGTHS, ORDER, PATTERNS, REQUIRED, TEXTS, report
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics import ColumnMapMetricProvider, column_condition_partial

UNSEEN = r"[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u2028\u2029]"


class _NormalForm(ColumnMapMetricProvider):
    condition_metric_name = "column_values.normal_form"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **kwargs: object) -> pd.Series:
        return column.str.normalize("NFC") == column


class ExpectColumnValuesToBeInNormalForm(ColumnMapExpectation):
    """There is none that comes with it; this is how an own one is made."""

    map_metric = "column_values.normal_form"
    success_keys = ("mostly",)


def null(column: str, where: str) -> gxe.Expectation:
    return gxe.ExpectColumnValuesToBeNull(column=column, row_condition=where, condition_parser="pandas")


def given(column: str, where: str) -> gxe.Expectation:
    return gxe.ExpectColumnValuesToNotBeNull(column=column, row_condition=where, condition_parser="pandas")


frame = pd.read_parquet(FILE)
for name in ("occurred_earliest", "occurred_latest"):
    frame[name] = pd.to_datetime(frame[name])
asked = {f"required {name}": gxe.ExpectColumnValuesToNotBeNull(column=name) for name in REQUIRED}
asked |= {
    f"allowed-values {name}": gxe.ExpectColumnValuesToBeInSet(column=name, value_set=codes) for name, codes in CODES.items()
}
asked |= {f"pattern {name}": gxe.ExpectColumnValuesToMatchRegex(column=name, regex=p) for name, p in PATTERNS.items()}
asked |= {f"length {name}": gxe.ExpectColumnValueLengthsToBeBetween(column=name, **limits) for name, limits in LENGTHS.items()}
asked |= {f"control-character {name}": gxe.ExpectColumnValuesToNotMatchRegex(column=name, regex=UNSEEN) for name in TEXTS}
asked |= {f"space {name}": gxe.ExpectColumnValuesToNotMatchRegex(column=name, regex=r"^\s|\s$") for name in TEXTS}
asked |= {f"normal-form {name}": ExpectColumnValuesToBeInNormalForm(column=name) for name in TEXTS}
asked[f"key {KEY}"] = gxe.ExpectColumnValuesToBeUnique(column=KEY)
after = gxe.ExpectColumnPairValuesAToBeGreaterThanB(
    column_A="occurred_latest", column_B="occurred_earliest", or_equal=True, ignore_row_if="either_value_is_missing"
)
# The rules between columns, each as several expectations of which no two fail at the same row.
parts = [
    *asked.items(),
    (ORDER, after),
    (ORDER, given("occurred_latest", "occurred_earliest.notnull()")),
    (ORDER, given("occurred_earliest", "occurred_latest.notnull()")),
    (BASIS, null("occurred_earliest", 'time_basis == "none"')),
    (BASIS, null("time_surface", 'time_basis == "none" and occurred_earliest.isnull()')),
    (BASIS, given("time_surface", 'time_basis.notnull() and time_basis != "none" and occurred_earliest.isnull()')),
    (BASIS, given("time_source", 'time_basis == "reported_elsewhere"')),
    (BASIS, null("time_source", 'time_basis.notnull() and time_basis != "reported_elsewhere"')),
]


def identity(configuration: object) -> str:
    """What tells one expectation from another, whatever the order of the results."""
    kwargs = {name: value for name, value in configuration.kwargs.items() if name != "batch_id"}
    return json.dumps([configuration.type, kwargs], sort_keys=True, default=str)


context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = None
batch = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
suite = gx.ExpectationSuite(name="claims", expectations=[expectation for _, expectation in parts])
result = batch.get_batch({"dataframe": frame}).validate(suite, result_format="BASIC")
checks = {identity(expectation.configuration): name for name, expectation in parts}
found = dict.fromkeys((name for name, _ in parts), 0)
for each in result.results:
    if each.exception_info.get("raised_exception"):
        raise SystemExit(f"{each.expectation_config.type}: {each.exception_info}")
    found[checks[identity(each.expectation_config)]] += each.result.get("unexpected_count", 0)
found[f"key {KEY}"] //= 2
report(found)
