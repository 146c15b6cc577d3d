"""Run by a Python that has Spark: asks each rule of DuckDB and of Spark, on tables in which a fault is planted for it.

    python on_spark.py SCHEMAS FOLDER

FOLDER holds a folder for each case, `rule` or `rule.something`, with a Parquet file per table. Prints, as JSON, by case what each
engine found: row numbers, keys and words, or the error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kursk_claims.checks.duckdb_engine import DuckDBEngine
from kursk_claims.checks.engine import CheckEngine, load_contract_relations
from kursk_claims.claims.surfaces import PARSED_SURFACES
from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.report.model import Faults
from kursk_claims.spark.engine import SparkEngine
from kursk_claims.spark.session import open_session
from kursk_claims.tables.table_input import TableInput


def find_faults(contract: Contract, session: Any, folder: Path) -> dict[str, object]:
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in contract.tables}
    rule = next(rule for rule in contract.rules if rule.name == folder.name.partition(".")[0])
    duckdb_engine, spark_engine = DuckDBEngine(threads=1), SparkEngine(session, contract)
    for name, rows in tables.items():
        duckdb_engine.add_table(TableInput(contract.tables[name], memory_rows=[[*row.values()] for row in rows.to_pylist()]))
        numbered = rows.add_column(0, "_row", pa.array(range(len(rows)), pa.int64()))
        spark_engine.add_rows(contract.tables[name], session.createDataFrame(numbered))

    def check(engine: CheckEngine) -> object:
        load_contract_relations(engine, contract)
        engine.create_parsed_column(PARSED_SURFACES)
        engine.probe(contract, [rule])
        return listed(engine.find_rule_faults(rule, contract.tables[rule.header["table"]], 1000, ()))

    try:
        answer = check(spark_engine)
    except Exception as error:
        answer = str(error).split("\n")[0]
    return {"duckdb": check(duckdb_engine), "spark": answer}


def listed(faults: Faults) -> object:
    return [faults.count, [[fault.row, *map(str, fault.values), fault.found] for fault in faults.first]]


if __name__ == "__main__":
    contract = load_contract(Path(sys.argv[1]))
    session = open_session("local[2]")
    print(json.dumps({each.name: find_faults(contract, session, each) for each in sorted(Path(sys.argv[2]).iterdir())}))
