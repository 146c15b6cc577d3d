"""Start a Spark session with the settings that the checks rely on."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from kursk_claims.errors import SparkError

SPARK_SETTINGS = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # dates are read as the file holds them
    "spark.sql.execution.topKSortFallbackThreshold": "10000",  # a queue for more listed rows would be reserved at once
    "spark.dynamicAllocation.enabled": "false",  # a check needs its workers from start to end
}
# Options of Java for a process that ends before thorough compilation would pay; those that a user has set come after them.
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SHORT_RUN_SIZE = 2**30  # bytes of Parquet up to which executors start quickly
PARTITION_SIZE = 32 * 2**20  # bytes of Parquet that one task sorts
MIN_PARTITIONS = 4


def open_session(master: str, size: int = 0) -> Any:
    """Start a session for files of `size` bytes. Raises `SparkError` if Java is missing."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("kursk-claims")
    for key, value in {**SPARK_SETTINGS, **_size_settings(master, size)}.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:  # py4j, pyspark and Java each have their own
        raise SparkError(f"{master}: Spark does not start: {first_line(error)}. Is Java 17 or later installed?") from None
    session.sparkContext.setLogLevel("ERROR")
    logging.getLogger("SQLQueryContextLogger").disabled = True  # it would repeat each error in a line of 10 kB
    return session


def _size_settings(master: str, size: int) -> dict[str, str]:
    settings = {"spark.sql.shuffle.partitions": str(max(MIN_PARTITIONS, size // PARTITION_SIZE))}
    is_short = size <= SHORT_RUN_SIZE
    if is_short or not master.startswith("local"):  # on a cluster the driver only plans
        settings["spark.driver.defaultJavaOptions"] = QUICK_START
    if is_short:
        settings["spark.executor.defaultJavaOptions"] = QUICK_START
    return settings


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message."""
    return str(error).strip().split("\n")[0]
