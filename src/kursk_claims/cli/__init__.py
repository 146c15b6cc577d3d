"""The command line: one thin module per command."""

import gc
import sys

gc.set_threshold(200_000, 20, 50)  # before the imports of commands: Python would look for garbage among them again and again
sys.setswitchinterval(0.0005)  # DuckDB in a thread would wait 5 ms at each statement for Python that another one runs
