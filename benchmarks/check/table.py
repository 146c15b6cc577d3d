"""Writes `results.json` as a table and a plot: `table.md`, and `plot.svg` where altair is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def row(each: dict[str, Any]) -> str:
    data = "dirty" if each["dirty"] else "clean"
    head = f"| {each['rows']:,} | {data} | {each['tool']} |"
    if "failed" in each:
        return f"{head} {each['failed']} | | | |"
    found = f"{each['faults_found']:,} of {each['planted']:,}" if each["dirty"] else f"{each['others']:,} of 0"
    if each["dirty"] and each["others"]:
        found += f", and {each['others']:,} that were not planted"
    return f"{head} {each['seconds']:.2f} | {each['rows'] / each['seconds']:,.0f} | {each['peak_mb']:,} | {found} |"


def main() -> None:
    results = json.loads((HERE / "results.json").read_text())
    lines = ["| rows | data | tool | seconds | rows/s | peak MB | faults found |", "| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [row(each) for each in results]
    missing: dict[str, list[str]] = {}
    for each in results:
        if each.get("cannot"):
            missing[each["tool"]] = each["cannot"]
    lines += ["", *(f"Not expressed in {tool}: {', '.join(names)}." for tool, names in missing.items())]
    (HERE / "table.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    plot(results)


def plot(results: list[dict[str, Any]]) -> None:
    """Draw seconds and memory by rows, for what reads Parquet and for what reads CSV."""
    import altair as alt

    points = [each for each in results if each["dirty"] and "seconds" in each]
    rows = []
    for kind in ("Parquet", "CSV"):
        chosen = [each for each in points if ("CSV" in each["tool"] or each["tool"] == "frictionless") == (kind == "CSV")]
        base = alt.Chart(alt.InlineData(chosen)).encode(
            x=alt.X("rows:Q", scale=alt.Scale(type="log"), title="rows"),
            color=alt.Color("tool:N", title=kind),
            shape=alt.Shape("tool:N", legend=None),
        )
        charts = [
            base.mark_line(point=alt.OverlayMarkDef(size=50))
            .encode(y=alt.Y(f"{name}:Q", scale=alt.Scale(type="log"), title=title))
            .properties(width=380, height=260)
            for name, title in (("seconds", "seconds"), ("peak_mb", "peak memory, MB"))
        ]
        rows.append(alt.hconcat(*charts))
    alt.vconcat(*rows).resolve_scale(color="independent", shape="independent").configure_legend(labelLimit=300).save(
        str(HERE / "plot.svg")
    )


if __name__ == "__main__":
    main()
