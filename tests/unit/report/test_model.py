"""A fault becomes a finding once its place is known."""

from __future__ import annotations

from kursk_claims.report.model import Fault, Finding
from kursk_claims.report.values import count_noun


def test_a_fault_as_a_finding() -> None:
    fault = Fault(
        "stones", 4, ("low", "high"), "order", "low <= high", "3 > 2", "Swap them.", "warning", values=("st-1", None, 2.0)
    )
    finding = fault.to_finding("stones.csv", ("id", "day", "part"), line=6, position=9)
    assert finding == Finding(
        "order",
        "stones.csv",
        "low <= high",
        "3 > 2",
        "Swap them.",
        "stones",
        6,
        9,
        "low,high",
        "id=st-1,day=empty,part=2",
        "warning",
    )
    assert fault.to_finding("stones.parquet", ("id", "day", "part"), row=5).row == 5


def test_counts_agree_with_their_noun() -> None:
    assert [count_noun(count, "cell") for count in (0, 1, 2)] == ["0 cells", "1 cell", "2 cells"]
