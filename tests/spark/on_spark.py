"""Run by a Python that has Spark: asks each rule of DuckDB and of Spark, on tables in which a fault is planted for it.

    python on_spark.py SCHEMAS FOLDER

FOLDER holds a folder for each case, `rule` or `rule.something`, with a Parquet file per table. Prints, as JSON, by case what each
engine found: row numbers, keys and words, or the error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kursk_claims.checks.duckdb_engine import find_rule_faults, load_contract_tables, load_tables
from kursk_claims.claims.surfaces import load_surfaces
from kursk_claims.contract.loader import Contract, load_contract
from kursk_claims.report.model import Faults
from kursk_claims.spark import engine as spark_engine
from kursk_claims.spark.engine import Connection, load_contract_on_spark, load_surfaces_on_spark, open_session


def asked(contract: Contract, session: object, folder: Path) -> dict[str, object]:
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in contract.tables}
    rule = next(rule for rule in contract.rules if rule.name == folder.name.partition(".")[0])
    table = contract.tables[rule.header["table"]]

    database = duckdb.connect(config={"threads": 1})
    load_tables(database, tables)
    load_contract_tables(database, contract)
    load_surfaces(database)
    spark = Connection(session)
    for name, rows in tables.items():
        numbered = rows.add_column(0, "_row", pa.array(range(len(rows)), pa.int64()))
        spark.add(contract.tables[name], spark.session.createDataFrame(numbered))
    load_contract_on_spark(spark, contract)
    load_surfaces_on_spark(spark)

    try:
        answer: object = told(spark_engine.find_rule_faults(spark, rule, table, 1000, invalid_cells=()))
    except Exception as error:
        answer = str(error).split("\n")[0]
    return {"duckdb": told(find_rule_faults(database, rule, table, 1000)), "spark": answer}


def told(faults: Faults) -> object:
    return [faults.count, [[fault.row, *map(str, fault.values), fault.found] for fault in faults.first]]


if __name__ == "__main__":
    contract = load_contract(Path(sys.argv[1]))
    session = open_session("local[2]")
    print(json.dumps({each.name: asked(contract, session, each) for each in sorted(Path(sys.argv[2]).iterdir())}))
