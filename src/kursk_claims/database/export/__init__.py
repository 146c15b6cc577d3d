"""Export a database to the files of other tools."""
