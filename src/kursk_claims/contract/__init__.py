"""What `schemas/` promises: tables, columns, keys, references, rules, views and questions."""
