"""Great Expectations on pandas: expectations of columns and of rows."""

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from common import CODES, FILE, KEY, LENGTHS, ORDER, PATTERNS, REQUIRED, TEXTS, report

UNSEEN = r"[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u2028\u2029]"
frame = pd.read_parquet(FILE)
for name in ("occurred_earliest", "occurred_latest"):
    frame[name] = pd.to_datetime(frame[name])
asked = {f"not-null {name}": gxe.ExpectColumnValuesToNotBeNull(column=name) for name in REQUIRED}
asked |= {f"isin {name}": gxe.ExpectColumnValuesToBeInSet(column=name, value_set=codes) for name, codes in CODES.items()}
asked |= {f"str-matches {name}": gxe.ExpectColumnValuesToMatchRegex(column=name, regex=p) for name, p in PATTERNS.items()}
asked |= {
    f"str-length {name}": gxe.ExpectColumnValueLengthsToBeBetween(column=name, **limits) for name, limits in LENGTHS.items()
}
asked |= {f"control-character {name}": gxe.ExpectColumnValuesToNotMatchRegex(column=name, regex=UNSEEN) for name in TEXTS}
asked |= {f"space {name}": gxe.ExpectColumnValuesToNotMatchRegex(column=name, regex=r"^\s|\s$") for name in TEXTS}
asked[f"key {KEY}"] = gxe.ExpectColumnValuesToBeUnique(column=KEY)
asked[ORDER] = gxe.ExpectColumnPairValuesAToBeGreaterThanB(
    column_A="occurred_latest", column_B="occurred_earliest", or_equal=True, ignore_row_if="either_value_is_missing"
)
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = None
batch = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
suite = gx.ExpectationSuite(name="claims", expectations=list(asked.values()))
result = batch.get_batch({"dataframe": frame}).validate(suite, result_format="BASIC")
found = {}
for each in result.results:
    config = each.expectation_config
    for name, expectation in asked.items():
        if config.type == expectation.expectation_type and all(
            config.kwargs.get(key) == getattr(expectation, key, None) for key in ("column", "regex") if key in config.kwargs
        ):
            found[name] = each.result.get("unexpected_count", 0)
found[f"key {KEY}"] //= 2
report(found)
