"""The command line: one thin module per command."""

import gc

gc.set_threshold(200_000, 20, 50)  # before the imports of commands: Python would look for garbage among them again and again
